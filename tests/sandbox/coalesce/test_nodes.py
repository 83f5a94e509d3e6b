from __future__ import annotations

import pytest

from dataexplore.sandbox.coalesce.seeds import number_node

SEED = {"id", "name", "type", "createdAt", "updatedAt"}
NODES = "/workspaces/2/nodes"


def reading(sql):
    return {"metadata": {"sourceMapping": [{"customSQL": {"customSQL": sql}}]}}


def columns(node):
    return [column["name"] for column in node["metadata"]["columns"]]


@pytest.mark.parametrize(
    ("path", "owner"), [("/environments/2/nodes", "environmentID"), (NODES, "workspaceID")]
)
def test_the_companys_statements_are_nodes_everywhere(coalesce, path, owner):
    listed = coalesce.get(path, params={"limit": 40, "orderBy": "name"}).json()
    assert len(listed["data"]) == 40
    assert listed["total"] >= 50
    assert all(SEED | {owner} <= set(one) for one in listed["data"])
    assert {one[owner] for one in listed["data"]} == {"2"}
    rest = coalesce.get(path, params={"orderBy": "name", "startingFrom": listed["next"]}).json()
    assert rest["next"] is None
    names = [one["name"] for one in listed["data"] + rest["data"]]
    assert names == sorted(names)
    assert "fact_orders" in names


def test_nodes_of_one_owner_know_no_cursor_of_another(coalesce, refused):
    cursor = coalesce.get("/environments/2/nodes", params={"limit": 1}).json()["next"]
    for path in ("/environments/3/nodes", NODES, "/environments"):
        assert "startingFrom" in refused(coalesce.get(path, params={"startingFrom": cursor}))


def test_a_deployed_node_tells_its_table_and_what_it_reads(coalesce, rows):
    node = coalesce.get(f"/environments/2/nodes/{number_node('MARTS', 'daily_revenue')}").json()
    assert (node["database"], node["schema"], node["locationName"]) == ("warehouse_qa", "marts", "MARTS")
    assert (node["type"], node["nodeType"]) == ("table", "Fact")
    described = rows("SELECT column_name FROM (DESCRIBE warehouse_qa.marts.daily_revenue)")
    assert columns(node) == [name for (name,) in described]
    mapping = node["metadata"]["sourceMapping"][0]
    assert mapping["dependencies"] == [{"locationName": "INTERMEDIATE", "nodeName": "int_order_revenue"}]
    assert "ref('INTERMEDIATE', 'int_order_revenue')" in mapping["customSQL"]["customSQL"]


def test_a_source_reads_nothing_and_lies_in_the_warehouse(coalesce):
    node = coalesce.get(f"/environments/1/nodes/{number_node('RAW', 'orders')}").json()
    assert (node["database"], node["schema"], node["nodeType"]) == ("warehouse", "raw", "Source")
    assert node["metadata"]["sourceMapping"] == []
    assert "order_id" in columns(node)


def test_a_node_is_created_with_no_table_yet(coalesce, post, name):
    node = post(NODES, name=name, type="materialized view", description="Seed fields alone", extra={"a": 1})
    assert (node["name"], node["type"], node["workspaceID"]) == (name, "materialized view", "2")
    assert node["description"] == "Seed fields alone"
    assert (node["locationName"], node["database"], node["nodeType"]) == ("STAGING", "warehouse_dev", "Stage")
    assert node["metadata"] == {"columns": [], "sourceMapping": []}
    assert coalesce.get(f"{NODES}/{node['id']}").json() == node
    assert node["id"] in [one["id"] for one in coalesce.get(NODES).json()["data"]]


def test_a_node_has_the_columns_of_its_table_as_it_stands(coalesce, ask, post, name):
    node = post(NODES, name=name, type="table", locationName="MARTS")
    created = ask(f'CREATE TABLE warehouse_dev.marts."{name}" (id INTEGER NOT NULL, label VARCHAR)')
    assert created.status_code == 200
    found = coalesce.get(f"{NODES}/{node['id']}").json()["metadata"]["columns"]
    assert [(one["name"], one["dataType"], one["nullable"]) for one in found] == [
        ("id", "INTEGER", False),
        ("label", "VARCHAR", True),
    ]


def test_predecessors_become_what_a_node_reads(post, name):
    first = post(NODES, name=f"{name} 1", type="view")
    second = post(NODES, name=f"{name} 2", type="table", predecessorNodeIDs=[first["id"], first["id"]])
    read = [{"locationName": "STAGING", "nodeName": f"{name} 1"}]
    assert second["metadata"]["sourceMapping"] == [{"name": f"{name} 2", "dependencies": read}]


def test_sql_tells_what_a_node_reads_in_the_way_those_write_themselves(post, name):
    sql = "select 1 as x from {{ ref('MARTS', 'FACT_ORDERS') }}, {{ ref_no_link('MARTS', 'dim_stores') }}"
    node = post(NODES, name=name, type="table", nodeType="Fact", **reading(sql))
    mapping = node["metadata"]["sourceMapping"][0]
    assert mapping["customSQL"] == {"customSQL": sql}
    assert mapping["dependencies"] == [{"locationName": "MARTS", "nodeName": "fact_orders"}]
    assert node["nodeType"] == "Fact"


