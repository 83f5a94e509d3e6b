"""Rows of a query, read as they arrive: exact, whole or an error, in pieces of any size."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataexplore.clients.datafold.query_rows import read_rows
from dataexplore.errors import AnswerError, Malformed, TooLarge, Truncated
from dataexplore.settings import Limits

EXACT = (
    b'{"columns": [{"name": "n", "db_type": "BIGINT", "type": "integer"}, '
    b'{"name": "d", "db_type": "DECIMAL(38,10)"}, {"name": "t", "type": "string"}], '
    b'"rows": [{"n": 9007199254740993, "d": 1.1000000000, "t": "\\u00e9 \\"x\\" \xf0\x9f\xa6\x86"}, '
    b'{"n": null, "d": 0.1000000001, "t": "\\ud83e\\udd86"}]}'
)


class Wire:
    """A body that arrives in pieces of the sizes told, the last again and again."""

    content_type = "application/json"

    def __init__(self, body, sizes=(2**20,)):
        self.body, self.sizes, self.at = body, list(sizes), 0

    def readinto(self, buffer):
        size = self.sizes.pop(0) if len(self.sizes) > 1 else self.sizes[0]
        piece = self.body[self.at : self.at + min(size, len(buffer))]
        buffer[: len(piece)] = piece
        self.at += len(piece)
        return len(piece)


def read(body, sizes=(2**20,), limits=None, **asked):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return read_rows(Wire(body, sizes), limits or Limits(), **asked)


@settings(deadline=None)  # the first call imports
@given(sizes=st.lists(st.integers(1, 40), min_size=1))
def test_values_are_exact_in_pieces_of_any_size(sizes):
    table = read(EXACT, sizes).table
    assert table.to_pylist() == [
        {"n": 2**53 + 1, "d": Decimal("1.1000000000"), "t": 'é "x" 🦆'},
        {"n": None, "d": Decimal("0.1000000001"), "t": "🦆"},
    ]
    assert [str(kind) for kind in table.schema.types] == ["int64", "decimal128(38, 10)", "string"]


@given(cut=st.integers(0, len(EXACT) - 1), size=st.integers(1, 100))
def test_an_answer_cut_anywhere_is_never_a_shorter_table(cut, size):
    with pytest.raises((Truncated, Malformed)) as caught:
        read(EXACT[:cut], [size])
    assert isinstance(caught.value, Truncated) or cut == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><script>login()</script></html>",
        b"[]",
        b"null",
        b"\xef\xbb\xbf{}",
        b"{}",
        b'{"message": "log in"}',
        b'{"rows": {}}',
        b'{"rows": null}',
        b'{"rows": [1]}',
        b'{"rows": [[1]]}',
        b'{"rows": [{"a": NaN}]}',
        b'{"rows": [{"a": Infinity}]}',
        b'{"rows": [{"a": tru}]}' + b" " * 100,
        b'{"rows": [{"a": 1} {"a": 2}]}',
        b'{"rows": [{"a": 1},]}' + b" " * 100,
        b'{"rows": [{"a": 1}], "rows": []}',
        b'{"rows": [{"a": 1}]} {}',
        b'{"rows": [{"a": "\xff"}]}',
        b'{"rows": [{"a": ' + b"9" * 5000 + b"}]}",
        b'{"rows": [{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]}",
        b'{"rows": [{"a": 1}, {"b": 2}]}',
        b'{"rows": [{"a": 1}, {}]}',
        b'{"rows": [{"a": {"b": 1, "b": 2}}]}',
        b'{"columns": [{"name": "a"}], "rows": [{"b": 1}]}',
        b'{"columns": [{"name": "a"}], "rows": [{"a": 1, "b": 1}]}',
        b'{"columns": [{"name": "a", "type": "integer"}], "rows": [{"a": "x"}]}',
        b'{"columns": [{"name": 1}], "rows": []}',
        b'{"columns": ["a"], "rows": []}',
        b'{"columns": {}, "rows": []}',
        b'{1: 2, "rows": []}',
    ],
)
@pytest.mark.parametrize("size", [7, 2**20])
def test_what_is_no_result_set_is_malformed(body, size):
    """Case 17."""
    with pytest.raises(Malformed) as caught:
        read(body, [size])
    assert len(str(caught.value)) < 400


@given(st.binary())
def test_no_body_is_a_crash(body):
    with pytest.raises(AnswerError):
        read(body)


def test_a_login_page_is_named_with_its_type_and_its_beginning():
    with pytest.raises(Malformed, match=r"application/json: <html>\\x1b") as caught:
        read(b"<html>\x1b[2J")
    assert "login page" in caught.value.fix


def test_columns_may_come_after_the_rows_or_not_at_all():
    rows = [{"b": "x", "a": 1}, {"a": 2, "b": None}]
    columns = [{"name": "a", "type": "BIGINT"}, {"name": "b", "type": "VARCHAR"}]
    after = read({"rows": rows, "more": {"x": [1]}, "columns": columns}).table
    assert after.column_names == ["a", "b"]
    assert after.column("a").to_pylist() == [1, 2]
    for untold in ({"rows": rows}, {"columns": None, "rows": rows}):
        found = read(untold)
        assert found.table.column_names == ["b", "a"]
        assert found.table.column("a").type == pa.int64()
        assert found.notes == ()


def test_no_rows_keep_their_columns():
    table = read({"columns": [{"name": "a", "db_type": "DATE"}], "rows": []}).table
    assert (table.num_rows, table.schema.field("a").type) == (0, pa.date32())
    assert read({"columns": None, "rows": []}).table.num_columns == 0


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"db_type": "DECIMAL(10,2)", "type": "decimal"}, pa.decimal128(10, 2)),
        ({"db_type": "GEOMETRY", "type": "integer"}, pa.int32()),
        ({"db_type": None, "type": "integer"}, pa.int32()),
        ({"db_type": "", "type": None}, pa.int64()),
        ({}, pa.int64()),
    ],
)
def test_the_databases_own_type_counts_where_it_is_known(told, kind):
    table = read({"columns": [{"name": "a", **told}], "rows": [{"a": 1}]}).table
    assert table.schema.field("a").type == kind


def test_a_type_nobody_knows_is_noted():
    columns = [{"name": "a", "db_type": "GEOMETRY"}]
    assert "GEOMETRY" in read({"columns": columns, "rows": [{"a": 1}]}).notes[0]


def test_columns_of_one_name_stay_apart_where_each_has_a_value():
    """Case 31."""
    columns = b'{"columns": [{"name": "a"}, {"name": "b"}, {"name": "a"}], "rows": '
    table = read(columns + b'[{"a": 1, "b": 2, "a": 3}, {"a": 4, "b": 5, "a": 6}]}').table
    assert table.column_names == ["a", "b", "a"]
    assert [column.to_pylist() for column in table.columns] == [[1, 4], [2, 5], [3, 6]]
    with pytest.raises(Malformed, match=r"Columns share a name.*Give each column") as caught:
        read(columns + b'[{"a": 1, "b": 2}]}')
    assert caught.value.fix == "Give each column of the query a name of its own."


def test_max_rows_cuts_says_so_and_leaves_the_rest_unread():
    body = json.dumps({"rows": [{"a": each} for each in range(100_000)]}).encode()
    wire = Wire(body, [1000])
    found = read_rows(wire, Limits(), max_rows=5)
    assert (found.table.num_rows, found.cut) == (5, True)
    assert wire.at <= 2000
    assert not read({"rows": [{"a": 1}]}, max_rows=1).cut


def test_an_answer_over_a_limit_is_refused_while_it_arrives():
    body = json.dumps({"rows": [{"a": "x" * 50, "b": 1}] * 10_000}).encode()
    wire = Wire(body, [1000])
    with pytest.raises(TooLarge, match=r"10,000 bytes.*limits\.max_bytes"):
        read_rows(wire, Limits(max_bytes=10_000))
    assert wire.at < 12_000
    with pytest.raises(TooLarge, match=r"more than 100 values.*limits\.max_cells"):
        read(body, limits=Limits(max_cells=100))


def test_one_huge_value_is_not_parsed_again_with_every_piece():
    """Each time as much again is read; otherwise a megabyte in pieces would take minutes."""
    body = json.dumps({"rows": [{"a": "x" * 2_000_000}]}).encode()
    assert len(read(body, [100]).table.column("a")[0].as_py()) == 2_000_000


def test_progress_counts_the_rows_up_to_the_last():
    seen = []
    body = json.dumps({"rows": [{"a": each} for each in range(500)]}).encode()
    read(body, [100], on_rows=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 500
    assert len(set(seen)) > 10
