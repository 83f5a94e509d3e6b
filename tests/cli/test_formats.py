from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal

import pyarrow as pa
import pytest
from pyarrow import csv, parquet

from dataexplore.cli.formats import write
from dataexplore.errors import InputError

BERLIN = pa.timestamp("us", "Europe/Berlin")
COLUMNS = {
    "int64": (pa.array([2**53 + 1, None]), "9007199254740993"),
    "uint64": (pa.array([2**64 - 1, None], pa.uint64()), "18446744073709551615"),
    "double": (pa.array([0.1, None]), "0.1"),
    "float": (pa.array([0.1, None], pa.float32()), "0.1"),
    "half": (pa.array([1.5, None], pa.float16()), "1.5"),
    "not a number": (pa.array([float("nan"), None]), '"NaN"'),
    "infinite": (pa.array([float("-inf"), None]), '"-Infinity"'),
    "decimal": (
        pa.array([Decimal("12345678901234567890.1200000000"), None]),
        "12345678901234567890.1200000000",
    ),
    "hugeint": (pa.array([Decimal(2**120), None], pa.decimal128(38)), str(2**120)),
    "boolean": (pa.array([True, None]), "true"),
    "text": (pa.array(['say "héllo" 👋\n', None]), '"say \\"héllo\\" 👋\\n"'),
    "view": (pa.array(["x", None], pa.string_view()), '"x"'),
    "dictionary": (pa.array(["x", None]).dictionary_encode(), '"x"'),
    "runs": (pa.RunEndEncodedArray.from_arrays([1, 2], ["x", None]), '"x"'),
    "uuid": (pa.array([b"0" * 16, None], pa.uuid()), '"30303030-3030-3030-3030-303030303030"'),
    "bytes": (pa.array([b"\x00\xff", None]), '"00ff"'),
    "date": (pa.array([dt.date(9999, 12, 31), None]), '"9999-12-31"'),
    "nanoseconds": (pa.array([1, None], pa.timestamp("ns")), '"1970-01-01T00:00:00.000000001"'),
    "zone": (pa.array([1_720_000_000_000_000, None], BERLIN), '"2024-07-03T11:46:40+02:00"'),
    "time": (pa.array([1, None], pa.time64("ns")), '"00:00:00.000000001"'),
    "list": (pa.array([[2**53 + 1, None], None]), "[9007199254740993, null]"),
    "empty list": (pa.array([[], None], pa.list_(pa.int64())), "[]"),
    "pair": (pa.array([[1, 2], None], pa.list_(pa.int64(), 2)), "[1, 2]"),
    "list view": (pa.array([[1], None], pa.list_view(pa.int64())), "[1]"),
    "struct": (pa.array([{"a": Decimal("1.50"), "b": None}, None]), '{"a": 1.50, "b": null}'),
    "list of structs": (pa.array([[{"a": "x"}], None]), '[{"a": "x"}]'),
    "map": (pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int64())), '{"k": 1}'),
    "map of numbers": (pa.array([[(7, 1)], None], pa.map_(pa.int64(), pa.int64())), "[[7, 1]]"),
    "null": (pa.nulls(2), "null"),
}


def written(table: pa.Table, form: str) -> bytes:
    file = io.BytesIO()
    write(table, form, file)
    return file.getvalue()


@pytest.mark.parametrize("name", COLUMNS)
def test_json_keeps_every_digit_and_is_valid(name):
    column, expected = COLUMNS[name]
    text = written(pa.table({"v": column}), "json").decode()
    assert text == f'[\n{{"v": {expected}}},\n{{"v": null}}\n]\n'
    assert len(json.loads(text, parse_constant=pytest.fail)) == 2


def test_json_of_slices_and_many_chunks_has_the_rows_of_the_table():
    lists = pa.array([[1], [2, 3], None, [], [4]])
    structs = pa.array([{"a": number} for number in range(5)])
    whole = pa.table({"l": lists, "s": structs})
    table = pa.concat_tables([whole.slice(1, 3), whole.slice(4)])
    assert json.loads(written(table, "json")) == table.to_pylist()


def test_json_of_no_rows_is_an_empty_list():
    assert written(pa.table({"a": pa.array([], pa.int64())}), "json") == b"[]\n"


def test_a_union_is_written_as_the_value_it_holds():
    union = pa.UnionArray.from_sparse(pa.array([0, 1], pa.int8()), [pa.array([1, 2]), pa.array(["x", "y"])])
    assert json.loads(written(pa.table({"v": union}), "json")) == [{"v": 1}, {"v": "y"}]


@pytest.mark.parametrize("name", COLUMNS)
def test_csv_has_a_text_for_every_type_and_nothing_for_null(name):
    column, _ = COLUMNS[name]
    table = pa.table({"key": [1, 2], "v": column})
    options = csv.ConvertOptions(
        column_types={"v": pa.string()},
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    parsing = csv.ParseOptions(newlines_in_values=True)
    back = csv.read_csv(io.BytesIO(written(table, "csv")), convert_options=options, parse_options=parsing)
    assert back.num_rows == 2
    assert back["v"][1].as_py() is None
    assert back["v"][0].as_py() or name == "null"


def test_csv_is_as_one_expects_it():
    table = pa.table(
        {
            "id": [2**53 + 1, None],
            "text": ['a,"b"', ""],
            "at": pa.array([0, None], pa.timestamp("s", "UTC")),
            "list": [[1, 2], None],
        }
    )
    assert written(table, "csv").decode().splitlines() == [
        '"id","text","at","list"',
        '9007199254740993,"a,""b""","1970-01-01 00:00:00+00:00","[1, 2]"',
        ',"",,',
    ]


def test_csv_keeps_both_columns_of_one_name():
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert written(table, "csv") == b'"a","a"\n1,2\n'


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_a_format_with_one_place_a_name_refuses_two_columns_of_one_name(form):
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(InputError, match=r"'a'.*AS"):
        written(table, form)


def test_arrow_and_parquet_give_the_table_back():
    table = pa.table({name: column for name, (column, _) in COLUMNS.items() if name != "runs"})
    assert (
        pa.ipc.open_file(written(table, "arrow"))
        .read_all()
        .drop_columns("not a number")
        .equals(table.drop_columns("not a number"))
    )
    parquet_back = parquet.read_table(io.BytesIO(written(table, "parquet")))
    assert parquet_back.num_rows == 2


def test_what_parquet_cannot_hold_is_told_in_a_sentence():
    table = pa.table({"v": pa.array([pa.MonthDayNano([1, 2, 3])])})
    with pytest.raises(InputError, match=r"Parquet cannot hold this result.*Use --format arrow"):
        written(table, "parquet")
