"""The process: its one line, its ends, and what keeps it from starting."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from dataexplore.sandbox.__main__ import main

COMMAND = [sys.executable, "-m", "dataexplore.sandbox", "--scale", "0.01"]


@pytest.fixture
def refusal(capsys):
    """Start in this process, which must not get far; give the sentence."""

    def refusing(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = ended.code
        out, err = capsys.readouterr()
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        return err

    return refusing


def is_alive(url):
    try:
        return httpx.get(url, trust_env=False).status_code == 401
    except httpx.HTTPError:
        return False


def test_it_prints_one_line_and_ends_with_its_stdin_and_frees_its_port(start):
    server = start("--scale", 0.01)
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
    assert len(server.token) >= 32
    assert is_alive(server.url)
    server.process.stdin.close()
    assert server.process.wait(10) == 0
    assert server.process.stdout.read() == ""
    again = start("--scale", 0.01, "--port", server.port)
    assert again.url == server.url
    assert again.token != server.token


def test_stdin_that_was_closed_before_ends_it_too():
    ended = subprocess.run(
        COMMAND, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True
    )
    assert json.loads(ended.stdout)["token"]
    assert ended.stderr == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well_however_often_it_comes(start, number):
    server = start("--scale", 0.01)
    server.process.send_signal(number)
    time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        server.process.send_signal(number)
    assert server.process.wait(10) == 0


@pytest.mark.parametrize("after_s", [0.3, 0.6, 1.2])
def test_a_signal_while_schedules_come_due_ends_it_well(start, after_s):
    server = start("--scale", 0.01, "--pace", 100_000, "--node-wait", 0.1)
    time.sleep(after_s)
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(20) == 0


def test_keep_outlives_stdin_but_no_signal(start):
    server = start("--scale", 0.01, "--keep", stdin=subprocess.DEVNULL)
    time.sleep(0.5)
    assert is_alive(server.url)
    server.process.terminate()
    assert server.process.wait(10) == 0


PARENT = f"""
import subprocess, sys, time
child = subprocess.Popen({COMMAND!r}, stdin=-1, stdout=-1, start_new_session=True)
sys.stdout.buffer.write(child.stdout.readline())
sys.stdout.flush()
time.sleep(60)
"""


def test_it_dies_with_a_killed_parent(until):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    ready = json.loads(parent.stdout.readline())
    assert is_alive(ready["url"])
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not is_alive(ready["url"]), 5)


def test_a_running_query_and_a_stalled_reader_do_not_hold_it_up(start):
    server = start("--scale", 0.01)
    body = json.dumps({"sql": "select * from range(10_000_000_000)", "connection": {"name": "warehouse"}})
    with socket.create_connection(("127.0.0.1", server.port)) as stalled, httpx.Client() as client:
        stalled.sendall(
            f"POST /api/v1/exec/sql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Key {server.token}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        assert stalled.recv(100)
        assert client.get(f"{server.url}/_sandbox/queries", headers=server.headers).json()["data"]
        assert server.stop() == 0


def test_the_token_is_what_the_environment_says(start):
    server = start("--scale", 0.01, env={**os.environ, "DATAEXPLORE_SANDBOX_TOKEN": "canary-1"})
    assert server.token == "canary-1"
    assert httpx.get(f"{server.url}/_sandbox/queries", headers=server.headers).status_code == 200


def test_the_log_holds_no_token(start, tmp_path):
    with (tmp_path / "log").open("w") as log:
        server = start("--scale", 0.01, stderr=log)
        sql = "select case when i = 3000000 then error('late') else i end from range(4000000) t(i)"
        body = {"sql": sql, "connection": {"name": "warehouse"}}
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(f"{server.url}/api/v1/exec/sql", json=body, headers=server.headers)
        httpx.get(f"{server.url}/nothing", headers=server.headers)
        server.stop()
    text = (tmp_path / "log").read_text()
    assert "was cut" in text
    assert server.token not in text


def test_a_port_in_use_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [*COMMAND, "--port", port], capture_output=True, text=True, timeout=60, check=False
        )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == f"Port {port} cannot be used: Address already in use; choose another --port.\n"


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "many", "1e9"])
def test_a_bad_scale_is_one_sentence(refusal, value):
    expected = f"Argument --scale: {value} is not a number above 0 and up to 1000; see --help.\n"
    assert refusal(f"--scale={value}") == expected


@pytest.mark.parametrize(
    "arguments",
    [("--port", "65536"), ("--seed", "x"), ("--memory", "lots"), ("--memory=-5GB",), ("--bogus",)],
)
def test_other_bad_arguments_are_one_sentence(refusal, arguments):
    assert "see --help." in refusal(*arguments)


def test_a_folder_that_cannot_be_written_is_one_sentence(refusal, tmp_path):
    (tmp_path / "file").write_text("")
    assert refusal("--data", tmp_path / "file" / "data").startswith("The data directory ")
