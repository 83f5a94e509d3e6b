"""Records as a table for reading."""

from __future__ import annotations

import pyarrow as pa

from dataexplore.clients.coalesce import Environment
from dataexplore.clients.records import Records
from dataexplore.reports import Listed


def listed(*names):
    records = Records((Environment.read({"id": name, "name": name}) for name in names), Environment)
    table = pa.table({"name": list(names), "why": pa.array([None] * len(names), pa.string())})
    return Listed(records, f"{len(names)} environments\x1b", table)


def test_it_is_a_sequence_of_its_records_and_a_frame_with_every_field():
    three = listed("dev", "qa", "prod")
    assert [each.name for each in three] == ["dev", "qa", "prod"]
    assert (three[1].name, len(three[1:]), len(three)) == ("qa", 2, 3)
    assert "created_at" in three.to_df().columns
    assert three.to_arrow()["name"].to_pylist() == ["dev", "qa", "prod"]


def test_a_column_of_which_nothing_is_told_is_not_shown():
    shown = repr(listed("dev"))
    assert "why" not in shown
    assert shown.splitlines()[0] == "1 environments\\x1b"
    assert "why" not in listed("dev")._repr_html_()


def test_nothing_at_all_is_one_line():
    none = listed()
    assert repr(none) == "0 environments\\x1b"
    assert "<table" not in none._repr_html_()
