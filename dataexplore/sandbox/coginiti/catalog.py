"""The catalog of scripts that comes with the sandbox, seen under @Shared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from dataexplore.sandbox.coginiti.coginiti_script import Block, Script, parse
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["Package", "find_package", "find_script"]

NAMESPACES = ("@Personal", "@Shared", "@Project Hub")


@dataclass(frozen=True, slots=True)
class Package:
    """Blocks that may call each other: those of one folder."""

    path: str
    blocks: tuple[Block, ...]


def find_script(path: str) -> tuple[Package, Script]:
    """Find the script at a path, and the package around it."""
    scripts, folders = _catalog()
    if path in folders:
        raise Refusal.failed("Path must be an asset")
    if path not in scripts:
        raise Refusal.missing(f"Path not found: {path}")
    return _package(path.rpartition("/")[0]), scripts[path]


def find_package(path: str) -> Package:
    """Find the package at a path: a folder of scripts, or one script alone."""
    scripts, folders = _catalog()
    if path in folders:
        return _package(path)
    if path in scripts:
        return Package(path, scripts[path].blocks)
    raise Refusal.missing(f"Path not found: {path}")


def _package(folder: str) -> Package:
    scripts, _ = _catalog()
    inside = (script for path, script in scripts.items() if path.rpartition("/")[0] == folder)
    return Package(folder, tuple(block for script in inside for block in script.blocks))


@cache
def _catalog() -> tuple[dict[str, Script], set[str]]:
    scripts: dict[str, Script] = {}
    folders = set(NAMESPACES)
    _collect(files("dataexplore.sandbox") / "scripts", "@Shared", scripts, folders)
    return scripts, folders


def _collect(folder: Traversable, path: str, scripts: dict[str, Script], folders: set[str]) -> None:
    folders.add(path)
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            _collect(entry, f"{path}/{entry.name}", scripts, folders)
        elif entry.name.endswith(".sql"):
            name = entry.name.removesuffix(".sql")
            scripts[f"{path}/{name}"] = parse(entry.read_text(encoding="utf-8"))
