"""Data diffs: started, awaited, listed, read, ended."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from dataexplore.errors import Cancelled, DeadlineExceeded, InputError, Malformed, OutcomeUnknown, ServerFault
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import vanish

DIFF = {
    "id": 7001,
    "status": "done",
    "result": "different",
    "kind": "in_db",
    "table1": ["shop", "marts", "a.b"],
    "table2": ["shop", "dev", "orders"],
    "pk_columns": ["order_id"],
    "created_at": "2026-11-20T06:00:00Z",
    "runtime": 41.2,
    "tags": ["nightly"],
    "diff_stats": {"version": "1", "match_ratio": 0.998, "rows_removed": 3},
    "new_field": {"a": 1},
}
ONE = "/api/v1/datadiffs/7001"


def page(number, total_pages, count, *ids):
    return {
        "page": number,
        "page_size": 100,
        "total_pages": total_pages,
        "count": count,
        "results": [{**DIFF, "id": each} for each in ids],
    }


def test_create_sends_tables_as_parts_and_options_by_the_names_of_the_contract(answered):
    """create_datadiff_api_v1_datadiffs_post."""
    client = answered({**DIFF, "status": "waiting", "result": None})
    diff = client.data_diffs.create(
        data_source1_id=1,
        table1='shop.marts."a.b"',
        table2=("shop", "dev", "orders"),
        pk_columns="order_id",
        include_columns=["amount"],
        time_interval_start=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        filter1=None,
    )
    assert client.asked == ("POST", "/api/v1/datadiffs", "")
    assert client.sent == {
        "data_source1_id": 1,
        "data_source2_id": 1,
        "table1": ["shop", "marts", "a.b"],
        "table2": ["shop", "dev", "orders"],
        "pk_columns": ["order_id"],
        "include_columns": ["amount"],
        "time_interval_start": "2026-01-01T00:00:00Z",
    }
    assert (diff.id, diff.status, diff.ended) == (7001, "waiting", False)


def test_create_takes_a_query_and_a_file_of_another_source(answered):
    client = answered(DIFF)
    client.data_diffs.create(
        data_source1_id=1, data_source2_id=2, query1="select 1", file2="https://f/x.csv", infer_pk=True
    )
    assert client.sent == {
        "data_source1_id": 1,
        "data_source2_id": 2,
        "query1": "select 1",
        "file2": "https://f/x.csv",
        "pk_columns": [],
        "infer_pk": True,
    }


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"table1": "a.b"}, "Side 2 of the data diff is given by nothing"),
        ({"table1": "a.b", "query1": "select 1", "table2": "c.d"}, "Side 1 .* by table1 and query1"),
        ({"table1": "a.b", "table2": "c.d", "file2": "x"}, "Side 2 .* by table2 and file2"),
        ({"table1": 'a."b', "table2": "c.d"}, "never closed"),
        ({"table1": "a.b", "table2": "c.d", "pk_columns": ()}, "tell rows apart"),
        ({"table1": "a.b", "table2": "c.d", "exclude_column": "x"}, "Did you mean 'exclude_columns'"),
        ({"table1": "a.b", "table2": "c.d", "time_interval_end": dt.datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001 - a naive one is meant
    ],
)
def test_a_diff_that_cannot_be_meant_is_not_sent(answered, given, complaint):
    client = answered(DIFF)
    with pytest.raises(InputError, match=complaint):
        client.data_diffs.create(**{"data_source1_id": 1, "pk_columns": ["id"], **given})
    assert client.requests == []


def test_a_diff_whose_start_is_not_answered_is_not_started_again(answered, serve, open_session):
    server = serve(vanish)
    client = answered(DIFF)
    client.data_diffs._session = open_session(server, service="datafold")
    with pytest.raises(OutcomeUnknown):
        client.data_diffs.create(data_source1_id=1, table1="a.b", table2="c.d", pk_columns=["id"])
    assert len(server.requests) == 1


def test_get_reads_a_diff_leniently_and_keeps_the_rest_in_raw(answered):
    """get_datadiff_api_v1_datadiffs__datadiff_id__get."""
    client = answered(DIFF)
    diff = client.data_diffs.get(7001)
    assert client.asked == ("GET", ONE, "")
    assert (diff.result, diff.table1, diff.runtime) == ("different", ("shop", "marts", "a.b"), 41.2)
    assert diff.created_at == dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
    assert (diff.diff_stats.match_ratio, diff.diff_stats.rows_added) == (0.998, None)
    assert diff.raw["new_field"] == {"a": 1}
    client.data_diffs.get(7001, poll=True)
    assert client.asked == ("GET", ONE, "poll=true")


def test_wait_asks_until_the_diff_is_done_with_growing_pauses(answered):
    def running(step):
        return {"id": 7001, "status": "processing", "diff_progress": {"completed_steps": step}}

    clock = FakeClock()
    client = answered(*map(running, range(9)), DIFF, clock=clock)
    seen = []
    diff = client.data_diffs.wait(7001, on_progress=seen.append)
    assert diff.result == "different"
    assert len(client.requests) == 10
    assert {request.url.query for request in client.requests} == {b"poll=true"}
    steps = [state.diff_progress.completed_steps for state in seen[:-1]]
    assert steps == sorted(steps)
    assert set(steps) == set(range(9))
    assert len(seen) > 40  # the line moves in the pauses too
    assert 8 < clock.now < 20


@pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
def test_wait_ends_with_each_last_status(answered, status):
    assert answered({**DIFF, "status": status}).data_diffs.wait(7001).status == status


def test_a_wait_that_takes_too_long_says_that_the_diff_goes_on_and_how_to_end_it(answered):
    clock = FakeClock()
    client = answered({"id": 7001, "status": "needs_confirmation"}, clock=clock)
    with pytest.raises(DeadlineExceeded, match=r"goes on .* ws\.datafold\.data_diffs\.cancel\(7001\)"):
        client.data_diffs.wait(7001, deadline_s=30)
    assert clock.now == pytest.approx(30, abs=0.2)
    assert not any(request.url.path.endswith("/cancel") for request in client.requests)


def test_stop_ends_the_waiting_and_not_the_diff(answered):
    def interrupt():
        raise KeyboardInterrupt

    client = answered({"id": 7001, "status": "processing"}, clock=FakeClock(on_sleep=interrupt))
    with pytest.raises(KeyboardInterrupt, match=r"goes on in Datafold.*data_diffs\.cancel\(7001\)"):
        client.data_diffs.wait(7001)
    assert len(client.requests) == 1


def test_a_wait_that_is_cancelled_by_another_thread_ends(answered):
    cancel = threading.Event()
    client = answered(
        {"id": 7001, "status": "processing"}, clock=FakeClock(on_sleep=cancel.set), cancel=cancel
    )
    with pytest.raises(Cancelled, match=r"data_diffs\.cancel\(7001\)"):
        client.data_diffs.wait(7001)


def test_list_reads_every_page_and_sends_the_filters(answered):
    """list_datadiffs_api_v1_datadiffs_get."""
    client = answered(page(1, 2, 3, 1, 2), page(2, 2, 3, 3))
    diffs = client.data_diffs.list(
        order_by="id",
        sort_order="desc",
        accessible_only=True,
        status=["done", "failed"],
        data_source1_id=12,
        created_at="2026-11-01<<2026-11-08",
    )
    assert [diff.id for diff in diffs] == [1, 2, 3]
    assert client.asked[:2] == ("GET", "/api/v1/datadiffs")
    assert dict(client.requests[-1].url.params) == {
        "status": "done,failed",
        "data_source1_id": "12",
        "created_at": "2026-11-01<<2026-11-08",
        "order_by": "id",
        "sort_order": "desc",
        "accessible_only": "true",
        "page": "2",
        "page_size": "100",
    }
    assert list(diffs.to_df()["table1"]) == ['shop.marts."a.b"'] * 3


def test_iterate_asks_for_a_page_when_it_is_needed(answered):
    client = answered(page(1, 2, 3, 1, 2), page(2, 2, 3, 3))
    diffs = client.data_diffs.iterate()
    assert client.requests == []
    assert next(diffs).id == 1
    assert len(client.requests) == 1
    assert [diff.id for diff in diffs] == [2, 3]


def test_list_stops_at_its_limit_without_another_page(answered):
    client = answered(page(1, 9, 18, 1, 2))
    assert [diff.id for diff in client.data_diffs.list(limit=2)] == [1, 2]
    assert len(client.requests) == 1
    assert client.asked[2] == "page=1&page_size=2"


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": True}, {"states": "done"}, {"tags": ["a,b"]}])
def test_a_listing_that_cannot_be_asked_for_is_not_sent(answered, wrong):
    client = answered(page(1, 1, 0))
    with pytest.raises(InputError):
        client.data_diffs.list(**wrong)
    assert client.requests == []


def test_a_listing_is_whole_or_an_error_that_names_the_operation(answered):
    """Case 13: a page that fails, one that is none, one too few."""
    with pytest.raises(ServerFault):
        answered(page(1, 2, 3, 1, 2), (500, {"detail": "broken"})).data_diffs.list()
    for second in ({}, [], page(1, 2, 3, 3), page(2, 2, 3)):
        with pytest.raises(Malformed) as caught:
            answered(page(1, 2, 3, 1, 2), second).data_diffs.list()
        assert caught.value.operation == "list_datadiffs_api_v1_datadiffs_get"


def test_summary_is_a_few_readable_words(answered):
    """get_diff_summary_api_v1_datadiffs__datadiff_id__summary_get."""
    client = answered({"id": 7001, "status": "done", "feedback": "12 of 997 shared rows differ"})
    assert client.data_diffs.summary(7001).feedback == "12 of 997 shared rows differ"
    assert client.asked == ("GET", f"{ONE}/summary", "")


def test_summary_results_are_the_figures(answered):
    """get_diff_summary_v1_api_v1_datadiffs__datadiff_id__summary_results_get."""
    client = answered({"status": "success", "pks": {"total_rows": [1000, 997]}})
    assert client.data_diffs.summary_results(7001).pks.total_rows == (1000, 997)
    assert client.asked == ("GET", f"{ONE}/summary_results", "")


def test_cancel_ends_a_diff(answered):
    """cancel_diff_api_v1_datadiffs__datadiff_id__cancel_post."""
    client = answered({"id": 7001, "status": "cancelled"})
    assert client.data_diffs.cancel(7001).ended
    assert client.asked == ("POST", f"{ONE}/cancel", "")


def test_update_sends_only_the_flags_given(answered):
    """update_datadiff_api_v1_datadiffs__datadiff_id__patch."""
    client = answered({"id": 7001, "archived": True})
    assert client.data_diffs.update(7001, archived=True).archived
    assert client.asked == ("PATCH", ONE, "")
    assert client.sent == {"archived": True}
    client.data_diffs.update(7001, archived=False, purged=True)
    assert client.sent == {"archived": False, "purged": True}
    with pytest.raises(InputError, match="nothing to change"):
        client.data_diffs.update(7001)


def test_update_may_be_sent_again_since_flags_are_what_they_are_set_to(answered):
    client = answered((503, {}), {"id": 7001, "purged": True})
    assert client.data_diffs.update(7001, purged=True).purged
    assert len(client.requests) == 2


@pytest.mark.parametrize("call", ["create", "cancel"])
def test_what_starts_or_ends_a_diff_is_sent_once(answered, call):
    client = answered((503, {"detail": "busy"}))
    arguments = {
        "create": {"data_source1_id": 1, "table1": "a", "table2": "b", "pk_columns": "id"},
        "cancel": {"datadiff_id": 7001},
    }
    with pytest.raises(ServerFault, match="may have been carried out"):
        getattr(client.data_diffs, call)(**arguments[call])
    assert len(client.requests) == 1
