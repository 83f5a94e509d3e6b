"""Which nodes a text selects: ``{ location: "MARTS" name: "fact_orders" } OR { name: "dim_stores" }``."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Selector", "parse", "write"]

TOKEN = re.compile(
    r"""
    \s+ | (?P<brace>[{}]) | (?P<colon>:) | (?P<comma>,) | (?P<word>[^\s{}:,"]+)
    | "(?P<quoted>(?:[^"\\]|\\.)*)"
    """,
    re.VERBOSE | re.DOTALL,
)
KEYS = ("location", "name")
EXCERPT = 20


@dataclass(frozen=True, slots=True)
class Selector:
    """Pairs of a location and a name; None is any. Without a pair it selects nothing."""

    pairs: tuple[tuple[str | None, str | None], ...]

    def matches(self, location: str, name: str) -> bool:
        """Tell whether a node is selected."""
        return any(where in (None, location) and what in (None, name) for where, what in self.pairs)


def parse(text: str) -> Selector:
    """Read a selector; a blank text is one without a pair.

    Raises:
        ValueError: It is none; in one sentence that tells the place.
    """
    reader = _Reader(text)
    pairs: list[tuple[str | None, str | None]] = []
    while reader.kind != "end":
        if pairs:
            reader.take_word("OR")
        pairs.append(_read_pair(reader))
    return Selector(tuple(pairs))


def write(pairs: list[tuple[str, str]]) -> str:
    """Write the selector of these locations and names."""
    return " OR ".join(f"{{ location: {_quote(where)} name: {_quote(what)} }}" for where, what in pairs)


class _Reader:
    """The pieces of a text, one after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = 0
        self.kind = ""
        self.value = ""
        self.go_on()

    def go_on(self) -> None:
        while True:
            self._start = self._next
            if self._start == len(self._text):
                self.kind, self.value = "end", ""
                return
            found = TOKEN.match(self._text, self._start)
            if found is None:
                raise self.wrong("a closing quote")
            self._next = found.end()
            if found.lastgroup:
                self.kind, self.value = found.lastgroup, str(found[found.lastgroup])
                return

    def take(self, kind: str, value: str) -> None:
        if (self.kind, self.value) != (kind, value):
            raise self.wrong(repr(value))
        self.go_on()

    def take_word(self, word: str) -> None:
        if self.kind != "word" or self.value.upper() != word:
            raise self.wrong(word)
        self.go_on()

    def wrong(self, expected: str) -> ValueError:
        found = repr(self._text[self._start :][:EXCERPT]) if self._start < len(self._text) else "the end"
        return ValueError(
            f"The selector cannot be read at character {self._start + 1}: {found} stands where {expected} "
            "should."
        )


def _read_pair(reader: _Reader) -> tuple[str | None, str | None]:
    reader.take("brace", "{")
    found: dict[str, str] = {}
    while (reader.kind, reader.value) != ("brace", "}"):
        key = reader.value.lower()
        missing = [one for one in KEYS if one not in found]
        if reader.kind != "word" or key not in missing:
            raise reader.wrong(" or ".join([f"{one}:" for one in missing] + (["'}'"] if found else [])))
        reader.go_on()
        reader.take("colon", ":")
        if reader.kind not in ("quoted", "word"):
            raise reader.wrong(f"the {key}")
        found[key] = re.sub(r"\\(.)", r"\1", reader.value) if reader.kind == "quoted" else reader.value
        reader.go_on()
        if reader.kind == "comma":
            reader.go_on()
    if not found:
        raise reader.wrong("location: or name:")
    reader.go_on()
    return found.get("location"), found.get("name")


def _quote(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
