"""What statements that ran do to the lineage, each run for real first."""

from __future__ import annotations

import pytest


def test_a_view_is_made_like_a_table_and_its_column_list_names_its_columns(run, sources, around):
    run("create view made (first, second) as select a, b + c from s")
    assert sources("made") == {"first": "s.a", "second": "s.b s.c"}
    assert around("made") == ["s"]
    assert around("s", "down") == ["made"]


def test_an_insert_adds_to_what_there_was(run, sources):
    run("create table made as select a, b from s")
    run("insert into made select x, i from t")
    run("insert into made (b) select v from u")
    run("insert into made by name select c as a from s")
    assert sources("made") == {"a": "s.a s.c t.x", "b": "s.b t.i u.v"}


def test_an_insert_of_rows_adds_the_columns_of_its_subqueries_only(run, sources):
    run("insert into u values (1, 2)")
    run("insert into u values (1, (select max(x) from t))")
    assert sources("u") == {"k": "", "v": "t.x"}


def test_names_in_front_of_an_insert_lead_to_their_queries(run, sources):
    run("with w as (select a + 1 as n from s) insert into u with z as (select n from w) select n, n from z")
    assert sources("u") == {"k": "s.a", "v": "s.a"}


def test_an_insert_from_itself_adds_nothing_and_ends(run, sources, around):
    run("insert into s select b, a, c from s")
    assert sources("s") == {"a": "s.b", "b": "s.a", "c": ""}
    assert around("s") == []
    assert around("s.a", depth=99) == ["s.b"]


def test_a_table_rebuilt_from_a_view_over_itself_ends(run, around):
    run("create view loop as select a, b, c from s")
    run("create or replace table s as select a, b, c from loop")
    assert around("s", "up", 99) == around("s", "down", 99) == ["loop"]
    assert around("s.a", "up", 99) == ["loop.a"]


def test_replacing_forgets_and_an_existing_table_stays(run, sources):
    run("create table made as select a as n from s")
    run("create table if not exists made as select x as n from t")
    assert sources("made") == {"n": "s.a"}
    run("create or replace table made as select v as n from u")
    assert sources("made") == {"n": "u.v"}


def test_an_update_adds_the_columns_it_sets_from(run, sources, around):
    run("update t set x = s.b + x, a = 1 from s where t.i = s.a")
    assert sources("t") == {"i": "", "a": "", "x": "s.b"}
    assert around("s.a", "down", beside=True) == ["t"]
    run("update u as w set v = (select max(c) from s where s.a = w.k)")
    assert sources("u") == {"k": "", "v": "s.c"}


@pytest.mark.parametrize(
    ("merge", "expected"),
    [
        (
            "when matched then update set v = s.b when not matched then insert (k, v) values (s.a, s.c)",
            {"k": "s.a", "v": "s.b s.c"},
        ),
        ("when not matched then insert values (s.c, 1)", {"k": "s.c", "v": ""}),
        ("when matched then delete", {"k": "", "v": ""}),
    ],
)
def test_a_merge_adds_what_its_branches_set(run, sources, merge, expected):
    run(f"merge into u using s on u.k = s.a {merge}")
    assert sources("u") == expected


def test_a_merge_without_lists_goes_by_name(run, sources):
    run("merge into u using (select a as k, b as v from s) n using (k) when not matched then insert by name")
    assert sources("u") == {"k": "s.a", "v": "s.b"}


def test_added_and_dropped_columns(run, sources, around):
    run("create table made as select a, b from s")
    run("create table later as select a from made")
    run("alter table made add column n int; alter table made drop column a")
    assert sources("made") == {"b": "s.b", "n": ""}
    # What was made of the column hangs on what the column was made of.
    assert sources("later") == {"a": "s.a"}
    run("alter table made drop n")
    run("alter table made add a int; insert into made select 1, 2")
    assert sources("made") == {"b": "s.b", "a": ""}
    assert around("made.a", "down") == ["later.a"]


def test_changing_a_type_by_another_column_adds_it(run, sources):
    run("alter table s alter a type bigint using b + 1")
    assert sources("s") == {"a": "s.b", "b": "", "c": ""}


def test_a_schema_takes_its_tables_with_it(execute, run, schema, around):
    run(f"create schema {schema}_x; create table {schema}_x.step as select a from s")
    run(f"create table made as select a from {schema}_x.step")
    run(f"drop schema {schema}_x cascade")
    assert around("made") == ["s"]


def test_a_temporary_table_is_seen_through(run, around, sources):
    run(
        "create temp table step as select a + b as n from s where c > 0;"
        "create temp table step2 as select n from step; drop table step;"
        "create table made as select n, 1 as one from step2"
    )
    assert sources("made") == {"n": "s.a s.b", "one": ""}
    assert around("made") == ["s"]
    assert around("s.c", "down", beside=True) == ["made"]


def test_a_prepared_statement_counts_when_it_is_executed(run, sources):
    run("prepare fill as insert into u select a, $1 from s; execute fill(5)")
    assert sources("u") == {"k": "s.a", "v": ""}


def test_a_generated_column_is_made_of_its_neighbours(run, sources):
    run("create table made (p int, q int, n int generated always as (p + q))")
    assert sources("made") == {"p": "", "q": "", "n": "made.p made.q"}


UNREADABLE = {
    "create table made as pivot s on b using sum(a) group by c": ["s"],
    "create table made as (pivot s on b using sum(a) group by c)": ["s"],
    "create or replace table made as unpivot u on k, v": ["u"],
}


@pytest.mark.parametrize("statement", UNREADABLE)
def test_what_cannot_be_read_has_its_tables_at_least(run, around, statement):
    run("insert into s values (1, 2, 3)")
    run(statement)
    assert around("made") == UNREADABLE[statement]


def test_a_function_over_tables_has_no_lineage_and_does_no_harm(run, sources, around):
    run("create macro twice(n) as n * 2; create macro several() as table select 1 as one")
    run("create table made as select twice(a) as n, r.i, one from s, range(3) r (i), several()")
    assert sources("made") == {"n": "s.a", "i": "", "one": ""}
    assert around("made") == ["s"]
