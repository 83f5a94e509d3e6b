"""Cells in a real kernel: what a front end is told, from the first one on."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.kernel

RESULT = "application/vnd.dataexplore.result+json"


def test_the_first_walk_works_from_a_fresh_kernel(fresh):
    notebook = fresh()
    assert not notebook.run("%load_ext dataexplore").messages[-1]["content"].get("traceback")
    connected = notebook.run("%dataexplore connect sandbox").of("display_data")[0]["data"]["text/plain"]
    assert connected.startswith("✓ coginiti")
    notebook.run("from datetime import date\nstart_date = date(2024, 1, 1)")
    ran = notebook.run(
        "%%coginiti sales\n"
        "select order_date, sum(amount) as revenue from marts.fact_orders\n"
        "where order_date >= $start_date group by 1 order by 1"
    )
    assert ran.error == ""
    shown = ran.of("execute_result")[0]["data"]
    assert "dx-still" in shown["text/html"]
    line = [*ran.of("display_data"), *ran.of("update_display_data")][-1]["data"]
    assert line["text/plain"].endswith(" · warehouse")
    assert line[RESULT]["rows"] == int(notebook.value("len(sales)")) > 0
    assert notebook.value("sales.order_date.min() >= start_date") == "True"
    assert notebook.value("sorted({type(kind).__name__ for kind in sales.dtypes})") == "['ArrowDtype']"


def test_one_line_updates_in_place_and_ends_as_what_came(notebook):
    ran = notebook.run("%%coginiti rows\nselect range, md5(range::varchar) as m from range(3000000)")
    first = ran.of("display_data")
    updates = ran.of("update_display_data")
    assert len(first) == 1, "one line, not one a moment"
    assert updates
    assert {update["transient"]["display_id"] for update in updates} == {first[0]["transient"]["display_id"]}
    texts = [content["data"]["text/plain"] for content in [*first, *updates]]
    assert texts[0].startswith("running · ")
    assert any(" rows · " in text and " MB · " in text for text in texts[:-1])
    assert texts[-1].startswith("3,000,000 rows · ")
    assert updates[-1]["data"][RESULT]["rows"] == 3_000_000
    notebook.run("del rows")


def test_a_quick_cell_has_one_line_and_no_update(notebook):
    notebook.run("%%coginiti\nselect 1 as one")  # the first one imports what the others use
    ran = notebook.run("%%coginiti\nselect 1 as one")
    assert len(ran.of("display_data")) == 1
    assert ran.of("update_display_data") == []


def test_the_default_connection_is_named_while_it_runs(notebook):
    cell = notebook.start("%%coginiti\nselect count(*) from range(1000000000000)")
    ran = notebook.follow(cell, until=lambda message: message["msg_type"] == "display_data")
    notebook.interrupt()
    notebook.follow(cell)
    assert "warehouse" in ran.of("display_data")[0]["data"]["text/plain"]


@pytest.mark.parametrize("mode", ["Plain", "Context", "Verbose", "Minimal", "Docs"])
def test_the_error_message_of_a_failed_cell_is_a_few_lines(mode, notebook):
    notebook.run(f"%xmode {mode}")
    ran = notebook.run("%%coginiti\nselect ordr_date from marts.fact_orders")
    notebook.run("%xmode Context")
    assert len(ran.of("error")) == 1
    lines = ran.error.split("\n")
    assert 1 <= len(lines) <= 6
    assert "Did you mean order_date?" in lines
    assert "Traceback" not in ran.error


def test_an_error_stops_the_cells_queued_after_it(notebook):
    # Both wait in the kernel's queue before the first of them fails, however slow this side is.
    notebook.start("import time; time.sleep(1)")
    failing = notebook.start("%%coginiti\nselect nothing_here")
    after = notebook.client.execute("print('ran all the same')", stop_on_error=True)
    assert notebook.follow(failing).error
    assert notebook.follow(after).of("stream") == []
    assert notebook.run("%%coginiti\nselect 1 as one").error == ""


FORGET = """
del os.environ["DATAEXPLORE_COGINITI_URL"]
"""
ASKING = """
import os, dataexplore
os.environ["DATAEXPLORE_COGINITI_URL"] = os.environ["DATAEXPLORE_SANDBOX_URL"]
other = dataexplore.connect()
print([len(other.coginiti.sql("select 1", connection="warehouse")) for _ in range(2)])
"""


def test_a_missing_token_is_asked_for_once_and_not_echoed(notebook, sandbox):
    cell = notebook.client.execute(ASKING, allow_stdin=True)
    asked = notebook.client.get_stdin_msg(timeout=20)["content"]
    assert asked["prompt"].startswith("Token for coginiti")
    assert asked["password"] is True
    notebook.client.input(sandbox.token.reveal())
    ran = notebook.follow(cell)
    assert ran.error == ""
    assert ran.of("stream")[0]["text"] == "[1, 1]\n"
    assert sandbox.token.reveal() not in str(ran.messages)
    notebook.run(f"other.close(){FORGET}")


def test_where_nobody_can_answer_a_missing_token_is_an_error(notebook):
    cell = notebook.client.execute(ASKING, allow_stdin=False)
    error = notebook.follow(cell).error
    assert "ConfigError" in error
    assert "nobody can answer here" in error
    notebook.run(FORGET)
