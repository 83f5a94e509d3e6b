"""The command line: dataexplore demo | sandbox | doctor | query."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from dataexplore import __version__
from dataexplore.errors import DataExploreError

__all__ = ["main"]

INTERRUPTED = 128 + signal.SIGINT
BROKEN_PIPE = 128 + 13  # SIGPIPE, by its number: Windows has no such signal


def main(arguments: list[str] | None = None) -> int:
    """Run one command of ``dataexplore`` and give its exit status: 0, 1 for a failure, 2 for wrong usage."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments[:1] == ["sandbox"]:
            _become_sandbox(arguments[1:])  # it knows its own options, so they are not listed twice
        status = _run(_parser().parse_args(arguments))
        sys.stdout.flush()
    except DataExploreError as error:
        return _complain(error.what, error.fix)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python would flush again at exit, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except OSError as error:
        return _complain(f"{error.strerror}: {error.filename}" if error.filename else str(error))
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return _complain(
            f"An unexpected {type(error).__name__}: {error}",
            "This is a fault of dataexplore; PYTHONDEVMODE=1 shows where, please report it.",
        )
    else:
        return status


def _run(options: argparse.Namespace) -> int:
    # Each command is imported when it is asked for: `--help` and `--version` answer at once.
    if options.command == "demo":
        from dataexplore.cli import demo  # noqa: PLC0415

        if options.check:
            return demo.check()
        return demo.open_lab(port=options.port, browser=not options.no_browser)
    if options.command == "doctor":
        return _examine(options.profile, sql=options.sql)
    from dataexplore.cli import query  # noqa: PLC0415

    return query.answer(options)


def _become_sandbox(arguments: list[str]) -> NoReturn:
    command = [sys.executable, "-m", "dataexplore.sandbox", *arguments]
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - no shell is what we want
    sys.exit(subprocess.call(command))  # noqa: S603 - our own module


def _examine(profile: str | None, *, sql: bool) -> int:
    from dataexplore.doctor import examine  # noqa: PLC0415
    from dataexplore.workspace import connect  # noqa: PLC0415

    with connect(profile) as workspace:
        checks = examine(workspace, sql=sql)
    for check in checks:
        print(check)
    return 1 if any(check.ok is False for check in checks) else 0


def _complain(what: str, fix: str = "") -> int:
    print(f"dataexplore: {what}", file=sys.stderr)
    if fix:
        print(fix, file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dataexplore", description="Explore a warehouse from a notebook or a shell."
    )
    parser.add_argument("--version", action="version", version=f"dataexplore {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="demo | sandbox | doctor | query")

    demo = commands.add_parser("demo", help="open the tour in JupyterLab, with the sandbox behind it")
    demo.add_argument("--check", action="store_true", help="run the tour without a browser and say what came")
    demo.add_argument("--port", type=int, help="where JupyterLab listens; the default is the next free one")
    demo.add_argument("--no-browser", action="store_true", help="print the address and open nothing")

    commands.add_parser("sandbox", help="serve the embedded sandbox until standard input closes")

    doctor = commands.add_parser("doctor", help="check a profile and the services, and print the fixes")
    doctor.add_argument("profile", nargs="?", help="a profile's name; without it, what connect() would use")
    doctor.add_argument("--sql", action="store_true", help="also run a statement, which may wake a warehouse")

    query = commands.add_parser("query", help="run SQL and print or save the result")
    query.add_argument("sql", metavar="SQL", help="the statement; - reads it from standard input")
    query.add_argument("-c", "--connection", help="the Coginiti connection; the profile has a default")
    query.add_argument("--profile", help="a profile's name, or sandbox")
    values = "the value of $NAME in the statement; may be given several times"
    query.add_argument("-p", "--param", action="append", default=[], metavar="NAME=VALUE", help=values)
    forms = "default: what FILE ends in, else table; a pipe gets Arrow as a stream"
    query.add_argument("--format", choices=["table", "csv", "json", "arrow", "parquet"], help=forms)
    query.add_argument("-o", "--output", metavar="FILE", type=Path, help="where to save it")
    query.add_argument("--limit", type=int, metavar="N", help="read N rows and say whether more exist")
    return parser
