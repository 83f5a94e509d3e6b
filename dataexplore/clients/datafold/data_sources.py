"""Data sources: the connections of the service, their tests, and SQL on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from dataexplore.clients.answers import fetch_list, fetch_record
from dataexplore.clients.datafold.options import known_options
from dataexplore.clients.datafold.query_rows import read_rows
from dataexplore.clients.datafold.states import ENDED
from dataexplore.clients.records import (
    Record,
    Records,
    anything,
    flag,
    instant,
    integer,
    part,
    parts,
    record,
    text,
    texts,
)
from dataexplore.clients.waiting import wait
from dataexplore.errors import InputError, Malformed
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from dataexplore.settings import Limits
    from dataexplore.transport import Session

__all__ = [
    "DataSource",
    "DataSourceOptions",
    "DataSourceSummary",
    "DataSourceTest",
    "DataSourceType",
    "DataSources",
    "LastTest",
    "QueryResult",
    "TestStep",
]

_ALL = "/api/v1/data_sources"
_ONE = f"{_ALL}/{{data_source_id}}"
LIST = Operation("list_data_sources_api_v1_data_sources_get", "GET", _ALL, repeatable=True)
CREATE = Operation("create_new_datasource_api_v1_data_sources_post", "POST", _ALL, repeatable=False)
GET = Operation("get_data_source_api_v1_data_sources__data_source_id__get", "GET", _ONE, repeatable=True)
SUMMARY = Operation(
    "get_data_source_summary_api_v1_data_sources__data_source_id__summary_get",
    "GET",
    f"{_ONE}/summary",
    repeatable=True,
)
TYPES = Operation(
    "get_data_source_types_api_v1_data_sources_types_get", "GET", f"{_ALL}/types", repeatable=True
)
TEST = Operation(
    "test_data_source_api_v1_data_sources__data_source_id__test_post",
    "POST",
    f"{_ONE}/test",
    repeatable=False,
)
TEST_RESULT = Operation(
    "get_data_source_test_result_api_v1_data_sources_test__job_id__get",
    "GET",
    f"{_ALL}/test/{{job_id}}",
    repeatable=True,
)
QUERY = Operation(
    "execute_query_api_v1_data_sources__data_source_id__query_post",
    "POST",
    f"{_ONE}/query",
    repeatable=False,
    deadline_s=None,
)


@record
class TestStep(Record):
    """One step of a connection test.

    Attributes:
        step: ``connection``, ``temp_schema``, ``schema_download``, ``lineage_download`` or another word.
        result: the service's own object: code, message, outcome.
    """

    __test__ = False  # not a test class, whatever its name looks like to a test runner

    step: str | None = text()
    status: str | None = text()
    result: Any = anything()


@record
class LastTest(Record):
    """The last connection test of a data source."""

    tested_at: dt.datetime | None = instant()
    results: Records[TestStep] | None = parts(TestStep)


@record
class DataSource(Record):
    """A data source; its ``id`` is the data connection id of lineage. Its connection settings are in ``raw``.

    Attributes:
        accessible: whether this token may use it.
        float_tolerance: relative difference up to which two floats are alike.
    """

    id: int | None = integer()
    name: str | None = text()
    type: str | None = text()
    accessible: bool | None = flag()
    is_paused: bool | None = flag()
    hidden: bool | None = flag()
    view_only: bool | None = flag()
    temp_schema: str | None = text()
    lineage_schedule: str | None = text()
    schema_indexing_schedule: str | None = text()
    profile_schedule: str | None = text()
    max_allowed_connections: int | None = integer()
    last_test: LastTest | None = part(LastTest)


@record
class DataSourceSummary(Record):
    """Id, name and kind of a data source."""

    id: int | None = integer()
    name: str | None = text()
    type: str | None = text()


@record
class DataSourceType(Record):
    """A kind of data source.

    Attributes:
        configuration_schema: what its ``options`` must be, as the service describes it.
    """

    name: str | None = text()
    type: str | None = text()
    features: tuple[str, ...] | None = texts()
    configuration_schema: Any = anything()


@record
class DataSourceTest(Record):
    """A connection test and its steps.

    Attributes:
        status: ``waiting``, ``queued``, ``processing``, ``done``, ``failed``, ``cancelled`` or another word.
    """

    id: int | None = integer()
    status: str | None = text()
    results: Records[TestStep] | None = parts(TestStep)

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more."""
        return self.status in ENDED


