"""The scheduler: runs started, looked at, run again from their failed nodes, and cancelled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.coalesce.credentials import Credentials, pieces
from dataexplore.clients.coalesce.words import as_count, counter, is_over, status
from dataexplore.clients.inputs import count, identifier, word
from dataexplore.clients.orders import Order, Rehearsal, looking, text_parameters
from dataexplore.clients.records import Record, instant, record, text
from dataexplore.errors import InputError, Malformed
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from dataexplore.transport import Session

__all__ = ["RunStatus", "Scheduler"]

_API = "/api/v1"
START = Operation("startRun", "POST", f"{_API}/scheduler/startRun", repeatable=False)
STATUS = Operation("getRunStatus", "GET", f"{_API}/scheduler/runStatus", repeatable=True)
RERUN = Operation("retryRun", "POST", f"{_API}/scheduler/rerun", repeatable=False)
CANCEL = Operation("cancelRun", "POST", f"{_API}/scheduler/cancelRun", repeatable=False)

_LOOK = (
    "It was not sent again, and the run may have been started: "
    "look at ws.coalesce.runs.list(limit=5) before you repeat it."
)

FromProfile = Literal["profile"]


@record
class RunStatus(Record):
    """How far a run is, as the scheduler tells it.

    Attributes:
        status: ``queued``, ``running``, ``success``, ``failed``, ``cancelled``, or another word.
        run_status: the status in the service's own word.
        run_type: ``refresh`` or ``deploy``.
        run_link: the run's page in Coalesce.
    """

    run_counter: int | None = counter("runCounter")
    status: str | None = status("status", "runStatus")
    run_type: str | None = text("runType")
    started_at: dt.datetime | None = instant("startedAt", "runStartTime")
    completed_at: dt.datetime | None = instant("completedAt", "runEndTime")
    run_link: str | None = text("runLink")
    run_status: str | None = text("runStatus", "status")

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more."""
        return is_over(self.status, self.completed_at)


