"""The figures of a data diff, in each of their shapes."""

from __future__ import annotations

import pytest

from dataexplore.clients.datafold.diff_results import DataDiffResults

DONE = {
    "status": "success",
    "pks": {
        "total_rows": [1000, 997],
        "nulls": [0, 0],
        "dupes": [0, 1],
        "exclusives": [3, 0],
        "distincts": [1000, 996],
    },
    "values": {
        "total_rows": 997,
        "rows_with_differences": 12,
        "columns_with_differences": 2,
        "columns_diff_stats": [{"column_name": "amount", "match": 98.8, "values_different": 12}],
    },
    "schema": {
        "columns_mismatched": [0, 1],
        "column_counts": [9, 10],
        "column_type_mismatches": 0,
        "column_reorders": 0,
        "column_type_differs": [],
        "exclusive_columns": [[], ["note"]],
    },
    "dependencies": [
        {"uid": "d", "item_type": "Table", "name": "t", "path": ["a", "b.c"], "data_source_id": 1}
    ],
    "materialized_results": {"diff": None},
}


def test_a_diff_that_is_done_has_keys_values_schema_and_what_hangs_on_it():
    results = DataDiffResults.read(DONE)
    assert results.ready
    assert (results.pks.exclusives, results.pks.dupes) == ((3, 0), (0, 1))
    assert results.values.rows_with_differences == 12
    assert list(results.values.columns_diff_stats.to_df()["column_name"]) == ["amount"]
    assert results.schema.exclusive_columns == ((), ("note",))
    assert results.schema.column_counts == (9, 10)
    assert list(results.dependencies.to_df()["path"]) == ['a."b.c"']
    assert results.error is None


def test_a_diff_between_databases_has_keys_and_values_only():
    results = DataDiffResults.read({"status": "done", "pks": DONE["pks"], "values": None})
    assert results.ready
    assert results.pks.nulls == (0, 0)
    assert (results.values, results.schema, results.dependencies) == (None, None, None)


def test_only_dependencies_are_an_answer_too():
    results = DataDiffResults.read({"status": "done", "dependencies": DONE["dependencies"]})
    assert (results.ready, len(results.dependencies), results.pks) == (True, 1, None)


def test_a_failed_diff_has_its_error_as_it_was_told():
    error = {"error_type": "SqlError", "error_value": "no such table", "is_retryable": False}
    results = DataDiffResults.read({"status": "failed", "error": error})
    assert (results.ready, results.error) == (False, error)


@pytest.mark.parametrize("status", ["running", "pending", "a new word", None])
def test_a_diff_that_runs_has_no_figures(status):
    results = DataDiffResults.read({"status": status})
    assert (results.ready, results.status, results.pks) == (False, status, None)


@pytest.mark.parametrize("odd", [None, [1], [1, 2, 3], ["1", 2], "12", {"a": 1}])
def test_a_pair_that_is_none_is_none(odd):
    assert DataDiffResults.read({"pks": {"nulls": odd}}).pks.nulls is None


@pytest.mark.parametrize("odd", [None, [[]], [["a"], None], [["a"], [1]], "ab"])
def test_exclusive_columns_that_are_no_two_lists_are_none(odd):
    assert DataDiffResults.read({"schema": {"exclusive_columns": odd}}).schema.exclusive_columns is None
