"""``%coalesce`` in a real kernel: one line that updates, Stop, and the typed yes."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.kernel

START = "%coalesce start dev --include stg_stores"


def is_watching(message):
    return re.search(r"of 1 node · now stg_stores", str(message["content"].get("data")))


@pytest.fixture(autouse=True)
def _workspace(notebook):
    notebook.run("import dataexplore\nws = dataexplore.connect('sandbox')")
    yield
    notebook.run("ws.close()")


def newest(notebook):
    return int(notebook.value("ws.coalesce.runs.list(limit=1)[0].id"))


def test_stop_while_watching_ends_the_watching_at_once_and_never_the_run(notebook):
    """Case 36."""
    notebook.run("%dataexplore sandbox slow stg_stores 120 --environment dev")
    cell = notebook.start(f"{START} --watch --yes")
    notebook.follow(cell, until=is_watching)
    notebook.interrupt()
    stopped = notebook.follow(cell)
    assert stopped.seconds < 1
    number = newest(notebook)
    first, second = stopped.error.split("\n")
    assert first == "Stopped."
    assert second == (
        f"Run {number} goes on in Coalesce: %coalesce show {number} --watch watches it again, "
        f"%coalesce cancel {number} cancels it."
    )
    assert stopped.shown[-1] == "", "the line is gone"
    assert notebook.value(f"ws.coalesce.runs.get({number}).status") == "running"
    assert notebook.run(f"%coalesce cancel {number} --yes").error == ""
    assert notebook.value(f"ws.coalesce.runs.wait({number}, deadline_s=20).status") == "cancelled"


def test_one_line_tells_how_far_a_run_is_and_the_whole_run_is_the_cells_value(notebook):
    notebook.run("%dataexplore sandbox slow stg_stores 1.5 --environment dev")
    ran = notebook.run(f"{START} --watch --yes")
    assert ran.error == ""
    updates = [message for message in ran.messages if is_watching(message)]
    assert re.match(
        r"running · run \d+ · ░{10} 0 of 1 node · now stg_stores · \d\.\d s · 127\.0\.0\.1",
        updates[0]["content"]["data"]["text/plain"],
    )
    (value,) = ran.of("execute_result")
    assert value["data"]["text/plain"].startswith(f"Run {newest(notebook)}: ✓ success · refresh of dev · ")
    assert "dx-still" in value["data"]["text/html"]
    assert len(ran.of("display_data")) == 3, "the request, the start, and one line that is updated"


def test_the_line_follows_the_nodes_although_the_run_itself_says_nothing_new(notebook):
    notebook.run("%dataexplore sandbox slow stg_stores 1 --environment dev")
    notebook.run("%dataexplore sandbox slow dim_stores 2 --environment dev")
    ran = notebook.run("%coalesce start dev --include stg_stores,dim_stores --watch --yes")
    texts = [message["content"].get("data", {}).get("text/plain", "") for message in ran.messages]
    assert any("░░░░░░░░░░ 0 of 2 nodes · now stg_stores" in text for text in texts)
    assert any("█████░░░░░ 1 of 2 nodes · now dim_stores" in text for text in texts)


@pytest.mark.parametrize("answer", ["yes", " Yes "])
def test_a_typed_yes_sends_what_is_shown(answer, notebook):
    before = newest(notebook)
    question, ran = notebook.answer(START, answer)
    assert question == "Type yes to send it: "
    assert ran.error == ""
    assert ran.shown[0].startswith("Starts a run of the chosen nodes in dev.\nPOST http://127.0.0.1")
    assert f"Run {before + 1} has begun in dev." in ran.shown[1]
    assert notebook.value(f"ws.coalesce.runs.wait({before + 1}, deadline_s=20).status") == "success"


@pytest.mark.parametrize("answer", ["no", "", "y", "yes please"])
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


def test_a_front_end_without_questions_is_told_of_the_option(notebook):
    before = newest(notebook)
    ran = notebook.follow(notebook.client.execute(START, allow_stdin=False))
    assert "Nothing was sent. Nobody can answer here.\nAdd --yes" in ran.error
    assert newest(notebook) == before
