"""The transport's own tests start the same servers as the fault tests."""

from __future__ import annotations

from tests.faults.conftest import open_session, serve  # noqa: F401 - fixtures, found by their names
