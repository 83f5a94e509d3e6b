"""What views and runs stand for: a thousand views of one long text are small until they are written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["has_views", "is_text_view", "viewed_size"]

VIEW_WORDS = 4  # a text view is four int32, the first its length
ROW_BYTES = 8  # of a run written out: a number, or a place in a dictionary


def has_views(kind: pa.DataType) -> bool:
    """Tell whether a type has views or runs, at any depth."""
    if is_text_view(kind) or _is_list_view(kind) or pa.types.is_run_end_encoded(kind):
        return True
    return any(has_views(kind.field(index).type) for index in range(kind.num_fields))


def viewed_size(array: Any) -> tuple[int, int]:
    """Give the cells and bytes that the views and runs in a valid array come to when written out.

    Under a list view, its elements count with their average size.
    """
    kind = array.type
    if is_text_view(kind):
        return 0, _text_bytes(array)
    if pa.types.is_run_end_encoded(kind):
        return 0, len(array) * ROW_BYTES
    if _is_list_view(kind):
        elements = array.values
        viewed = pc.sum(pc.list_value_length(array)).as_py() or 0
        cells, size = viewed_size(elements)
        times = -(-viewed // max(len(elements), 1))
        return viewed + times * cells, times * (elements.nbytes + size)
    if pa.types.is_struct(kind):
        children = [array.field(index) for index in range(kind.num_fields)]
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        children = [array.flatten()]
    elif pa.types.is_map(kind):
        children = [array.keys, array.items]
    else:
        children = []
    sizes = [viewed_size(child) for child in children]
    return sum(cells for cells, _ in sizes), sum(size for _, size in sizes)


def _text_bytes(array: pa.Array) -> int:
    # From the buffers: Arrow's kernels know no length of a view, and array.to_numpy() would import pandas.
    validity, views, *_ = array.buffers()
    rows = slice(array.offset, array.offset + len(array))
    lengths = np.frombuffer(views, np.int32)[::VIEW_WORDS][rows]
    if validity is None:
        return int(lengths.sum(dtype=np.int64))
    present = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")[rows]
    return int(lengths.sum(where=present.astype(bool), dtype=np.int64))


def is_text_view(kind: pa.DataType) -> bool:
    """Tell whether a type is ``string_view`` or ``binary_view``."""
    return bool(pa.types.is_string_view(kind) or pa.types.is_binary_view(kind))


def _is_list_view(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list_view(kind) or pa.types.is_large_list_view(kind))
