"""How the nodes of a run went: their statuses, times, rows and errors, in either of the service's shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.clients.coalesce.words import as_count, counter, elapsed, plain_status, seconds
from dataexplore.clients.records import (
    INSTANT,
    Record,
    Records,
    as_instant,
    first_of,
    flag,
    instant,
    parts,
    record,
    text,
    told,
    whole,
)
from dataexplore.errors import Malformed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

__all__ = ["QueryResult", "RunResult", "result_rows"]

# What a result has at least one of; an object without them is something else.
_TELLING = frozenset({"nodeName", "name", "status", "runState", "isRunning", "queryResults"})
_ROWS = ("rowsInserted", "rowsUpdated", "rowsDeleted")


def _words(raw: Any) -> str | None:
    """Read an error, which is a text or has two."""
    match raw:
        case str():
            return raw or None
        case {"errorString": str(words)} if words:
            return words
        case {"errorDetail": str(words)} if words:
            return words
        case _:
            return None


@record
class QueryResult(Record):
    """One statement of a node.

    Attributes:
        name: the stage, such as the creation of the table or the insert.
        status: in the service's own word.
        error: what the warehouse said.
    """

    name: str | None = text()
    status: str | None = text()
    success: bool | None = flag()
    started_at: dt.datetime | None = instant("startTime")
    ended_at: dt.datetime | None = instant("endTime")
    duration_s: float | None = elapsed(("startTime",), ("endTime",))
    rows_inserted: int | None = counter("rowsInserted")
    rows_updated: int | None = counter("rowsUpdated")
    rows_deleted: int | None = counter("rowsDeleted")
    error: str | None = told(_words, pa.string(), "error")
    query_id: str | None = text("queryID")
    warehouse: str | None = text()
    sql: str | None = text()


def _queries(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    queries = raw.get("queryResults")
    yield from (each for each in queries if isinstance(each, dict)) if isinstance(queries, list) else ()


def _status(raw: Mapping[str, Any]) -> str | None:
    word = first_of(
        raw, lambda value: value if isinstance(value, str) and value else None, "status", "runState"
    )
    if word is None and raw.get("isRunning") is True:
        return "running"
    return None if word is None else plain_status(word)


def _started(raw: Mapping[str, Any]) -> dt.datetime | None:
    times = (as_instant(query.get("startTime")) for query in _queries(raw))
    return min((time for time in times if time), default=None)


def _ended(raw: Mapping[str, Any]) -> dt.datetime | None:
    times = (as_instant(query.get("endTime")) for query in _queries(raw))
    return max((time for time in times if time), default=None)


def _rows(raw: Mapping[str, Any]) -> int | None:
    """Read how many rows it touched: as told, else what its statements add up to, else nothing is known."""
    said = as_count(raw.get("rowsAffected"))
    if said is not None:
        return said
    counts = [as_count(query.get(name)) for query in _queries(raw) for name in _ROWS]
    known = [each for each in counts if each is not None]
    return sum(known) if known else None


def _error(raw: Mapping[str, Any]) -> str | None:
    rendered = raw.get("renderQueryResult")
    queries = [*_queries(raw), *([rendered] if isinstance(rendered, dict) else [])]
    return next(filter(None, (_words(query.get("error")) for query in queries)), _words(raw.get("error")))


@record
class RunResult(Record):
    """How one node of a run went.

    Attributes:
        status: ``queued``, ``running``, ``success``, ``failed``, ``skipped``, ``cancelled``, or another word.
        rows_affected: rows inserted, updated and deleted; None for a view, or when the service does not tell.
        started_at: when its first statement started; None when the service tells no times.
        ended_at: when its last statement ended.
        error: why it failed, in the warehouse's words.
        queries: its statements, when the service tells them.
    """

    node_id: str | None = text("nodeID", "id")
    node_name: str | None = text("nodeName", "name")
    status: str | None = whole(_status, pa.string())
    rows_affected: int | None = whole(_rows, pa.int64())
    started_at: dt.datetime | None = whole(_started, INSTANT)
    ended_at: dt.datetime | None = whole(_ended, INSTANT)
    duration_s: float | None = whole(lambda raw: seconds(_started(raw), _ended(raw)), pa.float64())
    error: str | None = whole(_error, pa.string())
    queries: Records[QueryResult] | None = parts(QueryResult, "queryResults")


def result_rows(answer: Any) -> list[Any]:
    """Find the results in an answer: a page, a bare list, or (seen in public clients) a map by node ids.

    Raises:
        Malformed: there are none in it, or the page has another one, for which the contract has no question.
    """
    following = answer.get("next") if isinstance(answer, dict) else None
    if isinstance(following, (str, int)) and following != "":
        raise Malformed(
            "The results of the run go on after this page, and the service has no way to ask for more.",
            "Look at the run in Coalesce itself.",
        )
    found = answer.get("data", answer) if isinstance(answer, dict) else answer
    found = found.get("nodes", found) if isinstance(found, dict) else found
    if isinstance(found, dict) and (found or found is not answer) and all(map(_is_result, found.values())):
        return [{"nodeID": node_id, **each} for node_id, each in found.items()]
    if isinstance(found, list):
        return found
    raise Malformed(
        "The answer has no results of a run.", "Check the address: something else may have answered."
    )


def _is_result(value: Any) -> bool:
    return isinstance(value, dict) and not _TELLING.isdisjoint(value)
