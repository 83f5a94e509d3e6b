"""A real JupyterLab and a real Chromium, one of each for all the browser tests."""

from __future__ import annotations

import ast
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from dataexplore.embedded import Sandbox
from tests.chromium import CONTRAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / ".test-output"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
CELL_TIMEOUT_MS = 120_000
NOTEBOOK = "jupyterapp.shell.currentWidget"
# The debugging protocol's frames would weigh on what is measured.
COUNT_BYTES = """window.__received = 0;
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    const weigh = ({ data }) => window.__received += data.byteLength ?? data.size ?? data.length;
    this.addEventListener('message', weigh);
  }
};"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


class Lab:
    """A JupyterLab server with a home of its own, on a free port."""

    def __init__(self, home: Path, sandbox: Sandbox) -> None:
        self.folder = home / "notebooks"
        self.settings = home / "settings"
        self.folder.mkdir()
        self.token = secrets.token_hex(8)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self.set("notification", {"fetchNews": "false", "checkForUpdates": False})
        self._log = (home / "lab.log").open("wb")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
                *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.url.rpartition(':')[2]}"),
                *("--ServerApp.port_retries=0", f"--IdentityProvider.token={self.token}"),
                *("--expose-app-in-browser", "--JupyterNotebookApp.expose_app_in_browser=True"),
                f"--LabApp.user_settings_dir={self.settings}",
                f"--LabApp.workspaces_dir={home / 'workspaces'}",
            ],
            cwd=self.folder,
            env=_environment(home, sandbox),
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,  # a Ctrl-C at the tests ends it through stop(), kernels included
        )

    def set(self, plugin: str, values: dict[str, object]) -> None:
        file = self.settings / "@jupyterlab" / "apputils-extension" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))

    def call(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 90
        while True:
            try:
                self.call("GET", "/api/status")
            except (urllib.error.URLError, OSError):
                assert self._process.poll() is None, "JupyterLab ended while it started"
                assert time.monotonic() < deadline, "JupyterLab does not answer"
                time.sleep(0.2)
            else:
                return

    def end_kernels(self) -> None:
        for session in json.loads(self.call("GET", "/api/sessions")):
            self.call("DELETE", f"/api/sessions/{session['id']}")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def _environment(home: Path, sandbox: Sandbox) -> dict[str, str]:
    ours = ("DATAEXPLORE_", "JUPYTER", "IPYTHON", "XDG_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "HOME": str(home),
        "JUPYTER_PLATFORM_DIRS": "1",
        "DATAEXPLORE_SANDBOX_URL": sandbox.url,
        "DATAEXPLORE_SANDBOX_TOKEN": sandbox.token.reveal(),
    }


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    # A test run that is told to stop still ends its JupyterLab: SIGTERM alone would run no fixture's end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    sandbox = Sandbox.start(scale=0.01, pace=0)  # no schedule comes in between
    server = Lab(tmp_path_factory.mktemp("lab"), sandbox)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
        sandbox.stop()


@pytest.fixture(scope="session")
def page(browser: Browser, lab: Lab) -> Iterator[Page]:
    """JupyterLab in one page for all tests: loading it takes longer than most of them."""
    page = new_page(browser)
    page.goto(f"{lab.url}/lab?token={lab.token}")
    wait_until_started(page)
    yield page
    page.close()


def new_page(browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(CELL_TIMEOUT_MS)
    page.add_init_script(COUNT_BYTES)
    return page


def wait_until_started(page: Page) -> None:
    page.wait_for_function("window.jupyterapp && jupyterapp.started")
    page.evaluate("jupyterapp.restored")


class Sheet:
    """A notebook open in JupyterLab: run its cells, read what they show."""

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        self.page = page
        self.lab = lab
        self.name = name

    def open(self) -> None:
        self.command("docmanager:open", path=self.name)
        self.page.wait_for_function(f"{NOTEBOOK}?.content?.widgets?.length > 0")
        self.wait_until_idle()

    def close(self) -> None:
        """Close it and end its kernel."""
        self.page.evaluate(f"{NOTEBOOK}?.context?.model.dirty && {NOTEBOOK}.context.save()")
        self.command("application:close-all")
        self.lab.end_kernels()

    def wait_until_idle(self) -> None:
        self.page.wait_for_function(f"{NOTEBOOK}.sessionContext?.session?.kernel?.status === 'idle'")

    def change_theme(self, theme: str) -> None:
        self.command("apputils:change-theme", theme=THEMES[theme])
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=THEMES[theme])

    def write(self, index: int, code: str) -> None:
        model = f"{NOTEBOOK}.content.widgets[index].model"
        self.page.evaluate(f"([index, code]) => {model}.sharedModel.setSource(code)", [index, code])

    def value(self, expression: str) -> Any:
        """What an expression is in the kernel, asked for without a cell."""
        ask = "{ code: '', silent: true, user_expressions: { value } }"
        run = f"value => {NOTEBOOK}.sessionContext.session.kernel.requestExecute({ask}).done"
        answer = self.page.evaluate(f"{run}.then(told => told.content.user_expressions.value)", expression)
        assert answer["status"] == "ok", answer
        return ast.literal_eval(answer["data"]["text/plain"])

    def start(self, index: int) -> None:
        """Start a cell and come back at once."""
        self.page.evaluate(
            f"index => {{ {NOTEBOOK}.content.activeCellIndex = index;"
            "void jupyterapp.commands.execute('notebook:run-cell'); }",
            index,
        )

    def run(self, index: int) -> str:
        """Run a cell to its end and give the text it shows."""
        before = self._execution_count(index)
        self.start(index)
        self.page.wait_for_function(
            f"([index, before]) => {{ const cell = {NOTEBOOK}.content.widgets[index].model;"
            "return cell.executionCount !== null && cell.executionCount !== before"
            " && cell.executionState !== 'running'; }",
            arg=[index, before],
        )
        self.wait_until_idle()
        return self.text(index)

    def _execution_count(self, index: int) -> int | None:
        return self.page.evaluate(f"index => {NOTEBOOK}.content.widgets[index].model.executionCount", index)

    def command(self, name: str, **arguments: str) -> None:
        # What a command gives back, often a widget, is nothing to send over a wire.
        call = "([name, arguments]) => jupyterapp.commands.execute(name, arguments).then(() => null)"
        self.page.evaluate(call, [name, arguments])

    def output(self, index: int) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-Cell-outputWrapper")

    def text(self, index: int) -> str:
        return self.output(index).inner_text()

    def lowest_contrast(self, index: int) -> tuple[float, str]:
        """The lowest contrast of any text a cell shows, and that text."""
        contrast, text = self.output(index).evaluate(CONTRAST)
        return contrast, text

    def screenshot(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")


class Tab(Sheet):
    """A notebook open in Notebook 7, which has the page to itself."""

    def open(self) -> None:
        self.page.goto(f"{self.lab.url}/notebooks/{self.name}?token={self.lab.token}")
        wait_until_started(self.page)
        self.page.wait_for_function(f"{NOTEBOOK}?.content?.widgets?.length > 0")
        self.wait_until_idle()

    def close(self) -> None:
        """Leave it and end its kernel."""
        self.page.evaluate(f"window.jupyterapp && {NOTEBOOK}?.context?.save()")
        self.page.goto("about:blank")
        self.lab.end_kernels()


def write_notebook(lab: Lab, cells: list[str]) -> str:
    """Write cells into a new notebook and give its name."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    name = f"{secrets.token_hex(4)}.ipynb"
    nbformat.write(notebook, lab.folder / name)
    return name


