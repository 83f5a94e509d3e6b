"""``%dataexplore sandbox``: what only a sandbox can be told."""

from __future__ import annotations

import pytest

from dataexplore.errors import ConfigError, ServerFault
from tests.notebook.looking import fails, lines_of


@pytest.fixture(autouse=True)
def _calm_afterwards(workspace):
    yield
    workspace.sandbox.calm()


def test_a_node_fails_is_slow_or_writes_nothing_once(run, workspace):
    (line,) = lines_of(run("%dataexplore sandbox fail stg_stores --environment dev --error 'no disk'"))
    assert line == "The next run of stg_stores in dev fails."
    first = run("%coalesce start dev --include stg_stores --watch --yes").value
    assert (first.status, "no disk" in first.remarks[0]) == ("failed", True)
    (line,) = lines_of(run("%dataexplore sandbox slow stg_stores 0.3 -e dev"))
    assert line == "The next run of stg_stores in dev takes 0.3 s longer."
    second = run("%coalesce start dev --include stg_stores --watch --yes").value
    assert (second.status, second.results[0].duration_s >= 0.3) == ("success", True)
    (line,) = lines_of(run("%dataexplore sandbox empty dim_stores --environment dev"))
    assert line == "The next run of dim_stores in dev writes no row."
    third = run("%coalesce start dev --include dim_stores --watch --yes").value
    assert third.results[0].rows_affected == 0
    fourth = run("%coalesce start dev --include dim_stores --watch --yes").value
    assert fourth.results[0].rows_affected > 0


def test_a_task_fails_is_slow_or_writes_nothing_once(run, workspace):
    executions = workspace.talend.executions
    task = workspace.talend.tasks.find("extract_stores", environment="Development")

    def ran():
        return executions.wait_task(executions.start_task(task.id), deadline_s=60)

    (line,) = lines_of(run("%dataexplore sandbox fail-task extract_stores -e Development --error 'no disk'"))
    assert line == "The next run of extract_stores in Development fails."
    assert "no disk" in ran().error_message
    (line,) = lines_of(run("%dataexplore sandbox slow-task extract_stores 0.3"))
    assert line == "The next run of extract_stores takes 0.3 s longer."
    assert ran().duration_s >= 0.3
    (line,) = lines_of(run("%dataexplore sandbox empty-task extract_stores"))
    assert line == "The next run of extract_stores writes no row."
    assert ran().rows_processed == 0


def test_the_services_answer_as_told_until_it_is_calm_again(run):
    (line,) = lines_of(
        run("%dataexplore sandbox answer 503 --for 60 --times 500 --path /api/v1/environments")
    )
    assert line == (
        "The sandbox answers 503 to the next 500 requests, at most what is asked in the next 60 s "
        "below /api/v1/environments."
    )
    assert isinstance(fails(run("%coalesce environments")).error.error, ServerFault)
    assert lines_of(run("%dataexplore sandbox calm")) == ["The sandbox answers as it should again."]
    assert run("%coalesce environments").error is None


def test_one_answer_is_one(run):
    assert lines_of(run("%dataexplore sandbox answer 403")) == [
        "The sandbox answers 403 to the next request."
    ]
    fails(run("%coalesce environments"))
    assert run("%coalesce environments").error is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "Verbs: fail NODE"),
        ("fial stg_stores", "Did you mean fail?"),
        ("fail", "cannot read ''"),
        ("fail a b", "cannot read 'a b'"),
        ("fail no_such_node", "No node no_such_node is deployed there"),
        ("fail stg_stores --environment prd", "Did you mean 'prod'?"),
        ("fail-task", "cannot read ''"),
        ("fail-task no_such_task", "There is no task"),
        ("fail-task extract_stores --environment Prodction", "Did you mean 'Production'?"),
        ("slow-task extract_stores soon", "'soon' is no number of seconds."),
        ("empty-taks extract_stores", "Did you mean empty-task?"),
        ("slow stg_stores", "slow NODE SECONDS"),
        ("slow stg_stores soon", "'soon' is no number of seconds."),
        ("answer", "cannot read ''"),
        ("answer five", "is not a whole number."),
        ("answer 200", "Use one of 401, 403, 429, 500, 502, 503, 504."),
        ("answer 503 --time 3", "Did you mean --times?"),
        ("calm now", "cannot read 'now'"),
    ],
)
def test_a_wrong_line_is_told_in_a_few_words(line, expected, run):
    fails(run(f"%dataexplore sandbox {line}"), expected)


def test_another_service_cannot_be_told(run, connect_to_coalesce):
    server = connect_to_coalesce({})
    ran = fails(run("%dataexplore sandbox fail fact_orders"), "is no sandbox", "%dataexplore connect sandbox")
    assert isinstance(ran.error.error, ConfigError)
    assert server.requests == []
