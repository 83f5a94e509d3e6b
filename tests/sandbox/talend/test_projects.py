"""Projects, and who may work in them."""

from __future__ import annotations

import pytest

PROJECTS = "/orchestration/projects"


@pytest.fixture
def project(talend, made, name):
    new = made("projects", name=name, owner="mei.tanaka", url=f"https://git.example/{name}.git")
    yield new
    talend.delete(f"{PROJECTS}/{new['id']}")


def test_a_project_is_created_changed_and_removed(talend, refused, project):
    path = f"{PROJECTS}/{project['id']}"
    assert talend.get(path).json() == project
    assert (project["projectType"], project["repoType"], project["author"]) == ("DI", "GIT", "ada.okafor")
    assert project["technicalLabel"] == project["name"].upper().replace(" ", "_")
    changed = talend.put(path, json={"description": "new"}).json()
    assert changed == project | {"description": "new", "updateDate": changed["updateDate"]}
    assert talend.put(path, json={"owner": "x", "url": project["url"]}).json()["owner"] == "x"
    assert talend.delete(path).status_code == 204
    for answer in (talend.get(path), talend.delete(path), talend.put(path, json={})):
        assert "There is no project" in refused(answer, 404)


def test_a_name_and_a_repository_belong_to_one_project(talend, refused, project):
    body = {"name": project["name"].upper(), "owner": "x", "url": "https://git.example/other.git"}
    assert "named" in refused(talend.post(PROJECTS, json=body), 409)
    body = {"name": "Other", "owner": "x", "url": project["url"]}
    assert "repository" in refused(talend.post(PROJECTS, json=body), 409)
    taken = {"url": "https://git.retail.example/ingestion.git"}
    assert "repository" in refused(talend.put(f"{PROJECTS}/{project['id']}", json=taken), 409)


@pytest.mark.parametrize(
    "body", [{}, {"name": "x"}, {"name": "x", "owner": "x"}, {"name": "", "owner": "", "url": ""}]
)
def test_a_project_that_lacks_something_is_refused(talend, refused, body):
    refused(talend.post(PROJECTS, json=body))


@pytest.mark.parametrize(("noun", "who"), [("users", "mei.tanaka"), ("groups", "analysts")])
def test_who_is_allowed_is_added_once_and_taken_away_once(talend, refused, project, noun, who):
    path = f"{PROJECTS}/{project['id']}/{noun}"
    ids = f"{noun[:-1]}Ids"

    def allowed():
        told = talend.get(path).json()
        assert told["projectId"] == project["id"]
        return told[ids]

    before = allowed()
    assert talend.put(f"{path}/{who}").status_code == 204
    assert allowed() == [*before, who]
    assert "already" in refused(talend.put(f"{path}/{who}"), 409)
    assert talend.delete(f"{path}/{who}").status_code == 204
    assert allowed() == before
    assert who in refused(talend.delete(f"{path}/{who}"), 404)


@pytest.mark.parametrize("noun", ["users", "groups"])
@pytest.mark.parametrize("who", ["nobody", "%C3%A9", "%20", "ada.okafor%00", "x" * 4000])
def test_nobody_unknown_is_allowed(talend, refused, project, noun, who):
    path = f"{PROJECTS}/{project['id']}/{noun}/{who}"
    assert "There is no" in refused(talend.put(path), 404)
    assert "There is no" in refused(talend.delete(path), 404)


def test_who_works_in_no_project_that_is_not_there(talend, refused):
    path = f"{PROJECTS}/00000000-0000-0000-0000-000000000000"
    for answer in (
        talend.get(f"{path}/users"),
        talend.get(f"{path}/groups"),
        talend.put(f"{path}/users/mei.tanaka"),
        talend.delete(f"{path}/groups/analysts"),
    ):
        assert "There is no project" in refused(answer, 404)
