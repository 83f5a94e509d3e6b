"""A kernel's own sandbox survives Stop and ends with the kernel, however that ends."""

from __future__ import annotations

import os
import signal
import socket
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.kernel

# The one that connect starts, only smaller.
START = """
%load_ext dataexplore
import dataexplore.workspace
from dataexplore.embedded import Sandbox
dataexplore.workspace._own_sandbox = own = Sandbox.start(scale=0.01)
%dataexplore connect sandbox
"""


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def port_is_free(url):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", urlsplit(url).port))
        except OSError:
            return False
    return True


def test_it_survives_stop_and_ends_at_a_restart_and_at_a_kill(fresh, eventually):
    notebook = fresh(without=("DATAEXPLORE_SANDBOX_URL", "DATAEXPLORE_SANDBOX_TOKEN"))
    assert notebook.run(START).error == ""
    pid, url = int(notebook.value("own.pid")), notebook.value("own.url")

    cell = notebook.start("%%coginiti\nselect count(*) from range(1000000000000)")
    notebook.follow(cell, until=lambda message: message["msg_type"] == "display_data")
    notebook.interrupt()
    assert notebook.follow(cell).error.startswith("Stopped")
    checks = notebook.run("%dataexplore doctor --sql").of("display_data")[0]["data"]["text/plain"]
    assert "select 1 works" in checks
    assert alive(pid)

    notebook.manager.restart_kernel()
    notebook.client.wait_for_ready(timeout=60)
    eventually(lambda: not alive(pid) and port_is_free(url))

    assert notebook.run(START).error == ""
    second, url = int(notebook.value("own.pid")), notebook.value("own.url")
    assert second != pid
    os.kill(int(notebook.value("__import__('os').getpid()")), signal.SIGKILL)
    eventually(lambda: not alive(second) and port_is_free(url))
