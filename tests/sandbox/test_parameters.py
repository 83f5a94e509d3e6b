"""Parameters in SQL."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from dataexplore.sandbox.parameters import literal, paste, substitute

HOSTILE = [
    "O'Hara",
    "'; drop table marts.fact_orders; --",
    "\\'; select 1; --",
    "$b",
    "$$b$$",
    "a -- b",
    "/* a",
    '"',
    "a\nb",
    "a\0b",
    "{{ x }}",
    "é🙂\u202e",
    "%s",
    "''",
    "",
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("key", ["a", "$a", "$$a"])
def test_hostile_text_comes_back_as_it_went(rows, key, value):
    assert rows("select $a as a, $b as b", params={key: value, "b": "other"}) == [[value, "other"]]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        2**53 + 1,
        -(2**63),
        1.5,
        -1e300,
        [1, 2, None],
        ["a'b", "c"],
        [],
        {"k": "v'"},
        {},
    ],
)
def test_json_values_keep_type_and_value(rows, value):
    assert rows("select $v as v", params={"v": value}) == [[value]]


def test_numbers_keep_their_digits(api):
    sql = '"sql": "select $v as v", "params": {"v": 0.10000000000000000001}'
    body = f'{{{sql}, "connection": {{"name": "warehouse"}}}}'
    answer = api.post("/api/v1/exec/sql", content=body)
    assert answer.json()["result"]["columns"][0]["type"] == "DECIMAL(21,20)"
    assert "[0.10000000000000000001]" in answer.text


def test_a_negative_number_after_a_minus_opens_no_comment(rows):
    assert rows("select 1 -$v as v", params={"v": -1}) == [[2]]


def test_a_list_serves_in(rows):
    assert rows("select i from range(5) t(i) where i in $ids", params={"$ids": [1, 3]}) == [[1], [3]]


@pytest.mark.parametrize(
    "sql",
    [
        "select '$a'",
        "select 'it''s $a'",
        "select E'it\\'s $a'",
        'select 1 as "$a"',
        'select 1 as "x"" $a"',
        "select 1 -- $a",
        "select 1 /* $a /* $a */ $a */",
        "select $$ $a $$",
        "select $tag$ $a $$ $a $tag$",
        "select 'never closed $a",
        "select $ab, $a_, $A",
        "select $$a$$",
        "select x$a",
    ],
)
def test_what_is_no_parameter_stays(sql):
    assert substitute(sql, {"a": 1}) == sql


@pytest.mark.parametrize(
    ("sql", "params", "expected"),
    [
        ("$a $b", {"a": 1, "b": 2}, "1 2"),
        ("$start+$start_date", {"start": 1, "start_date": 2}, "1+2"),
        ("'x'$a'y'", {"a": 1}, "'x'1'y'"),
        ("$a--$a\n$a", {"a": 1}, "1--$a\n1"),
        ("$$a and $$b", {"$$a": 1, "$$b": 2}, "1 and 2"),
        ("$$a and $a", {"$$a": 1}, "1 and 1"),
        ("$1 and $2", {"1": "x", "$2": "y"}, "'x' and 'y'"),
        ("$é", {"é": 1}, "1"),
        ("a-$a", {"a": Decimal("-1.50")}, "a-(-1.50)"),
    ],
)
def test_what_is_a_parameter_is_replaced(sql, params, expected):
    assert substitute(sql, params) == expected


def test_an_unknown_parameter_is_the_databases_complaint(ask):
    answer = ask("select $unknown", params={"known": 1})
    assert answer.status_code == 422
    assert "unknown" in answer.json()["detail"]


def test_pasting_is_careless_on_purpose():
    params = {"start": "a", "$start_date": "2024-01-01", "n": None}
    assert paste("'$start_date' $$start $n $other", params) == "'2024-01-01' a  $other"


def test_the_switch_pastes(start):
    server = start("--scale", 0.01, "--paste-params")
    body = {"sql": "select '$v' as v", "connection": {"name": "warehouse"}, "params": {"v": "x' || 'y"}}
    answer = httpx.post(f"{server.url}/api/v1/exec/sql", json=body, headers=server.headers)
    assert answer.json()["result"]["data"] == [["xy"]]


def test_a_literal_nests():
    assert literal({"a'": [1, {"b": None}]}) == "MAP {'a''': [1, MAP {'b': NULL}]}"
