"""Who may speak to the sandbox."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest

SQL = {"sql": "select 1", "connection": {"name": "warehouse"}}


def post(server, headers, json=SQL):
    return httpx.post(f"{server.url}/api/v1/exec/sql", json=json, headers=headers, trust_env=False)


@pytest.mark.parametrize("scheme", ["Bearer", "Key", "bearer"])
def test_both_schemes_open_the_door(server, scheme):
    assert post(server, {"Authorization": f"{scheme} {server.token}"}).status_code == 200


@pytest.mark.parametrize(
    "value", [None, "", "Bearer", "Bearer wrong", "Basic {}", "{}", "Bearer {}x", "Bearer é"]
)
def test_no_token_or_a_wrong_one_is_401(server, value):
    headers = {} if value is None else {"Authorization": value.format(server.token).encode()}
    answer = post(server, headers)
    assert answer.status_code == 401
    assert answer.json() == {"message": "Unauthorized"}


def test_unknown_paths_tell_nothing_without_the_token(server):
    assert httpx.get(f"{server.url}/secret").status_code == 401
    answer = httpx.get(f"{server.url}/secret", headers=server.headers)
    assert (answer.status_code, answer.json()) == (404, {"message": "Not Found"})


def test_a_wrong_method_is_405_in_json(server):
    answer = httpx.get(f"{server.url}/api/v1/exec/sql", headers=server.headers)
    assert (answer.status_code, answer.json()) == (405, {"message": "Method Not Allowed"})


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "[::1", "0.0.0.0"]
)
def test_a_foreign_host_is_403(server, host):
    assert post(server, server.headers | {"Host": host}).status_code == 403


def test_localhost_is_loopback_too(server):
    assert post(server, server.headers | {"Host": f"localhost:{server.port}"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_a_foreign_origin_is_403_and_gets_no_cors_header(server, origin):
    answer = post(server, server.headers | {"Origin": origin})
    assert answer.status_code == 403
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_its_own_origin_gets_no_cors_header_either(server):
    answer = post(server, server.headers | {"Origin": server.url})
    assert answer.status_code == 200
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_a_preflight_is_refused(server):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    assert httpx.options(f"{server.url}/api/v1/exec/sql", headers=headers).status_code == 403


def test_it_listens_on_loopback_only(server):
    listening = {
        line.split()[1]
        for name in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(name).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{server.port:04X}")
    }
    assert listening == {f"0100007F:{server.port:04X}"}


def test_a_body_over_16_mib_is_413(server):
    answer = post(server, server.headers, json={"sql": "x" * (16 * 2**20)})
    assert answer.status_code == 413


def test_a_chunked_body_over_16_mib_is_413(server):
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(
            f"POST /api/v1/exec/sql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {server.token}\r\n"
            "Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        chunk = b"100000\r\n" + b" " * 2**20 + b"\r\n"
        for _ in range(17):
            client.sendall(chunk)
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")