class Scheduler:
    """The operations of the scheduler. Nothing here is sent twice, except the question for a status.

    Args:
        session: sends them.
        credentials: gives the profile's login to Snowflake, or None for the environment's own connection.
        at_host_root: ``/scheduler/...`` stands at the root of the host instead of below ``/api/v1``.
    """

    def __init__(
        self, session: Session, credentials: Callable[[], Credentials | None], *, at_host_root: bool
    ) -> None:
        self._session = session
        self._credentials = credentials
        self._at_host_root = at_host_root

    def start(
        self,
        environment_id: str | int,
        *,
        job_id: str | int | None = None,
        include_nodes_selector: str | None = None,
        exclude_nodes_selector: str | None = None,
        parallelism: int | None = None,
        force_ignore_workspace_status: bool | None = None,
        parameters: Mapping[str, Any] | None = None,
        credentials: Credentials | FromProfile | None = "profile",
    ) -> int:
        """Start a run, and give its counter (POST /scheduler/startRun). It is never sent twice.

        The service rebuilds tables in the environment's databases: those of every node, or of
        the nodes of the job or the selectors.

        Args:
            environment_id: the environment; :meth:`Environments.find` gives one by its name.
            job_id: the job to run; it has its own selectors.
            include_nodes_selector: the nodes to run, such as ``{ location: "MARTS" name: "fact_orders" }``,
                several joined with ``OR``.
            exclude_nodes_selector: nodes to leave out, likewise.
            parallelism: how many nodes may run at once; the service's own is 16.
            force_ignore_workspace_status: run although the last deploy failed, which may do further harm.
            parameters: for the nodes' SQL; they replace all that the environment has. Numbers, True and False
                become text.
            credentials: how to log in to Snowflake: the profile's way, another one, or None for the
                environment's own connection.

        Raises:
            InputError: something cannot be sent as it is; nothing was.
            ConfigError: the profile has only a part of a login to Snowflake.
            OutcomeUnknown: no answer; it may have been started. Look before it is repeated.
        """
        body = self.request(
            environment_id,
            job_id=job_id,
            include_nodes_selector=include_nodes_selector,
            exclude_nodes_selector=exclude_nodes_selector,
            parallelism=parallelism,
            force_ignore_workspace_status=force_ignore_workspace_status,
            parameters=parameters,
            credentials=credentials,
        )
        return self._started(START, body)

    def request(
        self,
        environment_id: str | int,
        *,
        job_id: str | int | None = None,
        include_nodes_selector: str | None = None,
        exclude_nodes_selector: str | None = None,
        parallelism: int | None = None,
        force_ignore_workspace_status: bool | None = None,
        parameters: Mapping[str, Any] | None = None,
        credentials: Credentials | FromProfile | None = "profile",
    ) -> dict[str, Any]:
        """Give the body that :meth:`start` would send, and send nothing; its secrets are :class:`Secret`.

        Arguments and errors are those of :meth:`start`.
        """
        if job_id is not None and (include_nodes_selector or exclude_nodes_selector):
            raise InputError("A job has its own selectors.", "Give either job_id or selectors.")
        if not (force_ignore_workspace_status is None or isinstance(force_ignore_workspace_status, bool)):
            raise InputError(
                f"force_ignore_workspace_status is {force_ignore_workspace_status!r}.", "Use True or False."
            )
        details = {
            "environmentID": identifier(environment_id, "environment"),
            "jobID": None if job_id is None else identifier(job_id, "job"),
            "includeNodesSelector": _selector(include_nodes_selector, "include_nodes_selector"),
            "excludeNodesSelector": _selector(exclude_nodes_selector, "exclude_nodes_selector"),
            "parallelism": None if parallelism is None else count(parallelism, "parallelism"),
            "forceIgnoreWorkspaceStatus": force_ignore_workspace_status,
        }
        body: dict[str, Any] = {
            "runDetails": {name: value for name, value in details.items() if value is not None}
        }
        return body | self._login(credentials) | _parameters(parameters)

    def status(self, run_counter: str | int) -> RunStatus:
        """Read how far a run is (GET /scheduler/runStatus).

        Raises:
            Invalid: there is no such run, in the service's words.
        """
        number = count(run_counter, "run_counter")
        told = fetch_record(self._session, self._at(STATUS), RunStatus, params={"runCounter": number})
        return told if told.run_counter is not None else replace(told, run_counter=number)

    def rerun(
        self,
        run_counter: str | int,
        *,
        form: Literal["counter", "details"] = "counter",
        parameters: Mapping[str, Any] | None = None,
        credentials: Credentials | FromProfile | None = "profile",
    ) -> int:
        """Run again what failed in a run, and give the new run's counter (POST /scheduler/rerun).

        The service rebuilds the tables of the nodes that failed or were skipped. It is never sent twice.

        Args:
            run_counter: the failed run.
            form: ``counter`` is the contract's body; ``details`` the one of the vendor's newer pages, with a
                login and parameters.
            parameters: for ``details`` only; those of the first run are not kept.
            credentials: for ``details`` only; see :meth:`start`.

        Raises:
            InputError: something cannot be sent as it is; nothing was.
            Invalid: the run did not fail, or there is none.
            OutcomeUnknown: no answer; it may have been started. Look before it is repeated.
        """
        number = count(run_counter, "run_counter")
        _known_form(form, ("counter", "details"))
        if form == "counter":
            if parameters is not None or isinstance(credentials, Credentials):
                raise InputError(
                    "A rerun by its counter takes neither parameters nor credentials.", 'Use form="details".'
                )
            return self._started(RERUN, {"runCounter": number})
        # This form wants a login; without one of ours it is the environment's own connection.
        login = self._login(credentials) or {"userCredentials": Credentials("OAuth").body()}
        body = {"runDetails": {"runID": str(number)}, **login, **_parameters(parameters)}
        return self._started(RERUN, body)

    def cancel(
        self,
        run_counter: str | int,
        *,
        form: Literal["counter", "run_id"] = "counter",
        environment_id: str | int | None = None,
    ) -> None:
        """Stop a run that is queued or running (POST /scheduler/cancelRun).

        Nodes that are done stay done, the others are not built. It is never sent twice.

        Args:
            run_counter: the run.
            form: ``counter`` is the contract's body; ``run_id`` the one of the vendor's newer pages.
            environment_id: for ``run_id`` only.

        Raises:
            Invalid: the run has ended, or there is none.
            OutcomeUnknown: no answer; it may have been cancelled.
        """
        number = count(run_counter, "run_counter")
        _known_form(form, ("counter", "run_id"))
        body: dict[str, Any] = {"runCounter" if form == "counter" else "runID": number}
        if environment_id is not None:
            if form == "counter":
                raise InputError(
                    "A run is cancelled by its counter without an environment.", 'Use form="run_id".'
                )
            body["environmentID"] = identifier(environment_id, "environment")
        look = (
            f"It was not sent again, and the run may have been cancelled: "
            f"look at ws.coalesce.runs.get({number}) before you repeat it."
        )
        with looking(look):
            self._session.fetch(self._at(CANCEL), json=body)

    def rehearse(self, act: Callable[[Scheduler], object]) -> Order:
        """Give the request that ``act`` would send through the scheduler it is handed, and send nothing.

        ``scheduler.rehearse(lambda it: it.rerun(612))`` is what ``scheduler.rerun(612)`` sends.
        """
        session = Rehearsal({"runCounter": 1})
        act(Scheduler(session, self._credentials, at_host_root=self._at_host_root))
        return session.orders[-1]

    def _at(self, operation: Operation) -> Operation:
        if not self._at_host_root:
            return operation
        return replace(operation, path=operation.path.removeprefix(_API))

    def _login(self, credentials: Credentials | FromProfile | None) -> dict[str, Any]:
        found = self._credentials() if credentials == "profile" else credentials
        if found is None:
            return {}
        if not isinstance(found, Credentials):
            raise InputError(
                "The credentials are none.",
                'Pass Credentials(...), None, or "profile" for those of the profile.',
            )
        return {"userCredentials": found.body()}

    def _started(self, operation: Operation, body: dict[str, Any]) -> int:
        with looking(_LOOK), self._session.naming(operation, *pieces(body)):
            answer = self._session.fetch(self._at(operation), json=body)
            number = as_count(answer.get("runCounter")) if isinstance(answer, dict) else None
            if not number or number < 1:
                raise Malformed("The answer has no counter of a run.")
            return number


def _selector(selector: str | None, name: str) -> str | None:
    if selector is None:
        return None
    if not isinstance(selector, str) or not selector.strip():
        # Empty means every node to the service; who wrote a selector did not mean that.
        raise InputError(f"The {name} is {selector!r}.", "Leave it out to run every node.")
    return word(selector, name)


def _parameters(parameters: Mapping[str, Any] | None) -> dict[str, Any]:
    return {} if parameters is None else {"parameters": text_parameters(parameters)}


def _known_form(form: str, forms: tuple[str, str]) -> None:
    if form not in forms:
        raise InputError(f"There is no form {form!r}.", f"Use {forms[0]!r} or {forms[1]!r}.")
