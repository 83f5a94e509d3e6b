"""Exact text of Arrow values, for the screen: what doubles and JavaScript would round stays whole."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["cell_texts"]

# What fits a screen; a cell may hold a million more.
SHOWN_BYTES = 32
SHOWN_ITEMS = 1000

SMALL, LARGE = 1e-4, 1e16
PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DAY_MS = 86_400_000
SECONDS_END = len("2026-11-01 01:30:00")


def cell_texts(column: pa.ChunkedArray | pa.Array, *, whole: bool = False) -> list[str | None]:
    """Give each value of a column as text, None for null; meant for the rows on a screen.

    Numbers keep every digit and decimals their scale; floats are the shortest text that reads back the same;
    timestamps show the fraction they have and their offset. Lists, structs and maps look like JSON, with
    every field kept. Binary is hex.

    Args:
        column: the values.
        whole: write out long binary and nested values; otherwise they end in ``…`` and their length.
    """
    return [_text(value, whole) for value in column]


def _text(value: Any, whole: bool) -> str | None:
    """Give one scalar as it stands in a cell of its own."""
    value = _unwrapped(value)
    if not value.is_valid:
        return None
    write = WRITERS.get(type(value), QUOTED.get(type(value)))
    assert write is not None, value.type
    return write(value, whole)


def _inner(value: Any, whole: bool) -> str:
    """Give one scalar as it stands inside another value: null is a word, and texts have quotes."""
    text = _text(value, whole)
    if text is None:
        return "null"
    return json.dumps(text, ensure_ascii=False) if type(_unwrapped(value)) in QUOTED else text


def _unwrapped(value: Any) -> Any:
    """Look through dictionaries, runs, unions and extensions without a text of their own."""
    while isinstance(value, WRAPPERS) and type(value) not in WRITERS and type(value) not in QUOTED:
        if value.value is None:
            return pa.NA
        value = value.value
    return value


def _boolean(value: Any, _whole: bool) -> str:
    return "true" if value.as_py() else "false"


def _number(value: Any, _whole: bool) -> str:
    return repr(value.as_py())


def _float(value: Any, _whole: bool) -> str:
    return _shortest(np.float32(value.as_py()))


def _half(value: Any, _whole: bool) -> str:
    return _shortest(np.float16(value.as_py()))


def _shortest(number: np.floating[Any]) -> str:
    # numpy writes 16777216 of 32 bits as 1.6777216e+07; this is how Python writes it of 64.
    plain = SMALL <= abs(float(number)) < LARGE
    return np.format_float_positional(number, trim="0") if plain else str(number)


def _decimal(value: Any, _whole: bool) -> str:
    return format(value.as_py(), "f")


def _json(value: Any, _whole: bool) -> str:
    return str(value.value.as_py())


def _string(value: Any, _whole: bool) -> str:
    return str(value.as_py())


def _binary(value: Any, whole: bool) -> str:
    content = value.as_py()
    if whole or len(content) <= SHOWN_BYTES:
        return str(content.hex())
    return f"{content[:SHOWN_BYTES].hex()}… ({len(content):,} bytes)"


def _date(value: Any, _whole: bool) -> str:
    days = value.value if isinstance(value, pa.Date32Scalar) else value.value // DAY_MS
    try:
        return (EPOCH + dt.timedelta(days=days)).date().isoformat()
    except OverflowError:
        return f"{days} days since 1970-01-01"


def _timestamp(value: Any, _whole: bool) -> str:
    unit, zone = value.type.unit, value.type.tz
    seconds, rest = divmod(value.value, PER_SECOND[unit])
    try:
        moment = EPOCH + dt.timedelta(seconds=seconds)
    except OverflowError:
        return f"{value.value} {unit} since 1970-01-01"
    moment = moment.replace(tzinfo=None) if zone is None else _local(moment, zone)
    text = moment.isoformat(" ")
    return text[:SECONDS_END] + _fraction(rest, PER_SECOND[unit]) + text[SECONDS_END:]


def _local(moment: dt.datetime, zone: str) -> dt.datetime:
    try:
        return moment.astimezone(_zone(zone))
    except OverflowError:
        return moment  # the last hours of year 9999, east of Greenwich: still exact in UTC


@lru_cache(maxsize=64)
def _zone(name: str) -> dt.tzinfo:
    try:
        zone = pa.lib.string_to_tzinfo(name)
    except Exception:  # noqa: BLE001 - the name comes from a service, and zoneinfo raises many kinds
        return dt.UTC
    assert isinstance(zone, dt.tzinfo)
    return zone


def _time(value: Any, _whole: bool) -> str:
    return _clock(value.value, PER_SECOND[value.type.unit])


def _duration(value: Any, _whole: bool) -> str:
    """Write days and a clock; a minus in front counts for both."""
    count, per_second = abs(value.value), PER_SECOND[value.type.unit]
    days, rest = divmod(count, 86_400 * per_second)
    sign = "-" if value.value < 0 else ""
    return f"{sign}{days} days {_clock(rest, per_second)}" if days else f"{sign}{_clock(rest, per_second)}"


def _interval(value: Any, _whole: bool) -> str:
    """Write months, days and a clock, each with its own sign: they do not add up to one length."""
    months, days, nanoseconds = value.as_py()
    sign = "-" if nanoseconds < 0 else ""
    return f"{months} months {days} days {sign}{_clock(abs(nanoseconds), PER_SECOND['ns'])}"


def _clock(count: int, per_second: int) -> str:
    seconds, rest = divmod(count, per_second)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}{_fraction(rest, per_second)}"


def _fraction(rest: int, per_second: int) -> str:
    """Write a fraction of a second in 3, 6 or 9 digits, as many as it needs."""
    if rest == 0:
        return ""
    digits = f"{rest * 10**9 // per_second:09}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return f".{digits}"


def _list(value: Any, whole: bool) -> str:
    items = value.values
    return f"[{_joined((_inner(item, whole) for item in _shown(items, whole)), len(items), whole)}]"


def _map(value: Any, whole: bool) -> str:
    entries = value.values
    parts = (f"{_inner(entry[0], whole)}: {_inner(entry[1], whole)}" for entry in _shown(entries, whole))
    return f"{{{_joined(parts, len(entries), whole)}}}"


def _struct(value: Any, whole: bool) -> str:
    # By position: two fields of a struct may have one name.
    names = value.type.names
    parts = (
        f"{json.dumps(name, ensure_ascii=False)}: {_inner(value[index], whole)}"
        for index, name in enumerate(names)
    )
    return f"{{{', '.join(parts)}}}"


def _shown(items: pa.Array, whole: bool) -> pa.Array:
    return items if whole else items.slice(0, SHOWN_ITEMS)


def _joined(parts: Iterable[str], count: int, whole: bool) -> str:
    text = ", ".join(parts)
    return text if whole or count <= SHOWN_ITEMS else f"{text}, … ({count:,} values)"


WRAPPERS = (pa.DictionaryScalar, pa.RunEndEncodedScalar, pa.UnionScalar, pa.ExtensionScalar)

# By the class of the scalar; inside a nested value these stand as they are ...
WRITERS: dict[type, Callable[[Any, bool], str]] = {
    pa.BooleanScalar: _boolean,
    pa.Bool8Scalar: _boolean,
    pa.Int8Scalar: _number,
    pa.Int16Scalar: _number,
    pa.Int32Scalar: _number,
    pa.Int64Scalar: _number,
    pa.UInt8Scalar: _number,
    pa.UInt16Scalar: _number,
    pa.UInt32Scalar: _number,
    pa.UInt64Scalar: _number,
    pa.HalfFloatScalar: _half,
    pa.FloatScalar: _float,
    pa.DoubleScalar: _number,
    pa.Decimal32Scalar: _decimal,
    pa.Decimal64Scalar: _decimal,
    pa.Decimal128Scalar: _decimal,
    pa.Decimal256Scalar: _decimal,
    pa.JsonScalar: _json,
    pa.ListScalar: _list,
    pa.LargeListScalar: _list,
    pa.ListViewScalar: _list,
    pa.LargeListViewScalar: _list,
    pa.FixedSizeListScalar: _list,
    pa.MapScalar: _map,
    pa.StructScalar: _struct,
}
# ... and these in quotes.
QUOTED: dict[type, Callable[[Any, bool], str]] = {
    pa.StringScalar: _string,
    pa.LargeStringScalar: _string,
    pa.StringViewScalar: _string,
    pa.BinaryScalar: _binary,
    pa.LargeBinaryScalar: _binary,
    pa.BinaryViewScalar: _binary,
    pa.FixedSizeBinaryScalar: _binary,
    pa.UuidScalar: _string,
    pa.Date32Scalar: _date,
    pa.Date64Scalar: _date,
    pa.TimestampScalar: _timestamp,
    pa.Time32Scalar: _time,
    pa.Time64Scalar: _time,
    pa.DurationScalar: _duration,
    pa.MonthDayNanoIntervalScalar: _interval,
}
