"""Waiting for work in the service: asked again and again, with longer and longer pauses, until it ended."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

from dataexplore.errors import Cancelled, DeadlineExceeded, RateLimited, ServerFault, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dataexplore.transport import Session

__all__ = ["wait", "watch"]

_FIRST_PAUSE_S = 0.25
_LONGEST_PAUSE_S = 10.0
_ASK_S = 60.0
_LONGEST_WISH_S = 600.0
_WISHES_IN_A_ROW = 5

State = TypeVar("State")


def wait(
    session: Session,
    ask: Callable[[float], State],
    ended: Callable[[State], bool],
    *,
    left: str,
    on_progress: Callable[[State], None] | None = None,
    deadline_s: float | None = None,
) -> State:
    """Ask until it ended, and give the last state.

    Nothing in the service is stopped when the waiting ends early.

    Args:
        session: its clock and its cancel count.
        ask: reads the state within the seconds it is given.
        ended: tells whether a state is the last.
        left: what goes on in the service and how to stop it, for the one whose waiting ended early.
        on_progress: called with each state, and in the pauses about ten times a second with the last one.
        deadline_s: total seconds; None waits as long as it takes.

    Raises:
        DeadlineExceeded: it did not end in time.
        Cancelled: the waiting was cancelled by another thread.
        RequestError: a question was refused, or failed again and again.
        KeyboardInterrupt: Stop; its text is ``left``.
    """
    states: list[State] = []

    def tell() -> None:
        if on_progress is not None and states:  # none yet when the first question was one too many
            on_progress(states[-1])

    try:
        for state in watch(session, ask, ended, left=left, on_pause=tell, deadline_s=deadline_s):
            states[:] = [state]
            tell()
    except KeyboardInterrupt:  # also one that came while progress was told
        raise KeyboardInterrupt(left) from None
    return states[-1]


def watch(
    session: Session,
    ask: Callable[[float], State],
    ended: Callable[[State], bool],
    *,
    left: str,
    on_pause: Callable[[], None] | None = None,
    deadline_s: float | None = None,
) -> Iterator[State]:
    """Ask until it ended, and yield each state; arguments and errors as of :func:`wait`.

    The pauses grow by half from a quarter of a second to ten, each spread by chance, so that many who wait do
    not ask at once. ``on_pause`` is called about ten times a second between two questions. A service that
    wants fewer of them (429) is asked again when it wishes, unless that is over ten minutes or comes many
    times in a row.
    """
    call = session.call(deadline_s, on_pause)
    pause = _FIRST_PAUSE_S
    wishes = 0
    try:
        while not call.over:
            remaining = call.remaining()
            try:
                state = ask(_ASK_S if remaining is None else min(_ASK_S, remaining))
            except RateLimited as error:
                wishes += 1
                wish = _LONGEST_PAUSE_S if error.retry_after_s is None else error.retry_after_s
                if wish > _LONGEST_WISH_S or wishes > _WISHES_IN_A_ROW:
                    raise
                call.wait(max(wish, pause))
                continue
            wishes = 0
            yield state
            if ended(state):
                return
            call.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            pause = min(1.5 * pause, _LONGEST_PAUSE_S)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(left) from None
    except DeadlineExceeded:
        if call.remaining() != 0.0:
            raise
    except (RateLimited, ServerFault, Unreachable) as error:
        # The question failed, and not what it asks about.
        error.fix = f"{error.fix} {left}".strip()
        error.args = (error.what, error.fix)
        raise
    if call.cancel.is_set():
        raise Cancelled("The waiting was cancelled from here.", left)
    raise DeadlineExceeded(f"It did not end within {deadline_s:g} s.", left)