class Watch:
    """What a page asks of other machines, and what it complains of in its console."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page, self.lab = page, lab
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self._listeners = {
            "request": self._look_at_request,
            "console": self._look_at_line,
            "pageerror": lambda error: self.complaints.append(str(error)),
        }
        for event, listener in self._listeners.items():
            page.on(event, listener)

    def _look_at_request(self, request: Request) -> None:
        if not request.url.startswith((self.lab.url, "data:", "blob:")):
            self.outside.append(request.url)

    def _look_at_line(self, line: ConsoleMessage) -> None:
        if line.type == "error":
            self.complaints.append(line.text)

    def forgive(self, *words: str) -> None:
        """Forget complaints with these words in them: those of the front end itself."""
        self.complaints[:] = [said for said in self.complaints if not any(word in said for word in words)]

    def end(self) -> None:
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        assert self.outside == []
        assert self.complaints == []


@pytest.fixture
def open_notebook(page: Page, lab: Lab) -> Iterator[Callable[..., Sheet]]:
    """Give a function that writes cells into a new notebook and opens it.

    The test fails if the page asked for anything outside this machine, or complained in its console.
    """
    watch = Watch(page, lab)

    def write_and_open(cells: list[str], *, theme: str = "light") -> Sheet:
        sheet = Sheet(page, lab, write_notebook(lab, cells))
        sheet.change_theme(theme)
        sheet.open()
        return sheet

    yield write_and_open
    try:
        watch.end()
    finally:
        Sheet(page, lab, "").close()


@pytest.fixture(scope="module", params=["JupyterLab", "Notebook 7"])
def desk(request: pytest.FixtureRequest, browser: Browser, lab: Lab) -> Iterator[Sheet]:
    """A connected notebook in each front end, for all tests of a module; its last cell is theirs to write."""
    cells = ["%load_ext dataexplore\n%dataexplore connect sandbox", ""]
    if request.param == "JupyterLab":
        front_end, page = Sheet, request.getfixturevalue("page")
    else:
        front_end, page = Tab, new_page(browser)
    sheet = front_end(page, lab, write_notebook(lab, cells))
    sheet.open()
    sheet.run(0)
    yield sheet
    sheet.close()


@pytest.fixture
def watch(desk: Sheet) -> Iterator[Watch]:
    yield (watch := Watch(desk.page, desk.lab))
    watch.end()


@pytest.fixture
def sheet(desk: Sheet, watch: Watch) -> Sheet:
    """The notebook of the module; the test fails as with ``open_notebook``."""
    return desk
