"""Records as a table for reading: one line above that says what they are, and the columns that matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, overload

from dataexplore.arrow.still import still_html, still_text
from dataexplore.clients.records import Record
from dataexplore.html import element, visible

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from dataexplore.clients.records import Records
    from dataexplore.html import Markup

__all__ = ["Listed", "told"]

_TEXT_ROWS = 40

Item_co = TypeVar("Item_co", bound=Record, covariant=True)


def told(table: pa.Table) -> pa.Table:
    """Leave out the columns of which a service tells nothing in any row."""
    kept = [
        name for name in table.column_names if any(each not in {None, ""} for each in table[name].to_pylist())
    ]
    return table.select(kept)


class Listed(Sequence[Item_co]):
    """Records, shown as a table for reading; :meth:`to_df` and :meth:`to_arrow` give every field of them.

    Args:
        records: the records.
        headline: what they are, in one line.
        table: what is shown of them.
        remarks: what a reader should know before the table, one line each.
    """

    def __init__(
        self, records: Records[Item_co], headline: str, table: pa.Table, remarks: Sequence[str] = ()
    ) -> None:
        self.records = records
        self.headline = headline
        self.table = table
        self.remarks = tuple(remarks)

    def to_arrow(self) -> pa.Table:
        """Give one row a record, with all of its fields."""
        return self.records.to_arrow()

    def to_df(self) -> pd.DataFrame:
        """Give one row a record, with all of its fields and Arrow dtypes."""
        return self.records.to_df()

    @overload
    def __getitem__(self, place: int) -> Item_co: ...

    @overload
    def __getitem__(self, place: slice) -> Records[Item_co]: ...

    def __getitem__(self, place: int | slice) -> Item_co | Records[Item_co]:
        return self.records[place]

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        lines = [visible(line) for line in (self.headline, *self.remarks)]
        return "\n".join(lines) + (
            f"\n\n{still_text(told(self.table), _TEXT_ROWS, data=False)}" if self else ""
        )

    def _repr_html_(self) -> Markup:
        return element(
            "div",
            element("p", self.headline),
            *(element("div", line) for line in self.remarks),
            *([still_html(told(self.table), data=False)] if self else []),
        )
