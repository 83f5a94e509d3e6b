"""What a body may do on its way: cases 1, 3, 12, 27 and 29, from the socket to exec_sql."""

from __future__ import annotations

import gzip
import time
import tracemalloc

import httpx
import pyarrow as pa
import pytest

from dataexplore.errors import DeadlineExceeded, Malformed, OutcomeUnknown, TooLarge, Truncated
from dataexplore.settings import Limits
from dataexplore.transport import Operation
from tests.faults.fault_server import answer, body_until_close, head, silence, vanish

ARROW = "application/vnd.apache.arrow.stream"
LIST = Operation("listThings", "GET", "/things", repeatable=True)
END_MARKER = 8


def batch_boundaries(stream):
    """Positions in a stream where a message ends."""
    source = pa.BufferReader(stream)
    while True:
        try:
            pa.ipc.read_message(source)
        except EOFError:
            return
        yield source.tell()


def chunked(*chunks):
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def exec_sql(workspace, **options):
    return workspace.coginiti.sql("select 1", **options).table


def test_a_whole_stream_is_read(serve, open_workspace, stream):
    """The faults below differ from this answer by one thing each."""
    server = serve(answer(200, stream, kind=ARROW))
    assert exec_sql(open_workspace(server)).num_rows == 3000


@pytest.mark.parametrize("boundary", [0, 1, 2, 3])
def test_a_stream_cut_at_a_message_boundary_is_an_error(serve, open_workspace, stream, boundary):
    """Case 1: closed without a length after the schema or after a whole batch: not a shorter table."""
    cut = list(batch_boundaries(stream))[boundary]
    assert cut <= len(stream) - END_MARKER
    server = serve(body_until_close(stream[:cut], ARROW))
    with pytest.raises(Truncated) as caught:
        exec_sql(open_workspace(server))
    assert (caught.value.service, caught.value.operation) == ("coginiti", "execSql")
    assert "limits.end_marker_required" in str(caught.value)
    assert len(server.requests) == 1


def test_a_service_without_the_end_marker_can_be_read_by_setting(serve, open_workspace, stream):
    """Case 1: the error names the setting, and the setting works."""
    server = serve(body_until_close(stream[:-END_MARKER], ARROW))
    workspace = open_workspace(server, Limits(end_marker_required=False))
    assert exec_sql(workspace).num_rows == 3000


def test_csv_without_a_length_is_refused_because_a_cut_would_look_like_its_end(serve, open_workspace):
    """Case 1, for CSV: it has no end marker of its own, so HTTP has to tell its length."""
    server = serve(body_until_close(b"a,b\r\n1,2\r\n", "text/csv"))
    with pytest.raises(Truncated, match="end_marker_required = false"):
        exec_sql(open_workspace(server), format="csv")
    server = serve(body_until_close(b"a,b\r\n1,2\r\n", "text/csv"))
    workspace = open_workspace(server, Limits(end_marker_required=False))
    assert exec_sql(workspace, format="csv").num_rows == 1


def reset_in_the_middle(stream):
    def script(peer):
        peer.receive()
        peer.send(head(200, f"Content-Length: {len(stream)}", kind=ARROW), stream[: len(stream) // 2])
        time.sleep(0.1)  # a reset overtakes bytes that are still on their way
        peer.reset()

    return script


def without_the_last_chunk(stream):
    def script(peer):
        peer.receive()
        peer.send(head(200, "Transfer-Encoding: chunked", kind=ARROW), chunked(stream[:-END_MARKER]))

    return script


def with_a_length_too_long(stream):
    def script(peer):
        peer.receive()
        peer.send(head(200, f"Content-Length: {len(stream) + 1}", kind=ARROW), stream[:-END_MARKER])

    return script


@pytest.mark.parametrize("fault", [reset_in_the_middle, without_the_last_chunk, with_a_length_too_long])
def test_a_connection_lost_in_the_body_is_told_with_its_cause(serve, open_workspace, stream, fault):
    """Case 3: the cause stays, without the frames that lead to the request; nothing is sent again."""
    server = serve(fault(stream))
    workspace = open_workspace(server)
    with pytest.raises(Truncated, match="cut off after") as caught:
        exec_sql(workspace)
    assert isinstance(caught.value.__cause__, httpx.TransportError)
    assert str(caught.value.__cause__)
    assert caught.value.__cause__.__traceback__ is None
    assert len(server.requests) == 1
    assert open_connections(workspace) == 0


def open_connections(workspace):
    return len(workspace.session("coginiti")._client._transport._pool.connections)


def test_a_length_too_short_is_an_error(serve, open_workspace, stream):
    """Case 3: HTTP is content with a Content-Length that cuts the stream, Arrow is not."""

    def script(peer):
        peer.receive()
        peer.send(head(200, f"Content-Length: {len(stream) - END_MARKER}", kind=ARROW), stream)

    with pytest.raises(Truncated):
        exec_sql(open_workspace(serve(script)))


def dripping(peer):
    peer.receive()
    peer.send(head(200, kind=ARROW))
    peer.send_forever(b"\xff", pause_s=0.15)


def dripping_headers(peer):
    peer.receive()
    peer.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    peer.send_forever(b"x", pause_s=0.15)


def dripping_refusal(peer):
    peer.receive()
    peer.send(head(400, kind="text/plain"), b"syntax error ")
    peer.send_forever(b"x", pause_s=0.15)


@pytest.mark.parametrize("script", [dripping, dripping_headers, silence])
def test_a_drip_ends_at_the_deadline(serve, open_workspace, script):
    """Case 12: one byte each 0.15 s keeps no call alive; the server sees the close."""
    server = serve(script)
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded, match=r"No complete answer within 0\.6 s\. Allow more"):
        exec_sql(open_workspace(server), deadline_s=0.6)
    assert 0.55 < time.monotonic() - started < 1.6
    assert server.saw_close(1)
    assert len(server.requests) == 1


def test_a_refusal_that_drips_is_told_by_its_status(serve, open_session):
    """Case 12: the deadline ends the body; the status and the words so far are worth more than it."""
    server = serve(dripping_refusal)
    with pytest.raises(Exception, match="syntax error") as caught:
        open_session(server).fetch(LIST, deadline_s=0.5)
    assert caught.value.status == 400
    assert server.saw_close(1)


@pytest.mark.parametrize(
    ("encoding", "body", "error", "told"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}")), Malformed, "encoded as 'gzip, gzip'"),
        ("br", b"\x8b\x00\x80{}\x03", Malformed, "encoded as 'br'"),
        ("gzip", b"not gzip at all", Malformed, "compression is damaged"),
        ("gzip", gzip.compress(b'{"result": 1}')[:-9], Truncated, "stops before its end"),
        ("gzip", gzip.compress(b"[1]") + gzip.compress(b"[2]"), Malformed, "goes on after its end"),
        ("gzip", gzip.compress(bytes(20 * 2**20)), TooLarge, "longer than 1,048,576 bytes"),
    ],
    ids=["stacked", "unknown", "lie", "cut", "two members", "bomb"],
)
def test_a_compressed_body_is_decoded_within_bounds_or_refused(
    serve, open_workspace, *, encoding, body, error, told
):
    """Case 27: nothing was asked for compressed; what comes so is bounded, whole, and of one layer."""
    server = serve(answer(200, body, f"Content-Encoding: {encoding}"))
    with pytest.raises(error, match=told):
        exec_sql(open_workspace(server, Limits(max_bytes=2**20)), format="json")
    assert b"accept-encoding: identity" in server.requests[0].lower()


