from __future__ import annotations

import pyarrow as pa
import pytest

from dataexplore.arrow.views import has_views, viewed_size

TEXTS = pa.array(["four", None, "a text of over twelve bytes", "", "x"], pa.string_view())
LISTS = pa.ListViewArray.from_arrays(
    pa.array([0, 0, 2], pa.int32()), pa.array([4, 4, 2], pa.int32()), pa.array([1, 2, 3, 4])
)


@pytest.mark.parametrize(
    "kind",
    [
        pa.string_view(),
        pa.binary_view(),
        pa.list_view(pa.int8()),
        pa.large_list_view(pa.int8()),
        pa.list_(pa.string_view()),
        pa.run_end_encoded(pa.int32(), pa.int8()),
        pa.struct([("a", pa.map_(pa.string(), pa.list_view(pa.int8())))]),
    ],
)
def test_views_are_found_at_any_depth(kind):
    assert has_views(kind)


def test_types_without_views_have_none():
    assert not has_views(pa.struct([("a", pa.list_(pa.string()))]))


def test_text_views_count_their_bytes():
    assert viewed_size(TEXTS) == (0, 4 + 27 + 1)
    assert viewed_size(TEXTS.slice(1, 2)) == (0, 27)


def test_runs_count_every_row():
    assert viewed_size(pa.RunEndEncodedArray.from_arrays(pa.array([1000], pa.int32()), [7])) == (0, 8000)


def test_list_views_count_the_elements_they_show_each_time():
    assert viewed_size(LISTS) == (10, 3 * 32)  # ten of four elements: three times over, rounded up


@pytest.mark.parametrize(
    "array",
    [
        pa.StructArray.from_arrays([TEXTS], ["a"]),
        pa.ListArray.from_arrays([0, 2, 5], TEXTS),
        pa.FixedSizeListArray.from_arrays(TEXTS, 5),
        pa.MapArray.from_arrays([0, 5], pa.array(["k"] * 5), TEXTS),
    ],
)
def test_views_inside_others_count_too(array):
    assert viewed_size(array) == (0, 32)
