"""What is particular to each database: how it reads SQL, and how it writes each kind of value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from dataexplore.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlglot.dialects.dialect import Dialect

__all__ = ["NAME_IT", "Forms", "forms", "grammar"]

NAME_IT = 'Set dialect = "snowflake" (or what the database is) under [coginiti] in the profile.'


@dataclass(frozen=True, slots=True)
class Forms:
    """How a dialect writes a value; the defaults are what ANSI SQL says, None is what it cannot write.

    They are written out here because sqlglot's casts lose microseconds (Trino, MySQL), turn bytes into
    integers or bit strings (Redshift, Postgres) or follow a session setting (Oracle).
    """

    true: str = "TRUE"
    false: str = "FALSE"
    date: str = "DATE '{}'"
    naive: str = "TIMESTAMP '{}'"
    aware: str | None = None  # gets the moment in UTC, without an offset
    time: str | None = "TIME '{}'"
    interval: str | None = None  # gets {seconds} or {microseconds}
    decimal: Callable[[str, int, int], str] = lambda text, _digits, _scale: text
    max_digits: int = 38
    not_finite: str | None = None  # gets NaN, Infinity or -Infinity
    infinity: str = "Infinity"
    national: bool = False  # whether text beyond ASCII needs N'...' to survive the code page
    binary: str = "X'{}'"
    uuid: str = "'{}'"


def _bigquery_decimal(text: str, digits: int, scale: int) -> str:
    fits = scale <= 9 and digits - scale <= 29  # noqa: PLR2004 - the documented range of NUMERIC
    return f"{'NUMERIC' if fits else 'BIGNUMERIC'} '{text}'"


def _cast_decimal(text: str, digits: int, scale: int) -> str:
    return f"CAST('{text}' AS DECIMAL({digits}, {scale}))"


_POSTGRES = Forms(
    aware="TIMESTAMPTZ '{}+00:00'",
    interval="INTERVAL '{seconds} seconds'",
    max_digits=1000,
    not_finite="CAST('{}' AS DOUBLE PRECISION)",
    binary="decode('{}', 'hex')",
    uuid="CAST('{}' AS UUID)",
)
_SPARK = Forms(
    aware="TIMESTAMP '{}+00:00'",
    time=None,
    interval="INTERVAL '{seconds}' SECOND",
    not_finite="CAST('{}' AS DOUBLE)",
)
_HIVE = Forms(time=None, decimal=_cast_decimal, not_finite="CAST('{}' AS DOUBLE)", binary="unhex('{}')")
_TRINO = Forms(
    aware="TIMESTAMP '{} UTC'",
    interval="INTERVAL '{seconds}' SECOND",
    decimal=lambda text, _digits, _scale: f"DECIMAL '{text}'",
    not_finite="CAST('{}' AS DOUBLE)",
    uuid="CAST('{}' AS UUID)",
)
_CASTING = Forms(
    date="CAST('{}' AS DATE)",
    naive="CAST('{}' AS DATETIME(6))",
    time="CAST('{}' AS TIME(6))",
)
_SQL_SERVER = Forms(
    true="1",
    false="0",
    date="CAST('{}' AS DATE)",
    naive="CAST('{}' AS DATETIME2(6))",
    time="CAST('{}' AS TIME(6))",
    binary="0x{}",
    uuid="CAST('{}' AS UNIQUEIDENTIFIER)",
    national=True,
)
_ANSI = Forms()
_FORMS = {
    "athena": _TRINO,
    "bigquery": Forms(
        naive="DATETIME '{}'",
        aware="TIMESTAMP '{}+00:00'",
        interval="INTERVAL {microseconds} MICROSECOND",
        decimal=_bigquery_decimal,
        not_finite="CAST('{}' AS FLOAT64)",
        binary="FROM_HEX('{}')",
    ),
    "clickhouse": Forms(
        date="toDate32('{}')",  # toDate wraps around silently before 1970 and after 2149
        naive="CAST('{}' AS DateTime64(6))",
        aware="CAST('{}' AS DateTime64(6, 'UTC'))",
        time=None,
        interval="INTERVAL {microseconds} MICROSECOND",
        decimal=_cast_decimal,
        not_finite="CAST('{}' AS Float64)",
        binary="unhex('{}')",
        uuid="toUUID('{}')",
    ),
    "databricks": _SPARK,
    "doris": _CASTING,
    "duckdb": replace(_POSTGRES, max_digits=38, not_finite="CAST('{}' AS DOUBLE)", binary="from_hex('{}')"),
    "dune": _TRINO,
    "fabric": _SQL_SERVER,
    "hive": _HIVE,
    "materialize": replace(_POSTGRES, max_digits=38),
    "mysql": Forms(aware="TIMESTAMP '{}+00:00'", interval="INTERVAL {microseconds} MICROSECOND"),
    "oracle": Forms(
        true="1",
        false="0",
        aware="TIMESTAMP '{} +00:00'",
        time=None,
        interval="NUMTODSINTERVAL({seconds}, 'SECOND')",
        binary="HEXTORAW('{}')",
    ),
    "postgres": _POSTGRES,
    "presto": _TRINO,
    "redshift": replace(_POSTGRES, max_digits=38, binary="from_hex('{}')", uuid="'{}'"),
    "risingwave": replace(_POSTGRES, max_digits=28, uuid="'{}'"),
    "singlestore": _CASTING,
    "snowflake": Forms(
        naive="CAST('{}' AS TIMESTAMP_NTZ)",
        aware="CAST('{}+00:00' AS TIMESTAMP_TZ)",
        interval="INTERVAL '{microseconds} microseconds'",
        not_finite="CAST('{}' AS FLOAT)",
        infinity="inf",
    ),
    "spark": _SPARK,
    "spark2": _SPARK,
    "sqlite": Forms(date="'{}'", naive="'{}'", time="'{}'"),
    "starrocks": replace(_CASTING, naive="CAST('{}' AS DATETIME)", time=None),
    "teradata": Forms(true="1", false="0", aware="TIMESTAMP '{}+00:00'", binary="'{}'XB"),
    "trino": _TRINO,
    "tsql": replace(_SQL_SERVER, aware="CAST('{}+00:00' AS DATETIMEOFFSET(6))"),
}


def forms(dialect: str | None) -> Forms:
    """How the dialect writes values; an unknown one as ANSI SQL does."""
    return _FORMS.get(dialect.strip().lower(), _ANSI) if dialect else _ANSI


@cache
def grammar(dialect: str) -> Dialect:
    """The rules of a dialect by its name; a ConfigError names the known ones."""
    # Imported here: it takes most of a second, and a cell without placeholders does without.
    from sqlglot.dialects.dialect import Dialect, Dialects  # noqa: PLC0415 - as said

    known = sorted(each.value for each in Dialects if each.value)
    name = dialect.strip().lower()
    if name not in known:
        near = "".join(f' Did you mean "{each}"?' for each in get_close_matches(name, known, 1))
        raise ConfigError(
            f'There is no dialect "{dialect}".{near}',
            f"Set dialect under [coginiti] in the profile to one of: {', '.join(known)}.",
        )
    # Athena reads queries as Trino does; the rules that sqlglot keeps under its name are those of Hive's DDL.
    return Dialect.get_or_raise("trino" if name == "athena" else name)
