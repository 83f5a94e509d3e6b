"""Where names in statements lead."""

from __future__ import annotations


def test_names_may_be_quoted_and_of_any_case(run, around):
    run('create table "Odd.Name" as select a as "Mixed ""Case""", b as "x.y" from S')
    run('create view v as select "MIXED ""case""" as n, "X.Y" as m from "odd.name"')
    assert around("v") == ["Odd.Name"]
    assert around("v.n") == ['Odd.Name.Mixed "Case"']
    assert around("s.b", "down", 9) == ["Odd.Name.x.y", "v.m"]


def test_names_lead_where_the_session_stands(run, schema, around, execute):
    execute(
        f"use {schema}; create table made as select a from s; use warehouse.main; create schema {schema}_y"
    )
    assert around("made.a") == ["s.a"]
    execute(
        f"create table {schema}.full as select s.a from warehouse.{schema}.s;"
        f"create table {schema}.two as from {schema}.s"
    )
    assert around("full.a") == around("two.a") == ["s.a"]


def test_a_temporary_table_hides_another_of_its_name(run, sources):
    run("create temp table t as select c as x from s; insert into u select x, 1 from t")
    assert sources("u") == {"k": "s.c", "v": ""}
    run("insert into u select i, x from t")
    assert sources("u") == {"k": "s.c t.i", "v": "t.x"}
