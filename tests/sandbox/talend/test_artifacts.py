"""Artifacts and their versions, which stay while a task runs them."""

from __future__ import annotations

import pytest

from tests.sandbox.talend.conftest import speak

ARTIFACTS = "/orchestration/artifacts"


@pytest.fixture
def own(start):
    """A sandbox of one's own, whose artifacts may go: nothing but a promotion makes another."""
    with speak(start("--scale", 0.01, "--pace", 0)) as client:
        yield client


def find(client, name, environment="Production"):
    items = client.get(ARTIFACTS, params={"name": name}).json()["items"]
    return next(one for one in items if one["workspace"]["environment"]["name"] == environment)


def test_an_artifact_is_read_with_each_of_its_versions(talend):
    artifact = find(talend, "extract_orders_job")
    path = f"{ARTIFACTS}/{artifact['id']}"
    assert talend.get(path).json() == artifact
    for version in artifact["versions"]:
        told = talend.get(f"{path}/versions/{version}").json()
        assert (told["id"], told["name"], told["version"]) == (artifact["id"], artifact["name"], version)
        assert told["parameters"][0] == {
            "name": "source",
            "value": "raw.orders",
            "type": "String",
            "required": True,
            "comment": "",
        }
        assert told["repository"]["commit"]["date"] == told["createDate"]


def test_versions_of_development_are_ahead(talend):
    production, development = (
        find(talend, "extract_orders_job", one) for one in ("Production", "Development")
    )
    assert development["versions"] == [*production["versions"], "0.3.0"]


@pytest.mark.parametrize("version", ["9.9.9", "0.1", "%20", "%C3%A9", "0.1.0%0A"])
def test_a_version_that_is_not_there_is_missing(talend, refused, version):
    path = f"{ARTIFACTS}/{find(talend, 'extract_orders_job')['id']}/versions/{version}"
    assert "no version" in refused(talend.get(path), 404)
    assert "no version" in refused(talend.delete(path), 404)


def test_what_a_task_runs_stays_and_says_which_task(talend, refused):
    artifact = find(talend, "extract_orders_job")
    path = f"{ARTIFACTS}/{artifact['id']}"
    assert "extract_orders" in refused(talend.delete(path), 409)
    assert "extract_orders" in refused(talend.delete(f"{path}/versions/{artifact['versions'][-1]}"), 409)
    assert talend.get(path).json() == artifact


def test_a_version_that_no_task_runs_goes(own):
    artifact = find(own, "extract_orders_job")
    path = f"{ARTIFACTS}/{artifact['id']}"
    first, *left = artifact["versions"]
    assert own.delete(f"{path}/versions/{first}").status_code == 204
    assert own.get(path).json()["versions"] == left
    assert own.get(f"{path}/versions/{first}").status_code == 404


def test_an_artifact_that_no_task_runs_goes(own):
    path = f"{ARTIFACTS}/{find(own, 'extract_orders_by_hand_job')['id']}"
    assert own.delete(path).status_code == 204
    assert own.get(path).status_code == 404


def test_an_artifact_goes_with_its_last_version(own):
    artifact = find(own, "extract_orders_by_hand_job")
    path = f"{ARTIFACTS}/{artifact['id']}"
    for version in artifact["versions"]:
        assert own.get(path).status_code == 200
        assert own.delete(f"{path}/versions/{version}").status_code == 204
    assert own.get(path).status_code == 404
