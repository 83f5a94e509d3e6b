"""The layout: cards in layers from left to right, and lanes between them for the edges."""

from __future__ import annotations

from dataexplore.lineage.layout.layered import Engine, Layout, layered

__all__ = ["Engine", "Layout", "layered"]
