"""The embedded sandbox as a process: it starts, says why when it does not, and never outlives us."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dataexplore.embedded import Sandbox
from dataexplore.errors import SandboxError
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace

PARENT = """
import json, sys
from dataexplore.embedded import Sandbox
running = Sandbox.start(scale=0.01)
print(json.dumps({"url": running.url, "pid": running.pid}), flush=True)
sys.stdin.read()
"""


def answers(sandbox):
    with Workspace(sandbox_profile(sandbox.url, sandbox.token)) as workspace:
        return workspace.coginiti.sql("select 42 as answer").table.to_pylist()


def listens(url):
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), 1).close()
    except OSError:
        return False
    return True


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")  # a zombie is dead, only nobody asked yet; elsewhere there is no /proc
    return not state.exists() or state.read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"


def gone_within(seconds, pid, url):
    end = time.monotonic() + seconds
    while lives(pid) or listens(url):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_a_sandbox_serves_until_it_is_stopped():
    sandbox = Sandbox.start(scale=0.01)
    assert sandbox.running
    assert sandbox.url.startswith("http://127.0.0.1:")
    assert repr(sandbox) == f"<Sandbox {sandbox.url} pid={sandbox.pid}>"
    assert answers(sandbox) == [{"answer": 42}]
    sandbox.stop()
    assert not sandbox.running
    assert repr(sandbox).endswith(" ended>")
    assert gone_within(0, sandbox.pid, sandbox.url)
    sandbox.stop()  # a second time is no error


def test_its_token_is_a_secret(sandbox):
    token = sandbox.token.reveal()
    assert len(token) >= 32
    assert token not in repr(vars(sandbox)) + repr(sandbox)


def test_it_survives_ctrl_c():
    """A terminal sends SIGINT to the whole process group; the sandbox is in a session of its own."""
    # A handler from the start: the signal may come before the parent begins to read.
    heard = "import signal\nsignal.signal(signal.SIGINT, lambda *_: None)\n"
    program = heard + PARENT.replace(
        "sys.stdin.read()", "sys.stdin.read(); print(running.running, flush=True); running.stop()"
    )
    parent = start(program)
    told = json.loads(parent.stdout.readline())
    os.killpg(parent.pid, signal.SIGINT)
    output, _ = parent.communicate(timeout=20)
    assert output.strip() == "True"
    assert gone_within(1, told["pid"], told["url"])


@pytest.mark.parametrize("killed", [True, False])
def test_it_ends_with_its_parent(killed):
    """Case 37: killed or at the end of its program; no orphan stays and the port is free."""
    parent = start(PARENT)
    told = json.loads(parent.stdout.readline())
    assert lives(told["pid"])
    if killed:
        parent.kill()
    parent.stdin.close()
    parent.wait(20)
    parent.stdout.close()
    assert gone_within(10, told["pid"], told["url"])


def start(program):
    return subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def test_a_wrong_option_is_the_reason():
    with pytest.raises(SandboxError, match=r"The sandbox did not start: .*--scale"):
        Sandbox.start(scale=0)


def test_a_folder_in_use_is_the_reason(tmp_path):
    first = Sandbox.start(scale=0.01, data=tmp_path)
    try:
        with pytest.raises(SandboxError, match="The sandbox did not start: ") as caught:
            Sandbox.start(scale=0.01, data=tmp_path)
    finally:
        first.stop()
    assert "said nothing" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_missing_packages_are_named_with_the_command(monkeypatch, tmp_path):
    """Without the extra, the text is the command that installs it."""
    (tmp_path / "duckdb.py").write_text("raise ModuleNotFoundError(\"No module named 'duckdb'\")")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path) + os.pathsep + os.environ.get("PYTHONPATH", ""))
    with pytest.raises(
        SandboxError, match=r"No module named 'duckdb'.*pip install 'jupyter-dataexplore\[sandbox\]'"
    ):
        Sandbox.start()


def test_ctrl_c_while_it_starts_leaves_no_process():
    program = (
        "import os, signal, threading\n"
        "from dataexplore.embedded import Sandbox\n"
        "threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "try: Sandbox.start(scale=100)\n"
        "except KeyboardInterrupt: pass\n"
        "try: os.waitpid(-1, os.WNOHANG)\n"
        "except ChildProcessError: print('no child')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert (ended.stdout, ended.stderr) == ("no child\n", "")
