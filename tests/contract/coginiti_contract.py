"""Coginiti's contract: what a request and an answer must look like, read from its facts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tests.contract.breach import ContractBrokenError, demand, parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

FACTS = yaml.safe_load(Path(__file__).with_name("coginiti.yaml").read_text(encoding="utf-8"))
OPERATIONS: Mapping[str, Mapping[str, Any]] = FACTS["operations"]


def operation_of(request: httpx.Request) -> str:
    """Find the operation a request is for, by its method and path."""
    path = request.url.raw_path.decode("ascii")
    demand("?" not in path, f"no operation has query parameters, but {path} was asked")
    for name, facts in OPERATIONS.items():
        pattern = re.escape(facts["path"]).replace(r"\{\+path\}", r"[^?#]+")
        if request.method == facts["method"] and re.fullmatch(pattern, path):
            return name
    raise ContractBrokenError(f"{request.method} {path} is no operation of the contract")


def check_request(name: str, request: httpx.Request) -> None:
    facts, headers = OPERATIONS[name], request.headers
    unknown = sorted(set(headers) - set(FACTS["request_headers"]))
    demand(not unknown, f"{name} was asked with the headers {unknown}")
    # Never show the header itself: it holds the token.
    demand(
        re.fullmatch(FACTS["authorization"], headers.get("authorization", "")) is not None,
        f"{name} was asked without `Authorization: Bearer TOKEN`",
    )
    demand(
        headers.get("accept") in {*facts["answers"], "*/*"}, f"{name} cannot answer {headers.get('accept')}"
    )
    body = request.read()
    if "request" not in facts:
        demand(not body, f"{name} takes no body")
        return
    demand(headers.get("content-type") == "application/json", f"{name} was asked with another body than JSON")
    check_schema(facts["request"], parsed(name, body))


def check_headers(name: str, request: httpx.Request, response: httpx.Response) -> None:
    facts, status = OPERATIONS[name], response.status_code
    documented = status in facts["statuses"] or (status >= 500 and "5XX" in facts["statuses"])
    demand(documented, f"{name} answered {status}")
    kind = response.headers.get("content-type", "").partition(";")[0]
    if status != httpx.codes.OK:
        demand(kind == "application/json", f"the error of {name} came as {kind}")
        return
    # A test report is JSON whatever was asked for.
    wanted = {request.headers.get("accept"), "application/json"} - {"*/*"}
    demand(kind in wanted, f"{name} was asked for {wanted} and answered {kind}")
    for header, schema in facts.get("headers", {}).items():
        check_schema(schema, response.headers.get(header))


def check_body(name: str, status: int, body: bytes) -> None:
    check_schema(OPERATIONS[name]["json"] if status == httpx.codes.OK else "Error", parsed(name, body))


def check_schema(name: str, value: object) -> None:
    try:
        Draft202012Validator({"schemas": FACTS["schemas"], "$ref": f"#/schemas/{name}"}).validate(value)
    except ValidationError as error:
        raise ContractBrokenError(f"not a {name}: {error.json_path} {error.message[:300]}") from None
