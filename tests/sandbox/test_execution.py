"""Statements in order, the result set that comes back, and errors in the database's own words."""

from __future__ import annotations

import pytest


def test_the_first_result_set_comes_back_and_everything_runs(rows, ask):
    sql = "create table main.log (a int); select 'first'; insert into main.log values (1); select 'second'"
    assert rows(sql) == [["first"]]
    assert rows("select * from main.log") == [[1]]
    assert ask("drop table main.log").status_code == 200


def test_a_large_first_result_runs_what_follows_at_its_end(rows, ask):
    data = rows("select i from range(200_000) t(i); create table main.after as select 1 as a")
    assert [row[0] for row in data] == list(range(200_000))
    assert rows("from main.after") == [[1]]
    assert ask("drop table main.after").status_code == 200


def test_a_later_statement_that_fails_fails_the_whole(ask):
    answer = ask("select 1; select * from nowhere")
    assert answer.status_code == 422
    assert "nowhere" in answer.json()["detail"]


def test_a_syntax_error_anywhere_runs_nothing(ask):
    assert ask("create table main.early (a int); selec").status_code == 422
    assert ask("from main.early").status_code == 422


@pytest.mark.parametrize(
    ("sql", "columns", "data"),
    [
        ("create table main.t1 (a int)", ["Count"], []),
        ("create table main.t2 as select 1", ["Count"], [[1]]),
        ("insert into main.t1 values (1), (2)", ["Count"], [[2]]),
        ("insert into main.t1 values (3) returning a", ["a"], [[3]]),
        ("update main.t1 set a = a + 1; delete from main.t1 where a > 3", ["Count"], [[1]]),
        ("drop table main.t1; drop table main.t2", ["Success"], []),
        ("values (1, 'a')", ["col0", "col1"], [[1, "a"]]),
        ("from range(2) t(i)", ["i"], [[0], [1]]),
        ("with a as (select 1 as x) from a", ["x"], [[1]]),
        ("call pragma_version()", ["library_version", "source_id", "codename"], None),
        ("describe marts.fact_orders", None, None),
        ("explain select 1", ["explain_key", "explain_value"], None),
        ("set variable v = 7; select getvariable('v') as v", ["v"], [[7]]),
        ("prepare p as select 8 as v; execute p", ["v"], [[8]]),
        ("pivot (values (1, 'x'), (2, 'y')) t(a, b) on b using sum(a)", ["x", "y"], [[1, 2]]),
        ("select 1 as Count", ["Count"], [[1]]),
        ("select 1 as a;; -- the end", ["a"], [[1]]),
    ],
)
def test_every_kind_of_statement_answers(ask, sql, columns, data):
    answer = ask(sql)
    assert answer.status_code == 200, answer.text
    result = answer.json()["result"]
    if columns is not None:
        assert [column["name"] for column in result["columns"]] == columns
    if data is not None:
        assert result["data"] == data


@pytest.mark.parametrize(
    ("sql", "kind", "position"),
    [
        ("selec 1", "Parser Error", "LINE 1: selec 1\n        ^"),
        ("select 1,\n  nothing\nfrom marts.fact_orders", "Binder Error", "LINE 2:   nothing\n          ^"),
        (
            "select * from marts.nowhere",
            "Catalog Error",
            "LINE 1: select * from marts.nowhere\n                      ^",
        ),
        ("select cast('x' as int)", "Conversion Error", "LINE 1: select cast('x' as int)\n               ^"),
    ],
)
def test_failing_sql_answers_with_the_databases_text_and_position(ask, sql, kind, position):
    answer = ask(sql)
    assert answer.status_code == 422
    assert answer.json()["message"] == "Unprocessable Entity"
    assert answer.json()["detail"].startswith(kind)
    assert position in answer.json()["detail"]


@pytest.mark.parametrize("sql", ["-- nothing", ";", "/* nothing */ ;"])
def test_text_without_a_statement_is_422(ask, sql):
    answer = ask(sql)
    assert answer.status_code == 422
    assert "no statement" in answer.json()["detail"]


def test_sessions_share_nothing(rows, ask):
    assert rows("create temp table mine as select 1 as a; from mine") == [[1]]
    assert ask("from mine").status_code == 422


def test_overrides_choose_where_names_are_looked_up(rows, ask):
    marts = {"overrides": {"database": "warehouse", "schema": "marts"}}
    assert rows("select count(*) > 0 from fact_orders", reference=marts) == [[True]]
    assert rows("select count(*) > 0 from raw.customers", reference=marts) == [[True]]
    assert rows("select current_schema()", reference={"overrides": {"schema": "marts"}}) == [["marts"]]
    assert rows("select current_database()", reference={"overrides": {"database": "warehouse"}}) == [
        ["warehouse"]
    ]
    assert ask("select * from fact_orders").status_code == 422


@pytest.mark.parametrize(
    "overrides",
    [
        {"schema": "nowhere"},
        {"database": "nowhere"},
        {"schema": 'marts"; drop schema marts; --'},
        {"database": "memory"},
    ],
)
def test_an_unknown_schema_or_database_is_422_by_name(ask, overrides):
    answer = ask("select 1", reference={"overrides": overrides})
    assert answer.status_code == 422
    assert next(iter(overrides.values()))[:5] in answer.json()["detail"]
