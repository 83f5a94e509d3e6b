"""Parsed JSON values as Arrow arrays: every value exact, or an error that names it."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from bisect import bisect_right
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.arrow.declared import MAX_PRECISION, Declared
from dataexplore.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Number = int | Decimal

__all__ = ["MisfitError", "ValueReader"]

MAX_DEPTH = 32
MAX_EXPONENT = 400  # a double reaches 308; beyond, a short text could stand for a gigabyte of digits
WIDE = 38  # digits of a decimal128

NUMBER = re.compile(r"[+-]?(\d{1,99}(\.\d{0,99})?|\.\d{1,99})([eE][+-]?\d{1,3})?", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(nan|inf(inity)?)", re.ASCII | re.IGNORECASE)
MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9})0*)?)?"
    r"\s*(?:(Z|UTC)|([+-]\d\d)(?::?(\d\d))?(:\d\d)?)?",
    re.ASCII,
)
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9})0*)?", re.ASCII)
HEX = re.compile(r"(?:\\x|0x)((?:[0-9a-fA-F]{2})*)")

UNIT_DIGITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
SIZED = {
    8: pa.int8(), 16: pa.int16(), 32: pa.int32(), 64: pa.int64(),
    -8: pa.uint8(), -16: pa.uint16(), -32: pa.uint32(), -64: pa.uint64(),
}  # fmt: skip


class MisfitError(Exception):
    """A value is not of its declared type; it stands at ``index``."""

    def __init__(self, index: int, value: Any) -> None:
        super().__init__(index)
        self.index = index
        self.value = value


class ValueReader:
    """Reads the columns of one answer; ``notes`` collects what it had to decide about the one at hand."""

    def __init__(self, max_cells: int) -> None:
        self.notes: list[str] = []
        self._cells_left = max_cells
        self._max_cells = max_cells

    def read(self, values: Sequence[Any], declared: Declared) -> pa.Array:  # noqa: C901, PLR0911 - a line a family
        """Give the values as an array of the declared type, or of a wider one that holds them exactly.

        Raises:
            MisfitError: a value is not of the type at all.
            TooLarge: the nested values come to more than ``max_cells``.
        """
        self._count(len(values))
        match declared.family:
            case "integer":
                return self._integers(_each(values, _integer), declared)
            case "decimal":
                return self._declared_decimals(_each(values, _number), declared)
            case "float":
                return pa.array(_each(values, _float), pa.float64())
            case "boolean":
                return pa.array(_each(values, _boolean), pa.bool_())
            case "text":
                return _fitted(_each(values, _text), pa.string())
            case "date":
                return self._dates(values, declared)
            case "timestamp":
                return self._timestamps(values, declared)
            case "time":
                return _times(values)
            case "binary":
                return self._binary(_each(values, _text))
            case "list" if _all_are(values, list):
                return self._lists(values, declared.item, 0)
            case "map" if _all_are(values, dict):
                return self._maps(values)
            case "unknown":
                array = self._inferred(values, 0)
                self.notes.append(f"its type {declared.name} is not known here; read as {array.type}")
                return array
        return self._inferred(values, 0)

    def _count(self, cells: int) -> None:
        self._cells_left -= cells
        if self._cells_left < 0:
            raise TooLarge(
                f"The answer holds more than {self._max_cells:,} values, over limits.max_cells.",
                "Add LIMIT or select fewer columns, or raise limits.max_cells in the profile.",
            )

    def _integers(self, values: list[int | None], declared: Declared) -> pa.Array:
        present = [value for value in values if value is not None]
        lowest, highest = min(present, default=0), max(present, default=0)
        sizes = (declared.size, 64, -64) if declared.size in SIZED else ()
        for size in sizes:
            if _fits(lowest, size) and _fits(highest, size):
                if size != declared.size:
                    self.notes.append(f"it holds values over {declared.name}; read as {SIZED[size]}")
                return pa.array(values, SIZED[size])
        return self._decimals(values)

    def _declared_decimals(self, values: list[Number | None], declared: Declared) -> pa.Array:
        if declared.precision is not None:
            return _fitted(values, _decimal_type(declared.precision, declared.scale or 0))
        array = self._decimals(values)
        if pa.types.is_decimal(array.type):
            self.notes.append(
                f"{declared.name} declares no scale; read with {array.type.scale} digits behind the point, "
                "the most seen"
            )
        return array

    def _decimals(self, values: Sequence[Number | None]) -> pa.Array:
        """Read with the largest scale seen, so that no digit is lost."""
        scale = whole = 0
        for value in values:
            if isinstance(value, Decimal):
                exponent = value.as_tuple().exponent
                assert isinstance(exponent, int)  # only NaN and infinity have letters, and they are refused
                scale, whole = max(scale, -exponent), max(whole, value.adjusted() + 1)
            elif value is not None:
                whole = max(whole, len(str(abs(value))))
        if whole + scale <= MAX_PRECISION:
            return pa.array(values, _decimal_type(WIDE if whole + scale <= WIDE else MAX_PRECISION, scale))
        self.notes.append(f"it holds numbers of more than {MAX_PRECISION} digits; read as text")
        return pa.array(
            [None if value is None else format(Decimal(value), "f") for value in values], pa.string()
        )

    def _dates(self, values: Sequence[Any], declared: Declared) -> pa.Array:
        if (dates := _cast(values, pa.date32())) is not None:
            return dates
        moments = _each(values, _moment)
        if any(moment is not None and not moment.midnight for moment in moments):
            self.notes.append(f"{declared.name} values have a time of day; read as timestamps")
            return self._timestamps(values, declared)
        return pa.array([None if moment is None else moment.time.date() for moment in moments], pa.date32())

    def _timestamps(self, values: Sequence[Any], declared: Declared) -> pa.Array:
        plain = not declared.zoned and declared.unit == "us"
        if plain and (timestamps := _cast(values, pa.timestamp("us"))) is not None:
            return timestamps
        moments = _each(values, _moment)
        zones = {moment.zoned for moment in moments if moment is not None} or {declared.zoned}
        if len(zones) > 1:
            index = next(i for i, moment in enumerate(moments) if moment is not None and not moment.zoned)
            raise MisfitError(index, values[index])
        if declared.zoned and zones == {False}:
            self.notes.append(f"{declared.name} values have no offset; read without a zone")
        needed = max((len(moment.fraction) for moment in moments if moment is not None), default=0)
        for unit in (declared.unit, "us", "ns"):
            counts = [None if moment is None else moment.count(unit) for moment in moments]
            fit = all(count is None or _fits(count, 64) for count in counts)
            if UNIT_DIGITS[unit] >= needed and fit:
                kind = pa.timestamp(unit, "UTC" if zones == {True} else None)
                return pa.array(counts, pa.int64()).cast(kind)
        self.notes.append("nanoseconds reach only from 1677 to 2262, and it holds more; read as text")
        return pa.array(values, pa.string())

    def _binary(self, values: list[str | None]) -> pa.Array:
        matches = [None if value is None else HEX.fullmatch(value) for value in values]
        if all(match or value is None for match, value in zip(matches, values, strict=True)):
            return pa.array([match and bytes.fromhex(match[1]) for match in matches], pa.binary())
        self.notes.append("its binary values are in the service's own notation; read as text")
        return _fitted(values, pa.string())

    def _lists(self, values: Sequence[Any], item: Declared | None, depth: int) -> pa.Array:
        offsets = list(accumulate((len(value or ()) for value in values), initial=0))
        items = list(chain.from_iterable(value or () for value in values))
        with _by_row(offsets):
            array = self._inferred(items, depth + 1) if item is None else self.read(items, item)
        missing = pa.array([value is None for value in values], pa.bool_())
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), array, mask=missing)

    def _maps(self, values: Sequence[Any]) -> pa.Array:
        offsets = list(accumulate((len(value or ()) for value in values), initial=0))
        keys = list(chain.from_iterable(value or () for value in values))
        items = list(chain.from_iterable((value or {}).values() for value in values))
        with _by_row(offsets):
            arrays = _fitted(keys, pa.string()), self._inferred(items, 1)
        missing = pa.array([value is None for value in values], pa.bool_())
        return pa.MapArray.from_arrays(pa.array(offsets, pa.int32()), *arrays, mask=missing)

    def _structs(self, values: Sequence[Any], depth: int) -> pa.Array:
        names = list(next(value for value in values if value is not None))
        fields = [
            self._inferred([None if value is None else value[name] for value in values], depth + 1)
            for name in names
        ]
        missing = pa.array([value is None for value in values], pa.bool_())
        return pa.StructArray.from_arrays(fields, names, mask=missing)

    def _inferred(self, values: Sequence[Any], depth: int) -> pa.Array:  # noqa: PLR0911 - a line a kind
        """Type values by what is there; what has no common type becomes JSON text."""
        self._count(len(values) if depth else 0)
        kinds = {type(value) for value in values if value is not None}
        if not kinds:
            return pa.nulls(len(values))
        if kinds == {bool}:
            return pa.array(values, pa.bool_())
        if kinds == {str}:
            return _fitted(values, pa.string())
        if kinds == {int}:
            return self._integers(list(values), Declared("integer", "BIGINT", size=64))
        if kinds <= {int, Decimal}:
            return self._decimals(_each(values, _number))
        if kinds == {list} and depth < MAX_DEPTH:
            return self._lists(values, None, depth)
        # Objects of unlike keys stay text: as structs, a missing key and a null would look the same.
        shapes = {frozenset(value) for value in values if value is not None} if kinds == {dict} else set()
        if len(shapes) == 1 and shapes != {frozenset()} and depth < MAX_DEPTH:
            return self._structs(values, depth)
        self.notes.append("values in it have no common type; read as JSON text")
        return _fitted([None if value is None else _json(value) for value in values], pa.string())


@dataclass(frozen=True, slots=True)
class _Moment:
    """A point in time: whole seconds, the digits of their fraction, and whether its offset was given."""

    time: dt.datetime
    fraction: str
    zoned: bool

    @property
    def midnight(self) -> bool:
        return not (self.fraction or self.zoned or self.time.hour or self.time.minute or self.time.second)

    def count(self, unit: str) -> int:
        digits = UNIT_DIGITS[unit]
        count: int = (self.time - EPOCH) // SECOND * 10**digits
        return count + int(self.fraction[:digits].ljust(digits, "0") or 0)


@contextmanager
def _by_row(offsets: list[int]) -> Iterator[None]:
    """Name a misfit among the items of all rows by the row it is in."""
    try:
        yield
    except MisfitError as misfit:
        raise MisfitError(bisect_right(offsets, misfit.index) - 1, misfit.value) from None


def _each(values: Sequence[Any], convert: Callable[[Any], Any]) -> list[Any]:
    """Convert every value but null; the one that cannot be is named by its place."""
    converted = []
    for index, value in enumerate(values):
        try:
            converted.append(None if value is None else convert(value))
        except (ValueError, OverflowError):
            raise MisfitError(index, value) from None
    return converted


def _fitted(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make an array of values that may not fit its type: too many digits, half a surrogate pair."""
    try:
        return pa.array(values, kind)
    except (pa.ArrowException, ValueError, OverflowError):
        for index, value in enumerate(values):
            try:
                pa.scalar(value, kind)
            except (pa.ArrowException, ValueError, OverflowError):
                raise MisfitError(index, value) from None
        raise


