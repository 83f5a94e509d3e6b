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
_NUMBERED = {"monitors": "[ID]", "ci": "[CONFIG]"}
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
        case "diffs" | "monitors" | "ci" | "sources":
            return _list(notebook, verb, rest)
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
        lineage = workspace.lineage(
            line.words[0],
            **options,
            columns=columns,
            on_progress=told,
            on_columns=lambda count: progress.finish(f"{count:,} columns to ask about, one request each"),
        )
    except (DataExploreError, KeyboardInterrupt):
        progress.clear()
        raise
    count = lineage.requests
    requests = f"{count:,} request{'' if count == 1 else 's'}"
    progress.finish(f"{lineage.counts} · {requests} · {progress.seconds:.1f} s")
    if lineage.notes:
        ProgressLine(notebook.shell, "").finish(" · ".join(lineage.notes), warning=not lineage.complete)
    return lineage


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


def _list(notebook: NotebookSession, verb: str, rest: str) -> object:
    word = _NUMBERED.get(verb, "")
    line = parse(rest, () if verb == "sources" else _LIST)
    if len(line.words) > bool(word):
        raise InputError(
            f"%datafold {verb} cannot read {rest.strip()!r}.", f"Write %datafold {verb} {word}".rstrip() + "."
        )
    number = whole(line.words[0], f"%datafold {verb}") if line.words else None
    limit = line.whole("limit")
    newest = _NEWEST if limit is None else limit
    datafold = notebook.workspace.datafold
    match verb:
        case "diffs":
            return datafold.data_diffs.list(order_by="id", sort_order="desc", limit=newest)
        case "ci":
            return datafold.ci.runs(_FIRST_CI if number is None else number, limit=newest)
        case "sources":
            return datafold.data_sources.list()
    if number is None:
        return datafold.monitors.list(limit=limit)
    return datafold.monitors.runs(number, limit=newest)
