"""Selectors, as dbt has them: ``+orders``, ``orders+``, ``2+orders.total+1``, ``marts.*,kind:dashboard``.

A term is a path's last parts, with ``*`` for any characters, or ``kind:WORD``. A plus before it adds what is
upstream, a plus behind it what is downstream, and a number beside the plus keeps to so many hops. Terms with
a comma between them must all hold; a blank stands for "or". A part in double quotes is taken as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dataexplore.clients.datafold.paths import join_path
from dataexplore.errors import InputError
from dataexplore.html import visible
from dataexplore.lineage.graph import COLUMN, reachable, with_tables
from dataexplore.lineage.names import nearest

if TYPE_CHECKING:
    import networkx as nx

    from dataexplore.lineage.graph import Id

__all__ = ["select"]

_PART = re.compile(r'"((?:[^"]|"")*+)"|([^\s.,+"]+)')
_HOPS_BEFORE = re.compile(r"(\d{0,4})\+")
_HOPS_BEHIND = re.compile(r"\+(\d{0,4})")
_KIND = re.compile(r"kind:([^\s,+\"]+)")
_END = re.compile(r"\s+|,|$")
_FIX = 'Write a path with + and hops around it, such as "+orders 2+marts.sales.total+1" or "marts.*".'


class _Part(NamedTuple):
    text: str
    literal: bool

    def matches(self, name: str, *, folded: bool) -> bool:
        mine, theirs = (self.text.casefold(), name.casefold()) if folded else (self.text, name)
        if self.literal or "*" not in mine:
            return mine == theirs
        return re.fullmatch(".*".join(map(re.escape, mine.split("*"))), theirs, re.DOTALL) is not None


class _Term(NamedTuple):
    at: int
    kind: str | None
    parts: tuple[_Part, ...]
    up: int | None  # hops; None: not asked for, -1: to the end
    down: int | None


def select(graph: nx.DiGraph, text: str) -> set[Id]:
    """Give the nodes that a selector chooses, with the tables of chosen columns.

    A term that names tables chooses their columns that are in the graph too; one that names columns keeps to
    these. Where nothing has the spelling given, upper and lower case do not matter.

    Raises:
        InputError: the text cannot be read (a caret shows where), or a term finds nothing.
    """
    members: dict[Id, list[Id]] = {}
    for node, table in graph.nodes(data="table"):
        if table is not None:
            members.setdefault(table, []).append(node)
    chosen: set[Id] = set()
    for group in _read(text):
        sets = [_chosen(graph, term, text, members) for term in group]
        chosen |= set.intersection(*sets)
    return chosen


def _chosen(graph: nx.DiGraph, term: _Term, text: str, members: dict[Id, list[Id]]) -> set[Id]:
    starts = _named(graph, term)
    if not starts:
        raise _unknown(graph, term, text)
    found = set(starts)
    if term.up is not None:
        found |= reachable(graph, starts, "up", None if term.up < 0 else term.up).keys()
    if term.down is not None:
        found |= reachable(graph, starts, "down", None if term.down < 0 else term.down).keys()
    if graph.nodes[starts[0]]["kind"] == COLUMN:
        return with_tables(graph, found)
    return found.union(*(members.get(table, ()) for table in found))


def _named(graph: nx.DiGraph, term: _Term) -> list[Id]:
    if term.kind is not None:
        return [node for node, kind in graph.nodes(data="kind") if kind == term.kind]
    for folded in (False, True):
        found = [node for node in graph if _ends(node, term.parts, folded=folded)]
        tables = [node for node in found if graph.nodes[node]["kind"] != COLUMN]
        if found:
            return tables or found
    return []


def _ends(path: Id, parts: tuple[_Part, ...], *, folded: bool) -> bool:
    last = path[-len(parts) :]
    return len(last) == len(parts) and all(
        part.matches(name, folded=folded) for part, name in zip(reversed(parts), reversed(last), strict=True)
    )


def _unknown(graph: nx.DiGraph, term: _Term, text: str) -> InputError:
    if term.kind is not None:
        known = sorted({kind for _, kind in graph.nodes(data="kind")})
        return _refusal(text, term.at, f"Nothing here is of the kind {term.kind}", f"Use {', '.join(known)}.")
    path = tuple(part.text for part in term.parts)
    for node in graph:
        if node[1 - len(path) :] == path[:-1] and path[-1] in graph.nodes[node].get("columns", ()):
            fix = f"Ask for it first: .trace({join_path(path)!r})."
            return _refusal(text, term.at, f"The lineage of {join_path(path)} was not asked for", fix)
    fix = nearest(path, graph).strip() or "Write the last parts of its path."
    return _refusal(text, term.at, f"Nothing here is called {join_path(path)}", fix)


def _read(text: str) -> list[list[_Term]]:
    at = len(text) - len(text.lstrip())
    if at == len(text):
        raise InputError("The selector is empty.", _FIX)
    groups: list[list[_Term]] = [[]]
    while True:
        term, at = _term(text, at)
        groups[-1].append(term)
        end = _END.match(text, at)
        if end is None:
            raise _refusal(text, at, "This does not belong here", _FIX)
        at = end.end()
        if end[0] == ",":
            if at == len(text) or text[at].isspace():
                raise _refusal(text, at, "A term is missing after the comma", _FIX)
        elif at == len(text):
            return groups
        else:
            groups.append([])


def _term(text: str, at: int) -> tuple[_Term, int]:
    start = at
    up = down = None
    if before := _HOPS_BEFORE.match(text, at):
        up, at = int(before[1] or -1), before.end()
    kind = None
    parts: list[_Part] = []
    if word := _KIND.match(text, at):
        kind, at = word[1], word.end()
    else:
        parts, at = _path(text, at)
    if behind := _HOPS_BEHIND.match(text, at):
        down, at = int(behind[1] or -1), behind.end()
    return _Term(start, kind, tuple(parts), up, down), at


def _path(text: str, at: int) -> tuple[list[_Part], int]:
    parts = []
    while part := _PART.match(text, at):
        quoted, plain = part.groups()
        parts.append(_Part(plain or quoted.replace('""', '"'), literal=plain is None))
        at = part.end()
        if text[at : at + 1] != ".":
            return parts, at
        at += 1
    if text.startswith('"', at):
        raise _refusal(text, at, "This quote is never closed", "Close it, or write a quote in a name twice.")
    raise _refusal(text, at, "A name is missing", _FIX)


def _refusal(text: str, at: int, what: str, fix: str) -> InputError:
    shown = visible(" ".join(text[:at].split("\n"))), visible(" ".join(text[at:].split("\n")))
    return InputError(f"{what}:\n  {''.join(shown)}\n  {' ' * len(shown[0])}^", fix)
