"""The requests of the vendor's own examples, with the sandbox's names planted in them."""

from __future__ import annotations

import re
from decimal import Decimal

import httpx
import pytest

from dataexplore.clients.coginiti import Asked, TestReport
from tests.contract.coginiti_contract import OPERATIONS
from tests.contract.contract_transport import contract_transport, contract_workspace

CONNECTION = {"name": "warehouse"}
CHANNELS = "@Shared/Reports/Channels"
DAILY = {"order_date": "DATE", "sum(amount)": "DECIMAL"}
# The operation, the body, and the columns that come back with the first word of their types.
EXAMPLES = {
    "script with params": (
        "execScript",
        {"path": "@Shared/Reports/Revenue by day", "params": {"start_date": "2024-01-01"}},
        {"order_date": "DATE", "orders": "HUGEINT", "revenue": "DECIMAL"},
    ),
    "block with a scalar and empty params": (
        "execBlock",
        {
            "package": CHANNELS,
            "block_name": "CustomersWithEmailDomain",
            "args": {"domain": "inbox.example"},
            "params": {},
        },
        {"customer_id": "BIGINT", "full_name": "VARCHAR", "email": "VARCHAR"},
    ),
    "block with a list": (
        "execBlock",
        {"package": CHANNELS, "block_name": "RevenueOf", "args": {"channels": ["web", "store"]}},
        {"month": "TIMESTAMP", "channel": "VARCHAR", "orders": "BIGINT", "revenue": "DECIMAL"},
    ),
    "block with a map": (
        "execBlock",
        {
            "package": CHANNELS,
            "block_name": "PaymentFees",
            "args": {"fees": {"credit_card": 0.25, "paypal": 0.3}},
        },
        {"payment_method": "VARCHAR", "amount": "DECIMAL", "fee": "DECIMAL"},
    ),
    "sql": (
        "execSql",
        {"sql": "SELECT order_date, SUM(amount) FROM marts.fact_orders GROUP BY order_date"},
        DAILY,
    ),
    "sql with params and overrides": (
        "execSql",
        {
            "sql": "SELECT order_date, SUM(amount) FROM fact_orders WHERE order_date >= $start_date "
            "GROUP BY order_date",
            "params": {"$start_date": "2024-01-01"},
            "connection": {**CONNECTION, "overrides": {"database": "warehouse", "schema": "marts"}},
        },
        DAILY,
    ),
}
TESTS = {
    "one test block": ("execBlock", {"package": "@Shared/Checks", "block_name": "TestOrderIdIsUnique"}, 1, 0),
    "a suite": ("execScript", {"path": "@Shared/Checks/Nightly"}, 4, 1),
}


@pytest.fixture(scope="module")
def server(sandbox):
    """A bare HTTP client of the sandbox, with the contract between."""
    headers = {"Authorization": f"Bearer {sandbox.token.reveal()}", "Accept": "application/json"}
    with httpx.Client(
        base_url=sandbox.url, headers=headers, transport=contract_transport("coginiti"), timeout=30
    ) as client:
        yield client


@pytest.fixture(scope="module")
def client(sandbox):
    with contract_workspace(sandbox) as workspace:
        yield workspace.coginiti.client


def call(client, operation, body, asked=None):
    """Make the client's own call of an example."""
    given = {"connection": CONNECTION} | body
    connection = given.pop("connection")
    match operation:
        case "execSql":
            overrides = connection.get("overrides")
            return client.exec_sql(connection=connection["name"], overrides=overrides, asked=asked, **given)
        case "execScript":
            return client.exec_script(connection=connection["name"], asked=asked, **given)
        case _:
            return client.exec_block(connection=connection["name"], asked=asked, **given)


@pytest.mark.parametrize(("operation", "body", "columns"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_sandbox_answers_a_vendor_example(operation, body, columns, server):
    answer = server.post(OPERATIONS[operation]["path"], json={"connection": CONNECTION} | body)
    assert answer.status_code == 200
    result = answer.json()["result"]
    assert {each["name"]: re.match(r"\w+", each["type"])[0] for each in result["columns"]} == columns
    assert result["data"]
    assert all(len(row) == len(columns) for row in result["data"])


@pytest.mark.parametrize("format_", ["arrow", "json", "csv"])
@pytest.mark.parametrize(("operation", "body", "columns"), EXAMPLES.values(), ids=EXAMPLES)
def test_the_client_reads_the_answer_to_a_vendor_example(operation, body, columns, format_, client):
    execution = call(client, operation, body, Asked(format=format_))
    assert execution.table.column_names == list(columns)
    assert execution.table.num_rows > 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", execution.started_at)


def test_the_map_of_a_vendor_example_arrives_with_its_values(client):
    _, body, _ = EXAMPLES["block with a map"]
    rows = call(client, "execBlock", body).table.to_pylist()
    for row in rows:
        share = {"credit_card": Decimal("0.25"), "paypal": Decimal("0.3")}.get(row["payment_method"])
        assert row["fee"] == (share and round(row["amount"] * share, 2))


@pytest.mark.parametrize(("operation", "body", "count", "failed"), TESTS.values(), ids=TESTS)
def test_the_sandbox_answers_a_test_run_of_the_vendor(operation, body, count, failed, server):
    answer = server.post(OPERATIONS[operation]["path"], json={"connection": CONNECTION} | body)
    assert answer.status_code == 200
    stats = answer.json()["stats"]
    assert (stats["tests"], stats["passed"], stats["failed"]) == (count, count - failed, failed)


@pytest.mark.parametrize(("operation", "body", "count", "failed"), TESTS.values(), ids=TESTS)
def test_the_client_reads_the_report_of_a_test_run(operation, body, count, failed, client):
    report = call(client, operation, body)
    assert isinstance(report, TestReport)
    assert (len(report.tests), len(report.failed), report.ok) == (count, failed, failed == 0)
