"""What counts for the lineage and what does not, and that it outlives the process."""

from __future__ import annotations

import time

import pytest

from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.execution import Execution, Target
from dataexplore.sandbox.lineage import Ledger, Shown, Table
from dataexplore.sandbox.records import Records
from dataexplore.sandbox.warehouse import CONNECTIONS, Warehouse


def test_what_is_rolled_back_changes_nothing(run, sources):
    run("create table made as select a as n from s")
    run(
        "begin; create or replace table made as select b as n from s;"
        "insert into u select a, b from s; rollback"
    )
    assert sources("made") == {"n": "s.a"}
    assert sources("u") == {"k": "", "v": ""}


def test_a_transaction_without_an_end_is_rolled_back(run, sources):
    run("begin; insert into u select a, b from s")
    with pytest.raises(Refusal, match="does not exist"):
        run("begin; insert into u select a, b from s; select * from nowhere; commit")
    assert sources("u") == {"k": "", "v": ""}


def test_what_is_committed_counts_also_around_a_result(run, sources):
    run(
        "begin; insert into u select a, b from s; select 1; insert into u select i, x from t; -- done\ncommit"
    )
    assert sources("u") == {"k": "s.a t.i", "v": "s.b t.x"}


def test_what_ran_before_a_failure_counts(run, sources):
    with pytest.raises(Refusal, match="does not exist"):
        run("insert into u select a, b from s; insert into u select * from nowhere")
    assert sources("u") == {"k": "s.a", "v": "s.b"}


def test_a_statement_that_returns_rows_counts_when_they_were_read(run, sources):
    run("insert into s values (1, 2, 3)")
    assert run("insert into u select a, b from s returning v") == [{"v": 2}]
    assert sources("u") == {"k": "s.a", "v": "s.b"}


def test_a_connection_that_may_not_write_is_not_listened_to(execute, schema, sources):
    execute("create temp table u as select a as k from s", schema, "readonly")
    assert sources("u") == {"k": "", "v": ""}


def test_a_table_that_came_without_a_statement_is_seen(warehouse, ledger, schema, run, sources):
    path = ("warehouse", schema, "Silent")
    assert ledger.map({}).table(path) is None
    cursor = warehouse.cursor()
    cursor.execute(f'create table {schema}."Silent" (n int)').fetchall()
    cursor.close()
    assert ledger.map({}, fresh=True).table(path) == ("warehouse", schema, "silent")
    run("create table made as select * from silent")
    assert sources("made") == {"n": "Silent.n"}


def test_the_map_is_the_same_until_something_changes(run, ledger):
    first = ledger.map({})
    assert ledger.map({}) is first
    run("select 1")
    assert ledger.map({}) is first
    run("create table made as select a from s")
    assert ledger.map({}) is not first


def test_tables_from_elsewhere_stand_beside_the_warehouse(ledger, schema):
    shown = Shown(("Looker", "Sales"), ("Total",))
    field = ("warehouse", schema, "s", "a")
    chart = ledger.map({shown: Table(None, {"total": frozenset({field})}, frozenset({field[:-1]}))})
    assert chart.fields(field, "down", 1) == [("looker", "sales", "total")]
    assert chart.field(("Looker", "Sales", "Total")) == ("looker", "sales", "total")
    assert [chart.told(one).path for one in chart.tables(field[:-1], "down", 1)] == [("Looker", "Sales")]


@pytest.mark.parametrize("asked", [False, True])
def test_the_lineage_of_what_ran_is_there_after_a_restart(tmp_path, asked):
    def start():
        warehouse = Warehouse(tmp_path, scale=0.001, seed=1, memory="1GB")
        records = Records(tmp_path)
        return warehouse, records, Ledger(warehouse, records)

    def run(sql):
        execution = Execution(warehouse, Target(CONNECTIONS["warehouse"]), sql)
        list(execution.start().batches)
        execution.close()

    warehouse, records, ledger = start()
    run('create table main.made as select amount as "Total" from marts.fact_orders')
    if asked:
        ledger.map({})
    run("alter table raw.orders rename status to state")
    records.close()
    warehouse.close()
    warehouse, records, ledger = start()
    chart = ledger.map({})
    total = chart.field(("warehouse", "main", "made", "Total"))
    assert chart.fields(total, "up", 1) == [("warehouse", "marts", "fact_orders", "amount")]
    assert ("warehouse", "raw", "orders", "state") in chart.fields(total, "up", 99)
    assert records.all("lineage_change") == []
    records.close()
    warehouse.close()


def test_much_that_ran_is_read_before_anybody_asks(tmp_path):
    warehouse = Warehouse(None, scale=0.001, seed=1, memory="1GB")
    records = Records(None)
    ledger = Ledger(warehouse, records)
    before = ledger.map({})
    execution = Execution(
        warehouse,
        Target(CONNECTIONS["warehouse"]),
        f"create table made as select 1 as n -- {'long ' * 2**18}",
    )
    execution.start()
    execution.close()
    end = time.monotonic() + 30
    while records.all("lineage_change"):
        assert time.monotonic() < end
        time.sleep(0.02)
    path = ("warehouse", "main", "made")
    assert before.table(path) is None
    assert ledger.map({}).table(path) == path
    warehouse.close()
