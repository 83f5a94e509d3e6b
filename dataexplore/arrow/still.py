"""The still picture of a table: an escaped, bounded HTML table, and a plain-text one for a terminal.

It shows first and last rows and columns, says what it leaves out, and needs no script: saved notebooks,
nbconvert and GitHub show it as it is.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from dataexplore.arrow.cells import cell_texts
from dataexplore.html import Markup, element, join, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["still_html", "still_text"]

_HEAD_ROWS, _TAIL_ROWS = 20, 5
_HEAD_COLUMNS, _TAIL_COLUMNS = 24, 6
_CELL_CHARACTERS = 120
_TITLE_CHARACTERS = 1000
_TERMINAL_CHARACTERS = 40
_ELLIPSIS = "…"

# Colours come from Jupyter's variables, so that the table follows light and dark; elsewhere the fallbacks.
_STYLE = Markup(
    "<style>"
    ".dx-still{font-variant-numeric:tabular-nums;border-collapse:collapse}"
    ".dx-still th,.dx-still td{padding:2px 10px!important;text-align:left!important;white-space:pre;"
    "max-width:36em;overflow:hidden;text-overflow:ellipsis}"
    ".dx-still thead th{border-bottom:1px solid var(--jp-border-color1,#999)}"
    ".dx-still .dx-type{font-weight:normal;font-size:85%;color:var(--jp-ui-font-color2,#666)}"
    ".dx-still .dx-num{text-align:right!important}"
    # Not paler as well: on the row under the mouse pale text is below WCAG's 4.5.
    ".dx-still .dx-null{font-style:italic}"
    ".dx-note{color:var(--jp-ui-font-color2,#666);font-size:90%}"
    "</style>"
)


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    type: str
    numeric: bool
    texts: list[str | None]


def still_html(table: pa.Table, *, data: bool = True) -> Markup:
    """Give the table as HTML: at most 25 rows and 30 columns, every text escaped and cut with ``…``.

    Args:
        table: what is shown.
        data: with the types of the columns and with nulls; else it is a list for reading, without them.
    """
    columns, skipped_columns = _columns(_edges(table), _HEAD_COLUMNS, _TAIL_COLUMNS)
    head = element("tr", *(_heading(column, typed=data) for column in columns))
    body = [
        element("tr", *(_cell(column, row, null="null" if data else "") for column in columns))
        for row in range(_shown(table))
    ]
    if _shown(table) < table.num_rows:
        gap = element("tr", *(element("td", _ELLIPSIS, class_=_side(column)) for column in columns))
        body.insert(_HEAD_ROWS, gap)
    return element(
        "div",
        _STYLE,
        element("table", element("thead", head), element("tbody", *body), class_="dx-still dataframe"),
        element("div", _left_out(table, skipped_columns), class_="dx-note"),
        # Formulas in a cell are data; each spelling of "leave this alone" is known to some MathJax only.
        class_="mathjax_ignore tex2jax_ignore",
    )


def still_text(table: pa.Table, rows: int = _HEAD_ROWS, *, data: bool = True) -> str:
    """Give the table as plain text: at most ``rows`` rows, control characters visible, columns aligned.

    Without ``data`` it is a list for reading, and a null is nothing.
    """
    columns, skipped = _columns(table.slice(0, rows), _HEAD_COLUMNS, _TAIL_COLUMNS)
    lines = _aligned(columns, null="null" if data else "")
    note = _left_out_text(table, min(rows, table.num_rows), skipped)
    return "\n".join([*lines, *([note] if note else [])])


def _columns(table: pa.Table, head: int, tail: int) -> tuple[list[_Column], int]:
    count = table.num_columns
    kept = list(range(count)) if count <= head + tail else [*range(head), *range(count - tail, count)]
    columns = [
        _Column(
            name=visible(field.name[:_TITLE_CHARACTERS]),
            type=str(field.type),
            numeric=_is_numeric(field.type),
            texts=cell_texts(table.column(index)),
        )
        for index, field in ((index, table.schema.field(index)) for index in kept)
    ]
    return columns, count - len(kept)


def _edges(table: pa.Table) -> pa.Table:
    """Give the rows that are shown: all of a short table, first and last of a long one."""
    if table.num_rows <= _HEAD_ROWS + _TAIL_ROWS:
        return table
    return pa.concat_tables([table.slice(0, _HEAD_ROWS), table.slice(table.num_rows - _TAIL_ROWS)])


def _shown(table: pa.Table) -> int:
    return min(int(table.num_rows), _HEAD_ROWS + _TAIL_ROWS)


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _side(column: _Column) -> str:
    return "dx-num" if column.numeric else ""


def _heading(column: _Column, *, typed: bool) -> Markup:
    kind = element("div", _cut(column.type, _TERMINAL_CHARACTERS), class_="dx-type") if typed else Markup()
    name = _cut(column.name, _CELL_CHARACTERS)
    return element("th", join(name or Markup("&nbsp;"), kind), scope="col", class_=_side(column))


def _cell(column: _Column, row: int, *, null: str) -> Markup:
    text = column.texts[row]
    if text is None:
        return element("td", null, class_=f"dx-null {_side(column)}".strip())
    shown = _cut(text, _CELL_CHARACTERS)
    if shown == text:
        return element("td", text, class_=_side(column))
    return element("td", shown, class_=_side(column), title=_cut(text, _TITLE_CHARACTERS))


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + _ELLIPSIS


def _left_out(table: pa.Table, skipped_columns: int) -> str:
    rows, columns = table.num_rows, table.num_columns
    size = f"{rows:,} row{'' if rows == 1 else 's'}, {columns:,} column{'' if columns == 1 else 's'}"
    parts = [size]
    if _shown(table) < table.num_rows:
        parts.append(f"the first {_HEAD_ROWS} and the last {_TAIL_ROWS} rows shown")
    if skipped_columns:
        parts.append(f"{skipped_columns:,} columns in the middle left out")
    return "; ".join(parts)


def _left_out_text(table: pa.Table, shown: int, skipped_columns: int) -> str:
    parts = []
    if shown < table.num_rows:
        parts.append(f"{table.num_rows - shown:,} more rows")
    if skipped_columns:
        parts.append(f"{skipped_columns:,} more columns")
    return f"({', '.join(parts)})" if parts else ""


def _aligned(columns: Sequence[_Column], *, null: str) -> list[str]:
    printed = [
        [_one_line(column.name), *(null if text is None else _one_line(text) for text in column.texts)]
        for column in columns
    ]
    widths = [max(_width(text) for text in texts) for texts in printed]
    rows = zip(*printed, strict=True)
    lines = [
        "  ".join(
            _padded(text, width, column) for text, width, column in zip(row, widths, columns, strict=True)
        )
        for row in rows
    ]
    if lines:
        lines.insert(1, "  ".join("-" * width for width in widths))
    return [line.rstrip() for line in lines]


def _one_line(text: str) -> str:
    # Cut first: made visible, a cell of megabytes would take seconds. Cut again: it may be longer then.
    head = visible(text[: _TERMINAL_CHARACTERS + 1]).replace("\n", "⏎").replace("\t", "⇥")
    return _cut(head, _TERMINAL_CHARACTERS)


def _padded(text: str, width: int, column: _Column) -> str:
    fill = " " * (width - _width(text))
    return fill + text if column.numeric else text + fill


def _width(text: str) -> int:
    """Count terminal cells: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
