"""What every part of Talend refuses alike: bodies, ids, and in which shape."""

from __future__ import annotations

import pytest

from tests.sandbox.talend.conftest import check

ODD = (
    *("%20", "%2F", "x%2F..%2Fy", "%00", "%ff", "0x1", "null", "1;2", "%F0%9F%98%80", "%0A"),
    *("65f0a1b20e0600000000000", "65f0a1b20e06000000000001%0A", "65F0A1B20E06000000000001"),
    *("65f0a1b20e06ffffffffffff", "65f0a1b20e06000000000000", "65f0a1b20e0600000000000%EF%BC%91"),
    *("5b1f0c52-8c3e-4a5e-9d4e-000000000000", "5b1f0c52-8c3e-4a5e-9d4e-ffffffffffff"),
    *("9" * 19, "9" * 5000, "%27%20OR%20%271%27=%271"),
)
ROOT = "/orchestration"
PATHS = (
    ("GET", "/artifacts/{}"),
    ("DELETE", "/artifacts/{}"),
    ("GET", "/artifacts/{}/versions/0.1.0"),
    ("DELETE", "/artifacts/{}/versions/0.1.0"),
    ("GET", "/connections/{}"),
    ("DELETE", "/connections/{}"),
    ("DELETE", "/environments/{}"),
    ("DELETE", "/workspaces/{}"),
    ("GET", "/executables/plans/{}"),
    ("DELETE", "/executables/plans/{}"),
    ("GET", "/executables/plans/{}/run-config"),
    ("DELETE", "/executables/plans/{}/run-config"),
    ("GET", "/projects/{}"),
    ("DELETE", "/projects/{}"),
    ("GET", "/projects/{}/users"),
    ("GET", "/projects/{}/groups"),
    ("GET", "/executables/promotions/{}"),
    ("DELETE", "/executables/promotions/{}"),
    ("GET", "/executables/promotions/{}/users"),
    ("PUT", "/executables/promotions/{}/service-accounts/deploy-service"),
    ("GET", "/resources/{}"),
    ("DELETE", "/resources/{}"),
    ("PUT", "/resources/{}/move/65f0a1b20e02000000000001"),
    ("PUT", "/resources/65f0a1b20e05000000000001/move/{}"),
    ("GET", "/executables/tasks/{}"),
)
STEP = {"name": "x", "condition": "ALL_SUCCEEDED", "taskIds": []}
BODIES = (
    ("POST", "/connections", {"name": "x", "workspaceId": "x", "app": "x", "parameters": []}),
    ("PUT", "/connections/{}", {}),
    ("POST", "/environments", {"name": "x", "workspaceName": "x"}),
    ("PUT", "/environments/{}", {"name": "x"}),
    ("POST", "/workspaces", {"name": "x", "environmentId": "x"}),
    ("PUT", "/workspaces/{}", {"name": "x"}),
    ("POST", "/executables/plans", {"name": "x", "workspaceId": "x", "steps": [STEP]}),
    ("PUT", "/executables/plans/{}", {"name": "x", "workspaceId": "x", "steps": [STEP]}),
    ("PUT", "/executables/plans/{}/pause", {"pause": True}),
    ("POST", "/projects", {"name": "x", "owner": "x", "url": "x"}),
    ("PUT", "/projects/{}", {}),
    ("POST", "/executables/promotions", {"sourceEnvironmentId": "x", "targetEnvironmentId": "x"}),
    ("PATCH", "/executables/promotions/{}", {"description": "x"}),
    ("POST", "/executables/promotions/{}", {}),
    ("PATCH", "/resources/{}", {}),
)
# What no request can be, whatever else it says.
BROKEN = (b"", b" ", b"null", b"[]", b'"x"', b"5", b"{", b"{'name': 1}", b"\xff\xfe", b"[" * 20000)


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_an_odd_id_is_nobody_s(talend, refused, method, path):
    for odd in ODD:
        answer = talend.request(method, ROOT + path.format(odd))
        assert refused(answer, 404)


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_an_odd_id_is_nobody_s_whatever_the_body(talend, refused, method, path, body):
    if "{}" in path:
        for odd in ODD:
            answer = talend.request(method, ROOT + path.format(odd), json=body)
            assert refused(answer, 404)
    else:
        assert body == {} or talend.request(method, ROOT + path, json={}).status_code == 400


@pytest.mark.parametrize(("method", "path", "body"), BODIES)
def test_a_body_that_is_no_object_is_refused(talend, refused, method, path, body):
    for content in BROKEN:
        answer = talend.request(method, ROOT + path.format("x"), content=content)
        assert refused(answer) == "The body must be a JSON object"
    for name in body:
        refused(talend.request(method, ROOT + path.format("x"), json=body | {name: {"secret": "s3cret"}}))


def test_a_refusal_repeats_no_secret(talend):
    body = {"name": "x", "workspaceId": 5, "app": ["s3cret"], "parameters": [{"name": 5, "value": "s3cret"}]}
    answer = talend.post(f"{ROOT}/connections", json=body)
    assert answer.status_code == 400
    assert "s3cret" not in answer.text


def test_without_a_token_nothing_is_told(talend, refused):
    for path in ("/artifacts", "/executables/plans", "/nothing"):
        answer = talend.get(ROOT + path, headers={"Authorization": "Bearer wrong"})
        check(answer)
        refused(answer, 401)


def test_paths_that_nothing_is_at_answer_in_the_service_s_shape(talend, refused):
    for path in ("/orchestration", "/orchestration/nothing", "/orchestration/artifacts/", "/processing/x"):
        refused(talend.get(path), 404)
    refused(talend.patch("/orchestration/artifacts"), 405)
