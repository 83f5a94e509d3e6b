"""The `$name` placeholders of a statement, and the finished SQL with a typed literal in each one's place."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dataexplore.errors import InputError
from dataexplore.query.dialects import NAME_IT, grammar
from dataexplore.query.literals import SEVERAL, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlglot.tokens import Tokenizer

__all__ = ["Rendered", "Splice", "given", "literal", "names", "render", "typed"]

_NAME = re.compile(r"(?<![\w$])\$(?P<name>[^\W\d]\w*)(?![\w$])")
_BLOCK_MARK = re.compile(r"/\*|\*/")


class Splice(NamedTuple):
    """Where a placeholder stood in the template, and where its literal stands in the SQL."""

    template_start: int
    template_end: int
    sql_start: int
    sql_end: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A statement ready to be sent, and what it was made of.

    Attributes:
        sql: the finished text.
        template: what the user wrote.
        values: the values used, by name.
        literals: the text each of them became, by name.
        splices: the places, in order.
    """

    sql: str
    template: str
    values: Mapping[str, object]
    literals: Mapping[str, str]
    splices: tuple[Splice, ...] = ()

    def origin(self, offset: int) -> int:
        """The offset in ``template`` of an offset in ``sql``; inside a literal, that of its placeholder."""
        shift = 0
        for splice in self.splices:
            if offset < splice.sql_start:
                break
            if offset < splice.sql_end:
                return splice.template_start
            shift = splice.template_end - splice.sql_end
        return offset + shift


class _Span(NamedTuple):
    kind: str  # "name", "quoted" or "other"
    start: int
    end: int
    text: str  # the name, or the whole span


def names(sql: str, dialect: str | None) -> tuple[str, ...]:
    """The names of the ``$name`` placeholders, each once, in order of first appearance.

    Example:
        >>> names("select '$a', $b from t where x > $c and y < $b", "duckdb")
        ('b', 'c')
    """
    return tuple(dict.fromkeys(span.text for span in _spans(sql, dialect) if span.kind == "name"))


def render(sql: str, values: Mapping[str, object], dialect: str | None) -> Rendered:
    """Put a typed literal in the place of each ``$name``; every other character stays as it is.

    ``values`` may look its names up on demand: only the names found in the text are asked for. All
    missing ones are told in one InputError.

    Example:
        >>> render("select * from t where who = $who", {"who": "O'Hara"}, "duckdb").sql
        "select * from t where who = 'O''Hara'"
    """
    spans = list(_spans(sql, dialect))
    found = tuple(dict.fromkeys(span.text for span in spans if span.kind == "name"))
    _refuse_missing([name for name in found if name not in values], values)
    if dialect is None and any(match["name"] in values for match in _NAME.finditer(sql)):
        _refuse_ambiguous(spans)
    _refuse_quoted(spans, values)
    used = {name: values[name] for name in found}
    literals = {name: _literal(name, value, dialect) for name, value in used.items()}
    pieces: list[str] = []
    splices: list[Splice] = []
    done = length = 0
    for span in spans:
        if span.kind != "name":
            continue
        text = _fitting(sql, span, literals[span.text], used[span.text])
        start = length + span.start - done
        length = start + len(text)
        pieces += sql[done : span.start], text
        splices.append(Splice(span.start, span.end, start, length))
        done = span.end
    return Rendered("".join(pieces) + sql[done:], sql, used, literals, tuple(splices))


def _refuse_missing(missing: Sequence[str], values: Mapping[str, object]) -> None:
    if not missing:
        return
    one = len(missing) == 1
    near = [match for name in missing for match in get_close_matches(name, list(values), 1)]
    hint = f" Did you mean {' and '.join(f'${name}' for name in dict.fromkeys(near))}?" if near else ""
    raise InputError(
        f"{', '.join(f'${name}' for name in missing)} {'has' if one else 'have'} no value.{hint}",
        f"Pass {' '.join(f'-p {name}=VALUE' for name in missing)}, "
        f"or set {'a variable of that name' if one else 'variables of these names'}.",
    )


def _refuse_ambiguous(spans: Sequence[_Span]) -> None:
    if any(span.kind == "quoted" and span.text.endswith("\\'") for span in spans):
        raise InputError(
            "Where a text with \\' in it ends depends on the database, and the dialect is unknown.", NAME_IT
        )


