"""Python values as SQL literals of one dialect."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dataexplore.errors import InputError
from dataexplore.query.dialects import NAME_IT, forms, grammar

if TYPE_CHECKING:
    from dataexplore.query.dialects import Forms

__all__ = ["literal"]

SEVERAL = (list, tuple, set, frozenset)
ACCEPTED = "Accepted are text, numbers, booleans, dates, times, bytes, UUIDs, None and lists of these."


def literal(value: object, dialect: str | None) -> str:  # noqa: C901, PLR0911 - one line a kind of value
    """Write a value as a SQL literal of the dialect, quoted so that it can only be that value.

    A list, tuple or set becomes ``(a, b)`` for ``IN``. None as the dialect means unknown: ANSI SQL is
    written, and what is not safe or not the same everywhere is refused.

    Example:
        >>> literal("O'Hara", "duckdb")
        "'O''Hara'"
    """
    if isinstance(value, SEVERAL):
        return _list(value, dialect)
    value, written = _plain(value), forms(dialect)
    match value:
        case None:
            return "NULL"
        case bool():
            return written.true if value else written.false
        case str():
            return _text(value, dialect)
        case int() | Decimal():
            return _exact(value, written)
        case float():
            return _double(value, dialect)
        case date() | time():
            return _moment(value, dialect)
        case timedelta():
            return _span(value, dialect)
        case bytes() | bytearray():
            return written.binary.format(value.hex().upper())
        case UUID():
            return written.uuid.format(value)
    kind = type(value).__name__
    raise InputError(
        f"A value of type {kind} cannot be written into SQL.",
        f"Pass the list that .tolist() gives. {ACCEPTED}" if hasattr(value, "tolist") else ACCEPTED,
    )


def _plain(value: Any) -> Any:
    """The Python value inside an enum member or a scalar of pyarrow, NumPy or pandas."""
    if isinstance(value, Enum):
        return _plain(value.value)
    kind = type(value)
    library, name = kind.__module__.partition(".")[0], kind.__name__
    if library == "pandas" and name in {"NAType", "NaTType"}:
        return None
    if library == "pyarrow" and hasattr(value, "as_py"):
        return _plain(value.as_py())
    if library == "numpy" and name in {"datetime64", "timedelta64"}:
        return _from_numpy(value)
    if library == "numpy" and hasattr(value, "item") and getattr(value, "shape", None) == ():
        return value.item()
    if getattr(value, "nanosecond", 0) or getattr(value, "nanoseconds", 0):
        raise _inexact(value)
    return value


def _from_numpy(value: Any) -> Any:
    """A datetime64 or timedelta64 as Python's own; NumPy itself gives a bare int where it finds none."""
    plain = value.item()
    if isinstance(plain, int) and value.dtype.str.endswith("[ns]"):
        shorter = value.astype(value.dtype.str.replace("[ns]", "[us]"))
        plain = shorter.item() if shorter == value else plain
    if isinstance(plain, int):
        raise _inexact(value)
    return plain


def _inexact(value: object) -> InputError:
    return InputError(f"{value} is finer or wider than a Python datetime.", "Round it to microseconds.")


def _unwritable(kind: str, dialect: str | None) -> InputError:
    if dialect is None:
        return InputError(f"Databases write {kind} differently, and the dialect is unknown.", NAME_IT)
    return InputError(f"{dialect} has no literal for {kind}.", "Pass text or a number and convert it in SQL.")


def _list(values: Any, dialect: str | None) -> str:
    if not values:
        raise InputError("The list is empty, and IN () is not SQL.", "Pass at least one value.")
    if any(isinstance(value, SEVERAL) for value in values):
        raise InputError("The list holds a list.", "Pass one list of plain values.")
    items = [literal(value, dialect) for value in values]
    if "NULL" in items:
        # NOT IN (1, NULL) is never true: every row would vanish without a word.
        raise InputError("The list holds a null, which IN never matches.", "Drop it and add `or x is null`.")
    if isinstance(values, (set, frozenset)):
        items.sort()  # a set has no order: the same statement is to be the same text
    return f"({', '.join(items)})"


def _text(value: str, dialect: str | None) -> str:
    if "\0" in value:
        raise InputError("The text holds a NUL character, which databases refuse.", "Remove it.")
    if not value.isprintable() and any("\ud800" <= char <= "\udfff" for char in value):
        raise InputError("The text holds half of a surrogate pair, which is no character.", "Remove it.")
    if dialect is None:
        if "\\" in value:
            raise InputError(
                "The text holds a backslash, an escape in some databases, and the dialect is unknown.",
                NAME_IT,
            )
        return "'" + value.replace("'", "''") + "'"
    from sqlglot import exp  # noqa: PLC0415 - see grammar

    rules = grammar(dialect)
    national = forms(dialect).national and not value.isascii()
    return (exp.National(this=value) if national else exp.Literal.string(value)).sql(rules)


def _exact(value: int | Decimal, written: Forms) -> str:
    if isinstance(value, int) and -(2**63) <= value < 2**63:
        return _signed(int.__repr__(value))
    number = Decimal(value)
    if not number.is_finite():
        raise InputError(f"The decimal {number} is not a number that SQL can write.", "Pass None or a float.")
    if abs(number.adjusted()) > written.max_digits:  # spares writing out a giant only to refuse it
        raise _too_long(written)
    text = format(number, "f")
    scale = len(text.partition(".")[2])
    digits = len(text.lstrip("-").replace(".", ""))  # the 0 of 0.05 counts in some databases
    if digits > written.max_digits:
        raise _too_long(written)
    return _signed(written.decimal(text, digits, scale))


def _too_long(written: Forms) -> InputError:
    return InputError(
        f"The number has more than {written.max_digits} digits, and the database would round it.",
        "Round it yourself, or pass it as text and convert it in SQL.",
    )


def _double(value: float, dialect: str | None) -> str:
    if math.isfinite(value):
        text = float.__repr__(value)
        # With an exponent it is approximate by the standard; 0.1 alone would be a decimal.
        return _signed(text if "e" in text else f"{text}e0")
    written = forms(dialect)
    if written.not_finite is None:
        raise _unwritable("NaN or infinity", dialect)
    word = "NaN" if math.isnan(value) else written.infinity if value > 0 else f"-{written.infinity}"
    return written.not_finite.format(word)


def _signed(text: str) -> str:
    """In parentheses when negative: `a-$n` would begin a comment, and `$n::text` would negate the text."""
    return f"({text})" if text.startswith("-") else text


def _moment(value: date | time, dialect: str | None) -> str:
    written = forms(dialect)
    match value:
        case datetime() if value.utcoffset() is None:
            return written.naive.format(datetime.isoformat(value, " "))
        case datetime():
            if written.aware is None:
                raise _unwritable("a timestamp with a zone", dialect)
            return written.aware.format(datetime.isoformat(_in_utc(value), " "))
        case date():
            return written.date.format(value.isoformat())
    if value.tzinfo is not None:
        raise InputError("A time of day with a zone means nothing without a date.", "Pass a datetime.")
    if written.time is None:
        raise _unwritable("a time of day", dialect)
    return written.time.format(value.isoformat())


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC).replace(tzinfo=None)
    except OverflowError as error:
        raise InputError(f"{value} is outside of the calendar in UTC.", "Pass another moment.") from error


def _span(value: timedelta, dialect: str | None) -> str:
    written = forms(dialect)
    if written.interval is None:
        raise _unwritable("a time span", dialect)
    microseconds = value // timedelta(microseconds=1)
    return written.interval.format(seconds=Decimal(microseconds).scaleb(-6), microseconds=microseconds)
