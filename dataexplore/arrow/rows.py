"""Rows that came as JSON, as a table of the declared types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.arrow.declared import parse_declared
from dataexplore.arrow.values import MisfitError, ValueReader
from dataexplore.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataexplore.settings import Limits

__all__ = ["Rows", "table_from_rows"]

SHOWN = 80
FIX = "Ask for Arrow instead, or ask whoever runs the service."


@dataclass(frozen=True, slots=True)
class Rows:
    """A table read from JSON.

    Attributes:
        table: the rows.
        notes: what reading had to decide, one sentence a column; it belongs to the provenance.
    """

    table: pa.Table
    notes: tuple[str, ...]


def table_from_rows(columns: Sequence[Any], data: Sequence[Any], limits: Limits) -> Rows:
    """Read parsed JSON rows into a table; every value is exact, or the answer is refused.

    Args:
        columns: ``{"name": ..., "type": ...}`` for each column, the type as the database calls it. Names may
            be empty or stand twice.
        data: the rows; integers as int, other numbers as Decimal.
        limits: what the answer may cost.

    Raises:
        Malformed: rows and columns do not match, or a value is not of its declared type.
        TooLarge: rows x columns are over the limit.
    """
    names = [_name(column, place) for place, column in enumerate(columns, 1)]
    for place, row in enumerate(data, 1):
        if not isinstance(row, list) or len(row) != len(names):
            raise Malformed(f"Row {place:,} of the answer does not have {len(names):,} values.", FIX)
    reader = ValueReader(limits.max_cells)
    notes: list[str] = []
    arrays = []
    values = zip(*data, strict=True) if data else ((),) * len(names)
    for name, column, cells in zip(names, columns, values, strict=True):
        arrays.append(_array(reader, name, str(column.get("type") or ""), cells))
        notes += [f"Column {_shown(name)}: {_safe(note, 2 * SHOWN)}." for note in dict.fromkeys(reader.notes)]
        reader.notes.clear()
    return Rows(pa.Table.from_arrays(arrays, names=names), tuple(notes))


def _name(column: Any, place: int) -> str:
    if not isinstance(column, Mapping) or not isinstance(name := column.get("name"), str):
        raise Malformed(f"Column {place:,} of the answer has no name.", FIX)
    return name


def _array(reader: ValueReader, name: str, kind: str, values: Sequence[Any]) -> pa.Array:
    try:
        return reader.read(values, parse_declared(kind))
    except MisfitError as misfit:
        raise Malformed(
            f"Column {_shown(name)}, row {misfit.index + 1:,} holds {_shown(misfit.value)}, "
            f"which does not fit {_shown(kind)}.",
            FIX,
        ) from None
    except RecursionError:
        raise Malformed(f"Column {_shown(name)} holds values nested too deeply.", FIX) from None


def _shown(value: Any) -> str:
    return f"'{_safe(str(value), SHOWN)}'"


def _safe(text: str, length: int) -> str:
    """Give text from the service as it may stand in a message: short, on one line, nothing hidden."""
    safe = "".join(letter if letter.isprintable() else "\ufffd" for letter in text[:length])
    return safe + "…" if len(text) > length else safe
