"""Data diffs from before the sandbox started: of the company's own tables, compared when first looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold.diff_requests import DiffRequest
from dataexplore.sandbox.datafold.diff_runs import KIND

if TYPE_CHECKING:
    from dataexplore.sandbox.datafold.diff_runs import DiffRuns
    from dataexplore.sandbox.records import Records

__all__ = ["CI_RUNS", "seed"]

# Pull requests of the past, by the number of their run.
CI_RUNS = {
    1: {"pr_num": "211", "pr_branch": "clean-customers", "pr_sha": "5d1a70c2", "base_sha": "88e0f4b1"},
    2: {"pr_num": "214", "pr_branch": "net-amount", "pr_sha": "9a8b7c6d", "base_sha": "1f2e3d4c"},
    3: {"pr_num": "219", "pr_branch": "store-managers", "pr_sha": "c0ffee42", "base_sha": "9a8b7c6d"},
}


@dataclass(frozen=True, slots=True)
class Past:
    """One diff: how long ago, of which tables, by which key, and what else was asked for or is known."""

    days: float
    tables: tuple[str, str]
    keys: tuple[str, ...]
    asked: dict[str, Any] = field(default_factory=dict)
    ci_run: int | None = None


# Large tables are cut, so that looking at the past stays quick at every scale.
FIRST_ORDERS = {"filter1": "order_id <= 20000", "filter2": "order_id <= 20000"}
LOADED = {"column_mapping": [("_loaded_at", "loaded_at")]}

PAST = (
    Past(61.3, ("raw.stores", "staging.stg_stores"), ("store_id",), {"tags": ["migration"]}),
    Past(61.2, ("raw.products", "staging.stg_products"), ("product_id",), {"tags": ["migration"]}),
    Past(44.6, ("raw.customers", "staging.stg_customers"), ("customer_id",), ci_run=1),
    Past(44.5, ("staging.stg_customers", "marts.dim_customers"), ("customer_id",), ci_run=1),
    Past(30.1, ("raw.orders", "staging.stg_orders"), ("order_id",), FIRST_ORDERS | LOADED),
    Past(
        21.4,
        ("intermediate.int_order_revenue", "marts.fact_orders"),
        ("order_id",),
        FIRST_ORDERS | {"include_columns": ["amount", "gross_amount", "refunded_amount"]},
        ci_run=2,
    ),
    Past(
        21.3,
        ("staging.stg_orders", "marts.fact_orders"),
        ("order_id",),
        FIRST_ORDERS | {"exclude_columns": ["loaded_at"]},
        ci_run=2,
    ),
    Past(
        12.8,
        ("staging.stg_orders", "marts.fact_orders"),
        ("order_number",),
        {
            "filter1": "order_id <= 20000 AND channel = 'web'",
            "filter2": "order_id <= 20000 AND status <> 'cancelled'",
            "columns_to_compare": ["status", "currency", "customer_id"],
            "tags": ["web"],
        },
    ),
    Past(9.7, ("raw.stores", "marts.dim_stores"), ("store_id",), ci_run=3),
    Past(5.5, ("staging.stg_stores", "marts.dim_stores"), (), {"infer_pk": True, "tags": ["nightly"]}),
    Past(4.5, ("marts.fact_orders", "dev.fact_orders"), ("order_id",), {"tags": ["nightly"]}),
    Past(
        3.5,
        ("marts.dim_products", "marts.dim_products"),
        ("product_id",),
        {"filter1": "brand IS NULL AND list_price < 0", "filter2": "brand IS NULL AND list_price < 0"},
    ),
)


def seed(runs: DiffRuns, records: Records) -> None:
    """Keep the past, where there are no diffs at all; what they found is not known yet."""
    if records.all(KIND):
        return
    now = datetime.now(UTC)
    for past in PAST:
        moment = moments.write(now - timedelta(days=past.days))
        origin: dict[str, Any] = {"created_at": moment, "updated_at": moment, "finished_at": moment}
        if past.ci_run:
            pull = CI_RUNS[past.ci_run]
            origin |= {
                "source": "ci",
                "ci_run_id": past.ci_run,
                "ci_pr_num": int(pull["pr_num"]),
                "ci_base_branch": "main",
                "ci_pr_branch": pull["pr_branch"],
                "ci_pr_sha": pull["pr_sha"],
            }
        asked = DiffRequest(
            data_source1_id=1,
            data_source2_id=1,
            table1=["warehouse", *past.tables[0].split(".")],
            table2=["warehouse", *past.tables[1].split(".")],
            pk_columns=list(past.keys),
            **past.asked,
        )
        runs.add(asked, **origin, status="done", done=True)
    moment = moments.write(now - timedelta(days=2.5))
    # One of a data source that is no longer for everybody.
    closed = DiffRequest(
        data_source1_id=4,
        data_source2_id=1,
        table1=["warehouse", "marts", "daily_revenue"],
        table2=["warehouse", "marts", "daily_revenue"],
        pk_columns=["order_date", "channel"],
    )
    runs.add(closed, created_at=moment, updated_at=moment, finished_at=moment, status="cancelled")
