"""What tasks run: on the company's data every one of them goes well, and counts truly."""

from __future__ import annotations

import pytest

from dataexplore.sandbox.talend.seeds import SEEDS
from dataexplore.sandbox.talend.task_sql import LANDING, judge, statements

TASKS = {task["name"]: task for task in SEEDS["talend_task"] if task["workspace"] == 1}
SCHEMA = 'pro"d. uction'
PLACE = f'"{LANDING}"."pro""d. uction"'


def of_kind(kind):
    return [name for name, task in TASKS.items() if task["kind"] == kind]


@pytest.fixture(scope="module")
def run(warehouse):
    """Run a task's statements and give the rows of each."""
    cursor = warehouse.cursor()

    def running(name):
        return [cursor.execute(sql).fetchall() for sql in statements(TASKS[name], SCHEMA)]

    def ask(sql):
        return cursor.execute(sql.replace("{landing}", PLACE)).fetchall()

    for name in of_kind("extract"):
        running(name)
    running.ask = ask
    yield running
    cursor.execute(f"drop schema {PLACE} cascade")
    cursor.close()


def test_each_raw_table_has_an_extract(warehouse):
    with warehouse.cursor() as cursor:
        raw = cursor.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse' and schema_name = 'raw'"
        ).fetchall()
    assert {TASKS[name]["table"] for name in of_kind("extract")} == {table for (table,) in raw}


@pytest.mark.parametrize("name", of_kind("extract"))
def test_an_extract_lands_each_row_or_rejects_it_and_few(run, name):
    table = TASKS[name]["table"]
    _, [(landed,)], [(rejected,)] = run(name)
    ((total,),) = run.ask(f"select count(*) from warehouse.raw.{table}")
    assert landed + rejected == total
    assert rejected <= 0.1 * total
    assert run.ask(f"select count(*) from {{landing}}.{table}") == [(landed,)]
    assert run.ask(f"select count(*) from {{landing}}.{table}_rejects") == [(rejected,)]
    assert run(name)[1:] == [[(landed,)], [(rejected,)]]


def test_some_extracts_do_reject(run):
    assert [name for name in of_kind("extract") if run(name)[2] != [(0,)]]


@pytest.mark.parametrize("name", of_kind("check"))
def test_a_check_passes_on_what_was_landed(run, name):
    _, [(bad, total)] = run(name)
    assert total
    assert judge(TASKS[name], bad, total) is None


def test_a_check_fails_above_its_threshold_and_with_nothing_to_check():
    task = {"name": "check", "table": "orders", "sql": {"threshold": 0.05}}
    assert judge(task, 5, 100) is None
    assert judge(task, 6, 100) == "check: 6 of 100 rows are bad, at most 5.0% may be"
    assert judge(task, 0, 0) == "check: there is nothing to check in orders"


def test_a_publication_tells_what_is_landed(run):
    for _ in range(2):
        for name in of_kind("publish"):
            run(name)
    told = dict(run.ask("select distinct on (table_name) table_name, row_count from {landing}._published"))
    assert set(told) == {table for name in of_kind("publish") for table in TASKS[name]["sql"]["tables"]}
    for table, count in told.items():
        assert run.ask(f"select count(*) from {{landing}}.{table}") == [(count,)]
    assert run.ask("select count(*) = count(distinct (table_name)) from {landing}._published") == [(True,)]


def test_a_notice_is_added_each_time(run):
    for name in (*of_kind("notify"), *of_kind("notify")):
        run(name)
    counts = run.ask("select task, count(*) from {landing}._notices group by task order by task")
    assert counts == [(name, 2) for name in sorted(of_kind("notify"))]
