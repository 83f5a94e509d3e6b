"""What a database calls a type, as far as it decides how JSON values become Arrow ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["Declared", "Family", "parse_declared"]

Family = Literal[
    "binary",
    "boolean",
    "date",
    "decimal",
    "float",
    "integer",
    "json",
    "list",
    "map",
    "struct",
    "text",
    "time",
    "timestamp",
    "unknown",
]
Unit = Literal["s", "ms", "us", "ns"]

MAX_PRECISION = 76


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared type.

    Attributes:
        family: which rules its values follow.
        name: the type as the service wrote it.
        size: bits of an integer, negative when unsigned; 0 where it has none.
        precision: digits of a decimal; None when not declared.
        scale: digits of it behind the point; None when not declared.
        unit: of a timestamp, when its name says so.
        zoned: whether the name promises time zones.
        item: the type of a list's elements, when declared.
    """

    family: Family
    name: str
    size: int = 0
    precision: int | None = None
    scale: int | None = None
    unit: Unit = "us"
    zoned: bool = False
    item: Declared | None = None


# One name may mean different widths in different databases, so a width is where reading starts: it widens
# when a value needs it. FLOAT and REAL are 32 bits in some and 64 in others: 64 holds both.
_INTEGERS = {
    "TINYINT": 8, "INT8": 64, "BYTEINT": 8, "UTINYINT": -8, "UINT8": -8,
    "SMALLINT": 16, "INT2": 16, "INT16": 16, "USMALLINT": -16, "UINT16": -16,
    "INTEGER": 32, "INT": 32, "INT4": 32, "INT32": 32, "MEDIUMINT": 32, "SERIAL": 32,
    "UINTEGER": -32, "UINT": -32, "UINT32": -32,
    "BIGINT": 64, "INT64": 64, "LONG": 64, "BIGSERIAL": 64, "UBIGINT": -64, "UINT64": -64,
    "HUGEINT": 128, "INT128": 128, "UHUGEINT": -128, "UINT128": -128,
}  # fmt: skip
_NAMES: dict[Family, str] = {
    "binary": "BLOB BINARY VARBINARY BYTEA BYTES RAW IMAGE LONG_RAW LONGBLOB BINARY_VARYING",
    "boolean": "BOOLEAN BOOL",
    "date": "DATE",
    "decimal": "DECIMAL NUMERIC NUMBER DEC FIXED BIGNUMERIC BIGDECIMAL MONEY SMALLMONEY",
    "float": "DOUBLE DOUBLE_PRECISION FLOAT FLOAT4 FLOAT8 FLOAT32 FLOAT64 REAL BINARY_FLOAT BINARY_DOUBLE",
    "json": "JSON JSONB VARIANT OBJECT SUPER",
    "list": "LIST ARRAY",
    "map": "MAP",
    "struct": "STRUCT ROW RECORD",
    "text": "STRING VARCHAR VARCHAR2 NVARCHAR NVARCHAR2 CHAR NCHAR BPCHAR CHARACTER CHARACTER_VARYING TEXT"
    " NTEXT TINYTEXT MEDIUMTEXT LONGTEXT CLOB NCLOB NAME CITEXT ENUM UUID UNIQUEIDENTIFIER",
    "time": "TIME TIME_NS TIME_WITHOUT_TIME_ZONE",
    "timestamp": "TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_US TIMESTAMP_NS TIMESTAMP_NTZ TIMESTAMP_LTZ"
    " TIMESTAMP_TZ TIMESTAMPTZ TIMESTAMPNTZ TIMESTAMPLTZ TIMESTAMP_WITH_TIME_ZONE"
    " TIMESTAMP_WITHOUT_TIME_ZONE TIMESTAMP_WITH_LOCAL_TIME_ZONE DATETIME DATETIME2 SMALLDATETIME"
    " DATETIMEOFFSET",
}
_FAMILIES: dict[str, Family] = {name: family for family, names in _NAMES.items() for name in names.split()}
_ZONED = {name for name in _NAMES["timestamp"].split() if name.endswith(("TZ", "_TIME_ZONE", "OFFSET"))} - {
    "TIMESTAMP_NTZ", "TIMESTAMPNTZ", "TIMESTAMP_WITHOUT_TIME_ZONE"
}  # fmt: skip
_UNITS: dict[str, Unit] = {"_S": "s", "_MS": "ms", "_NS": "ns"}

_LIST = re.compile(r"(?P<item>.+)\[\d*\]|(?:LIST|ARRAY)\s*[(<](?P<inner>.+)[)>]", re.DOTALL)
_SHAPE = re.compile(r"(?P<name>[A-Z][^()<>]*)(?:[(<](?P<inside>.*)[)>])?(?P<rest>[^()<>]*)", re.DOTALL)
_NUMBERS = re.compile(r"\s*(\d{1,3})\s*(?:,\s*(-?\d{1,3})\s*)?")


def parse_declared(name: str) -> Declared:
    """Read a type's name as any database may write it; one that is not known is of family ``unknown``."""
    text = name.strip().upper()
    if as_list := _LIST.fullmatch(text):
        return Declared("list", name, item=parse_declared(as_list["item"] or as_list["inner"]))
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return Declared("unknown", name)
    word = "_".join(f"{shape['name']} {shape['rest']}".split())
    if size := _INTEGERS.get(word.removesuffix("_UNSIGNED")):
        return Declared("integer", name, size=-abs(size) if word.endswith("_UNSIGNED") else size)
    family = _FAMILIES.get(word, "unknown")
    if family == "decimal":
        precision, scale = _digits(shape["inside"] or "")
        return Declared("decimal", name, precision=precision, scale=scale)
    unit: Unit = next((unit for ending, unit in _UNITS.items() if word.endswith(ending)), "us")
    return Declared(family, name, unit=unit, zoned=word in _ZONED)


def _digits(inside: str) -> tuple[int | None, int | None]:
    """Precision and scale of a decimal; both None when they are not declared, or Arrow cannot have them."""
    numbers = _NUMBERS.fullmatch(inside)
    if numbers is None:
        return None, None
    precision, scale = int(numbers[1]), int(numbers[2] or 0)
    return (
        (precision, scale)
        if 1 <= precision <= MAX_PRECISION and abs(scale) <= MAX_PRECISION
        else (None, None)
    )
