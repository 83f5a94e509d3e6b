"""Generated requests find no fault in the sandbox's Coalesce, and every documented answer at least once.

The 403 of every operation is what a page of another origin gets. What a read of an unknown id gets is 404
where the service was seen to give it, and with --bare the 400 of the vendor's own text.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import pytest
import requests

from tests.contract.coalesce_contract import ALL, BARE, CONTRACT, OPERATIONS
from tests.contract.coalesce_samples import TAKES, sample
from tests.contract.generated_cases import Asker, at_bounds, counted, drawn, operations_of, sample_case

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemathesis import APIOperation, Case

    from dataexplore.embedded import Sandbox
    from tests.contract.coalesce_samples import Objects
    from tests.contract.generated_cases import Tally
    from tests.contract.openapi_contract import Contract
    from tests.contract.planting import Places

# No object is closed by the vendor, so what a body has beyond its fields is no fault of it. Answers are held
# against the closed document all the same.
ACCEPTABLE = ["400", "404"]
NOBODY = str(2**31)
MOST_BOUNDS = 40  # of an operation; the long run takes all
ANSWERS = ("2xx", "400", "401", "403", "404")
# Nothing in the sandbox has these by itself; a test orders them through the knobs.
ORDERED = {"429", "5XX"}


class Side(NamedTuple):
    """One sandbox as the generated cases see it: what there is to ask, and who asks."""

    operations: Mapping[str, APIOperation]
    ask: Asker


@pytest.fixture(scope="module")
def tally(request) -> Iterator[Tally]:
    yield from counted(ALL, ANSWERS, request)


@pytest.fixture(scope="module")
def operations() -> dict[str, APIOperation]:
    return operations_of(CONTRACT.facts, acceptable=ACCEPTABLE)


@pytest.fixture(scope="module")
def promised() -> dict[str, APIOperation]:
    return operations_of(BARE.facts, acceptable=ACCEPTABLE)


@pytest.fixture
def side(coalesce_sandbox, operations, tally) -> Iterator[Side]:
    """The sandbox as it is; faults are told at the end."""
    with asking(CONTRACT, coalesce_sandbox, tally) as ask:
        yield Side(operations, ask)


@pytest.fixture
def bare_side(bare_sandbox, promised, tally) -> Iterator[Side]:
    """The sandbox with --bare."""
    with asking(BARE, bare_sandbox, tally) as ask:
        yield Side(promised, ask)


@contextmanager
def asking(contract: Contract, sandbox: Sandbox, tally: Tally) -> Iterator[Asker]:
    with requests.Session() as session:
        session.trust_env = False
        ask = Asker(contract, sandbox, session=session, tally=tally, check=check_shape)
        yield ask
    ask.judge()


def check_shape(name: str, answer: requests.Response) -> None:
    """Our reading of the two shapes of an error: the nested one below /scheduler, the flat one elsewhere."""
    if answer.status_code < 400:
        return
    body = answer.json()
    if "/scheduler/" in ALL[name]["path"]:
        assert body["error"]["errorString"] == body["error"]["errorDetail"]
        assert body["error"]["errorString"].startswith(f"{answer.status_code}: ")
    else:
        assert isinstance(body["error"], str)
        assert body["code"] in {"BAD_REQUEST", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"}


@pytest.mark.parametrize("name", ALL)
def test_generated_requests_find_no_fault_and_every_documented_answer(name, side, bare_side, objects, tally):
    (operations, ask), responses = side, ALL[name]["responses"]
    operation = operations[name]
    path = sample(name, objects.ready(name))["path"]

    assert ask(_case(operation, objects)) == (204 if "204" in responses else 200)
    assert ask(_case(operation, objects), token=None) == 401
    assert ask(_case(operation, objects), token="wrong") == 401
    assert ask(_case(operation, objects), Origin="http://elsewhere.example") == 403
    for place in path:
        assert ask(_case(operation, objects, {place: NOBODY})) == (404 if "404" in responses else 400)
        if name in OPERATIONS:
            assert bare_side.ask(_case(bare_side.operations[name], objects, {place: NOBODY})) == 400
    bounds = list(at_bounds(operation, path))
    for case in bounds[:: len(bounds) // MOST_BOUNDS + 1]:
        ask(_renewed(case, path, objects))
    for case in drawn(operation, path, negative=_can_be_wrong(name)):
        ask(_renewed(case, path, objects))
        ask(_case(operation, objects, one_field_of=case))

    documented = {"2xx" if status[0] == "2" else status for status in responses} - ORDERED
    assert documented <= set(tally[name]), f"{name} never answered {documented - set(tally[name])}"


@pytest.mark.long
@pytest.mark.parametrize("name", ALL)
def test_no_bound_of_any_field_finds_a_fault(name, side, objects):
    operation, path = side.operations[name], sample(name, objects.ready(name))["path"]
    for case in at_bounds(operation, path):
        side.ask(_renewed(case, path, objects))
        side.ask(_case(operation, objects, one_field_of=case))


def _can_be_wrong(name: str) -> bool:
    facts = ALL[name]
    return "requestBody" in facts or any(each["in"] == "query" for each in facts["parameters"])


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
    if name in TAKES and case.path_parameters == path:
        case.path_parameters = sample(name, objects.ready(name))["path"]
    return case
