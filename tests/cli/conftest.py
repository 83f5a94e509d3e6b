"""The command line, in this process or, where signals and pipes matter, in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from dataexplore.cli import main
from dataexplore.embedded import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COMMAND = [sys.executable, "-m", "dataexplore.cli"]


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    sandbox = Sandbox.start(scale=0.01, pace=0)
    ours = ("DATAEXPLORE_", "XDG_")
    yield {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "HOME": str(tmp_path_factory.mktemp("home")),
        "DATAEXPLORE_PROFILE": "sandbox",
        "DATAEXPLORE_SANDBOX_URL": sandbox.url,
        "DATAEXPLORE_SANDBOX_TOKEN": sandbox.token.reveal(),
    }
    sandbox.stop()


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Give a function that starts ``dataexplore ARGUMENTS`` in a new folder."""
    started: list[subprocess.Popen[bytes]] = []

    def start_it(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        given = {"cwd": tmp_path, "env": environment, **pipes, **options}
        started.append(subprocess.Popen([*COMMAND, *arguments], **given))
        return started[-1]

    yield start_it
    for process in started:
        process.terminate()  # and not kill(): `demo` ends its JupyterLab
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture
def run(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Callable[..., tuple[int, str, str]]:
    """Give a function that runs ``dataexplore ARGUMENTS`` here: exit status, output, messages."""
    monkeypatch.chdir(tmp_path)

    def run_it(*arguments: str, stdin: str = "", env: dict[str, str] | None = None) -> tuple[int, str, str]:
        with monkeypatch.context() as now:
            now.setattr(os, "environ", env or environment)
            now.setattr(sys, "stdin", io.StringIO(stdin))
            try:
                status = main(list(arguments))
            except SystemExit as ended:  # argparse
                status = ended.code
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run_it
