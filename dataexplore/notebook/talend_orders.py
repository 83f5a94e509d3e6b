"""``%talend start``, ``restart``, ``pause``, ``resume``, ``terminate``: shown, agreed to, only then sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.errors import InputError
from dataexplore.notebook.arguments import Line, Option, parse
from dataexplore.notebook.consent import CONSENT, agreed, say
from dataexplore.notebook.talend_names import IN, found_plan, run_id
from dataexplore.notebook.talend_watch import watched
from dataexplore.notebook.watching import WATCH, deadline
from dataexplore.plans import Names, processing_wanted
from dataexplore.plans.names import nearest
from dataexplore.plans.schedules import run_config

if TYPE_CHECKING:
    from collections.abc import Callable

    from dataexplore.clients.talend import PlanExecutable, TalendClient
    from dataexplore.clients.talend.step_runs import StepRunDetails
    from dataexplore.notebook.session import NotebookSession
    from dataexplore.plans import PlanRunInDepth

__all__ = ["pause", "restart", "resume", "start", "terminate"]

_WHY = Option("--why", takes="TEXT")


def start(notebook: NotebookSession, rest: str) -> PlanRunInDepth | str | None:
    """Start a plan; give the id of its run, or the run when it was watched to its end."""
    line = parse(rest, (IN, *WATCH, *CONSENT))
    client = notebook.workspace.talend
    plan = _plan(notebook, line, "start")
    if plan.paused:
        why = f": {plan.pause_context}" if plan.pause_context else ""
        raise InputError(
            f"{plan.name} is paused{why}.", f"%talend resume {plan.name} ends the pause. Nothing was sent."
        )
    if run_config(client, plan.id) is None:
        raise InputError(
            f"{_placed(plan)} has no run configuration, and Talend starts no plan without.",
            "Give it one in Talend, or with ws.talend.plans.put_run_config. Nothing was sent.",
        )

    def act(it: TalendClient) -> str:
        return it.executions.start_plan(plan.id or "")

    return _ordered(notebook, line, act, f"Starts {_placed(plan)}.", _placed(plan))


def restart(notebook: NotebookSession, rest: str) -> PlanRunInDepth | str | None:
    """Take up a failed run at one of its steps; give the id of the new run, or it when it was watched."""
    line = parse(rest, (Option("--from", takes="STEP"), Option("--only-failed"), *WATCH, *CONSENT))
    number = run_id(notebook, line, "restart")
    client = notebook.workspace.talend
    with processing_wanted(listing=False):
        ran = client.executions.get_plan(number)
        if ran.status != "failed":
            raise InputError(f"Run {number} is {ran.status}.", "Only a run that failed is taken up again.")
        step = _step(list(client.executions.run_steps(number)), line.one("from"))
    only = line.has("only-failed")
    name = Names(client).plan(ran.plan_id) or "the plan"

    def act(it: TalendClient) -> str:
        return it.executions.resume_plan(number, step.execution_id or "", only_failed_tasks=only)

    tasks = ", of whose tasks only those that failed run again" if only else ""
    meaning = f"Takes up run {number} of {name} at its step {step.name}{tasks}."
    return _ordered(notebook, line, act, meaning, name)


def pause(notebook: NotebookSession, rest: str) -> None:
    """Pause a plan, and say why."""
    line = parse(rest, (IN, _WHY, *CONSENT))
    plan = _plan(notebook, line, "pause")
    why = line.one("why")
    if why is None or not why.strip():
        raise InputError(
            "Say why, for whoever finds it paused.",
            f'Write %talend pause {plan.name} --why "The source is being moved".',
        )
    meaning = f"Pauses {_placed(plan)}: it starts neither by itself nor by hand. No run is ended."
    if _sent(notebook, line, lambda it: it.plans.pause(plan.id or "", context=why), meaning):
        say(f"{_placed(plan)} is paused. %talend resume {plan.name} ends that.")


def resume(notebook: NotebookSession, rest: str) -> None:
    """End the pause of a plan."""
    line = parse(rest, (IN, _WHY, *CONSENT))
    plan = _plan(notebook, line, "resume")
    why = line.one("why")
    if not plan.paused:
        raise InputError(f"{_placed(plan)} is not paused.", "There is nothing to resume.")
    meaning = f"Ends the pause of {_placed(plan)}: it starts again by its schedule and by hand."
    if _sent(notebook, line, lambda it: it.plans.resume(plan.id or "", context=why), meaning):
        say(f"{_placed(plan)} starts again. %talend calendar {plan.name} tells when.")


def terminate(notebook: NotebookSession, rest: str) -> None:
    """End a run of a task."""
    line = parse(rest, CONSENT)
    number = run_id(notebook, line, "terminate", "TASK-RUN")
    client = notebook.workspace.talend
    with processing_wanted(listing=False):
        ran = client.executions.get_task(number)
    name = Names(client).task(ran.task_id)
    if ran.ended:
        raise InputError(f"The run of {name} is {ran.status} already.", "There is nothing left to end.")
    meaning = f"Ends the run of {name}, which is {ran.status}: what it did so far stays."
    with processing_wanted(listing=False):
        sent = _sent(notebook, line, lambda it: it.executions.terminate_task(number), meaning)
    if sent:
        say(f"The run of {name} was told to stop. Its step's condition decides whether a plan goes on.")


def _plan(notebook: NotebookSession, line: Line, verb: str) -> PlanExecutable:
    return found_plan(notebook, line, verb, Names(notebook.workspace.talend))


def _placed(plan: PlanExecutable) -> str:
    return f"{plan.name} in {plan.environment}" if plan.environment else str(plan.name)


def _step(steps: list[StepRunDetails], wanted: str | None) -> StepRunDetails:
    """Give the step that is named, else the one that failed.

    Raises:
        InputError: the run has no such step, or none of its steps failed.
    """
    named = [step.name for step in steps if step.name]
    if wanted is None:
        found = [step for step in steps if step.status == "failed"]
        if not found:
            raise InputError("No step of it is told to have failed.", f"Add --from: {', '.join(named)}.")
        return found[-1]
    told = wanted.casefold()
    for step in steps:
        if wanted in {step.step_id, step.execution_id} or (step.name or "").casefold() == told:
            return step
    raise InputError(
        f"No step {wanted!r} began in this run.",
        f"{nearest(wanted, named)}It can be taken up at {' or '.join(named) or 'none'}.",
    )


def _ordered(
    notebook: NotebookSession, line: Line, act: Callable[[TalendClient], str], meaning: str, name: str
) -> PlanRunInDepth | str | None:
    """Show what ``act`` would send, send it when that is agreed to, and watch the run when that is wanted."""
    seconds = deadline(line, "Give --watch too, or leave it out.")
    client = notebook.workspace.talend
    started: list[str] = []
    with processing_wanted(listing=False):
        if not _sent(notebook, line, lambda it: started.append(act(it)), meaning):
            return None
    number = started[-1]
    if line.has("watch"):
        say(f"Run {number} of {name} has begun.")
        return watched(notebook, client.executions.get_plan(number), seconds)
    say(f"Run {number} of {name} has begun. %talend show {number} --watch watches it.")
    return number


def _sent(notebook: NotebookSession, line: Line, act: Callable[[TalendClient], object], meaning: str) -> bool:
    """Show what ``act`` would send and send it when that is agreed to; tell whether it was."""
    client = notebook.workspace.talend
    address = notebook.workspace.profile.services["talend"].url or ""
    if not agreed(line, client.rehearse(act), address, meaning):
        return False
    act(client)
    return True
