"""Samples of requests, and real ids put into them."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import yaml

from tests.contract.client_calls import path_order

if TYPE_CHECKING:
    from collections.abc import Mapping

Places = dict[str, Any]  # what is put in for ``$name``, and for a path parameter without a value

PARTS = ("query", "headers", "body", "parts", "asked")
_numbers = itertools.count(1)


def read_samples(*files: str) -> dict[str, Mapping[str, Any]]:
    """Read samples by their operation; what begins with ``x-`` is only shared by them."""
    told: dict[str, Any] = {}
    for file in files:
        told |= yaml.safe_load(Path(__file__).with_name(file).read_text(encoding="utf-8"))
    return {name: given or {} for name, given in told.items() if not name.startswith("x-")}


def planted(value: Any, places: Places) -> Any:
    """Put real ids in for ``$name``."""
    if isinstance(value, dict):
        return {key: planted(each, places) for key, each in value.items()}
    if isinstance(value, list):
        return [planted(each, places) for each in value]
    return places[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def planted_sample(facts: Mapping[str, Any], given: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """Give the path, query and body of a good request about real objects, and it as our client is asked."""
    own = given.get("path", {})
    path = {each: own.get(each, f"${each}") for each in path_order(facts)}
    parts = {"path": path, **{key: given[key] for key in PARTS if key in given}}
    new = f"new_{next(_numbers)}"
    return dict(planted(parts, {"new": new, "new_url": f"https://git.example/{new}.git", **places}))


def filled(facts: Mapping[str, Any], path: Mapping[str, Any]) -> str:
    """Give an operation's path with its parameters put in."""
    url = str(facts["path"])
    for key, value in path.items():
        url = url.replace(f"{{{key}}}", quote(str(value), safe=""))
    return url


def request_of(facts: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Give what ``httpx.Client.request`` needs to send a planted sample."""
    asked: dict[str, Any] = {"method": facts["method"], "url": filled(facts, given["path"])}
    asked["params"] = given.get("query", {})
    if "body" in given:
        asked["json"] = given["body"]
    if "parts" in given:
        asked["files"] = form(given["parts"])
    return asked


def form(parts: Mapping[str, Any]) -> dict[str, tuple[str | None, bytes, str]]:
    """Give the parts of a form: objects as texts of JSON, and texts as files."""
    return {
        key: ("rates.csv", value.encode(), "text/csv")
        if isinstance(value, str)
        else (None, json.dumps(value).encode(), "application/json")
        for key, value in parts.items()
    }
