"""Generated requests find no fault in the sandbox's Datafold, and every documented answer at least once.

The 403 of every operation is what a page of another origin gets; where a data source is named, also whoever
names one without access.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.contract.datafold_contract import CONTRACT, OPERATIONS
from tests.contract.datafold_samples import SAMPLES, Places
from tests.contract.generated_cases import Asker, at_bounds, counted, drawn, operations_of, sample_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis import APIOperation, Case

    from tests.contract.generated_cases import Tally

NOBODY = 2**31
NO_ACCESS = 4  # a seeded data source that nobody may use
OF_A_SOURCE = {"data_source_id", "data_connection_id", "data_source1_id", "connection_id"}
UNKNOWN = {"table_path": "warehouse.marts.nothing", "column_path": "warehouse.marts.fact_orders.nothing"}
# The one operation that takes something from others goes last: it purges the results of the diff.
LAST = "update_datadiff_api_v1_datadiffs__datadiff_id__patch"
IN_ORDER = [*(name for name in OPERATIONS if name != LAST), LAST]
MOST_BOUNDS = 60  # of an operation, out of up to 1,200; the long run takes all
ANSWERS = ("2xx", "401", "403", "404", "422")


@pytest.fixture(scope="module")
def operations() -> dict[str, APIOperation]:
    return operations_of(CONTRACT.closed, acceptable=["403", "404", "422"])


@pytest.fixture(scope="module")
def tally(request) -> Iterator[Tally]:
    yield from counted(OPERATIONS, ANSWERS, request)


@pytest.fixture
def ask(datafold_sandbox, tally) -> Iterator[Asker]:
    """Send a case, hold its answer against the contract, give its status; faults are told at the end."""
    with requests.Session() as session:
        session.trust_env = False
        asker = Asker(CONTRACT, datafold_sandbox, session=session, tally=tally)
        yield asker
    asker.judge()


@pytest.mark.parametrize("name", IN_ORDER)
def test_generated_requests_find_no_fault_and_every_documented_answer(name, operations, ask, places, tally):
    operation = operations[name]
    path = _path(name, places)

    assert ask(_sample(operation, path)) == 200
    assert ask(_sample(operation, path), token=None) == 401
    assert ask(_sample(operation, path), token="wrong") == 401
    assert ask(_sample(operation, path), Origin="http://elsewhere.example") == 403
    good = {"path": path, "body": SAMPLES[name].get("body")}
    if (barred := _with_source(good, NO_ACCESS)) != good:
        assert ask(_sample(operation, **barred)) == 403
    for place in set(path) - {"pr_num"}:
        assert ask(_sample(operation, {**path, place: UNKNOWN.get(place, NOBODY)})) == 404
    bounds = list(at_bounds(operation, path))
    for case in bounds[:: len(bounds) // MOST_BOUNDS + 1]:
        ask(case)
    for case in drawn(operation, path, negative="422" in OPERATIONS[name]["responses"]):
        ask(case)
        if SAMPLES[name].keys() & {"query", "body"}:
            ask(_sample(operation, path, one_field_of=case))

    documented = {status.replace("200", "2xx") for status in OPERATIONS[name]["responses"]}
    assert documented <= set(tally[name]), f"{name} never answered {documented - set(tally[name])}"


@pytest.mark.long
@pytest.mark.parametrize("name", IN_ORDER)
def test_no_bound_of_any_field_finds_a_fault(name, operations, ask, places):
    path = _path(name, places)
    for case in at_bounds(operations[name], path):
        ask(case)
        if SAMPLES[name].keys() & {"query", "body"}:
            ask(_sample(operations[name], path, one_field_of=case))


def _path(name: str, places: Places) -> Places:
    parameters = OPERATIONS[name]["parameters"]
    return {each["name"]: places[each["name"]] for each in parameters if each["in"] == "path"}


def _with_source(value: Any, source: int) -> Any:
    """Put another data source wherever one is named."""
    if isinstance(value, list):
        return [_with_source(each, source) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: source if key in OF_A_SOURCE else _with_source(each, source) for key, each in value.items()}


def _sample(
    operation: APIOperation, path: Places, body: Any = None, *, one_field_of: Case | None = None
) -> Case:
    sample = SAMPLES[operation.definition.raw["operationId"]]
    other = {} if body is None else {"body": body}
    return sample_case(operation, {**sample, **other}, path, one_field_of=one_field_of)
