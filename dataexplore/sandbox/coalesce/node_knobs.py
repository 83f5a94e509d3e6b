"""How the next run of a node goes, when somebody said so."""

from __future__ import annotations

from dataexplore.sandbox.bodies import Text  # noqa: TC001 - pydantic reads the annotation
from dataexplore.sandbox.knobs import Knob, Knobs

__all__ = ["NodeKnob", "NodeKnobs"]


class NodeKnob(Knob):
    """How the next run of a node goes."""

    node: Text

    @property
    def subject(self) -> str:
        """What it is about, by name or id."""
        return self.node


NodeKnobs = Knobs[NodeKnob]
