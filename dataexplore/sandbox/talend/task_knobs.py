"""How the next run of a task goes, when somebody said so."""

from __future__ import annotations

from dataexplore.sandbox.bodies import Text  # noqa: TC001 - pydantic reads the annotation
from dataexplore.sandbox.knobs import Knob, Knobs

__all__ = ["TaskKnob", "TaskKnobs"]


class TaskKnob(Knob):
    """How the next run of a task goes."""

    task: Text

    @property
    def subject(self) -> str:
        """What it is about, by name or id."""
        return self.task


TaskKnobs = Knobs[TaskKnob]
