"""The believable retail company inside the sandbox: its tables, its models and how they are built."""

from __future__ import annotations

from dataexplore.sandbox.company.building import build
from dataexplore.sandbox.company.catalog import MODELS, SOURCES, Model, Source

__all__ = ["MODELS", "SOURCES", "Model", "Source", "build"]
