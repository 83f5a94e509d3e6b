from __future__ import annotations

import re
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

from dataexplore.cli import demo

pytestmark = pytest.mark.kernel


def notebook_of(*sources: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])


def test_the_tour_of_a_clone_is_its_notebooks_folder():
    assert demo.tour() == Path(__file__).parents[2] / "notebooks"
    assert (demo.tour() / demo.FIRST).exists()


def test_a_notebook_that_works_has_no_trouble_and_its_rows_are_counted(environment):
    notebook = notebook_of(
        "%load_ext dataexplore",
        "%dataexplore connect sandbox",
        "%%coginiti\nselect * from range(1200)",
        "%%coginiti other\nselect * from range(34)",
    )
    assert demo.execute(notebook, environment) == ""
    assert demo.rows(notebook) == 1234


def test_a_cell_that_fails_is_named_with_its_error(environment):
    trouble = demo.execute(notebook_of("1", "1 / 0", "2"), environment)
    assert trouble == "cell [2] failed: ZeroDivisionError: division by zero"


def test_an_error_on_purpose_is_no_trouble_but_its_absence_is(environment):
    notebook = notebook_of("1 / 0", "2")
    for cell in notebook.cells:
        cell.metadata["tags"] = ["raises-exception"]
    assert demo.execute(notebook, environment) == "cell [2] was meant to show an error, and did not"


def test_a_kernel_that_dies_is_told(environment):
    trouble = demo.execute(
        notebook_of("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"), environment
    )
    assert "kernel" in trouble.lower()


def test_the_demo_serves_the_tour_with_a_sandbox_and_ends_with_both(start, environment):
    bare = {name: value for name, value in environment.items() if not name.startswith("DATAEXPLORE_")}
    process = start("demo", "--no-browser", env=bare)
    address = re.compile(rb"http://127\.0\.0\.1:\d+/lab/tree/01-sql\.ipynb\?token=\w+")
    found = next(filter(None, map(address.search, iter(process.stderr.readline, b""))), None)
    assert found is not None
    assert "JupyterLab" in page_at(found[0].decode())
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 0


def page_at(url: str) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as page:
                return page.read().decode()
        except urllib.error.URLError:  # it writes its address down before it listens
            assert time.monotonic() < deadline
            time.sleep(0.1)
