"""Tables that go, come again and change their names: what hangs on them stays right."""

from __future__ import annotations


def test_renamed_tables_and_columns_keep_their_lineage(run, sources, around):
    run("create table made as select a as n from s")
    run("create table later as select n from made")
    run(
        "alter table made rename to renamed; alter table renamed rename n to m;"
        "alter table s rename column a to z"
    )
    assert sources("renamed") == {"m": "s.z"}
    assert sources("later") == {"n": "renamed.m"}
    assert around("s", "down", 9) == ["later", "renamed"]


def test_a_dropped_table_is_passed_through_until_it_comes_again(run, around, sources):
    run("create table step as select a as n from s")
    run("create table made as select n from step")
    run("drop table step")
    assert around("made") == ["s"]
    assert around("s", "down") == ["made"]
    assert sources("made") == {"n": "s.a"}
    run("create table step as select x as n from t")
    assert around("made") == ["step"]
    assert sources("made") == {"n": "step.n"}


def test_building_beside_and_swapping_keeps_what_hangs_below(run, around, sources):
    run("create table made as select a as n from s")
    run("create view below as select n from made")
    run("create table made_new as select x as n from t; drop table made; alter table made_new rename to made")
    assert around("below") == ["made"]
    assert sources("made") == {"n": "t.x"}
    assert around("t.x", "down", 9) == ["below.n", "made.n"]


def test_a_table_made_anew_from_itself_keeps_what_it_was_made_of(run, around, sources):
    run("create table made as select a as n, b as m from s")
    run("create or replace table made as select distinct m as n, n as m from made where n > 0")
    assert sources("made") == {"n": "s.b", "m": "s.a"}
    run("create table made_new as select * from made; drop table made; alter table made_new rename to made")
    assert sources("made") == {"n": "s.b", "m": "s.a"}
    assert around("made") == ["s"]
    assert around("s", "down", 9) == ["made"]