def _refuse_quoted(spans: Sequence[_Span], values: Mapping[str, object]) -> None:
    for span in spans:
        if span.kind != "quoted":
            continue
        for match in _NAME.finditer(span.text):
            name = match["name"]
            if name not in values:
                continue
            whole = span.text[1:-1] == f"${name}"
            raise InputError(
                f"${name} stands inside quotes, where it is only text.",
                f"Drop the quotes: {span.text} -> ${name}."
                if whole
                else f"Take it out of the quotes: '...' || ${name} || '...'.",
            )


def _literal(name: str, value: object, dialect: str | None) -> str:
    try:
        return literal(value, dialect)
    except InputError as error:
        raise InputError(f"${name}: {error.what}", error.fix) from error


def _fitting(sql: str, span: _Span, text: str, value: object) -> str:
    """The literal as it can stand in this place."""
    if "'" in (sql[max(span.start - 1, 0) : span.start], sql[span.end : span.end + 1]):
        # 'a'$b would become 'a''...', one text with a quote in the middle.
        raise InputError(f"${span.text} touches a quote.", f"Put || between them: '...' || ${span.text}.")
    if isinstance(value, SEVERAL) and sql[: span.start].rstrip().endswith("("):
        return text[1:-1] if sql[span.end :].lstrip().startswith(")") else text
    return text


def _spans(sql: str, dialect: str | None) -> Iterator[_Span]:
    """The placeholders, the quoted texts, and what else hides a `$` from us.

    This is not sqlglot's tokenizer, only its settings: the tokenizer refuses `$$name` (Postgres, Snowflake,
    DuckDB), every `$name` in ClickHouse, and any text with an open quote, and it lexes `$name` in three ways.
    """
    if "$" not in sql:
        return
    nested, pattern = _lexicon(dialect)
    at = 0
    while match := pattern.search(sql, at):
        kind, start, at = match.lastgroup or "", match.start(), match.end()
        if kind == "block":
            at = _block_end(sql, at, nested=nested)
        elif kind == "dollar":
            at = _dollar_end(sql, match["dollar"], at)
        if kind == "name":
            yield _Span(kind, start, at, match["name"])
        else:
            yield _Span("quoted" if kind == "quoted" else "other", start, at, sql[start:at])


def _block_end(sql: str, at: int, *, nested: bool) -> int:
    depth = 1
    for mark in _BLOCK_MARK.finditer(sql, at):
        if mark[0] == "*/":
            depth -= 1
        elif nested:
            depth += 1
        if not depth:
            return mark.end()
    return len(sql)


def _dollar_end(sql: str, tag: str, at: int) -> int:
    """The end of a `$$ ... $$` or `$tag$ ... $tag$` body, or of a `$$name`, which is the server's own form.

    In `$$a, $b, $$c` the second `$$` begins a name too, so it closes nothing.
    """
    name = re.compile(r"\w*").match(sql, at)
    ends = at if name is None else name.end()
    closing = re.escape(tag) + (r"(?!\w)" if tag == "$$" and ends > at else "")
    body = re.compile(closing).search(sql, at)
    return body.end() if body else ends


@cache
def _lexicon(dialect: str | None) -> tuple[bool, re.Pattern[str]]:
    """Whether block comments nest, and what to stop at, from the dialect's own settings."""
    if dialect is None:
        nested, comments = True, ["--"]
        identifiers = [_enclosed('"', '"', escapes=False), _enclosed("`", "`", escapes=False)]
        texts = [_enclosed("'", "'", escapes=False)]
    else:
        rules = grammar(dialect).tokenizer_class
        nested = rules.NESTED_COMMENTS
        comments = [mark for mark in rules.COMMENTS if isinstance(mark, str)]
        escapes = "\\" in rules.IDENTIFIER_ESCAPES
        identifiers = [_enclosed(*_pair(mark), escapes=escapes) for mark in rules.IDENTIFIERS]
        texts = _texts(rules)
    return nested, re.compile(
        "|".join(
            (
                f"(?P<quoted>{'|'.join(texts)})",
                f"(?P<identifier>{'|'.join(identifiers)})",
                f"(?P<comment>(?:{'|'.join(map(re.escape, comments))})[^\n]*)",
                r"(?P<block>/\*)",
                r"(?P<template>\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})",
                r"(?<![\w$])(?P<dollar>\$(?:[^\W\d]\w*)?\$)",
                _NAME.pattern,
            )
        ),
        re.DOTALL,
    )


