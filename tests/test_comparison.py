"""Two tables compared through Datafold: the figures as tables, and what can go wrong on the way."""

from __future__ import annotations

import os
import signal

import pytest

from dataexplore.errors import Invalid, Malformed
from dataexplore.workspace import Workspace
from tests.contract.contract_transport import contract_workspace
from tests.faults.fault_server import FaultServer, Peer
from tests.notebook.answering import answering

TABLES = """
create schema if not exists review_left;
create schema if not exists review_right;
create or replace table review_left.t as select i as id, i as "<img onerror>", 1.5 as x from range(4) t(i);
create or replace table review_right.t as
select i as id, i * (i % 2) as "<img onerror>", 1 as y from range(1, 9) t(i);
create or replace table review_left.none (id int, x int);
create or replace table review_left.again as select 1 as id, range as x from range(3);
create or replace table review_left.null_keys as select null::int as id, range as x from range(3);
create or replace table review_left.apart as select range + 100 as id, range as x from range(3);
create or replace table review_left.typed as select * replace (id::varchar as id) from review_left.t
"""


@pytest.fixture(scope="module")
def workspace(sandbox):
    with contract_workspace(sandbox) as opened:
        for statement in TABLES.split(";"):
            opened.coginiti.sql(statement)
        yield opened


@pytest.fixture
def compare_at():
    """Give a function that compares two tables at a service that answers by rules."""
    opened = []

    def compare(rules, **options):
        server = FaultServer(answering(rules))
        workspace = Workspace(server.profile(data_connection_id=1, database="db"))
        opened.extend((workspace, server))
        return workspace.diff("s.a", "s.b", key="id", **options)

    yield compare
    for each in opened:
        each.close()


def figures(comparison):
    """The rows of the key table, without their titles."""
    return {row[""]: tuple(row.values())[1:] for row in comparison.keys.to_pylist()}


def test_the_figures_are_exact(workspace):
    comparison = workspace.diff("review_left.t", "review_right.t", key="id")
    assert figures(comparison) == {
        "rows": (4, 8),
        "distinct keys": (4, 8),
        "keys only here": (1, 5),
        "keys that repeat": (0, 0),
        "keys that are null": (0, 0),
    }
    (odd,) = comparison.values.to_pylist()
    assert (odd["column"], odd["values that differ"]) == ("<img onerror>", 1)
    assert odd["match %"] == pytest.approx(200 / 3)
    assert comparison.schema.to_pylist() == [
        {"column": "x", "difference": "only in review_left.t"},
        {"column": "y", "difference": "only in review_right.t"},
    ]


def test_tables_of_one_name_are_told_apart_by_what_stands_before_it(workspace):
    comparison = workspace.diff("review_left.t", "review_right.t", key="id")
    assert comparison.keys.column_names == ["", "review_left.t", "review_right.t"]
    assert repr(comparison).startswith("review_left.t and review_right.t: different · data diff ")
    apart = workspace.diff("review_left.t", "review_left.apart", key="id")
    assert apart.keys.column_names == ["", "t", "apart"]


def test_a_table_and_itself_are_the_first_and_the_second(workspace):
    comparison = workspace.diff("review_left.t", ("warehouse", "review_left", "t"), key=("id",))
    assert comparison.diff.result == "identical"
    assert comparison.keys.column_names[1:] == ["warehouse.review_left.t (1)", "warehouse.review_left.t (2)"]
    assert comparison.schema.num_rows == 0


def test_a_type_that_differs_is_told(workspace):
    comparison = workspace.diff("review_left.t", "review_left.typed", key="<img onerror>")
    assert {"column": "id", "difference": "another type"} in comparison.schema.to_pylist()


def test_text_and_page_show_every_table_and_no_name_is_markup(workspace):
    comparison = workspace.diff("review_left.t", "review_right.t", key="id")
    text, page = repr(comparison), comparison._repr_html_()
    for title in ("Keys", "Values by column, 3 rows compared", "Schema"):
        assert title in text
        assert title in page
    assert "<img onerror>" in text
    assert "&lt;img onerror&gt;" in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("table", "result", "meaning"),
    [
        ("again", "bad-pks", "(the key repeats or is null, so it does not tell rows apart)"),
        ("null_keys", "bad-pks", "(the key repeats or is null, so it does not tell rows apart)"),
        ("none", "empty", "(there are no rows to compare)"),
    ],
)
def test_where_nothing_was_compared_nothing_is_called_alike(table, result, meaning, workspace):
    comparison = workspace.diff(f"review_left.{table}", f"review_left.{table}", key="id")
    assert comparison.diff.result == result
    assert meaning in repr(comparison)
    assert "Values by column, 0 rows compared" in repr(comparison)
    assert comparison.values["match %"].to_pylist() == [None]


