"""What all rooms' tests share: one small sandbox in its own process, and a clean environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dataexplore.embedded import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch, tmp_path_factory):
    """No test sees the person's own profiles, tokens or keyring."""
    for name in list(os.environ):
        if name.startswith("DATAEXPLORE_") and name != "DATAEXPLORE_REQUIRE_BROWSER":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "config"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox.start(scale=0.01, seed=1, pace=0, node_wait=0)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests: Playwright cannot be started twice in a process."""
    from tests.chromium import chromium  # noqa: PLC0415 - most tests need no browser

    with chromium() as running:
        yield running
