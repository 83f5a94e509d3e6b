"""``%talend`` in a real kernel: one line that updates, Stop, and the typed yes."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.kernel

START = "%talend start Stock count"
NEWEST = "ws.talend.executions.plan_history(limit=1)[0].execution_id"


def is_watching(message):
    return re.search(r"\d of 4 tasks · now Extract", str(message["content"].get("data")))


@pytest.fixture(autouse=True)
def _workspace(notebook):
    notebook.run("import dataexplore\nws = dataexplore.connect('sandbox')")
    yield
    notebook.run("ws.sandbox.calm()\nws.close()")


def newest(notebook):
    return notebook.value(NEWEST)


def test_stop_while_watching_ends_the_watching_at_once_and_never_the_run(notebook):
    """Case 36."""
    notebook.run("%dataexplore sandbox slow-task extract_products 120 --environment Production")
    cell = notebook.start(f"{START} --watch --yes")
    notebook.follow(cell, until=is_watching)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.seconds < 1
    number = newest(notebook)
    first, second = stopped.error.split("\n")
    assert first == "Stopped."
    assert second == (
        f"Run {number} goes on in Talend: %talend show {number} --watch watches it again. Talend has no call "
        f"that ends a plan's run; %talend show {number} lists its running tasks, "
        "%talend terminate TASK-RUN ends one."
    )
    assert stopped.shown[-1] == "", "the line is gone"
    assert notebook.value(f"ws.talend.executions.get_plan('{number}').status") == "running"
    notebook.run(f"going = %talend show {number}")
    notebook.run("one = going.running[0]")
    assert notebook.run("%talend terminate $one --yes").error == ""
    assert notebook.value(f"ws.talend.executions.wait_plan('{number}', deadline_s=20).status") == "failed"


def test_one_line_tells_how_far_a_run_is_and_the_whole_run_is_the_cells_value(notebook):
    notebook.run("%dataexplore sandbox slow-task extract_products 1.5 --environment Production")
    ran = notebook.run(f"{START} --watch --yes")
    assert ran.error == ""
    updates = [message for message in ran.messages if is_watching(message)]
    assert re.match(
        r"running · [█░]{10} \d of 4 tasks · now Extract · \d\.\d s · 127\.0\.0\.1",
        updates[0]["content"]["data"]["text/plain"],
    )
    (value,) = ran.of("execute_result")
    assert value["data"]["text/plain"].startswith("Stock count: ✓ succeeded · Production · manual by ")
    assert "dx-still" in value["data"]["text/html"]
    assert len(ran.of("display_data")) == 3, "the request, the start, and one line that is updated"


def test_a_typed_yes_sends_what_is_shown(notebook):
    before = newest(notebook)
    question, ran = notebook.answer(START, " Yes ")
    assert (question, ran.error) == ("Type yes to send it: ", "")
    number = newest(notebook)
    assert number != before
    assert ran.shown[0].startswith("Starts Stock count in Production.\nPOST http://127.0.0.1")
    assert ran.shown[1] == (
        f"Run {number} of Stock count in Production has begun. %talend show {number} --watch watches it."
    )
    assert notebook.value(f"ws.talend.executions.wait_plan('{number}', deadline_s=20).status") == "succeeded"


@pytest.mark.parametrize("answer", ["no", ""])
def test_any_other_answer_sends_nothing(answer, notebook):
    before = newest(notebook)
    _, ran = notebook.answer(START, answer)
    assert (ran.error, ran.shown[-1]) == ("", "Nothing was sent. The answer was not yes.")
    assert newest(notebook) == before


def test_stop_instead_of_an_answer_sends_nothing(notebook):
    """Case 36."""
    before = newest(notebook)
    cell = notebook.start(START)
    notebook.client.get_stdin_msg(timeout=20)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.error == "Stopped.\nNothing was sent."
    assert newest(notebook) == before
