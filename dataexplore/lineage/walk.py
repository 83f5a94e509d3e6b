"""The walk: an answer tells one hop, so a lineage is asked node by node, breadth first and in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

from dataexplore.errors import (
    Cancelled,
    DataExploreError,
    DeadlineExceeded,
    InputError,
    NotFound,
    RateLimited,
    Unauthorized,
    Unreachable,
)
from dataexplore.html import visible
from dataexplore.lineage.crew import Crew
from dataexplore.lineage.graph import COLUMN, TABLE, table_of
from dataexplore.lineage.source import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    from dataexplore.lineage.found import Found
    from dataexplore.lineage.graph import Id, Side
    from dataexplore.lineage.source import Neighbour, Oracle

__all__ = ["BUDGET", "Progress", "Start", "checked_hops", "connect_columns", "walk"]

BUDGET = 500
AT_ONCE = 16
STOPPED = "stopped by you"
_SILENT = (Unreachable, DeadlineExceeded, RateLimited)
_SILENT_IN_A_ROW = 8
_REASON_CHARACTERS = 200
_MOST_HOPS = 99


class Start(NamedTuple):
    """Where a walk begins, to which side, and how many hops it goes; None goes to the end."""

    node: Id
    side: Side
    hops: int | None


class Progress(NamedTuple):
    """How far a walk is: tables met, requests answered, requests that wait."""

    found: int
    asked: int
    waiting: int


def checked_hops(hops: int | None, name: str) -> int | None:
    """Give a number of hops back if a walk can go so far; ``name`` is what the caller calls it.

    Raises:
        InputError: it is not None and no whole number from 0 to 99.
    """
    if hops is None or (type(hops) is int and 0 <= hops <= _MOST_HOPS):
        return hops
    raise InputError(f"{name} is {hops!r}.", f"Use a whole number of hops from 0 to {_MOST_HOPS}.")


def walk(
    found: Found,
    oracle: Oracle,
    starts: Iterable[Start],
    *,
    budget: int = BUDGET,
    on_progress: Callable[[Progress], None] | None = None,
    on_first_hop: Callable[[], None] | None = None,
) -> None:
    """Follow the lineage from ``starts`` and add what is met; what cannot be had is recorded as missing.

    Nodes at the last hop are asked too, after all others: so it is known how many neighbours hide behind them
    and which of them are connected. Ctrl-C ends the walk within a second and keeps what was found.

    Args:
        found: what is known; it grows.
        oracle: who is asked.
        starts: where to begin; their nodes are in the graph.
        budget: at most so many requests are sent.
        on_progress: called after every answer, and ten times a second while none comes.
        on_first_hop: called once when the neighbours of ``starts`` are in the graph.

    Raises:
        InputError: the budget is no whole number over 0.
        Unauthorized: the service does not accept the token.
        Unreachable, DeadlineExceeded: nothing could be asked at all.
    """
    starts = tuple(starts)
    asking = _Asking(found, oracle, budget, on_progress)
    with asking:
        try:
            _follow(asking, starts, on_first_hop)
        except KeyboardInterrupt:
            # Once more over what is known: what Ctrl-C left half done gets whole, and the rest is missing.
            asking.end(STOPPED)
            _follow(asking, starts, None)


def connect_columns(
    found: Found,
    oracle: Oracle,
    questions: Sequence[Question],
    *,
    budget: int = BUDGET,
    on_progress: Callable[[Progress], None] | None = None,
) -> None:
    """Ask these questions about columns, and add the edges between tables that are in the graph.

    Args and errors are those of :func:`walk`.
    """
    asking = _Asking(found, oracle, budget, on_progress)
    with asking:
        try:
            asking.ask(questions, found.connect)
        except KeyboardInterrupt:
            asking.end(STOPPED)
            asking.ask(questions, found.connect)


def _follow(asking: _Asking, starts: Iterable[Start], on_first_hop: Callable[[], None] | None) -> None:
    found = asking.found
    kinds = found.graph.nodes(data="kind")
    hops = {Question(start.node, kinds[start.node], start.side): start.hops for start in starts}
    seen = set(hops)
    outermost: list[Question] = []
    while hops:
        inner = [question for question, left in hops.items() if left != 0]
        outermost += [question for question, left in hops.items() if left == 0 and question.kind != COLUMN]
        asking.ask(inner, found.grow)
        following: dict[Question, int | None] = {}
        for question in inner:
            left = hops[question]
            for neighbour in found.answers.get(question, ()):
                next_one = Question(neighbour.path, neighbour.kind, question.side)
                # A column's answer may name tables that only filter by it: they have no column to follow.
                if next_one not in seen and (question.kind != COLUMN or neighbour.kind == COLUMN):
                    seen.add(next_one)
                    following[next_one] = None if left is None else left - 1
        hops = following
        if on_first_hop is not None:
            found.settle()
            on_first_hop()
            on_first_hop = None
    asking.ask([*outermost, *_about_columns(found)], None)
    unasked = [question for question in outermost if question not in found.answers]
    if asking.ended and unasked and not found.missing:
        asking.miss(unasked[0], f"edges between the outermost may be missing: {asking.ended}")


def _about_columns(found: Found) -> list[Question]:
    """Ask a neighbour of the focus about the focus: its own answers never tell its columns."""
    table = table_of(found.graph, found.focus)
    if found.graph.nodes[table]["columns"]:
        return []
    around: tuple[tuple[Iterable[Id], Side], ...] = (
        (found.graph.successors(table), "up"),
        (found.graph.predecessors(table), "down"),
    )
    for neighbours, back in around:
        for node in neighbours:
            if node != table and found.graph.nodes[node]["kind"] == TABLE:
                return [Question(node, TABLE, back)]
    return []


class _Asking:
    """The requests of one walk: their budget, their failures, and in ``ended`` why they end early."""

    def __init__(
        self, found: Found, oracle: Oracle, budget: int, on_progress: Callable[[Progress], None] | None
    ) -> None:
        if type(budget) is not int or budget < 1:
            raise InputError(f"budget is {budget!r}.", "Use a whole number of requests over 0.")
        self.found = found
        self._oracle = oracle
        self._budget = self._left = budget
        self._on_progress = on_progress
        self._crew = Crew(oracle, AT_ONCE)
        # A walk that was stopped has no second part: its reason is that of all it would have asked.
        self.ended = found.ended if oracle.cancel.is_set() else ""
        self._answered = 0
        self._silent = 0
        self._tables = {table_of(found.graph, node) for node in found.graph}
        self._tables.update(_table(each) for told in found.answers.values() for each in told)

    def ask(self, questions: Sequence[Question], merge: Callable[[Question], None] | None) -> None:
        """Have these questions answered as far as possible, and merge the answers in the questions' order.

        Without ``merge`` nothing but edges between what is known depends on the answers.
        """
        unknown = [question for question in questions if question not in self.found.answers]
        if not self.ended:
            self._send(unknown[: self._left], needed=merge is not None)
        if not self.ended and len(unknown) > self._left:
            self.ended = f"the budget of {self._budget:,} requests is spent"
        self._left -= min(self._left, len(unknown))
        if merge is None:
            return
        for question in questions:
            if question in self.found.answers:
                merge(question)
            else:
                self.miss(question, self.ended)

    def miss(self, question: Question, reason: str) -> None:
        """Record what cannot be had, unless it is already."""
        with self.found.lock:
            self.found.missing.setdefault((question.node, question.side), reason)

    def end(self, reason: str) -> None:
        """Ask no more, and close the sockets of what is being asked."""
        self.ended = self.found.ended = reason
        self._oracle.cancel.set()

    def _send(self, questions: Sequence[Question], *, needed: bool) -> None:
        waiting = len(questions)
        self._tell(waiting)  # before the first is sent: what they will cost is known now
        for reply in self._crew.ask(questions):
            if reply is not None:
                waiting -= 1
                self._take(*reply, needed=needed)
            if self._oracle.cancel.is_set():
                self.end(self.ended or "cancelled")
            self._tell(waiting)
            if self.ended:
                return

    def _take(self, question: Question, answer: Sequence[Neighbour] | BaseException, *, needed: bool) -> None:
        self.found.requests += 1
        if isinstance(answer, NotFound) and self._thing(question) != TABLE:
            answer = ()  # a service knows dashboards by what they show, and may know nothing beyond
        if isinstance(answer, BaseException):
            self._fail(question, answer, needed=needed)
            return
        self._answered, self._silent = self._answered + 1, 0
        with self.found.lock:
            self.found.take(question, answer)
        self._tables.update(map(_table, answer))

    def _thing(self, question: Question) -> str:
        node = question.node[:-1] if question.kind == COLUMN else question.node
        kind: str = self.found.graph.nodes[node]["kind"]
        return kind

    def _fail(self, question: Question, error: BaseException, *, needed: bool) -> None:
        if isinstance(error, Cancelled):
            self.end("cancelled")
            return
        unreachable = isinstance(error, (Unreachable, DeadlineExceeded))
        if not isinstance(error, DataExploreError) or isinstance(error, Unauthorized):
            raise error
        if unreachable and not self._answered:
            raise error
        if needed:
            with self.found.lock:
                self.found.missing[question.node, question.side] = _reason(error)
        self._silent = self._silent + 1 if isinstance(error, _SILENT) else 0
        if self._silent == _SILENT_IN_A_ROW:
            self.end("the service stopped answering")

    def _tell(self, waiting: int) -> None:
        if self._on_progress is not None:
            self._on_progress(Progress(len(self._tables), self.found.requests, waiting))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._oracle.cancel.set()
        self._crew.close()
        self.found.settle()


def _table(neighbour: Neighbour) -> Id:
    return neighbour.path[:-1] if neighbour.kind == COLUMN else neighbour.path


def _reason(error: DataExploreError) -> str:
    return " ".join(visible(error.what).split())[:_REASON_CHARACTERS]