def test_a_gzip_body_of_a_proxy_is_read(serve, open_session, open_workspace, stream):
    """Case 27: some proxies compress unasked; one whole layer of gzip is no fault."""
    server = serve(
        answer(200, gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip"),
        answer(200, gzip.compress(stream), "Content-Encoding: gzip", kind=ARROW),
    )
    assert open_session(server).fetch(LIST) == {"a": 1}
    assert exec_sql(open_workspace(server)).num_rows == 3000


@pytest.mark.parametrize(
    ("kind", "error"), [("application/json", TooLarge), ("text/csv", TooLarge), (ARROW, Malformed)]
)
def test_a_gzip_bomb_takes_no_memory(serve, open_workspace, kind, error):
    """Case 27: 100 MiB in 100 kB; memory never grows by more than the limit and 64 MiB."""
    bomb = gzip.compress(bytes(100 * 2**20))
    workspace = open_workspace(
        serve(answer(200, bomb, "Content-Encoding: gzip", kind=kind)), Limits(max_bytes=8 * 2**20)
    )
    tracemalloc.start()
    try:
        with pytest.raises(error):
            exec_sql(workspace)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < (8 + 64) * 2**20


def endless(stream):
    start, batch_end = list(batch_boundaries(stream))[:2]

    def script(peer):
        peer.receive()
        peer.send(head(200, kind=ARROW), stream[:start])
        peer.send_forever(stream[start:batch_end])

    return script


def test_an_endless_result_stops_at_the_limit(serve, open_workspace, stream):
    """Case 29: at max_bytes it is over, the socket is closed, and the text says what to do."""
    server = serve(endless(stream))
    with pytest.raises(TooLarge) as caught:
        exec_sql(open_workspace(server, Limits(max_bytes=2**20)))
    assert "LIMIT" in str(caught.value)
    assert "limits.max_bytes" in str(caught.value)
    assert server.saw_close(1)


def test_an_endless_result_is_cut_where_rows_were_limited(serve, open_workspace, stream):
    """Case 29: with a limit of rows the rest is left unread and the socket closed."""
    server = serve(endless(stream))
    workspace = open_workspace(server)
    result = workspace.coginiti.sql("select 1", limit=1500)
    assert result.table.num_rows == 1500
    assert result.cut
    assert server.saw_close(1)


def test_an_endless_text_answer_stops_at_the_limit(serve, open_workspace):
    """Case 29: JSON and CSV too."""

    def script(peer):
        peer.receive()
        peer.send(head(200, kind="text/csv"), b"n\n")
        peer.send_forever(b"1\n" * 4096)

    server = serve(script)
    with pytest.raises(TooLarge, match="max_bytes"):
        exec_sql(open_workspace(server, Limits(max_bytes=2**20)), format="csv")
    assert server.saw_close(1)


def test_an_empty_answer_is_an_error(serve, open_workspace):
    """Case 1: 200 with nothing in it is no table without rows."""
    with pytest.raises(Truncated, match="empty body"):
        exec_sql(open_workspace(serve(answer(200, b"", kind=ARROW))))


def test_a_new_connection_is_made_after_a_fault(serve, open_workspace, stream):
    """Case 3: the next statement works; a broken connection is not kept."""
    server = serve(reset_in_the_middle(stream), vanish, answer(200, stream, kind=ARROW))
    workspace = open_workspace(server)
    for error in (Truncated, OutcomeUnknown):
        with pytest.raises(error):
            exec_sql(workspace)
    assert exec_sql(workspace).num_rows == 3000
    assert server.connections == 3
