"""``%talend``: plans, what ran and what is due, and plans that are started, watched, taken up or paused."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from dataexplore.errors import InputError
from dataexplore.notebook import talend_orders
from dataexplore.notebook.arguments import Option, parse
from dataexplore.notebook.talend_names import IN, found_plan, run_id, words
from dataexplore.notebook.talend_watch import watched
from dataexplore.notebook.watching import WATCH, deadline
from dataexplore.plans import (
    Names,
    PlanInDepth,
    PlanRunInDepth,
    calendar,
    history,
    plans,
    processing_wanted,
    promotions,
    task_runs,
    tasks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataexplore.clients.talend import PlanExecutable, Promotion, Task
    from dataexplore.clients.talend.plan_runs import PlanRun
    from dataexplore.clients.talend.task_runs import TaskRun
    from dataexplore.notebook.session import NotebookSession
    from dataexplore.plans.calendar import Due
    from dataexplore.reports import Listed

__all__ = ["run"]

_LIMIT = Option("--limit", takes="ROWS")
_TOLD = (
    "plans, plan NAME, history [NAME], show RUN [--watch], calendar [NAME], start NAME, restart RUN, "
    "pause NAME --why TEXT, resume NAME, terminate TASK-RUN, tasks [NAME], promotions"
)


def run(notebook: NotebookSession, text: str) -> object:
    """Run ``%talend VERB`` and give what it shows."""
    verb, *more = text.split(maxsplit=1) or [""]
    if verb in _VERBS:
        return _VERBS[verb](notebook, "".join(more))
    if not verb:
        raise InputError("%talend needs a verb.", f"Verbs: {_TOLD}.")
    near = difflib.get_close_matches(verb, _VERBS, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise InputError(f"%talend has no verb {verb!r}.", f"{hint}Verbs: {_TOLD}.")


def _plans(notebook: NotebookSession, rest: str) -> Listed[PlanExecutable]:
    line = parse(rest, (IN, _LIMIT))
    if line.words:
        name = " ".join(line.words)
        raise InputError("%talend plans takes no name.", f"One plan: %talend plan {name}.")
    client = notebook.workspace.talend
    return plans(client, Names(client), environment=line.one("environment"), limit=line.whole("limit"))


def _plan(notebook: NotebookSession, rest: str) -> PlanInDepth:
    line = parse(rest, (IN,))
    client = notebook.workspace.talend
    return PlanInDepth.read(client, found_plan(notebook, line, "plan", Names(client)))


def _history(notebook: NotebookSession, rest: str) -> Listed[PlanRun]:
    line = parse(rest, (IN, _LIMIT, Option("--since", takes="7d"), Option("--status", takes="failed")))
    client = notebook.workspace.talend
    names = Names(client)
    return history(
        client,
        names,
        plan=found_plan(notebook, line, "history", names) if line.words else None,
        environment=line.one("environment"),
        status=line.one("status"),
        since=line.one("since"),
        limit=line.whole("limit"),
    )


def _show(notebook: NotebookSession, rest: str) -> PlanRunInDepth:
    line = parse(rest, WATCH)
    number = run_id(notebook, line, "show")
    seconds = deadline(line, f"Write %talend show {number} --watch.")
    client = notebook.workspace.talend
    with processing_wanted(listing=False):
        ran = client.executions.get_plan(number)
    if line.has("watch"):
        return watched(notebook, ran, seconds)
    return PlanRunInDepth.read(client, ran, Names(client))


def _calendar(notebook: NotebookSession, rest: str) -> Listed[Due]:
    line = parse(rest, (IN, Option("--days", "-d", takes="7")))
    client = notebook.workspace.talend
    names = Names(client)
    return calendar(
        client,
        names,
        plan=found_plan(notebook, line, "calendar", names) if line.words else None,
        environment=line.one("environment"),
        days=line.whole("days"),
    )


def _tasks(notebook: NotebookSession, rest: str) -> Listed[Task] | Listed[TaskRun]:
    line = parse(rest, (IN, _LIMIT))
    client = notebook.workspace.talend
    names = Names(client)
    environment, limit = line.one("environment"), line.whole("limit")
    if not line.words:
        return tasks(names, environment=environment, limit=limit)
    name = words(notebook, line, "tasks extract_orders", "id", "task_id")
    return task_runs(client, names.find_task(name, environment), limit=limit)


def _promotions(notebook: NotebookSession, rest: str) -> Listed[Promotion]:
    if parse(rest, ()).words:
        raise InputError(f"%talend promotions cannot read {rest.strip()!r}.", "It takes no name.")
    return promotions(notebook.workspace.talend)


_VERBS: Mapping[str, Callable[[NotebookSession, str], object]] = {
    "plans": _plans,
    "plan": _plan,
    "history": _history,
    "show": _show,
    "calendar": _calendar,
    "start": talend_orders.start,
    "restart": talend_orders.restart,
    "pause": talend_orders.pause,
    "resume": talend_orders.resume,
    "terminate": talend_orders.terminate,
    "tasks": _tasks,
    "promotions": _promotions,
}
