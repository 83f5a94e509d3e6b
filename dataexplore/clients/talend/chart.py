"""A plan as a graph: its steps in their order, what each runs, and what runs when one fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import networkx as nx

    from dataexplore.clients.talend.plan_steps import Part, Step

__all__ = ["graph"]


def graph(steps: Iterable[Step]) -> nx.DiGraph:
    """Give the graph of a plan's steps.

    Nodes have a text as their key, since one task may stand in several steps: a step its id, what it runs
    ``STEP/TASK``, its error handler ``STEP!`` and what that runs ``STEP!/TASK``. Attributes of each:

    - ``kind``: ``step``, ``task``, ``handler`` or ``plan`` (one that a handler starts);
    - ``id``: the service's own; ``name``: its name, else its id;
    - ``status`` and ``note``: as of :class:`Step`, None where the service tells none;
    - ``step``: the key of the step that it belongs to; ``position``: the step's place, from 1.

    Edges have a ``kind`` too: ``next`` leads from a step to the one after it, with the ``condition`` on which
    that begins; ``runs`` to a task or plan; ``fails`` from a step to its error handler.
    """
    import networkx as nx  # noqa: PLC0415 - networkx takes 0.4 s, when asked for

    found = nx.DiGraph()
    before: tuple[str, Step] | None = None
    for position, step in enumerate(steps, 1):
        key = _unique(found, step.id or f"step {position}")
        shared = {"step": key, "position": position}
        _add(found, key, "step", step, **shared)
        if before is not None:
            found.add_edge(before[0], key, kind="next", condition=before[1].condition)
        _run(found, key, step.tasks, **shared)
        if step.on_failure:
            handler = _unique(found, f"{key}!")
            _add(found, handler, "handler", step.handler, **shared)
            found.add_edge(key, handler, kind="fails")
            _run(found, handler, step.on_failure, **shared)
        before = key, step
    return found


def _add(found: nx.DiGraph, key: str, kind: str, told: Step | None, **shared: Any) -> None:
    own, name, status, note = (told.id, told.name, told.status, told.note) if told else (None,) * 4
    found.add_node(key, kind=kind, id=own, name=name or own or key, status=status, note=note, **shared)


def _run(found: nx.DiGraph, key: str, parts: tuple[Part, ...], **shared: Any) -> None:
    for part in parts:
        child = _unique(found, f"{key}/{part.id}")
        found.add_node(
            child, kind=part.kind, id=part.id, name=part.name or part.id, status=None, note=None, **shared
        )
        found.add_edge(key, child, kind="runs")


def _unique(found: nx.DiGraph, key: str) -> str:
    """Give a key that no node has: a service may tell one id twice, or none."""
    number, free = 1, key
    while free in found:
        number += 1
        free = f"{key} ({number})"
    return free
