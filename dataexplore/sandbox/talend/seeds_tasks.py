"""The tasks that are there from the start, and the artifacts that they run."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.talend import refs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.sandbox.records import Record

__all__ = ["ARTIFACTS", "SHOP", "SLACK", "TASKS", "find_task"]

# Where things lie: Retail of Development and of Production; see the workspaces of the seeds.
RETAILS = (1, 3)
# Which connections and resources tasks use, by workspace.
SHOP, SFTP, SLACK = {1: 1, 3: 4}, {1: 2, 3: 5}, {1: 3, 3: 6}
RATES = {1: 1, 3: 2}

# What is taken from each raw table: which rows are valid, and how they are landed.
EXTRACTS: dict[str, tuple[str, str]] = {
    "orders": ("upper(trim(status)) <> 'CANCELLED'", "* replace (lower(trim(status)) as status)"),
    "order_lines": ("quantity between 1 and 10 and unit_price > 0", "*"),
    "customers": (
        "email like '%_@_%.%'",
        "* replace (lower(trim(email)) as email, upper(trim(country)) as country)",
    ),
    "payments": ("amount > 0 and failure_code is distinct from 'provider_timeout'", "*"),
    "refunds": ("amount > 0", "* replace (coalesce(reason, 'unknown') as reason)"),
    "shipments": ("delivered_at is null or delivered_at >= shipped_at", "*"),
    "products": ("brand is not null and list_price > 0", "*"),
    "categories": ("category_name = trim(category_name)", "*"),
    "stores": ("square_metres > 0", "*"),
    "employees": ("left_on is null or left_on >= hired_on", "*"),
    "web_events": ("not client.bot", "* replace (client.browser as client)"),
    "inventory_movements": ("quantity <> 0", "*"),
    "support_tickets": ("first_response_at is null or first_response_at >= opened_at", "*"),
    "campaigns": ("ended_on >= started_on", "* replace (lower(channel) as channel)"),
    "campaign_touches": ("cost_eur >= 0", "*"),
    "exchange_rates": (
        "try_cast(rate_to_eur as double) > 0",
        "* replace (strptime(rate_date, '%Y%m%d')::date as rate_date, rate_to_eur::double as rate_to_eur)",
    ),
}

# What is checked: the table, what it means, one row of bad and all ones, and which share of bad ones passes.
CHECKS: dict[str, tuple[str, str, str, float]] = {
    "check_orders_complete": (
        "orders",
        "Every order has its lines",
        (
            "select count(*) filter (where lines.order_id is null), count(*) from {landing}.orders as orders"
            " left join (select distinct order_id from {landing}.order_lines) as lines using (order_id)"
        ),
        0.05,
    ),
    "check_payments_balance": (
        "payments",
        "What was captured stands against an order in the same currency",
        (
            "select count(*) filter (where orders.order_id is null), count(*)"
            " from {landing}.payments as payments"
            " left join (select distinct order_id, currency from warehouse.raw.orders) as orders"
            " using (order_id, currency) where payments.status = 'captured'"
        ),
        0.01,
    ),
    "check_exchange_rates": (
        "exchange_rates",
        "The latest day has a rate for each currency",
        (
            "select count(*) filter (where latest.currency is null), count(*)"
            " from (select distinct currency from {landing}.exchange_rates) as known"
            " left join (select currency from {landing}.exchange_rates"
            " where rate_date = (select max(rate_date) from {landing}.exchange_rates)) as latest"
            " using (currency)"
        ),
        0.0,
    ),
    "check_web_events": (
        "web_events",
        "Few events came twice",
        "select count(*) - count(distinct event_id), count(*) from {landing}.web_events",
        0.1,
    ),
    "check_stock": (
        "inventory_movements",
        "What moves is in the range of products",
        (
            "select count(*) filter (where products.product_id is null), count(*)"
            " from {landing}.inventory_movements as movements"
            " left join {landing}.products as products using (product_id)"
        ),
        0.25,
    ),
    "check_campaign_touches": (
        "campaign_touches",
        "Every touch belongs to a campaign",
        (
            "select count(*) filter (where campaigns.campaign_id is null), count(*)"
            " from {landing}.campaign_touches as touches"
            " left join {landing}.campaigns as campaigns using (campaign_id)"
        ),
        0.02,
    ),
    "check_refunds": (
        "refunds",
        "No refund is larger than what its order was paid",
        (
            "select count(*) filter (where refunds.amount > coalesce(paid.amount, 0)), count(*)"
            " from {landing}.refunds as refunds left join (select order_id, sum(amount) as amount"
            " from {landing}.payments where status = 'captured' group by order_id) as paid using (order_id)"
        ),
        0.01,
    ),
}

PUBLISHED: dict[str, tuple[str, ...]] = {
    "publish_retail": (
        "orders",
        "order_lines",
        "customers",
        "payments",
        "refunds",
        "shipments",
        "products",
        "categories",
        "stores",
        "employees",
        "support_tickets",
        "exchange_rates",
    ),
    "publish_web": ("web_events",),
    "publish_marketing": ("campaigns", "campaign_touches"),
    "publish_stock": ("inventory_movements", "products"),
}

NOTICES = {
    "notify_on_call": "The nightly load needs someone: see the failed tasks of its step",
    "notify_web_team": "Web events were not taken; what was landed before is published again",
    "notify_finance": "The books of the month can be closed",
}

# Checks that are new in Development; a promotion would bring them to Production. They run in plans only.
NEW = ("check_refunds",)
PAUSES = {
    (3, "notify_finance"): {
        "pause": True,
        "pauseContext": "Finance reads the books of October first",
        "user": "zofia.kowalska",
        "userType": "HUMAN",
        "pauseDate": "2026-11-05T08:33:40.000000Z",
    }
}
# What Production's Retail still has and no task runs any more.
LEFT_OVER = "extract_orders_by_hand_job"


def _describe() -> Iterator[Record]:
    """Describe each task once, whichever workspace it lies in."""
    for table, (valid, columns) in EXTRACTS.items():
        yield {
            "name": f"extract_{table}",
            "description": f"Takes {table.replace('_', ' ')} from the shop's systems into the landing zone",
            "kind": "extract",
            "table": table,
            "tags": ["extract", "raw"],
            "sql": {"table": table, "valid": valid, "columns": columns},
        }
    for name, (table, description, sql, threshold) in CHECKS.items():
        yield {
            "name": name,
            "description": description,
            "kind": "check",
            "table": table,
            "tags": ["check"],
            "sql": {"sql": sql, "threshold": threshold},
        }
    for name, tables in PUBLISHED.items():
        yield {
            "name": name,
            "description": f"Tells who reads what is landed: {', '.join(tables)}",
            "kind": "publish",
            "table": None,
            "tags": ["publish"],
            "sql": {"tables": list(tables)},
        }
    for name, text in NOTICES.items():
        yield {
            "name": name,
            "description": "Writes to those who have to know",
            "kind": "notify",
            "table": None,
            "tags": ["notify"],
            "sql": {"text": text},
        }


def _list_pairs() -> Iterator[tuple[int, int, Record]]:
    """Number each task of each workspace, Production's first; its artifact has the same number."""
    number = 0
    for workspace in reversed(RETAILS):
        for described in _describe():
            if workspace == RETAILS[0] or described["name"] not in NEW:
                number += 1
                yield number, workspace, described


