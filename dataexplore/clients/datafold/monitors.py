"""Monitors: created in four kinds, run, and their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.datafold.answers import fetch_numbered
from dataexplore.clients.datafold.instants import instant_text
from dataexplore.clients.datafold.options import any_of, known_options
from dataexplore.clients.records import Record, Records, anything, flag, instant, integer, record, text, texts
from dataexplore.clients.waiting import wait
from dataexplore.errors import InputError, Malformed
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from dataexplore.transport import Session

__all__ = ["Monitor", "MonitorDetails", "MonitorOptions", "MonitorRun", "Monitors"]

_ONE = "/api/v1/monitors/{id}"
_CREATE = "/api/v1/monitors/create"
LIST = Operation("list_monitors_api_v1_monitors_get", "GET", "/api/v1/monitors", repeatable=True)
GET = Operation("get_monitor_api_v1_monitors__id__get", "GET", _ONE, repeatable=True)
CREATE_DIFF = Operation(
    "create_monitor_diff_api_v1_monitors_create_diff_post", "POST", f"{_CREATE}/diff", repeatable=False
)
CREATE_METRIC = Operation(
    "create_monitor_metric_api_v1_monitors_create_metric_post", "POST", f"{_CREATE}/metric", repeatable=False
)
CREATE_SCHEMA = Operation(
    "create_monitor_schema_api_v1_monitors_create_schema_post", "POST", f"{_CREATE}/schema", repeatable=False
)
CREATE_TEST = Operation(
    "create_monitor_test_api_v1_monitors_create_test_post", "POST", f"{_CREATE}/test", repeatable=False
)
RUN = Operation("start_monitor_run_api_v1_monitors__id__run_post", "POST", f"{_ONE}/run", repeatable=False)
RUNS = Operation("list_monitor_runs_api_v1_monitors__id__runs_get", "GET", f"{_ONE}/runs", repeatable=True)
GET_RUN = Operation(
    "get_monitor_run_api_v1_monitors__id__runs__run_id__get",
    "GET",
    f"{_ONE}/runs/{{run_id}}",
    repeatable=True,
)

_UNFINISHED = frozenset({"created", "queued", "checking"})


@record
class Monitor(Record):
    """A monitor as the listing tells it.

    Attributes:
        monitor_type: ``diff``, ``metric``, ``schema``, ``test`` or another word.
        state: of its last run: ``ok``, ``alert``, ``error``, ``learning`` or another word.
    """

    id: int | None = integer()
    name: str | None = text()
    monitor_type: str | None = text()
    state: str | None = text()
    enabled: bool | None = flag()
    last_run: dt.datetime | None = instant()
    last_alert: dt.datetime | None = instant()
    tags: tuple[str, ...] | None = texts()
    owner: str | None = text()
    created_at: dt.datetime | None = instant()
    modified_at: dt.datetime | None = instant()


@record
class MonitorDetails(Monitor):
    """A monitor with what it checks, when, and whom it tells: the service's own objects."""

    description: str | None = text()
    schedule: Any = anything()
    dataset: Any = anything()
    alert: Any = anything()
    notifications: Any = anything()


