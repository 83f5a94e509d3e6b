"""``%%coginiti``: SQL in, a frame out, and one line that says what came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dataexplore.errors import DataExploreError, InputError
from dataexplore.notebook.arguments import Line, Option, bindable, parse
from dataexplore.notebook.failures import CellFailed
from dataexplore.notebook.progress import ProgressLine
from dataexplore.query.parameters import given
from dataexplore.query.results import last, readable_bytes

if TYPE_CHECKING:
    from dataexplore.notebook.session import NotebookSession
    from dataexplore.query.results import Result
    from dataexplore.workspace import Workspace

__all__ = ["run_cell", "run_verb"]

OPTIONS = (
    Option("--connection", "-c", "NAME"),
    Option("--database", takes="NAME"),
    Option("--schema", takes="NAME"),
    Option("--param", "-p", "NAME=VALUE", many=True, keeps_quotes=True),
    Option("--limit", takes="ROWS"),
    Option("--deadline", takes="SECONDS"),
    Option("--quiet", "-q"),
)
_VERBS = "last, connections"


def run_cell(notebook: NotebookSession, text: str, cell: str) -> object:
    """Run the cell, bind its frame and give it to be shown."""
    line = parse(text, OPTIONS)
    if len(line.words) > 1:
        raise InputError(
            f"One NAME is wanted, not {' '.join(line.words)!r}.", "Options such as -c come with their hyphen."
        )
    target = bindable(line.words[0]) if line.words else None
    workspace = notebook.workspace
    result = _fetch(notebook, workspace, line, cell)
    frame = result.df()
    if target:
        notebook.shell.push({target: frame})  # type: ignore[no-untyped-call]
    return None if line.has("quiet") else frame


def run_verb(notebook: NotebookSession, text: str) -> object:
    """Run ``%coginiti VERB``."""
    words = parse(text, ()).words
    match words:
        case ["last"]:
            newest = last()
            if newest is None:
                raise InputError("No query has run yet.", "Write one under %%coginiti.")
            return newest
        case ["connections"]:
            return list(notebook.workspace.coginiti.connections)
        case []:
            raise InputError(
                "%coginiti needs a verb, or two percent signs and SQL below.", f"Verbs: {_VERBS}."
            )
        case _:
            raise InputError(
                f"%coginiti has no verb {words[0]!r}.", f"Verbs: {_VERBS}; SQL goes under %%coginiti."
            )


def _fetch(notebook: NotebookSession, workspace: Workspace, line: Line, sql: str) -> Result:
    coginiti = workspace.coginiti
    connection = line.one("connection") or workspace.profile.services["coginiti"].connection
    progress = ProgressLine(notebook.shell, connection or "no connection", quiet=line.has("quiet"))
    try:
        result = coginiti.sql(
            sql,
            connection=connection,
            database=line.one("database"),
            schema=line.one("schema"),
            params=_Values(given(line.values.get("param", [])), notebook.shell.user_ns),
            limit=line.whole("limit"),
            deadline_s=line.seconds("deadline"),
            on_progress=lambda rows, size: progress.update(*_so_far(rows, size)),
        )
    except KeyboardInterrupt:
        progress.clear()
        raise CellFailed(
            [
                f"Stopped after {progress.seconds:.1f} s; nothing was bound.",
                "The query may go on in the warehouse: Coginiti has no call to cancel it.",
            ]
        ) from None
    except DataExploreError:
        progress.clear()
        raise
    progress.finish(result.summary(), warning=result.cut, result=_figures(result))
    return result


def _so_far(rows: int, size: int) -> tuple[str, ...]:
    return (f"{rows:,} rows", readable_bytes(size)) if size else ()


def _figures(result: Result) -> dict[str, Any]:
    return {
        "rows": len(result),
        "bytes": result.provenance.bytes,
        "seconds": round(result.provenance.seconds, 3),
        "connection": result.provenance.connection,
        "cut": result.cut,
    }


class _Values(Mapping[str, object]):
    """Values of ``$names``: ``-p`` first, then the notebook's variables, looked up only when asked for."""

    def __init__(self, given: dict[str, object], notebook: dict[str, Any]) -> None:
        self._given = given
        self._notebook = notebook

    def __getitem__(self, name: str) -> object:
        return self._given[name] if name in self._given else self._notebook[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._given
        yield from (name for name in self._notebook if not name.startswith("_") and name not in self._given)

    def __len__(self) -> int:
        return sum(1 for _ in self)
