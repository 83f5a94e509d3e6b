"""DuckDB's types, as far as comparing needs to tell them apart."""

from __future__ import annotations

from typing import Any

__all__ = ["common_type", "exact_scale", "is_float", "is_list", "is_moment", "is_number", "is_text"]

# Decimal digits of the integer types; a hugeint has more than a DECIMAL holds.
INTEGER_DIGITS = {
    "tinyint": 3,
    "utinyint": 3,
    "smallint": 5,
    "usmallint": 5,
    "integer": 10,
    "uinteger": 10,
    "bigint": 19,
    "ubigint": 20,
}
LONG_INTEGERS = ("hugeint", "uhugeint", "bignum")
FLOATS = ("float", "double")
TEXTS = ("varchar", "enum")
# One digit less than a DECIMAL has, so that a difference of two fits as well.
MOST_DIGITS = 37


def is_number(kind: Any) -> bool:
    """Tell whether values can be subtracted."""
    return kind.id in INTEGER_DIGITS or kind.id in LONG_INTEGERS or kind.id in FLOATS or kind.id == "decimal"


def is_float(kind: Any) -> bool:
    """Tell whether values are binary fractions."""
    return kind.id in FLOATS


def is_moment(kind: Any) -> bool:
    """Tell whether values are dates or timestamps."""
    return bool(kind.id == "date" or kind.id.startswith("timestamp"))


def is_text(kind: Any) -> bool:
    """Tell whether values are text."""
    return kind.id in TEXTS


def is_list(kind: Any) -> bool:
    """Tell whether values are lists of any length."""
    return bool(kind.id == "list")


def common_type(left: Any, right: Any) -> str:
    """Give the SQL type in which values of two types are compared; their own when they have the same."""
    if str(left) == str(right):
        return str(left)
    if is_number(left) and is_number(right):
        scale = exact_scale(left, right)
        return "DOUBLE" if scale is None else f"DECIMAL(38, {scale})"
    if is_moment(left) and is_moment(right):
        zoned = "time zone" in left.id or "time zone" in right.id
        return "TIMESTAMP WITH TIME ZONE" if zoned else "TIMESTAMP"
    return "VARCHAR"


def exact_scale(left: Any, right: Any) -> int | None:
    """Give the decimals in which two types and their difference are exact; None when no DECIMAL holds it."""
    digits = _digits(left), _digits(right)
    if digits[0] is None or digits[1] is None:
        return None
    scale = max(digits[0][1], digits[1][1])
    whole = max(digits[0][0], digits[1][0])
    return scale if whole + scale <= MOST_DIGITS else None


def _digits(kind: Any) -> tuple[int, int] | None:
    """Give the digits before and after the point of an exact number."""
    if kind.id in INTEGER_DIGITS:
        return INTEGER_DIGITS[kind.id], 0
    if kind.id == "decimal":
        options = dict(kind.children)
        return options["precision"] - options["scale"], options["scale"]
    return None
