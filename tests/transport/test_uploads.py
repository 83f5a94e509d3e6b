"""Files on their way: a form whose file is read from disk, whole or refused."""

from __future__ import annotations

import os

import pytest

from dataexplore.errors import InputError, Invalid, OutcomeUnknown
from dataexplore.transport import Operation, Upload
from dataexplore.transport.uploads import MAX_UPLOAD_BYTES
from tests.faults.fault_server import answer
from tests.transport.form_parts import parts

CREATE = Operation("createThing", "POST", "/things", repeatable=False)


def received(server):
    """Give the parts of the form that a server received."""
    head, _, body = server.requests[-1].partition(b"\r\n\r\n")
    return parts(head, body)


def test_a_form_has_its_texts_and_the_file_with_its_name(serve, open_session, tmp_path):
    file = tmp_path / "rates.csv"
    file.write_bytes(b"eur,usd\r\n1,2\r\n")
    server = serve(answer(200, b"{}"))
    open_session(server).fetch(CREATE, upload=Upload(file, 'rates é".csv', texts={"resource": '{"a": "é"}'}))
    form = received(server)
    assert list(form) == ["resource", "file"]
    assert form["resource"] == (b'Content-Disposition: form-data; name="resource"', '{"a": "é"}'.encode())
    head, content = form["file"]
    assert 'filename="rates é%22.csv"'.encode() in head
    assert b"application/octet-stream" in head
    assert content == b"eur,usd\r\n1,2\r\n"


def test_bytes_are_sent_as_they_are(serve, open_session):
    server = serve(answer(204, b""))
    assert open_session(server).fetch(CREATE, upload=Upload(b"\x00\xff", "x.bin")) is None
    assert received(server)["file"][1] == b"\x00\xff"


def test_a_large_file_is_read_while_it_is_sent(serve, open_session, tmp_path):
    file = tmp_path / "large"
    with file.open("wb") as made:
        made.truncate(20 * 2**20)
    server = serve(answer(200, b"{}"))
    open_session(server).fetch(CREATE, upload=Upload(file, "large"))
    assert len(received(server)["file"][1]) == 20 * 2**20


def test_a_refusal_before_the_end_of_the_file_is_told(serve, open_session, tmp_path):
    file = tmp_path / "large"
    with file.open("wb") as made:
        made.truncate(20 * 2**20)

    def refuse(peer):
        peer.connection.recv(4096)
        body = b'{"status": 413, "message": "Upload too large"}'
        peer.send(b"HTTP/1.1 413 X\r\ncontent-type: application/json\r\n")
        peer.send(b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body), body)
        while peer.connection.recv(65536):  # a server that reads on, so that its words arrive
            pass

    with pytest.raises(Invalid, match="Upload too large"):
        open_session(serve(refuse)).fetch(CREATE, upload=Upload(file, "large"))


def test_a_file_whose_upload_is_cut_off_may_have_arrived(serve, open_session, tmp_path):
    """Case 4."""
    file = tmp_path / "small"
    file.write_bytes(b"x")
    server = serve(lambda peer: (peer.receive(), peer.reset()))
    with pytest.raises(OutcomeUnknown):
        open_session(server).fetch(CREATE, upload=Upload(file, "small"))
    assert server.connections == 1


def test_what_is_no_file_is_refused_before_anything_is_sent(serve, open_session, tmp_path):
    server = serve(answer(200, b"{}"))
    session = open_session(server)
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none.csv", tmp_path, tmp_path / "pipe"):
        with pytest.raises(InputError, match=r"There is no file .*\. Check the path"):
            session.fetch(CREATE, upload=Upload(path, "x"))
    assert server.connections == 0


def test_a_file_over_the_limit_is_refused_before_anything_is_sent(serve, open_session, tmp_path):
    server = serve(answer(200, b"{}"))
    file = tmp_path / "huge"
    with file.open("wb") as made:
        made.truncate(MAX_UPLOAD_BYTES + 1)
    with pytest.raises(InputError, match="huge has 268,435,457 bytes; at most 268,435,456 are sent"):
        open_session(server).fetch(CREATE, upload=Upload(file, "huge"))
    assert server.connections == 0


def test_a_name_that_is_no_unicode_is_refused(serve, open_session):
    server = serve(answer(200, b"{}"))
    with pytest.raises(InputError, match="half a character"):
        open_session(server).fetch(CREATE, upload=Upload(b"x", "\udcff"))
    assert server.connections == 0
