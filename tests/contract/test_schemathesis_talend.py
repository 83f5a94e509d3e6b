"""Generated requests find no fault in the sandbox's Talend, and every documented answer that can be had.

The 403 of every operation is what a page of another origin gets; 429 and 500 are ordered through the knobs.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import requests

from tests.contract.generated_cases import Asker, at_bounds, counted, drawn, operations_of, sample_case
from tests.contract.talend_contract import ALL, CONTRACT, ORCHESTRATION, PROCESSING
from tests.contract.talend_refusals import NOBODY, refused
from tests.contract.talend_samples import RENEWED, sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemathesis import APIOperation, Case

    from tests.contract.generated_cases import Tally
    from tests.contract.planting import Places
    from tests.contract.talend_samples import Objects

# What a schema allows may name nothing, and no object is closed by the vendor. Answers are held against the
# closed documents all the same.
ACCEPTABLE = ["400", "403", "404", "405", "409", "413", "422", "501"]
MOST_BOUNDS = 24  # of an operation; the long run takes all
ANSWERS = ("2xx", "400", "401", "403", "404", "405", "409", "413", "422", "429", "500", "501")
# What is documented and cannot be had here: use by engines, of which the sandbox has none, and what has no
# form that could be wrong, for an id is any text.
NEVER = {"deleteEnvironment": {"400"}, "executePromotion": {"501"}}
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


class Side(NamedTuple):
    """The sandbox as the generated cases see it: what there is to ask, who asks, and who orders faults."""

    operations: Mapping[str, APIOperation]
    ask: Asker
    order: requests.Session


@pytest.fixture(scope="module")
def tally(request) -> Iterator[Tally]:
    yield from counted(ALL, ANSWERS, request)


@pytest.fixture(scope="module")
def operations() -> dict[str, APIOperation]:
    return {
        name: each
        for document in (ORCHESTRATION, PROCESSING)
        for name, each in operations_of(document.facts, acceptable=ACCEPTABLE).items()
    }


@pytest.fixture
def side(talend_sandbox, talend_objects, operations, tally) -> Iterator[Side]:
    """The sandbox as it is; faults are told at the end."""
    with requests.Session() as session, requests.Session() as order:
        session.trust_env = order.trust_env = False
        order.headers["Authorization"] = f"Bearer {talend_sandbox.token.reveal()}"
        account = talend_objects.places["account"]
        ask = Asker(CONTRACT, talend_sandbox, session=session, tally=tally, check=check_form, account=account)
        yield Side(operations, ask, order)
    ask.judge()


def check_form(name: str, answer: requests.Response) -> None:
    """Our reading of an error, and of the instants that an answer has."""
    if answer.status_code < 400:
        _check_instants(name, answer.json() if answer.content else None)
        return
    body = answer.json()
    if answer.status_code == 403 and "Usage Details" in body:
        return
    assert set(body) == {"status", "message", "detail", "requestId"}, body
    assert body["status"] == answer.status_code
    assert str(uuid.UUID(body["requestId"])) == body["requestId"]
    assert body["message"]
    assert body["detail"]


def _check_instants(key: str, value: Any) -> None:
    if isinstance(value, dict):
        for inner, each in value.items():
            _check_instants(inner, each)
    elif isinstance(value, list):
        for each in value:
            _check_instants(key, each)
    elif key.endswith(("Date", "Timestamp")) and key != "startDate":
        assert INSTANT.fullmatch(value), f"{key} is {value}"


@pytest.mark.parametrize("name", ALL)
def test_generated_requests_find_no_fault_and_every_documented_answer(name, side, talend_objects, tally):
    objects, (operations, ask, _), responses = talend_objects, side, ALL[name]["responses"]
    operation = operations[name]
    path = sample(name, objects.ready(name))["path"]

    good = 201 if "201" in responses else 204 if "204" in responses else 200
    assert ask(_case(operation, objects)) == good
    assert ask(_case(operation, objects), token=None) == 401
    assert ask(_case(operation, objects), token="wrong") == 401
    assert ask(_case(operation, objects), Origin="http://elsewhere.example") == 403
    for place in path:
        assert ask(_case(operation, objects, {place: NOBODY})) == 404, place
    for status, given in refused(name, objects):
        assert ask(sample_case(operation, given, given["path"]), ordered=status == 501) == status, given
    for status in (429, 500):
        assert _ordered(side, _case(operation, objects), status) == status
    bounds = list(at_bounds(operation, path))
    for case in bounds[:: len(bounds) // MOST_BOUNDS + 1]:
        ask(_renewed(case, path, objects))
    for case in drawn(operation, path, negative=_can_be_wrong(name)):
        ask(_renewed(case, path, objects))
        ask(_case(operation, objects, one_field_of=case))

    documented = {"2xx" if status[0] == "2" else status for status in responses} - {"5XX"}
    never = NEVER.get(name, set()) | (set() if _can_be_wrong(name) else {"400"})
    assert documented - never <= set(tally[name]), f"{name} never answered {documented - set(tally[name])}"


@pytest.mark.long
@pytest.mark.parametrize("name", ALL)
def test_no_bound_of_any_field_finds_a_fault(name, side, talend_objects):
    operation = side.operations[name]
    path = sample(name, talend_objects.ready(name))["path"]
    for case in at_bounds(operation, path):
        side.ask(_renewed(case, path, talend_objects))
        side.ask(_case(operation, talend_objects, one_field_of=case))


def _can_be_wrong(name: str) -> bool:
    facts = ALL[name]
    return "requestBody" in facts or any(each["in"] == "query" for each in facts["parameters"])


def _ordered(side: Side, case: Case, status: int) -> int:
    """Have a case answered by a fault."""
    asked = {"status": status, "path": case.formatted_path}
    url = f"{side.ask.url}/_sandbox/faults"
    assert side.order.post(url, json=asked, timeout=60).status_code == 204
    return side.ask(case, ordered=True)


def _case(
    operation: APIOperation, objects: Objects, path: Places | None = None, *, one_field_of: Case | None = None
) -> Case:
    """Make the good request; what it takes away is made for it."""
    name = operation.definition.raw["operationId"]
    given = sample(name, objects.ready(name))
    return sample_case(operation, given, given["path"] | (path or {}), one_field_of=one_field_of)


def _renewed(case: Case, path: Places, objects: Objects) -> Case:
    """Let a case about an object that is gone be about another."""
    name = case.operation.definition.raw["operationId"]
    if name in RENEWED and case.path_parameters == path:
        case.path_parameters = sample(name, objects.ready(name))["path"]
    return case
