"""What Coalesce's environments and jobs are called: runs tell their ids only."""

from __future__ import annotations

import difflib
from contextlib import suppress
from typing import TYPE_CHECKING

from dataexplore.errors import Forbidden, InputError, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dataexplore.clients.coalesce import CoalesceClient, Run

__all__ = ["Names"]

_HIDDEN = (Forbidden, NotFound, Invalid)
_ENVIRONMENTS_ASKED = 10
_NAMES_TOLD = 20


class Names:
    """The names of environments and jobs, asked for when they are wanted; an id without a name stays an id.

    Args:
        client: Coalesce.
    """

    def __init__(self, client: CoalesceClient) -> None:
        self._client = client
        self._environments: dict[str, str] | None = None
        self._jobs: dict[str, str] = {}
        self._asked: set[str] = set()

    def environment(self, environment_id: str | None) -> str | None:
        """Give the name of an environment."""
        if environment_id is None:
            return None
        if self._environments is None:
            self._environments = {}
            with suppress(*_HIDDEN):
                listed = self._client.environments.list()
                self._environments = {each.id: each.name for each in listed if each.id and each.name}
        return self._environments.get(environment_id, environment_id)

    def job(self, run: Run) -> str | None:
        """Give the name of a run's job."""
        if run.job_id is None:
            return None
        if run.job_id not in self._jobs and run.environment_id is not None:
            self._learn_jobs(run.environment_id)
        return self._jobs.get(run.job_id, run.job_id)

    def find_job(self, name_or_id: str, environments: Iterable[str]) -> str:
        """Find a job of some environments by its id, else by its name, whatever its letter cases.

        A number is taken as an id, known or not: runs of a job that is gone have it still.

        Raises:
            InputError: none is meant, or several; the near ones are named.
        """
        for environment_id in environments:
            self._learn_jobs(environment_id)
        if name_or_id in self._jobs:
            return name_or_id
        wanted = name_or_id.casefold()
        found = [number for number, name in self._jobs.items() if name.casefold() == wanted]
        if len(found) > 1:
            raise InputError(f"Several jobs are called {name_or_id!r}.", f"Use an id: {', '.join(found)}.")
        if found or name_or_id.isdigit():
            return found[0] if found else name_or_id
        raise self._no_job(name_or_id)

    def _no_job(self, wanted: str) -> InputError:
        what = f"There is no job {wanted!r} here."
        if not self._jobs:
            return InputError(what, "No job is listed here: use the id that Coalesce's own page shows.")
        spelled = {name.casefold(): name for name in self._jobs.values()}
        near = difflib.get_close_matches(wanted.casefold(), spelled, n=1)
        hint = f"Did you mean {spelled[near[0]]!r}? " if near else ""
        known = ", ".join(f"{name} ({number})" for number, name in [*self._jobs.items()][:_NAMES_TOLD])
        return InputError(what, f"{hint}Known: {known}.")

    @property
    def environments(self) -> dict[str, str]:
        """The names of the environments by their ids."""
        self.environment("")
        return self._environments or {}

    def _learn_jobs(self, environment_id: str) -> None:
        if environment_id in self._asked or len(self._asked) >= _ENVIRONMENTS_ASKED:
            return
        self._asked.add(environment_id)
        with suppress(*_HIDDEN):  # beyond the contract: a service may have no such listing
            listed = self._client.jobs.list(environment_id)
            self._jobs |= {each.id: each.name for each in listed if each.id and each.name}
