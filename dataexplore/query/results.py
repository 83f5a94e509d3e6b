"""A result: fetched once, immutable, and where it came from."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataexplore.arrow.still import still_html, still_text
from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    import pyarrow as pa

__all__ = ["ATTRIBUTE", "Provenance", "Result", "keep", "last", "readable_bytes", "result"]

# The key in ``DataFrame.attrs``. Its value is a short text: pandas deep-copies attrs at every step, and
# Parquet stores them as JSON.
ATTRIBUTE = "coginiti"
_KEPT_RESULTS = 32
_KEPT_BYTES = 2**30


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result came from; holds no token.

    Attributes:
        sql: the text that was sent; None for a script or a block.
        source: the script's path, or the package and block; None for SQL.
        literals: what stood in for each ``$name``, as SQL literals, or as sent to the service.
        profile: the profile's name.
        host: host and port that answered.
        connection: the connection's name.
        overrides: ``database`` and ``schema``, when given.
        started_at: the service's start time as it wrote it (ISO 8601); None when it sent none.
        seconds: wall seconds from sending to the last byte.
        bytes: bytes received.
        content_type: the form it came in.
        request_id: the service's id of the request; None when it sent none.
        notes: what decoding had to decide.
    """

    sql: str | None
    source: str | None
    literals: Mapping[str, str]
    profile: str
    host: str
    connection: str
    overrides: Mapping[str, str]
    started_at: str | None
    seconds: float
    bytes: int
    content_type: str
    request_id: str | None
    notes: tuple[str, ...]


class Result:
    """One result set: an Arrow table, and every view of it.

    Attributes:
        table: the rows, a :class:`pyarrow.Table`.
        provenance: where it came from.
        cut: whether more rows exist than ``limit`` let through.
        id: a short text that names it; frames carry it in ``attrs``.
    """

    def __init__(self, table: pa.Table, provenance: Provenance, *, cut: bool = False) -> None:
        self.table = table
        self.provenance = provenance
        self.cut = cut
        self.id = secrets.token_hex(6)

    def df(self) -> pd.DataFrame:
        """Give a pandas DataFrame with Arrow dtypes over the same memory."""
        from dataexplore.arrow.frame import to_frame  # noqa: PLC0415 - brings pandas, a second of import

        frame = to_frame(self.table)
        frame.attrs[ATTRIBUTE] = self.id
        return frame

    def text(self, rows: int = 20) -> str:
        """Give a plain-text table of at most ``rows`` rows, for a terminal."""
        return still_text(self.table, rows)

    def summary(self) -> str:
        """Say in one line: rows, bytes, seconds, connection."""
        origin = self.provenance
        more = " (more exist: cut by limit)" if self.cut else ""
        return (
            f"{len(self):,} row{'' if len(self) == 1 else 's'}{more} · {readable_bytes(origin.bytes)}"
            f" · {origin.seconds:.2f} s · {origin.connection}"
        )

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)

    def __repr__(self) -> str:
        return f"{self.text()}\n{self.summary()}"

    def _repr_html_(self) -> str:
        return still_html(self.table)


def readable_bytes(size: int) -> str:
    """Write a size for a person: ``812 B``, ``11.5 KB``, ``2.1 GB`` (powers of 1,000)."""
    value = float(size)
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if value < 999.95 or unit == "TB":  # noqa: PLR2004 - the next digit would round up to 1,000
            break
        value /= 1000
    return f"{value:,.0f} {unit}" if unit == "B" else f"{value:,.1f} {unit}"


class _Kept:
    """The newest results, bounded in number and bytes; the last one always stays."""

    def __init__(self) -> None:
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, result: Result) -> None:
        with self._lock:
            self._results[result.id] = result
            while len(self._results) > 1 and (
                len(self._results) > _KEPT_RESULTS or self._bytes() > _KEPT_BYTES
            ):
                self._results.popitem(last=False)

    def find(self, identifier: str) -> Result | None:
        with self._lock:
            return self._results.get(identifier)

    def last(self) -> Result | None:
        with self._lock:
            return next(reversed(self._results.values()), None)

    def _bytes(self) -> int:
        return sum(result.table.nbytes for result in self._results.values())


_kept = _Kept()


def keep(result: Result) -> Result:
    """Remember a result for :func:`result` and :func:`last`."""
    _kept.add(result)
    return result


def result(frame: pd.DataFrame) -> Result:
    """Find the whole result a frame came from: its table and provenance.

    Args:
        frame: a frame that ``%%coginiti`` bound or ``Result.df()`` gave, or one derived from it.

    Raises:
        InputError: the frame carries no result's id, or the result is no longer kept (the newest 32, at most
            1 GiB, are).
    """
    identifier = getattr(frame, "attrs", {}).get(ATTRIBUTE)
    if identifier is None:
        raise InputError(
            "This is not a frame of a query's result.", "Pass the DataFrame a %%coginiti cell bound."
        )
    found = _kept.find(identifier)
    if found is None:
        raise InputError("The result of this frame is no longer kept.", "Run the query again.")
    return found


def last() -> Result | None:
    """Give the newest result; None before the first."""
    return _kept.last()
