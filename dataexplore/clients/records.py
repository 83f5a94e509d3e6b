"""What a service tells as lenient records: missing, null, unknown or odd fields never stop the reading.

A field is read by its own name, or by the names its service has for it: ``integer("runCounter", "id")`` takes
the first that gives a number. A name with dots leads into objects: ``text("runDetails.jobID")``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Self, TypeVar, dataclass_transform, overload

import pyarrow as pa

from dataexplore.arrow.still import still_html, still_text
from dataexplore.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import pandas as pd

    from dataexplore.html import Markup

__all__ = [
    "INSTANT",
    "Record",
    "Records",
    "anything",
    "as_instant",
    "exact",
    "first_of",
    "flag",
    "instant",
    "integer",
    "number",
    "part",
    "parts",
    "record",
    "text",
    "texts",
    "told",
    "whole",
]

INSTANT = pa.timestamp("us", "UTC")
_COLUMN = "column"

Kind = TypeVar("Kind")
Item = TypeVar("Item", bound="Record")
Item_co = TypeVar("Item_co", bound="Record", covariant=True)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(kind: type[Kind]) -> type[Kind]:
    """Make a class a record: frozen, and its fields read by :meth:`Record.read`, the useful ones first."""
    return dataclass(frozen=True, slots=True, repr=False)(kind)


@record
class Record:
    """One thing of a service.

    Attributes:
        raw: the service's own answer, untouched: also what has no field here, or is of an odd type.
    """

    raw: Mapping[str, Any] = field(default_factory=dict, hash=False, kw_only=True)

    @classmethod
    def read(cls, raw: Any) -> Self:
        """Read a service's object; a field that is missing, null or of an odd type is None.

        Raises:
            Malformed: it is no object at all.
        """
        if not isinstance(raw, Mapping):
            raise Malformed(
                f"The answer has {str(raw)[:40]!r} where a {cls.__name__} belongs.",
                "Check the address: something else may have answered.",
            )
        return cls(**{each.name: _column(each).find(raw, each.name) for each in _read(cls)}, raw=raw)

    def __repr__(self) -> str:
        values = ((each.name, getattr(self, each.name)) for each in _read(type(self)))
        shown = ", ".join(f"{name}={_brief(value)}" for name, value in values if value is not None)
        return f"{type(self).__name__}({shown})"


class Records(Sequence[Item_co]):
    """Records in the service's order; a table with :meth:`to_df` and :meth:`to_arrow`.

    Args:
        items: the records.
        kind: what they are; its fields are the columns, also of no records at all.
    """

    def __init__(self, items: Iterable[Item_co], kind: type[Item_co]) -> None:
        self._kind = kind
        self._items: tuple[Item_co, ...] = ()  # for a printer of variables, when the reading below fails
        self._items = tuple(items)

    @classmethod
    def read(cls, raw: Any, kind: type[Item]) -> Records[Item]:
        """Read a service's list of objects.

        Raises:
            Malformed: it is no list, or something in it is no object.
        """
        if not isinstance(raw, list):
            raise Malformed(
                f"The answer is no list of {kind.__name__}.",
                "Check the address: something else may have answered.",
            )
        return Records((kind.read(each) for each in raw), kind)

    def to_arrow(self) -> pa.Table:
        """Give one row a record; instants are in UTC, and nested records JSON text as the service sent it."""
        kinds = dict.fromkeys([self._kind, *map(type, self._items)])
        columns = {each.name: _column(each) for kind in kinds for each in _read(kind)}
        arrays = [
            column.array([getattr(item, name, None) for item in self]) for name, column in columns.items()
        ]
        return pa.Table.from_arrays(arrays, names=list(columns))

    def to_df(self) -> pd.DataFrame:
        """Give one row a record, with Arrow dtypes."""
        from dataexplore.arrow.frame import to_frame  # noqa: PLC0415 - pandas takes a second, when asked for

        return to_frame(self.to_arrow())

    @overload
    def __getitem__(self, place: int) -> Item_co: ...

    @overload
    def __getitem__(self, place: slice) -> Records[Item_co]: ...

    def __getitem__(self, place: int | slice) -> Item_co | Records[Item_co]:
        return Records(self._items[place], self._kind) if isinstance(place, slice) else self._items[place]

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Records) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return still_text(self.to_arrow()) if self else f"<no {self._kind.__name__}>"

    def _repr_html_(self) -> Markup:
        return still_html(self.to_arrow())


@dataclass(frozen=True, slots=True)
class _Column:
    """How a field is read, and what it is in a table; without a type, Arrow finds the one that fits.

    ``names`` are the service's own; without them the field's name is read.
    """

    read: Callable[[Any], Any]
    type: pa.DataType | None
    cell: Callable[[Any], Any] | None = None
    names: tuple[str, ...] = ()
    whole: bool = False

    def find(self, raw: Mapping[str, Any], name: str) -> Any:
        if self.whole:
            return self.read(raw)
        return first_of(raw, self.read, *(self.names or (name,)))

    def array(self, values: list[Any]) -> pa.Array:
        cells = [None if value is None else self.cell(value) if self.cell else value for value in values]
        try:
            return pa.array(cells, self.type)
        except (pa.ArrowException, ValueError, TypeError, OverflowError):
            # An integer over 64 bits, half a surrogate pair: shown rather than refused.
            return pa.array([None if cell is None else _safe(str(cell)) for cell in cells], pa.string())


def text(*names: str) -> Any:
    """Read a text, such as a status: any word stays as it is; a number becomes its text."""
    return _field(_text, pa.string(), names=names)


def texts(cell: Callable[[tuple[str, ...]], str] | None = None, *names: str) -> Any:
    """Read a list of texts as a tuple; ``cell`` writes one as text in a table."""
    return _field(_texts, pa.list_(pa.string()) if cell is None else pa.string(), cell, names)


def integer(*names: str) -> Any:
    """Read a whole number."""
    return _field(_integer, pa.int64(), names=names)


def number(*names: str) -> Any:
    """Read a number."""
    return _field(lambda raw: raw if _is_number(raw) else None, pa.float64(), names=names)


def exact(*names: str) -> Any:
    """Read a number that may come as text, as money does; none of its digits is lost."""
    return _field(_exact, None, names=names)


def flag(*names: str) -> Any:
    """Read a yes or no."""
    return _field(lambda raw: raw if isinstance(raw, bool) else None, pa.bool_(), names=names)


def instant(*names: str) -> Any:
    """Read an ISO 8601 instant as a datetime in UTC; one without an offset is in UTC already."""
    return _field(as_instant, INSTANT, names=names)


def anything(read: Callable[[Any], Any] | None = None, *names: str) -> Any:
    """Keep what came as it is, or as ``read`` makes of it; in a table it is JSON text."""
    return _field(read or (lambda raw: raw), pa.string(), _json, names)


def told(read: Callable[[Any], Any], kind: pa.DataType, *names: str) -> Any:
    """Read in a client's own way: ``read`` gives a value of the Arrow type ``kind``, or None."""
    return _field(read, kind, names=names)


