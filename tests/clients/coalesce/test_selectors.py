"""Plain names of nodes become a selector."""

from __future__ import annotations

import pytest

from dataexplore.clients.coalesce import Node
from dataexplore.clients.coalesce.selectors import is_selector, selector
from dataexplore.errors import InputError

NAMES = [
    ("MARTS", "fact_orders"),
    ("MARTS", "dim_stores"),
    ("STAGING", "orders"),
    ("RAW", "orders"),
    ("RAW", "Odd"),
    ("RAW", "odd"),
    ("RAW", 'with "quotes" \\ and, comma'),
]
NODES = [
    Node.read({"id": str(place), "name": name, "locationName": where})
    for place, (where, name) in enumerate(NAMES)
]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["fact_orders"], '{ location: "MARTS" name: "fact_orders" }'),
        (["marts.FACT_ORDERS"], '{ location: "MARTS" name: "fact_orders" }'),
        (["raw.orders"], '{ location: "RAW" name: "orders" }'),
        (["Odd"], '{ location: "RAW" name: "Odd" }'),
        (
            ["fact_orders", "MARTS.dim_stores", "fact_orders"],
            '{ location: "MARTS" name: "fact_orders" } OR { location: "MARTS" name: "dim_stores" }',
        ),
        (
            ['with "quotes" \\ and, comma'],
            '{ location: "RAW" name: "with \\"quotes\\" \\\\ and, comma" }',
        ),
    ],
)
def test_names_are_looked_up_and_each_node_stands_once(names, expected):
    assert selector(names, NODES) == expected
    assert is_selector(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fact_order", "Did you mean fact_orders"),
        ("mart.dim_stores", "Did you mean MARTS.dim_stores"),
        ("orders", "Write one of them: STAGING.orders, RAW.orders."),
        ("ODD", "Write one of them: RAW.Odd, RAW.odd."),
        ("zzzzzz", "It has 7 nodes, such as MARTS.fact_orders, MARTS.dim_stores, STAGING.orders."),
    ],
)
def test_a_name_of_none_or_of_several_is_refused_with_the_near_ones(name, expected):
    with pytest.raises(InputError) as refused:
        selector([name], NODES)
    assert expected in refused.value.fix


def test_a_service_that_does_not_tell_where_its_nodes_stand_is_asked_by_name_alone():
    nodes = [Node.read({"id": "1", "name": "fact_orders"}), Node.read({"id": "2", "name": "dim_stores"})]
    assert selector(["FACT_ORDERS"], nodes) == '{ name: "fact_orders" }'
    with pytest.raises(InputError, match=r"such as fact_orders, dim_stores\."):
        selector(["zzzzzz"], nodes)


def test_an_empty_environment_says_so():
    with pytest.raises(InputError, match="Nothing is deployed to it"):
        selector(["fact_orders"], [])


def test_no_name_at_all_is_no_selector():
    with pytest.raises(InputError, match="No node is named"):
        selector([], NODES)
