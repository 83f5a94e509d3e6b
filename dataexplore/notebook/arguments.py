"""The line of a magic: words, quotes and options, with errors that name the nearest option."""

from __future__ import annotations

import builtins
import difflib
import keyword
import re
from dataclasses import dataclass, field

from dataexplore.errors import InputError

__all__ = ["Line", "Option", "bindable", "parse", "whole"]

_QUOTES = "'\""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a magic.

    Attributes:
        name: its long form, with the two hyphens.
        letter: its short form, with the hyphen; empty without one.
        takes: what it takes, for the usage text; empty for a switch.
        many: whether it may be given several times.
        keeps_quotes: whether quotes around a value are handed on: they tell text from numbers.
    """

    name: str
    letter: str = ""
    takes: str = ""
    many: bool = False
    keeps_quotes: bool = False


@dataclass(slots=True)
class Line:
    """A parsed line: the plain words, and the values of each option by its long form without hyphens."""

    words: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)

    def one(self, name: str) -> str | None:
        """Give an option's value; None when it was not given."""
        return self.values[name][0] if name in self.values else None

    def has(self, name: str) -> bool:
        """Tell whether a switch was given."""
        return name in self.values

    def whole(self, name: str) -> int | None:
        """Give an option's value as a whole number; None when it was not given.

        Raises:
            InputError: it is none.
        """
        text = self.one(name)
        return None if text is None else whole(text, f"--{name}")

    def seconds(self, name: str) -> float | None:
        """Give an option's value as a number; None when it was not given.

        Raises:
            InputError: it is none.
        """
        text = self.one(name)
        try:
            return None if text is None else float(text.replace("_", ""))
        except ValueError:
            raise InputError(
                f"--{name} {text} is not a number.", f"Write --{name} 60, for example."
            ) from None


def whole(text: str, name: str) -> int:
    """Read a whole number that stands for ``name``.

    Raises:
        InputError: it is none.
    """
    try:
        return int(text.replace("_", ""))
    except ValueError:
        raise InputError(f"{name} {text} is not a whole number.", f"Write {name} 100, for example.") from None


def parse(text: str, options: tuple[Option, ...], *, paths: bool = False) -> Line:
    """Parse a magic's line.

    Values may be quoted with ``'`` or ``"``; a quote inside a word is a letter like any other (``O'Hara``).

    Args:
        text: the line.
        options: those it may have.
        paths: whether the words are paths: double quotes around a part are handed on, as they tell its ends.

    Raises:
        InputError: an unknown option, a missing or an unwanted value, an option given twice.
    """
    known = {option.name: option for option in options} | {
        option.letter: option for option in options if option.letter
    }
    line = Line()
    words = _words(text, paths=paths)
    while words:
        word = words.pop(0)
        if not word.startswith("-") or word == "-":
            line.words.append(word if paths and word[0] == '"' else _unquoted(word))
            continue
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        option = known.get(name)
        if option is None:
            raise _unknown(name, known)
        if not option.takes:
            if equals:
                raise InputError(f"{name} takes no value.", f"Write {name} alone.")
            line.values[option.name[2:]] = []
            continue
        if not equals:
            if not words or words[0] in known:
                raise InputError(f"{name} needs a value.", f"Write {name} {option.takes}.")
            value = words.pop(0)
        _add(line, option, value if option.keeps_quotes else _unquoted(value))
    return line


def _add(line: Line, option: Option, value: str) -> None:
    values = line.values.setdefault(option.name[2:], [])
    if values and not option.many:
        raise InputError(f"{option.name} stands twice.", "Give it once.")
    values.append(value)


def _words(text: str, *, paths: bool) -> list[str]:
    """Split at blanks, except inside a quoted part that begins a word or follows its first ``=``.

    In a path the double quotes around any part keep its blanks.
    """
    quotes = "'" if paths else _QUOTES
    words = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        start = position
        # NAME= or --option= may stand before the quote.
        prefix = re.compile(r"[\w-]+=").match(text, position)
        opening = prefix.end() if prefix else position
        if opening < len(text) and text[opening] in quotes:
            position = _closing(text, opening) + 1
        while position < len(text) and not text[position].isspace():
            closing = text.find('"', position + 1) if paths and text[position] == '"' else -1
            position = max(position, closing) + 1
        words.append(text[start:position])
    return words


def _closing(text: str, opening: int) -> int:
    """Find the quote that closes a part: the first of its kind before a blank or the end."""
    for place in range(opening + 1, len(text)):
        if text[place] == text[opening] and (place + 1 == len(text) or text[place + 1].isspace()):
            return place
    raise InputError(
        f"A quote in {text[opening : opening + 40]!r} is not closed.", "Close it before a blank."
    )


def _unquoted(word: str) -> str:
    if len(word) > 1 and word[0] in _QUOTES and word[-1] == word[0]:
        return word[1:-1]
    return word


def _unknown(name: str, known: dict[str, Option]) -> InputError:
    near = difflib.get_close_matches(name, known, n=1)
    all_known = f"Known: {', '.join(sorted(known))}." if known else "There are none here."
    hint = f"Did you mean {near[0]}?" if near else all_known
    return InputError(f"There is no option {name}.", hint)


def bindable(name: str) -> str:
    """Check that a result may be bound to ``name`` and give it back.

    Raises:
        InputError: it is no identifier, or it would hide a builtin.
    """
    if keyword.iskeyword(name):
        raise InputError(f"{name} is a word of Python's own.", f"Use {name}_df, for example.")
    if not name.isidentifier():
        plain = re.sub(r"\W", "_", name).strip("_")
        near = f"Use {plain}, for example." if plain.isidentifier() else "Use letters, digits and _."
        raise InputError(f"{name!r} cannot be a variable's name.", near)
    if hasattr(builtins, name):
        raise InputError(f"{name} would hide Python's own {name}.", f"Use {name}_df, for example.")
    return name
