"""The filter language of the bare lists: ``name==Dev*;description==*team*``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from dataexplore.sandbox.talend import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Test = Callable[[Mapping[str, Any]], bool]

__all__ = ["compile_filter"]

# A value ends where the grammar goes on; what it needs of that is quoted, or written as %3B.
TOKEN = re.compile(
    r"""(?P<mark>[;,()])
    | (?P<name>[A-Za-z_][\w.]*) (?P<operator>==|!=)
      (?P<value>'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | [^;,()'"][^;,()]*)""",
    re.VERBOSE | re.DOTALL,
)
# Deeper than anyone writes by hand, and not so deep that reading it ends badly.
DEEPEST = 20


def compile_filter(text: str, names: Collection[str]) -> Test:
    """Make a test of an answer out of a filter; the empty one lets all pass.

    ``;`` is and and binds closer than ``,``, which is or. ``*`` stands for any text. Values are compared as
    the answer writes them; what an answer leaves out is taken as empty.

    Raises:
        Refusal: It does not parse, or names what the answers do not have (400).
    """
    return _Reader(text, names).read() if text.strip() else lambda _: True


class _Reader:
    """Reads a filter from left to right."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self._text = text
        self._names = names
        self._position = 0
        self._depth = 0

    def read(self) -> Test:
        test = self._either()
        if self._position < len(self._text):
            raise self._refuse()
        return test

    def _either(self) -> Test:
        tests = [self._all()]
        while self._take(","):
            tests.append(self._all())
        return lambda answer: any(test(answer) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._take(";"):
            tests.append(self._one())
        return lambda answer: all(test(answer) for test in tests)

    def _one(self) -> Test:
        if not self._take("("):
            return self._comparison()
        self._depth += 1
        if self._depth > DEEPEST:
            raise requests.refuse(f"The filter is nested deeper than {DEEPEST} brackets")
        test = self._either()
        if not self._take(")"):
            raise self._refuse()
        self._depth -= 1
        return test

    def _comparison(self) -> Test:
        found = TOKEN.match(self._text, self._position)
        if not found or found["mark"]:
            raise self._refuse()
        name = found["name"]
        if name not in self._names:
            raise requests.refuse(
                f"There is no {requests.show(name)} to filter by, only {', '.join(self._names)}"
            )
        self._position = found.end()
        pattern = _read_value(found["value"])
        equal = found["operator"] == "=="
        return lambda answer: (pattern.fullmatch(_find(answer, name) or "") is not None) is equal

    def _take(self, mark: str) -> bool:
        taken = self._text.startswith(mark, self._position)
        self._position += taken
        return taken

    def _refuse(self) -> Exception:
        return requests.refuse(f"The filter cannot be read from position {self._position + 1} on")


def _read_value(written: str) -> re.Pattern[str]:
    if written[0] in "'\"":
        written = re.sub(r"\\(.)", r"\1", written[1:-1], flags=re.DOTALL)
    parts = (re.escape(unquote(part)) for part in written.split("*"))
    return re.compile(".*".join(parts), re.DOTALL)


def _find(answer: Mapping[str, Any], name: str) -> str | None:
    found: Any = answer
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, bool):
        return str(found).lower()
    return None if found is None else str(found)
