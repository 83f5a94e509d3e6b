"""The words Talend has for how far a run is, as one vocabulary, and back again for its filters."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from dataexplore.clients.inputs import word
from dataexplore.clients.records import whole
from dataexplore.errors import InputError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

__all__ = ["ENDED", "LIVE", "Filter", "is_over", "one_of", "plain_status", "status", "status_filter"]

# A run that nobody ended by hand is failed, also when it ran into its time limit or its engine went down;
# one that never began is misfired, and its reason is told beside it.
_STATUSES = {
    "dispatching": "queued",
    "execution_event_received": "queued",
    "dispatching_flow": "queued",
    "executing": "running",
    "running": "running",
    "started": "running",
    "starting_flow_execution": "running",
    "stopping_flow_execution": "running",
    "promotion_started": "running",
    "execution_successful": "succeeded",
    "execution_success": "succeeded",
    "success": "succeeded",
    "promoted": "succeeded",
    "promotion_warning": "succeeded",
    "analized": "succeeded",
    "execution_failed": "failed",
    "deploy_failed": "failed",
    "terminated_timeout": "failed",
    "execution_terminated_timeout": "failed",
    "terminated_shutdown": "failed",
    "execution_terminated_shutdown": "failed",
    "fail": "failed",
    "failed": "failed",
    "promotion_failed": "failed",
    "terminated": "cancelled",
    "execution_terminated": "cancelled",
    "execution_misfired": "misfired",
    "execution_rejected": "misfired",
    "partial_success": "partial",
    "proceed": "partial",
}
ENDED = frozenset({"succeeded", "failed", "cancelled", "misfired", "partial"})
LIVE = frozenset({"dispatching", "executing"})  # the service's words for what has not ended

# By which words the service filters; where one of ours is several of its own, it can be asked for none.
_OF_PLANS = {
    "running": ("executing",),
    "succeeded": ("execution_successful",),
    "failed": ("execution_failed",),
    "misfired": ("execution_misfired",),
}
_OF_TASKS = {
    "queued": ("dispatching",),
    "running": ("executing",),
    "succeeded": ("execution_successful",),
    "failed": ("execution_failed", "deploy_failed", "terminated_timeout", "terminated_shutdown"),
    "cancelled": ("terminated",),
    "misfired": ("execution_rejected",),
}
_NEARNESS = 0.6


class Filter:
    """A status to look for.

    Attributes:
        sent: the service's word, when one says it; None when it must be filtered here.
        kept: our word, to filter by; None when the service does it.
    """

    def __init__(self, sent: str | None = None, kept: str | None = None) -> None:
        self.sent = sent
        self.kept = kept


def status(*names: str) -> Any:
    """Read a status by the first of these names that has a word we know; else the first word stays."""
    return whole(lambda raw: _status(raw, names), pa.string())


def plain_status(told: str) -> str:
    """Give a word of the service as one of ours; an unknown one stays as it came."""
    return _STATUSES.get(told.casefold(), told)


def is_over(status: str | None, finished_at: dt.datetime | None) -> bool:
    """Tell whether the service works on a run no more: by its status, or as it has a time of its end."""
    return status in ENDED or finished_at is not None


def status_filter(wanted: str | None, kind: Literal["plan", "task"]) -> Filter:
    """Find how runs with a status are asked for.

    Args:
        wanted: a word of ours or of the service; None for all.
        kind: what ran.

    Raises:
        InputError: neither has such a word; the near ones are told.
    """
    if wanted is None:
        return Filter()
    told = word(wanted, "status").casefold()
    known = _OF_PLANS if kind == "plan" else _OF_TASKS
    if told in known:
        words = known[told]
        return Filter(sent=words[0]) if len(words) == 1 else Filter(kept=told)
    own = [each for words in known.values() for each in words]
    if told in own:
        return Filter(sent=told)
    raise InputError(f"No {kind} run has the status {wanted!r}.", _near(told, [*known, *own], known))


def one_of(value: str, known: tuple[str, ...], what: str) -> str:
    """Give the word of the service that is meant, in upper case.

    Raises:
        InputError: it has no such word; the near one is told.
    """
    told = word(value, what).upper()
    if told in known:
        return told
    raise InputError(f"{what} is {value!r}.", _near(told, known, known))


def _near(told: str, words: Iterable[str], shown: Iterable[str]) -> str:
    near = difflib.get_close_matches(told, [*words], n=1, cutoff=_NEARNESS)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    return f"{hint}Use one of {', '.join(shown)}."


def _status(raw: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    said = [value for value in map(raw.get, names) if isinstance(value, str) and value]
    known = (_STATUSES[word.casefold()] for word in said if word.casefold() in _STATUSES)
    return next(known, said[0] if said else None)
