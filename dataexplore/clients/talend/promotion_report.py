"""What a promotion would do, or did, as one table: a row for each thing, whatever it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dataexplore.clients.records import Record, Records, record, text, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.clients.talend.promotion_runs import PromotionRun

__all__ = ["Promoted", "report"]

_INSIDE = ("plans", "flows", "actions", "connections", "resources", "engines", "clusters", "runProfiles")


def _messages(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Read what both reports say of a thing, with its level in front where it is more than information."""
    told: dict[str, None] = {}
    for name in ("analyzeReport", "promotionReport"):
        own = raw.get(name)
        messages = own.get("messages") if isinstance(own, Mapping) else None
        for each in messages if isinstance(messages, list) else ():
            if isinstance(each, Mapping) and isinstance(info := each.get("info"), str):
                level = each.get("level")
                told[f"{level}: {info}" if isinstance(level, str) and level != "INFO" else info] = None
    return tuple(told)


@record
class Promoted(Record):
    """One thing that a promotion copies.

    Attributes:
        type: ``WORKSPACE``, ``PLAN``, ``FLOW`` (a task), ``ACTION`` (an artifact), ``CONNECTION`` ...
        workspace: the name of the workspace it stands in.
        planned: what the analysis says becomes of it: ``CREATED``, ``REPLACED``, ``REUSED``, ``FAILED`` or
            ``SKIPPED``.
        done: what became of it; None as long as nothing was copied.
        messages: what the service says of it, warnings and errors with their level.
        target_id: its id in the target environment, where it has one.
    """

    name: str | None = text()
    type: str | None = text()
    workspace: str | None = text("workspace")
    planned: str | None = text("analyzeReport.status")
    done: str | None = text("promotionReport.status")
    messages: tuple[str, ...] = whole(_messages, pa.string(), "; ".join)
    version: str | None = text()
    target_version: str | None = text("targetVersion")
    id: str | None = text()
    target_id: str | None = text("targetId")


def report(run: PromotionRun) -> Records[Promoted]:
    """Give what an analysis or a run of a promotion says, a row for each thing in the service's order."""
    groups = [(run.workspaces, True), (run.engines, False), (run.clusters, False)]
    found = (each for group, is_place in groups for raw in _objects(group) for each in _rows(raw, is_place))
    return Records(found, Promoted)


def _rows(raw: Mapping[str, Any], is_place: bool) -> Iterator[Promoted]:
    own = Promoted.read(raw)
    yield own
    place = own.name if is_place else None
    waiting = [raw]
    while waiting:
        around = waiting.pop()
        for inner in (each for name in _INSIDE for each in _objects(around.get(name))):
            yield replace(Promoted.read(inner), workspace=place)
            waiting.append(inner)


def _objects(raw: Any) -> list[Mapping[str, Any]]:
    return [each for each in raw if isinstance(each, Mapping)] if isinstance(raw, list) else []
