"""What walks have found so far: the graph, the answers it was made from, and what is missing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

import networkx as nx

from dataexplore.lineage.graph import COLUMN, add_column, add_edge, add_table, part_of, settle
from dataexplore.lineage.source import Question

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dataexplore.lineage.focus import Focus
    from dataexplore.lineage.graph import Id, Side
    from dataexplore.lineage.source import Neighbour

__all__ = ["Found"]


class Found:
    """A graph that grows with the answers to a walk's questions.

    Attributes:
        graph: the graph.
        focus: the id it is about.
        lock: held while the graph changes.
        answers: every answer so far, so that nothing is asked twice.
        missing: why an answer is missing, by node and side.
        requests: how many requests were sent.
        ended: why the last walk that was stopped was; empty before.
    """

    def __init__(self, graph: nx.DiGraph, focus: Id) -> None:
        self.graph = graph
        self.focus = focus
        self.lock = threading.RLock()
        self.answers: dict[Question, tuple[Neighbour, ...]] = {}
        self.missing: dict[tuple[Id, Side], str] = {}
        self.requests = 0
        self.ended = ""

    @classmethod
    def around(cls, focus: Focus) -> Self:
        """Begin with the focus, and with what was answered while it was looked for."""
        graph = nx.DiGraph()
        if focus.kind == COLUMN:
            add_table(graph, focus.path[:-1])
            add_column(graph, focus.path[:-1], focus.path[-1])
        else:
            add_table(graph, focus.path)
        found = cls(graph, focus.path)
        found.answers.update(focus.answers)
        found.requests = focus.requests
        return found

    def take(self, question: Question, neighbours: Iterable[Neighbour]) -> None:
        """Keep an answer; it may be the one that was missing."""
        self.answers[question] = tuple(neighbours)
        self.missing.pop((question.node, question.side), None)

    def grow(self, question: Question) -> None:
        """Add the neighbours that the answer to a question tells, with their edges."""
        depth = self.graph.nodes[question.node]["depth"] + 1
        with self.lock:
            for neighbour in self.answers[question]:
                self._add(neighbour, depth, question.side)
                self._connect(question, neighbour)

    def connect(self, question: Question) -> None:
        """Add the edges to those neighbours whose tables are in the graph already."""
        with self.lock:
            for neighbour in self.answers[question]:
                if neighbour.kind == COLUMN and neighbour.path[:-1] in self.graph:
                    add_column(self.graph, question.node[:-1], question.node[-1])
                    add_column(self.graph, neighbour.path[:-1], neighbour.path[-1])
                    self._connect(question, neighbour)

    def settle(self) -> None:
        """Bring up to date what depends on the whole: edges between nodes found apart, hidden, depth."""
        with self.lock:
            for question, neighbours in self.answers.items():
                if question.node in self.graph:
                    self._settle(question, neighbours)
            settle(self.graph, self.focus)

    def part(self, nodes: Collection[Id]) -> Found:
        """Give the part between these nodes; its focus is this one's, or the node nearest to it."""
        graph = self.graph
        nearest = min(
            (node for node in graph if node in nodes), key=lambda node: int(graph.nodes[node]["depth"])
        )
        part = Found(part_of(graph, nodes), self.focus if self.focus in nodes else nearest)
        part.answers = {asked: told for asked, told in self.answers.items() if asked.node in nodes}
        part.missing = {asked: why for asked, why in self.missing.items() if asked[0] in nodes}
        part.requests = self.requests
        settle(part.graph, part.focus)
        return part

    def is_whole(self, node: Id) -> bool:
        """Whether all that hangs on a node directly is in the graph, as far as anybody knows."""
        attributes = self.graph.nodes[node]
        if attributes["kind"] != COLUMN:
            return bool(attributes["hidden_down"] == 0)
        return not self.requests or Question(node, COLUMN, "down") in self.answers

    def column_questions(self) -> list[Question]:
        """Ask every column that may come from another in the graph; one end of an edge is enough."""
        with self.lock:
            questions = [
                Question((*table, column), COLUMN, "up")
                for table, columns in self.graph.nodes(data="columns")
                if columns and self.graph.in_degree(table)
                for column in columns
            ]
            return [question for question in questions if question not in self.answers]

    def _settle(self, question: Question, neighbours: Sequence[Neighbour]) -> None:
        present = [neighbour for neighbour in neighbours if neighbour.path in self.graph]
        for neighbour in present:
            self._connect(question, neighbour)
            if neighbour.kind != COLUMN:
                add_table(self.graph, neighbour.path, neighbour.kind, neighbour.columns)
        if question.kind != COLUMN:
            hidden = len(neighbours) - len(present)
            self.graph.nodes[question.node][f"hidden_{question.side}"] = hidden

    def _add(self, neighbour: Neighbour, depth: int, side: Side) -> None:
        if neighbour.kind != COLUMN:
            add_table(self.graph, neighbour.path, neighbour.kind, neighbour.columns, depth=depth, side=side)
            return
        table = neighbour.path[:-1]
        add_table(self.graph, table, neighbour.owner, depth=depth, side=side)
        add_column(self.graph, table, neighbour.path[-1])

    def _connect(self, question: Question, neighbour: Neighbour) -> None:
        pair = (neighbour.path, question.node) if question.side == "up" else (question.node, neighbour.path)
        add_edge(self.graph, *pair)
