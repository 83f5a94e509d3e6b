"""What the company consists of: raw tables and the statements that turn them into marts.

The statements are the ``.sql`` files beside this module; what one reads is found in its own text,
so ``depends_on`` cannot fall behind the SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

__all__ = ["LAYERS", "MODELS", "SOURCES", "Model", "Source", "Statement", "read_statements"]

LAYERS = ("raw", "staging", "intermediate", "marts")
_TABLE = re.compile(rf"\b(?:{'|'.join(LAYERS)})\.\w+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One SELECT from a file, under the name of the table it fills."""

    name: str
    sql: str
    description: str
    depends_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One raw table, as a source system delivers it."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Model:
    """One transformation: a SELECT that reads only from the layers before its own.

    ``depends_on`` names tables as ``schema.name``.
    """

    schema: str
    name: str
    sql: str
    description: str
    depends_on: tuple[str, ...]

    @property
    def kind(self) -> Literal["view", "table"]:
        """What :func:`build` makes of it: staging only cleans and renames, so it is kept as views."""
        return "view" if self.schema == "staging" else "table"


def read_statements(folder: str) -> tuple[Statement, ...]:
    """Read the statements of a folder beside this module, by name; the leading comment is the description."""
    found = {
        file.name.removesuffix(".sql"): file.read_text(encoding="utf-8")
        for file in files(__package__).joinpath(folder).iterdir()
        if file.name.endswith(".sql")
    }
    return tuple(_parse(name, text) for name, text in sorted(found.items()))


def _parse(name: str, text: str) -> Statement:
    lines = text.strip().splitlines()
    start = next(number for number, line in enumerate(lines) if not line.startswith("--"))
    description = " ".join(line.removeprefix("--").strip() for line in lines[:start])
    sql = "\n".join(lines[start:])
    return Statement(name, sql, description, tuple(sorted(set(_TABLE.findall(sql)))))


SOURCES = tuple(Source(found.name, found.description) for found in read_statements("raw"))
# In build order: a layer is built when the one before it stands.
MODELS = tuple(
    Model(schema, found.name, found.sql, found.description, found.depends_on)
    for schema in LAYERS[1:]
    for found in read_statements(f"models/{schema}")
)
