"""What a database said about a statement, in the few lines a notebook shows."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from dataexplore.html import visible

if TYPE_CHECKING:
    from dataexplore.query.parameters import Rendered

__all__ = ["Failure", "explain", "read"]

REASON_CHARACTERS = 200
SOURCE_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a statement, and where in what the user wrote.

    Attributes:
        reason: what the database said, in one line.
        line_no: the line of the cell, from 1; None when the database does not tell.
        column: the character in that line, from 1; None when only the line is known.
        source: that line as the user wrote it.
        nearest: the name the user may have meant.
        advice: what to do next.
    """

    reason: str
    line_no: int | None
    column: int | None
    source: str | None
    nearest: str | None
    advice: str


class _Place(NamedTuple):
    line: int  # of the SQL sent, from 1
    column: int | None  # from 0


_NAME = r"""[`"'\[]*(?P<name>[^\s`"'\[\](),;!?.]+(?:[`"\]]?\.[`"\[]?[^\s`"'\[\](),;!?.]+)*)[`"'\]]*"""
# How the databases say that they do not know a name: the column, table or function is in the text.
_UNKNOWN = tuple(
    re.compile(pattern.replace("NAME", _NAME), re.IGNORECASE)
    for pattern in (
        r"referenced (?:column|table) NAME not found",  # DuckDB
        r"(?:does not have|has no) a? ?column named NAME",
        r"\b(?:table|function|view|type|macro) with name NAME does not exist",
        r"with name NAME cannot be (?:resolved|found)",  # Spark, Databricks
        r"table or view NAME cannot be found",
        r"\b(?:column|relation|table|object|function|schema) NAME (?:does not|doesn't) exist",
        r"\bcolumn NAME cannot be resolved",  # Trino
        r"invalid identifier NAME",  # Snowflake
        r"unrecognized name: NAME",  # BigQuery
        r"(?:function not found|not found: table): NAME",
        r"invalid (?:column|object) name NAME",  # SQL Server
        r"unknown (?:column|table|function|identifier|expression identifier) NAME",  # MySQL, ClickHouse
        r"no such (?:column|table|function): NAME",  # SQLite
        r"ORA-00904: NAME: invalid identifier",
        r"missing columns: NAME",
    )
)
_CANDIDATES = re.compile(
    r"(?:hint:\s*)?(?:candidate (?:bindings|tables|columns)\s*:|did you mean(?: one of the following\?)?"
    r"|perhaps you meant to (?:reference|call) the (?:column|table|function))[\s:]*(?P<names>[^\n]+)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"""(?:[`"'][^`"'\n]+[`"']|\w+)(?:\.(?:[`"'][^`"'\n]+[`"']|\w+))*""")

# `LINE 1: select ...` over a line with a caret: DuckDB and everything that speaks as Postgres does.
_EXCERPT = re.compile(r"^LINE (?P<line>\d{1,9}): (?P<text>[^\n]*)(?:\n(?P<lead>[ \t]*)\^)?", re.MULTILINE)
_OFFSET = re.compile(r"\bPosition: (?P<offset>\d{1,9})")  # Postgres and Redshift over JDBC, from 1
_PLACES = (
    (re.compile(r"\bline (?P<line>\d{1,9}) at position (?P<column>\d{1,9})"), 0),  # Snowflake
    (re.compile(r"\bline (?P<line>\d{1,9}),? pos(?:ition)? (?P<column>\d{1,9})", re.IGNORECASE), 0),  # Spark
    (re.compile(r"\bat \[(?P<line>\d{1,9}):(?P<column>\d{1,9})\]"), 1),  # BigQuery
    (re.compile(r"\bline (?P<line>\d{1,9}):(?P<column>\d{1,9})"), 1),  # Trino
    (
        re.compile(r"\bline:? (?P<line>\d{1,9}),? col(?:umn)?:? (?P<column>\d{1,9})", re.IGNORECASE),
        1,
    ),  # Oracle, ClickHouse
    (re.compile(r"near '(?P<near>.+?)' at line (?P<line>\d{1,9})", re.DOTALL), 0),  # MySQL
    (re.compile(r"\bLine (?P<line>\d{1,9})\b"), 0),  # SQL Server
)

_ADVICE = (
    (
        r"permission|privilege|not authorized|access denied",
        "Ask for the right, or choose another connection.",
    ),
    (r"ambiguous", "Put the table's name or alias in front of the column."),
    (r"group by", "Add the column to GROUP BY, or put it into an aggregate function."),
    (
        r"syntax|parse[_ ]|parser error|mismatched input|unexpected",
        "Check the spelling, commas, quotes and parentheses there and just before.",
    ),
    (
        r"convert|conversion|\bcast|invalid input syntax|type mismatch|incompatible|operator does not exist",
        "Compare and combine values of one type: cast one of the two.",
    ),
)


def explain(detail: str, rendered: Rendered | None) -> list[str]:
    """Say a database's error in 1 to 6 lines: the reason, the place, the likely name, what to do.

    Args:
        detail: the database's own text.
        rendered: the statement it is about, to find the place in what the user wrote.
    """
    failure = read(detail, rendered)
    lines = [failure.reason]
    if failure.source is not None:
        lines += _marked(failure)
    if failure.nearest:
        lines.append(f"Did you mean {failure.nearest}?")
    lines.append(failure.advice)
    return lines


def read(detail: str, rendered: Rendered | None) -> Failure:
    """Find the reason, the place and the likely name in a database's error text."""
    detail = visible(detail.replace("\r\n", "\n"))
    unknown = next((match["name"] for pattern in _UNKNOWN if (match := pattern.search(detail))), None)
    nearest = _nearest(detail, unknown)
    reason = _reason(detail, drop_candidates=nearest is not None)
    line_no = column = source = None
    place = _place(detail, rendered.sql, unknown) if rendered else None
    if rendered and place:
        line_no, column, source = _in_template(rendered, place)
    return Failure(reason, line_no, column, source, nearest, _advice(reason, unknown))


def _reason(detail: str, *, drop_candidates: bool) -> str:
    """The database's words in one line, without the excerpt and the lists that are shown otherwise."""
    excerpt = _EXCERPT.search(detail)
    text = detail[: excerpt.start()] if excerpt and detail[: excerpt.start()].strip() else detail
    if drop_candidates:
        text = _CANDIDATES.sub("", text)
    text = re.split(r"\n\s*Candidate functions:|\n== SQL ==", text)[0]
    text = " ".join(_OFFSET.sub("", text).split()).rstrip("; ") or "The database gave no reason."
    return text if len(text) <= REASON_CHARACTERS else text[: REASON_CHARACTERS - 1].rstrip() + "…"


def _nearest(detail: str, unknown: str | None) -> str | None:
    """The candidate most like the unknown name; a single one that the database names is taken as it is."""
    found = _CANDIDATES.search(detail)
    if not found:
        return None
    names = [re.sub(r"""[`"']""", "", name) for name in _QUOTED.findall(found["names"])]
    if unknown is None or len(names) == 1:
        return names[0] if names else None
    by_last_part = {name.rpartition(".")[2].lower(): name for name in reversed(names)}
    near = get_close_matches(unknown.rpartition(".")[2].lower(), by_last_part, 1)
    return by_last_part[near[0]] if near else None


def _advice(reason: str, unknown: str | None) -> str:
    if unknown:
        return "Correct the name and run the cell again."
    for pattern, advice in _ADVICE:
        if re.search(pattern, reason, re.IGNORECASE):
            return advice
    return "Correct the statement and run the cell again."


def _place(detail: str, sql: str, unknown: str | None) -> _Place | None:
    """Where in the SQL that was sent; the unknown name itself decides when the database is vague or wrong."""
    place = _told(detail, sql)
    lines = sql.split("\n")
    column = place.column if place else None
    if unknown is None or (place and column is not None and _begins(lines[place.line - 1][column:], unknown)):
        return place
    # DuckDB counts from the first statement of several; others tell a line only, or nothing.
    name = re.compile(rf"(?<!\w){re.escape(_last_part(unknown))}(?!\w)", re.IGNORECASE)
    searched = [place.line - 1] if place else range(len(lines))
    found = [_Place(at + 1, match.start()) for at in searched for match in name.finditer(lines[at])]
    return min(found, key=lambda each: (each.line, abs((each.column or 0) - (column or 0))), default=place)


def _last_part(name: str) -> str:
    return re.split(r"""[`"\]]?\.[`"\[]?""", name)[-1]


def _begins(text: str, name: str) -> bool:
    return re.sub(r"""[`"\[\]]""", "", text).lower().startswith(re.sub(r"""[`"\[\]]""", "", name).lower())


def _told(detail: str, sql: str) -> _Place | None:
    """The place as the database tells it."""
    lines = sql.split("\n")
    if excerpt := _EXCERPT.search(detail):
        return _from_excerpt(excerpt, lines)
    if offset := _OFFSET.search(detail):
        at = int(offset["offset"]) - 1
        return (
            _Place(sql.count("\n", 0, at) + 1, at - sql.rfind("\n", 0, at) - 1)
            if 0 <= at <= len(sql)
            else None
        )
    for pattern, first in _PLACES:
        if not (match := pattern.search(detail)):
            continue
        parts = match.groupdict()
        line = int(parts["line"])
        if not 0 < line <= len(lines):
            return None
        if parts.get("near"):
            column = lines[line - 1].find(parts["near"].split("\n")[0])
        else:
            column = int(parts["column"]) - first if parts.get("column") else -1
        return _Place(line, column if 0 <= column <= len(lines[line - 1]) else None)
    return None


def _from_excerpt(excerpt: re.Match[str], lines: list[str]) -> _Place | None:
    """The place under the caret; long lines are shown in part, with ``...`` at the ends."""
    number, shown = int(excerpt["line"]), excerpt["text"]
    if not 0 < number <= len(lines):
        return None
    if excerpt["lead"] is None:
        return _Place(number, None)
    # The caret counts columns of the screen, where a wide character has two and DuckDB gives a tab none.
    left = len(excerpt["lead"]) - len(f"LINE {number}: ")
    index = 0
    while index < len(shown) and left > 0:
        left -= _width(shown[index])
        index += 1
    # Postgres shows a tab as a space.
    line, whole = lines[number - 1].replace("\t", " "), shown.replace("\t", " ")
    cut_left, cut_right = whole.startswith("..."), whole.endswith("...")
    for start, end in ((0, len(whole)), (3 * cut_left, len(whole) - 3 * cut_right)):
        at = line.find(whole[start:end])
        if at >= 0 and start <= index:
            return _Place(number, min(at + index - start, len(line)))
    return _Place(number, None)


def _in_template(rendered: Rendered, place: _Place) -> tuple[int, int | None, str]:
    """The line, the column and the text of the cell, for a place in the SQL that was sent."""
    sent = rendered.sql.split("\n")
    start = sum(len(line) + 1 for line in sent[: place.line - 1])
    offset = rendered.origin(start + (place.column or 0))
    before = rendered.template[:offset]
    line_no = before.count("\n") + 1
    column = offset - before.rfind("\n") if place.column is not None else None
    return line_no, column, rendered.template.split("\n")[line_no - 1].rstrip("\r")


def _marked(failure: Failure) -> list[str]:
    """The user's line and, under it, the caret; of a long line the part around the caret."""
    source, at = failure.source or "", (failure.column or 1) - 1
    start = max(0, min(at - SOURCE_CHARACTERS // 2, len(source) - SOURCE_CHARACTERS))
    end = start + SOURCE_CHARACTERS
    lead = "…" if start else ""
    before, after = (visible(part.replace("\t", " ")) for part in (source[start:at], source[at:end]))
    head = f"{failure.line_no} | {lead}{before}"
    shown = f"{head}{after}{'…' if end < len(source) else ''}".rstrip()
    return [shown] if failure.column is None else [shown, f"{' ' * sum(map(_width, head))}^"]


def _width(character: str) -> int:
    """The columns a character takes in a monospaced font; tabs are gone before it matters to us."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cc", "Cf", "Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
