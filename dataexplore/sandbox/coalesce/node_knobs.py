"""How the next run of a node goes, when somebody said so: kept until such a run is asked for."""

from __future__ import annotations

import threading
from typing import Annotated, Literal

from pydantic import Field

from dataexplore.sandbox.coalesce.requests import Fields, Text

__all__ = ["Knob", "NodeKnobs"]

ERROR = "The sandbox was told to let this node fail."


class Knob(Fields):
    """How the next run of a node goes: it fails with an error, takes longer, or writes no row.

    ``environment`` is an id; without one it is the next run in any.
    """

    node: Text
    outcome: Literal["fails", "slow", "empty"]
    environment: str | None = None
    error: Text = ERROR
    seconds: Annotated[float, Field(ge=0, le=3600)] | None = None


class NodeKnobs:
    """What was set and has not been used yet; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Knob] = []

    def put(self, knob: Knob) -> None:
        """Set how the next run of a node goes; once for each call."""
        with self._lock:
            self._set.append(knob)

    def take(self, environment: int, *names: str) -> Knob | None:
        """Take what was set first for a node, by its name or id."""
        with self._lock:
            for knob in self._set:
                if knob.node in names and knob.environment in (None, str(environment)):
                    self._set.remove(knob)
                    return knob
        return None

    def clear(self) -> None:
        """Forget what was set."""
        with self._lock:
            self._set.clear()

    def all(self) -> list[Knob]:
        """Give what waits for its node to run."""
        with self._lock:
            return list(self._set)
