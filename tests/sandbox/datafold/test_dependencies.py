"""What hangs on the tables of a diff."""

from __future__ import annotations

from dataexplore.sandbox.datafold import bi
from dataexplore.sandbox.datafold.dependencies import dependencies


def diff(**sides):
    return {"data_source1_id": 1, **sides}


def test_tables_and_syncs_downstream_are_told_once_nearest_first(platform):
    bi.Bi(platform)  # seeds the integrations
    told = dependencies(
        platform,
        diff(
            table1=["warehouse", "staging", "stg_orders"],
            table2=["warehouse", "intermediate", "int_order_revenue"],
        ),
    )
    names = [one["name"] for one in told]
    assert len(names) == len(set(names))
    assert {"fact_orders", "daily_revenue", "customer_lifetime_value"} <= set(names)
    assert not {"stg_orders", "int_order_revenue"} & set(names)
    (sync,) = (one for one in told if one["name"] == "Salesforce: account value")
    assert (sync["item_type"], sync["path"][0]) == ("Sync", "Hightouch")
    assert names.index("customer_lifetime_value") < names.index("Salesforce: account value")


def test_a_query_or_an_unknown_table_has_none(platform):
    assert dependencies(platform, diff(table1=None, table2=["warehouse", "no", "such"])) == []
