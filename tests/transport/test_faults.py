"""From an answer outside 2xx to the error that says it."""

from __future__ import annotations

import pytest

from dataexplore.errors import (
    Conflict,
    EditConflict,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Redirected,
    ServerFault,
    Unauthorized,
)
from dataexplore.transport import Operation
from dataexplore.transport.faults import (
    Refusal,
    cleaned,
    refused,
    service_code,
    service_request_id,
    service_words,
)

READ = Operation("listThings", "GET", "/things", repeatable=True)
RUN = Operation("startRun", "POST", "/startRun", repeatable=False)


@pytest.mark.parametrize(
    ("status", "read", "run"),
    [
        (301, Redirected, Redirected),
        (304, Redirected, Redirected),
        (400, Invalid, Invalid),
        (401, Unauthorized, Unauthorized),
        (403, Forbidden, Forbidden),
        (404, NotFound, NotFound),
        (405, Invalid, Invalid),
        (409, Conflict, Conflict),
        (412, EditConflict, EditConflict),
        (418, Invalid, Invalid),
        (422, Invalid, Invalid),
        (428, EditConflict, EditConflict),
        (429, RateLimited, RateLimited),
        (500, ServerFault, ServerFault),
        (502, ServerFault, OutcomeUnknown),
        (503, ServerFault, ServerFault),
        (504, ServerFault, OutcomeUnknown),
        (599, ServerFault, ServerFault),
    ],
)
def test_each_status_has_its_error(status, read, run):
    for operation, kind in ((READ, read), (RUN, run)):
        error = refused(Refusal(status, ""), operation, "warehouse.example")
        assert type(error) is kind
        assert error.what.endswith((".", "?"))


def test_an_edit_conflict_knows_the_version_that_stands_now():
    error = refused(Refusal(412, "changed", etag='"v7"'), RUN, "host")
    assert error.current_etag == '"v7"'
    assert str(error) == "changed. Read it again, and repeat the change on what stands there now."


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(90.0, "Try again in 90 s."), (float("inf"), "Try again later."), (None, "Try again later.")],
)
def test_a_rate_limit_says_how_long(seconds, told):
    error = refused(Refusal(429, "", retry_after_s=seconds), READ, "host")
    assert (error.fix, error.retry_after_s) == (told, seconds)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"error": {"errorString": "Bad", "errorDetail": "No such job."}}, "No such job."),
        ({"error": {"errorString": "Bad", "errorDetail": None}}, "Bad"),
        ({"error": {"errorString": "Bad"}}, "Bad"),
        ({"error": {"errorString": "400: Bad", "errorDetail": "400: No such job."}}, "No such job."),
        ({"error": {"errorString": "401: Unable to authenticate."}}, "Unable to authenticate."),
        ({"error": {"errorDetail": "400: No such job."}}, "No such job."),
        ({"error": {"errorString": "400: 400: twice"}}, "400: twice"),
        ({"error": {"errorString": "400: "}}, "400: "),
        ({"error": {"errorString": "1400: rows"}}, "1400: rows"),
        ({"error": "Environment 99 is unknown.", "code": "NOT_FOUND"}, "Environment 99 is unknown."),
        ({"error": "Bad"}, "Bad"),
        ({"message": "Bad request", "detail": "line 1"}, "line 1"),
        ({"message": "Bad request", "status": 400}, "Bad request"),
        ({"status": 404, "message": "Not Found", "detail": "No plan p1."}, "No plan p1."),
        ({"status": 409, "message": "Name taken.", "detail": "load"}, "Name taken: load"),
        ({"status": 409, "message": "taken", "detail": "load is taken"}, "load is taken"),
        ({"status": 409, "message": "load is taken", "detail": "taken"}, "load is taken"),
        ({"status": 409, "message": "Name taken", "detail": None}, "Name taken"),
        ({"status": 409, "message": "", "detail": "taken"}, "taken"),
        ({"Usage Details": "promotion p1"}, "promotion p1"),
        ({"Usage Details": ["promotion p1"]}, ""),
        ({"detail": "Not found."}, "Not found."),
        ({"detail": [{"loc": ["body", "sql"], "msg": "missing"}, "odd"]}, "body.sql: missing; odd"),
        ({"detail": [{"msg": "bad", "input": {"password": "p"}, "ctx": 1}]}, "{'msg': 'bad'}"),
        ({"detail": [{"loc": None, "msg": None}, 3]}, "{'loc': None, 'msg': None}; 3"),
        ({"error": {"code": 1}}, ""),
        ({"message": {"text": 1}}, ""),
        ([], ""),
        (None, ""),
        ("text", ""),
    ],
)
def test_the_words_of_each_service_are_found(answer, words):
    assert service_words(answer) == words


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": "No such run", "code": "NOT_FOUND"}, "NOT_FOUND"),
        ({"error": {"errorString": "400: no", "code": "BAD_REQUEST"}}, "BAD_REQUEST"),
        ({"error": {"errorString": "400: no"}, "code": "BAD_REQUEST"}, "BAD_REQUEST"),
        ({"error": "No", "code": "a sentence is no code"}, ""),
        ({"error": "No", "code": "x" * 41}, ""),
        ({"error": "No", "code": 7}, ""),
        ({"error": "No"}, ""),
        ({"Usage Details": None}, "IN_USE"),
        ([], ""),
        (None, ""),
    ],
)
def test_the_code_of_an_error_is_found(answer, code):
    assert service_code(answer) == code


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (
            {"status": 404, "requestId": "6f6b4b1e-7c1d-4c35-9c0e-0a4f5f1d2b3c"},
            "6f6b4b1e-7c1d-4c35-9c0e-0a4f5f1d2b3c",
        ),
        ({"requestId": "a sentence"}, ""),
        ({"requestId": 7}, ""),
        ([], ""),
    ],
)
def test_the_id_of_a_request_may_stand_in_its_error(answer, name):
    assert service_request_id(answer) == name


def test_what_is_still_in_use_says_by_what():
    error = refused(Refusal(403, "promotion p1", code="IN_USE"), READ, "host")
    assert type(error) is Forbidden
    assert str(error) == "It is still in use: promotion p1. Take it out of what uses it first."


def test_an_unknown_id_is_not_found_by_its_status_or_by_its_code():
    for status, code in ((404, ""), (404, "NOT_FOUND"), (400, "NOT_FOUND")):
        error = refused(Refusal(status, "No such run.", code=code), READ, "host")
        assert type(error) is NotFound
        assert str(error) == "No such run. Check the name, and whether this token may see it."
    assert type(refused(Refusal(400, "", code="BAD_REQUEST"), READ, "host")) is Invalid
    assert type(refused(Refusal(401, "", code="NOT_FOUND"), READ, "host")) is Unauthorized


def test_cleaned_text_is_a_screenful_without_control_characters():
    assert cleaned("a\r\nb\x1b[2J\u202ec\td ") == "a\nb\\x1b[2J\\u202ec\td"
    assert len(cleaned("\x1b" * 9000)) == 4000
