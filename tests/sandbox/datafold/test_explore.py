"""The lineage operations as they answer over HTTP, from a sandbox of their own kind."""

from __future__ import annotations

from urllib.parse import quote

import httpx
import pytest

ROOT = "/api/v1/explore/db"


@pytest.fixture
def explore(api):
    """Ask for what is around a table or column; give the answer."""

    def asking(kind, path, side, source=1, client=api, **query):
        return client.get(f"{ROOT}/{source}/{kind}/{quote(path, safe='')}/{side}streams", params=query)

    return asking


def named(answer):
    assert answer.status_code == 200, answer.text
    return [
        ".".join([*one["path"]] if one["type"] == "Table" else [*one["table"]["path"], one["name"]])
        for one in answer.json()
    ]


def test_tables_are_listed_with_their_columns_in_order(explore):
    (answer,) = explore("tables", "warehouse.marts.web_funnel", "up", max_depth=1).json()
    columns = [column["name"] for column in answer.pop("columns")]
    assert answer == {
        "type": "Table",
        "name": "int_web_sessions",
        "path": ["warehouse", "intermediate", "int_web_sessions"],
    }
    assert columns[:2] == ["session_id", "customer_id"]


def test_columns_are_listed_with_their_table_and_depth_is_ten_unless_told(explore):
    (first, *others) = explore(
        "columns", "warehouse.marts.dim_stores.director_name", "up", include_tabular_nodes=False
    ).json()
    assert first == {
        "type": "Column",
        "name": "full_name",
        "table": {"name": "stg_employees", "path": ["warehouse", "staging", "stg_employees"]},
    }
    assert [one["table"]["path"][1] for one in others] == ["raw"]


def test_tables_that_only_join_or_filter_come_unless_they_are_not_wanted(explore):
    path = "warehouse.staging.stg_support_tickets.order_id"
    alone = named(explore("columns", path, "down", max_depth=1, include_tabular_nodes=False))
    assert alone == ["warehouse.marts.support_quality.tickets_about_orders"]
    path = "warehouse.staging.stg_orders.is_cancelled"
    both = named(explore("columns", path, "down", max_depth=1))
    assert "warehouse.intermediate.int_campaign_attribution" in both
    assert "warehouse.intermediate.int_campaign_attribution" not in named(
        explore("columns", path, "down", max_depth=1, include_tabular_nodes="false")
    )


def test_every_depth_reaches_as_far_as_its_number_of_single_steps(explore):
    start = "warehouse.raw.refunds"
    reached, edge = set(), {start}
    for depth in (1, 2, 3, 4):
        edge = {
            name for one in edge for name in named(explore("tables", one, "down", max_depth=1)) if "." in name
        }
        reached |= edge
        edge = {one for one in edge if one.startswith("warehouse.")}
        assert set(named(explore("tables", start, "down", max_depth=depth))) == reached - {start}


def test_dashboards_stand_at_the_end(explore):
    # Other tests of the session may have made tables of it, too.
    found = {
        tuple(one["path"]): one for one in explore("tables", "warehouse.marts.fact_orders", "down").json()
    }
    assert {"name": "Net Amount"} in found["Looker", "Order Economics"]["columns"]
    fields = explore("columns", "warehouse.marts.fact_orders.amount", "down").json()
    assert {
        "type": "Column",
        "name": "Net Amount",
        "table": {"name": "Order Economics", "path": ["Looker", "Order Economics"]},
    } in fields
    back = named(explore("columns", "Looker.Order Economics.Net Amount", "up", max_depth=1))
    assert back[0] == "warehouse.marts.fact_orders.amount"
    assert "warehouse.marts.fact_order_lines" in named(explore("tables", "Looker.Order Economics", "up"))


def test_a_statement_that_just_ran_is_in_the_next_answer(explore, rows):
    rows("create or replace table main.fresh as select amount as total from marts.fact_orders")
    assert named(explore("columns", "warehouse.main.fresh.total", "up", max_depth=1)) == [
        "warehouse.marts.fact_orders.amount"
    ]
    rows("drop table main.fresh")
    assert explore("tables", "warehouse.main.fresh", "up").status_code == 404


