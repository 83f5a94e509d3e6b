"""A real IPython shell in this process, with the extension loaded and a checked workspace behind it."""

from __future__ import annotations

import atexit
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from tests.contract.contract_transport import contract_workspace
from tests.notebook.services import serving, serving_talend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dataexplore.workspace import Workspace


@dataclass(frozen=True)
class Ran:
    """What became of a cell: the value it gave, the error it ended with, and everything that was shown."""

    value: Any
    error: BaseException | None
    text: str
    shown: list[dict[str, Any]]

    @property
    def lines(self) -> list[str]:
        """The lines of an error, as printed."""
        return self.text.strip("\n").split("\n")


@pytest.fixture(scope="session")
def ipython(tmp_path_factory) -> Iterator[InteractiveShell]:
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        InteractiveShell.clear_instance()
        shell = InteractiveShell.instance(config=config)
        shell.run_line_magic("load_ext", "dataexplore")
        yield shell
        # What it would do when Python ends, done now: its history is closed where its warnings are errors.
        atexit.unregister(shell.atexit_operations)
        shell.atexit_operations()
        InteractiveShell.clear_instance()


@pytest.fixture(scope="session")
def workspace(sandbox) -> Iterator[Workspace]:
    with contract_workspace(sandbox) as opened:
        yield opened


@pytest.fixture
def shell(ipython, workspace) -> Iterator[InteractiveShell]:
    """The shell, connected, without variables of the test before."""
    session = ipython.magics_manager.registry["DataExploreMagics"].session
    session.opened = workspace
    yield ipython
    if session.opened is not workspace:  # the test has connected to something else
        session.opened.close()
    for name in set(ipython.user_ns) - set(ipython.user_ns_hidden):
        if not name.startswith("_"):
            del ipython.user_ns[name]


@pytest.fixture
def run(shell) -> Callable[[str], Ran]:
    """Give a function that runs a cell as a notebook does."""

    def run_cell(text: str) -> Ran:
        with capture_output() as captured:
            outcome = shell.run_cell(text, store_history=True)
        shown = [output.data for output in captured.outputs]
        return Ran(outcome.result, outcome.error_in_exec, captured.stdout + captured.stderr, shown)

    return run_cell


@pytest.fixture
def connect_to_coalesce(shell):
    """Give a function that connects the shell to a Coalesce that answers by rules."""
    servers = []

    def connect(rules, **settings):
        server, opened = serving(rules, **settings)
        servers.append(server)
        shell.magics_manager.registry["DataExploreMagics"].session.opened = opened
        return server

    yield connect
    for server in servers:
        server.close()


@pytest.fixture
def connect_to_talend(shell):
    """Give a function that connects the shell to a Talend that answers by rules."""
    servers = []

    def connect(rules):
        server, opened = serving_talend(rules)
        servers.append(server)
        shell.magics_manager.registry["DataExploreMagics"].session.opened = opened
        return server

    yield connect
    for server in servers:
        server.close()
