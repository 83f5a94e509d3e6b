"""Listings: whole or an error, whatever the service does with its cursors."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError, Malformed, ServerFault


def page(following, *ids, **more):
    return {"data": [{"id": each, "name": f"e{each}"} for each in ids], "next": following, **more}


def ids(client, **options):
    return [each.id for each in client.environments.list(**options)]


def test_order_and_direction_are_always_sent_and_the_cursor_goes_on(answered):
    client = answered(page("abc", "1", "2"), page(None, "3"))
    assert ids(client) == ["1", "2", "3"]
    sent = [dict(request.url.params) for request in client.requests]
    order = {"limit": "100", "orderBy": "id", "orderByDirection": "asc"}
    assert sent == [order, {**order, "startingFrom": "abc"}]


@pytest.mark.parametrize("end", [None, ""])
def test_a_listing_ends_without_a_cursor(answered, end):
    """Case 13."""
    assert ids(answered(page(end, "1"))) == ["1"]
    assert ids(answered({"data": [{"id": "1"}]})) == ["1"]


def test_a_cursor_may_be_a_number_and_zero(answered):
    """Case 13: public servers send numbers."""
    client = answered(page(0, "1"), page(7, "2"), page(None, "3"))
    assert ids(client) == ["1", "2", "3"]
    assert [request.url.params.get("startingFrom") for request in client.requests] == [None, "0", "7"]


def test_an_empty_page_with_a_cursor_goes_on(answered):
    """Case 13."""
    assert ids(answered(page("a"), page("b", "1"), page("c"), page(None, "2"))) == ["1", "2"]


@pytest.mark.parametrize("pages", [[page("a", "1")], [page("a", "1"), page("b", "2"), page("a", "3")]])
def test_a_cursor_that_comes_again_is_refused_by_name(answered, pages):
    """Case 13."""
    with pytest.raises(Malformed, match="next is 'a'") as caught:
        ids(answered(*pages))
    assert (caught.value.service, caught.value.operation) == ("coalesce", "listEnvironments")


@pytest.mark.parametrize("odd", [True, 1.5, ["a"], {"after": "a"}])
def test_a_cursor_that_is_none_is_refused(answered, odd):
    """Case 13."""
    with pytest.raises(Malformed, match="does not go on"):
        ids(answered(page(odd, "1")))


def test_a_row_that_comes_again_is_told_once_also_when_its_id_becomes_text(answered):
    """Case 13: no row doubled."""
    assert ids(answered(page("a", 1, 2), page(None, "2", "3"))) == ["1", "2", "3"]


def test_two_rows_with_one_id_on_a_page_are_refused(answered):
    """Case 13: no row lost."""
    twice = {"data": [{"id": "1", "name": "a"}, {"id": 1, "name": "b"}], "next": None}
    with pytest.raises(Malformed, match="Two rows"):
        ids(answered(twice))


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": ""}, {"id": True}, {"id": 1.5}, {"id": ["1"]}])
def test_a_row_without_an_id_is_refused(answered, row):
    """Case 13."""
    with pytest.raises(Malformed, match="no id"):
        ids(answered({"data": [row], "next": None}))


@pytest.mark.parametrize(
    "answer", [[], {}, {"data": None}, {"data": {}}, {"data": [1]}, {"data": [None]}, "text", None, 7]
)
def test_an_answer_that_is_no_page_is_refused(answered, answer):
    """R14."""
    with pytest.raises(Malformed):
        ids(answered(answer))


def test_a_later_page_that_fails_fails_the_listing(answered):
    """R14: a listing is whole or an error."""
    with pytest.raises(ServerFault):
        ids(answered(page("a", "1"), (500, b"")))


def test_a_limit_asks_for_no_more_and_holds_when_the_service_ignores_it(answered):
    """Case 13."""
    client = answered(page("a", *range(1, 11)))
    assert ids(client, limit=3) == ["1", "2", "3"]
    assert client.requests[-1].url.params["limit"] == "3"
    assert len(client.requests) == 1
    client = answered(page("a", *range(100)), page("b", *range(100, 200)))
    assert len(ids(client, limit=150)) == 150
    assert {request.url.params["limit"] for request in client.requests} == {"100"}


def test_an_iterator_reads_a_page_only_when_it_is_needed(answered):
    client = answered(page("a", "1", "2"), page(None, "3"))
    found = client.environments.iterate()
    assert client.requests == []
    assert [next(found).id, next(found).id] == ["1", "2"]
    assert len(client.requests) == 1
    assert [each.id for each in found] == ["3"]


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "5", float("inf")])
@pytest.mark.parametrize("noun", ["environments", "projects", "users", "git_accounts", "runs"])
def test_a_limit_that_is_none_is_refused_before_anything_is_sent(answered, noun, limit):
    client = answered(page(None))
    with pytest.raises(InputError, match=r"limit is .*\. Use a whole number from 1"):
        getattr(client, noun).iterate(limit=limit)
    assert client.requests == []


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"order_by_direction": "up"}, r"order_by_direction is 'up'\. Use \"asc\" or \"desc\"\."),
        ({"order_by_direction": "DESC"}, "order_by_direction is 'DESC'"),
        ({"order_by_direction": None}, "order_by_direction is None"),
        ({"order_by_direction": ["asc"]}, "order_by_direction is"),
        ({"order_by": ""}, "The order_by is ''"),
        ({"order_by": None}, "The order_by is None"),
    ],
)
def test_an_order_that_is_none_is_refused_before_anything_is_sent(answered, order, told):
    client = answered(page(None))
    for noun in (client.environments, client.runs, client.users):
        with pytest.raises(InputError, match=told):
            noun.iterate(**order)
    for listing in (client.nodes.iterate, client.nodes.iterate_in_workspace, client.jobs.iterate):
        with pytest.raises(InputError, match=told):
            listing(1, **order)
    assert client.requests == []
