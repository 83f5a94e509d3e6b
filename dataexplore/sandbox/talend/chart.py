"""The chart of a plan: its steps, each inside the one before, with their tasks and error handlers."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.talend.company import PLAN, TASK, WORKSPACE
from dataexplore.sandbox.talend.tasks import told_pause

if TYPE_CHECKING:
    from dataexplore.sandbox.records import Record
    from dataexplore.sandbox.talend.company import Company

__all__ = ["draw"]

HANDLER = "Error handler"


def draw(plan: Record, last: Record | None, company: Company) -> dict[str, Any]:
    """Draw the chart of a plan, with what each step came to in the last run.

    Steps are told under the names of both documents of the service, unless only the older one counts.
    """
    ended = {step["id"]: step["status"] for step in (last["steps"] if last else ())}
    chart: dict[str, Any] = {}
    for step in reversed(plan["steps"]):
        node = _node(step["id"], step["name"], step["taskIds"], company, note=step["note"])
        if status := ended.get(step["id"]):
            node["status"] = status
        if handler := step["handlerOnFailure"]:
            node["stepOnException"] = _draw_handler(step["id"], handler, company)
        if chart:
            node["nextStep"] = chart
        chart = node
    return chart


def _draw_handler(step: str, handler: Record, company: Company) -> dict[str, Any]:
    # The same at each reading, though nothing but the step has an id of its own.
    number = str(uuid.uuid5(uuid.UUID(step), "handler"))
    node = _node(number, HANDLER, handler["taskIds"], company)
    node["flows"] += [_tell_plan(ref, company) for ref in handler["planIds"]]
    return node


def _node(number: str, name: str, tasks: list[str], company: Company, *, note: str = "") -> dict[str, Any]:
    node: dict[str, Any] = {"stepId": number, "stepName": name}
    if note:
        node["stepNote"] = note
    if not company.bare:
        node |= {"id": number, "name": name, "taskIds": tasks} | ({"note": note} if note else {})
    return node | {"flows": [_tell_task(ref, company) for ref in tasks]}


def _tell_task(ref: str, company: Company) -> dict[str, Any]:
    task = company.refer(TASK, ref)
    told = {
        "id": ref,
        "name": task["name"],
        "version": task["version"],
        "description": task["description"],
        "workspaceId": company.get(WORKSPACE, task["workspace"])["ref"],
        "plan": False,
        "jobType": "STANDARD",
        "pauseDetails": told_pause(task.get("paused")),
    }
    return told if company.bare else told | {"artifact": task["artifact"]}


def _tell_plan(ref: str, company: Company) -> dict[str, Any]:
    plan = company.refer(PLAN, ref)
    return {
        "id": ref,
        "name": plan["name"],
        "description": plan["description"],
        "workspaceId": company.get(WORKSPACE, plan["workspace"])["ref"],
        "plan": True,
        "pauseDetails": told_pause(plan["pause"]),
    }
