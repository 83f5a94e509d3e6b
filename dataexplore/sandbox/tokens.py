"""SQL taken apart just far enough to tell code from text, names and comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = ["Token", "split"]

# What begins first wins, so a quote inside a comment opens nothing. A string without its end runs on to the
# end of the text, as it does for the database.
STARTS = {
    "template": r"\{\{.*?\}\}",
    "string": r"[eE]'(?:[^'\\]|''|\\.)*(?:'|\Z) | '(?:[^']|'')*(?:'|\Z)",
    "name": r'"(?:[^"]|"")*(?:"|\Z)',
    "comment": r"--[^\n]* | /\*",
    "tag": r"\$(?:[^\W\d]\w*)?\$",
    "parameter": r"\$\w+",
    "code": r"[^\W\d][\w$]*",  # a word, whose $ begins no parameter
}
START = re.compile(
    "|".join(f"(?P<{kind}> {pattern} )" for kind, pattern in STARTS.items()), re.VERBOSE | re.DOTALL
)
COMMENT_EDGE = re.compile(r"/\*|\*/")
WORD = re.compile(r"\w+(?!\w|\$\$)")


class Token(NamedTuple):
    """A piece of SQL; ``kind`` is code, string, name, comment, body, parameter or template."""

    kind: str
    text: str


def split(sql: str, doubled: Collection[str] = ()) -> Iterator[Token]:
    """Cut SQL into tokens that join to the same text.

    ``$$word`` opens a dollar-quoted body, unless ``word`` is in ``doubled``: then it is a parameter.
    """
    position = 0
    while found := START.search(sql, position):
        if found.start() > position:
            yield Token("code", sql[position : found.start()])
        kind, position = str(found.lastgroup), found.end()
        if found["comment"] == "/*":
            position = _end_of_comment(sql, position)
        elif found["tag"] == "$$" and (word := WORD.match(sql, position)) and word[0] in doubled:
            kind, position = "parameter", word.end()
        elif found["tag"]:
            kind, position = "body", _end_of_body(sql, position, found["tag"])
        yield Token(kind, sql[found.start() : position])
    if position < len(sql):
        yield Token("code", sql[position:])


def _end_of_body(sql: str, start: int, tag: str) -> int:
    end = sql.find(tag, start)
    return len(sql) if end < 0 else end + len(tag)


def _end_of_comment(sql: str, start: int) -> int:
    depth = 1
    for edge in COMMENT_EDGE.finditer(sql, start):
        depth += 1 if edge[0] == "/*" else -1
        if not depth:
            return edge.end()
    return len(sql)
