from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.sandbox.coalesce.selectors import Selector, parse, write

NODES = [("STAGING", "stg_orders"), ("MARTS", "fact_orders"), ("MARTS", "dim_stores")]


def pick(text):
    return [node for node in NODES if parse(text).matches(*node)]


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ('{ location: "MARTS" name: "fact_orders" }', [1]),
        ('{name:"fact_orders",location:"MARTS"}', [1]),
        ("{ Location: MARTS }", [1, 2]),
        ("{ NAME: stg_orders }", [0]),
        ('{ location: "MARTS" name: "dim_stores" } or\n{ name: "stg_orders" }', [0, 2]),
        ('{ location: "marts" }', []),
        ('{ name: "FACT_ORDERS" }', []),
        ("", []),
        (" \n", []),
    ],
)
def test_keywords_are_read_in_any_case_and_values_exactly(text, picked):
    assert pick(text) == [NODES[number] for number in picked]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{ }", "character 3: '}' stands where location: or name: should"),
        ("fact_orders", "character 1: 'fact_orders' stands where '{' should"),
        ("{ name: a } { name: b }", "character 13: '{ name: b }' stands where OR should"),
        ("{ name: a } OR", "character 15: the end stands where '{' should"),
        ("{ name: a } AND { name: b }", "character 13: 'AND { name: b }' stands where OR should"),
        ("{ name a }", "character 8: 'a }' stands where ':' should"),
        ("{ name: }", "character 9: '}' stands where the name should"),
        ("{ name: a name: b }", "character 11: 'name: b }' stands where location: or '}' should"),
        ("{ color: a }", "character 3: 'color: a }' stands where location: or name: should"),
        ('{ "name": a }', "character 3: '\"name\": a }' stands where location: or name: should"),
        ("{ location: A name: b", "character 22: the end stands where '}' should"),
        ('{ name: "a }', "character 9: '\"a }' stands where a closing quote should"),
        ("OR", "character 1: 'OR' stands where '{' should"),
    ],
)
def test_bad_text_is_told_with_its_place(text, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        parse(text)


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), max_size=4))
def test_what_is_written_is_read_again(pairs):
    assert parse(write(pairs)) == Selector(tuple(pairs))


@given(st.text('{}:,"\\ OrnameloctiA'))
def test_any_text_is_a_selector_or_an_error_of_one_sentence(text):
    try:
        parse(text)
    except ValueError as error:
        assert str(error).startswith("The selector cannot be read at character ")  # noqa: PT017 - either will do
