"""What data diffs are narrowed by in a listing, and told when they are started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

__all__ = ["DataDiffFilters", "DataDiffOptions"]


class DataDiffFilters(TypedDict, total=False):
    """What a listing of data diffs can be narrowed by; of several values in one filter, any may match.

    Dates are texts: ``<T`` before, ``>T`` after, ``T`` that minute, ``D`` that day, ``A<<B`` between.
    """

    status: str | Sequence[str] | None
    result: str | Sequence[str] | None
    source: str | Sequence[str] | None
    kind: str | Sequence[str] | None
    data_source1_id: int | Sequence[int] | None
    data_source2_id: int | Sequence[int] | None
    monitor_id: int | Sequence[int] | None
    ci_run_id: int | Sequence[int] | None
    tags: str | Sequence[str] | None
    created_at: str | None
    updated_at: str | None


class DataDiffOptions(TypedDict, total=False):
    """What else a data diff can be told, by the names of the contract."""

    archived: bool | None
    bisection_factor: int | None
    bisection_threshold: int | None
    column_mapping: Sequence[tuple[str, str]] | None
    column_rules: Sequence[Mapping[str, Any]] | None
    columns_to_compare: Sequence[str] | None
    compare_duplicates: bool | None
    data_source1_session_parameters: Mapping[str, Any] | None
    data_source2_session_parameters: Mapping[str, Any] | None
    datetime_tolerance: int | None
    diff_tolerance: float | None
    diff_tolerances_per_column: Sequence[Mapping[str, Any]] | None
    download_limit: int | None
    exclude_columns: Sequence[str] | None
    file1_options: Mapping[str, Any] | None
    file2_options: Mapping[str, Any] | None
    filter1: str | None
    filter2: str | None
    include_columns: Sequence[str] | None
    infer_pk: bool | None
    infer_pk_avoid_names: Sequence[str] | None
    infer_pk_avoid_types: Sequence[str] | None
    materialization_destination_id: int | None
    materialize_dataset1: bool | None
    materialize_dataset2: bool | None
    materialize_without_sampling: bool | None
    per_column_diff_limit: int | None
    purged: bool | None
    run_profiles: bool | None
    sampling_confidence: float | None
    sampling_max_rows: int | None
    sampling_ratio: float | None
    sampling_threshold: int | None
    sampling_tolerance: float | None
    sort_array_columns: bool | None
    table_modifiers: Sequence[str] | None
    tags: Sequence[str] | None
    time_aggregate: str | None
    time_column: str | None
    time_interval_end: dt.datetime | str | None
    time_interval_start: dt.datetime | str | None
    time_travel_point1: int | dt.datetime | str | None
    time_travel_point2: int | dt.datetime | str | None
    tolerance_mode: str | None
