"""What every part of Coalesce refuses alike: bodies, queries, IDs, and in which shape."""

from __future__ import annotations

import httpx
import pytest

ODD = (
    "%20",
    "%2F",
    "1%2F",
    "1%2F..%2F1",
    "%00",
    "%ff",
    "0x1",
    "01",
    "+1",
    "-1",
    "1.0",
    "1e0",
    "1%0A",
    "%EF%BC%91",  # a full-width 1, which int() would read
    "%F0%9F%98%80",
    "9" * 19,
    "9" * 5000,
    "null",
    "%27%20OR%20%271%27=%271",
    "1;2",
)
BODIES = [
    ("POST", "/environments", {"name": "x"}),
    ("PUT", "/environments/1", {"name": "x"}),
    ("POST", "/projects", {"name": "x"}),
    ("PUT", "/projects/1", {"name": "x"}),
    ("POST", "/workspaces/1/nodes", {"name": "x", "type": "table"}),
    ("PUT", "/workspaces/1/nodes/any", {"name": "x", "type": "table"}),
    ("POST", "/gitAccounts", {"provider": "github", "username": "x"}),
    ("PUT", "/gitAccounts/g1", {"provider": "github", "username": "x"}),
    ("PUT", "/users/u1/roles/org", {"role": "x"}),
    ("PUT", "/users/u1/roles/project/1", {"role": "x"}),
    ("PUT", "/users/u1/roles/environment/1", {"role": "x"}),
    ("POST", "/workspaces/1/jobs", {"name": "x"}),
    ("PUT", "/workspaces/1/jobs/1", {"name": "x"}),
]
LISTINGS = (
    "/environments",
    "/environments/1/nodes",
    "/environments/3/jobs",
    "/workspaces/1/nodes",
    "/workspaces/1/jobs",
    "/projects",
    "/users",
    "/gitAccounts",
)


@pytest.mark.parametrize(("method", "path", "good"), BODIES)
def test_a_body_that_is_no_object_is_refused(coalesce, refused, method, path, good):
    for content in (b"", b" ", b"null", b"[]", b'"x"', b"5", b"{", b"{'name': 1}", b"\xff\xfe", b"[" * 20000):
        assert refused(coalesce.request(method, path, content=content)) == "The body must be a JSON object"


@pytest.mark.parametrize(("method", "path", "good"), BODIES)
def test_required_fields_must_be_there_as_text_that_is_not_blank(coalesce, refused, method, path, good):
    for field in good:
        without = {name: value for name, value in good.items() if name != field}
        assert refused(coalesce.request(method, path, json=without)) == f"{field} is missing"
        for wrong in (None, 5, True, ["x"], {"x": 1}):
            sentence = refused(coalesce.request(method, path, json=good | {field: wrong}))
            assert sentence == f"{field} must be text"
        for blank in ("", " \t\n", "\u00a0"):
            sentence = refused(coalesce.request(method, path, json=good | {field: blank}))
            assert sentence == f"{field} must not be blank"


def test_all_that_does_not_fit_is_told_in_one_sentence(coalesce, refused):
    sentence = refused(coalesce.post("/workspaces/1/nodes", json={"type": 5, "description": None}))
    assert sentence == "name is missing; type must be text; description must be text"


def test_half_of_a_character_is_no_text(coalesce, refused):
    refused(coalesce.post("/projects", content=b'{"name": "\\ud83d"}'))


@pytest.mark.parametrize("path", LISTINGS)
def test_a_listing_refuses_what_it_cannot_mean(coalesce, refused, path):
    for query in ("limit=0", "limit=-1", "limit=ten", "limit=", "limit=1.5"):
        assert "limit" in refused(coalesce.get(f"{path}?{query}"))
    for query in ("orderBy=color", "orderBy=", "orderByDirection=up", "orderByDirection="):
        assert "orderBy" in refused(coalesce.get(f"{path}?{query}"))
    for query in ("startingFrom=", "startingFrom=1", "startingFrom=%00", "startingFrom=" + "A" * 4000):
        assert "startingFrom" in refused(coalesce.get(f"{path}?{query}"))


