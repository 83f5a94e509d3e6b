"""Coginiti's execution API: its error rows, scripts, blocks and tests."""

from __future__ import annotations

import json

import pytest

UNACCEPTABLE = "The request was unacceptable, since it didn't pass validation"
WAREHOUSE = {"name": "warehouse"}


@pytest.fixture
def post(api):
    def posting(operation, **body):
        return api.post(f"/api/v1/exec/{operation}", json=body)

    return posting


@pytest.mark.parametrize(
    ("operation", "body", "detail"),
    [
        ("sql", {}, "SQL query is required"),
        ("sql", {"sql": " \n", "connection": WAREHOUSE}, "SQL query is required"),
        ("sql", {"sql": None, "connection": WAREHOUSE}, "SQL query is required"),
        ("sql", {"sql": "select 1"}, "Connection is required"),
        ("sql", {"sql": "select 1", "connection": None}, "Connection is required"),
        ("sql", {"sql": "select 1", "connection": {}}, "Connection name is required"),
        ("sql", {"sql": "select 1", "connection": {"name": " "}}, "Connection name is required"),
        ("sql", {"sql": 1, "connection": WAREHOUSE}, "sql must be a string"),
        ("sql", {"sql": "select 1", "connection": "warehouse"}, "connection must be an object"),
        ("sql", {"sql": "select 1", "connection": {"name": 1}}, "name must be a string"),
        ("sql", {"sql": "select 1", "connection": WAREHOUSE, "params": []}, "params must be an object"),
        (
            "sql",
            {"sql": "select 1", "connection": WAREHOUSE | {"overrides": {"role": "x"}}},
            "Unknown connection override: role",
        ),
        (
            "sql",
            {"sql": "select 1", "connection": WAREHOUSE | {"overrides": {"schema": 1}}},
            "schema must be a string",
        ),
        ("script", {"connection": WAREHOUSE}, "Path is required"),
        ("script", {"path": "@Shared/x"}, "Connection is required"),
        ("script", {"path": "@Shared/x", "connection": {}}, "Connection name is required"),
        ("block", {"connection": WAREHOUSE}, "Package is required"),
        ("block", {"package": "@Shared/x", "connection": WAREHOUSE}, "Block name is required"),
        ("block", {"package": "@Shared/x", "block_name": "X"}, "Connection is required"),
        (
            "block",
            {"package": "x", "block_name": "X", "connection": WAREHOUSE, "args": 1},
            "args must be an object",
        ),
    ],
)
def test_what_is_missing_or_of_a_wrong_type_is_400(post, operation, body, detail):
    answer = post(operation, **body)
    assert answer.status_code == 400
    assert answer.json() == {"message": UNACCEPTABLE, "detail": detail}


@pytest.mark.parametrize(
    ("operation", "body", "status", "detail"),
    [
        ("sql", {"sql": "select 1", "connection": {"name": "Nope é"}}, 404, "Connection not found: Nope é"),
        ("script", {"path": "@Shared/nope", "connection": WAREHOUSE}, 404, "Path not found: @Shared/nope"),
        ("script", {"path": "@Shared/Reports", "connection": WAREHOUSE}, 422, "Path must be an asset"),
        ("script", {"path": "@Personal", "connection": WAREHOUSE}, 422, "Path must be an asset"),
        (
            "script",
            {"path": "@Shared/../Shared/Checks/Orders", "connection": WAREHOUSE},
            404,
            "Path not found: @Shared/../Shared/Checks/Orders",
        ),
        (
            "block",
            {"package": "@Shared/nope", "block_name": "X", "connection": WAREHOUSE},
            404,
            "Path not found: @Shared/nope",
        ),
        (
            "block",
            {"package": "@Shared/Reports", "block_name": "Missing", "connection": WAREHOUSE},
            404,
            "Block not found: Missing",
        ),
    ],
)
def test_what_is_not_there_is_named(post, operation, body, status, detail):
    answer = post(operation, **body)
    assert answer.status_code == status
    assert answer.json()["detail"] == detail


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"sql": NaN}', b'{"sql": "\\ud800"}', b"\xff", b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_400(api, content):
    answer = api.post("/api/v1/exec/sql", content=content)
    assert answer.status_code == 400
    assert answer.json()["message"] == UNACCEPTABLE


def test_a_script_takes_params(post):
    answer = post(
        "script",
        path="@Shared/Reports/Revenue by day",
        params={"start_date": "2024-01-01"},
        connection=WAREHOUSE,
    )
    result = answer.json()["result"]
    assert [column["name"] for column in result["columns"]] == ["order_date", "orders", "revenue"]
    assert result["data"]
    assert all(row[0] >= "2024-01-01" for row in result["data"])


