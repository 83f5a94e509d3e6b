"""FIQL: values are taken as they are, and what cannot be FIQL is not sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.clients.talend import fiql
from dataexplore.errors import InputError


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Production", "Production"),
        ("dev-to-prod_2.é", "dev-to-prod_2.é"),
        ("two words", '"two words"'),
        ("a;b", '"a;b"'),
        ("a,b", '"a,b"'),
        ("(a)", '"(a)"'),
        ("O'Hara", '"O\'Hara"'),
        ('say "yes"', '"say \\"yes\\""'),
        ("a\\b", '"a\\\\b"'),
        ("a=b", '"a=b"'),
        ("a*", "a%2A"),
        ("50% of *", '"50%25 of %2A"'),
        (2, "2"),
        (True, "true"),
        (False, "false"),
    ],
)
def test_a_value_is_quoted_when_it_needs_it(value, written):
    assert fiql.equal(name=value) == f"name=={written}"
    assert fiql.filtered(f"name=={written}", {}) == f"name=={written}"


def test_fields_have_the_services_names_and_are_joined_by_and():
    told = fiql.equal(max_cloud_containers=2, environment__name="Prod", description=None)
    assert told == "maxCloudContainers==2;environment.name==Prod"
    assert fiql.equal() is None
    assert fiql.equal(name=None) is None


@pytest.mark.parametrize("value", ["", "  ", 1.5, ["a"], {"a": 1}, "a\x00b", "a\nb"])
def test_a_value_that_is_none_is_refused(value):
    with pytest.raises(InputError, match="name is"):
        fiql.equal(name=value)


@pytest.mark.parametrize("name", ["a.b", "__name", "a__", "a b", "1a"])
def test_a_field_that_is_none_is_refused(name):
    with pytest.raises(InputError, match="is no field"):
        fiql.equal(**{name: "x"})


@pytest.mark.parametrize(
    "query",
    [
        "name==Dev*",
        "name==Dev*;description==*team*",
        "(name==a,name==b);type!=Custom",
        "((name==a))",
        "environment.name==Production",
        "name==two words",
        "createDate=gt=2026-01-01",
        "name=='a;b'",
        'name=="a(b"',
        "name==O%27Hara",
    ],
)
def test_a_query_as_text_passes_as_it_is(query):
    assert fiql.filtered(query, {}) == query


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("name", "at 'name'"),
        ("name==", "at 'name=='"),
        ("==a", "at '==a'"),
        ("(name==a", "at its end"),
        ("name==a)", r"at '\)'"),
        ("name==a;", "at its end"),
        (";name==a", "at ';name==a'"),
        ("name==a;;type==b", "at ';type==b'"),
        ("()", r"at '\)'"),
        ('name=="a', "at 'name==\"a'"),
        ("name==a(b)", r"at '\(b\)'"),
        ("name=a", "at 'name=a'"),
    ],
)
def test_a_query_that_is_broken_is_refused_with_its_place(query, place):
    with pytest.raises(InputError, match=f"is no FIQL {place}"):
        fiql.filtered(query, {})


@pytest.mark.parametrize("query", ["", "  ", 7, ["name==a"]])
def test_a_query_that_is_no_text_is_refused(query):
    with pytest.raises(InputError, match="The query is"):
        fiql.filtered(query, {})


def test_a_query_and_fields_hold_both_and_an_or_keeps_together():
    assert fiql.filtered(None, {}) is None
    assert fiql.filtered("name==a", {"type": "b"}) == "name==a;type==b"
    assert fiql.filtered("name==a,name==b", {"type": "c"}) == "(name==a,name==b);type==c"


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip))
def test_any_value_that_is_written_is_fiql(value):
    written = fiql.equal(name=value)
    assert fiql.filtered(written, {}) == written


def test_a_deep_query_is_read_without_recursion():
    deep = "(" * 10_000 + "name==a" + ")" * 10_000
    assert fiql.filtered(deep, {}) == deep
