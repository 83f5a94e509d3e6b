"""The plans that are there from the start: what the company does each night, and in the day."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.talend import refs
from dataexplore.sandbox.talend.seeds_tasks import find_task

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.sandbox.records import Record

__all__ = ["PLANS"]

STEPS = uuid.UUID("0d6f7a9e-31b4-5c0c-8f5a-7d1f4b7c9e00")
ALL, ONE, ALWAYS = "ALL_SUCCEEDED", "AT_LEAST_ONE_SUCCEEDED", "ALWAYS_PROCEED_ON"
WORKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
# Name, condition, tasks, note, tasks and plans of the error handler.
Step = tuple[str, str, tuple[str, ...], str, tuple[str, ...], tuple[str, ...]]

NIGHTLY, WEB, CLEAN_UP = "Nightly retail load", "Web events", "Clean up web events"
CHARTS: dict[str, tuple[Step, ...]] = {
    NIGHTLY: (
        (
            "Extract",
            ALL,
            (
                *(
                    f"extract_{table}"
                    for table in ("orders", "order_lines", "customers", "payments", "refunds")
                ),
                *(f"extract_{table}" for table in ("shipments", "products", "categories", "stores")),
                *(f"extract_{table}" for table in ("employees", "support_tickets", "exchange_rates")),
            ),
            "Each table is replaced as a whole: run it again at any time",
            ("notify_on_call",),
            (),
        ),
        (
            "Check",
            ONE,
            ("check_orders_complete", "check_payments_balance", "check_exchange_rates"),
            "Look at the rejects before you run the checks again",
            (),
            (),
        ),
        ("Publish", ALWAYS, ("publish_retail",), "The marts read what is published last", (), ()),
    ),
    WEB: (
        (
            "Extract",
            ALL,
            ("extract_web_events",),
            "Late events come with the next run",
            (),
            (CLEAN_UP,),
        ),
        ("Check", ALL, ("check_web_events",), "", ("notify_web_team",), ()),
        ("Publish", ALL, ("publish_web",), "", (), ()),
    ),
    "Finance close": (
        (
            "Reload",
            ALL,
            ("extract_payments", "extract_refunds", "extract_exchange_rates"),
            "Only after the payment provider's statement is there",
            (),
            (),
        ),
        ("Balance", ALL, ("check_payments_balance", "check_exchange_rates"), "", ("notify_on_call",), ()),
        (
            "Tell finance",
            ALL,
            ("notify_finance",),
            "Tell them once: start from here only if they know nothing",
            (),
            (),
        ),
    ),
    "Marketing touches": (
        ("Extract", ONE, ("extract_campaigns", "extract_campaign_touches"), "", (), ()),
        ("Check", ALL, ("check_campaign_touches",), "", (), ()),
        ("Publish", ALWAYS, ("publish_marketing",), "", (), ()),
    ),
    "Stock count": (
        ("Extract", ALL, ("extract_inventory_movements", "extract_products"), "", ("notify_on_call",), ()),
        ("Check", ALL, ("check_stock",), "Movements of products without a brand are known", (), ()),
        ("Publish", ALL, ("publish_stock",), "", (), ()),
    ),
    CLEAN_UP: (
        ("Tell", ALWAYS, ("notify_web_team",), "", (), ()),
        ("Publish again", ALL, ("publish_web",), "What was landed before stays good", (), ()),
    ),
}

DESCRIPTIONS = {
    NIGHTLY: "Everything the marts need of the day before",
    WEB: "What visitors do, every two hours of the day",
    CLEAN_UP: "What is left to do when web events do not come",
    "Finance close": "Money once more, before the books are closed",
    "Marketing touches": "Campaigns and whom they reached",
    "Stock count": "What the warehouses counted",
}

TRIGGERS: dict[str, dict[str, Any]] = {
    NIGHTLY: {
        "type": "DAILY",
        "interval": 1,
        "startDate": "2026-02-16",
        "timeZone": "Europe/London",
        "atTimes": {"type": "AT_TIME", "time": "00:45"},
    },
    WEB: {
        "type": "DAILY",
        "interval": 1,
        "startDate": "2026-03-02",
        "timeZone": "Europe/London",
        "atTimes": {"type": "AT_INTERVALS", "startTime": "06:00", "endTime": "22:00", "interval": 120},
    },
    "Finance close": {
        "type": "MONTHLY",
        "interval": 1,
        "startDate": "2026-03-01",
        "timeZone": "Europe/London",
        "atDays": {"type": "DAY_OF_MONTH", "day": 3},
        "atTimes": {"type": "AT_TIME", "time": "07:15"},
    },
    "Marketing touches": {
        "type": "WEEKLY",
        "interval": 1,
        "startDate": "2026-03-02",
        "timeZone": "Europe/Berlin",
        "atDays": {"type": "DAY_OF_WEEK", "days": list(WORKDAYS)},
        "atTimes": {"type": "AT_TIME", "time": "04:30"},
    },
    "Stock count": {
        "type": "DAILY",
        "interval": 1,
        "startDate": "2026-03-09",
        "timeZone": "America/New_York",
        "atTimes": {"type": "AT_SPECIFIC_TIMES", "times": ["05:30", "11:30", "17:30"]},
    },
}

PAUSES = {
    "Finance close": {
        "pause": True,
        "pauseContext": "No close before the audit of October is signed",
        "user": "zofia.kowalska",
        "userType": "HUMAN",
        "pauseDate": "2026-11-05T08:31:12.000000Z",
    }
}

# Which plans each workspace has. Development keeps none on a schedule; its nightly load has one check more.
DEVELOPMENT, PRODUCTION = 1, 3
PLACES = (
    *((PRODUCTION, name) for name in CHARTS),
    *((DEVELOPMENT, name) for name in (NIGHTLY, WEB, CLEAN_UP)),
)


def _list_steps(workspace: int, plan: str) -> Iterator[dict[str, Any]]:
    for name, condition, tasks, note, handling_tasks, handling_plans in CHARTS[plan]:
        if workspace == DEVELOPMENT and plan == NIGHTLY and name == "Check":
            tasks = (*tasks, "check_refunds")  # noqa: PLW2901 - the one step that differs
        handler = {
            "taskIds": [find_task(workspace, task) for task in handling_tasks],
            "planIds": [_find_plan(workspace, handling) for handling in handling_plans],
        }
        yield {
            "id": str(uuid.uuid5(STEPS, f"{workspace}/{plan}/{name}")),
            "name": name,
            "condition": condition,
            "taskIds": [find_task(workspace, task) for task in tasks],
            "note": note,
            "handlerOnFailure": handler if handling_tasks or handling_plans else None,
        }


def _find_plan(workspace: int, name: str) -> str:
    return refs.give("talend_plan", PLACES.index((workspace, name)) + 1)


def _list_plans() -> Iterator[Record]:
    for workspace, name in PLACES:
        trigger = TRIGGERS.get(name) if workspace == PRODUCTION else None
        config = {"trigger": trigger, "runtime": {"type": "CLOUD"}, "parallelExecutionAllowed": False}
        yield {
            "name": name,
            "description": DESCRIPTIONS[name],
            "workspace": workspace,
            "author": "ada.okafor",
            "authorType": "HUMAN",
            "createDate": "2026-02-12T10:04:27.000000Z",
            "updateDate": "2026-06-09T09:02:55.000000Z",
            "steps": list(_list_steps(workspace, name)),
            "runConfig": config if trigger else None,
            "pause": PAUSES.get(name) if workspace == PRODUCTION else None,
        }


PLANS: list[Any] = list(_list_plans())
