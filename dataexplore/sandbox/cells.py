"""The exact text of Arrow values, for the answers that are text themselves."""

from __future__ import annotations

import base64
import itertools
import math
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["json_texts", "plain_texts"]

NO_NUMBERS = ("NaN", "Infinity", "-Infinity")

# DuckDB keeps infinity in the outermost values of its dates and timestamps; Arrow has only the numbers.
INFINITIES = {
    32: {2**31 - 1: "infinity", -(2**31) + 1: "-infinity"},
    64: {2**63 - 1: "infinity", -(2**63) + 1: "-infinity"},
}


def json_texts(array: pa.Array) -> list[str]:
    """Give each value as JSON: numbers with all digits, blobs in base64, dates and times as ISO 8601."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        return json_texts(array.dictionary_decode())
    texts = plain_texts(array)
    if pa.types.is_floating(kind):
        return ["null" if text is None else f'"{text}"' if text in NO_NUMBERS else text for text in texts]
    if any(is_bare(kind) for is_bare in BARE):
        return ["null" if text is None else text for text in texts]
    return ["null" if text is None else encode_basestring(text) for text in texts]


def plain_texts(array: pa.Array) -> list[str | None]:
    """Give each value as bare text, None for null; nested values as JSON."""
    return next((texts for is_kind, texts in TEXTS if is_kind(array.type)), _cast_texts)(array)


def _cast_texts(array: pa.Array) -> list[str | None]:
    return list(array.cast(pa.string()).to_pylist())


def _dictionary_texts(array: pa.Array) -> list[str | None]:
    return plain_texts(array.dictionary_decode())


def _decimal_texts(array: pa.Array) -> list[str | None]:
    return _each(array, lambda value: format(value, "f"))


def _blob_texts(array: pa.Array) -> list[str | None]:
    return _each(array, lambda value: base64.b64encode(value).decode())


def _interval_texts(array: pa.Array) -> list[str | None]:
    return _each(array, _duration_text)


def _each(array: pa.Array, text: Callable[[Any], str]) -> list[str | None]:
    return [None if value is None else text(value) for value in array.to_pylist()]


def _float_texts(array: pa.Array) -> list[str | None]:
    # The shortest text of a 32-bit float is not that of the double Python makes of it; Arrow knows it.
    short = pa.types.is_float32(array.type)
    numbers = array.to_pylist()
    texts = array.cast(pa.string()).to_pylist() if short else map(repr, numbers)
    return [_float_text(number, text) for number, text in zip(numbers, texts, strict=True)]


def _float_text(number: float | None, text: str) -> str | None:
    if number is None:
        return None
    if math.isfinite(number):
        return "-0.0" if text == "-0" else text  # -0 is an integer to a JSON reader, and loses its sign
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _moment_texts(array: pa.Array) -> list[str | None]:
    kind = array.type
    suffix = ""
    if pa.types.is_timestamp(kind) and kind.tz:
        array, suffix = array.cast(pa.timestamp(kind.unit)), "Z"  # the session's zone is UTC
    texts = [
        None if text is None else text.replace(" ", "T") + suffix
        for text in array.cast(pa.string()).to_pylist()
    ]
    infinities = INFINITIES[kind.bit_width]
    numbers = array.view(pa.int32() if kind.bit_width == 32 else pa.int64())  # noqa: PLR2004 - bits
    # Not pc.is_in: pa.array() of the two infinities would import pandas.
    if infinities.keys() & set(pc.min_max(numbers).as_py().values()):
        texts = [
            infinities.get(number, text) for number, text in zip(numbers.to_pylist(), texts, strict=True)
        ]
    return texts


def _duration_text(value: Any) -> str:
    """Write an interval as an ISO 8601 duration: P1M2DT3.5S."""
    days = f"P{value.months}M{value.days}D"
    if not value.nanoseconds:
        return days
    seconds, fraction = divmod(abs(value.nanoseconds), 10**9)
    sign = "-" if value.nanoseconds < 0 else ""
    return f"{days}T{sign}{seconds}" + (f".{fraction:09d}".rstrip("0") if fraction else "") + "S"


def _nested_texts(array: pa.Array) -> list[str | None]:
    kind = array.type
    if pa.types.is_struct(kind):
        names = [encode_basestring(field.name) for field in kind]
        columns = [json_texts(child) for child in array.flatten()]
        rows: Iterator[str] = (
            "{" + ",".join(f"{name}:{text}" for name, text in zip(names, texts, strict=True)) + "}"
            for texts in (zip(*columns, strict=True) if columns else ((),) * len(array))
        )
    elif pa.types.is_map(kind):
        keys = ['"null"' if text is None else encode_basestring(text) for text in plain_texts(array.keys)]
        entries = [f"{key}:{text}" for key, text in zip(keys, json_texts(array.items), strict=True)]
        rows = (
            "{" + ",".join(entries[start:stop]) + "}" for start, stop in _spans(array.offsets.to_pylist())
        )
    else:
        texts = json_texts(array.flatten())
        lengths = [length or 0 for length in pc.list_value_length(array).to_pylist()]
        if pa.types.is_fixed_size_list(kind):
            lengths = [kind.list_size if valid else 0 for valid in array.is_valid().to_pylist()]
        offsets = [0]
        for length in lengths:
            offsets.append(offsets[-1] + length)
        rows = ("[" + ",".join(texts[start:stop]) + "]" for start, stop in _spans(offsets))
    return [row if valid else None for row, valid in zip(rows, array.is_valid().to_pylist(), strict=True)]


def _spans(offsets: list[int]) -> Iterator[tuple[int, int]]:
    return itertools.pairwise(offsets)


TEXTS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], list[str | None]]], ...] = (
    (pa.types.is_dictionary, _dictionary_texts),
    (pa.types.is_nested, _nested_texts),
    (pa.types.is_floating, _float_texts),
    (pa.types.is_decimal, _decimal_texts),
    (pa.types.is_binary, _blob_texts),
    (pa.types.is_interval, _interval_texts),
    (pa.types.is_date, _moment_texts),
    (pa.types.is_timestamp, _moment_texts),
)
BARE = (pa.types.is_integer, pa.types.is_decimal, pa.types.is_boolean, pa.types.is_nested)
