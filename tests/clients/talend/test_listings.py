"""Listings: whole or an error, whatever the service does with offset, limit and total."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError, Malformed, ServerFault

NOUNS = ("plans", "tasks", "artifacts", "connections", "resources", "projects")
KEYS = {"plans": "executable", "tasks": "executable"}


def page(*ids, total=None, key="id", **more):
    return {"items": [{key: each, "name": f"n{each}"} for each in ids], "total": total, **more}


def ids(client, **options):
    return [each.id for each in client.artifacts.list(**options)]


@pytest.mark.parametrize("noun", NOUNS)
def test_each_listing_goes_on_until_an_empty_page(answered, noun):
    key = KEYS.get(noun, "id")
    client = answered(page("a", "b", total=3, key=key), page("c", total=3, key=key), page(total=3))
    assert [each.id for each in getattr(client, noun).list()] == ["a", "b", "c"]
    sent = [dict(request.url.params) for request in client.requests]
    assert sent == [{"limit": "100", "offset": offset} for offset in ("0", "2", "3")]


def test_the_total_alone_does_not_end_a_listing(answered):
    """Case 13: rows may be added while it is read."""
    assert ids(answered(page("a", total=1), page("b", total=2), page(total=2))) == ["a", "b"]


def test_a_service_may_tell_no_total(answered):
    assert ids(answered(page("a"), {"items": [{"id": "b"}]}, page())) == ["a", "b"]


def test_a_total_that_shrinks_means_that_a_row_may_have_slipped_by(answered):
    """Case 13."""
    client = answered(
        page("a", "b", total=4), page("d", total=3), page("b", "c", "d", total=3), page(total=3)
    )
    assert ids(client) == ["a", "b", "d", "c"]


def test_rows_that_never_come_are_an_error(answered):
    """Case 13."""
    with pytest.raises(Malformed, match="has 5 rows by its own count, but 2 came") as caught:
        ids(answered(*[page("a", "b", total=5), page(total=5)] * 3))
    assert (caught.value.service, caught.value.operation) == ("talend", "listArtifacts")


def test_a_service_that_ignores_the_limit_is_read_to_its_end(answered):
    """Case 13."""
    client = answered(page(*map(str, range(250)), total=250), page(total=250))
    assert len(ids(client)) == 250
    assert client.requests[-1].url.params["offset"] == "250"


def test_a_service_that_ignores_limit_and_offset_has_sent_all_there_is(answered):
    """Case 13."""
    assert ids(answered(page("a", "b", total=2))) == ["a", "b"]


def test_a_page_that_comes_twice_is_an_error_when_nobody_can_tell(answered):
    with pytest.raises(Malformed, match="sent a page of a listing twice"):
        ids(answered(page("a", "b")))


@pytest.mark.parametrize(
    "answer", [[], {}, {"items": None}, {"items": {}}, {"items": [1]}, "text", None, 7, page("a", total="1")]
)
def test_an_answer_that_is_no_page_is_refused(answered, answer):
    """R14."""
    with pytest.raises(Malformed):
        ids(answered(answer))


@pytest.mark.parametrize("row", [{}, {"id": None}, {"id": True}, {"id": ["1"]}])
def test_a_row_without_an_id_is_refused(answered, row):
    with pytest.raises(Malformed, match="no id"):
        ids(answered({"items": [row], "total": 1}))


def test_a_later_page_that_fails_fails_the_listing(answered):
    """R14: a listing is whole or an error."""
    with pytest.raises(ServerFault):
        ids(answered(page("a", total=2), (500, {"status": 500, "message": "no"})))


def test_a_limit_counts_records_and_a_page_has_a_hundred_at_most(answered):
    client = answered(page("a", "b", "c", total=9))
    assert ids(client, limit=2) == ["a", "b"]
    assert [request.url.params["limit"] for request in client.requests] == ["2"]
    whole = [page(*map(str, range(first, first + 100)), total=300) for first in (0, 100)]
    client = answered(*whole)
    assert len(ids(client, limit=101)) == 101
    assert [request.url.params["limit"] for request in client.requests] == ["100", "100"]


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "5"])
@pytest.mark.parametrize("noun", NOUNS)
def test_a_limit_that_is_none_is_refused_before_anything_is_sent(answered, noun, limit):
    client = answered(page())
    with pytest.raises(InputError, match=r"limit is .*\. Use a whole number from 1"):
        getattr(client, noun).iterate(limit=limit)
    assert client.requests == []


def test_an_iterator_reads_a_page_only_when_it_is_needed(answered):
    client = answered(page("a", "b", total=3), page("c", total=3), page(total=3))
    found = client.artifacts.iterate()
    assert client.requests == []
    assert [next(found).id, next(found).id] == ["a", "b"]
    assert len(client.requests) == 1
    assert [each.id for each in found] == ["c"]


@pytest.mark.parametrize("noun", ["environments", "workspaces", "promotions"])
def test_a_bare_list_comes_whole_or_is_an_error(answered, noun):
    listed = getattr(answered([{"id": "1", "name": "a"}]), noun).list()
    assert [each.name for each in listed] == ["a"]
    assert len(getattr(answered([]), noun).list()) == 0
    for odd in ({"items": []}, [1], None):
        with pytest.raises(Malformed):
            getattr(answered(odd), noun).list()
