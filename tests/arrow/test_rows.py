from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest

from dataexplore.arrow.rows import table_from_rows
from dataexplore.errors import Malformed, TooLarge
from dataexplore.settings import Limits

LIMITS = Limits()


def columns(*kinds):
    return [{"name": f"c{index}", "type": kind} for index, kind in enumerate(kinds)]


def test_rows_become_a_table_of_the_declared_types():
    data = [["2024-01-15", Decimal("15230.5"), None], ["2024-01-16", None, ""]]
    rows = table_from_rows(columns("DATE", "DECIMAL", "VARCHAR"), data, LIMITS)
    assert rows.table.schema.types == [pa.date32(), pa.decimal128(38, 1), pa.string()]
    assert rows.table.column("c2").to_pylist() == [None, ""]
    assert rows.notes == (
        "Column 'c1': DECIMAL declares no scale; read with 1 digits behind the point, the most seen.",
    )


def test_duplicate_and_empty_names_are_kept():
    named = [{"name": "a", "type": "INTEGER"}, {"name": "a", "type": "TEXT"}, {"name": "", "type": "TEXT"}]
    table = table_from_rows(named, [[1, "x", "y"]], LIMITS).table
    assert table.column_names == ["a", "a", ""]
    assert [column.to_pylist() for column in table.columns] == [[1], ["x"], ["y"]]


def test_no_rows_are_a_table_of_the_declared_types():
    rows = table_from_rows(columns("INTEGER", "TEXT"), [], LIMITS)
    assert rows.table.schema.types == [pa.int32(), pa.string()]
    assert rows.table.num_rows == 0
    assert rows.notes == ()


def test_a_missing_type_is_read_from_what_is_there():
    for column in ({"name": "a"}, {"name": "a", "type": None}, {"name": "a", "type": 5}):
        assert table_from_rows([column], [[1]], LIMITS).table.schema.types == [pa.int64()]


def test_a_value_that_does_not_fit_is_named_and_cut_and_made_safe():
    value = "x\x1b[31m\u202e" + "y" * 200
    with pytest.raises(Malformed) as error:
        table_from_rows(columns("TEXT", "INTEGER"), [["a", 1], ["b", value]], LIMITS)
    assert "Column 'c1', row 2 holds 'x\ufffd[31m\ufffdyyy" in str(error.value)
    assert "does not fit 'INTEGER'" in str(error.value)
    assert len(str(error.value)) < 250


@pytest.mark.parametrize(
    ("named", "data", "said"),
    [
        (columns("TEXT"), [["a"], ["a", "b"]], "Row 2"),
        (columns("TEXT"), [[]], "Row 1"),
        (columns("TEXT"), ["a"], "Row 1"),
        (columns("TEXT"), [{"c0": "a"}], "Row 1"),
        (["c0"], [["a"]], "Column 1"),
        ([{"type": "TEXT"}], [["a"]], "Column 1"),
        ([{"name": None}], [["a"]], "Column 1"),
    ],
)
def test_rows_that_do_not_match_their_columns_are_malformed(named, data, said):
    with pytest.raises(Malformed, match=said):
        table_from_rows(named, data, LIMITS)


def test_values_nested_too_deeply_are_malformed_or_text():
    deep = []
    for _ in range(100):
        deep = [deep]
    assert table_from_rows(columns("JSON"), [[deep]], LIMITS).table.num_rows == 1
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Malformed, match="nested too deeply"):
        table_from_rows(columns("JSON"), [[deep]], LIMITS)


def test_more_cells_than_the_limit_are_too_large():
    data = [[1, 2]] * 5
    assert (
        table_from_rows(columns("INTEGER", "INTEGER"), data, replace(LIMITS, max_cells=10)).table.num_rows
        == 5
    )
    with pytest.raises(TooLarge, match=r"limits\.max_cells"):
        table_from_rows(columns("INTEGER", "INTEGER"), data, replace(LIMITS, max_cells=9))
