from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from dataexplore.errors import ConfigError, InputError
from dataexplore.lineage.layout import layered
from tests.lineage.generated import warehouse


def test_graphviz_lays_the_same_layers_out_or_says_what_to_install():
    edges = [*warehouse(40).edges, (39, 0), (3, 3)]
    heights = np.linspace(30, 90, 41)
    if importlib.util.find_spec("pygraphviz") is None:
        with pytest.raises(ConfigError, match="pip install pygraphviz"):
            layered(heights, edges, engine="graphviz")
        return
    own, other = layered(heights, edges), layered(heights, edges, engine="graphviz")
    assert own.layer.tolist() == other.layer.tolist()
    assert own.route.tolist() == other.route.tolist()
    for layer in range(int(other.layer.max()) + 1):
        cards, lanes = other.layer == layer, other.lane_layer == layer
        tops = np.concatenate((other.y[cards], other.lane_y[lanes] - other.lane_height[lanes] / 2))
        bottoms = tops + np.concatenate((heights[cards], other.lane_height[lanes]))
        order = np.argsort(tops)
        assert (bottoms[order][:-1] < tops[order][1:]).all()


def test_an_engine_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="no layout engine 'neato'"):
        layered([30], [], engine="neato")
