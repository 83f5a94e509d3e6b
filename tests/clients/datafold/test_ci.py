"""CI: runs started and listed."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError, Malformed, ServerFault

RUN = {"id": 88, "status": "done", "pr_num": "214", "pr_branch": "fix", "source": "api"}


def test_runs_are_read_by_offset_up_to_an_empty_page(answered):
    """get_ci_api_v1_ci__ci_config_id__runs_get."""
    client = answered([RUN, {**RUN, "id": 87, "pr_num": 213}], [{**RUN, "id": 86}], [])
    runs = client.ci.runs(5, pr_sha="9a8b", pr_num=214)
    assert [(run.id, run.pr_num) for run in runs] == [(88, "214"), (87, "213"), (86, "214")]
    assert client.asked[:2] == ("GET", "/api/v1/ci/5/runs")
    asked = [request.url.params["offset"] for request in client.requests]
    assert asked == ["0", "2", "3"]
    assert dict(client.requests[-1].url.params) == {
        "pr_sha": "9a8b",
        "pr_num": "214",
        "limit": "1000",
        "offset": "3",
    }


@pytest.mark.parametrize(("limit", "sent"), [(1, "1"), (2, "2"), (5000, "1000")])
def test_the_limit_that_is_sent_stays_within_1_to_1000(answered, limit, sent):
    client = answered([RUN, {**RUN, "id": 87}], [])
    assert len(client.ci.runs(5, limit=limit)) == min(limit, 2)
    assert client.requests[0].url.params["limit"] == sent
    with pytest.raises(InputError, match="limit is 0"):
        client.ci.runs(5, limit=0)


def test_runs_that_come_again_are_an_error(answered):
    """Case 13: a service that ignores the offset."""
    with pytest.raises(Malformed, match="twice") as caught:
        answered([RUN]).ci.runs(5)
    assert caught.value.operation == "get_ci_api_v1_ci__ci_config_id__runs_get"


def test_trigger_starts_a_run_once(answered):
    """trigger_ci_api_v1_ci__ci_config_id__trigger_post."""
    pull = {"pr_number": 214, "pr_branch": "b", "base_branch": "main", "pr_sha": "1", "base_sha": "0"}
    client = answered({"ci_run_id": 88})
    assert client.ci.trigger(5, **pull).id == 88
    assert client.asked == ("POST", "/api/v1/ci/5/trigger", "")
    assert client.sent == pull
    client = answered((503, {}))
    with pytest.raises(ServerFault, match="may have been carried out"):
        client.ci.trigger(5, **pull)
    assert len(client.requests) == 1


def test_upload_sends_the_tables_of_a_pull_request(answered):
    """upload_changes_api_v1_ci__ci_config_id___pr_num__post."""
    diffs = [{"prod": "shop.marts.orders", "pr": "shop.dev.orders", "pk": ["id"]}]
    client = answered({"run_id": 89})
    assert client.ci.upload(5, 214, diffs).id == 89
    assert client.asked == ("POST", "/api/v1/ci/5/214", "")
    assert client.sent == diffs


def test_a_job_without_an_id_is_still_readable(answered):
    job = answered({"run_id": None, "more": 1}).ci.upload(5, 214, [])
    assert (job.id, job.raw) == (None, {"run_id": None, "more": 1})
