"""The token is looked for wherever a notebook leaves traces. It must be nowhere."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import nbformat
import pytest

pytestmark = pytest.mark.kernel

MODES = ("Plain", "Context", "Verbose", "Minimal", "Docs")
FAULTS = (
    "%%coginiti\nselect nothing_here",
    "%%coginiti -c nowhere\nselect 1",
    "%%coginiti -c broken\nselect 1",
    "%%coginiti --deadline 0.2\nselect count(*) from range(1000000000000)",
    "%%coginiti --token x\nselect 1",
    "ws.coginiti.sql('select nothing_here')",
    "ws.coginiti.sql('select count(*) from range(1000000000000)', deadline_s=0.2)",
    # An error of the reader's own, raised from inside the HTTP library's frames.
    "ws.coginiti.sql('select count(*) from range(1000000000000)', on_progress=lambda *_: 1 / 0)",
    "gone.coginiti.sql('select 1', deadline_s=0.2)",
    "ws.coginiti.client.exec_sql('select 1', connection=object())",
    "import pickle; pickle.dumps(ws.token('coginiti'))",
    "ws, ws.profile, vars(ws), ws.session('coginiti'), ws.token('coginiti'), f'{ws.token(\"coginiti\")}'",
)
SETUP = """
%load_ext dataexplore
%dataexplore connect sandbox
import logging, dataexplore
from dataexplore.secret import Secret
from dataexplore.settings import sandbox_profile
from dataexplore.workspace import Workspace
logging.basicConfig(level=logging.DEBUG)
logging.getLogger("asyncio").setLevel(logging.WARNING)
ws = dataexplore.connect("sandbox")
gone = Workspace(sandbox_profile("http://127.0.0.1:1", ws.token("coginiti")[0]))
"""


def forms_of(token):
    """The token as it is, in a URL, and in base64 wherever it begins in a group of three bytes."""
    # The ends depend on what stands beside it, so they are left out.
    encoded = {base64.b64encode(b"x" * shift + token.encode()).decode()[4:-4] for shift in range(3)}
    return {token, quote(token), quote(token, safe=""), *encoded}


def saved(cells):
    """The notebook file with these cells and their outputs."""
    document = nbformat.v4.new_notebook()
    for code, ran in cells:
        outputs = [
            nbformat.v4.output_from_msg(message)
            for message in ran.messages
            if message["msg_type"] in {"display_data", "execute_result", "stream", "error"}
        ]
        document.cells.append(nbformat.v4.new_code_cell(code, outputs=outputs))
    return nbformat.writes(document)


def is_in(text, token):
    return any(form in text for form in forms_of(token))


def test_the_search_finds_a_token_in_each_of_its_forms():
    token = "canary/+token=with?marks"
    for form in (
        f"Bearer {token}",
        quote(f"Bearer {token}"),
        base64.b64encode(f"Bearer {token}".encode()).decode(),
    ):
        assert is_in(f"before{form}after", token)


def test_the_token_is_nowhere_a_notebook_leaves_traces(fresh, environment, sandbox, running, eventually):
    notebook = fresh()
    cells = [(SETUP, notebook.run(SETUP))]
    assert cells[0][1].error == ""
    for mode in MODES:
        cells += [(code, notebook.run(code)) for code in (f"%xmode {mode}", *FAULTS)]
    failed = sum(bool(ran.error) for _, ran in cells)
    assert failed == len(MODES) * (len(FAULTS) - 1)  # the last one only shows things
    notebook.run("%xmode Verbose")
    stopped = notebook.start("ws.coginiti.sql('select count(*) from range(1000000000000)')")
    eventually(running)
    notebook.interrupt()
    cells += [("stopped", notebook.follow(stopped)), ("In", notebook.run("In"))]
    notebook.close()
    history = Path(environment["IPYTHONDIR"]).rglob("history.sqlite*")
    traces = {
        "messages": json.dumps([message for _, ran in cells for message in ran.messages], default=str),
        "notebook": saved(cells),
        "history": "".join(file.read_bytes().decode("latin-1") for file in history),
    }
    assert "DEBUG:httpcore" in traces["messages"]
    assert "KeyboardInterrupt" in traces["notebook"]
    assert "nothing_here" in traces["history"]
    assert {place for place, text in traces.items() if is_in(text, sandbox.token.reveal())} == set()
