"""What a comparison found, as the API tells it: a word, figures, a summary, and rows where wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.datafold import sources
from dataexplore.sandbox.execution import quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dataexplore.sandbox.datafold.diffing import Outcome
    from dataexplore.sandbox.datafold.diffing.columns import Pair

__all__ = ["conclude", "drop_rows", "keep_rows", "summarize"]


def conclude(outcome: Outcome) -> dict[str, Any]:
    """Give the result in one word and the figures of the listing."""
    pks, values, schema = outcome.pks, outcome.values, outcome.schema
    keys = pks["distincts"][0] + pks["exclusives"][1]
    differing_keys = sum(pks["exclusives"])
    differing_columns = sum(schema["columns_mismatched"]) + schema["column_type_mismatches"]
    columns = schema["column_counts"][0] + schema["columns_mismatched"][1]
    return {
        "result": _word(outcome),
        "affected_columns": [
            one["column_name"] for one in values["columns_diff_stats"] if one["values_different"]
        ],
        "diff_stats": {
            "version": "1",
            "diff_pks": _share(differing_keys, keys),
            "diff_rows": _share(values["rows_with_differences"], values["total_rows"]),
            "diff_rows_count": values["rows_with_differences"],
            "diff_values": _share(values["values_with_differences"], values["total_values"]),
            "diff_schema": _share(differing_columns, columns),
            "diff_null_pks": _share(sum(pks["nulls"]), sum(pks["total_rows"])),
            "diff_duplicate_pks": _share(sum(pks["dupes"]), sum(pks["total_rows"])),
            "match_ratio": 1 - _share(values["rows_with_differences"], values["total_rows"]),
            "rows_removed": pks["exclusives"][0],
            "rows_added": pks["exclusives"][1],
            "table_a_row_count": pks["total_rows"][0],
            "table_b_row_count": pks["total_rows"][1],
            "errors": 0,
            "sampled": outcome.ratio < 1,
        },
        "sampling_ratio": outcome.ratio if outcome.ratio < 1 else None,
    }


def summarize(
    outcome: Outcome, materialized: dict[str, Any], dependencies: list[dict[str, Any]]
) -> dict[str, Any]:
    """Give the parts of the summary."""
    return {
        "pks": outcome.pks,
        "values": outcome.values,
        "schema": outcome.schema,
        "dependencies": dependencies,
        "materialized_results": materialized,
    }


def keep_rows(cursor: Any, outcome: Outcome, *, schema: str, number: int, source: int) -> dict[str, Any]:
    """Keep the rows that differ as tables of the warehouse; give where, in the words of the contract.

    ``diff``: key, then for each column the left value, the right one and whether they differ. ``exclusives``:
    side 1 or 2, key, values. ``duplicates1`` and ``2``: key, values.
    """
    sources.make_schema(cursor, schema)
    keys = [(f"k{place}", pair.name) for place, pair in enumerate(outcome.keys)]
    values = [(f"v{place}", pair.name) for place, pair in enumerate(outcome.compared)]
    using = ", ".join(name for name, _ in keys)
    flags = " OR ".join(f"d{place}" for place in range(len(outcome.compared))) or "false"
    both = [one for place, pair in enumerate(outcome.compared) for one in _compared(place, pair)]
    exclusives = " UNION ALL ".join(
        f"SELECT {side} AS side, * FROM rows{side} SEMI JOIN (FROM keys{side} ANTI JOIN keys{other} "
        f"USING ({using})) USING ({using})"
        for side, other in ((1, 2), (2, 1))
    )
    selects = {
        "diff": f"SELECT {_named([*keys, *both])} FROM ({outcome.pairs}) WHERE {flags}",
        "exclusives": f"SELECT {_named([('side', 'side'), *keys, *values])} FROM ({exclusives})",
    }
    for side in (1, 2):
        repeated = f"rows{side} SEMI JOIN (FROM keys{side} WHERE n > 1) USING ({using})"
        selects[f"duplicates{side}"] = f"SELECT {_named([*keys, *values])} FROM {repeated}"
    kept = {}
    for kind, select in selects.items():
        path = ["warehouse", schema, f"diff_{number}_{kind}"]
        cursor.execute(f"CREATE OR REPLACE TABLE {'.'.join(map(quote, path))} AS {select}")
        kept[kind] = [
            {"data_source_id": source, "path": path, "is_sampled": kind == "diff" and outcome.ratio < 1}
        ]
    return kept


def drop_rows(cursor: Any, kept: dict[str, Any]) -> None:
    """Drop the tables that :func:`keep_rows` told of."""
    for tables in kept.values():
        for table in tables:
            cursor.execute(f"DROP TABLE IF EXISTS {'.'.join(map(quote, table['path']))}")


def _word(outcome: Outcome) -> str:
    pks, schema = outcome.pks, outcome.schema
    if not any(pks["total_rows"]):
        return "empty"
    if any(pks["nulls"]) or any(pks["dupes"]):
        return "bad-pks"
    unlike = (
        schema["column_type_mismatches"] or schema["column_reorders"] or any(schema["columns_mismatched"])
    )
    if outcome.values["rows_with_differences"] or unlike:
        return "different"
    return "missing-pks" if any(pks["exclusives"]) else "identical"


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _compared(place: int, pair: Pair) -> Iterator[tuple[str, str]]:
    yield f"l{place}", f"{pair.name}_1"
    yield f"r{place}", f"{pair.name}_2"
    yield f"d{place}", f"is_diff_{pair.name}"


def _named(columns: Sequence[tuple[str, str]]) -> str:
    """Select columns under names of which none repeats another."""
    taken: set[str] = set()
    parts = []
    for expression, wanted in columns:
        name = wanted
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        parts.append(f"{expression} AS {quote(name)}")
    return ", ".join(parts)
