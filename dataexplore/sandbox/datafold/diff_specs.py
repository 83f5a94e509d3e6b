"""What a diff monitor compares, in the contract's words, and the same as a data diff is asked for."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from dataexplore.sandbox.datafold.paths import Path, split_path
from dataexplore.sandbox.datafold.requests import Fields, Id

__all__ = ["DiffConfig", "write_diff"]


class TableDataset(Fields):
    """A table, or those of its rows that pass a filter."""

    connection_id: Id
    table: Path
    filter: str | None = None
    session_parameters: dict[str, Any] | None = None


class QueryDataset(Fields):
    """The rows of a query."""

    connection_id: Id
    query: str
    session_parameters: dict[str, Any] | None = None


class PastTable(TableDataset):
    """A table as it was."""

    time_travel_point: str | int | None = None


class PastQuery(QueryDataset):
    """A query over what was."""

    time_travel_point: str | int | None = None


class CopiedTable(TableDataset):
    """A table that may be copied first."""

    materialize: bool = True


class CopiedQuery(QueryDataset):
    """A query that may be kept as a table first."""

    materialize: bool = True


class MaxRows(Fields):
    """So many rows."""

    max_rows: int
    threshold: int | None = None


class Rate(Fields):
    """So many percent of the rows."""

    rate: float
    threshold: int | None = None


class Confidence(Fields):
    """As many rows as make it likely to find that share of differences."""

    tolerance: float
    confidence: float
    threshold: int | None = None


class ColumnTolerance(Fields):
    """How far two numbers may be apart."""

    type: Literal["absolute", "relative"]
    value: float


class FloatTolerance(Fields):
    """How far numbers may be apart, by column."""

    default: ColumnTolerance | None = None
    column_tolerance: dict[str, ColumnTolerance] | None = None


class DatetimeTolerance(Fields):
    """How far times may be apart."""

    @field_validator("default")
    @classmethod
    def _refuse_fractions(cls, default: str) -> str:
        if default != "1s":
            raise ValueError("Data diffs compare times by whole seconds: use 1s, or leave it out")
        return default

    default: Literal["1s", "0.1s", "0.01s", "1ms", "0.1ms", "0.01ms", "1us"]


class Tolerance(Fields):
    """How far values may be apart."""

    float: FloatTolerance | None = None
    datetime: DatetimeTolerance | None = None


class ColumnRule(Fields):
    """When two values of a column or a type count as equal."""

    column: Annotated[str, Field(min_length=1)] | None = None
    type: str | None = None
    equal_if: str


class Comparison(Fields):
    """What comparisons within one source and across two have."""

    primary_key: list[str]
    column_remapping: dict[str, str] | None = None
    columns_to_compare: list[str] | None = None
    include_columns: list[str] | None = None
    exclude_columns: list[str] | None = None
    compare_duplicates: bool | None = None
    ignore_string_case: bool = False
    null_equals_empty_string: bool = False
    materialize_results: bool = False
    sampling: MaxRows | Rate | Confidence | None = None
    sort_array_columns: bool | None = None
    tolerance: Tolerance | None = None


class InDb(Comparison):
    """Within one source."""

    diff_type: Literal["indb"]
    dataset_a: PastTable | PastQuery
    dataset_b: PastTable | PastQuery
    timeseries_dimension_column: str | None = None


class InMem(Comparison):
    """Across two sources."""

    diff_type: Literal["inmem"]
    dataset_a: CopiedTable | CopiedQuery
    dataset_b: CopiedTable | CopiedQuery
    column_rules: list[ColumnRule] | None = None
    materialize_results_to: Id | None = None


DiffConfig = Annotated[InDb | InMem, Field(discriminator="diff_type")]


def write_diff(config: dict[str, Any]) -> dict[str, Any]:
    """Write the body that asks for this comparison as a data diff; what is not set is left out."""
    asked: dict[str, Any] = {
        "pk_columns": config["primary_key"],
        "column_mapping": [list(pair) for pair in (config["column_remapping"] or {}).items()],
        "table_modifiers": [
            modifier
            for modifier, field in (
                ("case_insensitive_strings", "ignore_string_case"),
                ("null_equals_empty_string", "null_equals_empty_string"),
            )
            if config[field]
        ],
        "time_column": config.get("timeseries_dimension_column"),
        "column_rules": config.get("column_rules"),
        **{name: config[name] for name in _SAME},
        **_write_dataset(config["dataset_a"], 1),
        **_write_dataset(config["dataset_b"], 2),
        **_write_sampling(config["sampling"] or {}),
        **_write_tolerance(config["tolerance"] or {}),
    }
    if config["materialize_results"]:
        asked["materialization_destination_id"] = (
            config.get("materialize_results_to") or config["dataset_a"]["connection_id"]
        )
    return {name: value for name, value in asked.items() if value not in (None, [])}


_SAME = (
    "columns_to_compare",
    "include_columns",
    "exclude_columns",
    "compare_duplicates",
    "sort_array_columns",
)


def _write_dataset(dataset: dict[str, Any], side: int) -> dict[str, Any]:
    return {
        f"data_source{side}_id": dataset["connection_id"],
        f"data_source{side}_session_parameters": dataset["session_parameters"],
        f"table{side}": list(split_path(dataset["table"])) if "table" in dataset else None,
        f"query{side}": dataset.get("query"),
        f"filter{side}": dataset.get("filter"),
        f"time_travel_point{side}": dataset.get("time_travel_point"),
    }


def _write_sampling(sampling: dict[str, Any]) -> dict[str, Any]:
    rate = sampling.get("rate")
    return {
        "sampling_max_rows": sampling.get("max_rows"),
        "sampling_ratio": None if rate is None else rate / 100,
        "sampling_tolerance": sampling.get("tolerance"),
        "sampling_confidence": sampling.get("confidence"),
        "sampling_threshold": sampling.get("threshold"),
    }


def _write_tolerance(tolerance: dict[str, Any]) -> dict[str, Any]:
    numbers = tolerance.get("float") or {}
    default = numbers.get("default") or {}
    times = tolerance.get("datetime")
    return {
        "diff_tolerance": default.get("value"),
        "tolerance_mode": default.get("type"),
        "diff_tolerances_per_column": [
            {"column_name": name, "tolerance_mode": column["type"], "tolerance_value": column["value"]}
            for name, column in (numbers.get("column_tolerance") or {}).items()
        ],
        "datetime_tolerance": times and 1,
    }
