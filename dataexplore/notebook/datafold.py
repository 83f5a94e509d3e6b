"""``%datafold``: lineage, data diffs, monitors, CI runs and data sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.errors import DataExploreError, InputError
from dataexplore.notebook.arguments import Line, Option, parse, whole
from dataexplore.notebook.progress import ProgressLine

if TYPE_CHECKING:
    from dataexplore.clients.datafold.data_diffs import DataDiff
    from dataexplore.clients.datafold.diff_options import DataDiffOptions
    from dataexplore.comparison import Comparison
    from dataexplore.lineage import Lineage
    from dataexplore.lineage.walk import Progress
    from dataexplore.notebook.session import NotebookSession

__all__ = ["run"]

_LINEAGE = (
    Option("--up", takes="HOPS"),
    Option("--down", takes="HOPS"),
    Option("--columns", takes="all"),
    Option("--budget", takes="REQUESTS"),
)
_DIFF = (
    Option("--key", "-k", takes="COLUMN,...", many=True),
    Option("--columns", takes="COLUMN,..."),
    Option("--where", takes="SQL"),
    Option("--deadline", takes="SECONDS"),
)
_LIST = (Option("--limit", takes="ROWS"),)
_VERBS = "lineage TABLE, diff A B --key K, diffs, monitors [ID], ci [CONFIG], sources"
_NEWEST = 20
_FIRST_CI = 1  # no call of the service lists its configurations


def run(notebook: NotebookSession, text: str) -> object:
    """Run ``%datafold VERB`` and give what it shows."""
    verb, *more = text.split(maxsplit=1) or [""]
    rest = "".join(more)
    match verb:
        case "lineage":
            return _lineage(notebook, parse(rest, _LINEAGE, paths=True))
        case "diff":
            return _diff(notebook, parse(rest, _DIFF, paths=True))
        case "diffs":
            _, limit = _listing(verb, rest)
            diffs = notebook.workspace.datafold.data_diffs
            return diffs.list(order_by="id", sort_order="desc", limit=limit or _NEWEST)
        case "monitors":
            monitor, limit = _listing(verb, rest, "ID")
            monitors = notebook.workspace.datafold.monitors
            if monitor is None:
                return monitors.list(limit=limit)
            return monitors.runs(monitor, limit=limit or _NEWEST)
        case "ci":
            config, limit = _listing(verb, rest, "CONFIG")
            ci = notebook.workspace.datafold.ci
            return ci.runs(_FIRST_CI if config is None else config, limit=limit or _NEWEST)
        case "sources":
            _listing(verb, rest, options=())
            return notebook.workspace.datafold.data_sources.list()
        case "":
            raise InputError("%datafold needs a verb.", f"Verbs: {_VERBS}.")
        case _:
            raise InputError(f"%datafold has no verb {verb!r}.", f"Verbs: {_VERBS}.")


def _lineage(notebook: NotebookSession, line: Line) -> Lineage:
    if len(line.words) != 1:
        raise InputError("One table or column is wanted.", "Write %datafold lineage marts.fact_orders.")
    columns = line.one("columns")
    if columns not in {None, "all"}:
        raise InputError(f"--columns {columns} is not known.", "Write --columns all.")
    said = {name: line.whole(name) for name in ("up", "down", "budget")}
    options: dict[str, Any] = {name: number for name, number in said.items() if number is not None}
    workspace = notebook.workspace
    progress = ProgressLine(notebook.shell, workspace.session("datafold").host)

    def told(state: Progress) -> None:
        progress.update(f"{state.found:,} tables", f"{state.asked:,} requests", f"{state.waiting:,} waiting")

    try:
        lineage = workspace.lineage(line.words[0], **options, on_progress=told)
        if columns and not _was_stopped(lineage):
            progress.finish(f"{lineage.plan_columns():,} columns to ask about, one request each")
            budget = {"budget": options["budget"]} if "budget" in options else {}
            lineage.trace_all(**budget, on_progress=told)
    except (DataExploreError, KeyboardInterrupt):
        progress.clear()
        raise
    count = lineage.requests
    requests = f"{count:,} request{'' if count == 1 else 's'}"
    progress.finish(f"{lineage.counts} · {requests} · {progress.seconds:.1f} s")
    if lineage.notes:
        ProgressLine(notebook.shell, "").finish(" · ".join(lineage.notes), warning=not lineage.complete)
    return lineage


def _was_stopped(lineage: Lineage) -> bool:
    from dataexplore.lineage.walk import STOPPED  # noqa: PLC0415 - brings networkx, which a lineage needs only

    return any(gap.reason == STOPPED for gap in lineage.missing)


def _diff(notebook: NotebookSession, line: Line) -> Comparison:
    keys = [name for names in line.values.get("key", []) for name in _names(names)]
    if len(line.words) != 2 or not keys:  # noqa: PLR2004 - A and B
        raise InputError(
            "Two tables and the columns that tell their rows apart are wanted.",
            "Write %datafold diff marts.fact_orders dev.fact_orders --key order_id.",
        )
    columns, where = line.one("columns"), line.one("where")
    options: DataDiffOptions = {}
    if where:
        options |= {"filter1": where, "filter2": where}
    if columns:
        options |= {"columns_to_compare": _names(columns)}
    workspace = notebook.workspace
    progress = ProgressLine(notebook.shell, workspace.session("datafold").host)
    try:
        return workspace.diff(
            *line.words,
            key=keys,
            deadline_s=line.seconds("deadline"),
            on_progress=lambda state: progress.update(*_state(state)),
            **options,
        )
    finally:
        progress.clear()


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _state(diff: DataDiff) -> tuple[str, ...]:
    far = diff.diff_progress
    steps = f"step {far.completed_steps} of {far.total_steps}" if far and far.total_steps else ""
    return tuple(filter(None, (f"data diff {diff.id}", diff.status, steps)))


def _listing(
    verb: str, text: str, word: str = "", options: tuple[Option, ...] = _LIST
) -> tuple[int | None, int | None]:
    """Read the line of a listing: the number that may stand for ``word``, and the limit."""
    line = parse(text, options)
    if len(line.words) > bool(word):
        usage = f"%datafold {verb} [{word}]" if word else f"%datafold {verb}"
        raise InputError(f"%datafold {verb} cannot read {text.strip()!r}.", f"Write {usage}.")
    number = whole(line.words[0], f"%datafold {verb}") if line.words else None
    limit = line.whole("limit")
    if limit is not None and limit < 1:
        raise InputError(f"--limit {limit} leaves nothing to show.", "Write --limit 20, for example.")
    return number, limit
