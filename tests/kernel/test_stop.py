"""Stop: the prompt is back within a second, the server sees it, and the next cell works."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.kernel

SILENT = "select count(*) from range(1000000000000)"
STREAM = "select range, md5(range::varchar) as m from range(20000000000)"


def has_rows(message):
    """The line says how many rows have come."""
    return " rows · " in str(message["content"].get("data", {}).get("text/plain"))


def test_stop_while_the_server_is_silent(notebook, running, eventually):
    cell = notebook.start(f"%%coginiti gone\n{SILENT}")
    eventually(running)
    notebook.follow(cell, until=lambda message: message["msg_type"] == "update_display_data")
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.seconds < 1
    assert stopped.error.startswith("Stopped after ")
    assert "may go on in the warehouse" in stopped.error
    assert stopped.of("update_display_data")[-1]["data"]["text/plain"] == ""
    eventually(lambda: not running(), 2)
    assert notebook.value("'gone' in globals()") == "False"
    assert notebook.run("%%coginiti\nselect 1 as one").error == ""


def test_stop_in_the_middle_of_a_stream(notebook, running, eventually):
    cell = notebook.start(f"%%coginiti gone\n{STREAM}")
    notebook.follow(cell, until=has_rows)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.seconds < 1
    assert stopped.error.startswith("Stopped after ")
    eventually(lambda: not running(), 2)
    assert notebook.value("'gone' in globals()") == "False"
    assert notebook.run("%%coginiti\nselect 1 as one").error == ""


def test_stop_of_a_call_from_python_is_an_ordinary_interrupt(notebook, running, eventually):
    notebook.run("import dataexplore\nws = dataexplore.connect('sandbox')\nws.coginiti.sql('select 1')")
    cell = notebook.start(f"ws.coginiti.sql('{SILENT}')")
    eventually(running)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.seconds < 1
    assert "KeyboardInterrupt" in stopped.error
    eventually(lambda: not running(), 2)
    assert notebook.value("len(ws.coginiti.sql('select 1'))") == "1"
    notebook.run("ws.close()")
