"""The buffers a page gets: right numbers, names as data, nothing as JSON of numbers."""

from itertools import pairwise

import numpy as np

from dataexplore.lineage import Lineage
from dataexplore.widgets.payload import pack, place, take
from tests.widgets.lineages import warehouse_lineage

ODD = [
    "a.b",
    'say "x"',
    "",
    "ünïcode",
    "\U0001f600",
    "line\nbreak",
    "\u202ereversed",
    "<img src=x onerror=window.__xss=1>",
]


def packed(lineage, **options):
    snapshot = take(lineage, **options)
    return pack(snapshot, place(snapshot))


def names(scene, what):
    text = scene[f"{what}s"].decode().encode("utf-16-le")
    offsets = np.frombuffer(scene[f"{what}_offsets"], "<i4") * 2
    return [text[start:end].decode("utf-16-le") for start, end in pairwise(offsets)]


def test_names_of_every_kind_arrive_as_they_are():
    lineage = Lineage.from_edges([], columns={("db", "s", name): [name, "x"] for name in ODD})
    scene = packed(lineage)
    assert names(scene, "name") == ODD
    assert names(scene, "column") == [column for name in ODD for column in (name, "x")]


def test_half_a_character_is_replaced_and_shifts_no_other_name():
    scene = packed(
        Lineage.from_edges([], columns={("db", "s", "\ud800"): ["\U0001f600"], ("db", "s", "b"): ["c"]})
    )
    assert names(scene, "name") == ["?", "b"]
    assert names(scene, "column") == ["\U0001f600", "c"]


def test_edges_columns_and_lanes_are_numbers_of_what_they_mean(shop):
    scene = packed(shop)
    cards, columns = names(scene, "name"), names(scene, "column")
    edges = np.frombuffer(scene["edges"], "<i4").reshape(-1, 2)
    assert (cards[edges[0, 0]], cards[edges[0, 1]]) != ("raw.orders", "stg_orders")
    assert {(cards[a], cards[b]) for a, b in edges} >= {
        ("orders", "daily_revenue"),
        ("fact_orders", "contacts"),
    }
    start = np.frombuffer(scene["column_start"], "<i4")
    owner = np.repeat(cards, np.diff(start))
    pairs = np.frombuffer(scene["column_edges"], "<i4").reshape(-1, 2)
    found = {f"{owner[a]}.{columns[a]} > {owner[b]}.{columns[b]}" for a, b in pairs}
    assert "fact_orders.total > daily_revenue.revenue" in found
    assert len(found) == 8
    via = np.frombuffer(scene["column_via"], "<i4")
    assert [tuple(edges[edge]) for edge in via] == [
        (np.searchsorted(start, a, "right") - 1, np.searchsorted(start, b, "right") - 1) for a, b in pairs
    ]
    assert len(np.frombuffer(scene["route_start"], "<i4")) == len(edges) + 1
    assert scene["kinds"] == ["table", "dashboard", "sync"]
    assert cards[scene["focus"]] == "fact_orders"


def test_the_focus_may_be_a_column():
    lineage = Lineage.from_edges([], column_edges=[("d.s.a.x", "d.s.b.y")], focus="d.s.b.y")
    scene = packed(lineage, traced=[lineage.focus])
    assert names(scene, "name")[scene["focus"]] == "b"
    assert list(scene["traced"]) == [name == "y" for name in names(scene, "column")]


def test_a_large_lineage_begins_with_what_is_near_its_focus():
    lineage = warehouse_lineage(2_000, columns=2)
    near = take(lineage, nearest=True)
    assert (len(near.cards), near.whole) == (300, 2_000)
    farthest = max(each["depth"] for each in near.attributes)
    depths = [lineage.graph.nodes[card]["depth"] for card in take(lineage).cards]
    assert sum(depth < farthest for depth in depths) <= 300
    assert near.cards[near.focus] == lineage.focus
