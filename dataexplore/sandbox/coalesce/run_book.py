"""What ran, runs and waits to run: every run with the results of its nodes, kept through a kill."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dataexplore.sandbox.records import Record, Records

__all__ = ["ENDED", "RESULT", "RUN", "STATUS", "RunBook"]

RUN, RESULT = "coalesce_run", "coalesce_result"

# The phases of a run, as the service calls them today, and the status that its contract has for each.
STATUS = {
    "initializing": "queued",
    "waitingToRun": "queued",
    "rendering": "running",
    "running": "running",
    "completed": "success",
    "failed": "failed",
    "canceled": "cancelled",
}
ENDED = frozenset({"completed", "failed", "canceled"})
BROKEN = "The server ended during the run."
NEVER_BEGAN = "The server ended before the run began."


class RunBook:
    """The runs by number. Any thread may call; what comes out is a copy.

    All runs stay in memory, for they are listed often; of the nodes only those of runs that have not ended.
    Every change is written down before it is told.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        self._lock = threading.RLock()
        self._runs: dict[int, Record] = {run["id"]: run for run in records.all(RUN)}
        self._live: dict[int, list[Record]] = {}
        self.end_unfinished()

    def runs(self) -> list[Record]:
        """Give every run, by number."""
        with self._lock:
            return [dict(run) for run in self._runs.values()]

    def run(self, number: int) -> Record | None:
        """Give a run, None when there is none."""
        with self._lock:
            run = self._runs.get(number)
            return dict(run) if run else None

    def nodes(self, number: int) -> list[Record]:
        """Give what became of the nodes of a run, in the order they were planned."""
        with self._lock:
            live = self._live.get(number)
            if live is not None:
                return [dict(node) for node in live]
        kept = self._records.get(RESULT, number)
        return list(kept["nodes"]) if kept else []

    def add(self, run: Record, nodes: list[Record]) -> Record:
        """Keep a new run, which gets the next number."""
        with self._lock:
            kept = self._records.add(RUN, {**run, "status": STATUS[run["phase"]], "nodes": len(nodes)})
            self._records.add(RESULT, {"id": kept["id"], "nodes": nodes})
            self._runs[kept["id"]] = kept
            self._live[kept["id"]] = [dict(node) for node in nodes]
            return dict(kept)

    def add_past(self, past: Iterable[tuple[Record, list[Record]]]) -> None:
        """Keep runs that have ended, in their order, all or none; they get the next numbers."""
        with self._lock:
            first = max(self._runs, default=0) + 1
            runs, results = [], []
            for number, (run, nodes) in enumerate(past, first):
                runs.append({**run, "id": number, "status": STATUS[run["phase"]], "nodes": len(nodes)})
                results.append({"id": number, "nodes": nodes})
            self._records.add_all(RESULT, results)
            # Last: the runs say that their results are there.
            self._records.add_all(RUN, runs)
            self._runs.update((run["id"], run) for run in runs)

    def change(self, number: int, **fields: Any) -> Record:
        """Change fields of a run; its status follows its phase."""
        with self._lock:
            run = self._runs[number]
            run.update(fields)
            run["status"] = STATUS[run["phase"]]
            self._write(RUN, run)
            if run["phase"] in ENDED:
                self._live.pop(number, None)
            return dict(run)

    def change_nodes(self, number: int, places: Iterable[int], **fields: Any) -> None:
        """Change fields of some nodes of a run that has not ended."""
        with self._lock:
            nodes = self._live[number]
            for place in places:
                nodes[place].update(fields)
            self._write(RESULT, {"id": number, "nodes": nodes})

    def end_unfinished(self) -> None:
        """Tell the truth about what a server left behind that was killed, or stops now: these runs failed."""
        with self._lock:
            for run in [run for run in self._runs.values() if run["phase"] not in ENDED]:
                number = run["id"]
                nodes = self._live[number] = self.nodes(number)
                running = [place for place, node in enumerate(nodes) if node["status"] == "running"]
                waiting = [place for place, node in enumerate(nodes) if node["status"] == "queued"]
                last = max(
                    (
                        moment
                        for moment in (
                            run["queued_at"],
                            run["started_at"],
                            *(node["ended_at"] or node["started_at"] for node in nodes),
                        )
                        if moment
                    ),
                )
                self.change_nodes(number, running, status="failed", ended_at=last, error=BROKEN)
                self.change_nodes(number, waiting, status="skipped")
                failure = BROKEN if run["started_at"] else NEVER_BEGAN
                self.change(number, phase="failed", completed_at=last, failure=failure)

    def _write(self, kind: str, record: Record) -> None:
        self._records.change(kind, record["id"], partial(_replaced, record))


def _replaced(record: Record, before: Record) -> Record:
    del before
    return record
