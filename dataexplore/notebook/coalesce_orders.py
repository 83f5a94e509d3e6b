"""``%coalesce start``, ``rerun`` and ``cancel``: shown, agreed to, and only then sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.coalesce.selectors import is_selector, selector
from dataexplore.errors import InputError
from dataexplore.notebook.arguments import Line, Option, parse
from dataexplore.notebook.coalesce_watch import run_id, watched
from dataexplore.notebook.consent import CONSENT, agreed, say
from dataexplore.notebook.watching import WATCH, deadline
from dataexplore.runs import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dataexplore.clients.coalesce import CoalesceClient, Environment
    from dataexplore.clients.coalesce.scheduler import Scheduler
    from dataexplore.notebook.session import NotebookSession
    from dataexplore.runs import RunInDepth

__all__ = ["cancel", "rerun", "start"]

_WATCH = (*WATCH, *CONSENT)
_PARAMETER = Option("--param", "-p", takes="NAME=VALUE", many=True)
_START = (
    Option("--job", "-j", takes="NAME"),
    Option("--include", takes="NODE,..."),
    Option("--exclude", takes="NODE,..."),
    Option("--parallelism", takes="NODES"),
    _PARAMETER,
    *_WATCH,
)


def start(notebook: NotebookSession, rest: str) -> RunInDepth | int | None:
    """Start a run; give its number, or the run when it was watched to its end."""
    line = parse(rest, _START)
    if len(line.words) != 1:
        raise InputError("One environment is wanted.", "Write %coalesce start prod --job Nightly.")
    client = notebook.workspace.coalesce
    environment = client.environments.find(line.words[0])
    place = environment.id or ""
    job = line.one("job")
    job_id = None if job is None else Names(client).find_job(job, [place])
    include, exclude = (_selector(client, environment, line.one(name)) for name in ("include", "exclude"))
    parameters = _parameters(line)

    def act(scheduler: Scheduler) -> int:
        return scheduler.start(
            place,
            job_id=job_id,
            include_nodes_selector=include,
            exclude_nodes_selector=exclude,
            parallelism=line.whole("parallelism"),
            parameters=parameters,
        )

    what = f"job {job}" if job else "the chosen nodes" if include or exclude else "every node"
    return _ordered(notebook, line, act, f"Starts a run of {what} in {environment.name}.", environment.name)


def rerun(notebook: NotebookSession, rest: str) -> RunInDepth | int | None:
    """Run again what failed in a run; give the new run's number, or the run when it was watched."""
    line = parse(rest, (_PARAMETER, *_WATCH))
    number = run_id(notebook, line, "rerun")
    parameters = _parameters(line)
    client = notebook.workspace.coalesce
    place = Names(client).environment(client.runs.get(number).environment_id)

    def act(scheduler: Scheduler) -> int:
        if parameters is None:
            return scheduler.rerun(number)
        return scheduler.rerun(number, form="details", parameters=parameters)

    return _ordered(notebook, line, act, f"Runs again what failed in run {number} in {place}.", place)


def cancel(notebook: NotebookSession, rest: str) -> None:
    """Cancel a run that is queued or running."""
    line = parse(rest, CONSENT)
    number = run_id(notebook, line, "cancel")
    client = notebook.workspace.coalesce
    run = client.runs.get(number)
    if run.ended:
        raise InputError(f"Run {number} is {run.status} already.", "There is nothing left to cancel.")

    def act(scheduler: Scheduler) -> None:
        scheduler.cancel(number)

    place = Names(client).environment(run.environment_id)
    meaning = f"Cancels run {number} in {place}, which is {run.status}: what is built stays, the rest is not."
    if agreed(line, client.scheduler.rehearse(act), _address(notebook), meaning):
        act(client.scheduler)
        say(f"Run {number} was told to stop. %coalesce show {number} tells what was built.")


def _ordered(
    notebook: NotebookSession, line: Line, act: Callable[[Scheduler], int], meaning: str, place: str | None
) -> RunInDepth | int | None:
    """Show what ``act`` would send, send it when that is agreed to, and watch the run when that is wanted."""
    seconds = deadline(line, "Give --watch too, or leave it out.")
    scheduler = notebook.workspace.coalesce.scheduler
    if not agreed(line, scheduler.rehearse(act), _address(notebook), meaning):
        return None
    number = act(scheduler)
    if line.has("watch"):
        say(f"Run {number} has begun in {place}.")
        return watched(notebook, number, seconds)
    say(
        f"Run {number} has begun in {place}. %coalesce show {number} --watch watches it, "
        f"%coalesce cancel {number} cancels it."
    )
    return number


def _address(notebook: NotebookSession) -> str:
    return (notebook.workspace.profile.services["coalesce"].url or "").rstrip("/")


def _selector(client: CoalesceClient, environment: Environment, text: str | None) -> str | None:
    """Give a selector as it is, and write one for plain names."""
    if text is None or is_selector(text):
        return text
    names = [name.strip() for name in text.split(",") if name.strip()]
    return selector(names, client.nodes.list(environment.id or ""))


def _parameters(line: Line) -> dict[str, str] | None:
    """Read the values of ``-p``; each is a text to the service."""
    given: Sequence[str] = line.values.get("param", [])
    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise InputError(f"-p {each} is not NAME=VALUE.", "Write, for example, -p load_date=2026-11-20.")
        if name in found:
            raise InputError(f"-p {name} stands twice.", "Give it once.")
        quoted = len(value) > 1 and value[0] in "'\"" and value[-1] == value[0]
        found[name] = value[1:-1] if quoted else value
    return found or None
