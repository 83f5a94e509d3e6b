"""The command `demo`: the tour in JupyterLab with the sandbox behind it, or its check without a browser."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import dataexplore
from dataexplore.embedded import Sandbox
from dataexplore.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbformat import NotebookNode

__all__ = ["check", "execute", "open_lab", "rows", "sandbox_environment", "tour"]

FIRST = "01-sql.ipynb"
CELL_TIMEOUT_S = 120
ON_PURPOSE = "raises-exception"  # the tag Jupyter knows for a cell that shows an error


def tour() -> Path:
    """Give the folder of the tour's notebooks: the one of this clone, or the copy inside the package."""
    package = Path(dataexplore.__file__).parent
    return package.parent / "notebooks" if (package.parent / "pyproject.toml").exists() else package / "tour"


def open_lab(*, port: int | None = None, browser: bool = True) -> int:
    """Open the tour in JupyterLab, wait for its end and give its exit status.

    Without a clone the notebooks are copied to ``dataexplore-tour`` first, because they will be edited; what
    is there already stays as it is.

    Raises:
        ConfigError: JupyterLab is not installed.
        SandboxError: the sandbox did not start.
    """
    _require("jupyterlab")
    folder = tour()
    if folder.name == "tour":
        mine = Path("dataexplore-tour")
        if not mine.exists():
            shutil.copytree(folder, mine)
        folder = mine
    command = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url=/lab/tree/{FIRST}"]
    if port is not None:
        command.append(f"--ServerApp.port={port}")
    if not browser:
        command.append("--no-browser")
    if os.name == "posix" and os.geteuid() == 0:
        command.append("--allow-root")  # a container's only user; it listens on loopback and wants a token
    with sandbox_environment() as environment:
        return _wait(subprocess.Popen(command, cwd=folder, env=environment))  # noqa: S603 - no shell


def check() -> int:
    """Run the tour's first notebook in a kernel, print what came, and give 0 when all of it worked.

    Raises:
        ConfigError: what a kernel needs is not installed.
        SandboxError: the sandbox did not start.
    """
    _require("nbclient")
    import nbformat  # noqa: PLC0415 - an extra, just looked for

    notebook = nbformat.read(tour() / FIRST, as_version=4)  # type: ignore[no-untyped-call] # it has none
    with sandbox_environment() as environment:
        trouble = execute(notebook, environment)
    if trouble:
        print(f"{FIRST}: {trouble}", file=sys.stderr)
        return 1
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    print(f"{FIRST}: {cells} cells ran, {rows(notebook):,} rows came")
    return 0


@contextlib.contextmanager
def sandbox_environment() -> Iterator[dict[str, str]]:
    """Start a sandbox and give the environment in which ``%dataexplore connect sandbox`` finds it."""
    sandbox = Sandbox.start()
    try:
        yield {
            **os.environ,
            "DATAEXPLORE_PROFILE": "sandbox",  # what connect() and a terminal in the demo take without a name
            "DATAEXPLORE_SANDBOX_URL": sandbox.url,
            "DATAEXPLORE_SANDBOX_TOKEN": sandbox.token.reveal(),
        }
    finally:
        sandbox.stop()


def execute(notebook: NotebookNode, environment: Mapping[str, str]) -> str:
    """Run all cells of ``notebook`` in a kernel of their own; the outputs are put into it.

    Gives what went wrong first, or nothing. A cell tagged ``raises-exception`` has to end in an error.
    """
    from nbclient import NotebookClient, exceptions  # noqa: PLC0415 - an extra

    ended = ""
    with tempfile.TemporaryDirectory(prefix="dataexplore-") as folder:
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT_S,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=ERROR"],  # a kernel on loopback warns that nothing is encrypted
        )
        try:
            client.execute(env=dict(environment))
        except (exceptions.CellControlSignal, exceptions.DeadKernelError) as error:
            ended = f"The kernel gave up: {type(error).__name__}: {error}"
    code = (cell for cell in notebook.cells if cell.cell_type == "code")
    troubles = ((number, _trouble(cell)) for number, cell in enumerate(code, start=1))
    return next((f"cell [{number}] {trouble}" for number, trouble in troubles if trouble), ended)


def rows(notebook: NotebookNode) -> int:
    """Count the rows that the results in an executed notebook report."""
    from dataexplore.notebook.progress import RESULT_TYPE as RESULT  # noqa: PLC0415 - imports IPython

    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return sum(output.data[RESULT]["rows"] for output in outputs if RESULT in output.get("data", {}))


def _trouble(cell: NotebookNode) -> str:
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    if ON_PURPOSE in cell.metadata.get("tags", []):
        return "" if errors else "was meant to show an error, and did not"
    return f"failed: {errors[0].ename}: {errors[0].evalue}" if errors else ""


def _require(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise ConfigError(
            f"The demo needs {module}, which is not installed.",
            "Install it with `pip install 'jupyter-dataexplore[demo]'`.",
        )


def _wait(lab: subprocess.Popen[bytes]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: lab.terminate())
    while True:
        # Ctrl-C reaches JupyterLab as well, which asks whether to stop; the sandbox stays until it has.
        with contextlib.suppress(KeyboardInterrupt):
            status = lab.wait()
            return status if status >= 0 else 128 - status
