"""Cases that Schemathesis makes from a contract: sent, held against it, counted."""

from __future__ import annotations

import base64
import random
from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from tests.contract.planting import form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import pytest
    import requests
    from schemathesis import APIOperation, Case

    from dataexplore.embedded import Sandbox

Tally = dict[str, Counter[str]]  # how often each operation gave each answer

DRAWN = hypothesis.settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def operations_of(document: Mapping[str, Any], *, acceptable: Iterable[str]) -> dict[str, APIOperation]:
    """Read a document; what its schemas allow may be answered with a status of ``acceptable``."""
    config = schemathesis.Config.from_dict(
        {
            # The token is ours to give.
            "generation": {"with-security-parameters": False},
            # A wrong verb is answered as HTTP has it, not as the contract.
            "phases": {"coverage": {"unexpected-methods": []}},
            "checks": {
                # What the schema allows may still name nothing, or make no sense.
                "positive_data_acceptance": {"expected-statuses": ["2xx", *acceptable]},
                # These send requests of their own.
                "ignored_auth": {"enabled": False},
                "unsupported_method": {"enabled": False},
            },
        }
    )
    api = schemathesis.openapi.from_dict(dict(document), config=config)
    return {found.ok().definition.raw["operationId"]: found.ok() for found in api.get_all_operations()}


def counted(
    operations: Mapping[str, Mapping[str, Any]], columns: Iterable[str], request: pytest.FixtureRequest
) -> Iterator[Tally]:
    """Count the answers of each operation; the table is printed at the end."""
    columns = [*columns, "cases"]
    counts: Tally = {name: Counter() for name in operations}
    yield counts
    lines = ["", "".join(f"{column:>6}" for column in columns) + "  operation"]
    for name, count in counts.items():
        figures = "".join(f"{count[column] or '-':>6}" for column in columns)
        lines.append(f"{figures}  {operations[name]['method']} {operations[name]['path']}")
    plugins = request.config.pluginmanager
    with plugins.getplugin("capturemanager").global_and_fixture_disabled():
        plugins.getplugin("terminalreporter").write_line("\n".join(lines))


class Answers(Protocol):
    """What answers are held against, and which word stands before a token."""

    def scheme_of(self, name: str, /) -> str: ...
    def check_body(self, name: str, status: int, body: bytes, /) -> None: ...


class Asker:
    """Sends cases to a sandbox and holds their answers against a contract; ``faults`` are what it found.

    Args:
        contract: what the answers are held against.
        sandbox: whom it asks; its token goes along, unless an operation wants ``account`` for it.
        session: sends.
        tally: counts.
        check: looks at an answer too.
        account: id and secret, for what is asked with Basic authorization.
    """

    def __init__(
        self,
        contract: Answers,
        sandbox: Sandbox,
        *,
        session: requests.Session,
        tally: Tally,
        check: Callable[[str, requests.Response], None] = lambda _name, _answer: None,
        account: tuple[str, str] = ("", ""),
    ) -> None:
        self.faults: list[str] = []
        self._contract, self._check = contract, check
        self._sandbox, self._session, self._tally = sandbox, session, tally
        self._basic = base64.b64encode(":".join(account).encode()).decode()

    @property
    def url(self) -> str:
        """Where the sandbox is."""
        return self._sandbox.url

    def __call__(
        self, case: Case, *, token: str | None = "its own", ordered: bool = False, **headers: str
    ) -> int:
        """Send a case and give the status of its answer; one that is ``ordered`` may be a server's fault."""
        name = case.operation.definition.raw["operationId"]
        if token is not None:
            scheme = self._contract.scheme_of(name)
            right = self._basic if scheme == "Basic" else self._sandbox.token.reveal()
            headers["Authorization"] = f"{scheme} {right if token == 'its own' else token}"
        response = case.call(base_url=self._sandbox.url, session=self._session, headers=headers)
        status = response.status_code
        self._tally[name].update(["2xx" if status < 300 else str(status), "cases"])
        try:
            case.validate_response(response, excluded_checks=[not_a_server_error] if ordered else [])
            self._contract.check_body(name, status, response.content)
            self._check(name, response)
            assert b"canary-" not in response.content, "a secret of a sample came back"
        except (AssertionError, ExceptionGroup) as fault:
            self.faults.append(f"{status} {fault}")
        return status

    def judge(self) -> None:
        """Fail when there was a fault."""
        shown = "\n".join(self.faults[:3])
        assert not self.faults, f"{len(self.faults)} faults, of which the first are:\n{shown}"


def sample_case(
    operation: APIOperation,
    sample: Mapping[str, Any],
    path: Mapping[str, Any],
    *,
    one_field_of: Case | None = None,
) -> Case:
    """Make the good request of an operation, or it with one field of another query and body."""
    given = {key: sample[key] for key in ("query", "headers", "body") if key in sample}
    kind = {"media_type": "application/json"} if "body" in given else {}
    if "parts" in sample:
        given["body"] = {key: content for key, (_, content, _) in form(sample["parts"]).items()}
        kind = {"media_type": "multipart/form-data"}
    if one_field_of is not None:
        given = {key: _with_one_field(value, getattr(one_field_of, key)) for key, value in given.items()}
    return operation.Case(path_parameters=dict(path), **kind, **given)


def at_bounds(operation: APIOperation, path: Mapping[str, Any]) -> Iterator[Case]:
    """List each parameter and field at, inside and beyond its bounds, and of other types."""
    schema = operation.schema
    config = schema.config.generation_for(operation=operation, phase="coverage")
    modes = list(GenerationMode)
    for case in schema.iter_coverage_cases(operation, generation_modes=modes, generation_config=config):
        place = case.meta.components.get("path")
        if place is not None and place.mode is GenerationMode.POSITIVE:
            case.path_parameters = dict(path)
        yield case


def drawn(operation: APIOperation, path: Mapping[str, Any], *, negative: bool) -> list[Case]:
    """Draw good requests about real objects, and bad ones where there is something to get wrong."""
    strategies = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=dict(path))]
    if negative:
        strategies.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    cases = []
    for strategy in strategies:

        @DRAWN
        @hypothesis.given(case=strategy)
        def collect(case: Case) -> None:
            cases.append(case)

        collect()
    return cases


def _with_one_field(good: Any, other: Any) -> Any:
    """Take a field of another object into a good one, so that what is refused first hides nothing."""
    if not (isinstance(good, dict) and isinstance(other, dict) and other):
        return good
    field = random.Random(str(other)).choice(sorted(other))
    return {**good, field: other[field]}
