from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import duckdb
import pytest

from dataexplore.sandbox.datafold.monitoring import NoAnswer, check_metric, check_schema, check_test

AT = datetime(2026, 11, 20, 5, tzinfo=UTC)


@pytest.fixture
def database():
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS warehouse; USE warehouse; CREATE SCHEMA s")
        connection.execute(
            "CREATE TABLE s.t AS SELECT i, CASE WHEN i < 9 THEN (i % 4) * 0.1 END AS amount, "
            "TIMESTAMP '2026-11-19 23:00:00' + to_days((i - 8)::INTEGER) AS happened_at "
            "FROM range(10) AS rows(i)"
        )
        yield connection


@pytest.fixture
def ask(database):
    return lambda sql: iter(database.sql(sql).to_arrow_reader(4))


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        ("minimum", "0.0"),
        ("maximum", "0.3"),
        ("sum", "1.2"),
        ("cardinality", "4"),
        ("median", "0.1"),
        ("average", "0.13333333333333333"),
        ("uniqueness", "44.44444444444444"),
        ("fill_rate", "90.0"),
        ("std_dev", "0.12247448713915889"),
    ],
)
def test_column_metrics_are_what_the_data_says(ask, metric, value):
    spec = {"metric": {"type": "column", "table": "warehouse.s.t", "column": "amount", "metric": metric}}
    assert check_metric(spec, ask, AT, []).value == pytest.approx(Decimal(value))


def test_a_filter_may_end_in_a_comment(ask):
    metric = {"type": "table", "table": "s.t", "metric": "row_count", "filter": "i < 3 -- the first"}
    assert check_metric({"metric": metric}, ask, AT, []).value == 3


def test_freshness_is_in_hours_and_the_future_does_not_count(ask):
    metric = {"type": "table", "table": "s.t", "metric": "freshness"}
    assert check_metric({"metric": metric}, ask, AT, []).value == 6


def test_freshness_goes_by_the_loader_where_it_tells(ask, database):
    database.execute(
        "ALTER TABLE s.t ADD COLUMN _loaded_at TIMESTAMP DEFAULT TIMESTAMP '2026-11-20 04:00:00'"
    )
    metric = {"type": "table", "table": "s.t", "metric": "freshness"}
    assert check_metric({"metric": metric}, ask, AT, []).value == 1


def test_a_value_over_the_threshold_is_an_alert(ask):
    spec = {
        "metric": {"type": "table", "table": "s.t", "metric": "row_count"},
        "alert": {"type": "absolute", "max": 9},
    }
    assert check_metric(spec, ask, AT, []).verdict.warnings == ("row_count is 10, over 9.",)


@pytest.mark.parametrize(("alerts", "state"), [(True, "alert"), (False, "skipped")])
def test_missing_data_is_an_alert_only_when_it_should_be(ask, alerts, state):
    metric = {"type": "custom", "query": "SELECT i FROM s.t WHERE i > 99", "alert_on_missing_data": alerts}
    assert check_metric({"metric": metric}, ask, AT, []).verdict.state == state


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ({"type": "custom", "query": "SELECT i FROM s.t"}, "more than one value"),
        ({"type": "custom", "query": "SELECT 1, 2"}, "more than one value"),
        ({"type": "custom", "query": "SELECT 'many'"}, "is many, and a metric is a number"),
        ({"type": "custom", "query": "SELECT 'inf'::DOUBLE"}, "is inf, and a metric is a number"),
        ({"type": "custom", "query": "SELECT true"}, "is True, and a metric is a number"),
        ({"type": "table", "metric": "row_count", "table": None}, "names no table"),
        ({"type": "table", "metric": "freshness", "table": "s.none"}, "no table s.none"),
        ({"type": "table", "metric": "freshness", "table": "s.plain"}, "no column with dates"),
    ],
)
def test_an_answer_that_is_no_number_is_told(ask, database, metric, words):
    database.execute("CREATE TABLE s.plain (x INTEGER)")
    with pytest.raises(NoAnswer, match=words):
        check_metric({"metric": metric}, ask, AT, [])


def test_the_rows_of_a_test_are_its_failures(ask):
    assert check_test({"query": "SELECT * FROM s.t WHERE i > 7"}, ask).verdict.warnings == (
        "2 rows fail the test.",
    )
    assert check_test({"query": "SELECT * FROM s.t WHERE i > 99"}, ask).verdict.state == "ok"
    table = {"path": "s.t", "columns": ["amount"]}
    standard = {"type": "not_null", "tables": [table], "variables": None}
    assert check_test({"query": None, "test": standard}, ask).value == 1


def test_a_schema_is_compared_with_that_of_the_run_before(ask, database):
    spec = {"table": "warehouse.s.t"}
    first = check_schema(spec, ask, None)
    assert first.verdict.state == "learning"
    assert check_schema(spec, ask, first.columns).verdict.state == "ok"
    database.execute("ALTER TABLE s.t DROP COLUMN happened_at")
    database.execute("ALTER TABLE s.t ADD COLUMN note VARCHAR")
    database.execute("ALTER TABLE s.t ALTER i TYPE INTEGER")
    assert check_schema(spec, ask, first.columns).verdict.warnings == (
        "Column happened_at of s.t was removed.",
        "Column i of s.t changed from BIGINT to INTEGER.",
        "Column note of s.t was added, VARCHAR.",
    )


def test_without_a_table_every_table_is_watched(ask, database):
    before = check_schema({"table": None}, ask, None).columns
    database.execute("CREATE TABLE s.late (x INTEGER); DROP TABLE s.t")
    assert check_schema({"table": None}, ask, before).verdict.warnings == (
        "Table s.late was added.",
        "Table s.t was removed.",
    )


def test_a_table_that_went_is_an_alert_and_one_that_never_was_no_answer(ask, database):
    known = check_schema({"table": "s.t"}, ask, None).columns
    database.execute("DROP TABLE s.t")
    assert check_schema({"table": "s.t"}, ask, known).verdict.warnings == ("Table s.t was removed.",)
    with pytest.raises(NoAnswer, match=r"no table s\.t"):
        check_schema({"table": "s.t"}, ask, None)
