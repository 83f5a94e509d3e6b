"""Datafold's data sources over HTTP."""

from __future__ import annotations

import json

import httpx
import pytest

ROOT = "/api/v1/data_sources"


@pytest.fixture
def query(api):
    def querying(sql, source=1, params=None, **options):
        body = {"query": sql} | ({} if params is None else {"params": params})
        return api.post(f"{ROOT}/{source}/query", json=body, **options)

    return querying


@pytest.fixture
def tested(api, until):
    """Test a data source; give the finished test."""

    def testing(source):
        job = api.post(f"{ROOT}/{source}/test").json()["job_id"]
        found = {}

        def over():
            found.update(api.get(f"{ROOT}/test/{job}").json())
            return found["status"] not in ("queued", "processing")

        until(over, 10)
        return found

    return testing


def create(api, **fields):
    answer = api.post(ROOT, json={"name": "new", "type": "duckdb"} | fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def message(answer):
    assert answer.status_code == 422, answer.text
    return answer.json()["detail"][0]["msg"]


def test_four_data_sources_are_there_from_the_start(api):
    found = {one["id"]: (one["name"], one["accessible"]) for one in api.get(ROOT).json()[:4]}
    assert found == {
        1: ("Warehouse", True),
        2: ("Warehouse (read only)", True),
        3: ("Legacy warehouse", True),
        4: ("Finance warehouse", False),
    }


def test_one_is_read_whole_and_in_short(api):
    whole = api.get(f"{ROOT}/1").json()
    assert whole["options"] == {"connection": "warehouse", "database": "warehouse"}
    assert api.get(f"{ROOT}/1/summary").json() == {"id": 1, "name": "Warehouse", "type": "duckdb"}


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/summary"), ("POST", "/test"), ("POST", "/query")]
)
def test_one_that_is_not_accessible_is_403_and_an_unknown_one_404(api, method, path):
    body = {"query": "select 1"} if path == "/query" else None
    assert api.request(method, f"{ROOT}/4{path}", json=body).status_code == 403
    answer = api.request(method, f"{ROOT}/999{path}", json=body)
    assert (answer.status_code, answer.json()) == (404, {"detail": "There is no data source 999"})


def test_types_describe_what_they_take(api):
    types = {one["type"]: one for one in api.get(f"{ROOT}/types").json()}
    assert len(types) == 27
    assert types["duckdb"]["configuration_schema"]["secret"] == []
    assert "password" in types["snowflake"]["configuration_schema"]["secret"]


def test_a_test_tries_each_step(tested):
    found = tested(1)
    assert found["status"] == "done"
    assert [(step["step"], step["status"], step["result"]["outcome"]) for step in found["results"]] == [
        ("connection", "done", "ok"),
        ("temp_schema", "done", "ok"),
        ("schema_download", "done", "ok"),
        ("lineage_download", "done", "ok"),
    ]


def test_a_test_is_kept_with_its_data_source(api, tested):
    found = tested(2)
    assert api.get(f"{ROOT}/2").json()["last_test"]["results"] == found["results"]


def test_the_first_step_that_fails_ends_a_test(tested):
    found = tested(3)
    assert found["status"] == "failed"
    assert [step["status"] for step in found["results"]] == ["failed", "cancelled", "cancelled", "cancelled"]
    assert "Connection timed out" in found["results"][0]["result"]["message"]


def test_a_test_that_is_unknown_or_not_accessible(api):
    assert api.get(f"{ROOT}/test/999").status_code == 404
    assert api.get(f"{ROOT}/test/1").status_code == 403


def test_a_new_duckdb_source_is_another_way_to_the_warehouse(api, query, tested):
    new = create(api, name="mine", options={"connection": "readonly"})
    assert query("SELECT count(*) > 0 AS yes FROM marts.fact_orders", new["id"]).json()["rows"] == [
        {"yes": True}
    ]
    assert message(query("CREATE TABLE t AS SELECT 1", new["id"])).startswith("TransactionContext Error")
    assert tested(new["id"])["status"] == "done"


def test_a_source_of_another_type_is_kept_and_says_honestly_that_it_does_not_work(api, query, tested):
    new = create(
        api, name="Snow", type="snowflake", options={"host": "h", "user": "u", "password": "canary-7"}
    )
    assert new["options"] == {"host": "h", "user": "u"}
    assert "canary-7" not in api.get(ROOT).text
    assert "reaches no network" in message(query("SELECT 1", new["id"]))
    found = tested(new["id"])
    assert found["status"] == "failed"
    assert "reaches no network" in found["results"][0]["result"]["message"]


def test_a_paused_source_answers_no_query_and_a_hidden_one_is_not_listed(api, query):
    new = create(api, is_paused=True, hidden=True)
    assert "is paused" in message(query("SELECT 1", new["id"]))
    assert new["id"] not in [one["id"] for one in api.get(ROOT).json()]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"type": "sqlite"}, ["type"]),
        ({"name": ""}, ["name"]),
        ({"options": {"connection": "nope"}}, ["options", "connection"]),
        ({"options": {"connection": ["warehouse"]}}, ["options", "connection"]),
        ({"options": {"database": 5}}, ["options", "database"]),
        ({"options": {"port": "5432"}, "type": "pg"}, ["options", "port"]),
        ({"id": 7}, ["id"]),
        ({"float_tolerance": -1}, ["float_tolerance"]),
    ],
)
def test_a_data_source_that_cannot_be_is_422(api, fields, place):
    answer = api.post(ROOT, json={"name": "new", "type": "duckdb"} | fields)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", *place]


