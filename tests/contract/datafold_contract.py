"""Datafold's contract: what a request and an answer must look like, read from its OpenAPI document."""

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

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

FACTS = yaml.safe_load(Path(__file__).with_name("datafold.openapi.yaml").read_text(encoding="utf-8"))
OPERATIONS: Mapping[str, Mapping[str, Any]] = {
    facts["operationId"]: {"method": method.upper(), "path": path, "parameters": [], **facts}
    for path, methods in FACTS["paths"].items()
    for method, facts in methods.items()
}
AUTHORIZATION = re.compile(r"Key \S+")
# Headers that carry HTTP itself; those of an operation are among its parameters.
REQUEST_HEADERS = {
    *("accept", "accept-encoding", "authorization", "connection"),
    *("content-length", "content-type", "host", "user-agent"),
}
PART = r'(?:[^".]+|"(?:[^"]|"")*")'
TABLE_OR_COLUMN = re.compile(rf"{PART}(?:\.{PART})*", re.DOTALL)

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(time.fromisoformat(value))


def operation_of(request: httpx.Request) -> str:
    """Find the operation a request is for, by its method and path; a fixed segment goes before a value."""
    path = _path(request)
    for name, pattern in _patterns(request.method):
        if pattern.fullmatch(path):
            return name
    raise ContractBrokenError(f"{request.method} {path} is no operation of the contract")


def check_request(name: str, request: httpx.Request) -> None:
    facts, headers = OPERATIONS[name], request.headers
    of_its_own = {each["name"].lower(): each for each in facts["parameters"] if each["in"] == "header"}
    unknown = sorted(set(headers) - REQUEST_HEADERS - set(of_its_own))
    demand(not unknown, f"{name} was asked with the headers {unknown}")
    # Never show the header itself: it holds the token.
    demand(
        AUTHORIZATION.fullmatch(headers.get("authorization", "")) is not None,
        f"{name} was asked without `Authorization: Key TOKEN`",
    )
    demand(headers.get("accept") in {"application/json", "*/*"}, f"{name} answers JSON only")
    for header in set(headers) & set(of_its_own):
        _check_text(name, of_its_own[header], headers[header])
    _check_path(name, _path(request))
    _check_query(name, request.url.query.decode("ascii"))
    _check_sent(name, request)


def check_headers(name: str, request: httpx.Request, response: httpx.Response) -> None:
    del request
    status = str(response.status_code)
    demand(status in OPERATIONS[name]["responses"], f"{name} answered {status}")
    kind = response.headers.get("content-type", "").partition(";")[0]
    demand(kind == "application/json", f"{name} answered {kind}")


def check_body(name: str, status: int, body: bytes) -> None:
    _check_schema(("answer", name, str(status)), parsed(name, body))


def fields_of_body(name: str) -> set[str]:
    """Name the fields of the object that an operation takes as its body; none of a list."""
    if "requestBody" not in OPERATIONS[name]:
        return set()
    schema = _schema("request", name)
    for each in schema.get("anyOf", [schema]):
        if "$ref" in each:
            return set(FACTS["components"]["schemas"][each["$ref"].rpartition("/")[2]]["properties"])
    return set()


def _patterns(method: str) -> list[tuple[str, re.Pattern[str]]]:
    found = [(facts["path"], name) for name, facts in OPERATIONS.items() if facts["method"] == method]
    found.sort(key=lambda each: each[0].count("{"))
    return [(name, _pattern(path)) for path, name in found]


@functools.cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)))


def _path(request: httpx.Request) -> str:
    return request.url.raw_path.decode("ascii").partition("?")[0]


def _check_path(name: str, path: str) -> None:
    found = _pattern(OPERATIONS[name]["path"]).fullmatch(path)
    assert found is not None
    parameters = {each["name"]: each for each in OPERATIONS[name]["parameters"]}
    for place, text in found.groupdict().items():
        value = unquote(text, errors="strict")
        demand(quote(value, safe="@") == text, f"{name}: {place} is {text!r}, not quoted as one segment")
        demand("%22" not in value, f"{name}: {place} was quoted twice: {text!r}")
        _check_text(name, parameters[place], value)
        if place in {"table_path", "column_path"}:
            demand(TABLE_OR_COLUMN.fullmatch(value) is not None, f"{name}: {value!r} is no dotted path")


def _check_query(name: str, query: str) -> None:
    parameters = {each["name"]: each for each in OPERATIONS[name]["parameters"] if each["in"] == "query"}
    given = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict")
    unknown = sorted({key for key, _ in given} - set(parameters))
    demand(not unknown, f"{name} was asked with the query parameters {unknown}")
    demand(len(dict(given)) == len(given), f"{name} was asked with a query parameter twice: {query}")
    for key, text in given:
        _check_text(name, parameters[key], text)


def _check_sent(name: str, request: httpx.Request) -> None:
    body, facts = request.read(), OPERATIONS[name].get("requestBody")
    if facts is None:
        demand(not body, f"{name} takes no body")
    elif body or facts["required"]:
        kind = request.headers.get("content-type")
        demand(kind == "application/json", f"{name} was asked with another body than JSON")
        _check_schema(("request", name), parsed(name, body))


def _check_text(name: str, parameter: Mapping[str, Any], text: str) -> None:
    """Check what stands in a path, query or header: text there may mean a number or a flag."""
    meant: list[object] = [text]
    if re.fullmatch(r"-?[0-9]{1,19}", text):
        meant.append(int(text))
    meant.extend(flag for flag, word in ((True, "true"), (False, "false")) if text == word)
    validator = _validator(("parameter", name, parameter["in"], parameter["name"]))
    demand(any(map(validator.is_valid, meant)), f"{name}: {parameter['name']} cannot be {text!r}")


def _check_schema(place: tuple[str, ...], value: object) -> None:
    # The deepest of a union's complaints names the field; the first only shows the whole union.
    for error in _validator(place).iter_errors(value):
        deepest = error
        while deepest.context:
            deepest = max(deepest.context, key=lambda each: len(each.absolute_path))
        complaint = f"{deepest.json_path} {deepest.message[:300]}"
        raise ContractBrokenError(f"{' '.join(place)}: {complaint}")


@functools.cache
def _validator(place: tuple[str, ...]) -> Draft202012Validator:
    schema = {"components": CLOSED["components"], **closed(_schema(*place))}
    return Draft202012Validator(schema, format_checker=FORMATS)


def _schema(kind: str, name: str, *place: str) -> Mapping[str, Any]:
    facts = OPERATIONS[name]
    if kind == "parameter":
        found = (each for each in facts["parameters"] if [each["in"], each["name"]] == list(place))
        return next(found)["schema"]
    answer = facts["requestBody"] if kind == "request" else facts["responses"][place[0]]
    if "$ref" in answer:
        answer = FACTS["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return answer["content"]["application/json"]["schema"]


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


CLOSED = closed(FACTS)
