"""A lineage in the forms of other tools; names are data, and none breaks out of the form it is written in."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from dataexplore.clients.datafold.paths import join_path
from dataexplore.errors import InputError
from dataexplore.html import visible
from dataexplore.lineage.found import Found
from dataexplore.lineage.graph import COLUMN, TABLE, table_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping

    from dataexplore.lineage.graph import Id

__all__ = ["from_node_link", "to_csv", "to_graphml", "to_mermaid", "to_node_link", "write"]

FORMAT = "dataexplore-lineage-1"
# What a spreadsheet would read as a formula when a cell begins with it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(text: str, path: str | os.PathLike[str] | None) -> str | None:
    """Write a text to a file; without a path give it back."""
    if path is None:
        return text
    Path(path).write_text(text, encoding="utf-8", newline="")
    return None


def to_node_link(found: Found, matched: str | None) -> str:
    """Write a lineage as node-link JSON, which ``networkx.node_link_graph`` reads too."""
    written = nx.node_link_data(found.graph, edges="edges")
    written["graph"] = {
        "format": FORMAT,
        "focus": found.focus,
        "matched": matched,
        "requests": found.requests,
        "missing": [[*question, reason] for question, reason in found.missing.items()],
    }
    return json.dumps(written)


def from_node_link(written: str | os.PathLike[str]) -> tuple[Found, str | None]:
    """Read what :func:`to_node_link` wrote: its text, or a file of it.

    Raises:
        InputError: it is something else.
    """
    is_text = isinstance(written, str) and written.lstrip().startswith("{")
    try:
        return _found(json.loads(str(written) if is_text else Path(written).read_text("utf-8")))
    except FileNotFoundError:
        raise InputError(f"There is no file {str(written)!r}.", "Check its path.") from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError(
            "This is not a lineage written by to_json().", "Pass the file or the text that it wrote."
        ) from None


def _found(written: dict[str, Any]) -> tuple[Found, str | None]:
    about = written["graph"] if written["graph"]["format"] == FORMAT else {}
    graph = nx.DiGraph()
    for node in written["nodes"]:
        attributes = {key: tuple(each) if isinstance(each, list) else each for key, each in node.items()}
        graph.add_node(attributes.pop("id"), **attributes)
    for edge in written["edges"]:
        graph.add_edge(tuple(edge["source"]), tuple(edge["target"]), kind=edge["kind"])
    found = Found(graph, tuple(about["focus"]))
    found.requests = about["requests"]
    found.missing = {(tuple(node), side): reason for node, side, reason in about["missing"]}
    return found, about["matched"]


def to_graphml(graph: nx.DiGraph, missing: Iterable[str]) -> str:
    """Write the graph as GraphML; the graph's own ``missing`` tells what the lineage lacks.

    ``label`` and ``table`` show control characters as escapes, which XML cannot hold; ``path`` is the id as a
    JSON list, exactly.
    """
    numbers = _numbers(graph)
    plain = nx.DiGraph(missing=_xml("; ".join(missing)))
    for node, attributes in graph.nodes(data=True):
        told: dict[str, Any] = {
            "label": _xml(attributes["name"]),
            "path": json.dumps(node),
            "kind": _xml(attributes["kind"]),
            "depth": attributes["depth"],
            "side": attributes["side"],
        }
        if attributes["kind"] == COLUMN:
            told["table"] = _xml(join_path(attributes["table"]))
        else:
            told["columns"] = json.dumps(attributes["columns"])
        plain.add_node(numbers[node], **told)
    for source, target, kind in graph.edges(data="kind"):
        plain.add_edge(numbers[source], numbers[target], kind=kind)
    return "\n".join(nx.generate_graphml(plain))


def to_csv(graph: nx.DiGraph) -> str:
    """Write the edges as CSV: source, target, kind; a path that a spreadsheet would compute is quoted."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("source", "target", "kind"))
    for source, target, kind in graph.edges(data="kind"):
        writer.writerow((_cell(source), _cell(target), kind))
    return sheet.getvalue()


def to_mermaid(graph: nx.DiGraph, missing: Iterable[str], *, columns: bool = False) -> str:
    """Write the graph as a Mermaid flowchart.

    Args:
        graph: the graph.
        missing: what the lineage lacks, said in comments.
        columns: whether columns are drawn, inside their tables.
    """
    numbers = _numbers(graph)
    inside: dict[Id, list[Id]] = {}
    edges = [(source, target) for source, target, kind in graph.edges(data="kind") if kind != COLUMN]
    if columns:
        for node, table in graph.nodes(data="table"):
            if table is not None:
                inside.setdefault(table, []).append(node)
        traced = [(source, target) for source, target, kind in graph.edges(data="kind") if kind == COLUMN]
        drawn = {(table_of(graph, source), table_of(graph, target)) for source, target in traced}
        edges = [edge for edge in edges if edge not in drawn] + traced
    lines = ["flowchart LR", *(f"  %% missing: {_label(reason)}" for reason in missing)]
    for node, kind in graph.nodes(data="kind"):
        if kind != COLUMN:
            lines += _mermaid_node(numbers, node, kind, inside.get(node, ()))
    lines += [f"  {numbers[source]} --> {numbers[target]}" for source, target in edges]
    return "\n".join(lines) + "\n"


def _mermaid_node(numbers: Mapping[Id, str], node: Id, kind: str, columns: Iterable[Id]) -> list[str]:
    label = f'"{_label(join_path(node))}"'
    if columns:
        rows = (f'    {numbers[each]}["{_label(each[-1])}"]' for each in columns)
        return [f"  subgraph {numbers[node]}[{label}]", *rows, "  end"]
    return [f"  {numbers[node]}[{label}]" if kind == TABLE else f"  {numbers[node]}([{label}])"]


def _xml(text: str) -> str:
    """Write control characters, and what XML forbids besides them, as escapes."""
    return visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def _numbers(graph: nx.DiGraph) -> dict[Id, str]:
    """Name the nodes by place: no format takes every name as an id."""
    return {node: f"n{place}" for place, node in enumerate(graph)}


def _cell(path: Id) -> str:
    text = join_path(path)
    if not text.startswith(_FORMULA):
        return text
    head = path[0].replace('"', '""')
    return ".".join([f'"{head}"', *([join_path(path[1:])] if len(path) > 1 else [])])


def _label(text: str) -> str:
    """Write everything but letters, digits and a few signs as Mermaid's own character codes."""
    return "".join(
        character if character.isalnum() or character in " _.-" else f"#{ord(character)};"
        for character in visible(text).replace("\n", "\\n").replace("\t", "\\t")
    )
