"""Questions to a person, where there is one."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading

import pytest

from dataexplore.asking import answer, somebody_can_answer

ASK = "from dataexplore.asking import answer; print(repr(answer('Really? ')))"


@pytest.mark.parametrize(("typed", "expected"), [(b"yes\n", "'yes'"), (b"\x04", "None")])
def test_a_terminal_is_asked(typed, expected):
    ours, theirs = pty.openpty()
    asked = subprocess.Popen([sys.executable, "-c", ASK], stdin=theirs, stdout=subprocess.PIPE)
    os.write(ours, typed)
    told, _ = asked.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert told.decode().strip() == f"Really? {expected}"


@pytest.mark.parametrize("given", [b"", b"yes\n"])
def test_a_pipe_is_no_person(given):
    ran = subprocess.run(
        [sys.executable, "-c", ASK], input=given, capture_output=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == b"None"


def test_a_thread_beside_the_main_one_never_asks():
    told = []
    beside = threading.Thread(target=lambda: told.append((somebody_can_answer(), answer("Really? "))))
    beside.start()
    beside.join()
    assert told == [(False, None)]
