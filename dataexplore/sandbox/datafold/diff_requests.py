"""What a data diff is asked for, and what of that the sandbox cannot do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from dataexplore.sandbox import moments
from dataexplore.sandbox.datafold import requests
from dataexplore.sandbox.datafold.diffing import Comparison, Equality, Sampling, Tolerance
from dataexplore.sandbox.datafold.requests import Fields, Id, Moment
from dataexplore.sandbox.execution import quote

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["DiffRequest"]

Names = list[str]
Share = Annotated[float, Field(gt=0, le=1)]
Percent = Annotated[float, Field(gt=0, lt=100)]
Rows = Annotated[int, Field(ge=1, lt=2**63)]
Size = Annotated[float, Field(ge=0)]
Mode = Literal["absolute", "relative"]
Path = Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1, max_length=3)]

UNSUPPORTED = {
    "column_rules": "Rules by column are not part of the sandbox; use a query that makes the values equal",
    "data_source1_session_parameters": "The settings of the sandbox's warehouse are locked",
    "data_source2_session_parameters": "The settings of the sandbox's warehouse are locked",
    "download_limit": "Differing rows are not downloaded here; ask for materialization_destination_id",
    "file1": "The sandbox reads no files and reaches no network; use a table or a query",
    "file1_options": "The sandbox reads no files; use a table or a query",
    "file2": "The sandbox reads no files and reaches no network; use a table or a query",
    "file2_options": "The sandbox reads no files; use a table or a query",
    "per_column_diff_limit": "Every differing value is counted here; there is no limit by column",
    "run_profiles": "Profiles are not part of the sandbox",
    "time_aggregate": "Comparing by period is not part of the sandbox; use a query with GROUP BY",
    "time_travel_point1": "The sandbox's warehouse keeps no past",
    "time_travel_point2": "The sandbox's warehouse keeps no past",
}

SAMPLES = ("sampling_ratio", "sampling_max_rows", "sampling_tolerance")
INTERVAL = ("time_interval_start", "time_interval_end")
# What says nothing alone.
COMPANIONS = {
    "infer_pk_avoid_names": ("infer_pk",),
    "infer_pk_avoid_types": ("infer_pk",),
    "tolerance_mode": ("diff_tolerance",),
    "sampling_threshold": SAMPLES,
    "sampling_confidence": ("sampling_tolerance",),
    "time_column": INTERVAL,
    "time_interval_start": ("time_column",),
    "time_interval_end": ("time_column",),
    "materialize_without_sampling": ("materialization_destination_id",),
}


class ColumnTolerance(Fields):
    """How far the numbers of one column may lie apart."""

    column_name: str
    tolerance_value: Size
    tolerance_mode: Mode


class DiffRequest(Fields):
    """The body that creates a data diff, with the contract's names."""

    data_source1_id: Id
    data_source2_id: Id
    table1: Path | None = None
    table2: Path | None = None
    query1: str | None = None
    query2: str | None = None
    filter1: str | None = None
    filter2: str | None = None
    time_column: str | None = None
    time_interval_start: Moment | None = None
    time_interval_end: Moment | None = None

    pk_columns: Names = Field(default_factory=list)
    infer_pk: bool = False
    infer_pk_avoid_names: Names | None = None
    infer_pk_avoid_types: Names | None = None
    column_mapping: list[tuple[str, str]] | None = None
    columns_to_compare: Names | None = None
    include_columns: Names | None = None
    exclude_columns: Names | None = None
    compare_duplicates: bool | None = None

    diff_tolerance: Size | None = None
    tolerance_mode: Mode | None = None
    diff_tolerances_per_column: list[ColumnTolerance] | None = None
    datetime_tolerance: Annotated[int, Field(ge=0, lt=2**31)] | None = None
    table_modifiers: list[Literal["case_insensitive_strings", "null_equals_empty_string"]] | None = None
    sort_array_columns: bool | None = None

    sampling_ratio: Share | None = None
    sampling_max_rows: Rows | None = None
    sampling_threshold: Rows | None = None
    sampling_tolerance: Percent | None = None
    sampling_confidence: Percent | None = None

    # How the service works, not what it finds: the warehouse does both in its own way.
    bisection_factor: Annotated[int, Field(ge=2, lt=2**63)] | None = None
    bisection_threshold: Rows | None = None
    materialize_dataset1: bool | None = None
    materialize_dataset2: bool | None = None

    materialization_destination_id: Id | None = None
    materialize_without_sampling: bool | None = False
    tags: Names | None = None
    archived: bool = False
    purged: bool = False

    column_rules: list[dict[str, Any]] | None = None
    data_source1_session_parameters: dict[str, Any] | None = None
    data_source2_session_parameters: dict[str, Any] | None = None
    download_limit: int | None = None
    file1: str | None = None
    file1_options: dict[str, Any] | None = None
    file2: str | None = None
    file2_options: dict[str, Any] | None = None
    per_column_diff_limit: int | None = None
    run_profiles: bool | None = None
    time_aggregate: Literal["minute", "hour", "day", "week", "month", "year"] | None = None
    time_travel_point1: int | str | None = None
    time_travel_point2: int | str | None = None

    def refuse_unfit(self) -> None:
        """Refuse what the sandbox cannot do, and what does not go together.

        Raises:
            Refusal: With the first such field (422).
        """
        for name, sentence in UNSUPPORTED.items():
            if getattr(self, name):
                raise requests.refuse(sentence, "body", name)
        for number in ("1", "2"):
            table, query = getattr(self, f"table{number}"), getattr(self, f"query{number}")
            if (table is None) == (query is None):
                sentence = f"Name either table{number} or query{number}"
                raise requests.refuse(sentence, "body", f"table{number}")
        if not self.pk_columns and not self.infer_pk:
            raise requests.refuse("Name the primary key, or set infer_pk", "body", "pk_columns")
        if self.purged:
            raise requests.refuse("A new diff cannot be purged already", "body", "purged")
        for name, other in COMPANIONS.items():
            if getattr(self, name) and not any(getattr(self, one) for one in other):
                raise requests.refuse(f"This says nothing without {' or '.join(other)}", "body", name)
        if self.materialize_without_sampling and self.is_sampled:
            sentence = "Only what was compared can be kept; leave the sampling out"
            raise requests.refuse(sentence, "body", "materialize_without_sampling")

    @property
    def is_sampled(self) -> bool:
        """Whether a sample is asked for, however large."""
        return any(getattr(self, name) for name in SAMPLES)

    def sides(self) -> tuple[str, str]:
        """Write the SELECT of each side."""
        mapping = {first.lower(): second for first, second in self.column_mapping or ()}
        time_columns = self.time_column, mapping.get((self.time_column or "").lower(), self.time_column)
        return (
            self._side(self.table1, self.query1, self.filter1, time_columns[0]),
            self._side(self.table2, self.query2, self.filter2, time_columns[1]),
        )

    def comparison(self, float_tolerance: float) -> Comparison:
        """Say it to the engine; ``float_tolerance`` is the data source's."""
        relative = self.tolerance_mode == "relative"
        modifiers = self.table_modifiers or ()
        return Comparison(
            self.sides(),
            keys=tuple(self.pk_columns),
            mapping=tuple(self.column_mapping or ()),
            only=(*(self.columns_to_compare or ()), *(self.include_columns or ())),
            without=tuple(self.exclude_columns or ()),
            avoid_names=tuple(self.infer_pk_avoid_names or ()),
            avoid_types=tuple(self.infer_pk_avoid_types or ()),
            equality=Equality(
                tolerance=None if self.diff_tolerance is None else Tolerance(self.diff_tolerance, relative),
                tolerances={
                    one.column_name.lower(): Tolerance(one.tolerance_value, one.tolerance_mode == "relative")
                    for one in self.diff_tolerances_per_column or ()
                },
                float_tolerance=float_tolerance,
                seconds=self.datetime_tolerance or 0,
                ignore_case="case_insensitive_strings" in modifiers,
                empty_is_null="null_equals_empty_string" in modifiers,
                sort_lists=bool(self.sort_array_columns),
            ),
            sampling=Sampling(
                rows=self.sampling_max_rows,
                share=self.sampling_ratio,
                tolerance=self.sampling_tolerance,
                confidence=self.sampling_confidence,
                threshold=self.sampling_threshold,
            ),
            pair_duplicates=bool(self.compare_duplicates),
        )

    def _side(
        self, table: Path | None, query: str | None, condition: str | None, time_column: str | None
    ) -> str:
        # A line end closes the comment that a text may end with.
        text = f"FROM {'.'.join(map(quote, table))}" if table else (query or "").strip().rstrip(";")
        conditions = [f"({condition}\n)"] if condition else []
        if time_column and self.time_interval_start:
            conditions.append(f"{quote(time_column)} >= {_moment(self.time_interval_start)}")
        if time_column and self.time_interval_end:
            conditions.append(f"{quote(time_column)} < {_moment(self.time_interval_end)}")
        return f"SELECT * FROM ({text}\n) WHERE {' AND '.join(conditions)}" if conditions else text


def _moment(moment: datetime) -> str:
    return f"TIMESTAMPTZ '{moments.write(moment)}'"
