"""The Chromium of this machine, and how well the text it shows stands out."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

__all__ = ["CONTRAST", "chromium"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Nothing but this machine has an address. Playwright's interception would switch the cache off as well.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# The lowest contrast of any text below an element that is shown and enabled, as WCAG 2 defines it; Jupyter's
# own `[2]:` is not ours.
CONTRAST = """root => {
  const numbers = colour => {
    const parts = [...colour.match(/[\\d.e-]+/g).map(Number), 1].slice(0, 4);
    return colour.startsWith('color(') ? [...parts.slice(0, 3).map(part => part * 255), parts[3]] : parts;
  };
  const over = ([r, g, b, alpha], below) => [r, g, b].map((part, i) => part * alpha + below[i] * (1 - alpha));
  const background = element => element === null ? [255, 255, 255]
    : over(numbers(getComputedStyle(element).backgroundColor), background(element.parentElement));
  const luminance = colour => colour.map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let lowest = [21, ''];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
    if (element.closest(':disabled, .jp-OutputPrompt')) continue;
    const below = background(element);
    const pair = [over(numbers(getComputedStyle(element).color), below), below].map(luminance);
    const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (contrast < lowest[0]) lowest = [contrast, walker.currentNode.data];
  }
  return lowest;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The Chromium of this machine; without one the test skips and says so, or fails if told to."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = f"No browser is installed: none of {', '.join(NAMES)} is on the PATH."
        (pytest.fail if os.environ.get("DATAEXPLORE_REQUIRE_BROWSER") else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
