"""The lineage over a kernel's wire: what a front end is told, and what its page may ask."""

from __future__ import annotations

import ast

import pytest

pytestmark = pytest.mark.kernel

VIEW = "application/vnd.jupyter.widget-view+json"
FACT = "warehouse.marts.fact_orders"
WIDGET = (
    "[each for each in __import__('ipywidgets').widgets.widget._instances.values()"
    " if type(each).__name__ == 'LineageWidget'][-1]"
)


@pytest.fixture
def shown(notebook):
    """A lineage that was just shown."""
    ran = notebook.run("%datafold lineage marts.fact_orders")
    assert ran.error == ""
    return ran


@pytest.fixture
def say(notebook, shown):
    """Give a function that sends what the page of the widget sends."""
    *_, view = (content["data"][VIEW] for content in shown.of("display_data") if VIEW in content["data"])

    def send(**data):
        session, channel = notebook.client.session, notebook.client.shell_channel
        channel.send(session.msg("comm_msg", {"comm_id": view["model_id"], "data": data}))

    return send


def read(notebook, attribute):
    return ast.literal_eval(notebook.value(f"repr({WIDGET}.{attribute})"))


def test_a_lineage_is_two_outputs_a_widget_and_a_still_picture(shown):
    *_, widget, still = (content["data"] for content in shown.of("display_data"))
    assert set(widget) == {VIEW, "text/plain"}
    assert set(still) == {"image/svg+xml", "text/plain"}
    assert still["image/svg+xml"].startswith("<svg ")
    assert still["text/plain"].startswith(f"Lineage of {FACT}\n")
    assert shown.of("execute_result") == []


def test_names_and_numbers_of_the_picture_travel_as_buffers(shown):
    opened = [message for message in shown.messages if message["msg_type"] == "comm_open"]
    *_, drawn = (message for message in opened if "scene" in message["content"]["data"]["state"])
    assert len(drawn["buffers"]) > 10
    assert "stg_order_lines" not in str(drawn["content"]["data"]["state"]["scene"])


def test_what_the_page_selects_is_read_in_python(notebook, say, eventually):
    say(method="update", state={"selected": [f"{FACT}.order_id"]}, buffer_paths=[])
    eventually(lambda: read(notebook, "selected") == [f"{FACT}.order_id"])


def test_a_column_asked_for_in_the_page_is_traced_through_the_service(notebook, say, eventually):
    say(method="custom", content={"type": "trace", "column": f"{FACT}.customer_id"})
    source = ("warehouse", "raw", "orders", "customer_id")
    eventually(lambda: read(notebook, f"lineage.graph.has_node({source})"))
    eventually(lambda: read(notebook, "busy") == [])
    assert read(notebook, "notice") == ""


def test_what_no_page_may_send_is_dropped(notebook, say, eventually):
    say(method="custom", content={"type": "sql", "text": "drop table marts.fact_orders"})
    say(method="update", state={"notice": "all is well", "selected": ["marts.nowhere"]}, buffer_paths=[])
    eventually(lambda: read(notebook, "dropped") == 3)
    assert (read(notebook, "notice"), read(notebook, "selected")) == ("", [])


def test_a_click_in_the_lineage_of_a_closed_connection_is_answered(notebook, say, eventually):
    notebook.run("%dataexplore connect sandbox")
    say(method="custom", content={"type": "trace", "column": f"{FACT}.store_id"})
    eventually(lambda: "closed" in read(notebook, "notice"))
    assert read(notebook, "busy") == []
