"""A few threads that ask one oracle at once."""

from __future__ import annotations

import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from dataexplore.transport.clock import TICK_S

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dataexplore.lineage.source import Neighbour, Oracle, Question

__all__ = ["Crew"]


class Crew:
    """Asks questions in parallel; close it.

    Args:
        oracle: who is asked.
        hands: questions asked at once.
    """

    def __init__(self, oracle: Oracle, hands: int) -> None:
        self._oracle = oracle
        self._hands = hands
        self._questions: SimpleQueue[Question | None] = SimpleQueue()
        self._answers: SimpleQueue[tuple[Question, Sequence[Neighbour] | BaseException]] = SimpleQueue()
        self._threads = 0

    def ask(
        self, questions: Sequence[Question]
    ) -> Iterator[tuple[Question, Sequence[Neighbour] | BaseException] | None]:
        """Give each question with its answer or its error, as they come; None while nothing comes."""
        for question in questions:
            self._questions.put(question)
        for _ in range(min(self._hands, len(questions)) - self._threads):
            self._threads += 1
            # Daemons: Python must be able to end while a service is silent.
            threading.Thread(target=self._work, name="dataexplore-walk", daemon=True).start()
        left = len(questions)
        while left:
            try:
                # In ticks, for Ctrl-C does not end a longer wait everywhere.
                yield self._answers.get(timeout=TICK_S)
                left -= 1
            except Empty:
                yield None

    def close(self) -> None:
        """Let the threads end; what they still ask ends with the oracle's cancel."""
        for _ in range(self._threads):
            self._questions.put(None)

    def _work(self) -> None:
        while (question := self._questions.get()) is not None:
            if self._oracle.cancel.is_set():
                return
            try:
                self._answers.put((question, self._oracle.neighbours(question)))
            except BaseException as error:  # noqa: BLE001 - whatever it is belongs to who waits for the answer
                self._answers.put((question, error))
