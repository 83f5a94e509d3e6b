"""What the components of a task's run did, as Talend's monitoring counts it; kept for 31 days."""

from __future__ import annotations

import datetime as dt
import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from dataexplore.clients.answers import page_size
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import INSTANT, Record, Records, number, record, text, told
from dataexplore.clients.talend.rights import processing
from dataexplore.errors import InputError, Malformed
from dataexplore.transport import Operation, by_offset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.transport import Session

__all__ = ["ComponentMetric", "Metrics"]

COMPONENTS = Operation(
    "getComponentMetrics",
    "GET",
    "/monitoring/observability/executions/{executionId}/component",
    repeatable=True,
)
_MOST = 200


def _from_epoch(raw: Any) -> dt.datetime | None:
    """Read seconds since 1970."""
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return None
    try:
        return dt.datetime.fromtimestamp(raw, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return None


@record
class ComponentMetric(Record):
    """What one component did in a task's run; counters that have no field here are in ``raw``.

    Attributes:
        connector_id: the component's name in the job, such as ``tDBOutput_1``.
        connector_type: what it is, such as ``tDBOutput``.
        connector_label: what its author called it.
        stacktrace: why it failed.
    """

    connector_id: str | None = text("connector_id")
    connector_type: str | None = text("connector_type")
    connector_label: str | None = text("connector_label")
    started_at: dt.datetime | None = told(_from_epoch, INSTANT, "component_start_time_seconds")
    duration_ms: float | None = number("component_execution_duration_milliseconds")
    stacktrace: str | None = text()
    task_id: str | None = text("task_id")
    task_execution_id: str | None = text("task_execution_id")


class Metrics:
    """The counters of monitoring."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def components(
        self,
        execution_id: str,
        *,
        limit: int | None = None,
        sort_by: str = "component_start_time_seconds",
        sort_order: Literal["asc", "desc"] = "desc",
    ) -> Records[ComponentMetric]:
        """Read what the components of a task's run did.

        GET /monitoring/observability/executions/{executionId}/component

        Args:
            execution_id: the task's run.
            limit: at most so many; None for all.
            sort_by: a field, by the service's own name.
            sort_order: ``asc`` or ``desc``.

        Raises:
            InputError: a limit or an order that is none.
            Forbidden: the account has no right to metrics.
            NotFound: there are none of this run, or they are too old.
        """
        return Records(
            self.iterate_components(execution_id, limit=limit, sort_by=sort_by, sort_order=sort_order),
            ComponentMetric,
        )

    def iterate_components(
        self,
        execution_id: str,
        *,
        limit: int | None = None,
        sort_by: str = "component_start_time_seconds",
        sort_order: Literal["asc", "desc"] = "desc",
    ) -> Iterator[ComponentMetric]:
        """Go through the components, each page read when it is needed; arguments as of :meth:`components`."""
        size = page_size(limit, _MOST)
        if sort_order not in ("asc", "desc"):
            raise InputError(f"sort_order is {sort_order!r}.", 'Use "asc" or "desc".')
        names = {"executionId": identifier(execution_id, "task run")}
        fixed = {"sortBy": word(sort_by, "sort_by"), "sortOrder": sort_order}

        def ask(page: dict[str, str | int]) -> Any:
            return _rows(self._session.fetch(COMPONENTS, names, params={**fixed, **page}))

        def read() -> Iterator[ComponentMetric]:
            with processing(COMPONENTS), self._session.naming(COMPONENTS):
                for row in by_offset(ask, limit=size):
                    yield ComponentMetric.read(row["row"])

        return islice(read(), limit)


def _rows(answer: Any) -> list[dict[str, Any]]:
    """Find the rows of a page, each under a key: no field of theirs tells them apart for sure."""
    if answer in ({}, {"metrics": None}, {"metrics": {}}):
        return []
    match answer:
        case {"metrics": {"items": [*rows]}} if all(isinstance(row, dict) for row in rows):
            return [{"id": json.dumps(row, sort_keys=True), "row": row} for row in rows]
        case _:
            raise Malformed(
                "The answer has no metrics of components.",
                "Check the address: something else may have answered.",
            )
