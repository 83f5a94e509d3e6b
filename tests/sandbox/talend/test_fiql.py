"""The filter language of the bare lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.clients.talend import fiql
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.talend.fiql import compile_filter

NAMES = ("name", "description", "default", "maxCloudContainers", "environment.name")
RECORDS = {
    "dev": {"name": "Development", "description": "team; one", "default": False, "maxCloudContainers": 2},
    "prod": {"name": "Production", "default": True, "environment": {"name": "it's (here)"}},
}


def find(text):
    test = compile_filter(text, NAMES)
    return "".join(sorted(key[0] for key, record in RECORDS.items() if test(record)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "dp"),
        ("  ", "dp"),
        ("name==Development", "d"),
        ("name==development", ""),
        ("name==Dev*", "d"),
        ("name==*o*", "dp"),
        ("name!=Dev*", "p"),
        ("name==D*;default==false", "d"),
        ("name==D*;default==true", ""),
        ("name==D*,default==true", "dp"),
        ("name==D*,name==P*;default==false", "d"),
        ("(name==D*,name==P*);default==true", "p"),
        ("((name==D*))", "d"),
        ("maxCloudContainers==2", "d"),
        ('description=="team; one"', "d"),
        ("description=='team*'", "d"),
        ("description==team%3B one", "d"),
        ("description==*;name==P*", "p"),
        ("description==''", "p"),
        ('environment.name=="it\'s (here)"', "p"),
        (r"environment.name=='it\'s (here)'", "p"),
        ("environment.name==it's %28here%29", "p"),
        ("name==%2A", ""),
    ],
)
def test_a_filter_lets_pass_what_it_says(text, found):
    assert find(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *("name", "name=Dev", "==Dev", "name==", "name==x;", ";name==x", "name==x,,name==y", "(name==x"),
        *(
            "name==x)",
            "()",
            "name==x name==y)",
            "name=gt=3",
            "name=='x",
            "nom==x",
            "id.x==1",
            "name==x;(",
            "é==x",
        ),
        "(" * 5000,
        "(" * 21 + "name==x" + ")" * 21,
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(text):
    with pytest.raises(Refusal) as caught:
        compile_filter(text, NAMES)
    assert caught.value.status == 400


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), st.text())
def test_what_the_client_writes_for_a_value_finds_that_value_alone(value, other):
    test = compile_filter(fiql.equal(name=value), NAMES)
    assert test({"name": value})
    assert test({"name": other}) is (other == value)