def whole(
    read: Callable[[Mapping[str, Any]], Any], kind: pa.DataType, cell: Callable[[Any], Any] | None = None
) -> Any:
    """Read from the whole object, where a value follows from several of its fields."""
    return field(default=None, metadata={_COLUMN: _Column(read, kind, cell, whole=True)})


def part(kind: type[Record], *names: str) -> Any:
    """Read a record inside a record."""
    return _field(
        lambda raw: kind.read(raw) if isinstance(raw, Mapping) else None,
        pa.string(),
        lambda inner: _json(inner.raw),
        names,
    )


def parts(kind: type[Record], *names: str) -> Any:
    """Read a list of records inside a record as :class:`Records`."""
    return _field(
        lambda raw: (
            Records((kind.read(each) for each in raw if isinstance(each, Mapping)), kind)
            if isinstance(raw, list)
            else None
        ),
        pa.string(),
        lambda inner: _json([each.raw for each in inner]),
        names,
    )


def as_instant(raw: Any) -> dt.datetime | None:
    """Give an ISO 8601 instant as a datetime in UTC; None for anything else."""
    try:
        time = dt.datetime.fromisoformat(raw)
        return time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def first_of(raw: Mapping[str, Any], read: Callable[[Any], Any], *names: str) -> Any:
    """Read the first of these names that gives a value; a name with dots leads into objects."""
    values = (read(_at(raw, name)) for name in names)
    return next((value for value in values if value is not None), None)


def _at(raw: Any, name: str) -> Any:
    for step in name.split("."):
        raw = raw.get(step) if isinstance(raw, Mapping) else None
    return raw


def _field(
    read: Callable[[Any], Any],
    kind: pa.DataType | None,
    cell: Callable[[Any], Any] | None = None,
    names: tuple[str, ...] = (),
) -> Any:
    return field(default=None, metadata={_COLUMN: _Column(read, kind, cell, names)})


def _read(kind: type[Record]) -> list[Field[Any]]:
    return [each for each in fields(kind) if _COLUMN in each.metadata]


def _column(each: Field[Any]) -> _Column:
    column: _Column = each.metadata[_COLUMN]
    return column


def _brief(value: Any) -> str:
    return f"<{len(value)} records>" if isinstance(value, Records) else repr(value)


def _text(raw: Any) -> str | None:
    return raw if isinstance(raw, str) else str(raw) if _is_number(raw) else None


def _texts(raw: Any) -> tuple[str, ...] | None:
    if isinstance(raw, list) and all(isinstance(each, str) for each in raw):
        return tuple(raw)
    return None


def _is_number(raw: Any) -> bool:
    return isinstance(raw, (int, float)) and not isinstance(raw, bool)


def _integer(raw: Any) -> int | None:
    if isinstance(raw, float):
        return int(raw) if raw.is_integer() else None
    return raw if _is_number(raw) else None


def _exact(raw: Any) -> Decimal | None:
    if not (_is_number(raw) or isinstance(raw, str)):
        return None
    try:
        value = Decimal(str(raw))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _safe(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode("utf-8")
