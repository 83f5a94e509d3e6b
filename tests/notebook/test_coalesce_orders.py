"""``%coalesce start``, ``rerun`` and ``cancel``: shown exactly, agreed to, sent, watched."""

from __future__ import annotations

import json
import re

import pytest

from dataexplore.errors import DeadlineExceeded, Forbidden, InputError, Invalid, OutcomeUnknown
from dataexplore.runs import RunInDepth
from tests.faults.fault_server import TOKEN, head
from tests.notebook.looking import fails, lines_of
from tests.notebook.services import PASSWORD

ENVIRONMENTS = {"data": [{"id": "3", "name": "prod"}], "next": None}
NODES = {"data": [{"id": "n", "name": "fact_orders", "locationName": "MARTS"}], "next": None}
RUN = {"runCounter": 612, "status": "running", "environmentID": "3"}
RULES = {
    "POST .*/(startRun|rerun)": {"runCounter": 613},
    "POST .*/cancelRun": (204, None),
    "/environments/3/nodes": NODES,
    "/environments/3/jobs": {"data": [{"id": "7", "name": "Nightly"}], "next": None},
    "/environments": ENVIRONMENTS,
    "/runs/612": RUN,
}


def posted(server):
    """What was sent to change something: path and body of each."""
    found = [request for request in server.requests if request.startswith(b"POST")]
    return [
        (request.split(b" ", 2)[1].decode(), json.loads(request.partition(b"\r\n\r\n")[2]))
        for request in found
    ]


@pytest.fixture
def run_in_dev(run, workspace):
    """Give a function that runs a line of ``%coalesce`` to its end and gives the run."""

    def go(line):
        ran = run(f"%coalesce {line} --watch --yes")
        assert isinstance(ran.value, RunInDepth), ran.text
        return ran.value

    yield go
    workspace.sandbox.calm()


@pytest.mark.parametrize(
    "line",
    [
        "start prod",
        "start PROD --job nightly --parallelism 4 -p load_date=2026-11-20 -p note='a b'",
        "start 3 --include fact_orders --exclude 'marts.fact_orders'",
        """start prod --include '{ location: "MARTS" name: "fact_orders" }'""",
        "rerun 612",
        "rerun 612 -p load_date=2026-11-20",
        "cancel 612",
    ],
)
def test_what_is_shown_is_what_is_sent_with_secrets_as_stars(line, run, connect_to_coalesce):
    server = connect_to_coalesce(RULES, scheduler_base="host")
    ran = run(f"%coalesce {line} --yes")
    assert ran.error is None, ran.text
    ((path, sent),) = posted(server)
    shown = next(bundle for bundle in ran.shown if "POST" in bundle["text/plain"])
    request, _, body = shown["text/plain"].partition("\n")[2].partition("\n")
    assert request == f"POST {server.url}{path}"
    assert path.startswith("/scheduler/")
    secret = sent.get("userCredentials", {}).get("snowflakePassword")
    assert secret in {PASSWORD, None}
    assert body == json.dumps(sent, indent=2).replace(PASSWORD, "***")
    assert PASSWORD not in str(ran.shown) + ran.text
    assert TOKEN not in str(ran.shown) + ran.text


def test_what_the_line_says_reaches_the_service(run, connect_to_coalesce):
    server = connect_to_coalesce(RULES)
    run("%coalesce start prod --include marts.fact_orders --parallelism 4 -p load_date=2026-11-20 --yes")
    run("%coalesce start prod --job Nightly --yes")
    run("%coalesce rerun 612 -p day='1 2' --yes")
    (_, chosen), (_, job), (_, again) = posted(server)
    assert chosen["runDetails"] == {
        "environmentID": "3",
        "includeNodesSelector": '{ location: "MARTS" name: "fact_orders" }',
        "parallelism": 4,
    }
    assert chosen["parameters"] == {"load_date": "2026-11-20"}
    assert job["runDetails"] == {"environmentID": "3", "jobID": "7"}
    assert (again["runDetails"], again["parameters"]) == ({"runID": "612"}, {"day": "1 2"})


@pytest.mark.parametrize("line", ["start prod", "rerun 612", "cancel 612"])
def test_a_dry_run_shows_and_sends_nothing(line, run, connect_to_coalesce):
    server = connect_to_coalesce(RULES)
    ran = run(f"%coalesce {line} --dry-run")
    assert (ran.error, ran.value, posted(server)) == (None, None, [])
    assert lines_of(ran)[-1] == "Nothing was sent. (--dry-run)"
    assert "POST " in lines_of(ran)[0]


