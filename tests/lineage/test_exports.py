from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.clients.datafold.paths import split_path
from dataexplore.errors import InputError
from dataexplore.lineage import Lineage
from tests.lineage.oracle import SHOP, SHOP_COLUMN_EDGES, SHOP_COLUMNS, SHOP_KINDS, shop

HOSTILE = [
    "plain",
    "a.b",
    'quo"te',
    "<script>alert(1)</script>",
    "]]>",
    "new\nline\r\n\ttab",
    "\x00\x1b[31m\x7f",
    "\u202eevil\u2066",
    "\ufffe\uffff",
    '"];\nevil --> n0["',
    "end",
    "%%{init: {}}%%",
    "#quot;#35;",
    "`backtick` $\\frac{$",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(1)",
    "\t=1",
    "a,b;c",
    "ünï 🦆 名",
    " ",
    "",
    "x" * 10_000,
]
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def hostile():
    paths = [("db", name, str(place)) for place, name in enumerate(HOSTILE)]
    paths += [(name, name) for name in HOSTILE]
    return Lineage.from_edges(
        list(pairwise(paths)),
        column_edges=[((*paths[0], name), (*paths[1], name)) for name in HOSTILE],
        kinds={paths[2]: "<kind>"},
    )


@pytest.fixture
def lineage():
    return Lineage.from_edges(
        SHOP, column_edges=SHOP_COLUMN_EDGES, columns=SHOP_COLUMNS, kinds=SHOP_KINDS, focus="db.marts.sales"
    )


def same(one, other):
    return (
        list(one.graph.nodes(data=True)) == list(other.graph.nodes(data=True))
        and list(one.graph.edges(data=True)) == list(other.graph.edges(data=True))
        and (one.focus, one.missing, one.requests, one.matched)
        == (other.focus, other.missing, other.requests, other.matched)
    )


@pytest.mark.parametrize(
    "made",
    [
        hostile,
        lambda: Lineage.from_edges([], focus="a"),
        lambda: Lineage.of(shop().open, "marts.sales", database="db", budget=3).trace(
            "sales.total", budget=1
        ),
    ],
)
def test_json_comes_back_as_it_was(made, tmp_path):
    lineage = made()
    assert same(Lineage.read_json(lineage.to_json()), lineage)
    assert lineage.to_json(tmp_path / "lineage.json") is None
    assert same(Lineage.read_json(tmp_path / "lineage.json"), lineage)
    assert same(Lineage.read_json(str(tmp_path / "lineage.json")), lineage)


@given(st.lists(st.tuples(st.tuples(NAMES, NAMES), st.tuples(NAMES)), min_size=1, max_size=5))
def test_any_names_come_back_from_json_and_csv(edges):
    lineage = Lineage.from_edges(edges)
    assert same(Lineage.read_json(lineage.to_json()), lineage)
    rows = list(csv.reader(io.StringIO(lineage.to_csv(), newline="")))[1:]
    assert [(split_path(row[0]), split_path(row[1])) for row in rows] == list(lineage.graph.edges)


def test_networkx_reads_the_json(lineage):
    graph = nx.node_link_graph(json.loads(lineage.to_json()), edges="edges")
    assert set(graph.edges) == set(lineage.graph.edges)
    assert graph.nodes["db", "marts", "sales"]["kind"] == "table"


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        '{"graph": {"format": "other"}}',
        '{"graph": [], "nodes": 1}',
        '{"a":' * 100_000,
        '{"graph":{}}',
    ],
)
def test_json_that_is_no_lineage_is_told(text):
    with pytest.raises(InputError, match="not a lineage"):
        Lineage.read_json(text)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(InputError, match="no file"):
        Lineage.read_json(tmp_path / "nothing.json")


def test_graphml_holds_every_name_exactly(tmp_path):
    for lineage in (hostile(), Lineage.of(shop().open, "db.marts.sales", up=1)):
        lineage.to_graphml(tmp_path / "lineage.graphml")
        graph = nx.read_graphml(tmp_path / "lineage.graphml")
        paths = {node: tuple(json.loads(path)) for node, path in graph.nodes(data="path")}
        assert list(paths.values()) == list(lineage.graph)
        assert {(paths[a], paths[b], kind) for a, b, kind in graph.edges(data="kind")} == set(
            lineage.graph.edges(data="kind")
        )
        assert ET.fromstring(lineage.to_graphml()).tag.endswith("graphml")


def test_graphml_says_what_is_missing(tmp_path):
    Lineage.of(shop().open, "db.marts.sales", budget=2).to_graphml(tmp_path / "cut.graphml")
    assert (
        "upstream of db.stg.items (the budget of 2"
        in nx.read_graphml(tmp_path / "cut.graphml").graph["missing"]
    )


def test_csv_has_nothing_a_spreadsheet_would_compute():
    lineage = hostile()
    rows = list(csv.reader(io.StringIO(lineage.to_csv(), newline="")))
    assert rows[0] == ["source", "target", "kind"]
    assert [(split_path(row[0]), split_path(row[1])) for row in rows[1:]] == list(lineage.graph.edges)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_mermaid_draws_things_with_their_kinds(lineage):
    lines = lineage.to_mermaid().splitlines()
    assert lines[0] == "flowchart LR"
    assert '  n1["db.stg.orders"]' in lines
    assert any(line.endswith('(["Looker.Sales"])') for line in lines)
    assert sum("-->" in line for line in lines) == len(SHOP)


def test_mermaid_puts_columns_inside_their_tables(lineage):
    text = lineage.to_mermaid(columns=True)
    assert re.search(
        r'subgraph n\d+\["db\.marts\.sales"\]\n    n\d+\["total"\]\n    n\d+\["id"\]\n  end', text
    )
    connected = {(edge[0].rpartition(".")[0], edge[1].rpartition(".")[0]) for edge in SHOP_COLUMN_EDGES}
    assert text.count("-->") == len(SHOP_COLUMN_EDGES) + len(SHOP) - len(connected)


def test_mermaid_says_what_is_missing():
    text = Lineage.of(shop().open, "db.marts.sales", budget=2).to_mermaid()
    assert "%% missing: upstream of db.stg.items #40;the budget of 2 requests is spent#41;" in text


def test_no_name_breaks_out_of_mermaid():
    label = r'"([\w .#;\-]|[^\x00-\x7f])*"'
    line = re.compile(
        rf"flowchart LR|  end|( {{4}}|  |  subgraph )n\d+(\[{label}\]|\(\[{label}\]\))|  n\d+ --> n\d+"
    )
    text = hostile().to_mermaid(columns=True)
    assert [each for each in text.splitlines() if not line.fullmatch(each)] == []
