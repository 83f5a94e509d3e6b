"""The database: what it refuses, its three connections, and what a data folder keeps."""

from __future__ import annotations

import subprocess
import sys
import time

import httpx
import pytest

from dataexplore.sandbox.__main__ import main

FORBIDDEN = [
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/passwd')",
    "select * from read_csv('/etc/passwd')",
    "select * from read_csv_auto('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from parquet_scan('/tmp/x.parquet')",
    "select * from '/etc/passwd'",
    "select * from 'https://example.com/x.csv'",
    "select * from glob('/etc/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select getenv('HOME')",
    "create table evil as from read_csv('/etc/passwd')",
    "copy marts.fact_orders to '/tmp/evil.csv'",
    "copy (select 1) to '/dev/stdout'",
    "copy marts.fact_orders from '/etc/passwd'",
    "prepare evil as copy (select 1) to '/tmp/evil.csv'; execute evil",
    "explain analyze copy (select 1) to '/tmp/evil.csv'",
    "attach '/tmp/evil.duckdb'",
    "attach ':memory:' as evil",
    "detach warehouse",
    "install httpfs",
    "load httpfs",
    "load '/tmp/evil.so'",
    "update extensions",
    "export database '/tmp/evil'",
    "import database '/tmp/evil'",
    "create persistent secret evil (type http)",
    "call enable_logging(storage = 'file', storage_path = '/tmp/evil')",
    "pragma enable_profiling",
    "pragma profile_output = '/tmp/evil'",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "reset lock_configuration",
    "set temp_directory = '/tmp/evil'",
    "set memory_limit = '100GB'",
    "set global threads = 100",
    "set python_enable_replacements = true",
    "set secret_directory = '/tmp'",
    "use memory",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_what_reaches_beyond_the_warehouse_is_refused(ask, rows, sql):
    answer = ask(sql)
    assert answer.status_code == 422, answer.text
    assert answer.json()["message"] == "Unprocessable Entity"
    assert answer.json()["detail"]
    assert rows("select 1") == [[1]]


@pytest.mark.parametrize("sql", ["select * from executions", "select * from warehouse", "select * from body"])
def test_python_variables_are_no_tables(ask, sql):
    assert ask(sql).status_code == 422


def test_the_warehouse_takes_writes(ask, rows):
    assert ask("create table main.notes (id int, note varchar)").status_code == 200
    assert rows("insert into main.notes values (1, 'a'), (2, 'b')") == [[2]]
    assert rows("select * from warehouse.main.notes order by id", connection="readonly") == [
        [1, "a"],
        [2, "b"],
    ]
    assert ask("drop table main.notes").status_code == 200


@pytest.mark.parametrize(
    "sql",
    [
        "create table main.evil (a int)",
        "insert into raw.customers select * from raw.customers",
        "delete from marts.fact_orders",
        "drop table marts.fact_orders",
        "update marts.fact_orders set amount = 0",
        "commit; drop table marts.fact_orders",
        "rollback; drop table marts.fact_orders",
        "prepare evil as delete from marts.fact_orders; execute evil",
        "with gone as (delete from marts.fact_orders returning 1) select count(*) from gone",
    ],
)
def test_readonly_refuses_every_write(ask, rows, sql):
    before = rows("select count(*), sum(amount) from marts.fact_orders")
    answer = ask(sql, connection="readonly")
    assert answer.status_code == 422, answer.text
    assert rows("select count(*), sum(amount) from marts.fact_orders") == before
    assert rows("select 1", connection="readonly") == [[1]]


def test_broken_fails_as_a_warehouse_that_cannot_be_reached(ask):
    answer = ask("select 1", connection="broken")
    assert answer.status_code == 422
    assert "Connection timed out" in answer.json()["detail"]


def test_a_transaction_left_open_is_rolled_back(ask, rows):
    assert ask("begin; create table main.half (a int); select 1").status_code == 200
    assert ask("select * from main.half").status_code == 422
    assert ask("begin; create table main.half (a int); commit; select 1").status_code == 200
    assert rows("select count(*) from main.half") == [[0]]
    assert ask("drop table main.half").status_code == 200


def test_writers_in_conflict_get_the_databases_own_error(ask, begin, running, until):
    assert ask("create table main.counter as select 1 as n").status_code == 200
    first = begin("begin; update main.counter set n = n + 1; select sleep_ms(3000); commit")
    until(running, 5)
    time.sleep(0.5)  # its update is done by now; one of ours before it would make it the one that fails
    answer = ask("update main.counter set n = n + 1")
    assert answer.status_code == 422
    assert "onflict" in answer.json()["detail"]
    assert first.recv(2**16).startswith(b"HTTP/1.1 200")
    assert ask("drop table main.counter").status_code == 200


def run(server, sql):
    body = {"sql": sql, "connection": {"name": "warehouse"}}
    return httpx.post(f"{server.url}/api/v1/exec/sql", json=body, headers=server.headers, timeout=30)


def test_a_data_folder_keeps_what_was_committed_even_through_a_kill(start, tmp_path):
    data = tmp_path / "deep" / "data"
    first = start("--data", data, "--scale", 0.01, "--seed", 7)
    orders = run(first, "select count(*), sum(amount) from marts.fact_orders").json()["result"]["data"]
    assert run(first, "create table main.kept as select 42 as a").status_code == 200
    first.process.kill()
    first.process.wait()
    second = start("--data", data)
    assert run(second, "select a from main.kept").json()["result"]["data"] == [[42]]
    assert (
        run(second, "select count(*), sum(amount) from marts.fact_orders").json()["result"]["data"] == orders
    )
    assert run(second, "insert into main.kept values (43)").status_code == 200
    assert second.stop() == 0
    third = start("--data", data, "--scale", 0.01, "--seed", 7)
    assert run(third, "select a from main.kept order by a").json()["result"]["data"] == [[42], [43]]
    kept = {path.name.removesuffix(".wal") for path in data.glob("[!r]*")}  # apart from the records
    databases = ("warehouse", "warehouse_qa", "warehouse_dev", "landing_zone")
    assert kept - {"spill"} == {f"{name}.duckdb" for name in databases}


def refusal(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_a_data_folder_has_one_sandbox_and_one_company(start, capsys, tmp_path):
    server = start("--data", tmp_path, "--scale", 0.01)
    assert refusal(capsys, "--data", tmp_path) == (
        f"The data directory {tmp_path} is in use by another sandbox; stop it or choose another --data.\n"
    )
    server.stop()
    assert refusal(capsys, "--data", tmp_path, "--scale", 0.02) == (
        f"{tmp_path} holds a company built with --scale 0.01 --seed 1; "
        "leave both out to use it, or choose another --data.\n"
    )


def test_a_foreign_file_in_the_data_folder_is_left_alone(capsys, tmp_path):
    (tmp_path / "warehouse.duckdb").write_bytes(b"not a database, but mine")
    assert refusal(capsys, "--data", tmp_path).startswith(f"The data directory {tmp_path} cannot be used: ")
    assert (tmp_path / "warehouse.duckdb").read_bytes() == b"not a database, but mine"


def test_a_start_that_was_killed_while_building_leaves_nothing_half_built(start, tmp_path, until):
    arguments = ["--data", tmp_path, "--scale", "1"]
    killed = subprocess.Popen(
        [sys.executable, "-m", "dataexplore.sandbox", *map(str, arguments)], stdin=subprocess.PIPE
    )
    until((tmp_path / "unfinished.duckdb").exists, 20)
    killed.kill()
    killed.stdin.close()
    killed.wait()
    assert not (tmp_path / "warehouse.duckdb").exists()
    server = start("--data", tmp_path, "--scale", 0.01)
    assert run(server, "select count(*) > 0 from marts.fact_orders").json()["result"]["data"] == [[True]]


def test_spilling_works_and_its_folder_goes_with_the_process(start, tmp_path):
    server = start("--scale", 0.01, "--memory", "200MB", env={"TMPDIR": str(tmp_path), "PATH": ""})
    sql = "select count(*) from (select md5(i::varchar) as m from range(4_000_000) t(i) order by m offset 1)"
    answer = run(server, sql)
    assert answer.json()["result"]["data"] == [[3_999_999]]
    assert list(tmp_path.iterdir())
    assert server.stop() == 0
    assert not list(tmp_path.iterdir())