def test_keys_on_one_side_only_are_told(workspace):
    comparison = workspace.diff("review_left.apart", "review_left.apart", key="id", filter1="id > 100")
    assert comparison.diff.result == "missing-pks"
    assert figures(comparison)["keys only here"] == (0, 1)
    assert "(some keys are on one side only)" in repr(comparison)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"key": "no_such"}, '"no_such"'),
        ({"key": ["id", "no_such"]}, '"no_such"'),
        ({"key": "id", "filter1": "idd > 1"}, "idd"),
    ],
)
def test_a_diff_that_fails_is_an_error_in_the_services_words(options, expected, workspace):
    with pytest.raises(Invalid, match=r"^Data diff \d+ failed: ") as caught:
        workspace.diff("review_left.t", "review_right.t", **options)
    assert expected in caught.value.what
    assert caught.value.what[-1] in ".!?"
    assert caught.value.fix == "Correct what it names and compare again."


def test_a_table_that_is_not_there_is_named(workspace):
    with pytest.raises(Invalid, match="nothing_here"):
        workspace.diff("review_left.t", "review_left.nothing_here", key="id")


def test_progress_is_told_and_the_diff_ends_done(workspace):
    told = []
    comparison = workspace.diff("review_left.t", "review_right.t", key="id", on_progress=told.append)
    assert told[-1].id == comparison.diff.id
    assert told[-1].status == "done"


STARTED = {"POST /api/v1/datadiffs": {"id": 5, "status": "waiting"}}


def test_a_diff_that_somebody_cancels_is_told(compare_at):
    with pytest.raises(Invalid, match=r"Data diff 5 was cancelled\. Compare again"):
        compare_at({**STARTED, "GET /api/v1/datadiffs/5": {"id": 5, "status": "cancelled"}})


def test_a_failure_without_a_reason_says_so(compare_at):
    with pytest.raises(Invalid, match=r"Data diff 5 failed: Datafold does not say why\."):
        compare_at({**STARTED, "GET /api/v1/datadiffs/5": {"id": 5, "status": "failed"}})


def test_a_diff_without_a_number_cannot_be_awaited(compare_at):
    with pytest.raises(Malformed, match="without a number"):
        compare_at({"POST /api/v1/datadiffs": {"status": "waiting"}})


def test_figures_that_a_service_leaves_out_are_null_or_no_rows(compare_at):
    done = {"id": 5, "status": "done", "table1": ["db", "s", "a"]}
    comparison = compare_at(
        {**STARTED, "summary_results": {"status": "done"}, "GET /api/v1/datadiffs/5": done}
    )
    assert figures(comparison)["rows"] == (None, None)
    assert comparison.keys.column_names == ["", "a", "second"]
    assert (comparison.values.num_rows, comparison.schema.num_rows) == (0, 0)
    assert repr(comparison).startswith("a and second: done · data diff 5\n\nKeys")
    assert "Values" not in comparison._repr_html_()


def stopped(peer: Peer) -> None:
    """Press Ctrl-C when the request is there, and say nothing."""
    os.kill(os.getpid(), signal.SIGINT)
    peer.await_close()


def test_stop_while_a_diff_is_being_started_says_that_it_may_have_been(compare_at):
    with pytest.raises(KeyboardInterrupt, match="may have been started"):
        compare_at({"POST /api/v1/datadiffs": stopped})


def test_stop_while_waiting_says_what_goes_on_and_how_to_end_it(compare_at):
    with pytest.raises(KeyboardInterrupt, match=r"goes on.*data_diffs\.cancel\(5\)"):
        compare_at({**STARTED, "GET /api/v1/datadiffs/5": stopped})


def test_stop_after_the_diff_ended_says_nothing_of_it(compare_at):
    done = {"id": 5, "status": "done"}
    with pytest.raises(KeyboardInterrupt) as caught:
        compare_at({**STARTED, "summary_results": stopped, "GET /api/v1/datadiffs/5": done})
    assert caught.value.args == ()
