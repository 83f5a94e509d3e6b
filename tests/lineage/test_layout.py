from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataexplore.errors import InputError
from dataexplore.lineage.layout import layered
from tests.lineage.generated import straight_crossings, warehouse

WIDTH, GAP, ROW_GAP = 190.0, 110.0, 16.0


@st.composite
def graphs(draw):
    """Up to 30 cards with edges of every kind: circles, self loops, doubles; some cards have none."""
    count = draw(st.integers(0, 30))
    card = st.integers(0, max(count - 1, 0))
    edges = draw(st.lists(st.tuples(card, card), max_size=60)) if count else []
    heights = draw(st.lists(st.floats(1, 400), min_size=count, max_size=count))
    pins = draw(st.none() | st.lists(st.integers(-1, 5), min_size=count, max_size=count))
    return heights, edges, pins


def check(layout, heights, edges):
    """Hold a layout against everything that is promised of it."""
    heights, edges = np.asarray(heights, float), np.asarray(edges, int).reshape(-1, 2)
    assert np.array_equal(layout.x, layout.layer * (WIDTH + GAP))
    assert layout.y.min(initial=0) >= 0
    assert np.isfinite(layout.y).all()
    for layer in range(int(layout.layer.max(initial=-1)) + 1):
        cards, lanes = layout.layer == layer, layout.lane_layer == layer
        top = np.concatenate((layout.y[cards], layout.lane_y[lanes] - layout.lane_height[lanes] / 2))
        bottom = top + np.concatenate((heights[cards], layout.lane_height[lanes]))
        order = np.argsort(top)
        assert (top[order][1:] - bottom[order][:-1] >= ROW_GAP / 2 - 1e-6).all()
    assert len(layout.route_start) == len(edges) + 1
    for edge, (source, target) in enumerate(edges.tolist()):
        lanes = layout.route[layout.route_start[edge] : layout.route_start[edge + 1]]
        left, right = (target, source) if layout.backward[edge] else (source, target)
        if source == target:
            assert not len(lanes)
            assert not layout.backward[edge]
            continue
        assert layout.layer[left] < layout.layer[right]
        assert layout.lane_layer[lanes].tolist() == [*range(layout.layer[left] + 1, layout.layer[right])]


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_no_cards_or_lanes_overlap_and_every_edge_leads_right_over_its_lanes(graph):
    heights, edges, pins = graph
    check(layered(heights, edges, pins=pins), heights, edges)


@settings(max_examples=40, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_ports_anywhere_in_the_cards_keep_them_apart_too(graph, dice):
    heights, edges, _ = graph
    ports = [[dice.random() * heights[source], dice.random() * heights[target]] for source, target in edges]
    check(layered(heights, edges, ports=np.reshape(ports, (-1, 2))), heights, edges)


@pytest.mark.parametrize("edges", [[], [[0, 0]], [[0, 1]], [[0, 1], [1, 0]], [[0, 1], [0, 1], [1, 1]]])
def test_two_cards_stand_apart_whatever_joins_them(edges):
    check(layered([30, 50], edges), [30, 50], edges)


def test_nothing_gives_an_empty_layout():
    layout = layered([], [])
    assert (len(layout.x), len(layout.route), layout.route_start.tolist(), layout.crossings) == (0, 0, [0], 0)


def test_the_same_graph_gives_the_same_layout():
    graph = warehouse(60)
    first, second = (layered(np.full(60, 40.0), graph.edges) for _ in range(2))
    assert first.y.tolist() == second.y.tolist()


def test_only_the_edge_that_closes_a_circle_is_turned():
    layout = layered([30] * 4, [[0, 1], [1, 2], [2, 3], [3, 1]])
    assert layout.backward.tolist() == [False, False, False, True]
    assert layout.layer.tolist() == [0, 1, 2, 3]


def test_a_source_stands_beside_its_only_consumer():
    assert layered([30] * 5, [[0, 1], [1, 2], [2, 3], [4, 3]]).layer.tolist() == [0, 1, 2, 3, 2]


def test_pinned_cards_stand_in_their_layers_and_empty_layers_are_left_out():
    assert layered([30] * 4, [[0, 1], [2, 3]], pins=[0, 7, 3, -1]).layer.tolist() == [0, 3, 1, 2]


def test_an_edge_against_the_pins_is_turned():
    layout = layered([30] * 2, [[0, 1]], pins=[1, 0])
    assert (layout.layer.tolist(), layout.backward.tolist()) == ([1, 0], [True])


def test_edges_of_one_card_share_their_lanes():
    chain = [[card, card + 1] for card in range(5)]
    layout = layered([30] * 9, [*chain, [0, 5], [0, 6], [0, 7], [0, 8], [4, 6], [4, 7], [4, 8]])
    assert len(layout.lane_layer) == len(set(layout.lane_layer.tolist()))


def test_a_chain_of_equal_cards_is_level():
    assert np.ptp(layered([30] * 5, [[card, card + 1] for card in range(4)]).y) < 1e-6


def test_cards_without_edges_stand_in_a_grid_below_the_others():
    layout = layered([30] * 12, [[0, 1], [1, 2]])
    assert layout.y[3:].min() > layout.y[:3].max() + 30
    assert len(set(layout.x[3:].tolist())) > 1
    check(layout, [30] * 12, [[0, 1], [1, 2]])


@pytest.mark.parametrize("shape", ["chain", "star", "pairs", "lone"])
def test_fifty_thousand_cards_take_a_bounded_time(shape):
    count = 50_000
    card = np.arange(count)
    edges = {
        "chain": np.stack((card[:-1], card[1:]), axis=1),
        "star": np.stack((np.zeros(count - 1, int), card[1:]), axis=1),
        "pairs": card.reshape(-1, 2),
        "lone": [],
    }[shape]
    layout = layered(np.full(count, 30.0), edges)
    assert (layout.crossings, len(layout.y)) == (0, count)


def test_a_chain_that_skips_to_its_end_from_every_card_has_a_bounded_number_of_lanes():
    card = np.arange(3_000)
    edges = np.concatenate(
        (np.stack((card[:-1], card[1:]), 1), np.stack((card[:-2], np.full(2_998, 2_999)), 1))
    )
    assert len(layered(np.full(3_000, 30.0), edges).route) <= 200_000


def test_lines_cross_no_more_than_in_a_hand_made_ladder():
    edges = [[rung, 10 + (9 - rung)] for rung in range(10)]  # all ten cross as numbered, none need to
    assert layered([30] * 20, edges).crossings == 0


@pytest.mark.parametrize(
    ("heights", "edges", "more"),
    [
        ([30, -1], [], {}),
        ([30, float("nan")], [], {}),
        ([30], [[0, 1]], {}),
        ([30, 30], [[0, 1]], {"ports": [[1, 1], [2, 2]]}),
        ([30, 30], [[0, 1]], {"pins": [0]}),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(heights, edges, more):
    with pytest.raises(InputError, match=r"Pass|Number"):
        layered(heights, edges, **more)


def test_a_generated_warehouse_crosses_far_less_than_in_the_order_it_came():
    graph = warehouse(200)
    layout = layered(np.full(200, 30.0), graph.edges)
    as_they_came = np.zeros(200)
    for layer in range(int(layout.layer.max()) + 1):
        as_they_came[layout.layer == layer] = np.arange((layout.layer == layer).sum()) * 46.0
    ours = straight_crossings(layout.x, layout.y, graph.edges)
    assert ours * 3 < straight_crossings(layout.x, as_they_came, graph.edges)
