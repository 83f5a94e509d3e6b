"""Rows of a query as they arrive: one JSON document, read piece by piece under the limits."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dataexplore.arrow.declared import parse_declared
from dataexplore.arrow.rows import table_from_rows
from dataexplore.errors import Malformed, TooLarge, Truncated
from dataexplore.transport.answers import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

    from dataexplore.settings import Limits
    from dataexplore.transport import Answer

__all__ = ["QueryRows", "read_rows"]

_PIECE_BYTES = 2**18
# So near to the end of what has arrived, an error may be a word, a number or an escape that was cut in two.
_CUT_CHARACTERS = 16
_FIX = "Ask whoever runs the service."
_UNTOLD = "JSON"  # the type whose values are read as what they are


@dataclass(frozen=True, slots=True)
class QueryRows:
    """What was read.

    Attributes:
        table: the rows.
        cut: rows were left unread because ``max_rows`` was reached.
        notes: what decoding had to decide, in sentences.
    """

    table: pa.Table
    cut: bool
    notes: tuple[str, ...]


def read_rows(
    answer: Answer,
    limits: Limits,
    *,
    max_rows: int | None = None,
    on_rows: Callable[[int], None] = lambda _: None,
) -> QueryRows:
    """Read ``{"columns": [{"name", "type", "db_type"}] or null, "rows": [{name: value}]}`` into a table.

    Every number keeps its digits. Columns of one name stay apart where the service sends a value for each.

    Args:
        answer: the body, still on the wire.
        limits: what it may cost.
        max_rows: read so many rows and no more.
        on_rows: called with the count of rows before each piece that is waited for, and at the end.

    Raises:
        Malformed: it is no such document, or its rows and columns do not match.
        Truncated: it stops before its end.
        TooLarge: it is over a limit.
    """
    rows = _Rows(limits)
    document = _Document(answer, limits, lambda: on_rows(len(rows.values)))
    columns = None
    seen = set()
    for name in document.members():
        if name in seen:
            raise Malformed("A name stands twice in the answer.", _FIX)
        seen.add(name)
        if name == "columns":
            columns = document.value()
        elif name == "rows":
            for row in document.items():
                if len(rows.values) == max_rows:
                    on_rows(max_rows)
                    return rows.finish(columns, cut=True)
                rows.add(row)
        else:
            document.value()
    if "rows" not in seen:
        raise Malformed("The answer is JSON, but no result set.", "Check the address and the data source.")
    on_rows(len(rows.values))
    return rows.finish(columns, cut=False)


class _Repeated(list[tuple[str, Any]]):
    """The pairs of an object in which a name stands twice."""


class _Rows:
    """Rows of equal columns, collected under the limit of cells."""

    def __init__(self, limits: Limits) -> None:
        self.values: list[list[Any]] = []
        self._limits = limits
        self._names: tuple[str, ...] = ()

    def add(self, row: Any) -> None:
        if isinstance(row, _Repeated):
            names, values = tuple(name for name, _ in row), [value for _, value in row]
        elif isinstance(row, dict):
            names, values = tuple(row), list(row.values())
        else:
            raise Malformed(f"Row {len(self.values) + 1:,} of the answer is no object.", _FIX)
        if not self.values:
            self._names = names
        elif names != self._names:
            if not isinstance(row, dict) or row.keys() != set(self._names):
                raise Malformed(f"Row {len(self.values) + 1:,} of the answer has other columns.", _FIX)
            values = [row[name] for name in self._names]
        self.values.append(values)
        if len(self.values) * len(names) > self._limits.max_cells:
            raise TooLarge(
                f"The answer holds more than {self._limits.max_cells:,} values, over limits.max_cells.",
                "Add LIMIT or select fewer columns, or raise limits.max_cells in the profile.",
            )

    def finish(self, columns: Any, *, cut: bool) -> QueryRows:
        if columns is None:
            declared = [{"name": name, "type": _UNTOLD} for name in self._names]
        elif isinstance(columns, list) and all(map(_is_column, columns)):
            declared = [{"name": column["name"], "type": _type(column)} for column in columns]
        else:
            raise Malformed("The columns of the answer are no list of named columns.", _FIX)
        rows = table_from_rows(declared, self._ordered([each["name"] for each in declared]), self._limits)
        return QueryRows(rows.table, cut, rows.notes)

    def _ordered(self, names: list[str]) -> list[list[Any]]:
        """Give the values in the order of the declared columns; several of one name in their own order."""
        if not self.values or names == list(self._names):
            return self.values
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self._names):
            places.setdefault(name, []).append(place)
        order = [places[name].pop(0) for name in names if places.get(name)]
        if len(order) < len(names) and len(set(names)) < len(names):
            raise Malformed(
                "Columns share a name, and the rows do not hold a value for each.",
                "Give each column of the query a name of its own.",
            )
        if len(order) < len(names) or len(order) < len(self._names):
            raise Malformed("The rows of the answer do not have the columns it declares.", _FIX)
        return [[row[place] for place in order] for row in self.values]


class _Document:
    """A JSON object on the wire, of which only the value at hand is in memory."""

    def __init__(self, answer: Answer, limits: Limits, on_piece: Callable[[], None]) -> None:
        self._answer = answer
        self._limits = limits
        self._on_piece = on_piece
        self._buffer = memoryview(bytearray(_PIECE_BYTES))
        self._utf8 = codecs.getincrementaldecoder("utf-8")()
        self._text = ""
        self._at = 0
        self._size = 0
        self._head = b""
        self._repeated = 0
        self._json = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=Decimal, parse_constant=_refuse_constant
        )

    def members(self) -> Iterator[str]:
        """Give the names of the object one by one; the value of each must be taken before the next."""
        for _ in self._separated("{", "}"):
            name = self.value()
            if not isinstance(name, str):
                raise self._malformed("a name is no text")
            self._take(":")
            yield name
        while self._more():
            pass
        if self._text[self._at :].strip():
            raise self._malformed("it goes on after its end")

    def items(self) -> Iterator[Any]:
        """Give the values of the list that comes next; an object with repeated names as its pairs."""
        for _ in self._separated("[", "]"):
            before = self._repeated
            item = self.value()
            if self._repeated - before > isinstance(item, _Repeated):
                raise self._malformed("a name stands twice in one object")
            yield item

    def value(self) -> Any:
        """Give the value that comes next."""
        while True:
            self._peek()
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                cut = len(self._text) - error.pos <= _CUT_CHARACTERS or error.msg.startswith("Unterminated")
                if cut and self._more():
                    continue
                raise self._truncated() if cut else self._malformed(error.msg) from None
            except (ValueError, ArithmeticError):
                raise self._malformed("a number out of range") from None
            except RecursionError:
                raise self._malformed("nested too deeply") from None
            if end == len(self._text) and self._more():
                continue  # a number may go on
            self._at = end
            return value

    def _separated(self, opening: str, closing: str) -> Iterator[None]:
        self._take(opening)
        if self._peek() != closing:
            yield
            while self._peek() == ",":
                self._take(",")
                yield
        self._take(closing)

    def _take(self, letter: str) -> None:
        if self._peek() != letter:
            raise self._malformed(f"{letter!r} is missing")
        self._at += 1

    def _peek(self) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                raise self._truncated()

    def _more(self) -> bool:
        """Read on; as much again as waits here already, so that one huge value is not parsed too often."""
        self._on_piece()
        pieces = [self._text[self._at :]]
        wanted = max(1, len(pieces[0]))
        while wanted > 0 and (size := self._answer.readinto(self._buffer)):
            self._head = self._head or bytes(self._buffer[: min(size, 400)])
            self._size += size
            wanted -= size
            if self._size > self._limits.max_bytes:
                raise TooLarge(
                    f"The answer is longer than {self._limits.max_bytes:,} bytes.",
                    "Add LIMIT or select fewer columns, or raise limits.max_bytes in the profile.",
                )
            try:
                pieces.append(self._utf8.decode(self._buffer[:size]))
            except UnicodeDecodeError:
                raise self._malformed("not UTF-8") from None
        self._text, self._at = "".join(pieces), 0
        return wanted < max(1, len(pieces[0]))

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Repeated:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        self._repeated += 1
        return _Repeated(pairs)

    def _malformed(self, reason: str) -> Malformed:
        kind = self._answer.content_type[:80] or "no content type"
        what = f"{kind}: {sample(self._head)}" if self._head else "an empty body"
        return Malformed(
            f"The answer is not the JSON of a result set ({reason}), but {what}.",
            "Check the address: a login page or a proxy may have answered.",
        )

    def _truncated(self) -> Malformed | Truncated:
        if not self._head:
            return self._malformed("nothing came")
        return Truncated(
            f"The answer was cut off after {self._size:,} bytes.",
            "Nothing of it is used. Run it again if it only reads.",
        )


def _is_column(told: Any) -> bool:
    return isinstance(told, dict) and isinstance(told.get("name"), str)


def _type(column: dict[str, Any]) -> str:
    """Choose the database's own name of a type, or the service's where that says nothing here."""
    told = [name for name in (column.get("db_type"), column.get("type")) if isinstance(name, str) and name]
    known = [name for name in told if parse_declared(name).family != "unknown"]
    return next(iter(known + told), _UNTOLD)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)
