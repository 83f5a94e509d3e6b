"""Jobs, which are beyond the contract."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError

SELECTOR = '{ location: "MARTS" name: "fact_orders" }'
JOB = {"id": 2, "name": "Orders", "workspace": 1, "includeSelector": SELECTOR, "excludeSelector": ""}
PAGE = {"data": [JOB], "next": None}


def test_jobs_of_an_environment_are_listed_and_read(answered):
    client = answered(PAGE)
    (job,) = client.jobs.list(3)
    assert client.asked[:2] == ("GET", "/api/v1/environments/3/jobs")
    assert (job.id, job.name, job.workspace_id) == ("2", "Orders", "1")
    assert (job.include_selector, job.exclude_selector) == (SELECTOR, "")
    client = answered({"jobID": 2, "name": "Orders"})
    assert client.jobs.get(3, 2).id == "2"
    assert client.asked == ("GET", "/api/v1/environments/3/jobs/2", "")


def test_jobs_of_a_workspace_are_listed_read_made_replaced_and_removed(answered):
    client = answered(PAGE)
    assert [job.name for job in client.jobs.list_in_workspace(1)] == ["Orders"]
    assert client.asked[:2] == ("GET", "/api/v1/workspaces/1/jobs")
    client = answered(JOB)
    assert client.jobs.get_in_workspace(1, "2").name == "Orders"
    assert client.asked == ("GET", "/api/v1/workspaces/1/jobs/2", "")
    client.jobs.create_in_workspace(1, name="Orders", include_selector=SELECTOR)
    assert client.asked == ("POST", "/api/v1/workspaces/1/jobs", "")
    assert client.sent == {"name": "Orders", "includeSelector": SELECTOR, "excludeSelector": ""}
    client.jobs.update_in_workspace(1, 2, name="All")
    assert client.asked == ("PUT", "/api/v1/workspaces/1/jobs/2", "")
    assert client.sent == {"name": "All", "includeSelector": "", "excludeSelector": ""}
    client = answered((204, b""))
    assert client.jobs.delete_in_workspace(1, 2) is None
    assert client.asked == ("DELETE", "/api/v1/workspaces/1/jobs/2", "")


def test_a_job_without_a_name_or_with_an_odd_selector_is_refused(answered):
    client = answered(JOB)
    with pytest.raises(InputError, match="The name is ' '"):
        client.jobs.create_in_workspace(1, name=" ")
    with pytest.raises(InputError, match="is no selector"):
        client.jobs.create_in_workspace(1, name="n", include_selector=None)
    with pytest.raises(InputError, match="The id of the job is empty"):
        client.jobs.get(3, "")
    assert client.requests == []
