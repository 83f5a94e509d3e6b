"""CI: runs that compare the tables of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.datafold.answers import fetch_offset
from dataexplore.clients.records import Record, Records, integer, record, text
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataexplore.transport import Session

__all__ = ["Ci", "CiDiff", "CiJob", "CiRun"]

_ONE = "/api/v1/ci/{ci_config_id}"
RUNS = Operation("get_ci_api_v1_ci__ci_config_id__runs_get", "GET", f"{_ONE}/runs", repeatable=True)
TRIGGER = Operation(
    "trigger_ci_api_v1_ci__ci_config_id__trigger_post", "POST", f"{_ONE}/trigger", repeatable=False
)
UPLOAD = Operation(
    "upload_changes_api_v1_ci__ci_config_id___pr_num__post", "POST", f"{_ONE}/{{pr_num}}", repeatable=False
)


@record
class CiRun(Record):
    """A CI run.

    Attributes:
        pr_num: the pull request's number, as text.
        status: the service's own word.
    """

    id: int | None = integer()
    status: str | None = text()
    pr_num: str | None = text()
    pr_branch: str | None = text()
    pr_sha: str | None = text()
    base_branch: str | None = text()
    base_sha: str | None = text()
    source: str | None = text()


@record
class CiJob(Record):
    """What was started; the two operations tell the run's id under two names."""

    ci_run_id: int | None = integer()
    run_id: int | None = integer()

    @property
    def id(self) -> int | None:
        """The run's id, when the service told it."""
        return self.run_id if self.ci_run_id is None else self.ci_run_id


class CiDiff(TypedDict):
    """A table to compare: its path in production and in the pull request; ``pk`` are its keys."""

    prod: str
    pr: str
    pk: NotRequired[Sequence[str]]
    include_columns: NotRequired[Sequence[str]]
    exclude_columns: NotRequired[Sequence[str]]


class Ci:
    """The CI operations."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def runs(
        self,
        ci_config_id: int,
        *,
        pr_sha: str | None = None,
        pr_num: str | int | None = None,
        limit: int | None = None,
    ) -> Records[CiRun]:
        """List the runs (GET /api/v1/ci/{ci_config_id}/runs).

        Args:
            ci_config_id: the CI integration.
            pr_sha: only of this commit.
            pr_num: only of this pull request.
            limit: at most so many; None for all.

        Raises:
            Malformed: a page cannot be trusted, or repeats what was read.
        """
        query = {"pr_sha": pr_sha, "pr_num": pr_num}
        names = {"ci_config_id": ci_config_id}
        found = fetch_offset(self._session, RUNS, CiRun, names=names, query=query, limit=limit)
        return Records(found, CiRun)

    def trigger(
        self,
        ci_config_id: int,
        *,
        pr_number: int,
        pr_branch: str,
        base_branch: str,
        pr_sha: str,
        base_sha: str,
    ) -> CiJob:
        """Start a run for a pull request (POST /api/v1/ci/{ci_config_id}/trigger). It is never sent twice."""
        body = {
            "pr_number": pr_number,
            "pr_branch": pr_branch,
            "base_branch": base_branch,
            "pr_sha": pr_sha,
            "base_sha": base_sha,
        }
        return fetch_record(self._session, TRIGGER, CiJob, {"ci_config_id": ci_config_id}, json=body)

    def upload(self, ci_config_id: int, pr_num: int, diffs: Sequence[CiDiff]) -> CiJob:
        """Send the tables of a pull request to compare (POST /api/v1/ci/{ci_config_id}/{pr_num}).

        It is never sent twice.
        """
        names = {"ci_config_id": ci_config_id, "pr_num": pr_num}
        return fetch_record(self._session, UPLOAD, CiJob, names, json=list(diffs))