@pytest.mark.parametrize("path", LISTINGS)
def test_a_listing_pages_to_its_end_and_repeats_nothing(coalesce, path):
    whole = coalesce.get(path, params={"limit": 500}).json()
    assert whole["next"] is None
    ids, cursor = [], {}
    while cursor is not None:
        page = coalesce.get(path, params={"limit": 3, **cursor}).json()
        assert len(page["data"]) <= 3
        ids += [one["id"] for one in page["data"]]
        cursor = page["next"] and {"startingFrom": page["next"]}
    assert ids == [one["id"] for one in whole["data"]]


@pytest.mark.parametrize("path", LISTINGS)
def test_a_limit_of_any_size_is_cut_to_what_a_page_may_hold(coalesce, path):
    for limit in ("501", "9" * 30):
        assert coalesce.get(path, params={"limit": limit}).json()["limit"] == 500
    assert coalesce.get(path).json()["limit"] == 100


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(
    "path",
    [
        "/environments/{}",
        "/environments/{}/nodes",
        "/environments/1/nodes/{}",
        "/environments/{}/jobs",
        "/environments/3/jobs/{}",
        "/workspaces/{}/nodes",
        "/workspaces/1/nodes/{}",
        "/workspaces/1/jobs/{}",
        "/projects/{}",
        "/gitAccounts/{}",
    ],
)
def test_reading_what_has_an_odd_id_finds_nothing(coalesce, refused, path, odd):
    sentence = refused(coalesce.get(path.format(odd)), 404, "NOT_FOUND")
    assert len(sentence) < 200


@pytest.mark.parametrize("odd", ODD)
def test_nothing_with_an_odd_id_is_changed_or_removed(coalesce, odd):
    for method, path, good in BODIES:
        if path.startswith("/users") or path.endswith(("/1", "/any", "/g1")):
            answer = coalesce.request(method, f"{path.rpartition('/')[0]}/{odd}", json=good)
            assert answer.status_code in (400, 404), answer.text
            assert answer.json()["code"] == "NOT_FOUND"
    for path in ("/environments", "/projects", "/gitAccounts", "/workspaces/1/nodes", "/workspaces/1/jobs"):
        answer = coalesce.delete(f"{path}/{odd}")
        assert answer.status_code in (400, 404), answer.text
        assert answer.json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/environments/", "/projects/", "/gitAccounts/", "/environments/1/"])
def test_a_slash_at_the_end_leads_nowhere_else(coalesce, refused, path):
    refused(coalesce.get(path), 404, "NOT_FOUND")
    refused(coalesce.delete(path), 404, "NOT_FOUND")


def test_unknown_paths_and_methods_are_refused_in_the_shape_of_their_place(coalesce, refused):
    refused(coalesce.get("/environments/1/secrets"), 404, "NOT_FOUND")
    answer = coalesce.post("/users", json={})
    assert refused(answer, 405, "METHOD_NOT_ALLOWED") == "Method Not Allowed"
    assert answer.headers["allow"]
    text = "404: Not Found"
    for path in ("/api/v1/scheduler/nothing", "/scheduler/nothing"):
        body = coalesce.get(httpx.URL(str(coalesce.base_url)).join(path)).json()
        assert body == {"error": {"errorString": text, "errorDetail": text}}


def test_without_a_token_each_service_refuses_in_its_own_shape(server):
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        flat = {"error": "Unauthorized", "code": "UNAUTHORIZED"}
        nested = {"error": {"errorString": "401: Unauthorized", "errorDetail": "401: Unauthorized"}}
        for path, body in (
            *((f"/api/v1{path}", flat) for path in (*LISTINGS, "/runs", "/environments/9/x")),
            *((path, nested) for path in ("/api/v1/scheduler/runStatus", "/scheduler/runStatus")),
            ("/api/v1/data_sources", {"detail": "Unauthorized"}),
            ("/api/v1/exec/sql", {"message": "Unauthorized"}),
            ("/api/v1/environmentsx", {"message": "Unauthorized"}),
        ):
            answer = client.get(path)
            assert (answer.status_code, answer.json()) == (401, body)


def test_another_host_is_forbidden_in_the_flat_shape(coalesce, refused):
    refused(coalesce.get("/users", headers={"Host": "evil.example"}), 403, "FORBIDDEN")
