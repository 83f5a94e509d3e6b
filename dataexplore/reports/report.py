"""A report on one thing: a line that says it all, what there is to remark, and a table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from dataexplore.arrow.still import still_html, still_text
from dataexplore.html import element, visible
from dataexplore.reports.listed import told

if TYPE_CHECKING:
    import pyarrow as pa

    from dataexplore.html import Markup

__all__ = ["Report"]

_TEXT_ROWS = 100


class Report(ABC):
    """One thing in depth; who inherits says what the line, the remarks and the table are."""

    __slots__ = ()

    @property
    @abstractmethod
    def headline(self) -> str:
        """What it is and how it stands, in one line."""

    @property
    @abstractmethod
    def remarks(self) -> list[str]:
        """What a reader should know before the table."""

    @property
    @abstractmethod
    def table(self) -> pa.Table:
        """The parts of it, one row each."""

    def __repr__(self) -> str:
        lines = [visible(line) for line in (self.headline, *self.remarks)]
        table = self.table
        shown = f"\n\n{still_text(told(table), _TEXT_ROWS, data=False)}" if table.num_rows else ""
        return "\n".join(lines) + shown

    def _repr_html_(self) -> Markup:
        style = "white-space:pre-wrap;margin:4px 0"
        remarks = [element("div", line, style=style) for line in self.remarks]
        table = self.table
        shown = [still_html(told(table), data=False)] if table.num_rows else []
        return element("div", element("p", element("b", self.headline)), *remarks, *shown)