class DataSourceOptions(TypedDict, total=False):
    """What else a new data source can be told, by the names of the contract."""

    catalog_exclude_list: str | None
    catalog_include_list: str | None
    data_retention_days: int | None
    disable_profiling: bool | None
    disable_schema_indexing: bool | None
    float_tolerance: float | None
    group_ids: Sequence[int] | None
    groups: Mapping[str, bool] | None
    hidden: bool | None
    is_paused: bool | None
    lineage_schedule: str | None
    max_allowed_connections: int | None
    profile_exclude_list: str | None
    profile_include_list: str | None
    profile_schedule: str | None
    queue_name: str | None
    scheduled_queue_name: str | None
    schema_indexing_schedule: str | None
    schema_max_age_s: int | None
    temp_schema: str | None
    view_only: bool | None


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A result set.

    Attributes:
        table: its rows.
        bytes: bytes received.
        cut: rows were left unread because ``max_rows`` was reached.
        request_id: the service's id of the request; None without one.
        notes: what decoding had to decide, in sentences.
    """

    table: pa.Table
    bytes: int
    cut: bool
    request_id: str | None
    notes: tuple[str, ...] = ()

    def to_df(self) -> pd.DataFrame:
        """Give the rows with Arrow dtypes."""
        from dataexplore.arrow.frame import to_frame  # noqa: PLC0415 - pandas takes a second, when asked for

        return to_frame(self.table)


class DataSources:
    """The operations on data sources."""

    def __init__(self, session: Session, limits: Limits) -> None:
        self._session = session
        self._limits = limits

    def list(self) -> Records[DataSource]:
        """List the data sources (GET /api/v1/data_sources)."""
        return fetch_list(self._session, LIST, DataSource)

    def get(self, data_source_id: int) -> DataSource:
        """Read a data source (GET /api/v1/data_sources/{data_source_id})."""
        return fetch_record(self._session, GET, DataSource, {"data_source_id": data_source_id})

    def summary(self, data_source_id: int) -> DataSourceSummary:
        """Read id, name and kind (GET /api/v1/data_sources/{data_source_id}/summary)."""
        return fetch_record(self._session, SUMMARY, DataSourceSummary, {"data_source_id": data_source_id})

    def types(self) -> Records[DataSourceType]:
        """List the kinds of data source there are (GET /api/v1/data_sources/types)."""
        return fetch_list(self._session, TYPES, DataSourceType)

    def create(
        self,
        *,
        name: str,
        type: str,  # noqa: A002 - the name in the contract
        options: Mapping[str, Any] | None = None,
        **more: Unpack[DataSourceOptions],
    ) -> DataSource:
        """Add a data source (POST /api/v1/data_sources). It is never sent twice.

        Args:
            name: its name.
            type: its kind; :meth:`types` lists them.
            options: its connection settings; pass a password as :class:`~dataexplore.secret.Secret`.
            more: see :class:`DataSourceOptions`.
        """
        body = {"name": name, "type": type, **known_options(more, DataSourceOptions)}
        if options is not None:
            body["options"] = dict(options)
        return fetch_record(self._session, CREATE, DataSource, json=body)

    def test(self, data_source_id: int) -> int:
        """Start a connection test, and give its job (POST /api/v1/data_sources/{data_source_id}/test)."""
        answer = self._session.fetch(TEST, {"data_source_id": str(data_source_id)})
        with self._session.naming(TEST):
            match answer:
                case {"job_id": int(job_id)}:
                    return job_id
            raise Malformed("The answer has no job_id.", "Look at the data source's last_test.")

    def test_result(self, job_id: int, *, deadline_s: float | None = None) -> DataSourceTest:
        """Read how far a connection test is (GET /api/v1/data_sources/test/{job_id})."""
        return fetch_record(
            self._session, TEST_RESULT, DataSourceTest, {"job_id": job_id}, deadline_s=deadline_s
        )

    def wait_test(
        self,
        job_id: int,
        *,
        on_progress: Callable[[DataSourceTest], None] | None = None,
        deadline_s: float | None = None,
    ) -> DataSourceTest:
        """Wait until a connection test ended. When the waiting ends early, the test goes on.

        Args:
            job_id: what :meth:`test` gave.
            on_progress: called with each state read, and about ten times a second with the last one.
            deadline_s: total seconds; None waits as long as it takes.

        Raises:
            DeadlineExceeded: it did not end in time.
        """
        return wait(
            self._session,
            lambda seconds: self.test_result(job_id, deadline_s=seconds),
            lambda test: test.ended,
            left=f"Test {job_id} goes on in Datafold: read it again with data_sources.test_result({job_id}).",
            on_progress=on_progress,
            deadline_s=deadline_s,
        )

    def query(
        self,
        data_source_id: int,
        query: str,
        *,
        params: Sequence[str] | None = None,
        stream: bool = False,
        max_rows: int | None = None,
        deadline_s: float | None = None,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> QueryResult:
        """Run SQL on a data source (POST /api/v1/data_sources/{data_source_id}/query); it is sent once.

        Args:
            data_source_id: the data source.
            query: SQL in its dialect.
            params: texts for the query's parameters.
            stream: ask the service to send rows as they come; some kinds of data source cannot.
            max_rows: read so many rows, then close; the query itself is not changed.
            deadline_s: total seconds; None waits as long as it takes.
            on_progress: called with rows and bytes so far, about ten times a second and after each piece.

        Raises:
            Invalid: the database refuses the query; ``detail`` has its text.
            OutcomeUnknown: no answer; the query may have run.
            AnswerError: the answer cannot be trusted; nothing of it is used.
        """
        if not query.strip():
            raise InputError("There is no SQL to run.", "Write a query.")
        body: dict[str, Any] = {"query": query}
        if params is not None:
            body["params"] = list(params)
        so_far = [0, 0]

        def tell() -> None:
            if on_progress is not None:
                on_progress(*so_far)

        with (
            self._session.naming(QUERY),
            self._session.open(
                QUERY,
                {"data_source_id": str(data_source_id)},
                json=body,
                params={"stream": "true"} if stream else None,
                headers={"X-Stream-Response": "true"} if stream else None,
                deadline_s=deadline_s,
                on_wait=tell,
            ) as answer,
        ):

            def arrived(rows: int) -> None:
                so_far[:] = rows, answer.wire_bytes
                tell()

            read = read_rows(answer, self._limits, max_rows=max_rows, on_rows=arrived)
            return QueryResult(read.table, answer.wire_bytes, read.cut, answer.request_id, read.notes)
