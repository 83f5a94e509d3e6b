"""Reading requests, and the error bodies of Datafold's paths."""

from __future__ import annotations

import json

import pytest

from dataexplore.sandbox.errors import Refusal

DIFF = {"data_source1_id": 1, "data_source2_id": 1, "table1": ["a"], "table2": ["b"], "pk_columns": ["id"]}


@pytest.fixture
def post(api):
    def posting(content, path="/api/v1/datadiffs"):
        return api.post(path, content=content)

    return posting


def problem(answer):
    assert answer.status_code == 422, answer.text
    (one,) = answer.json()["detail"]
    return one


@pytest.mark.parametrize(
    ("content", "loc", "kind"),
    [
        ("", [], "json_invalid"),
        ("{", [], "json_invalid"),
        ("nul", [], "json_invalid"),
        (b'{"query1": "\xff"}', [], "json_invalid"),
        (r'{"query1": "\ud800"}', [], "json_invalid"),
        ("[" * 100_000, [], "json_invalid"),
        ("[]", [], "model_type"),
        (json.dumps(DIFF | {"pk_colums": []}), ["pk_colums"], "extra_forbidden"),
        (json.dumps(DIFF | {"data_source1_id": "1"}), ["data_source1_id"], "int_type"),
        (json.dumps(DIFF | {"data_source1_id": True}), ["data_source1_id"], "int_type"),
        (json.dumps(DIFF | {"data_source1_id": 2**63}), ["data_source1_id"], "less_than"),
        (json.dumps(DIFF | {"pk_columns": "id"}), ["pk_columns"], "list_type"),
        (json.dumps(DIFF | {"column_mapping": [["a"]]}), ["column_mapping", 0, 1], "missing"),
        (json.dumps(DIFF | {"diff_tolerance": -1}), ["diff_tolerance"], "greater_than_equal"),
        (json.dumps(DIFF)[:-1] + ', "diff_tolerance": 1e400}', ["diff_tolerance"], "finite_number"),
    ],
)
def test_a_body_that_does_not_fit_is_422_with_the_place(post, content, loc, kind):
    found = problem(post(content))
    assert (found["loc"], found["type"]) == (["body", *loc], kind)
    assert found.keys() == {"loc", "msg", "type"}
    assert found["msg"]


def test_every_place_is_told_at_once(post):
    answer = post(json.dumps({"data_source1_id": "x", "tags": 1}))
    places = [one["loc"] for one in answer.json()["detail"]]
    assert places == [["body", "data_source1_id"], ["body", "data_source2_id"], ["body", "tags"]]


@pytest.mark.parametrize(
    ("number", "kind"), [("x", "int_parsing"), ("1.5", "int_parsing"), (str(2**63), "less_than")]
)
def test_a_path_takes_numbers_only(api, number, kind):
    found = problem(api.get(f"/api/v1/datadiffs/{number}"))
    assert (found["loc"], found["type"]) == (["path", "datadiff_id"], kind)


@pytest.mark.parametrize(
    ("query", "name", "kind"),
    [
        ("page=0", "page", "greater_than_equal"),
        ("page=one", "page", "int_parsing"),
        ("sort_order=up", "sort_order", "literal_error"),
        ("accessible_only=2", "accessible_only", "bool_parsing"),
        ("stauts=done", "stauts", "extra_forbidden"),
    ],
)
def test_a_query_that_does_not_fit_is_422_with_its_name(api, query, name, kind):
    found = problem(api.get(f"/api/v1/datadiffs?{query}"))
    assert (found["loc"], found["type"]) == (["query", name], kind)


def test_of_a_parameter_given_twice_the_last_counts(api):
    assert api.get("/api/v1/datadiffs?page_size=x&page_size=1").json()["page_size"] == 1


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/audit_logs",
        "/api/v1/ci/1/runs",
        "/api/v1/data_sources",
        "/api/v1/datadiffs/1",
        "/api/v1/explore/db/1/tables/x/upstreams",
        "/api/v1/lineage/bi/",
        "/api/v1/monitors",
        "/api/internal/bolt/org/spend",
        "/api/v1/datadiffs/unknown/too/long",
    ],
)
def test_without_a_key_datafolds_paths_answer_in_its_form(api, path):
    answer = api.get(path, headers={"Authorization": "Key wrong"})
    assert (answer.status_code, answer.json()) == (401, {"detail": "Unauthorized"})


def test_what_is_not_there_answers_in_the_form_of_its_service(api):
    assert api.get("/api/v1/datadiffs/1/nothing").json() == {"detail": "Not Found"}
    assert api.delete("/api/v1/datadiffs").json() == {"detail": "Method Not Allowed"}
    assert api.get("/api/v1/datadiffs_of_others").json() == {"message": "Not Found"}


def test_a_page_of_another_origin_is_refused_in_its_form(api):
    answer = api.get("/api/v1/datadiffs", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert answer.json() == {"detail": "The sandbox does not answer pages of another origin"}


@pytest.mark.parametrize(
    ("refusal", "body"),
    [
        (Refusal.missing("There is none"), {"detail": "There is none"}),
        (Refusal.forbidden("Not yours"), {"detail": "Not yours"}),
        (Refusal(500, "Internal Server Error"), {"detail": "Internal Server Error"}),
        (
            Refusal.failed("Parser Error"),
            {"detail": [{"loc": ["body"], "msg": "Parser Error", "type": "value_error"}]},
        ),
        (Refusal.misplaced([{"loc": ["body", "a"], "msg": "m", "type": "t"}]), None),
    ],
)
def test_a_refusal_speaks_for_the_service_of_its_path(refusal, body):
    body = body or {"detail": [{"loc": ["body", "a"], "msg": "m", "type": "t"}]}
    assert refusal.body("/api/v1/datadiffs/1") == body
    assert refusal.body("/api/v1/exec/sql")["message"] == refusal.message