def _list_versions(name: str, workspace: int) -> list[str]:
    """Tell the versions of a task's artifact; extracts of Development are ahead by one."""
    versions = ["0.1.0"] if name in NEW else ["0.1.0", "0.1.1", "0.2.0"]
    return (
        [*versions, "0.3.0"]
        if workspace == RETAILS[0] and name in ("extract_orders", "publish_web")
        else versions
    )


def _use(described: Record, workspace: int) -> dict[str, dict[str, str]]:
    """Tell which connections, parameters and resources a task is given."""
    used: dict[str, dict[str, str]] = {"connections": {}, "parameters": {}, "resources": {}}
    kind, sql = described["kind"], described["sql"]
    if kind == "extract":
        place = SFTP if described["table"] == "exchange_rates" else SHOP
        name = "sftp" if place is SFTP else "shop"
        used["connections"][name] = refs.give("talend_connection", place[workspace])
        used["parameters"]["source"] = f"raw.{sql['table']}"
        if place is SFTP:
            used["resources"]["rates"] = refs.give("talend_resource", RATES[workspace])
    elif kind == "notify":
        used["connections"]["slack"] = refs.give("talend_connection", SLACK[workspace])
    elif kind == "check":
        used["parameters"]["threshold"] = str(sql["threshold"])
    return used


