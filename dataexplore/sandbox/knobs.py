"""How the next run of something goes, when somebody said so: kept until such a run begins."""

from __future__ import annotations

import threading
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from dataexplore.sandbox.bodies import Fields, Text

__all__ = ["Knob", "Knobs"]

Set = TypeVar("Set", bound="Knob")


class Knob(Fields):
    """The next run fails with an error, takes longer, or writes no row.

    ``environment`` is an id; without one it is the next run in any.
    """

    outcome: Literal["fails", "slow", "empty"]
    environment: Text | None = None
    error: Text = "The sandbox was told to let this fail."
    seconds: Annotated[float, Field(ge=0, le=3600)] | None = None

    @property
    def subject(self) -> str:
        """What it is about, by name or id."""
        raise NotImplementedError


class Knobs(Generic[Set]):
    """What was set and has not been used yet; any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Set] = []

    def put(self, knob: Set) -> None:
        """Set how the next run goes; once for each call."""
        with self._lock:
            self._set.append(knob)

    def take(self, environment: str, *names: str) -> Set | None:
        """Take what was set first for something in an environment, by its name or id."""
        with self._lock:
            for knob in self._set:
                if knob.subject in names and knob.environment in (None, environment):
                    self._set.remove(knob)
                    return knob
        return None

    def clear(self) -> None:
        """Forget what was set."""
        with self._lock:
            self._set.clear()

    def all(self) -> list[Set]:
        """Give what waits for its run."""
        with self._lock:
            return list(self._set)
