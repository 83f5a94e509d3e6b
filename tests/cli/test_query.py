from __future__ import annotations

import json
import os
import pty
import stat

import pyarrow as pa
import pytest
from pyarrow import parquet

ORDERS = "select range as n, 'order ' || range as name from range(5) order by n"


def test_a_result_is_a_table_on_the_screen_and_a_line_beside_it(run):
    status, out, err = run("query", "select 41 + 1 as answer, 'héllo' as word")
    assert status == 0
    assert "answer" in out
    assert "42" in out
    assert "héllo" in out
    assert err.startswith("1 row · ")
    assert err.rstrip().endswith("warehouse")


def test_a_minus_reads_the_statement_from_standard_input(run):
    assert run("query", "-", "--format", "csv", stdin="select 1 as a")[:2] == (0, '"a"\n1\n')


def test_parameters_reach_the_statement_as_typed_values(run):
    sql = "select $since + 1 as day, $name as name, $name = 'O''Hara' as same"
    given = ["-p", "since=2024-02-28", "-p", "name=O'Hara"]
    status, out, err = run("query", sql, *given, "--format", "json")
    assert (status, err) == (0, "")
    assert json.loads(out) == [{"day": "2024-02-29", "name": "O'Hara", "same": True}]


@pytest.mark.parametrize("assignment", ["since", "=1", "two words=1"])
def test_a_parameter_without_a_name_is_refused(run, assignment):
    status, _, err = run("query", "select $since", "-p", assignment)
    assert status == 1
    assert "is not NAME=VALUE" in err


def test_the_suffix_of_a_file_decides_its_format(run, tmp_path):
    for suffix in ("csv", "json", "arrow", "parquet"):
        status, out, err = run("query", ORDERS, "-o", f"orders.{suffix}")
        assert (status, out) == (0, "")
        assert err.startswith("5 rows · ")
    assert (tmp_path / "orders.csv").read_text().splitlines()[:2] == ['"n","name"', '0,"order 0"']
    rows = json.loads((tmp_path / "orders.json").read_text())
    assert rows[4] == {"n": 4, "name": "order 4"}
    assert pa.ipc.open_file(tmp_path / "orders.arrow").read_all().to_pylist() == rows
    assert parquet.read_table(tmp_path / "orders.parquet").to_pylist() == rows
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        f"orders.{s}" for s in ("arrow", "csv", "json", "parquet")
    ]


def test_a_pipe_gets_an_arrow_stream(start):
    stream, _ = start("query", ORDERS, "--format", "arrow").communicate(timeout=60)
    assert pa.ipc.open_stream(stream).read_all().num_rows == 5


def test_bytes_are_not_thrown_at_a_screen(start):
    reader, screen = pty.openpty()
    try:
        process = start("query", ORDERS, "--format", "parquet", stdout=screen)
        _, err = process.communicate(timeout=60)
    finally:
        os.close(screen)
        os.close(reader)
    assert process.returncode == 1
    assert err == b"dataexplore: Parquet is not for a screen.\nSave it with -o FILE, or pipe it.\n"


def test_a_file_of_unknown_kind_is_refused_before_anything_is_sent(run, tmp_path):
    for arguments in (["-o", "orders.xlsx"], ["-o", "orders.csv", "--format", "table"]):
        status, _, err = run("query", "this is no sql", *arguments)
        assert status == 1
        assert ".parquet" in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_before_anything_is_sent(run):
    status, _, err = run("query", "this is no sql", "-o", "nowhere/orders.csv")
    assert status == 1
    assert "No such file or directory" in err
    assert err.count("\n") == 1


def test_a_failed_query_leaves_the_old_file_as_it_was(run, tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("before")
    status, _, err = run("query", "select nothing from nowhere", "-o", "orders.csv")
    assert status == 1
    assert "nowhere" in err
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_takes_the_place_of_the_old_one_and_a_link_stays_a_link(run, tmp_path):
    target = tmp_path / "real.csv"
    target.write_text("before")
    (tmp_path / "link.csv").symlink_to(target)
    assert run("query", "select 1 as a", "-o", "link.csv")[0] == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert target.read_text() == '"a"\n1\n'


def test_a_new_file_is_as_readable_as_any_other(run, tmp_path):
    (tmp_path / "other").touch()
    run("query", "select 1 as a", "-o", "a.csv")
    assert stat.S_IMODE((tmp_path / "a.csv").stat().st_mode) == stat.S_IMODE(
        (tmp_path / "other").stat().st_mode
    )


def test_what_is_no_file_is_written_to_and_not_replaced(run, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("query", "select 1 as a", "-o", "pipe", "--format", "csv")[0] == 0
        assert os.read(reader, 100) == b'"a"\n1\n'
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_limit_says_that_more_rows_exist(run):
    status, out, err = run("query", ORDERS, "--limit", "2", "--format", "csv")
    assert status == 0
    assert len(out.splitlines()) == 3
    assert "more exist" in err


def test_two_columns_of_one_name_are_refused_where_one_would_be_lost(run, tmp_path):
    status, _, err = run("query", "select 1 as a, 2 as a", "-o", "a.json")
    assert status == 1
    assert "'a'" in err
    assert list(tmp_path.iterdir()) == []


def test_the_values_that_break_tools_come_out_as_valid_json_and_csv(run):
    status, out, err = run("query", "select * from samples.all_types", "--format", "json")
    assert (status, err) == (0, "")
    assert json.loads(out, parse_constant=pytest.fail)
    assert run("query", "select * from samples.all_types", "--format", "csv")[0] == 0


def test_a_value_given_twice_is_refused_as_in_a_cell(run):
    status, _, err = run("query", "select $a", "-p", "a=1", "-p", "a=2")
    assert status == 1
    assert "-p gives a twice" in err


def test_an_error_of_the_database_is_told_without_a_traceback(run):
    status, out, err = run("query", "select order_dat from marts.fact_orders")
    assert (status, out) == (1, "")
    assert "order_dat" in err
    assert "Traceback" not in err
    assert len(err.splitlines()) <= 6


def test_a_reader_that_leaves_early_is_no_error(start):
    process = start("query", "select range as n from range(1000000)", "--format", "csv")
    assert process.stdout.readline() == b'"n"\n'
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 141
