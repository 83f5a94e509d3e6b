"""The command `query`: one statement in, one result out, on the screen or in a file."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import IO, TYPE_CHECKING

from dataexplore.errors import InputError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["answer"]

SUFFIXES = {".csv": "csv", ".json": "json", ".arrow": "arrow", ".parquet": "parquet"}


def answer(options: argparse.Namespace) -> int:
    """Run the statement of ``options`` and print or save what came.

    Raises:
        InputError: the options contradict each other, or the result does not fit the format.
    """
    form = _form(options.format, options.output)
    from dataexplore.query.parameters import given  # noqa: PLC0415 - wrong usage answers at once
    from dataexplore.workspace import connect  # noqa: PLC0415

    values = given(options.param)
    sql = sys.stdin.read() if options.sql == "-" else options.sql
    # The file is opened before the statement is sent: a folder nobody may write to must not cost a query.
    with _partial(options.output) if options.output else contextlib.nullcontext(sys.stdout.buffer) as file:
        with connect(options.profile) as workspace:
            result = workspace.coginiti.sql(
                sql, connection=options.connection, limit=options.limit, params=values
            )
        if form == "table":
            print(result.text())
        else:
            from dataexplore.cli.formats import write  # noqa: PLC0415 - pyarrow, once there is something to write

            write(result.table, form, file)
    if form == "table" or options.output or result.cut:
        print(result.summary(), file=sys.stderr)
    return 0


def _form(form: str | None, output: Path | None) -> str:
    if output is None:
        if form in {"arrow", "parquet"} and sys.stdout.isatty():
            raise InputError(f"{form.title()} is not for a screen.", "Save it with -o FILE, or pipe it.")
        return form or "table"
    form = form or SUFFIXES.get(output.suffix.lower())
    if form in {None, "table"}:
        raise InputError(
            f"There is no telling how to write {output}.",
            f"Let it end in one of {', '.join(SUFFIXES)}, or name one with --format.",
        )
    return form


@contextlib.contextmanager
def _partial(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of ``path`` when all went well, and is gone otherwise."""
    if path.exists() and not path.is_file():  # /dev/stdout, a named pipe: nothing to put in its place
        with path.open("wb") as file:
            yield file
        return
    path = path.resolve()  # a link stays a link
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