ODD = (
    "a.b",
    "a/b",
    "50%",
    "/upstreams",
    '"hi"',
    "line\nbreak",
    "Größe",
    "שם",
    "😀",
    "a?b#c",
    " ",
    "%2F",
    "..",
)


@pytest.mark.parametrize("name", ODD)
def test_any_name_arrives_as_it_is(explore, rows, name):
    quoted = '"' + name.replace('"', '""') + '"'
    rows(f'create or replace table samples."odd. table" as select 1 as {quoted}')
    rows(
        f'create or replace view main.copied as select {quoted} as "the ""n.ame""" from samples."odd. table"'
    )
    (found,) = explore("columns", f'warehouse.samples."odd. table".{quoted}', "down").json()
    assert found == {
        "type": "Column",
        "name": 'the "n.ame"',
        "table": {"name": "copied", "path": ["warehouse", "main", "copied"]},
    }
    (back,) = explore("columns", 'warehouse.main.copied."the ""n.ame"""', "up").json()
    assert (back["name"], back["table"]["path"]) == (name, ["warehouse", "samples", "odd. table"])
    rows("drop view main.copied")


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("tables", "warehouse.Marts.fact_orders"),
        ("tables", "WAREHOUSE.MARTS.FACT_ORDERS"),
        ("tables", "marts.fact_orders"),
        ("tables", "warehouse.marts.fact_orders.amount"),
        ("tables", "warehouse.nowhere.fact_orders"),
        ("columns", "warehouse.marts.fact_orders"),
        ("columns", "warehouse.marts.fact_orders.Amount"),
        ("columns", "warehouse.marts.fact_orders.nothing"),
    ],
)
@pytest.mark.parametrize("side", ["up", "down"])
def test_what_is_not_there_in_this_very_case_is_not_found(explore, kind, path, side):
    answer = explore(kind, path, side)
    assert answer.status_code == 404
    assert path in answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["", "a..b", "warehouse.", '"warehouse', 'warehouse."marts', 'wa"re"house.marts', 'a""b']
)
@pytest.mark.parametrize("kind", ["tables", "columns"])
def test_a_path_that_is_none_is_refused_where_it_stands(explore, kind, path):
    answer = explore(kind, path, "up")
    assert answer.status_code == 422
    assert [set(one) for one in answer.json()["detail"]] == [{"loc", "msg", "type"}]
    assert answer.json()["detail"][0]["loc"] == ["path", f"{kind[:-1]}_path"]


@pytest.mark.parametrize("kind", ["tables", "columns"])
@pytest.mark.parametrize("depth", [0, 100, -1, "deep", "1.5"])
def test_a_depth_beyond_1_to_99_is_refused(explore, kind, depth):
    answer = explore(kind, "warehouse.marts.fact_orders.amount", "up", max_depth=depth)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "max_depth"]


def test_the_ends_of_the_depth_are_taken(explore):
    few = named(explore("tables", "warehouse.marts.fact_orders", "up", max_depth=1))
    assert set(few) < set(named(explore("tables", "warehouse.marts.fact_orders", "up", max_depth=99)))


def test_data_sources_answer_for_themselves(explore):
    path = "warehouse.marts.fact_orders"
    assert [explore("tables", path, "up", source=source).status_code for source in (1, 2, 3, 4, 99, "x")] == [
        200, 200, 404, 403, 404, 422,
    ]  # fmt: skip


def test_the_made_up_warehouse_is_asked_like_the_other(start, explore):
    server = start("--scale", 0.001, "--lineage-tables", 300)
    with httpx.Client(base_url=server.url, headers=server.headers, trust_env=False, timeout=60) as client:
        path = "warehouse.gen_bi.rpt_overview_orders"
        above = explore("tables", path, "up", client=client).json()
        assert {one["path"][1] for one in above} >= {"gen_raw", "gen_staging", "gen_marts"}
        assert explore("columns", f"{path}.rpt_overview_orders_id", "up", client=client).json()
        assert explore("tables", "warehouse.marts.fact_orders", "up", client=client).status_code == 200
