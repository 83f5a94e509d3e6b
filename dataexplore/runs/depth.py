"""One run in depth: what it is, what failed in it and why, and how each of its nodes went."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.html import visible
from dataexplore.reports.report import Report
from dataexplore.reports.words import amount, duration, marked, minute, moment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataexplore.clients.coalesce import CoalesceClient, Run, RunResult
    from dataexplore.clients.records import Records
    from dataexplore.runs.names import Names

__all__ = ["RunInDepth"]

_FAILURES_TOLD = 5
_ERROR_CHARACTERS = 600
_SECONDS = pa.decimal128(20, 2)  # the same two digits everywhere, one under the other
# What a reader looks for stands first; what went well comes in the order it was done.
_ORDER = {"failed": 0, "cancelled": 1, "skipped": 2, "running": 3, "queued": 4}


@dataclass(frozen=True, slots=True, repr=False)
class RunInDepth(Report):
    """A run, and how each of its nodes went.

    Attributes:
        run: the run.
        results: one for each node.
        environment: what its environment is called.
        job: what its job is called; None without one.
    """

    run: Run
    results: Records[RunResult]
    environment: str | None = None
    job: str | None = None

    @classmethod
    def read(cls, client: CoalesceClient, run: Run, names: Names) -> RunInDepth:
        """Read the results of a run, and what its environment and job are called."""
        results = client.runs.results(run.id or 0)
        return cls(run, results, names.environment(run.environment_id), names.job(run))

    @property
    def id(self) -> int | None:
        """The run's counter."""
        return self.run.id

    @property
    def status(self) -> str | None:
        """How the run is, or was in the end."""
        return self.run.status

    @property
    def failed(self) -> list[RunResult]:
        """The nodes that failed."""
        return [each for each in self.results if each.status == "failed"]

    @property
    def headline(self) -> str:
        """What it is and how it went, in one line."""
        run = self.run
        what = run.run_type or "run"
        where = f"{what} of {self.environment}" if self.environment else what
        parts = [
            f"Run {run.id}: {marked(run.status)}",
            where,
            f"job {self.job}" if self.job else None,
            f"started {minute(run.started_at)} UTC" if run.started_at else "not started yet",
            f"took {duration(run.duration_s)}" if run.duration_s is not None else None,
            self._counts,
        ]
        return visible(" · ".join(part for part in parts if part))

    @property
    def remarks(self) -> list[str]:
        """What failed, in the warehouse's words, and the runs it belongs to."""
        failed = self.failed
        lines = [f"✗ {each.node_name}: {_brief(each.error)}" for each in failed[:_FAILURES_TOLD]]
        if len(failed) > _FAILURES_TOLD:
            lines.append(f"and {amount(len(failed) - _FAILURES_TOLD, 'node')} more that failed")
        if not failed and self.run.failure_reason:
            lines.append(f"✗ {self.run.failure_reason}")
        skipped = sum(each.status == "skipped" for each in self.results)
        if skipped:
            reads = "it reads was" if skipped == 1 else "they read was"
            lines.append(f"{amount(skipped, 'node')} skipped, because something {reads} not built")
        if self.run.rerun_of:
            lines.append(" and ".join([f"Runs again what failed in run {self.run.rerun_of}", *self._earlier]))
        return [visible(line) for line in lines]

    @property
    def nodes(self) -> pa.Table:
        """The nodes, those that failed first."""
        first = sorted(
            enumerate(self.results),
            key=lambda each: (_ORDER.get(each[1].status or "", 9), str(each[1].started_at or "~"), each[0]),
        )
        return _table([result for _, result in first])

    @property
    def table(self) -> pa.Table:
        """The nodes, those that failed first."""
        return self.nodes

    @property
    def _counts(self) -> str:
        every = len(self.results)
        done = sum(each.status == "success" for each in self.results)
        return f"{done:,} of {amount(every, 'node')} built" if every else ""

    @property
    def _earlier(self) -> list[str]:
        history = self.run.raw.get("runHistory")
        numbers = [each for each in history if type(each) is int] if isinstance(history, list) else []
        return [str(number) for number in numbers if number != self.run.rerun_of]


def _table(results: Sequence[RunResult]) -> pa.Table:
    text = pa.string()
    return pa.table(
        {
            "node": pa.array([each.node_name for each in results], text),
            "status": pa.array([marked(each.status) for each in results], text),
            "rows": pa.array([each.rows_affected for each in results], pa.int64()),
            "started (UTC)": pa.array([moment(each.started_at) for each in results], text),
            "seconds": pa.array([_rounded(each.duration_s) for each in results], _SECONDS),
            "error": pa.array([each.error or "" for each in results], text),
        }
    )


def _rounded(seconds: float | None) -> Decimal | None:
    return None if seconds is None else Decimal(f"{seconds:.2f}")


def _brief(error: str | None) -> str:
    words = error or "the service does not say why"
    return words if len(words) <= _ERROR_CHARACTERS else words[: _ERROR_CHARACTERS - 1] + "…"
