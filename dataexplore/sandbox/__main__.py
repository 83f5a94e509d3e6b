"""The command line of the sandbox: ``python -m dataexplore.sandbox``."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import secrets
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from dataexplore.sandbox.errors import NotStarted
from dataexplore.sandbox.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Sequence

TOKEN_VARIABLE = "DATAEXPLORE_SANDBOX_TOKEN"  # noqa: S105 - the name of a variable
# The rest is for the notebook beside it; on Binder both have 1 GiB.
MEMORY = "60%"


class Parser(argparse.ArgumentParser):
    """Says what is wrong with the arguments in one sentence."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{message[:1].upper()}{message[1:]}; see --help.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the sandbox, print one line of JSON when it is ready, and serve until it is told to stop."""
    options = _parse(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(message)s")
    try:
        with _listen(options.port) as listener:
            return _run(options, listener)
    except NotStarted as reason:
        sys.stderr.write(f"{reason}\n")
        return 2


def _run(options: argparse.Namespace, listener: socket.socket) -> int:
    # The database builds in threads of its own; meanwhile this one imports what will serve it.
    with ThreadPoolExecutor(1) as beside:
        building = beside.submit(
            Warehouse, options.data, scale=options.scale, seed=options.seed, memory=options.memory
        )
        from dataexplore.sandbox.platform import Tempo  # noqa: PLC0415 - see the next
        from dataexplore.sandbox.server import serve  # noqa: PLC0415 - half of the time to start
    warehouse = building.result()
    token = os.environ.get(TOKEN_VARIABLE) or secrets.token_urlsafe(32)
    try:
        asyncio.run(
            serve(
                listener,
                warehouse,
                directory=options.data,
                token=token,
                keep=options.keep,
                paste_params=options.paste_params,
                lineage_tables=options.lineage_tables,
                bare=options.bare,
                tempo=Tempo(options.pace, options.node_wait),
            )
        )
    finally:
        warehouse.close()
    return 0


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio switches Nagle off only then; otherwise each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise NotStarted(f"Port {port} cannot be used: {error.strerror}; choose another --port.") from error
    return listener


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(
        prog="dataexplore sandbox",
        description="Serve a small data platform on this machine: vendor APIs over an embedded warehouse.",
        epilog=f"The token is new at each start, or what {TOKEN_VARIABLE} says.",
    )
    parser.add_argument(
        "--port", type=_port, default=0, help="port on 127.0.0.1; 0, the default, takes a free one"
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="keep the data in this folder; default: in memory"
    )
    parser.add_argument(
        "--scale", type=_scale, help="size of the company, 0.01 is tiny, 100 is millions of rows; default: 1"
    )
    parser.add_argument("--seed", type=int, help="another number is another company; default: 1")
    parser.add_argument(
        "--memory",
        type=_memory,
        metavar="SIZE",
        default=MEMORY,
        help="for the warehouse; default: 60%% of RAM",
    )
    parser.add_argument(
        "--lineage-tables",
        type=_tables,
        metavar="N",
        default=0,
        help="add a made-up warehouse of this many tables to the lineage, not to the data; up to 100000",
    )
    parser.add_argument(
        "--pace",
        type=_pace,
        metavar="N",
        default=1.0,
        help="schedules come due N times faster than the clock; 0 starts nothing by itself; default: 1",
    )
    parser.add_argument(
        "--node-wait",
        type=_seconds,
        metavar="SECONDS",
        default=1.0,
        help="what a Coalesce node waits on average for its warehouse before its SQL runs; default: 1",
    )
    parser.add_argument(
        "--bare",
        action="store_true",
        help="answer with what the vendors' contracts promise and nothing more",
    )
    parser.add_argument("--keep", action="store_true", help="go on serving when stdin ends")
    parser.add_argument(
        "--paste-params",
        action="store_true",
        help="put params into SQL as bare text, as a careless server would; for tests of clients",
    )
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 65535")
    return int(text)


def _memory(text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?\s*([kmgt]i?b|%)", text, re.IGNORECASE):
        raise argparse.ArgumentTypeError(f"{text} is not a size as 512MB, 2GiB or 50%")
    return text


def _tables(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 100_000):  # noqa: PLR2004 - said in the message
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 100000")
    return int(text)


def _pace(text: str) -> float:
    return _number(text, 100_000)


def _seconds(text: str) -> float:
    return _number(text, 3600)


def _number(text: str, most: int) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to {most}")
    return number


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = 0
    if not 0 < scale <= 1000:  # noqa: PLR2004 - said in the message
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0 and up to 1000")
    return scale


if __name__ == "__main__":
    sys.exit(main())
