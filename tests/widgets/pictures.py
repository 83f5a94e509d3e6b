"""A widget in a bare page: the page's side of it, and how a person handles it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chromium import CONTRAST

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from dataexplore.widgets.graph import LineageWidget

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / ".test-output"
# The variables that JupyterLab's two themes set, as far as the widget reads them.
THEMES = {
    "light": {
        "--jp-layout-color0": "#ffffff",
        "--jp-layout-color1": "#ffffff",
        "--jp-ui-font-color0": "rgba(0, 0, 0, 1)",
        "--jp-border-color2": "#e0e0e0",
        "--jp-brand-color1": "#1976d2",
    },
    "dark": {
        "--jp-layout-color0": "#111111",
        "--jp-layout-color1": "#212121",
        "--jp-ui-font-color0": "rgba(255, 255, 255, 1)",
        "--jp-border-color2": "#424242",
        "--jp-brand-color1": "#2196f3",
    },
}
TRAITS = ("scene", "live", "height", "selected", "path", "focus", "status", "busy", "notice")
# The front end's side of a model, as anywidget gives it to a module, and a door for the test.
PAGE = """async ([module, style, state]) => {
  const decoded = value => Array.isArray(value) ? value
    : value && typeof value === 'object'
    ? 'base64' in value ? new DataView(Uint8Array.from(atob(value.base64), c => c.charCodeAt(0)).buffer)
      : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, decoded(each)]))
    : value;
  const held = Object.fromEntries(Object.entries(state).map(([key, value]) => [key, decoded(value)]));
  const listeners = {}, sent = [], changed = {};
  const put = (name, value) => {
    held[name] = value;
    (listeners['change:' + name] ?? []).slice().forEach(each => each());
  };
  const model = {
    get: name => held[name],
    set: (name, value) => { changed[name] = value; put(name, value); },
    save_changes() {},
    on: (event, run) => (listeners[event] ??= []).push(run),
    off: (event, run) => listeners[event] = (listeners[event] ?? []).filter(each => each !== run),
    send: message => sent.push(message),
  };
  document.head.append(Object.assign(document.createElement('style'), { textContent: style }));
  const { default: widget } = await import(
    window.module = URL.createObjectURL(new Blob([module], { type: 'text/javascript' })));
  const el = document.querySelector('#el');
  window.started = performance.now();
  window.cleanup = widget.render({ model, el });
  window.take = () => ({ sent: sent.splice(0), changed: Object.fromEntries(Object.keys(changed).map(key => {
    const value = changed[key]; delete changed[key]; return [key, value]; })) });
  window.receive = (state) => {
    const values = Object.entries(state).map(([name, value]) => [name, decoded(value)]);
    for (const [name, value] of values) held[name] = value;
    for (const [name] of values) (listeners['change:' + name] ?? []).slice().forEach(each => each());
  };
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  window.painted = performance.now() - window.started;
  window.root = document.querySelector('.dx-lineage');
  window.hook = window.root?.__dataexplore;
}"""


class Picture:
    """A widget in a page: what it shows, and how a person handles it."""

    def __init__(self, page: Page, widget: LineageWidget) -> None:
        self.page = page
        self.widget = widget
        self.sent: list[dict] = []
        self._known = {name: getattr(widget, name) for name in TRAITS}

    def hook(self, call: str, argument: object = None):
        return self.page.evaluate(f"argument => hook.{call}", argument)

    def card(self, name: str) -> dict:
        """The card whose path ends so."""
        return next(card for card in self.hook("cards()") if card["path"].endswith(name))

    def names(self) -> set[str]:
        return {card["path"].rpartition(".")[2] for card in self.hook("cards()")}

    def state(self) -> dict:
        return self.hook("state()")

    def lit(self) -> set[str]:
        return {card["path"].rpartition(".")[2] for card in self.hook("cards()") if card["lit"]}

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def click_at(self, x: float, y: float, *modifiers: str) -> None:
        box = self.page.locator(".dx-canvas").bounding_box()
        for modifier in modifiers:
            self.page.keyboard.down(modifier)
        self.page.mouse.click(box["x"] + x, box["y"] + y)
        for modifier in modifiers:
            self.page.keyboard.up(modifier)

    def click_card(self, name: str, *modifiers: str) -> None:
        card = self.card(name)
        self.click_at(card["x"] + card["width"] * 0.4, card["y"] + 15, *modifiers)

    def open_card(self, name: str) -> None:
        card = self.card(name)
        self.click_at(card["x"] + card["width"] - 12, card["y"] + 15)

    def click_row(self, name: str, row: str, *modifiers: str) -> None:
        found = next(each for each in self.card(name)["rows"] if each["name"] == row)
        self.click_at(found["x"], found["y"], *modifiers)

    def click_handle(self, name: str, side: str) -> None:
        card = self.card(name)
        self.click_at(card["x"] - 8 if side == "up" else card["x"] + card["width"] + 8, card["y"] + 20)

    def button(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def exchange(self) -> None:
        """Carry what the page set and sent to Python, and what Python changed to the page."""
        taken = self.page.evaluate("take()")
        if taken["changed"]:
            self.widget.set_state(taken["changed"])
            self._known |= {name: getattr(self.widget, name) for name in taken["changed"]}
        for message in taken["sent"]:
            self.sent.append(message)
            self.widget._handle_custom_msg(message, [])
        self.push()

    def push(self) -> None:
        changed = {name: getattr(self.widget, name) for name in TRAITS}
        changed = {name: value for name, value in changed.items() if value != self._known[name]}
        self._known |= changed
        if changed:
            self.page.evaluate("state => receive(state)", wire(changed))
            self.frame()

    def frame(self) -> None:
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def lowest_contrast(self) -> tuple[float, str]:
        """The lowest contrast of any text outside the canvas that can be pressed or read, and that text."""
        contrast, text = self.page.locator(".dx-lineage").evaluate(CONTRAST)
        return contrast, text

    def theme(self, name: str) -> None:
        set_theme(self.page, name)

    def screenshot(self, name: str) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"widget-{name}.png")


def wire(state):
    """State as JSON, its buffers in base64."""
    return json.loads(json.dumps(state, default=lambda value: {"base64": base64.b64encode(value).decode()}))


def put(page: Page, widget: LineageWidget, *, theme: str = "light", state: dict | None = None) -> Picture:
    """Show a widget in a page, in place of what the page shows."""
    page.goto("about:blank")
    page.set_content("<!doctype html><body><div id=el></div></body>")
    set_theme(page, theme)
    traits = {name: getattr(widget, name) for name in TRAITS} | {"_esm": widget._esm, "_css": widget._css}
    page.evaluate(PAGE, [widget._esm, widget._css, wire(traits | (state or {}))])
    return Picture(page, widget)


def set_theme(page, name):
    page.evaluate(
        "([values, dark]) => { for (const [name, value] of Object.entries(values))"
        " document.documentElement.style.setProperty(name, value);"
        " document.body.style.background = values['--jp-layout-color0'];"
        " document.body.dataset.jpThemeLight = String(!dark); }",
        [THEMES[name], name == "dark"],
    )
