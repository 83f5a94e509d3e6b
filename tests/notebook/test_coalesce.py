"""``%coalesce``: what ran and what there is to run, over a real sandbox and over services of other kinds."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from dataexplore.errors import InputError, NotFound
from dataexplore.runs import RunInDepth
from tests.notebook.looking import fails

HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m\u202e"
ELEMENTS = {"div", "p", "b", "pre", "style", "table", "thead", "tbody", "tr", "th", "td"}


def page(rows, cursor=None):
    return {"data": rows, "next": cursor}


def at(hours):
    """So many hours ago."""
    return (dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)).isoformat()


def run_of(number, hours, **more):
    return {
        "runCounter": number,
        "status": "success",
        "environmentID": "3",
        "startedAt": at(hours),
        "completedAt": at(hours - 0.1),
        **more,
    }


PROD = {r"GET /api/v1/environments\?": page([{"id": "3", "name": "prod"}])}


def test_the_newest_twenty_runs_are_listed_the_newest_first(run):
    ran = run("%coalesce runs")
    assert ran.error is None, ran.text
    numbers = [each.id for each in ran.value]
    assert (len(numbers), numbers) == (20, sorted(numbers, reverse=True))
    assert re.match(r"The newest 20 runs since \d{4}-\d\d-\d\d \d\d:\d\d UTC · more with", ran.value.headline)
    assert ran.value.table["status"].to_pylist()[0][0] in "✓✗↻…⊘"
    assert set(ran.value.table["environment"].to_pylist()) <= {"dev", "qa", "prod"}
    assert any("job Orders" in what for what in ran.value.table["what ran"].to_pylist())


def test_a_window_has_every_run_in_it_and_none_before(run, workspace):
    listed = run("%coalesce runs --since 3d").value
    edge = dt.datetime.now(dt.UTC) - dt.timedelta(days=3)
    everything = [each for each in workspace.coalesce.runs.list() if each.started_at >= edge]
    assert [each.id for each in listed] == [each.id for each in everything]
    assert len(run("%coalesce runs --since 3d --limit 2").value) == 2


def test_runs_are_narrowed_by_environment_status_and_job(run):
    failed = run("%coalesce runs --since 89d --status failed").value
    assert len(failed) > 1
    assert {each.status for each in failed} == {"failed"}
    assert all(why for why in failed.table["why it failed"].to_pylist())
    assert re.match(r"\d+ failed runs since ", failed.headline)
    orders = run("%coalesce runs --environment prod --job orders --limit 5").value
    assert {(each.environment_id, each.job_id) for each in orders} == {("3", "2")}
    assert orders.headline.startswith("The newest 5 runs of prod of job orders since ")
    assert {each.environment_id for each in run("%coalesce runs -e 2").value} == {"2"}


def test_the_words_of_the_services_newer_vocabulary_are_understood_too(run):
    assert run("%coalesce runs --status completed --limit 2").value.headline.startswith(
        "The newest 2 success"
    )


def test_reading_ends_at_the_edge_of_the_window(run, connect_to_coalesce):
    first = [run_of(900 - place, hours=1 + place) for place in range(100)]
    server = connect_to_coalesce(
        {**PROD, "GET /api/v1/runs.*startingFrom": page([]), "GET /api/v1/runs": page(first, "c")}
    )
    ran = run("%coalesce runs --since 5h")
    assert [each.id for each in ran.value] == [900, 899, 898, 897]
    assert sum(b" /api/v1/runs?" in request for request in server.requests) == 1


def test_a_service_that_ignores_every_filter_is_read_to_the_edge_of_a_month_only(run, connect_to_coalesce):
    first = [run_of(900 - place, hours=20 * place) for place in range(100)]
    server = connect_to_coalesce({**PROD, "GET /api/v1/runs": page(first, "c")})
    ran = run("%coalesce runs --status failed")
    assert (len(ran.value), ran.error) == (0, None)
    assert re.fullmatch(r"0 failed runs since \S+ \S+ UTC", repr(ran.value))
    assert sum(b" /api/v1/runs?" in request for request in server.requests) == 1


def test_a_run_that_waited_does_not_end_the_window(run, connect_to_coalesce):
    rows = [
        run_of(9, 1),
        run_of(8, 30),
        run_of(7, 2),
        {"runCounter": 6, "status": "queued", "environmentID": "3"},
    ]
    connect_to_coalesce({**PROD, "GET /api/v1/runs": page(rows)})
    assert [each.id for each in run("%coalesce runs --since 12h").value] == [9, 7, 6]


def test_names_that_may_not_be_seen_stay_ids(run, connect_to_coalesce):
    rows = [run_of(9, 1, runDetails={"jobID": "7"})]
    connect_to_coalesce({"GET /api/v1/runs": page(rows), "GET": (403, {"error": "no", "code": "FORBIDDEN"})})
    table = run("%coalesce runs").value.table.to_pylist()[0]
    assert (table["environment"], table["what ran"]) == ("3", "job 7")


def test_a_run_that_failed_is_shown_with_the_databases_words(run, workspace):
    failed = workspace.coalesce.runs.list(run_status="failed", limit=1)[0]
    ran = run(f"%coalesce show {failed.id}")
    assert isinstance(ran.value, RunInDepth)
    assert ran.value.status == "failed"
    first = ran.value.failed[0]
    assert f"✗ {first.node_name}: {first.error}" in ran.text
    assert ran.value.nodes["node"].to_pylist()[0] == first.node_name
    assert len(ran.value.results) == failed.nodes_in_run


def test_a_run_is_named_by_a_variable_too(run, shell):
    run("listed = %coalesce runs --limit 1\nfirst = listed[0]\nnumber = first.id")
    numbers = {run(f"%coalesce show {name}").value.id for name in ("$first", "$number")}
    assert numbers == {shell.user_ns["number"]}


def test_environments_nodes_and_jobs_are_listed(run):
    assert run("%coalesce environments").value.table["name"].to_pylist() == ["dev", "qa", "prod"]
    nodes = run("%coalesce nodes PROD").value
    assert "fact_orders" in nodes.table["node"].to_pylist()
    assert nodes.headline == f"{len(nodes)} nodes of prod"
    assert run("%coalesce nodes 3 --limit 2").value.headline == "The first 2 nodes of prod"
    jobs = run("%coalesce jobs").value
    assert set(jobs.table["name"].to_pylist()) == {"Nightly", "Orders", "Marketing", "Nightly QA"}
    assert run("%coalesce jobs qa").value.table["runs"].to_pylist() == ["every node"]
    assert "include_selector" in jobs.to_df().columns


@pytest.mark.parametrize("answer", [(404, {"error": "no"}), (400, {"error": "no", "code": "NOT_FOUND"})])
def test_a_service_without_jobs_says_what_to_do(answer, run, connect_to_coalesce):
    connect_to_coalesce({"jobs": answer, **PROD})
    for line in ("jobs", "jobs prod"):
        fails(run(f"%coalesce {line}"), "does not list jobs", "%coalesce start ENV --job ID")


def test_nothing_hostile_becomes_markup_or_moves_the_terminal(run, connect_to_coalesce):
    """Case 33."""
    told = run_of(9, 1, status=HOSTILE, runFailureReason=HOSTILE, runDetails={"jobID": HOSTILE})
    query = {"startTime": at(1), "error": {"errorString": HOSTILE}}
    results = page([{"nodeID": "n", "nodeName": HOSTILE, "status": "failed", "queryResults": [query]}])
    thing = {"id": "3", "name": HOSTILE, "description": HOSTILE, "status": HOSTILE, "createdBy": HOSTILE}
    connect_to_coalesce({"results": results, "/runs/9": told, "/runs": page([told]), "GET": page([thing])})
    for line in ("runs", "show 9", "environments", "nodes 3", "jobs"):
        ran = run(f"%coalesce {line}")
        assert ran.error is None, ran.text
        html = ran.value._repr_html_()
        assert "&lt;img" in html
        assert set(re.findall(r"<(\w+)", html)) <= ELEMENTS
        assert not {"\x1b", "\u202e"} & set(html + repr(ran.value))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "",
            "Verbs: runs, show ID [--watch], environments, nodes ENV, jobs [ENV], start ENV, rerun ID,",
        ),
        ("rns", "Did you mean runs?"),
        ("satrt prod", "Did you mean start?"),
        ("runs prod", "--environment prod"),
        ("runs --environment prd", "Did you mean 'prod'?"),
        ("runs --status succes", "Did you mean success?"),
        ("runs --status skipped", "Use queued, running, success, failed, cancelled."),
        ("runs --job Nigthly", "Did you mean 'Nightly'?"),
        ("runs --since yesterday", "Write 30m, 12h, 7d, 2w"),
        ("runs --since 2099-01-01", "lies ahead"),
        ("runs --since", "--since needs a value."),
        ("runs --sinse 7d", "Did you mean --since?"),
        ("runs --limit 0", "limit is 0."),
        ("runs --limit few", "--limit few is not a whole number."),
        ("runs --status O'Hara", 'No run has the status "O\'Hara".'),
        ("runs --environment '; drop table'", "There is no environment '; drop table'."),
        ("show", "One run is wanted."),
        ("show 1 2", "One run is wanted."),
        ("show abc", "%coalesce show abc is not a whole number."),
        ('show {"a":1}', "is not a whole number."),
        ("show $nothing", "There is no variable 'nothing'."),
        ("show $shown", "shown is no run."),
        ("show 1 --deadline 5", "--deadline is for watching."),
        ("show 1 --watch --deadline soon", "--deadline soon is not a number."),
        ("show 1 --wach", "Did you mean --watch?"),
        ("environments prod", "It takes no name."),
        ("nodes", "Write %coalesce nodes prod."),
        ("nodes 50%", "There is no environment '50%'."),
        ("nodes prod --limit 0", "limit is 0."),
        ("jobs a b", "Write %coalesce jobs prod."),
        ("jobs $$", "There is no environment '$$'."),
    ],
)
def test_a_wrong_line_is_told_in_a_few_words(line, expected, run):
    """Case 41."""
    run("shown = 'text'")
    ran = fails(run(f"%coalesce {line}"), expected)
    assert isinstance(ran.error.error, InputError)


def test_a_run_that_is_not_there_is_told_in_the_services_words(run):
    ran = fails(run("%coalesce show 987654"), "There is no run 987654")
    assert isinstance(ran.error.error, NotFound)


def test_a_cell_before_connecting_says_how(run, shell):
    session = shell.magics_manager.registry["DataExploreMagics"].session
    opened, session.opened = session.opened, None
    fails(run("%coalesce runs"), "%dataexplore connect sandbox")
    session.opened = opened


def test_a_profile_without_coalesce_says_how_to_configure_it(run, connect_to_coalesce):
    connect_to_coalesce({}, url=None)
    fails(run("%coalesce runs"), "coalesce is not configured", "DATAEXPLORE_COALESCE_URL")