def test_a_query_answers_rows_as_objects_with_all_digits(query):
    answer = query(
        "SELECT 9007199254740993 AS big, 0.10::DECIMAL(9, 2) AS money, NULL AS nothing, [1] AS list"
    )
    assert answer.json(parse_float=str) == {
        "columns": [
            {"name": "big", "type": "integer", "db_type": "BIGINT", "number": 1},
            {"name": "money", "type": "decimal", "db_type": "DECIMAL(9,2)", "number": 2},
            {"name": "nothing", "type": "void", "db_type": "NULL", "number": 3},
            {"name": "list", "type": "array", "db_type": "INTEGER[]", "number": 4},
        ],
        "rows": [{"big": 9007199254740993, "money": "0.10", "nothing": None, "list": [1]}],
    }


def test_every_type_of_the_warehouse_has_a_word_and_a_value(query):
    found = query("FROM samples.all_types").json()
    assert len(found["rows"]) == 32
    assert {one["type"] for one in found["columns"]} >= {
        "integer",
        "decimal",
        "string",
        "timestamp",
        "struct",
    }


def test_columns_of_one_name_are_kept_apart(query):
    found = query("SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a").json()
    assert found["rows"] == [{"a": 1, "a_2": 2, "a_1": 3, "a_3": 4}]
    assert [one["name"] for one in found["columns"]] == ["a", "a_2", "a_1", "a_3"]


def test_an_empty_answer_has_its_columns(query):
    found = query("SELECT 1 AS a WHERE false").json()
    assert (found["columns"][0]["name"], found["rows"]) == ("a", [])


def test_question_marks_take_the_texts_in_order(query):
    sql = """SELECT ? AS a, '?' AS "?", ? AS b -- ?"""
    assert query(sql, params=["it's", "'; DROP TABLE x; --"]).json()["rows"] == [
        {"a": "it's", "?": "?", "b": "'; DROP TABLE x; --"}
    ]
    assert message(query(sql, params=["one"])) == "The query has 2 question marks"


@pytest.mark.parametrize(
    ("source", "sql", "text"),
    [
        (1, "selec 1", "Parser Error"),
        (1, "SELECT * FROM nope", "Catalog Error"),
        (1, "", "Parser Error"),
        (1, "SELECT error('at the end') FROM range(3)", "Invalid Input Error: at the end"),
        (1, "ATTACH 'x.db'", "Permission Error"),
        (1, "SELECT * FROM read_text('/etc/passwd')", "Permission Error"),
        (2, "CREATE TABLE t AS SELECT 1", "TransactionContext Error"),
        (3, "SELECT 1", "IO Error"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_query_that_fails_is_422_in_the_databases_words(query, source, sql, text, stream):
    options = {"headers": {"X-Stream-Response": "true"}} if stream else {}
    assert message(query(sql, source, **options)).startswith(text)


@pytest.mark.parametrize("how", [{"params": {"stream": "true"}}, {"headers": {"X-Stream-Response": "true"}}])
def test_a_stream_is_the_same_document_in_pieces(api, how):
    body = {"query": "SELECT range AS n, repeat('x', 50) AS t FROM range(20000)"}
    with api.stream("POST", f"{ROOT}/1/query", json=body, **how) as answer:
        assert "content-length" not in answer.headers
        pieces = list(answer.iter_raw())
    found = json.loads(b"".join(pieces))
    assert len(pieces) > 5
    assert found == api.post(f"{ROOT}/1/query", json=body).json()
    assert [row["n"] for row in found["rows"]] == list(range(20000))


def test_a_long_stream_keeps_the_servers_memory_flat(api, server):
    sql = "SELECT range AS n, repeat('x', 100) AS t FROM range(1000000)"
    api.post(f"{ROOT}/1/query?stream=true", json={"query": "SELECT 1"})
    before = server.rss_mib()
    size = peak = 0
    with api.stream("POST", f"{ROOT}/1/query?stream=true", json={"query": sql}) as answer:
        for number, piece in enumerate(answer.iter_raw()):
            size += len(piece)
            if number % 50 == 0:
                peak = max(peak, server.rss_mib())
    assert size > 100 * 2**20
    assert peak - before < 64


def test_an_answer_too_long_for_one_piece_asks_for_a_stream(query):
    sql = "SELECT repeat('x', 1000000) AS t FROM range(100)"
    assert message(query(sql)).endswith("ask with stream=true")


def test_a_stream_that_fails_half_way_has_no_end(api):
    sql = "SELECT if(range = 1900000, error('half way'), range) AS n FROM range(2000000)"
    with api.stream("POST", f"{ROOT}/1/query?stream=true", json={"query": sql}) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()


def test_a_client_that_leaves_ends_its_query(api, until, running):
    sql = "SELECT range AS n FROM range(100000000000)"
    with api.stream("POST", f"{ROOT}/1/query?stream=true", json={"query": sql}) as answer:
        next(answer.iter_raw())
        assert [one["sql"] for one in running()] == [sql]
    until(lambda: not running(), 5)


def test_what_changes_something_is_in_the_audit_log(api, query):
    query("SELECT 'audited'")
    new = create(api, name="audited")
    logs = api.get("/api/v1/audit_logs").json()["logs"]
    found = {(one["action"], one["object_type"], one["object_id"]) for one in logs}
    assert {("query", "data_source", 1), ("create", "data_source", new["id"])} <= found
    assert "audited" not in api.get("/api/v1/audit_logs").text
