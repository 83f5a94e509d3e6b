"""A failed cell prints its few lines: in every exception mode, in a terminal too, and never the token."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dataexplore.errors import DataExploreError, InputError
from dataexplore.notebook.failures import CellFailed, lines_of

MODES = ("Plain", "Context", "Verbose", "Minimal", "Docs")
FAULTS = {
    "refused": "%%coginiti\nselect nothing_here",
    "unknown connection": "%%coginiti -c nowhere\nselect 1",
    "unknown option": "%%coginiti --lmit 5\nselect 1",
    "deadline": "%%coginiti --deadline 0.2\nselect count(*) from range(1000000000000)",
    "no profile": "%dataexplore connect nothing",
}


@pytest.fixture
def mode(shell, request):
    shell.run_line_magic("xmode", request.param)
    yield request.param
    shell.run_line_magic("xmode", "Context")


@pytest.mark.parametrize("mode", MODES, indirect=True)
@pytest.mark.parametrize("cell", FAULTS.values(), ids=FAULTS)
def test_a_failed_cell_prints_its_lines_and_no_traceback(mode, cell, run, sandbox):
    ran = run(cell)
    assert isinstance(ran.error, CellFailed)
    assert ran.text.strip("\n").split("\n") == ran.error.lines
    assert len(ran.error.lines) <= 6
    assert sandbox.token.reveal() not in ran.text


def test_tb_prints_the_same_lines_again(run):
    first = run(FAULTS["refused"])
    assert run("%tb").text.strip() == first.text.strip()


@pytest.mark.parametrize("mode", ["Verbose"], indirect=True)
def test_a_traceback_of_ours_through_python_shows_no_token_either(mode, run, shell, sandbox):
    shell.user_ns["ws"] = shell.magics_manager.registry["DataExploreMagics"].session.workspace
    for statement in (
        "ws.coginiti.sql('select nothing_here')",
        "ws.coginiti.sql('select 1', connection='nowhere')",
    ):
        ran = run(statement)
        assert "Traceback" in ran.text
        assert sandbox.token.reveal() not in ran.text


def test_lines_are_one_to_six_and_hide_nothing():
    error = DataExploreError("What\nhappened.\n\n", "Do \x1b[31mthis.")
    assert lines_of(error) == ["What", "happened.", "Do \\x1b[31mthis."]
    assert len(lines_of(InputError("\n".join("line" for _ in range(50)), "fix"))) == 6


def test_a_terminal_prints_the_lines_alone(tmp_path, sandbox):
    """The terminal's shell has another way of showing errors than the notebook's."""
    run = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=nocolor", "--simple-prompt", "--no-banner", "-i"],
        input="%load_ext dataexplore\n%dataexplore connect sandbox\n%xmode Verbose\n%coginiti lst\n",
        env={
            "PATH": "",
            "HOME": str(tmp_path),
            "IPYTHONDIR": str(tmp_path),
            "DATAEXPLORE_SANDBOX_URL": sandbox.url,
            "DATAEXPLORE_SANDBOX_TOKEN": sandbox.token.reveal(),
        },
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "%coginiti has no verb 'lst'." in run.stdout
    assert "authorised" in run.stdout
    assert "Traceback" not in run.stdout + run.stderr
    assert sandbox.token.reveal() not in run.stdout + run.stderr
