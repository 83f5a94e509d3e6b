"""Bad days to order."""

from __future__ import annotations

import time

import pytest


@pytest.fixture
def order(api):
    def ordering(**fault):
        answer = api.post("/_sandbox/faults", json=fault)
        assert answer.status_code == 204, answer.text

    yield ordering
    assert api.delete("/_sandbox/faults").status_code == 204


def test_a_fault_is_answered_so_many_times_and_then_no_more(api, order):
    order(status=503, times=2, path="/api/v1/environments", retry_after="7")
    assert api.get("/api/v1/runs?limit=1").status_code == 200  # another path
    for _ in range(2):
        answer = api.get("/api/v1/environments")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
        assert answer.json() == {"error": "Service Unavailable", "code": "SERVICE_UNAVAILABLE"}
    assert api.get("/api/v1/environments").status_code == 200


def test_a_fault_is_answered_once_unless_it_says_more(api, order):
    order(status=429)
    assert [api.get("/api/v1/projects").status_code for _ in range(2)] == [429, 200]


def test_a_fault_lasts_so_many_seconds(api, order):
    order(status=429, seconds=0.5)
    began = time.monotonic()
    while api.get("/api/v1/projects").status_code == 429:
        assert time.monotonic() - began < 5
    assert time.monotonic() - began >= 0.4


def test_a_fault_can_have_no_body(api, order):
    order(status=401, empty=True)
    answer = api.get("/api/v1/projects")
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/scheduler/runStatus",
            {"error": {"errorString": "503: Service Unavailable", "errorDetail": "503: Service Unavailable"}},
        ),
        ("/api/v1/monitors", {"detail": "Service Unavailable"}),
        ("/api/v1/exec/sql", {"message": "Service Unavailable"}),
    ],
)
def test_each_service_tells_a_fault_in_its_own_shape(api, order, path, body):
    order(status=503)
    assert api.get(path).json() == body


def test_an_order_that_cannot_be_is_refused(api):
    for fault in ({}, {"status": 200}, {"status": 503, "times": 0}, {"status": 503, "when": "now"}):
        assert api.post("/_sandbox/faults", json=fault).status_code == 400
    assert api.get("/api/v1/projects").status_code == 200


def test_what_the_sandbox_has_for_itself_never_fails(api, order):
    order(status=503, times=1)
    assert api.get("/_sandbox/queries").status_code == 200
    assert api.get("/api/v1/projects").status_code == 503
