"""Datafold's data diffs: create, list, read, cancel, archive, and what they found."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox.datafold import diff_listing, diff_past, diff_runs, requests, sources
from dataexplore.sandbox.datafold.diff_requests import DiffRequest
from dataexplore.sandbox.datafold.diff_runs import FINAL, KIND, RESULTS, DiffRuns
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.jobs import Job

if TYPE_CHECKING:
    from starlette.requests import Request

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["DataDiffs"]

STATUSES = {"waiting": "pending", "queued": "pending", "processing": "running", "done": "success"}

# Fields of the record that the summary repeats.
SUMMARY = (
    *("id", "status", "result", "algorithm", "data_source1_id", "data_source2_id", "table1", "table2"),
    *("pk_columns", "include_columns", "sampling_ratio", "created_at", "finished_at", "diff_stats"),
)


class Patch(requests.Fields):
    """What of a diff can be changed."""

    archived: bool | None = None
    purged: bool | None = None


class DataDiffs:
    """The seven operations."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._records = platform.records
        self._runs = DiffRuns(platform)
        self._settling = threading.Lock()
        self._runs.end_abandoned()
        diff_past.seed(self._runs, self._records)

    def routes(self) -> list[Route]:
        """Give the routes of this part."""
        one = "/api/v1/datadiffs/{datadiff_id}"
        return [
            Route("/api/v1/datadiffs", self.list_diffs, methods=["GET"]),
            Route("/api/v1/datadiffs", self.create, methods=["POST"]),
            Route(one, self.read, methods=["GET"]),
            Route(one, self.update, methods=["PATCH"]),
            Route(f"{one}/cancel", self.cancel, methods=["POST"]),
            Route(f"{one}/summary", self.summary, methods=["GET"]),
            Route(f"{one}/summary_results", self.summary_results, methods=["GET"]),
        ]

    async def list_diffs(self, request: Request) -> JSONResponse:
        """List diffs page by page."""
        asked = requests.query(request, diff_listing.Asked)
        await self._settle()
        records = self._records.all(KIND)
        if asked.accessible_only:
            open_ids = {one["id"] for one in self._records.all(sources.KIND) if one["accessible"]}
            records = [one for one in records if {one["data_source1_id"], one["data_source2_id"]} <= open_ids]
        found = diff_listing.select(records, asked)
        start = (asked.page - 1) * asked.page_size
        return JSONResponse(
            {
                "count": len(found),
                "page": asked.page,
                "page_size": asked.page_size,
                "total_pages": -(-len(found) // asked.page_size),
                "results": [_full(record) for record in found[start : start + asked.page_size]],
            }
        )

    async def create(self, request: Request) -> JSONResponse:
        """Take a diff in; it runs in the background."""
        asked = await requests.body(request, DiffRequest)
        self._runs.check(asked)
        record = self._runs.add(asked)
        self._platform.audit(request, "create", KIND, record["id"])
        self._runs.start(record["id"])
        return JSONResponse(_full(record))

    async def read(self, request: Request) -> JSONResponse:
        """Give one diff with its progress, whether ``poll`` is there or not."""
        return JSONResponse(await self._find(request))

    async def update(self, request: Request) -> JSONResponse:
        """Archive a diff or bring it back; purge it for good."""
        record = await self._find(request)
        patch = await requests.body(request, Patch) if await request.body() else Patch()
        if patch.purged is False and record["purged"]:
            raise requests.refuse("What was purged is gone", "body", "purged")
        if patch.purged and record["status"] not in FINAL:
            raise requests.refuse("This diff is not over; cancel it first", "body", "purged")
        changes = patch.model_dump(exclude_none=True)
        if changes:
            if patch.purged:
                await self._platform.executions.in_thread(partial(self._runs.forget, record["id"]))
            record = self._records.change(KIND, record["id"], lambda kept: kept | changes) or record
            self._platform.audit(request, "purge" if patch.purged else "update", KIND, record["id"])
        return JSONResponse(_full(record))

    async def cancel(self, request: Request) -> JSONResponse:
        """Stop a diff; one that is over stays as it is."""
        record = await self._find(request)
        if record["status"] not in FINAL:
            record = self._runs.cancel(record["id"])
            self._platform.audit(request, "cancel", KIND, record["id"])
        return JSONResponse({"id": record["id"], "status": record["status"]})

    async def summary(self, request: Request) -> JSONResponse:
        """Give a diff in short."""
        record = await self._find(request)
        found = self._records.get(RESULTS, record["id"]) or {}
        names = (sources.find(self._records, record[f"data_source{side}_id"])["name"] for side in (1, 2))
        return JSONResponse(
            {
                **{name: record[name] for name in SUMMARY},
                **dict(zip(("data_source1_name", "data_source2_name"), names, strict=True)),
                "results_count": int("pks" in found),
                "error": found.get("error", {}).get("error_value"),
                "feedback": _feedback(found),
            }
        )

    async def summary_results(self, request: Request) -> JSONResponse:
        """Give what a diff found; before, that it goes on."""
        record = await self._find(request)
        if record["purged"]:
            raise Refusal.missing(f"The results of the data diff {record['id']} were purged")
        found = self._records.get(RESULTS, record["id"])
        status = STATUSES.get(record["status"])
        if status != "success":
            if status:
                return JSONResponse({"status": status})
            cancelled = {"error_type": "Cancelled", "error_value": "The diff was cancelled"}
            error = found.get("error", cancelled) if found else cancelled
            return JSONResponse({"status": "failed", "error": error})
        assert found is not None
        parts = ("pks", "values") if record["kind"] == "cross_db" else tuple(found)
        return JSONResponse({"status": status} | {name: found[name] for name in parts if name != "id"})

    async def _find(self, request: Request) -> Record:
        number = requests.path_id(request, "datadiff_id")
        record = self._records.get(KIND, number)
        if record is None:
            raise Refusal.missing(f"There is no data diff {number}")
        for side in (1, 2):
            sources.find(self._records, record[f"data_source{side}_id"])
        if diff_runs.is_unsettled(record):
            await self._settle()
            record = self._records.get(KIND, number) or record
        return record

    async def _settle(self) -> None:
        """Find out what the diffs of the past found, the first time that anybody looks."""
        if any(map(diff_runs.is_unsettled, self._records.all(KIND))):
            # Not among the jobs, where it would wait for what others have begun.
            await self._platform.executions.in_thread(
                partial(self._settle_once, Job(self._platform.warehouse))
            )

    def _settle_once(self, job: Job) -> None:
        with self._settling:
            self._runs.settle(job)


def _full(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "diff_progress"}


def _feedback(found: dict[str, Any]) -> str | None:
    if "values" not in found:
        return None
    values = found["values"]
    missing, extra = found["pks"]["exclusives"]
    return (
        f"{values['rows_with_differences']} of {values['total_rows']} shared rows differ; "
        f"{missing} keys are only in the first table, {extra} only in the second"
    )
