"""Where every table and column of the warehouse comes from, read from the statements that made them."""

from __future__ import annotations

from dataexplore.sandbox.lineage.generated import generate
from dataexplore.sandbox.lineage.graph import Field, Path, Table
from dataexplore.sandbox.lineage.ledger import Ledger
from dataexplore.sandbox.lineage.reach import Map, Shown, Side

__all__ = ["Field", "Ledger", "Map", "Path", "Shown", "Side", "Table", "generate"]