@pytest.mark.parametrize("line", ["start prod --watch", "rerun 612", "cancel 612"])
def test_where_nobody_can_answer_it_is_refused_and_names_the_option(line, run, connect_to_coalesce):
    server = connect_to_coalesce(RULES)
    ran = fails(run(f"%coalesce {line}"), "Nothing was sent. Nobody can answer here.", "--yes")
    assert isinstance(ran.error.error, InputError)
    assert posted(server) == []


def test_an_answer_that_never_comes_is_not_sent_again_and_says_where_to_look(run, connect_to_coalesce):
    """Case 7."""
    server = connect_to_coalesce({"POST": lambda peer: peer.reset(), **RULES})
    ran = fails(run("%coalesce start prod --yes"), "It was not sent again", "ws.coalesce.runs.list(limit=5)")
    assert isinstance(ran.error.error, OutcomeUnknown)
    assert len(posted(server)) == 1


def test_a_run_is_started_and_its_number_given(run, workspace):
    ran = run("%coalesce start dev --include STAGING.stg_stores --yes")
    assert lines_of(ran)[-1] == (
        f"Run {ran.value} has begun in dev. %coalesce show {ran.value} --watch watches it, "
        f"%coalesce cancel {ran.value} cancels it."
    )
    assert workspace.coalesce.runs.wait(ran.value, deadline_s=60).status == "success"


def test_a_run_that_fails_is_watched_shown_and_run_again(run_in_dev, workspace):
    workspace.sandbox.fail_node("dim_stores", environment="dev", error="disk <full>")
    failed = run_in_dev("start dev --include marts.dim_stores,stg_stores --parallelism 2")
    assert failed.status == "failed"
    assert failed.remarks[0].startswith("✗ dim_stores: ")
    assert "disk <full>" in failed.remarks[0]
    assert "disk &lt;full&gt;" in failed._repr_html_()
    again = run_in_dev(f"rerun {failed.id}")
    assert (again.status, again.run.rerun_of) == ("success", failed.id)
    assert [each.node_name for each in again.results] == ["dim_stores"]
    assert f"Runs again what failed in run {failed.id}" in repr(again)
    assert workspace.coalesce.runs.wait(failed.id).status == "failed"


def test_a_job_runs_with_its_own_selection(run_in_dev, workspace):
    run = run_in_dev("start qa --job 'nightly qa'")
    assert (run.status, run.job, run.environment) == ("success", "Nightly QA", "qa")
    assert len(run.results) > 30


def test_watching_a_run_that_has_ended_shows_it_at_once(run, workspace):
    newest = workspace.coalesce.runs.list(run_status="success", limit=1)[0]
    assert run(f"%coalesce show {newest.id} --watch").value.id == newest.id


def test_watching_too_long_ends_the_watching_and_not_the_run(run, workspace):
    workspace.sandbox.slow_node("stg_stores", seconds=60, environment="dev")
    number = run("%coalesce start dev --include stg_stores --yes").value
    ran = fails(
        run(f"%coalesce show {number} --watch --deadline 0.5"),
        "It did not end within 0.5 s.",
        f"Run {number} goes on in Coalesce",
        f"%coalesce cancel {number} cancels it",
    )
    assert isinstance(ran.error.error, DeadlineExceeded)
    assert not workspace.coalesce.runs.get(number).ended
    told = run(f"%coalesce cancel {number} --yes")
    assert (
        lines_of(told)[-1] == f"Run {number} was told to stop. %coalesce show {number} tells what was built."
    )
    assert workspace.coalesce.runs.wait(number, deadline_s=20).status == "cancelled"
    fails(run(f"%coalesce cancel {number} --yes"), f"Run {number} is cancelled already.")


def test_a_good_run_is_not_run_again(run, workspace):
    good = workspace.coalesce.runs.list(run_status="success", run_type="refresh", limit=1)[0]
    assert isinstance(fails(run(f"%coalesce rerun {good.id} --yes")).error.error, Invalid)


