from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from dataexplore.sandbox.datafold.diff_requests import DiffRequest
from dataexplore.sandbox.datafold.diff_specs import DiffConfig, write_diff

CONFIG = TypeAdapter(DiffConfig)
TABLE = {"connection_id": 1, "table": 'warehouse.marts."odd.name"', "filter": "i > 5"}
QUERY = {"connection_id": 2, "query": "SELECT 1 AS i"}


def written(**fields):
    config = {"diff_type": "inmem", "primary_key": ["i"], "dataset_a": TABLE, "dataset_b": QUERY, **fields}
    return write_diff(CONFIG.validate_python(config).model_dump(mode="json"))


def test_what_is_not_set_is_left_out():
    assert written() == {
        "pk_columns": ["i"],
        "data_source1_id": 1,
        "table1": ["warehouse", "marts", "odd.name"],
        "filter1": "i > 5",
        "data_source2_id": 2,
        "query2": "SELECT 1 AS i",
    }


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({"column_remapping": {"a": "b"}}, {"column_mapping": [["a", "b"]]}),
        (
            {"ignore_string_case": True, "null_equals_empty_string": True},
            {"table_modifiers": ["case_insensitive_strings", "null_equals_empty_string"]},
        ),
        ({"sampling": {"max_rows": 9, "threshold": 5}}, {"sampling_max_rows": 9, "sampling_threshold": 5}),
        ({"sampling": {"rate": 25}}, {"sampling_ratio": 0.25}),
        (
            {"sampling": {"tolerance": 1, "confidence": 99}},
            {"sampling_tolerance": 1.0, "sampling_confidence": 99.0},
        ),
        (
            {"tolerance": {"float": {"default": {"type": "absolute", "value": 0.5}}}},
            {"diff_tolerance": 0.5, "tolerance_mode": "absolute"},
        ),
        (
            {"tolerance": {"float": {"column_tolerance": {"a": {"type": "relative", "value": 0.1}}}}},
            {
                "diff_tolerances_per_column": [
                    {"column_name": "a", "tolerance_mode": "relative", "tolerance_value": 0.1}
                ]
            },
        ),
        ({"tolerance": {"datetime": {"default": "1s"}}}, {"datetime_tolerance": 1}),
        ({"materialize_results": True}, {"materialization_destination_id": 1}),
        (
            {"materialize_results": True, "materialize_results_to": 2},
            {"materialization_destination_id": 2},
        ),
        (
            {"include_columns": ["a"], "compare_duplicates": True},
            {"include_columns": ["a"], "compare_duplicates": True},
        ),
    ],
)
def test_each_setting_is_one_of_a_data_diff(fields, asked):
    body = written(**fields)
    assert body == written() | asked
    assert DiffRequest.model_validate(body)


def test_times_are_compared_by_whole_seconds_or_refused():
    with pytest.raises(ValidationError, match="whole seconds"):
        written(tolerance={"datetime": {"default": "1ms"}})