def _cast(values: Sequence[Any], kind: pa.DataType) -> pa.Array | None:
    """Let Arrow parse what is written in its own strict form, ten times as fast; None if any value is not."""
    try:
        return pa.array(values, pa.string()).cast(kind)
    except (pa.ArrowException, ValueError):
        return None


def _number(value: Any) -> Number:
    if type(value) is int:
        return value
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = Decimal(value)
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < MAX_EXPONENT:
        return value
    raise ValueError


def _integer(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise ValueError
    return int(number)


def _float(value: Any) -> float:
    if isinstance(value, str) and NOT_FINITE.fullmatch(value):
        return float(value)
    number = float(_number(value))
    if math.isinf(number):
        raise ValueError
    return number


def _boolean(value: Any) -> bool:
    if isinstance(value, str):
        value = {"true": True, "false": False, "t": True, "f": False}.get(value.lower())
    if value not in (True, False):
        raise ValueError
    return bool(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError  # noqa: TRY004 - the one error _each looks for
    return value


def _moment(value: Any) -> _Moment:
    match = MOMENT.fullmatch(_text(value))
    if match is None:
        raise ValueError
    date, clock, fraction, utc, hours, minutes, seconds = match.groups()
    offset = f"{hours}:{minutes or '00'}{seconds or ''}" if hours else "+00:00"
    time = dt.datetime.fromisoformat(f"{date}T{clock or '00:00'}{offset}")
    return _Moment(time, (fraction or "").rstrip("0"), zoned=bool(utc or hours))


def _times(values: Sequence[Any]) -> pa.Array:
    matches = _each(values, _clock)
    digits = max((len(fraction) for _, fraction in filter(None, matches)), default=0)
    unit = "us" if digits <= UNIT_DIGITS["us"] else "ns"
    counts = [
        match and match[0] * 10 ** UNIT_DIGITS[unit] + int(match[1].ljust(UNIT_DIGITS[unit], "0"))
        for match in matches
    ]
    return pa.array(counts, pa.int64()).cast(pa.time64(unit))


def _clock(value: Any) -> tuple[int, str]:
    """Seconds since midnight, and the digits of their fraction."""
    match = CLOCK.fullmatch(_text(value))
    if match is None:
        raise ValueError
    hour, minute, second, fraction = match.groups()
    return int(hour) * 3600 + int(minute) * 60 + int(second), (fraction or "").rstrip("0")


def _decimal_type(precision: int, scale: int) -> pa.DataType:
    return pa.decimal128(precision, scale) if precision <= WIDE else pa.decimal256(precision, scale)


def _fits(value: int, size: int) -> bool:
    return 0 <= value < 1 << -size if size < 0 else -1 << (size - 1) <= value < 1 << (size - 1)


def _all_are(values: Sequence[Any], kind: type) -> bool:
    return all(value is None or type(value) is kind for value in values)


def _json(value: Any) -> str:
    """Write parsed JSON back, with every digit of its numbers."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(name)}: {_json(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)
