"""Lineage: what is asked, and flat answers as tables and columns."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from dataexplore.clients.datafold import LineageColumn, LineageTable
from dataexplore.errors import InputError, Invalid, Malformed, NotFound

ORDERS = {
    "type": "Table",
    "name": "orders",
    "path": ["shop", "raw", "orders"],
    "columns": [{"name": "order_id"}, {"name": "amount"}],
}
AMOUNT = {
    "type": "Column",
    "name": "amount",
    "table": {"name": "orders", "path": ["shop", "raw", "orders"]},
}
HOSTILE = ("shop", "raw", 'web "visits".2026', "50% of a/b? #1 é 🦆")
ENDS = "/api/v1/explore/db/12"


def test_table_upstreams_are_tables_with_their_columns(answered):
    """db_table_upstreams_api_v1_explore_db__data_connection_id__tables__table_path__upstreams_get."""
    client = answered([ORDERS])
    (table,) = client.explore.table_upstreams(12, "shop.marts.fact_orders")
    assert client.asked == ("GET", f"{ENDS}/tables/shop.marts.fact_orders/upstreams", "max_depth=1")
    assert table == LineageTable(
        "Table", "orders", ("shop", "raw", "orders"), ("order_id", "amount"), raw=ORDERS
    )


def test_table_downstreams_take_parts_and_a_depth(answered):
    """db_table_downstreams_api_v1_explore_db__data_connection_id__tables__table_path__downstreams_get."""
    client = answered([])
    assert len(client.explore.table_downstreams(12, ("shop", "raw", "a.b"), max_depth=99)) == 0
    assert client.asked == ("GET", f"{ENDS}/tables/shop.raw.%22a.b%22/downstreams", "max_depth=99")


def test_column_upstreams_may_be_columns_and_tables(answered):
    """db_column_upstreams_api_v1_explore_db__data_connection_id__columns__column_path__upstreams_get."""
    client = answered([AMOUNT, ORDERS])
    column, table = client.explore.column_upstreams(12, "shop.marts.fact_orders.total", max_depth=2)
    assert client.asked == (
        "GET",
        f"{ENDS}/columns/shop.marts.fact_orders.total/upstreams",
        "max_depth=2&include_tabular_nodes=true",
    )
    assert column == LineageColumn("Column", "amount", ("shop", "raw", "orders"), raw=AMOUNT)
    assert column.path == ("shop", "raw", "orders", "amount")
    assert isinstance(table, LineageTable)


def test_column_downstreams_without_tabular_nodes(answered):
    """db_column_downstreams_api_v1_explore_db__data_connection_id__columns__column_path__downstreams_get."""
    client = answered([AMOUNT])
    client.explore.column_downstreams(12, ("a", "b", "c", "d"), include_tabular_nodes=False)
    assert client.asked == (
        "GET",
        f"{ENDS}/columns/a.b.c.d/downstreams",
        "max_depth=1&include_tabular_nodes=false",
    )


def test_a_hostile_path_is_one_segment_that_decodes_to_itself(answered):
    client = answered([])
    client.explore.column_upstreams(1, HOSTILE)
    *_, segment, last = client.asked[1].split("/")
    assert unquote(segment) == 'shop.raw."web ""visits"".2026".50% of a/b? #1 é 🦆'
    assert last == "upstreams"


@pytest.mark.parametrize("depth", [0, 100, -1, True, 1.5, "1"])
def test_a_depth_outside_of_1_to_99_is_not_sent(answered, depth):
    client = answered([])
    with pytest.raises(InputError, match=r"max_depth is .* from 1 to 99"):
        client.explore.table_upstreams(1, "a.b.c", max_depth=depth)
    assert client.requests == []


@pytest.mark.parametrize("connection", [0, -1, None, "1", True])
def test_what_is_no_data_connection_is_not_sent(answered, connection):
    client = answered([])
    with pytest.raises(InputError, match="is no data connection"):
        client.explore.column_downstreams(connection, "a.b.c.d")
    assert client.requests == []


@pytest.mark.parametrize("path", ["", 'a."b', "a..b", ()])
def test_a_path_that_cannot_be_read_is_not_sent(answered, path):
    client = answered([])
    with pytest.raises(InputError):
        client.explore.table_upstreams(1, path)
    assert client.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        None,
        "no",
        [1],
        [{}],
        [{"type": "Table", "name": "a", "columns": []}],
        [{**ORDERS, "path": []}],
        [{**ORDERS, "path": ["a", 1]}],
        [{**ORDERS, "path": "a.b"}],
        [{**ORDERS, "columns": "a"}],
        [{**ORDERS, "columns": [{"name": 1}]}],
        [{**ORDERS, "columns": ["a"]}],
        [{**AMOUNT, "name": None}],
        [{**AMOUNT, "table": None}],
        [{**AMOUNT, "table": {"name": "a"}}],
    ],
)
def test_an_entry_that_cannot_be_placed_is_malformed(answered, answer):
    with pytest.raises(Malformed) as caught:
        answered(answer).explore.column_upstreams(1, "a.b.c.d")
    assert caught.value.operation.startswith("db_column_upstreams")
    assert caught.value.service == "datafold"


def test_an_unknown_type_stays_as_it_is_told(answered):
    dashboard = {"type": "LookerDashboard", "name": "Sales", "path": ["Looker", "17"], "columns": None}
    (asset,) = answered([dashboard]).explore.table_downstreams(1, "a.b.c")
    assert (asset.type, asset.name, asset.path, asset.columns) == (
        "LookerDashboard",
        "Sales",
        ("Looker", "17"),
        (),
    )


def test_an_entry_without_type_name_or_columns_is_still_a_table(answered):
    (table,) = answered([{"path": ["a", "b"], "new": 1}]).explore.table_upstreams(1, "a.b.c")
    assert (table.type, table.name, table.columns) == ("Table", "b", ())
    assert table.raw == {"path": ["a", "b"], "new": 1}


def test_the_answer_is_a_table_with_paths_as_text(answered):
    found = answered([AMOUNT, {**ORDERS, "path": ["a", "b.c"]}]).explore.column_upstreams(1, "a.b.c.d")
    frame = found.to_df()
    assert list(frame.columns) == ["type", "name", "table_path", "path", "columns"]
    assert list(frame["table_path"].dropna()) == ["shop.raw.orders"]
    assert list(frame["path"]) == ["shop.raw.orders.amount", 'a."b.c"']


def test_a_missing_table_and_a_refused_depth_say_it_in_the_services_words(answered):
    with pytest.raises(NotFound, match=r"No table shop\.raw\.x"):
        answered((404, {"detail": "No table shop.raw.x."})).explore.table_upstreams(1, "shop.raw.x")
    problem = {"loc": ["query", "max_depth"], "msg": "too deep", "type": "value_error", "input": "9"}
    with pytest.raises(Invalid, match=r"^query\.max_depth: too deep"):
        answered((422, {"detail": [problem]})).explore.table_upstreams(1, "shop.raw.x")