def test_setting_replaces_a_node_and_keeps_its_id_and_its_beginning(coalesce, post, put, name):
    node = post(
        NODES, name=name, type="table", locationName="MARTS", nodeType="Fact", **reading("select 1 as x")
    )
    bare = put(f"{NODES}/{node['id']}", name=f"{name} 2", type="view")
    assert (bare["id"], bare["createdAt"]) == (node["id"], node["createdAt"])
    assert bare["updatedAt"] > node["updatedAt"]
    assert (bare["name"], bare["type"], bare["nodeType"]) == (f"{name} 2", "view", "View")
    assert (bare["locationName"], bare["description"]) == ("STAGING", "")
    assert bare["metadata"]["sourceMapping"] == []
    assert coalesce.get(f"{NODES}/{node['id']}").json() == bare


@pytest.mark.parametrize("node", ["daily_revenue", "int_order_revenue"])
def test_a_node_that_is_set_to_what_it_answers_stays_as_it_is(coalesce, node):
    location = "MARTS" if node == "daily_revenue" else "INTERMEDIATE"
    path = f"/workspaces/1/nodes/{number_node(location, node)}"
    before = coalesce.get(path).json()
    after = coalesce.put(path, json=before).json()
    assert after == before | {"updatedAt": after["updatedAt"]}


def test_a_node_without_sql_of_its_own_stays_as_it_is_too(coalesce, post, name):
    node = post(NODES, name=name, type="table", predecessorNodeIDs=[number_node("MARTS", "dim_stores")])
    after = coalesce.put(f"{NODES}/{node['id']}", json=node).json()
    assert after == node | {"updatedAt": after["updatedAt"]}


def test_a_change_in_a_workspace_reaches_neither_environments_nor_other_workspaces(coalesce):
    node = number_node("MARTS", "web_funnel")
    changed = coalesce.put(f"/workspaces/2/nodes/{node}", json={"name": "web_funnel", "type": "view"}).json()
    assert changed["type"] == "view"
    for path in ("/workspaces/1/nodes", "/environments/1/nodes"):
        assert coalesce.get(f"{path}/{node}").json()["type"] == "table"


def test_a_removed_node_is_gone_from_its_workspace_alone(coalesce, refused):
    node = number_node("MARTS", "support_quality")
    assert coalesce.delete(f"/workspaces/2/nodes/{node}").status_code == 204
    refused(coalesce.get(f"/workspaces/2/nodes/{node}"), 404, "NOT_FOUND")
    refused(coalesce.put(f"/workspaces/2/nodes/{node}", json={"name": "n", "type": "t"}), 400, "NOT_FOUND")
    refused(coalesce.delete(f"/workspaces/2/nodes/{node}"), 400, "NOT_FOUND")
    assert coalesce.get(f"/workspaces/1/nodes/{node}").status_code == 200
    assert coalesce.get(f"/environments/3/nodes/{node}").status_code == 200


def test_a_name_belongs_to_one_node_of_a_location_in_any_case(coalesce, refused, post, name):
    post(NODES, name=name, type="table")
    body = {"name": name.upper(), "type": "table"}
    assert "another node" in refused(coalesce.post(NODES, json=body))
    assert post(NODES, **body, locationName="MARTS")["locationName"] == "MARTS"


@pytest.mark.parametrize(
    ("beyond", "told"),
    [
        ({"locationName": "LAKE"}, "There is no storage location 'LAKE'"),
        ({"locationName": ""}, "There is no storage location ''"),
        ({"nodeType": " "}, "nodeType must not be blank"),
        ({"predecessorNodeIDs": ["unknown"]}, "There is no node 'unknown' in this workspace"),
        ({"predecessorNodeIDs": "unknown"}, "predecessorNodeIDs must be a list"),
        ({"metadata": []}, "metadata must be an object"),
        (reading(5), "metadata.sourceMapping.0.customSQL.customSQL must be text"),
        (reading("from {{ ref('LAKE', 'x') }}"), "There is no storage location 'LAKE'"),
        (reading("from {{ reff('RAW', 'x') }}"), "is neither ref"),
        (reading("from {{ ref('RAW', 'x')"), "has no end"),
        ({"locationName": "RAW", **reading("select 1")}, "RAW holds what the source systems deliver"),
        ({"metadata": {"sourceMapping": [{}, {}]}}, "metadata.sourceMapping"),
    ],
)
def test_a_node_that_could_not_run_is_refused(coalesce, refused, name, beyond, told):
    body = {"name": name, "type": "table", **beyond}
    assert told in refused(coalesce.post(NODES, json=body))
    assert told in refused(coalesce.put(f"/workspaces/1/nodes/{number_node('RAW', 'stores')}", json=body))


def test_nodes_that_would_need_each_other_in_a_circle_are_refused(coalesce, refused, post, name):
    first = post(
        NODES, name=f"{name} 1", type="view", **reading(f"from {{{{ ref('STAGING', '{name} 3') }}}}")
    )
    second = post(NODES, name=f"{name} 2", type="view", predecessorNodeIDs=[first["id"]])
    body = {"name": f"{name} 3", "type": "view", "predecessorNodeIDs": [second["id"]]}
    assert "would need itself" in refused(coalesce.post(NODES, json=body))
    itself = {"name": name, "type": "view", **reading(f"from {{{{ ref('STAGING', '{name}') }}}}")}
    assert "would need itself" in refused(coalesce.post(NODES, json=itself))


def test_a_workspace_that_is_not_there_has_no_nodes(coalesce, refused):
    refused(coalesce.get("/workspaces/99/nodes"), 404, "NOT_FOUND")
    body = {"name": "n", "type": "table"}
    refused(coalesce.post("/workspaces/99/nodes", json=body), 400, "NOT_FOUND")
