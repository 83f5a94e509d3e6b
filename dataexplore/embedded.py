"""The embedded sandbox as a process of its own: started, watched and ended from here, never imported."""

from __future__ import annotations

import atexit
import contextlib
import json
import subprocess
import sys
import tempfile
import threading
from typing import IO, TYPE_CHECKING

from dataexplore.errors import SandboxError
from dataexplore.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Sandbox"]

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 10.0
_NEEDS = "Install what it needs with `pip install 'jupyter-dataexplore[sandbox]'`."


class Sandbox:
    """A running sandbox: ``url``, ``token`` and ``pid``; :meth:`stop` ends it.

    It ends by itself when this process does, on SIGKILL too, because its standard input closes; Ctrl-C in
    this process does not reach it, because it runs in a session of its own.
    """

    def __init__(self, process: subprocess.Popen[str], url: str, token: Secret) -> None:
        self._process = process
        self.url = url
        self.token = token
        self.pid = process.pid
        atexit.register(self.stop)

    @classmethod
    def start(
        cls,
        *,
        scale: float | None = None,
        seed: int | None = None,
        data: Path | None = None,
        pace: float | None = None,
        node_wait: float | None = None,
        bare: bool = False,
    ) -> Sandbox:
        """Start a sandbox and wait until it serves.

        Args:
            scale: size of its warehouse; 1 is about half a million rows.
            seed: the same seed makes the same data.
            data: a folder to keep its state in; without it everything is in memory.
            pace: how many times faster than the clock its schedules go; 0 starts nothing by itself.
            node_wait: seconds that a Coalesce node waits on average for its warehouse.
            bare: answer with what the vendors' contracts promise and nothing more.

        Raises:
            SandboxError: it did not start; the text says why.
        """
        options = {"--scale": scale, "--seed": seed, "--data": data, "--pace": pace, "--node-wait": node_wait}
        arguments = [
            str(part) for name, value in options.items() if value is not None for part in (name, value)
        ] + (["--bare"] if bare else [])
        # The log goes to a file and not to a pipe: nobody reads it while the sandbox serves.
        with tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace") as log:
            process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [sys.executable, "-m", "dataexplore.sandbox", *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
            try:
                url, token = _await_ready(process, log)
            except BaseException:
                process.kill()
                _release(process)
                raise
        return cls(process, url, token)

    @property
    def running(self) -> bool:
        """Whether the process still lives."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the sandbox; what it kept in memory is gone."""
        atexit.unregister(self.stop)
        if self._process.stdin is not None and not self._process.stdin.closed:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        try:
            self._process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        _release(self._process)

    def __repr__(self) -> str:
        return f"<Sandbox {self.url} pid={self.pid}{'' if self.running else ' ended'}>"


def _await_ready(process: subprocess.Popen[str], log: IO[str]) -> tuple[str, Secret]:
    assert process.stdout is not None
    too_long = threading.Timer(START_TIMEOUT_S, process.kill)
    too_long.daemon = True
    too_long.start()
    try:
        line = process.stdout.readline()
    finally:
        too_long.cancel()
    try:
        ready = json.loads(line)
        return ready["url"], Secret(ready["token"])
    except (ValueError, TypeError, KeyError):
        process.kill()
        process.wait()
        raise SandboxError(*_diagnosis(log)) from None


def _diagnosis(log: IO[str]) -> tuple[str, str]:
    log.seek(0)
    lines = [line.strip() for line in log if line.strip()]
    reason = lines[-1][:300] if lines else "it said nothing"
    fix = _NEEDS if "ModuleNotFoundError" in reason else ""
    return f"The sandbox did not start: {reason}", fix


def _release(process: subprocess.Popen[str]) -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
