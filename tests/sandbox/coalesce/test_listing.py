from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.sandbox.coalesce.listing import MOST, Asked, cut, field, read
from dataexplore.sandbox.errors import Refusal

ROWS = [{"id": number, "name": name} for number, name in enumerate(["b", None, "a", "b", None], 1)]
VALUES = st.lists(st.one_of(st.none(), st.sampled_from(["", "a", "B", "é", "\U0001f600"])), max_size=30)


def ask(rows, cursor=None, *, listing="rows", order_by="name", direction="asc", limit=2, filters=None):
    asked = Asked(limit, order_by, direction, cursor)
    return cut(rows, asked, listing=listing, order=field(order_by), filters=filters)


def walk(rows, **how):
    page = ask(rows, **how)
    found = page.records
    while page.next is not None:
        page = ask(rows, page.next, **how)
        found += page.records
    return [row["id"] for row in found]


@pytest.mark.parametrize(("direction", "ids"), [("asc", [3, 1, 4, 2, 5]), ("desc", [4, 1, 3, 5, 2])])
def test_equal_ones_come_by_number_and_those_without_a_value_last(direction, ids):
    assert walk(ROWS, direction=direction) == ids


@given(VALUES, st.integers(1, 7), st.sampled_from(["asc", "desc"]))
def test_pages_together_are_the_listing_whatever_their_size(values, limit, direction):
    rows = [{"id": number, "name": value} for number, value in enumerate(values, 1)]
    whole = [row["id"] for row in ask(rows, limit=1000, direction=direction).records]
    assert walk(rows, limit=limit, direction=direction) == whole
    assert sorted(whole) == list(range(1, len(rows) + 1))


@given(VALUES, st.integers(1, 7), st.sampled_from(["asc", "desc"]), st.data())
def test_what_stays_is_listed_once_though_rows_come_and_go_between_pages(values, limit, direction, data):
    rows = [{"id": number, "name": value} for number, value in enumerate(values, 1)]
    lasting = {row["id"] for row in rows}
    seen: list[int] = []
    page = ask(rows, limit=limit, direction=direction)
    seen += [row["id"] for row in page.records]
    while page.next is not None:
        gone = data.draw(st.sets(st.sampled_from([row["id"] for row in rows])))
        lasting -= gone
        rows = [row for row in rows if row["id"] not in gone]
        rows += [{"id": 1000 + len(seen), "name": data.draw(st.sampled_from([None, "a", "C"]))}]
        page = ask(rows, page.next, limit=limit, direction=direction)
        seen += [row["id"] for row in page.records]
        if len(seen) > 200:
            break
    assert len(set(seen)) == len(seen)
    assert lasting <= set(seen)


def test_a_cursor_is_short_however_long_a_text_is():
    rows = [{"id": number, "name": "\U0001f600" * 10_000} for number in range(1, 5)]
    assert walk(rows) == [1, 2, 3, 4]
    assert len(ask(rows).next) < 5000


def test_the_last_page_has_no_cursor_even_when_it_is_full():
    assert ask(ROWS, limit=5).next is None
    assert ask(ROWS, limit=4).next is not None
    assert ask([]).next is None


@pytest.mark.parametrize(
    "other",
    [
        {"listing": "others"},
        {"filters": {"owner": "workspace:2"}},
        {"order_by": "id"},
        {"direction": "desc"},
    ],
)
def test_a_cursor_goes_with_its_listing_filters_order_and_direction(other):
    how = {"filters": {"owner": "workspace:1"}}
    cursor = ask(ROWS, **how).next
    assert [row["id"] for row in ask(ROWS, cursor, **how, limit=1).records] == [4]
    with pytest.raises(Refusal, match="startingFrom"):
        ask(ROWS, cursor, **(how | other))


def forge(*parts):
    return base64.urlsafe_b64encode(json.dumps(list(parts)).encode()).decode().rstrip("=")


@given(
    st.one_of(st.text(), st.text("ABCabc_-=123"), st.builds(forge, st.text(), st.integers(), st.integers()))
)
def test_a_cursor_that_is_none_is_refused(cursor):
    with pytest.raises(Refusal, match="startingFrom"):
        ask(ROWS, cursor)


@pytest.mark.parametrize("body", ["5", '"text"', "{}", "[]", "null", "[" * 10000, "[1,2,3]"])
def test_a_cursor_with_something_else_inside_is_refused(body):
    with pytest.raises(Refusal, match="startingFrom"):
        ask(ROWS, base64.urlsafe_b64encode(body.encode()).decode().rstrip("="))


@pytest.mark.parametrize(
    ("text", "limit"), [("1", 1), ("007", 7), ("500", MOST), ("501", MOST), ("9" * 6000, MOST)]
)
def test_a_limit_above_the_most_is_cut(text, limit):
    assert read({"limit": text}, ()).limit == limit


@pytest.mark.parametrize(
    "text", ["", "0", "000", "-1", "+1", "1.0", "1e2", "many", " 1", "\uff11", "1\n", "0x1"]
)
def test_a_limit_that_is_no_number_of_rows_is_refused(text):
    with pytest.raises(Refusal, match="limit"):
        read({"limit": text}, ())


@pytest.mark.parametrize("query", [{"orderBy": "color"}, {"orderBy": ""}, {"orderByDirection": "ASC"}])
def test_an_unknown_order_or_direction_is_refused(query):
    with pytest.raises(Refusal, match="orderBy"):
        read(query, ("name",))


def test_what_the_query_leaves_out_is_as_usual():
    assert read({}, ("name",)) == Asked(100, "id", "asc", None)
    assert read({"limit": "5"}, (), usual=Asked(25, "id", "desc")) == Asked(5, "id", "desc", None)
