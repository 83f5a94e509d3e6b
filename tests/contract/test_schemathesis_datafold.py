"""Generated requests find no fault in the sandbox's Datafold, and every documented answer at least once.

The 403 of every operation is what a page of another origin gets; where a data source is named, also whoever
names one without access.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode

from tests.contract.datafold_contract import CONTRACT, OPERATIONS
from tests.contract.datafold_samples import SAMPLES, Places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemathesis import APIOperation, Case

NOBODY = 2**31
NO_ACCESS = 4  # a seeded data source that nobody may use
OF_A_SOURCE = {"data_source_id", "data_connection_id", "data_source1_id", "connection_id"}
UNKNOWN = {"table_path": "warehouse.marts.nothing", "column_path": "warehouse.marts.fact_orders.nothing"}
# The one operation that takes something from others goes last: it purges the results of the diff.
LAST = "update_datadiff_api_v1_datadiffs__datadiff_id__patch"
IN_ORDER = [*(name for name in OPERATIONS if name != LAST), LAST]
MOST_BOUNDS = 60  # of an operation, out of up to 1,200; the long run takes all
COLUMNS = ("2xx", "401", "403", "404", "422", "cases")
CONFIG = {
    # The token is ours to give.
    "generation": {"with-security-parameters": False},
    # A wrong verb is answered as HTTP has it, not as the contract.
    "phases": {"coverage": {"unexpected-methods": []}},
    "checks": {
        # What the schema allows may still name nothing, or make no sense.
        "positive_data_acceptance": {"expected-statuses": ["2xx", "403", "404", "422"]},
        # These send requests of their own.
        "ignored_auth": {"enabled": False},
        "unsupported_method": {"enabled": False},
    },
}
DRAWN = hypothesis.settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def operations() -> dict[str, APIOperation]:
    config = schemathesis.Config.from_dict(CONFIG)
    api = schemathesis.openapi.from_dict(CONTRACT.closed, config=config)
    return {found.ok().definition.raw["operationId"]: found.ok() for found in api.get_all_operations()}


@pytest.fixture(scope="module")
def tally(request) -> Iterator[dict[str, Counter[str]]]:
    """Count the answers of each operation; the table is printed at the end."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in OPERATIONS}
    yield counts
    lines = ["", "".join(f"{column:>6}" for column in COLUMNS) + "  operation"]
    for name, count in counts.items():
        figures = "".join(f"{count[column] or '-':>6}" for column in COLUMNS)
        lines.append(f"{figures}  {OPERATIONS[name]['method']} {OPERATIONS[name]['path']}")
    plugins = request.config.pluginmanager
    with plugins.getplugin("capturemanager").global_and_fixture_disabled():
        plugins.getplugin("terminalreporter").write_line("\n".join(lines))


@pytest.fixture
def ask(datafold_sandbox, tally) -> Iterator[Callable[..., int]]:
    """Send a case, hold its answer against the contract, give its status; faults are told at the end."""
    key = datafold_sandbox.token.reveal()
    faults: list[str] = []
    with requests.Session() as session:
        session.trust_env = False

        def asking(case: Case, token: str | None = key, **headers: str) -> int:
            if token is not None:
                headers["Authorization"] = f"Key {token}"
            response = case.call(base_url=datafold_sandbox.url, session=session, headers=headers)
            name, status = case.operation.definition.raw["operationId"], response.status_code
            tally[name].update(["2xx" if status < 300 else str(status), "cases"])
            try:
                case.validate_response(response)
                CONTRACT.check_body(name, status, response.content)
                assert b"canary-" not in response.content, "a secret of a sample came back"
            except (AssertionError, ExceptionGroup) as fault:
                faults.append(f"{status} {fault}")
            return status

        yield asking
    assert not faults, f"{len(faults)} faults, of which the first are:\n" + "\n".join(faults[:3])


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
    bounds = list(_at_bounds(operation, path))
    for case in bounds[:: len(bounds) // MOST_BOUNDS + 1]:
        ask(case)
    for case in _drawn(operation, path):
        ask(case)
        if SAMPLES[name].keys() & {"query", "body"}:
            ask(_sample(operation, path, one_field_of=case))

    documented = {status.replace("200", "2xx") for status in OPERATIONS[name]["responses"]}
    assert documented <= set(tally[name]), f"{name} never answered {documented - set(tally[name])}"


@pytest.mark.long
@pytest.mark.parametrize("name", IN_ORDER)
def test_no_bound_of_any_field_finds_a_fault(name, operations, ask, places):
    path = _path(name, places)
    for case in _at_bounds(operations[name], path):
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
    """Make the good request of an operation; with another body, or one field of another query and body."""
    sample = SAMPLES[operation.definition.raw["operationId"]]
    given = {key: sample[key] for key in ("query", "headers", "body") if key in sample}
    if body is not None:
        given["body"] = body
    if one_field_of is not None:
        given = {key: _with_one_field(value, getattr(one_field_of, key)) for key, value in given.items()}
    kind = {"media_type": "application/json"} if "body" in given else {}
    return operation.Case(path_parameters=path, **kind, **given)


def _with_one_field(good: Any, other: Any) -> Any:
    """Take a field of another object into a good one, so that what is refused first hides nothing."""
    if not (isinstance(good, dict) and isinstance(other, dict) and other):
        return good
    field = random.Random(str(other)).choice(sorted(other))
    return {**good, field: other[field]}


def _at_bounds(operation: APIOperation, path: Places) -> Iterator[Case]:
    """List each parameter and field at, inside and beyond its bounds, and of other types."""
    schema = operation.schema
    config = schema.config.generation_for(operation=operation, phase="coverage")
    modes = list(GenerationMode)
    for case in schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=config):
        place = case.meta.components.get("path")
        if place is not None and place.mode is GenerationMode.POSITIVE:
            case.path_parameters = dict(path)
        yield case


def _drawn(operation: APIOperation, path: Places) -> list[Case]:
    """Draw good requests about real objects, and bad ones where there is something to get wrong."""
    strategies = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=path)]
    if "422" in operation.definition.raw["responses"]:
        strategies.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    cases = []
    for strategy in strategies:

        @DRAWN
        @hypothesis.given(case=strategy)
        def collect(case: Case) -> None:
            cases.append(case)

        collect()
    return cases
