"""The client's own call of every Talend operation: the same request as the sample, asked in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients import talend
from dataexplore.secret import Secret
from tests.contract.client_calls import Calls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.clients.talend import TalendClient

CALLS = Calls(
    talend,
    {
        "addPromotionServiceAccount": "promotions.add_service_account",
        "executePlan": "executions.start_plan",
        "executePromotion": "executions.start_promotion",
        "executeTask": "executions.start_task",
        "getPlanRunConfig": "plans.run_config",
        "getStepHandlerExecution": "executions.error_handler",
        "listPlanExecutions": "executions.plan_history",
        "listPlansExecutables": "executions.plan_names",
        "listPlansExecutions": "executions.plan_history",
        "listProjectGroups": "projects.groups",
        "listProjectUsers": "projects.users",
        "listPromotionUsers": "promotions.users",
        "listTaskExecutions": "executions.task_history",
        "listTasksExecutables": "executions.task_names",
        "listTasksExecutions": "executions.task_history",
        "putPlanRunConfig": "plans.put_run_config",
        "removePromotionServiceAccount": "promotions.remove_service_account",
        "searchTasksExecutions": "executions.search_tasks",
        "terminateTaskExecution": "executions.terminate_task",
    },
)
# What Processing lists only where Orchestration is closed, by the path that is closed then.
OTHERWISE = {
    "listPlansExecutables": "/orchestration/executables/plans",
    "listTasksExecutables": "/orchestration/executables/tasks",
}
# What no method sends: a session asks for it when it has a service account.
BY_ITSELF = "createToken"


def call(client: TalendClient, name: str, given: Mapping[str, Any]) -> Any:
    """Make the client's call of a planted sample."""
    fields = dict(given.get("asked", {}))
    if isinstance(fields.get("parameters"), list):
        fields["parameters"] = {
            each["name"]: Secret(each["value"]) if each.get("encrypted") else each["value"]
            for each in fields["parameters"]
        }
    if "only" in fields:
        fields["only"] = tuple(fields["only"])
    if "file" in fields:
        fields["file"] = fields["file"].encode()
    return CALLS.call(client, name, list(given["path"].values()), fields)
