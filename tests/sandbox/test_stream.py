"""Results on their way: produced as they leave, bounded in memory, cut honestly, interrupted in time."""

from __future__ import annotations

import collections
import io
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pyarrow as pa
import pytest

ARROW = "application/vnd.apache.arrow.stream"
FORMS = [ARROW, "application/json", "text/csv"]
ENDLESS = "select i, i * 2 as twice, 'some text' as t from range(100_000_000_000) t(i)"
COUNTING = "select count(*) from range(100_000_000_000_000) t(i) where i % 3 = 1"
# The error comes after a few MiB.
FAILING = "select case when i = 3_000_000 then error('too late') else i end as i from range(4_000_000) t(i)"


@pytest.mark.parametrize("form", FORMS)
def test_an_endless_result_begins_at_once_and_stays_bounded(server, begin, form):
    connection = begin(ENDLESS, form)
    start = time.monotonic()
    assert connection.recv(2**16).startswith(b"HTTP/1.1 200")
    assert time.monotonic() - start < 5
    buffer = bytearray(2**20)
    received, before = 0, server.rss_mib()
    while received < 100 * 2**20 and time.monotonic() - start < 2:
        received += connection.recv_into(buffer)
    assert received > 2**20
    assert server.rss_mib() - before < 150


def test_a_reader_that_stalls_holds_back_the_query(server, begin, running):
    begin(ENDLESS).recv(10)
    time.sleep(0.5)
    before = server.rss_mib()
    time.sleep(1)
    assert server.rss_mib() - before < 20
    assert len(running()) == 1


@pytest.mark.parametrize("form", FORMS)
def test_a_query_that_fails_on_the_way_leaves_a_body_without_its_end(server, form):
    body = {"sql": FAILING, "connection": {"name": "warehouse"}}
    received = bytearray()
    with httpx.stream(
        "POST", f"{server.url}/api/v1/exec/sql", json=body, headers=server.headers | {"Accept": form}
    ) as answer:
        assert answer.status_code == 200
        pieces = answer.iter_raw()
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            collections.deque(map(received.extend, pieces))
    assert len(received) > 2**20
    if form == ARROW:
        assert not received.endswith(b"\xff\xff\xff\xff\x00\x00\x00\x00")


def test_a_query_that_fails_before_its_first_batch_is_422(ask):
    answer = ask("select error('at once') from range(1000)", accept=ARROW)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/json"
    assert "at once" in answer.json()["detail"]


def test_a_whole_arrow_stream_ends_with_its_marker(ask):
    for sql in ("select i, i::varchar as t from range(100_000) t(i)", "select 1 as a where false"):
        answer = ask(sql, accept=ARROW)
        assert answer.content.endswith(b"\xff\xff\xff\xff\x00\x00\x00\x00")
        pa.ipc.open_stream(io.BytesIO(answer.content)).read_all().validate(full=True)


@pytest.mark.parametrize("sql", [COUNTING, ENDLESS, "select sleep_ms(60_000)"])
def test_a_client_that_leaves_interrupts_its_query(begin, running, until, rows, sql):
    connection = begin(sql)
    until(running, 5)
    time.sleep(0.2)
    assert len(running()) == 1
    connection.close()
    assert until(lambda: not running(), 2) < 2
    assert rows("select 1") == [[1]]


def test_a_client_that_leaves_in_the_middle_of_a_result_interrupts_its_query(begin, running, until):
    connection = begin(ENDLESS)
    for _ in range(100):
        connection.recv(2**16)
    assert len(running()) == 1
    connection.close()
    assert until(lambda: not running(), 2) < 2


def test_the_statements_after_an_interrupted_one_do_not_run(begin, running, until, ask):
    connection = begin("select sleep_ms(60_000); create table main.never (a int)")
    until(running, 5)
    connection.close()
    until(lambda: not running(), 2)
    assert ask("select * from main.never").status_code == 422


def test_endless_queries_hold_no_other_request_up(begin, running, until, rows):
    for _ in range(4):
        begin(COUNTING)
    until(lambda: len(running()) == 4, 5)
    start = time.monotonic()
    assert rows("select count(*) > 0 from marts.fact_orders") == [[True]]
    assert time.monotonic() - start < 5
    until(lambda: len(running()) == 4, 5)  # its own entry goes a moment after its answer


def test_queries_run_side_by_side(rows):
    start = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(rows, ["select sleep_ms(1000)"] * 8)) == [[[None]]] * 8
    assert time.monotonic() - start < 4


def test_more_queries_than_slots_wait_and_a_waiting_client_may_leave(begin, running, until, rows):
    connections = [begin("select sleep_ms(60_000)") for _ in range(20)]
    until(lambda: len(running()) == 20, 5)
    waiting = begin("select 'waited' as v", "text/csv")
    waiting.settimeout(0.3)
    with pytest.raises(TimeoutError):
        waiting.recv(10)
    for connection in connections:
        connection.close()
    waiting.settimeout(10)
    answer = b""
    while b"waited" not in answer:
        answer += waiting.recv(2**16)
    until(lambda: not running(), 5)
    assert rows("select 1") == [[1]]


def test_the_listing_of_running_queries_says_what_runs(begin, running, until):
    begin(COUNTING)
    until(running, 5)
    (query,) = running()
    assert query["sql"] == COUNTING
    assert query["connection"] == "warehouse"
    assert query["started_at"].endswith("Z")


def test_a_result_of_many_columns_stays_bounded_in_memory(server, begin):
    columns = ", ".join(f"i + {n} as c{n}" for n in range(1000))
    before = server.rss_mib()
    connection = begin(f"select {columns} from range(1_000_000_000) t(i)")
    buffer = bytearray(2**20)
    received = 0
    while received < 500 * 2**20:
        received += connection.recv_into(buffer)
    assert server.rss_mib() - before < 300