def test_every_script_of_the_catalog_runs(post):
    params = {"start_date": "2024-01-01", "country": "DE", "count": 3}
    for path in ("Reports/Revenue by day", "Reports/Best customers", "Reports/Channels"):
        answer = post("script", path=f"@Shared/{path}", params=params, connection=WAREHOUSE)
        assert answer.status_code == 200, answer.text
        assert answer.json()["result"]["data"]


def test_a_script_comes_in_every_form(api):
    body = {"path": "@Shared/Reports/Channels", "connection": WAREHOUSE}
    answer = api.post("/api/v1/exec/script", json=body, headers={"Accept": "text/csv"})
    assert answer.text.startswith("channel,orders,revenue\r\n")


@pytest.mark.parametrize("package", ["@Shared/Reports", "@Shared/Reports/Channels"])
def test_a_block_takes_a_list(post, package):
    answer = post(
        "block",
        package=package,
        block_name="RevenueOf",
        args={"channels": ["web", "app"]},
        connection=WAREHOUSE,
    )
    assert {row[1] for row in answer.json()["result"]["data"]} == {"web", "app"}


def test_a_block_takes_a_map(post, rows):
    answer = post(
        "block",
        package="@Shared/Reports",
        block_name="PaymentFees",
        args={"fees": {"card": 0.25, "paypal": 0.3}},
        connection=WAREHOUSE,
    )
    data = json.loads(answer.text)["result"]["data"]
    assert {row[0] for row in data if row[2] is not None} == {"card", "paypal"}
    assert all(abs(row[1] * 0.25 - row[2]) < 0.01 for row in data if row[0] == "card")


@pytest.mark.parametrize("domain", ["x' or 'a' = 'a", "' --", "%", "'; drop table marts.fact_orders; --"])
def test_a_hostile_argument_stays_text(post, domain):
    answer = post(
        "block",
        package="@Shared/Reports",
        block_name="CustomersWithEmailDomain",
        args={"domain": domain},
        connection=WAREHOUSE,
    )
    assert answer.status_code == 200, answer.text
    assert domain == "%" or answer.json()["result"]["data"] == []


@pytest.mark.parametrize(("args", "word"), [({}, "channels"), ({"channels": ["web"], "more": 1}, "more")])
def test_arguments_that_do_not_fit_are_named(post, args, word):
    answer = post("block", package="@Shared/Reports", block_name="RevenueOf", args=args, connection=WAREHOUSE)
    assert answer.status_code == 422
    assert word in answer.json()["detail"]


def report(answer):
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert set(body) == {"tests", "stats"}
    assert body["stats"]["tests"] == len(body["tests"]) == body["stats"]["passed"] + body["stats"]["failed"]
    for case in body["tests"]:
        assert set(case) == {
            "package_name",
            "test_name",
            "status",
            "message",
            "started_at",
            "finished_at",
            "duration_ms",
        }
        assert case["started_at"] <= case["finished_at"]
    return {case["test_name"]: (case["status"], case["message"]) for case in body["tests"]}


PASSED = ("PASSED", "Test passed")
FAILED = ("FAILED", "Test assertion failed: The test returned non-empty recordset")


@pytest.mark.parametrize("path", ["@Shared/Checks/Nightly", "@Shared/Checks/Orders"])
def test_a_suite_answers_200_with_passed_and_failed_tests(post, path):
    answer = post("script", path=path, connection=WAREHOUSE)
    assert report(answer) == {
        "TestOrderIdIsUnique": PASSED,
        "TestAmountIsNotNegative": PASSED,
        "TestEveryCustomerIsKnown": PASSED,
        "TestNoPaymentEverFails": FAILED,
    }
    assert answer.json()["tests"][0]["package_name"] == "@Shared/Checks"
    assert answer.headers["x-coginiti-execution-started-at"].endswith("Z")


def test_a_test_block_answers_with_its_report_in_json(api):
    body = {"package": "@Shared/Checks/Orders", "block_name": "TestOrderIdIsUnique", "connection": WAREHOUSE}
    answer = api.post("/api/v1/exec/block", json=body, headers={"Accept": "text/csv"})
    assert report(answer) == {"TestOrderIdIsUnique": PASSED}


def test_a_test_that_cannot_run_fails_with_its_reason(post):
    answer = post(
        "block", package="@Shared/Checks", block_name="TestOrderIdIsUnique", connection={"name": "broken"}
    )
    ((status, message),) = report(answer).values()
    assert status == "FAILED"
    assert message.startswith("Test execution failed: IO Error")