def _list_tasks() -> Iterator[Record]:
    for number, workspace, described in _list_pairs():
        versions = _list_versions(described["name"], workspace)
        artifact = {"id": refs.give("talend_artifact", number), "version": versions[-1]}
        used = _use(described, workspace)
        yield {
            **described,
            "workspace": workspace,
            "version": "0.1",
            "artifact": artifact,
            "configured": described["name"] not in NEW,
            "paused": PAUSES.get((workspace, described["name"])),
            **used,
        }


COMMITS = uuid.UUID("c0331700-0000-5000-8000-000000000000")
PUBLISHED_AT = {
    "0.1.0": "2026-02-03T09:12:44.000000Z",
    "0.1.1": "2026-03-17T14:05:10.000000Z",
    "0.2.0": "2026-06-09T08:47:31.000000Z",
    "0.3.0": "2026-11-12T16:20:02.000000Z",
}
VERSION_NOTES = {
    "0.1.0": "First version",
    "0.1.1": "Rows that do not fit are kept apart",
    "0.2.0": "Reads in parallel",
    "0.3.0": "Takes changed rows only",
}


def _name_commit(name: str, version: str) -> str:
    """Give the commit of a version, the same in every environment."""
    return uuid.uuid5(COMMITS, f"{name} {version}").hex + "5a1e5000"


def _list_artifacts() -> Iterator[Record]:
    for _, workspace, described in _list_pairs():
        name = described["name"]
        parameters = _use(described, workspace)["parameters"]
        yield _describe_artifact(f"{name}_job", workspace, _list_versions(name, workspace), parameters)
    yield _describe_artifact(LEFT_OVER, RETAILS[1], ["0.1.0", "0.1.1"], {})


def _describe_artifact(name: str, workspace: int, versions: list[str], parameters: dict[str, str]) -> Record:
    return {
        "name": name,
        "type": "standard",
        "workspace": workspace,
        "versions": [
            {
                "version": version,
                "description": VERSION_NOTES[version],
                "publisher": "jonas.lindqvist",
                "createDate": PUBLISHED_AT[version],
                "parameters": [
                    {"name": key, "value": value, "type": "String", "required": True, "comment": ""}
                    for key, value in parameters.items()
                ],
                "repository": {
                    "project": "RETAIL_INGESTION",
                    "branch": "main",
                    "commit": {
                        "id": _name_commit(name, version),
                        "date": PUBLISHED_AT[version],
                        "author": "jonas.lindqvist",
                    },
                },
            }
            for version in versions
        ],
    }


TASKS: list[Any] = list(_list_tasks())
ARTIFACTS: list[Any] = list(_list_artifacts())
NUMBERS = {(task["workspace"], task["name"]): number for number, task in enumerate(TASKS, 1)}


def find_task(workspace: int, name: str) -> str:
    """Give the ID of a task that is there from the start."""
    return refs.give("talend_task", NUMBERS[workspace, name])