def _texts(rules: type[Tokenizer]) -> list[str]:
    """The patterns of the dialect's string literals, the longest opening first (`'''` before `'`)."""
    found = [(*_pair(mark), "\\" in rules.STRING_ESCAPES) for mark in rules.QUOTES]
    raw = "\\" in rules.STRING_ESCAPES and rules.STRING_ESCAPES_ALLOWED_IN_RAW_STRINGS
    # Snowflake lists its `$$` here, which is told from `$$name` elsewhere.
    found += [(*_pair(mark), raw) for mark in rules.RAW_STRINGS if mark[0] != "$"]
    found += [(*_pair(mark), "\\" in rules.BYTE_STRING_ESCAPES) for mark in rules.BYTE_STRINGS]
    found.sort(key=lambda each: -len(each[0]))
    return [_enclosed(opening, closing, escapes=escapes) for opening, closing, escapes in found]


def _pair(mark: str | tuple[str, str]) -> tuple[str, str]:
    return (mark, mark) if isinstance(mark, str) else mark


def _enclosed(opening: str, closing: str, *, escapes: bool) -> str:
    """The pattern of a quoted thing, to the end of the text where it is left open."""
    boundary = r"(?<!\w)" if opening[0].isalpha() else ""
    opens, closes = re.escape(opening), re.escape(closing)
    # A doubled closing quote stands for itself, except in what has its own marks (q'[...]', three quotes).
    doubled = f"{closes * 2}|" if len(closing) == 1 else ""
    escaped = r"\\.|" if escapes else ""
    return f"{boundary}{opens}(?:{escaped}{doubled}(?!{closes}).)*+(?:{closes}|\\Z)"


_NUMBER = r"-?(?:0|[1-9][0-9]{0,999})"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_READERS: tuple[tuple[re.Pattern[str], Callable[[str], object]], ...] = (
    (re.compile(_NUMBER), int),
    (re.compile(rf"{_NUMBER}\.[0-9]{{1,999}}"), Decimal),
    (re.compile(_DAY), date.fromisoformat),
    (re.compile(f"{_DAY}[T ]{_CLOCK}"), datetime.fromisoformat),
)
_WORDS = {"true": True, "false": False, "null": None}


def typed(text: str) -> object:
    """Read the VALUE of ``-p NAME=VALUE``: what plainly is a number, a date or a list becomes one.

    ======================================  =====================================================
    ``42``, ``-7``                          an int
    ``1.50``                                an exact Decimal
    ``true``, ``false``, ``null``           a bool or None, in any case
    ``2024-01-31``                          a date
    ``2024-01-31T10:30``, ``... 10:30Z``    a datetime; seconds, fraction and offset if written
    ``[1, 2]``, ``["a", "b"]``              a list, read as JSON; its texts stay texts
    ``'42'``, ``"null"``                    the text between the quotes, as it is
    anything else                           text: ``007`` and ``1e5`` (codes look so), ``10:30``
    ======================================  =====================================================

    Example:
        >>> typed("2024-01-31"), typed("007"), typed("'42'")
        (datetime.date(2024, 1, 31), '007', '42')
    """
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return text[1:-1]
    if text.startswith("[") and text.endswith("]"):
        return _json_list(text)
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    for shape, read in _READERS:
        if shape.fullmatch(text):
            try:
                return read(text)
            except ValueError:  # 2024-02-30 looks like a date and is none
                return text
    return text


def given(assignments: Sequence[str]) -> dict[str, object]:
    """Read what stands after each ``-p``: ``NAME=VALUE``, the value as :func:`typed` takes it.

    Raises:
        InputError: one is not NAME=VALUE, or a name is given twice.
    """
    values: dict[str, object] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        name = name.removeprefix("$")
        if not equals or not name.isidentifier():
            raise InputError(
                f"-p {assignment} is not NAME=VALUE.", "Write, for example, -p start_date=2024-01-01."
            )
        if name in values:
            raise InputError(f"-p gives {name} twice.", "Give it once.")
        values[name] = typed(value)
    return values


def _json_list(text: str) -> list[object]:
    try:
        values: list[object] = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        values = [{}]
    if any(isinstance(value, (list, dict)) for value in values):
        raise InputError(
            f"{text[:40]} is not a list of plain values.",
            """Write it as JSON, ["a", "b"] or [1, 2], or put quotes around it to pass it as text.""",
        )
    return values
