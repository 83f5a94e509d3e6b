"""Data diffs: two tables or queries compared by the service; started, awaited, read, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.datafold.answers import fetch_numbered
from dataexplore.clients.datafold.diff_options import DataDiffFilters, DataDiffOptions
from dataexplore.clients.datafold.diff_results import DataDiffResults
from dataexplore.clients.datafold.instants import instant_text
from dataexplore.clients.datafold.options import any_of, known_options, names_list
from dataexplore.clients.datafold.paths import join_path, read_path
from dataexplore.clients.datafold.states import ENDED
from dataexplore.clients.records import (
    Record,
    Records,
    flag,
    instant,
    integer,
    number,
    part,
    record,
    text,
    texts,
)
from dataexplore.clients.waiting import wait
from dataexplore.errors import InputError
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from dataexplore.transport import Session

__all__ = ["DataDiff", "DataDiffSummary", "DataDiffs", "DiffProgress", "DiffStats"]

_ONE = "/api/v1/datadiffs/{datadiff_id}"
LIST = Operation("list_datadiffs_api_v1_datadiffs_get", "GET", "/api/v1/datadiffs", repeatable=True)
CREATE = Operation("create_datadiff_api_v1_datadiffs_post", "POST", "/api/v1/datadiffs", repeatable=False)
GET = Operation("get_datadiff_api_v1_datadiffs__datadiff_id__get", "GET", _ONE, repeatable=True)
# It sets two flags to what they shall be: sent twice, they are what they were after the first time.
UPDATE = Operation("update_datadiff_api_v1_datadiffs__datadiff_id__patch", "PATCH", _ONE, repeatable=True)
CANCEL = Operation(
    "cancel_diff_api_v1_datadiffs__datadiff_id__cancel_post", "POST", f"{_ONE}/cancel", repeatable=False
)
SUMMARY = Operation(
    "get_diff_summary_api_v1_datadiffs__datadiff_id__summary_get", "GET", f"{_ONE}/summary", repeatable=True
)
SUMMARY_RESULTS = Operation(
    "get_diff_summary_v1_api_v1_datadiffs__datadiff_id__summary_results_get",
    "GET",
    f"{_ONE}/summary_results",
    repeatable=True,
)


@record
class DiffStats(Record):
    """How much differs: shares from 0 to 1, counts of rows."""

    match_ratio: float | None = number()
    diff_pks: float | None = number()
    diff_values: float | None = number()
    diff_schema: float | None = number()
    rows_added: int | None = integer()
    rows_removed: int | None = integer()
    table_a_row_count: int | None = integer()
    table_b_row_count: int | None = integer()
    sampled: bool | None = flag()


@record
class DiffProgress(Record):
    """How far a running diff is."""

    completed_steps: int | None = integer()
    total_steps: int | None = integer()


@record
class DataDiff(Record):
    """A data diff.

    Attributes:
        status: ``waiting``, ``queued``, ``processing``, ``done``, ``failed``, ``cancelled`` or another word.
        result: ``identical``, ``different``, ``empty``, ``missing-pks``, ``bad-pks``, ``error`` or another.
        runtime: seconds.
    """

    id: int | None = integer()
    status: str | None = text()
    result: str | None = text()
    table1: tuple[str, ...] | None = texts(join_path)
    table2: tuple[str, ...] | None = texts(join_path)
    query1: str | None = text()
    query2: str | None = text()
    pk_columns: tuple[str, ...] | None = texts()
    created_at: dt.datetime | None = instant()
    finished_at: dt.datetime | None = instant()
    runtime: float | None = number()
    diff_stats: DiffStats | None = part(DiffStats)
    diff_progress: DiffProgress | None = part(DiffProgress)
    kind: str | None = text()
    algorithm: str | None = text()
    source: str | None = text()
    data_source1_id: int | None = integer()
    data_source2_id: int | None = integer()
    monitor_id: int | None = integer()
    ci_run_id: int | None = integer()
    tags: tuple[str, ...] | None = texts()
    archived: bool | None = flag()
    purged: bool | None = flag()
    updated_at: dt.datetime | None = instant()

    @property
    def ended(self) -> bool:
        """Whether the service works on it no more."""
        return self.status in ENDED


@record
class DataDiffSummary(Record):
    """A data diff in a few readable words.

    Attributes:
        feedback: the service's own sentence.
    """

    id: int | None = integer()
    status: str | None = text()
    result: str | None = text()
    feedback: str | None = text()
    error: str | None = text()
    table1: tuple[str, ...] | None = texts(join_path)
    table2: tuple[str, ...] | None = texts(join_path)
    pk_columns: tuple[str, ...] | None = texts()
    results_count: int | None = integer()
    created_at: dt.datetime | None = instant()
    finished_at: dt.datetime | None = instant()
    data_source1_id: int | None = integer()
    data_source1_name: str | None = text()
    data_source2_id: int | None = integer()
    data_source2_name: str | None = text()


class DataDiffs:
    """The operations on data diffs."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def create(
        self,
        *,
        data_source1_id: int,
        data_source2_id: int | None = None,
        table1: str | Sequence[str] | None = None,
        table2: str | Sequence[str] | None = None,
        query1: str | None = None,
        query2: str | None = None,
        file1: str | None = None,
        file2: str | None = None,
        pk_columns: str | Sequence[str] = (),
        **options: Unpack[DataDiffOptions],
    ) -> DataDiff:
        """Start a data diff (POST /api/v1/datadiffs). It is never sent twice.

        Args:
            data_source1_id: where the first side is.
            data_source2_id: where the second is; the same without it.
            table1: the first side as a table: its path as text, or its parts.
            table2: the second side as a table.
            query1: the first side as a query.
            query2: the second side as a query.
            file1: the first side as the address of a file.
            file2: the second side as the address of a file.
            pk_columns: the columns that tell rows apart; or ask for ``infer_pk=True``.
            options: see :class:`DataDiffOptions`.

        Raises:
            InputError: a side has not exactly one of table, query and file, or there is no key.
            OutcomeUnknown: no answer; the diff may have been started.
        """
        sides = {**_side(1, table1, query1, file1), **_side(2, table2, query2, file2)}
        more = known_options(options, DataDiffOptions)
        if not pk_columns and not more.get("infer_pk"):
            raise InputError(
                "A data diff needs columns that tell rows apart.", "Give pk_columns, or infer_pk=True."
            )
        body = {
            "data_source1_id": data_source1_id,
            "data_source2_id": data_source1_id if data_source2_id is None else data_source2_id,
            **sides,
            "pk_columns": names_list(pk_columns),
            **{name: instant_text(value) if name in _INSTANTS else value for name, value in more.items()},
        }
        return fetch_record(self._session, CREATE, DataDiff, json=body)

    def get(self, datadiff_id: int, *, poll: bool = False, deadline_s: float | None = None) -> DataDiff:
        """Read a data diff (GET /api/v1/datadiffs/{datadiff_id}); with ``poll`` also how far it is."""
        return fetch_record(
            self._session,
            GET,
            DataDiff,
            {"datadiff_id": datadiff_id},
            params={"poll": "true" if poll else None},
            deadline_s=deadline_s,
        )

    def wait(
        self,
        datadiff_id: int,
        *,
        on_progress: Callable[[DataDiff], None] | None = None,
        deadline_s: float | None = None,
    ) -> DataDiff:
        """Wait until a data diff is done, failed or cancelled. When the waiting ends early, the diff goes on.

        Args:
            datadiff_id: the diff.
            on_progress: called with each state read, and about ten times a second with the last one.
            deadline_s: total seconds; None waits as long as it takes.

        Raises:
            DeadlineExceeded: it did not end in time.
        """
        return wait(
            self._session,
            lambda seconds: self.get(datadiff_id, poll=True, deadline_s=seconds),
            lambda diff: diff.ended,
            left=f"Data diff {datadiff_id} goes on in Datafold: wait for it again, "
            f"or end it with ws.datafold.data_diffs.cancel({datadiff_id}).",
            on_progress=on_progress,
            deadline_s=deadline_s,
        )

    def iterate(
        self,
        *,
        limit: int | None = None,
        order_by: str | None = None,
        sort_order: str | None = None,
        accessible_only: bool | None = None,
        **filters: Unpack[DataDiffFilters],
    ) -> Iterator[DataDiff]:
        """Read the data diffs one by one, each page when it is needed (GET /api/v1/datadiffs).

        Args:
            limit: at most so many; None for all.
            order_by: a field; the service orders by ``id`` without it.
            sort_order: ``asc`` or ``desc``; the service's own is ``asc``.
            accessible_only: only those whose data this token may see.
            filters: see :class:`DataDiffFilters`.

        Raises:
            Malformed: a page cannot be trusted, or diffs are missing at the end.
        """
        query = {name: any_of(value) for name, value in known_options(filters, DataDiffFilters).items()}
        query |= {"order_by": order_by, "sort_order": sort_order}
        if accessible_only is not None:
            query["accessible_only"] = str(accessible_only).lower()
        return fetch_numbered(self._session, LIST, DataDiff, rows="results", query=query, limit=limit)

    def list(
        self,
        *,
        limit: int | None = None,
        order_by: str | None = None,
        sort_order: str | None = None,
        accessible_only: bool | None = None,
        **filters: Unpack[DataDiffFilters],
    ) -> Records[DataDiff]:
        """List the data diffs (GET /api/v1/datadiffs); arguments and errors as of :meth:`iterate`."""
        found = self.iterate(
            limit=limit,
            order_by=order_by,
            sort_order=sort_order,
            accessible_only=accessible_only,
            **filters,
        )
        return Records(found, DataDiff)

    def summary(self, datadiff_id: int) -> DataDiffSummary:
        """Read a data diff in a few words (GET /api/v1/datadiffs/{datadiff_id}/summary)."""
        return fetch_record(self._session, SUMMARY, DataDiffSummary, {"datadiff_id": datadiff_id})

    def summary_results(self, datadiff_id: int) -> DataDiffResults:
        """Read the figures: keys, values, schema (GET /api/v1/datadiffs/{datadiff_id}/summary_results).

        A diff that runs has none yet, one that failed has an error, and one between two databases no schema.
        """
        return fetch_record(self._session, SUMMARY_RESULTS, DataDiffResults, {"datadiff_id": datadiff_id})

    def cancel(self, datadiff_id: int) -> DataDiff:
        """End a data diff that runs (POST /api/v1/datadiffs/{datadiff_id}/cancel); gives id and status."""
        return fetch_record(self._session, CANCEL, DataDiff, {"datadiff_id": datadiff_id})

    def update(
        self, datadiff_id: int, *, archived: bool | None = None, purged: bool | None = None
    ) -> DataDiff:
        """Archive a data diff, or purge what it kept (PATCH /api/v1/datadiffs/{datadiff_id}).

        Raises:
            InputError: neither is given.
        """
        flags = {"archived": archived, "purged": purged}
        body = {name: value for name, value in flags.items() if value is not None}
        if not body:
            raise InputError("There is nothing to change.", "Give archived or purged.")
        return fetch_record(self._session, UPDATE, DataDiff, {"datadiff_id": datadiff_id}, json=body)


_INSTANTS = {"time_interval_start", "time_interval_end", "time_travel_point1", "time_travel_point2"}


def _side(
    number: int, table: str | Sequence[str] | None, query: str | None, file: str | None
) -> dict[str, Any]:
    given = {"table": table, "query": query, "file": file}
    found = {f"{name}{number}": value for name, value in given.items() if value}
    if len(found) != 1:
        names = " and ".join(found) or "nothing"
        raise InputError(
            f"Side {number} of the data diff is given by {names}.",
            f"Give exactly one of table{number}, query{number} and file{number}.",
        )
    return {f"table{number}": read_path(table)} if table else found
