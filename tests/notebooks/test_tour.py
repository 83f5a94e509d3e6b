from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from dataexplore.cli import demo
from dataexplore.embedded import Sandbox

NOTEBOOKS = sorted(demo.tour().glob("*.ipynb"))
MIB = 2**20
PEAK = "from pathlib import Path\nprint(Path('/proc/self/status').read_text())"

pytestmark = pytest.mark.kernel


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_of_the_tour_runs_within_the_memory_that_binder_gives(file):
    notebook = nbformat.read(file, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
    sandbox = Sandbox.start(pace=0)  # no schedule comes in between
    try:
        environment = os.environ | {
            "DATAEXPLORE_SANDBOX_URL": sandbox.url,
            "DATAEXPLORE_SANDBOX_TOKEN": sandbox.token.reveal(),
        }
        assert demo.execute(notebook, environment) == ""
        serving = peak_bytes(Path(f"/proc/{sandbox.pid}/status").read_text())
    finally:
        sandbox.stop()
    kernel = peak_bytes(notebook.cells[-1].outputs[0].text)
    assert kernel + serving < 1024 * MIB, f"kernel {kernel / MIB:.0f} MiB, sandbox {serving / MIB:.0f} MiB"


def peak_bytes(status: str) -> int:
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_is_committed_without_outputs_and_without_a_machine_in_it(file):
    notebook = nbformat.read(file, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"


def test_the_check_of_the_demo_runs_the_first_notebook_and_says_what_came():
    command = [sys.executable, "-m", "dataexplore.cli", "demo", "--check"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=250)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("01-sql.ipynb: ")
    assert ended.stdout.endswith(" rows came\n")
