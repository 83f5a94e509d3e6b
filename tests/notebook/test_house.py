"""``%dataexplore``: connect and doctor."""

from __future__ import annotations

import pytest

from dataexplore.notebook.failures import CellFailed


@pytest.fixture(autouse=True)
def _sandbox_of_the_environment(sandbox, monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_SANDBOX_URL", sandbox.url)
    monkeypatch.setenv("DATAEXPLORE_SANDBOX_TOKEN", sandbox.token.reveal())


def test_connect_shows_one_line_a_service(run, sandbox):
    ran = run("%dataexplore connect sandbox")
    assert ran.error is None
    lines = ran.shown[0]["text/plain"].splitlines()
    assert lines[0].startswith(f"✓ coginiti  {sandbox.url.removeprefix('http://')} · authorised · ")
    assert len(lines) == 4
    assert sandbox.token.reveal() not in str(ran.shown)


def test_a_failed_connect_leaves_the_old_connection(run):
    run("%dataexplore connect sandbox")
    ran = run("%dataexplore connect sandbx")
    assert isinstance(ran.error, CellFailed)
    assert "Did you mean 'sandbox'?" in ran.text
    assert run("%%coginiti\nselect 1 as one").error is None


def test_doctor_checks_and_with_sql_tries_a_statement(run):
    run("%dataexplore connect sandbox")
    assert len(run("%dataexplore doctor").shown[0]["text/plain"].splitlines()) == 4
    assert "select 1 works on warehouse" in run("%dataexplore doctor --sql").shown[0]["text/plain"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "%dataexplore needs a verb."),
        ("conect sandbox", "Verbs: connect"),
        ("connect a b", "Verbs: connect"),
        ("connect --token abc", "There is no option --token."),
        ("doctor --sq", "Did you mean --sql?"),
    ],
)
def test_a_wrong_line_is_told_in_a_few_words(line, expected, run):
    ran = run(f"%dataexplore {line}")
    assert isinstance(ran.error, CellFailed)
    assert expected in ran.text
    assert len(ran.lines) <= 2
