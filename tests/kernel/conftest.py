"""A real ipykernel behind a small client, as a notebook front end has it."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROJECT = Path(__file__).parents[2]
PATIENCE_S = 60


@dataclass
class Ran:
    """What a cell published, in order, and the seconds it took."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    seconds: float = 0.0

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    @property
    def error(self) -> str:
        """The lines of the error it ended with; empty without one."""
        return "\n".join("\n".join(content["traceback"]) for content in self.of("error"))

    @property
    def shown(self) -> list[str]:
        """The texts under the cell, as they stand in the end."""
        texts: dict[Any, str] = {}
        for message in self.messages:
            if message["msg_type"] in {"display_data", "update_display_data"}:
                content = message["content"]
                key = content["transient"].get("display_id", len(texts))
                texts[key] = content["data"]["text/plain"]
        return list(texts.values())


class Notebook:
    """A kernel, and cells that run in it one after another."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(env=environment)
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE_S)

    def start(self, code: str) -> str:
        """Begin a cell and give its id."""
        return self.client.execute(code)

    def follow(self, cell: str, until: Callable[[dict[str, Any]], bool] | None = None) -> Ran:
        """Collect what a cell publishes until it is done, or until ``until`` is met by a message."""
        ran, started = Ran(), time.monotonic()
        while True:
            message = self.client.get_iopub_msg(timeout=PATIENCE_S)
            if message["parent_header"].get("msg_id") != cell:
                continue
            ran.messages.append(message)
            ran.seconds = time.monotonic() - started
            idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
            if idle or (until is not None and until(message)):
                return ran

    def run(self, code: str) -> Ran:
        return self.follow(self.start(code))

    def answer(self, code: str, answer: str) -> tuple[str, Ran]:
        """Run a cell that asks, answer it, and give the question and what came of it."""
        cell = self.start(code)
        question = self.client.get_stdin_msg(timeout=20)["content"]["prompt"]
        self.client.input(answer)
        return question, self.follow(cell)

    def value(self, expression: str) -> str:
        """What an expression prints in the kernel."""
        return "".join(content["text"] for content in self.run(f"print({expression})").of("stream")).strip()

    def interrupt(self) -> None:
        self.manager.interrupt_kernel()

    def close(self) -> None:
        """End the kernel as a front end does; a second time changes nothing."""
        if self.manager.has_kernel:
            self.client.stop_channels()
            self.manager.shutdown_kernel()


@pytest.fixture(scope="session")
def environment(sandbox, tmp_path_factory) -> dict[str, str]:
    """A home of its own, and the shared sandbox named as the demo names it."""
    home = tmp_path_factory.mktemp("kernel")
    ours = ("DATAEXPLORE_", "XDG_", "IPYTHON", "JUPYTER")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "PYTHONPATH": str(PROJECT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "DATAEXPLORE_SANDBOX_URL": sandbox.url,
        "DATAEXPLORE_SANDBOX_TOKEN": sandbox.token.reveal(),
    }


@contextmanager
def opened(environment: dict[str, str]) -> Iterator[Notebook]:
    notebook = Notebook(environment)
    try:
        yield notebook
    finally:
        notebook.close()


@pytest.fixture(scope="session")
def notebook(environment) -> Iterator[Notebook]:
    """One kernel for the tests that leave it as it was, connected."""
    with opened(environment) as shared:
        shared.run("%load_ext dataexplore")
        shared.run("%dataexplore connect sandbox")
        yield shared


@pytest.fixture
def fresh(environment) -> Iterator[Callable[..., Notebook]]:
    """Give a function that starts a kernel of its own, without the variables named."""
    started: list[Notebook] = []

    def start(without: tuple[str, ...] = ()) -> Notebook:
        given = {name: value for name, value in environment.items() if name not in without}
        started.append(Notebook(given))
        return started[-1]

    yield start
    for each in started:
        each.close()


@pytest.fixture
def running(sandbox) -> Callable[[], list[dict[str, Any]]]:
    """Give a function that tells what the shared sandbox runs now."""

    def queries() -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {sandbox.token.reveal()}"}
        answer = httpx.get(f"{sandbox.url}/_sandbox/queries", headers=headers, trust_env=False)
        return answer.json()["data"]

    return queries


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Give a function that waits for something to become true."""

    def wait(met: Callable[[], Any], within_s: float = 10.0) -> None:
        end = time.monotonic() + within_s
        while not met():
            assert time.monotonic() < end, f"not within {within_s} s"
            time.sleep(0.02)

    return wait
