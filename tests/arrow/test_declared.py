from __future__ import annotations

import pytest

from dataexplore.arrow.declared import parse_declared


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("VARCHAR(20)", "text"),
        ("character varying(20)", "text"),
        (" text ", "text"),
        ("UUID", "text"),
        ("ENUM('a', 'b')", "text"),
        ("DOUBLE PRECISION", "float"),
        ("FLOAT(53)", "float"),
        ("BOOL", "boolean"),
        ("DATE", "date"),
        ("TIME", "time"),
        ("TIME(6) WITHOUT TIME ZONE", "time"),
        ("BYTEA", "binary"),
        ("VARBINARY(16)", "binary"),
        ("VARIANT", "json"),
        ("MAP(VARCHAR, INTEGER)", "map"),
        ("STRUCT(a INTEGER, b VARCHAR)", "struct"),
        ("STRUCT<a INT64>", "struct"),
        ("INTERVAL DAY TO SECOND", "unknown"),
        ("GEOGRAPHY", "unknown"),
        ("", "unknown"),
        ("((", "unknown"),
    ],
)
def test_a_name_tells_the_family(name, family):
    declared = parse_declared(name)
    assert declared.family == family
    assert declared.name == name


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("INTEGER", 32),
        ("int", 32),
        ("INT64", 64),
        ("BIGINT", 64),
        ("bigint unsigned", -64),
        ("UBIGINT", -64),
        ("TINYINT(1)", 8),
        ("HUGEINT", 128),
    ],
)
def test_integers_have_a_size(name, size):
    declared = parse_declared(name)
    assert (declared.family, declared.size) == ("integer", size)


@pytest.mark.parametrize(
    ("name", "precision", "scale"),
    [
        ("DECIMAL(18,2)", 18, 2),
        ("numeric( 38 , 10 )", 38, 10),
        ("NUMBER(38)", 38, 0),
        ("NUMBER(5,-2)", 5, -2),
        ("BIGNUMERIC(76, 38)", 76, 38),
        ("DECIMAL", None, None),
        ("NUMBER(*,0)", None, None),
        ("DECIMAL(99,2)", None, None),
        ("DECIMAL(0,0)", None, None),
    ],
)
def test_decimals_have_digits_when_they_are_declared(name, precision, scale):
    declared = parse_declared(name)
    assert (declared.family, declared.precision, declared.scale) == ("decimal", precision, scale)


@pytest.mark.parametrize(
    ("name", "unit", "zoned"),
    [
        ("TIMESTAMP", "us", False),
        ("DATETIME", "us", False),
        ("TIMESTAMP_S", "s", False),
        ("TIMESTAMP_NS", "ns", False),
        ("TIMESTAMP_NTZ(9)", "us", False),
        ("TIMESTAMP_LTZ(9)", "us", True),
        ("timestamptz", "us", True),
        ("TIMESTAMP(6) WITH TIME ZONE", "us", True),
        ("TIMESTAMP WITH LOCAL TIME ZONE", "us", True),
        ("TIMESTAMP WITHOUT TIME ZONE", "us", False),
        ("DATETIMEOFFSET(7)", "us", True),
    ],
)
def test_timestamps_have_a_unit_and_may_have_zones(name, unit, zoned):
    declared = parse_declared(name)
    assert (declared.family, declared.unit, declared.zoned) == ("timestamp", unit, zoned)


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("INTEGER[]", "integer"),
        ("INTEGER[3]", "integer"),
        ("VARCHAR[][]", "list"),
        ("LIST(DOUBLE)", "float"),
        ("ARRAY<STRING>", "text"),
        ("STRUCT(a INTEGER[])[]", "struct"),
        ("DECIMAL(18,2)[]", "decimal"),
    ],
)
def test_lists_have_the_type_of_their_items(name, item):
    declared = parse_declared(name)
    assert declared.family == "list"
    assert declared.item.family == item


def test_a_list_without_an_item_type_has_none():
    assert parse_declared("ARRAY").item is None
