"""What hangs on the tables of a data diff: tables of the warehouse, dashboards and syncs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.datafold import bi_assets

if TYPE_CHECKING:
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["dependencies"]

DEPTH = 99


def dependencies(platform: Platform, diff: Record) -> list[dict[str, Any]]:
    """List what is made of the tables that a diff compares, nearest first, as the API tells it."""
    assets = bi_assets.tables(platform.records)
    known = platform.ledger.map(assets)
    compared = [tuple(part.lower() for part in diff.get(side) or ()) for side in ("table1", "table2")]
    found = [path for start in compared if start for path in known.tables(start, "down", DEPTH)]
    shown = bi_assets.shown(platform.records)
    kinds: dict[tuple[str, ...], str] = {(asset.integration, asset.name): asset.kind for asset in shown}
    return [
        {
            "uid": ".".join(told.path),
            "item_type": kinds.get(told.path, "table").title(),
            "name": told.path[-1],
            "path": told.path,
            "data_source_id": diff["data_source1_id"],
            "data_source_type": "duckdb",
        }
        for told in map(known.told, dict.fromkeys(found))
        if tuple(part.lower() for part in told.path) not in compared
    ]
