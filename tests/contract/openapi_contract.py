"""A contract read from an OpenAPI document of facts: what its requests and answers must look like.

Every object with properties is closed when it is checked, unless the document says ``additionalProperties``
itself. What is marked ``x-beyond-seed: true`` (an operation, a parameter, an answer, a field, a branch of a
union) is what the vendor's own text does not promise and others have seen;
``Contract(..., beyond_seed=False)`` leaves it out.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote

import yaml
from jsonschema import Draft202012Validator, FormatChecker

from tests.contract.breach import ContractBrokenError, demand, parsed
from tests.contract.form_bodies import fields_of, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import httpx

BEYOND = "x-beyond-seed"
# Headers that carry HTTP itself; those of an operation are among its parameters.
REQUEST_HEADERS = {
    *("accept", "accept-encoding", "authorization", "connection"),
    *("content-length", "content-type", "host", "user-agent"),
}

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(time.fromisoformat(value))


class Contract:
    """One service's contract.

    ``facts`` is the document and ``closed`` the same with its objects shut; ``operations`` are those of its
    paths, by operationId, each with its ``method``, its ``path`` and all its ``paths`` (``x-also-at`` names
    others).
    """

    def __init__(
        self,
        file: str,
        *,
        scheme: str,
        beyond_seed: bool = True,
        check_segment: Callable[[str, str, str], None] = lambda _name, _place, _value: None,
    ) -> None:
        facts = yaml.safe_load(Path(__file__).with_name(file).read_text(encoding="utf-8"))
        self.facts = facts if beyond_seed else _without_beyond(facts)
        self.closed = closed(self.facts)
        self.operations: Mapping[str, Mapping[str, Any]] = dict(_operations(self.facts))
        self._scheme = scheme
        self._check_segment = check_segment
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}

    def operation_of(self, request: httpx.Request) -> str:
        """Find the operation of a request by its method and path; a fixed segment goes before a value."""
        path = _path(request)
        for name, pattern in self._patterns(request.method):
            if pattern.fullmatch(path):
                return name
        raise ContractBrokenError(f"{request.method} {path} is no operation of the contract")

    def check_request(self, name: str, request: httpx.Request) -> None:
        headers = request.headers
        of_its_own = {each["name"].lower(): each for each in self._parameters(name, "header")}
        unknown = sorted(set(headers) - REQUEST_HEADERS - set(of_its_own))
        demand(not unknown, f"{name} was asked with the headers {unknown}")
        # Never show the header itself: it holds the token.
        scheme = self.scheme_of(name)
        demand(
            re.fullmatch(rf"{scheme} \S+", headers.get("authorization", "")) is not None,
            f"{name} was asked without `Authorization: {scheme} TOKEN`",
        )
        demand(headers.get("accept") in {"application/json", "*/*"}, f"{name} answers JSON only")
        for header in set(headers) & set(of_its_own):
            self._check_text(name, of_its_own[header], headers[header])
        self._check_path(name, _path(request))
        self._check_query(name, request.url.query.decode("ascii"))
        self._check_sent(name, request)

    def scheme_of(self, name: str) -> str:
        """Name the scheme of an operation's ``Authorization``; few have one of their own."""
        for own in self.operations[name].get("security", ()):
            for wanted in own:
                return str(self.facts["components"]["securitySchemes"][wanted]["scheme"]).title()
        return self._scheme

    def check_headers(self, name: str, request: httpx.Request, response: httpx.Response) -> None:
        del request
        answer = self._answer(name, response.status_code)
        kind = response.headers.get("content-type", "").partition(";")[0]
        bodiless = "content" not in answer or answer.get("x-may-be-empty", False)
        demand(kind == "application/json" or (not kind and bodiless), f"{name} answered {kind}")

    def check_body(self, name: str, status: int, body: bytes) -> None:
        answer = self._answer(name, status)
        if "content" not in answer:
            demand(not body, f"{name}: a {status} has no body")
        elif body or not answer.get("x-may-be-empty", False):
            self._check_schema(("answer", name, str(status)), parsed(name, body))

    def fields_of_body(self, name: str) -> set[str]:
        """Name the fields of the object that an operation takes as its body, in any form; none of a list."""
        if "requestBody" not in self.operations[name]:
            return set()
        return self._fields(self._schema("request", name))

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" in schema:
            return dict(self.facts["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
        return schema

    def _fields(self, schema: Mapping[str, Any]) -> set[str]:
        schema = self._resolved(schema)
        forms = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
        return set(schema.get("properties", {})).union(*map(self._fields, forms))

    def _parameters(self, name: str, place: str) -> list[Mapping[str, Any]]:
        return [each for each in self.operations[name]["parameters"] if each["in"] == place]

    def _patterns(self, method: str) -> list[tuple[str, re.Pattern[str]]]:
        found = [
            (path, name)
            for name, facts in self.operations.items()
            if facts["method"] == method
            for path in facts["paths"]
        ]
        found.sort(key=lambda each: each[0].count("{"))
        return [(name, _pattern(path)) for path, name in found]

    def _check_path(self, name: str, path: str) -> None:
        tried = (_pattern(each).fullmatch(path) for each in self.operations[name]["paths"])
        found = next(filter(None, tried))
        parameters = {each["name"]: each for each in self._parameters(name, "path")}
        for place, text in found.groupdict().items():
            value = unquote(text, errors="strict")
            demand(quote(value, safe="@") == text, f"{name}: {place} is {text!r}, not quoted as one segment")
            demand("%22" not in value, f"{name}: {place} was quoted twice: {text!r}")
            self._check_text(name, parameters[place], value)
            self._check_segment(name, place, value)

    def _check_query(self, name: str, query: str) -> None:
        parameters = {each["name"]: each for each in self._parameters(name, "query")}
        given = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
        unknown = sorted({key for key, _ in given} - set(parameters))
        demand(not unknown, f"{name} was asked with the query parameters {unknown}")
        lists = {key for key, each in parameters.items() if each["schema"].get("type") == "array"}
        single = [each for each in given if each[0] not in lists]
        demand(len(dict(single)) == len(single), f"{name} was asked with a query parameter twice: {query}")
        for key, text in single:
            self._check_text(name, parameters[key], text)
        for key in lists & {key for key, _ in given}:
            self._check_schema(
                ("parameter", name, "query", key), [text for each, text in given if each == key]
            )

    def _check_sent(self, name: str, request: httpx.Request) -> None:
        body, facts = request.read(), self.operations[name].get("requestBody")
        if facts is None:
            demand(not body, f"{name} takes no body")
        elif body or facts["required"]:
            kind = request.headers.get("content-type", "")
            media = kind if kind == "application/json" else kind.partition(";")[0]
            demand(
                media in facts["content"], f"{name} was asked with another body than {[*facts['content']]}"
            )
            if media == "multipart/form-data":
                self._check_parts(name, kind, body)
            else:
                sent = parsed(name, body) if media == "application/json" else fields_of(name, body)
                self._check_schema(("request", name), sent)

    def _check_parts(self, name: str, kind: str, body: bytes) -> None:
        """Check a form of several parts: files have a name, and what is JSON in a text is looked into."""
        parts = parts_of(name, kind, body)
        self._check_schema(("request", name), {each: part.text for each, part in parts.items()})
        for each, part in parts.items():
            facts = self._resolved(self._schema("request", name)["properties"][each])
            part.check(f"{name}: the part {each}", facts)
            if "contentSchema" in facts:
                self._check_schema(("part", name, each), parsed(name, part.content))

    def _check_text(self, name: str, parameter: Mapping[str, Any], text: str) -> None:
        """Check what stands in a path, query or header: text there may mean a number or a flag."""
        meant: list[object] = [text]
        if re.fullmatch(r"-?[0-9]{1,19}", text):
            meant.append(int(text))
        meant.extend(flag for flag, word in ((True, "true"), (False, "false")) if text == word)
        validator = self._validator(("parameter", name, parameter["in"], parameter["name"]))
        demand(any(map(validator.is_valid, meant)), f"{name}: {parameter['name']} cannot be {text!r}")

    def _check_schema(self, place: tuple[str, ...], value: object) -> None:
        # The deepest of a union's complaints names the field; the first only shows the whole union.
        for error in self._validator(place).iter_errors(value):
            deepest = error
            while deepest.context:
                deepest = max(deepest.context, key=lambda each: len(each.absolute_path))
            complaint = f"{deepest.json_path} {deepest.message[:300]}"
            raise ContractBrokenError(f"{' '.join(place)}: {complaint}")

    def _validator(self, place: tuple[str, ...]) -> Draft202012Validator:
        if place not in self._validators:
            schema = {"components": self.closed["components"], **closed(self._schema(*place))}
            self._validators[place] = Draft202012Validator(schema, format_checker=FORMATS)
        return self._validators[place]

    def _schema(self, kind: str, name: str, *place: str) -> Mapping[str, Any]:
        if kind == "parameter":
            within, wanted = place
            return next(each for each in self._parameters(name, within) if each["name"] == wanted)["schema"]
        if kind == "part":
            return self._resolved(self._schema("request", name)["properties"][place[0]])["contentSchema"]
        if kind == "request":
            # All kinds of body that an operation takes say the same.
            return next(iter(self.operations[name]["requestBody"]["content"].values()))["schema"]
        return self._answer(name, int(place[0]))["content"]["application/json"]["schema"]

    def _answer(self, name: str, status: int) -> Mapping[str, Any]:
        responses = self.operations[name]["responses"]
        word = str(status) if str(status) in responses else f"{status // 100}XX"
        demand(word in responses, f"{name} answered {status}")
        answer = responses[word]
        if "$ref" in answer:
            answer = self.facts["components"]["responses"][answer["$ref"].rpartition("/")[2]]
        return answer


class AtBare:
    """What holds at a sandbox with --bare: it keeps to the promise, whatever a client may ask beyond it."""

    def __init__(self, whole: Contract, bare: Contract) -> None:
        self.operation_of = bare.operation_of
        self.check_request = whole.check_request
        self.check_headers = bare.check_headers
        self.check_body = bare.check_body


def closed(schema: Any) -> Any:
    """Close every object that has properties and does not say that it is open."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {key: closed(each) for key, each in schema.items()}
    if "properties" in schema:
        shut.setdefault("additionalProperties", False)
    return shut


def _without_beyond(facts: Any) -> Any:
    def promised(each: Any) -> bool:
        return not (isinstance(each, dict) and each.get(BEYOND))

    if isinstance(facts, list):
        return [_without_beyond(each) for each in facts if promised(each)]
    if not isinstance(facts, dict):
        return facts
    return {key: _without_beyond(each) for key, each in facts.items() if promised(each)}


def _operations(facts: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path, methods in facts["paths"].items():
        for method, each in methods.items():
            paths = [path, *(other["path"] for other in each.get("x-also-at", []))]
            own = {"method": method.upper(), "path": path, "paths": paths, "parameters": [], **each}
            yield each["operationId"], own


@functools.cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _path(request: httpx.Request) -> str:
    return request.url.raw_path.decode("ascii").partition("?")[0]
