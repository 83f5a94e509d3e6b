"""An answer that came as CSV, as a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pacsv

from dataexplore.errors import InputError, Malformed, TooLarge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.settings import Limits

__all__ = ["table_from_csv"]

LINE_LIMIT = 64 * 2**20  # the longest line pyarrow will read
FIX = "Ask for Arrow instead, or ask whoever runs the service."


def table_from_csv(body: bytes, limits: Limits, types: Mapping[str, pa.DataType] | None = None) -> pa.Table:
    """Read CSV with a header row (RFC 4180) into a table.

    An empty field is null, a quoted empty one is empty text. A column stays text unless ``types`` names it:
    CSV declares none, and a guess would turn ``007`` into 7.

    Args:
        body: the whole body, UTF-8.
        limits: what the answer may cost.
        types: Arrow types of columns, by name.

    Raises:
        Malformed: it is not CSV, or a value is not of the type asked for.
        TooLarge: rows x columns are over the limit.
        InputError: a type in ``types`` cannot be read from CSV.
    """
    names = _header(body)
    if body.count(b'"') % 2:
        raise Malformed("The CSV answer ends inside a quoted value.", FIX)
    wanted = types or {}
    try:
        reader = pacsv.open_csv(
            pa.BufferReader(body if b"\n" in body else body + b"\n"),
            pacsv.ReadOptions(block_size=min(LINE_LIMIT, len(body) + 1)),
            pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            pacsv.ConvertOptions(
                column_types={name: wanted.get(name, pa.string()) for name in names},
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        if reader.schema.names != names:
            raise Malformed("The header of the CSV answer can be read in two ways.", FIX)
        batches = []
        cells = 0
        for batch in reader:
            cells += batch.num_rows * len(names)
            if cells > limits.max_cells:
                raise TooLarge(
                    f"The answer holds more than {limits.max_cells:,} values, over limits.max_cells.",
                    "Add LIMIT or select fewer columns, or raise limits.max_cells in the profile.",
                )
            batches.append(batch)
    except pa.ArrowNotImplementedError as error:
        raise InputError(f"CSV cannot be read so: {error}.", "Ask for another type, or for Arrow.") from None
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise Malformed("The answer is not valid CSV, or not of the types asked for.", FIX) from error
    return pa.Table.from_batches(batches, reader.schema)


def _header(body: bytes) -> list[str]:
    try:
        names = next(csv.reader(io.TextIOWrapper(io.BytesIO(body), "utf-8-sig", newline=""), strict=True))
    except StopIteration:
        raise Malformed("The CSV answer is empty; even one without rows has a header.", FIX) from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise Malformed("The answer does not start with a CSV header.", FIX) from error
    return names or [""]
