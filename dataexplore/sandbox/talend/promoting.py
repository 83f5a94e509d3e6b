"""What a promotion does: brings what lies in one environment to another, thing by thing, found by name."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox import moments
from dataexplore.sandbox.talend.company import (
    ARTIFACT,
    CONNECTION,
    PLAN,
    RESOURCE,
    TASK,
    WORKSPACE,
    Company,
)
from dataexplore.sandbox.talend.usage import handlers, uses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["LISTS", "SCOPES", "Spec", "lacking", "promote"]

# What the service calls the kinds in a promotion, and where its report lists them.
TYPES = {TASK: "FLOW", PLAN: "PLAN", ARTIFACT: "ACTION", CONNECTION: "CONNECTION", RESOURCE: "RESOURCE"}
LISTS = {TASK: "flows", PLAN: "plans", ARTIFACT: "actions", CONNECTION: "connections", RESOURCE: "resources"}
# What a promotion may be about, other than the whole environment.
SCOPES = {"WORKSPACE": WORKSPACE, "PLAN": PLAN, "FLOW": TASK, "ACTION": ARTIFACT}
# What tasks use comes before them, and they before plans.
ORDER = (CONNECTION, RESOURCE, ARTIFACT, TASK, PLAN)
# What is brought of each kind; the rest is the target's own.
BROUGHT = {
    CONNECTION: ("name", "app", "parameters"),
    RESOURCE: ("name", "description", "file", "content"),
    ARTIFACT: ("name", "type", "versions"),
    TASK: (
        *("name", "description", "kind", "table", "sql", "version", "tags"),
        *("artifact", "connections", "parameters", "resources"),
    ),
    PLAN: ("name", "description", "author", "authorType", "steps", "runConfig"),
}
# The kinds of which a promotion may leave what the target has.
KEPT = (CONNECTION, RESOURCE)
# What has to be the same for one thing to take the place of another.
SORTS = {CONNECTION: "app", ARTIFACT: "type"}


@dataclass(frozen=True, slots=True)
class Spec:
    """How a promotion is to go: what of the target stays as it is, and what it is about."""

    keep_resources: bool = False
    keep_run_profiles: bool = False
    scope: str | None = None
    subject: str | None = None


@dataclass(slots=True)
class _Result:
    """What became, or would become, of one thing."""

    status: str
    target: str | None = None
    messages: list[dict[str, str]] = field(default_factory=list)

    def tell(self, record: Record, type_: str, report: str) -> dict[str, Any]:
        told = {"id": record["ref"], "name": record["name"], "type": type_}
        if self.target:
            told["targetId"] = self.target
        return told | {report: {"status": self.status, "messages": self.messages}}


def _choose(company: Company, spec: Spec, records: dict[str, list[Record]], source: int) -> set[str]:
    """Tell which things of the source a promotion is about: those asked for, and all that these need."""
    if spec.scope is None:
        return {
            one["ref"] for kind in ORDER for one in records[kind] if company.environment_of(one) == source
        }
    assert spec.subject is not None
    if spec.scope == "WORKSPACE":
        number = (company.look_up(WORKSPACE, spec.subject) or {}).get("id")
        chosen = {one["ref"] for kind in ORDER for one in records[kind] if one["workspace"] == number}
    else:
        chosen = {spec.subject}
    by_ref = {one["ref"]: one for kind in (TASK, PLAN) for one in records[kind]}
    waiting = [by_ref[ref] for ref in chosen if ref in by_ref]
    while waiting:
        new = set(_needs(waiting.pop())) - chosen
        chosen |= new
        waiting += [by_ref[ref] for ref in new if ref in by_ref]
    return chosen


def promote(platform: Platform, promotion: Record, spec: Spec, *, dry: bool) -> list[dict[str, Any]]:
    """Bring what a promotion is about to its target, or with ``dry`` only tell what would be done.

    Returns:
        The report, workspace by workspace. A thing that needs one which could not be brought is skipped.
    """
    return _Promotion(platform, promotion, spec, dry=dry).run()


def lacking(workspaces: list[dict[str, Any]], *, dry: bool) -> tuple[list[str], int]:
    """Give the IDs of what a report says could not be brought, and how many things it is about."""
    report = "analyzeReport" if dry else "promotionReport"
    things = [one for workspace in workspaces for name in LISTS.values() for one in workspace[name]]
    lost = [one["id"] for one in things if one[report]["status"] in ("FAILED", "SKIPPED")]
    return lost, len(things)


def _needs(record: Record) -> Iterable[str]:
    if "steps" in record:
        return uses(record)
    return (record["artifact"]["id"], *record["connections"].values(), *record["resources"].values())


class _Promotion:
    """One promotion on its way; ``_results`` has what became of each thing of the source."""

    def __init__(self, platform: Platform, promotion: Record, spec: Spec, *, dry: bool) -> None:
        self._records = platform.records
        self._company = Company(platform)
        self._source, self._target = promotion["source"], promotion["target"]
        self._spec = spec
        self._dry = dry
        self._report = "analyzeReport" if dry else "promotionReport"
        self._results: dict[str, _Result] = {}

    def run(self) -> list[dict[str, Any]]:
        things = {kind: self._records.all(kind) for kind in ORDER}
        chosen = _choose(self._company, self._spec, things, self._source)
        places = {
            place["id"]: self._place(place)
            for place in self._records.all(WORKSPACE)
            if place["environment"] == self._source and self._is_meant(place, chosen, things)
        }
        reports = {
            number: result.tell(self._company.get(WORKSPACE, number), "WORKSPACE", self._report)
            | {name: [] for name in LISTS.values()}
            for number, result in places.items()
        }
        for kind in ORDER:
            for one in _in_order(things[kind]):
                if one["ref"] in chosen:
                    result = self._results[one["ref"]] = self._bring(kind, one, places[one["workspace"]])
                    told = result.tell(one, TYPES[kind], self._report)
                    if kind == ARTIFACT:
                        told["targetVersion"] = one["versions"][-1]["version"]
                    reports[one["workspace"]][LISTS[kind]].append(told)
        return list(reports.values())

    def _is_meant(self, place: Record, chosen: set[str], things: dict[str, list[Record]]) -> bool:
        if self._spec.scope in (None, "WORKSPACE") and self._spec.subject in (None, place["ref"]):
            return True
        return any(
            one["workspace"] == place["id"] and one["ref"] in chosen for kind in ORDER for one in things[kind]
        )

    def _place(self, place: Record) -> _Result:
        """Find the workspace of the same name, or add it."""
        for one in self._records.all(WORKSPACE):
            if one["environment"] == self._target and one["name"] == place["name"]:
                return _Result("REUSED", one["ref"])
        if self._dry:
            return _Result("CREATED")
        now = moments.now()
        new = {"environment": self._target, "createDate": now, "updateDate": now}
        made = self._company.add(WORKSPACE, lambda _: _without_identity(place) | new)
        return _Result("CREATED", made["ref"])

    def _bring(self, kind: str, one: Record, place: _Result) -> _Result:
        """Create or replace one thing in the target, unless it is there as it is."""
        if lacking := self._find_lacking(kind, one):
            return lacking
        workspace = self._company.look_up(WORKSPACE, place.target or "")
        before = self._find(kind, one["name"], workspace["id"]) if workspace else None
        wanted = self._translate(kind, one, before)
        if before is None:
            return self._create(kind, wanted | _begin(kind, one), workspace)
        if clash := _find_clash(kind, one, before):
            return clash
        if kind in KEPT and self._spec.keep_resources:
            said = {"info": "The target's own is kept", "level": "INFO"}
            return _Result("REUSED", before["ref"], [said])
        if all(before[name] == value for name, value in wanted.items()):
            return _Result("REUSED", before["ref"])
        if not self._dry:
            stamped = wanted | ({"updateDate": moments.now()} if kind == PLAN else {})
            self._records.change(kind, before["id"], lambda record: record | stamped)
        return _Result("REPLACED", before["ref"])

    def _find_lacking(self, kind: str, one: Record) -> _Result | None:
        """Tell what a task or a plan needs and does not have in the target."""
        if kind not in (TASK, PLAN):
            return None
        for ref in _needs(one):
            if self._results[ref].status in ("FAILED", "SKIPPED"):
                said = {"info": f"It needs {ref}, which could not be brought", "level": "WARN"}
                return _Result("SKIPPED", messages=[said])
        return None

    def _find(self, kind: str, name: str, workspace: int) -> Record | None:
        found = (one for one in self._records.all(kind) if one["name"] == name)
        return next((one for one in found if one["workspace"] == workspace), None)

    def _create(self, kind: str, wanted: Record, workspace: Record | None) -> _Result:
        if self._dry:
            return _Result("CREATED")
        assert workspace is not None
        now = moments.now()
        new: Record = {"workspace": workspace["id"], "createDate": now}
        if kind == PLAN:
            new["updateDate"] = now
        return _Result("CREATED", self._company.add(kind, lambda _: wanted | new)["ref"])

    def _translate(self, kind: str, one: Record, before: Record | None) -> Record:
        """Write one thing as the target would have it: what it speaks of is the target's own."""
        wanted = {name: one[name] for name in BROUGHT[kind]}
        if kind == TASK:
            wanted["artifact"] = one["artifact"] | {"id": self._there(one["artifact"]["id"])}
            for name in ("connections", "resources"):
                wanted[name] = {key: self._there(ref) for key, ref in one[name].items()}
        elif kind == PLAN:
            known = {step["name"]: step["id"] for step in before["steps"]} if before else {}
            wanted["steps"] = [self._translate_step(step, known) for step in one["steps"]]
            # No schedule in the source is no wish to end the target's.
            if before and (self._spec.keep_run_profiles or not one["runConfig"]):
                wanted["runConfig"] = before["runConfig"]
        return wanted

    def _translate_step(self, step: Record, known: dict[str, str]) -> Record:
        handler = step["handlerOnFailure"]
        return step | {
            "id": known.pop(step["name"], None) or str(uuid.uuid4()),
            "taskIds": [self._there(ref) for ref in step["taskIds"]],
            "handlerOnFailure": handler
            and {name: [self._there(ref) for ref in refs] for name, refs in handler.items()},
        }

    def _there(self, ref: str) -> str:
        """Give the target's ID of a thing; its own while it is not there, as in an analysis."""
        return self._results[ref].target or ref


def _begin(kind: str, one: Record) -> Record:
    """Tell what a new thing of the target begins with, and then has as its own."""
    if kind == TASK:
        return {"paused": None, "configured": one.get("configured", True)}
    return {"pause": None} if kind == PLAN else {}


def _find_clash(kind: str, one: Record, before: Record) -> _Result | None:
    """Tell why a thing cannot take the place of the one of its name: it is of another sort."""
    sort = SORTS.get(kind)
    if sort is None or one[sort] == before[sort]:
        return None
    info = f"The target's own is of {before[sort]}, this one of {one[sort]}"
    return _Result("FAILED", before["ref"], [{"info": info, "level": "ERROR"}])


def _without_identity(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in ("id", "ref")}


def _in_order(things: list[Record]) -> list[Record]:
    """Put plans after those that their error handlers run; the rest stays as it is."""
    by_ref = {one["ref"]: one for one in things}
    ordered: dict[str, Record] = {}

    def put(one: Record) -> None:
        if one["ref"] not in ordered:
            for ref in handlers(one) if "steps" in one else ():
                put(by_ref[ref])
            ordered[one["ref"]] = one

    for one in things:
        put(one)
    return list(ordered.values())
