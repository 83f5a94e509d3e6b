"""Listing data diffs: filtered and sorted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dataexplore.sandbox.records import Record

__all__ = ["Asked", "select"]

# fmt: off
Order = Literal[
    "id", "user_id", "user_name", "data_source1_id", "data_source2_id", "table1", "table2", "query1",
    "query2", "pk_columns", "include_columns", "exclude_columns", "time_column", "time_aggregate", "filter1",
    "filter2", "done", "time_interval_start", "time_interval_end", "created_at", "updated_at",
    "diff_stats_pks", "diff_stats_rows", "diff_stats_values", "stats.match_ratio", "tags", "source", "status",
    "bisection_factor", "bisection_threshold", "ci_type", "ci_run_id", "pr_user_id", "pr_username",
    "pr_user_email", "pr_user_display_name", "pr_num", "pr_branch", "monitor_id", "data_app_type",
    "data_app_data_source_id", "data_app_model1_id", "data_app_model2_id", "data_app_model1_name",
    "data_app_model2_name", "user_ref", "result", "archived", "purged", "kind",
]
# fmt: on

WORDS = {
    "status": "needs_confirmation needs_authentication waiting queued processing done failed cancelled",
    "result": "error bad-pks different missing-pks identical empty",
    "source": "interactive demo_signup manual api ci schedule auto",
    "kind": "in_db cross_db",
}
NUMBERS = ("data_source1_id", "data_source2_id", "monitor_id", "ci_run_id")
MOMENTS = ("created_at", "updated_at")
# Figures and CI fields that the order calls by other names than the record.
STATS = {
    "diff_stats_pks": "diff_pks",
    "diff_stats_rows": "diff_rows",
    "diff_stats_values": "diff_values",
    "stats.match_ratio": "match_ratio",
}
EARLIEST, LATEST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
DATE_LENGTH = len("2026-01-31")


class Asked(requests.Page):
    """The query of the listing; a filter is a comma list, of which any one may hold."""

    sort_order: Literal["asc", "desc"] = "asc"
    order_by: Order = "id"
    accessible_only: bool = False
    status: str | None = None
    result: str | None = None
    source: str | None = None
    kind: str | None = None
    data_source1_id: str | None = None
    data_source2_id: str | None = None
    monitor_id: str | None = None
    ci_run_id: str | None = None
    tags: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


def select(records: Iterable[Record], asked: Asked) -> list[Record]:
    """Give the records that pass every filter, in the order asked for; those without a value come last.

    Raises:
        Refusal: A filter cannot be read (422).
    """
    tests = [
        _test(name, text.split(","))
        for name in (*WORDS, *NUMBERS, *MOMENTS, "tags")
        if (text := getattr(asked, name)) is not None
    ]
    found = [record for record in records if all(test(record) for test in tests)]
    known = [record for record in found if _value(record, asked.order_by) is not None]
    unknown = [record for record in found if _value(record, asked.order_by) is None]
    known.sort(key=lambda record: record["id"])
    known.sort(key=lambda record: _value(record, asked.order_by), reverse=asked.sort_order == "desc")
    return known + unknown


def _value(record: Record, name: str) -> Any:
    if name in STATS:
        return (record.get("diff_stats") or {}).get(STATS[name])
    value = record.get(f"ci_{name}") if name.startswith("pr_") else record.get(name)
    return ", ".join(value) if isinstance(value, list) else value


def _test(name: str, items: list[str]) -> Callable[[Record], bool]:
    items = [item.strip() for item in items]
    if name in MOMENTS:
        spans = [_span(name, item) for item in items]
        return lambda record: any(start <= moments.read(record[name]) < end for start, end in spans)
    if name in NUMBERS:
        numbers = {_number(name, item) for item in items}
        return lambda record: record.get(name) in numbers
    if name == "tags":
        return lambda record: not set(items).isdisjoint(record.get("tags") or ())
    words = WORDS[name].split()
    for item in items:
        if item not in words:
            raise requests.refuse(f"{item!r} is none of {', '.join(words)}", "query", name)
    return lambda record: record.get(name) in items


def _number(name: str, item: str) -> int:
    try:
        return int(item)
    except ValueError:
        raise requests.refuse(f"{item!r} is not a number", "query", name) from None


def _span(name: str, item: str) -> tuple[datetime, datetime]:
    """Read ``<T``, ``>T``, ``A<<B``, a moment (its minute) or a date (its day)."""
    try:
        if "<<" in item:
            first, _, last = item.partition("<<")
            return moments.read(first), moments.read(last)
        if item.startswith("<"):
            return EARLIEST, moments.read(item[1:])
        if item.startswith(">"):
            return moments.read(item[1:]) + timedelta(microseconds=1), LATEST
        start = moments.read(item)
        return start, start + (timedelta(days=1) if len(item) == DATE_LENGTH else timedelta(minutes=1))
    except (ValueError, OverflowError):
        raise requests.refuse(f"{item!r} is not <T, >T, A<<B, a moment or a date", "query", name) from None