@record
class MonitorRun(Record):
    """One run of a monitor.

    Attributes:
        state: ``ok``, ``alert``, ``error``, ``learning``, ``skipped``, ``cancelled``; ``created``, ``queued``
            and ``checking`` before it ends; or another word.
        warnings: why it alerts, in the service's words; told of one run, not in a listing.
        diff_id: the data diff it made.
    """

    run_id: int | None = integer()
    monitor_id: int | None = integer()
    state: str | None = text()
    started_at: dt.datetime | None = instant()
    warnings: tuple[str, ...] | None = texts()
    error: str | None = text()
    diff_id: int | None = integer()

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more; a word nobody knows counts as an end."""
        return self.state is not None and self.state not in _UNFINISHED


class MonitorOptions(TypedDict, total=False):
    """What any monitor can be told besides, by the names of the contract."""

    description: str | None
    enabled: bool | None
    notifications: Sequence[Mapping[str, Any]] | None
    owner: str | None
    tags: Sequence[str] | None


class Monitors:
    """The operations on monitors.

    A schedule is the contract's object: ``{"type": "crontab", "cron": "0 5 * * *"}``,
    ``{"interval": {"every": "hour", "type": "hourly"}}``, ``{"type": "none"}``.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self,
        *,
        limit: int | None = None,
        order_by: str | None = None,
        sort_order: str | None = None,
        tags: str | Sequence[str] | None = None,
    ) -> Records[Monitor]:
        """List the monitors (GET /api/v1/monitors).

        Args:
            limit: at most so many; None for all.
            order_by: ``id``, ``name``, ``last_triggered``, ``last_run`` or ``created_by``.
            sort_order: ``asc`` or ``desc``; the service's own is ``desc``.
            tags: any of these.

        Raises:
            Malformed: a page cannot be trusted, or monitors are missing at the end.
        """
        query = {"order_by": order_by, "sort_order": sort_order, "tags": any_of(tags)}
        found = fetch_numbered(self._session, LIST, Monitor, rows="monitors", query=query, limit=limit)
        return Records(found, Monitor)

    def get(self, monitor_id: int) -> MonitorDetails:
        """Read a monitor (GET /api/v1/monitors/{id})."""
        return fetch_record(self._session, GET, MonitorDetails, {"id": monitor_id})

    def create_diff(
        self,
        *,
        name: str,
        schedule: Mapping[str, Any],
        datadiff: Mapping[str, Any],
        alert: Mapping[str, Any] | None = None,
        **options: Unpack[MonitorOptions],
    ) -> int:
        """Create a monitor that compares two datasets, and give its id (POST /api/v1/monitors/create/diff).

        Args:
            name: its name.
            schedule: when it runs.
            datadiff: what is compared, as the contract's ``indb`` or ``inmem`` object.
            alert: from what difference it alerts.
            options: see :class:`MonitorOptions`.
        """
        return self._create(
            CREATE_DIFF, options, name=name, schedule=schedule, datadiff=datadiff, alert=alert
        )

    def create_metric(
        self,
        *,
        name: str,
        schedule: Mapping[str, Any],
        connection_id: int,
        metric: Mapping[str, Any],
        alert: Mapping[str, Any] | None = None,
        **options: Unpack[MonitorOptions],
    ) -> int:
        """Create a monitor of one number, and give its id (POST /api/v1/monitors/create/metric).

        Args:
            name: its name.
            schedule: when it runs.
            connection_id: the data source.
            metric: of a table, a column or a query: ``{"type": "custom", "query": "select count(*) ..."}``.
            alert: its threshold.
            options: see :class:`MonitorOptions`.
        """
        return self._create(
            CREATE_METRIC,
            options,
            name=name,
            schedule=schedule,
            connection_id=connection_id,
            metric=metric,
            alert=alert,
        )

    def create_schema(
        self,
        *,
        name: str,
        schedule: Mapping[str, Any],
        connection_id: int,
        table: str | None = None,
        **options: Unpack[MonitorOptions],
    ) -> int:
        """Create a monitor of a table's columns, and give its id (POST /api/v1/monitors/create/schema).

        Args:
            name: its name.
            schedule: when it runs.
            connection_id: the data source.
            table: its path, as text.
            options: see :class:`MonitorOptions`.
        """
        return self._create(
            CREATE_SCHEMA, options, name=name, schedule=schedule, connection_id=connection_id, table=table
        )

    def create_test(
        self,
        *,
        name: str,
        schedule: Mapping[str, Any],
        connection_id: int,
        query: str | None = None,
        test: Mapping[str, Any] | None = None,
        **options: Unpack[MonitorOptions],
    ) -> int:
        """Create a monitor whose rows are failures, and give its id (POST /api/v1/monitors/create/test).

        Args:
            name: its name.
            schedule: when it runs.
            connection_id: the data source.
            query: SQL; each row it gives is a failure.
            test: a standard test instead, as the contract's object.
            options: see :class:`MonitorOptions`.

        Raises:
            InputError: there is not exactly one of query and test.
        """
        if bool(query) == bool(test):
            raise InputError("A test monitor checks one thing.", "Give either query or test.")
        return self._create(
            CREATE_TEST,
            options,
            name=name,
            schedule=schedule,
            connection_id=connection_id,
            query=query,
            test=test,
        )

    def run(self, monitor_id: int) -> int:
        """Start a run now, and give its id (POST /api/v1/monitors/{id}/run). It is never sent twice."""
        run = fetch_record(self._session, RUN, MonitorRun, {"id": monitor_id})
        return self._told(RUN, run.run_id)

    def runs(
        self,
        monitor_id: int,
        *,
        limit: int | None = None,
        start_time: dt.datetime | str | None = None,
        end_time: dt.datetime | str | None = None,
    ) -> Records[MonitorRun]:
        """List the runs of a monitor (GET /api/v1/monitors/{id}/runs).

        Args:
            monitor_id: the monitor.
            limit: at most so many; None for all.
            start_time: runs from this instant.
            end_time: runs up to this instant.

        Raises:
            InputError: a time without a time zone.
            Malformed: a page cannot be trusted, or runs are missing at the end.
        """
        query = {"start_time": instant_text(start_time), "end_time": instant_text(end_time)}
        found = fetch_numbered(
            self._session,
            RUNS,
            MonitorRun,
            rows="runs",
            names={"id": monitor_id},
            query=query,
            limit=limit,
            key="run_id",
        )
        return Records(found, MonitorRun)

    def get_run(self, monitor_id: int, run_id: int, *, deadline_s: float | None = None) -> MonitorRun:
        """Read one run (GET /api/v1/monitors/{id}/runs/{run_id})."""
        names = {"id": monitor_id, "run_id": run_id}
        return fetch_record(self._session, GET_RUN, MonitorRun, names, deadline_s=deadline_s)

    def wait_run(
        self,
        monitor_id: int,
        run_id: int,
        *,
        on_progress: Callable[[MonitorRun], None] | None = None,
        deadline_s: float | None = None,
    ) -> MonitorRun:
        """Wait until a run ended. When the waiting ends early, the run goes on.

        Args:
            monitor_id: the monitor.
            run_id: the run.
            on_progress: called with each state read, and about ten times a second with the last one.
            deadline_s: total seconds; None waits as long as it takes.

        Raises:
            DeadlineExceeded: it did not end in time.
        """
        return wait(
            self._session,
            lambda seconds: self.get_run(monitor_id, run_id, deadline_s=seconds),
            lambda run: run.ended,
            left=f"Run {run_id} of monitor {monitor_id} goes on in Datafold: wait for it again.",
            on_progress=on_progress,
            deadline_s=deadline_s,
        )

    def _create(self, operation: Operation, options: MonitorOptions, **spec: Any) -> int:
        told = {name: value for name, value in spec.items() if value is not None}
        body = {**told, **known_options(options, MonitorOptions)}
        return self._told(operation, fetch_record(self._session, operation, Monitor, json=body).id)

    def _told(self, operation: Operation, number: int | None) -> int:
        with self._session.naming(operation):
            if number is None:
                raise Malformed("The answer has no id.", "Look for it in the list before you repeat it.")
        return number
