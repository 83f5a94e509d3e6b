"""An oracle that answers a walk from edges as a service would: one hop, no edges, never the node itself."""

from __future__ import annotations

import threading
from contextlib import contextmanager

from dataexplore.clients.datafold.paths import join_path, split_path
from dataexplore.errors import NotFound
from dataexplore.lineage.graph import COLUMN
from dataexplore.lineage.source import Neighbour


class DictOracle:
    """Answers from edges between texts; a path of four parts is a column.

    Attributes:
        asked: every question, in the order they came in.
        failing: what to raise instead of answering, by the text of the node.
        before: called with each question before it is answered.
    """

    def __init__(self, edges, *, columns=None, kinds=None, failing=None, before=None):
        self.cancel = threading.Event()
        self.asked = []
        self.failing = failing or {}
        self.before = before or (lambda _: None)
        self._columns = {split_path(table): tuple(names) for table, names in (columns or {}).items()}
        self._kinds = {split_path(path): kind for path, kind in (kinds or {}).items()}
        self._near = {}
        self._lock = threading.Lock()
        for source, target in (map(split_path, edge) for edge in edges):
            self._near.setdefault((source, "down"), []).append(target)
            self._near.setdefault((target, "up"), []).append(source)
        known = {node for node, _ in self._near} | self._columns.keys()
        known |= {(*table, name) for table, names in self._columns.items() for name in names}
        self._known = known | {node[:-1] for node in known if len(node) == 4}

    def neighbours(self, question):
        with self._lock:
            self.asked.append(question)
        self.before(question)
        if error := self.failing.get(join_path(question.node)):
            raise error
        if question.node not in self._known or (question.kind == COLUMN) != (len(question.node) == 4):
            raise NotFound("The service knows no such thing (404).", detail="not found")
        near = self._near.get((question.node, question.side), ())
        return tuple(self._neighbour(path) for path in dict.fromkeys(near) if path != question.node)

    def texts(self):
        """What was asked, as "side of path"."""
        return [f"{question.side} {join_path(question.node)}" for question in self.asked]

    def _neighbour(self, path):
        if len(path) == 4:
            return Neighbour(path, COLUMN, owner=self._kinds.get(path[:-1], "table"))
        return Neighbour(path, self._kinds.get(path, "table"), self._columns.get(path, ()))

    @contextmanager
    def open(self):
        """Stand for what opens a source."""
        yield self


def texts(paths):
    """Write paths, or pairs of them, as texts."""
    return [join_path(path) if isinstance(path[0], str) else tuple(map(join_path, path)) for path in paths]


# The company of the tests: three raw tables, a staging layer, a mart, and what is shown of it.
SHOP = [
    ("db.raw.orders", "db.stg.orders"),
    ("db.raw.items", "db.stg.items"),
    ("db.raw.people", "db.stg.people"),
    ("db.stg.orders", "db.marts.sales"),
    ("db.stg.items", "db.marts.sales"),
    ("db.stg.people", "db.marts.sales"),
    ("db.marts.sales", "db.marts.daily"),
    ("db.marts.sales", "Looker.Sales"),
    ("db.marts.daily", "Looker.Sales"),
    ("db.marts.daily", "Hightouch.People"),
    ("db.stg.people", "db.marts.people"),
]
SHOP_COLUMN_EDGES = [
    ("db.raw.orders.amount", "db.stg.orders.amount"),
    ("db.raw.items.price", "db.stg.items.price"),
    ("db.stg.orders.amount", "db.marts.sales.total"),
    ("db.stg.items.price", "db.marts.sales.total"),
    ("db.marts.sales.total", "db.marts.daily.total"),
    ("db.stg.orders.id", "db.marts.sales.id"),
]
SHOP_COLUMNS = {
    "db.raw.orders": ["id", "amount"],
    "db.raw.items": ["id", "price"],
    "db.raw.people": ["id", "name"],
    "db.stg.orders": ["id", "amount"],
    "db.stg.items": ["id", "price"],
    "db.stg.people": ["id", "name"],
    "db.marts.sales": ["id", "total"],
    "db.marts.daily": ["day", "total"],
    "db.marts.people": ["id"],
    "Looker.Sales": ["Total"],
}
SHOP_KINDS = {"Looker.Sales": "dashboard", "Hightouch.People": "sync"}


def shop(**options):
    """Give an oracle over the company."""
    return DictOracle(SHOP + SHOP_COLUMN_EDGES, columns=SHOP_COLUMNS, kinds=SHOP_KINDS, **options)
