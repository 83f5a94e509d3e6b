"""Nodes of an environment and of a workspace."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError

NODE = {
    "id": "4f0c1c1e-6a58-4b36-9b0a-7d1d2f1a0001",
    "name": "STG_ORDERS",
    "type": "view",
    "environmentID": "3",
    "createdAt": "2026-09-01T08:00:00Z",
    "updatedAt": "2026-10-05T12:30:00Z",
}
PAGE = {"data": [NODE], "next": None}
SEEN = {
    **NODE,
    "locationName": "STAGING",
    "database": "warehouse",
    "schema": "staging",
    "nodeType": "Stage",
    "metadata": {
        "columns": [{"name": "id"}],
        "sourceMapping": [
            {
                "name": "STG_ORDERS",
                "dependencies": [
                    {"locationName": "RAW", "nodeName": "orders"},
                    {"locationName": "RAW", "nodeName": "stores"},
                ],
                "customSQL": {"customSQL": "select 1"},
            },
            {"dependencies": [{"locationName": "RAW", "nodeName": "orders"}, "odd", {"nodeName": 1}]},
            "odd",
        ],
    },
}


def test_list_reads_what_is_deployed(answered):
    """listEnvironmentNodes."""
    client = answered(PAGE)
    nodes = client.nodes.list(3)
    assert client.asked[:2] == ("GET", "/api/v1/environments/3/nodes")
    assert (nodes[0].name, nodes[0].type, nodes[0].environment_id) == ("STG_ORDERS", "view", "3")
    assert nodes.to_df()["name"].to_list() == ["STG_ORDERS"]


def test_get_reads_a_node_with_what_it_depends_on_and_its_sql(answered):
    """getEnvironmentNode."""
    client = answered(SEEN)
    node = client.nodes.get("3", NODE["id"])
    assert client.asked == ("GET", f"/api/v1/environments/3/nodes/{NODE['id']}", "")
    assert (node.location, node.database, node.schema) == ("STAGING", "warehouse", "staging")
    assert (node.node_type, node.sql) == ("Stage", "select 1")
    assert node.depends_on == ("RAW.orders", "RAW.stores")


@pytest.mark.parametrize("metadata", [None, [], {}, {"sourceMapping": None}, {"sourceMapping": {}}, "odd"])
def test_a_node_without_readable_metadata_depends_on_nothing_known(answered, metadata):
    node = answered({**NODE, "metadata": metadata}).nodes.get(3, "n")
    assert (node.depends_on, node.sql) == (None, None)


def test_list_in_workspace_reads_what_is_edited(answered):
    """listWorkspaceNodes."""
    client = answered({"data": [{**NODE, "workspaceID": "12"}], "next": "x"}, {"data": [], "next": None})
    assert [node.workspace_id for node in client.nodes.list_in_workspace(12)] == ["12"]
    assert client.asked[:2] == ("GET", "/api/v1/workspaces/12/nodes")
    assert next(answered(PAGE).nodes.iterate_in_workspace("12")).name == "STG_ORDERS"


def test_get_in_workspace_reads_one(answered):
    """getWorkspaceNode."""
    client = answered(NODE)
    assert client.nodes.get_in_workspace(12, "n 1").name == "STG_ORDERS"
    assert client.asked == ("GET", "/api/v1/workspaces/12/nodes/n%201", "")


def test_create_in_workspace_sends_the_contracts_fields_and_more(answered):
    """createWorkspaceNode."""
    client = answered(NODE)
    client.nodes.create_in_workspace(12, name="STG_ORDERS", type="view")
    assert client.asked == ("POST", "/api/v1/workspaces/12/nodes", "")
    assert client.sent == {"name": "STG_ORDERS", "type": "view"}
    client.nodes.create_in_workspace(
        12,
        name="S",
        type="view",
        description="orders, cleaned",
        locationName="STAGING",
        node_type="Stage",
        predecessor_node_ids=["a"],
        metadata={"columns": []},
        nothing=None,
    )
    assert client.sent == {
        "name": "S",
        "type": "view",
        "description": "orders, cleaned",
        "locationName": "STAGING",
        "nodeType": "Stage",
        "predecessorNodeIDs": ["a"],
        "metadata": {"columns": []},
    }


def test_set_in_workspace_puts_the_whole_node(answered):
    """setWorkspaceNode."""
    client = answered(NODE)
    client.nodes.set_in_workspace(12, "n", name="STG_ORDERS", type="table", description="")
    assert client.asked == ("PUT", "/api/v1/workspaces/12/nodes/n", "")
    assert client.sent == {"name": "STG_ORDERS", "type": "table", "description": ""}


def test_delete_in_workspace_gives_nothing(answered):
    """deleteWorkspaceNode."""
    client = answered((204, b""))
    assert client.nodes.delete_in_workspace(12, "n") is None
    assert client.asked == ("DELETE", "/api/v1/workspaces/12/nodes/n", "")


def test_ids_and_names_that_are_none_are_refused_before_anything_is_sent(answered):
    client = answered(NODE)
    with pytest.raises(InputError, match="The id of the node is empty"):
        client.nodes.get(3, "")
    with pytest.raises(InputError, match="The id of the workspace is empty"):
        client.nodes.list_in_workspace(" ")
    with pytest.raises(InputError, match="The type is ''"):
        client.nodes.create_in_workspace(12, name="n", type="")
    assert client.requests == []
