"""Runs of Talend's promotions: done at once, and kept with their reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

from dataexplore.sandbox import moments
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.talend import requests
from dataexplore.sandbox.talend.account import who
from dataexplore.sandbox.talend.company import PROCESSING, PROMOTION, PROMOTION_EXECUTION, Company, moment
from dataexplore.sandbox.talend.promoting import Spec, lacking, promote
from dataexplore.sandbox.talend.promotions import Context, Scope, read_scope
from dataexplore.sandbox.talend.requests import Fields, Text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import Route

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["PromotionRuns"]


class Advanced(Fields):
    """The one thing that a run is about."""

    artifact_id: Text | None = None
    artifact_type: Scope | None = None


class Run(Fields):
    """Which promotion is to run, and how."""

    executable: Text
    keep_target_resources: bool = False
    keep_target_run_profiles: bool = False
    advanced: Advanced | None = None
    context: Context | None = None


class PromotionRuns:
    """Runs of promotions, which the contract's seed does not have."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._company = Company(platform)

    def routes(self) -> list[Route]:
        """Give the routes of this part; there are none in the seed."""
        if self._company.bare:
            return []
        route, several = self._company.route, f"{PROCESSING}/executions/promotions"
        return [
            route("POST", several, self.run),
            route("GET", f"{several}/{{executionId}}", self.read),
        ]

    async def run(self, request: Request) -> JSONResponse:
        """Run a promotion to its end, which takes no time worth waiting for."""
        given = await requests.body(request, Run)
        promotion = self._company.refer(PROMOTION, given.executable, requests.absent)
        user, kind = who(request)
        if user not in promotion["users" if kind == "HUMAN" else "serviceAccounts"]:
            raise Refusal.forbidden(f"{user} does not have the promotion")
        advanced = given.advanced or Advanced()
        scope, subject = read_scope(self._company, promotion, advanced.artifact_type, advanced.artifact_id)
        spec = Spec(given.keep_target_resources, given.keep_target_run_profiles, scope, subject)
        started = moments.now()
        workspaces = promote(self._platform, promotion, spec, dry=False)
        status, message = _judge(workspaces, subject)
        kept = self._company.add(
            PROMOTION_EXECUTION,
            lambda _: {
                "promotion": promotion["ref"],
                "started": started,
                "finished": moments.now(),
                "user": user,
                "userType": kind,
                "keepTargetResources": given.keep_target_resources,
                "keepTargetRunProfiles": given.keep_target_run_profiles,
                "advanced": {"artifactId": subject, "artifactType": scope} if scope else None,
                "context": given.context,
                "status": status,
                "message": message,
                "workspaces": workspaces,
            },
        )
        report = _answer(kept)
        return JSONResponse({"executionId": report["executionId"], "executionReport": report}, 201)

    async def read(self, request: Request) -> JSONResponse:
        """Read one run of a promotion."""
        return JSONResponse(_answer(self._company.find(request, PROMOTION_EXECUTION, "executionId")))


def _judge(workspaces: list[dict[str, Any]], subject: str | None) -> tuple[str, str]:
    """Tell how a run went as a whole: it failed when what it was about could not be brought."""
    lost, count = lacking(workspaces, dry=False)
    if not lost:
        return "PROMOTED", ""
    message = f"{len(lost)} of {count} could not be brought"
    return "PROMOTION_FAILED" if subject in lost or len(lost) == count else "PROMOTION_WARNING", message


def _answer(record: Record) -> dict[str, Any]:
    told = {
        "executionId": record["ref"],
        "startTimestamp": moment(record["started"]),
        "triggerTimestamp": moment(record["started"]),
        "finishTimestamp": moment(record["finished"]),
        "userId": record["user"],
        "userType": record["userType"],
        "promotionId": record["promotion"],
        "keepTargetResources": record["keepTargetResources"],
        "keepTargetRunProfiles": record["keepTargetRunProfiles"],
        "defective": record["status"] != "PROMOTED",
        "status": record["status"],
        "statusMessage": record["message"],
        "workspaces": record["workspaces"],
        "engines": [],
        "clusters": [],
    }
    optional = {name: record[name] for name in ("advanced", "context") if record[name] is not None}
    return told | optional