def test_a_service_that_tells_nothing_of_nodes_is_watched_all_the_same(run, connect_to_coalesce):
    answers = iter(["queued", "running", "success"])

    def state(peer):
        body = json.dumps({**RUN, "status": next(answers, "success")}).encode()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ")
        peer.send(str(len(body)).encode(), b"\r\n\r\n", body)

    seen = []

    def results(peer):
        seen.append(True)
        body = b'{"error": "not yet"}' if len(seen) < 3 else b'{"data": [], "next": null}'
        status = b"404 Not Found" if len(seen) < 3 else b"200 OK"
        peer.send(b"HTTP/1.1 ", status, b"\r\nContent-Type: application/json\r\nContent-Length: ")
        peer.send(str(len(body)).encode(), b"\r\n\r\n", body)

    connect_to_coalesce({"/runs/612/results": results, "/runs/612": state, "/environments": ENVIRONMENTS})
    assert run("%coalesce show 612 --watch").value.status == "success"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("start", "Write %coalesce start prod --job Nightly."),
        ("start dev qa --yes", "One environment is wanted."),
        ("start prd --yes", "Did you mean 'prod'?"),
        ("start dev --job Nigthly --yes", "There is no job 'Nigthly' here."),
        ("start prod --job Nigthly --yes", "Did you mean 'Nightly'?"),
        ("start dev --include fact_order --yes", "Did you mean fact_orders"),
        ("start dev --include , --yes", "No node is named."),
        ("start dev --include a --include b", "--include stands twice."),
        ("start prod --job Orders --include fact_orders --yes", "A job has its own selectors."),
        ("start dev --parallelism 0 --yes", "parallelism is 0."),
        ("start dev --parallelism -3 --yes", "parallelism is -3."),
        ("start dev --parallelism many --yes", "--parallelism many is not a whole number."),
        ("start dev -p load_date --yes", "-p load_date is not NAME=VALUE."),
        ("start dev -p =1 --yes", "is not NAME=VALUE."),
        ("start dev -p a=1 -p a=2 --yes", "-p a stands twice."),
        ("start dev --yes --dry-run", "Give one of them."),
        ("start dev --dryrun", "Did you mean --dry-run?"),
        ("start dev --deadline soon --yes", "--deadline soon is not a number."),
        ("start dev --deadline 5 --yes", "--deadline is for watching."),
        ("rerun --yes", "Write %coalesce rerun 612"),
        ("rerun all --yes", "is not a whole number."),
        ("cancel 1 2 --yes", "One run is wanted."),
        ("cancel 1 --watch", "There is no option --watch."),
    ],
)
def test_a_wrong_line_sends_nothing(line, expected, run, workspace):
    """Case 41."""
    before = workspace.coalesce.runs.list(limit=1)[0].id
    ran = fails(run(f"%coalesce {line}"), expected)
    assert isinstance(ran.error.error, InputError)
    assert workspace.coalesce.runs.list(limit=1)[0].id == before


@pytest.mark.parametrize(
    "line",
    ['start dev --include \'{ location: "X" name: "y" }\' --yes', "start dev --include '{ nonsense' --yes"],
)
def test_a_selector_that_selects_nothing_is_refused_in_the_services_words(line, run):
    assert isinstance(fails(run(f"%coalesce {line}")).error.error, Invalid)


def test_the_error_of_a_service_may_echo_the_password_and_it_is_not_shown(run, connect_to_coalesce):
    """Case 33 and 23."""
    words = {"error": {"errorString": "400: no", "errorDetail": f"400: <b>{PASSWORD}</b>\x1b[31m"}}
    connect_to_coalesce({"POST .*/startRun": (400, words), **RULES})
    ran = fails(run("%coalesce start prod --yes"), "***")
    assert PASSWORD not in ran.text
    assert "\x1b[31m" not in re.sub(r"\x1b\[0m", "", ran.text)


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        ([{"id": "7", "name": "Nightly"}, {"id": "8", "name": "nightly"}], "Use an id: 7, 8."),
        ([], "use the id that Coalesce's own page shows"),
    ],
)
def test_a_job_that_is_meant_twice_or_not_listed_wants_its_id(jobs, expected, run, connect_to_coalesce):
    server = connect_to_coalesce({**RULES, "/environments/3/jobs": {"data": jobs, "next": None}})
    fails(run("%coalesce start prod --job Nightly --yes"), expected)
    assert posted(server) == []
    assert run("%coalesce start prod --job 8 --yes").value == 613
    assert posted(server)[0][1]["runDetails"] == {"environmentID": "3", "jobID": "8"}


def test_a_watch_that_is_refused_in_the_middle_shows_the_error_and_leaves_no_line(run, connect_to_coalesce):
    answers = iter([(200, RUN), (403, {"error": "not any more", "code": "FORBIDDEN"})])

    def state(peer):
        status, body = next(answers)
        text = json.dumps(body).encode()
        peer.send(head(status, f"Content-Length: {len(text)}"), text)

    connect_to_coalesce({"/runs/612/results": (404, {"error": "not yet"}), "/runs/612": state})
    ran = fails(run("%coalesce show 612 --watch"), "not any more")
    assert isinstance(ran.error.error, Forbidden)
    assert lines_of(ran) == []
