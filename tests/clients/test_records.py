"""Records: whatever a service sends is read, and what came is kept."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataexplore.clients.records import (
    Record,
    Records,
    anything,
    exact,
    flag,
    instant,
    integer,
    number,
    part,
    parts,
    record,
    text,
    texts,
    told,
    whole,
)
from dataexplore.errors import Malformed

MOMENT = dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)


@record
class Step(Record):
    name: str | None = text()


@record
class Run(Record):
    id: int | None = integer()
    status: str | None = text()
    path: tuple[str, ...] | None = texts("/".join)
    tags: tuple[str, ...] | None = texts()
    share: float | None = number()
    cost: Decimal | None = exact()
    done: bool | None = flag()
    at: dt.datetime | None = instant()
    extra: object = anything()
    first: Step | None = part(Step)
    steps: Records[Step] | None = parts(Step)


RAW = {
    "id": 7,
    "status": "done",
    "path": ["a", "b"],
    "tags": ["x"],
    "share": 0.5,
    "cost": "1.10",
    "done": True,
    "at": "2026-01-31T13:00:00+01:00",
    "extra": {"a": [1]},
    "first": {"name": "s1"},
    "steps": [{"name": "s1"}, {"name": "s2"}],
    "unknown": 1,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def test_a_record_has_typed_fields_and_the_untouched_answer():
    run = Run.read(RAW)
    assert (run.id, run.status, run.path, run.tags) == (7, "done", ("a", "b"), ("x",))
    assert (run.share, run.cost, run.done, run.at) == (0.5, Decimal("1.10"), True, MOMENT)
    assert run.extra == {"a": [1]}
    assert run.first == Step.read({"name": "s1"})
    assert [step.name for step in run.steps] == ["s1", "s2"]
    assert run.raw is RAW


def test_missing_and_null_fields_are_none():
    nothing = dict.fromkeys(RAW)
    for raw in ({}, nothing):
        run = Run.read(raw)
        assert {getattr(run, name) for name in RAW if name != "unknown"} == {None}


@settings(deadline=None, max_examples=50)  # the first call imports pandas
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(RAW, JSON)))
def test_no_value_of_any_type_stops_the_reading_or_the_table(raw):
    run = Run.read(raw)
    assert run.raw == raw
    assert repr(run)
    runs = Records([run], Run)
    assert runs.to_arrow().num_rows == len(runs.to_df()) == 1
    assert runs._repr_html_()


@pytest.mark.parametrize("odd", ["7", True, 7.5, [7], {"id": 7}, float("inf"), float("nan")])
def test_a_value_of_an_odd_type_is_none_and_still_in_raw(odd):
    run = Run.read({"id": odd})
    assert run.id is None
    assert run.raw == {"id": odd}


def test_an_unknown_status_word_stays_and_a_number_for_a_text_becomes_one():
    assert Run.read({"status": "exploding"}).status == "exploding"
    assert Run.read({"status": 214}).status == "214"
    assert Run.read({"id": 7.0}).id == 7


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-31T12:00:00Z", MOMENT),
        ("2026-01-31T12:00:00", MOMENT),
        ("2026-01-31 12:00:00.000001+00:00", MOMENT.replace(microsecond=1)),
        ("2026-01-31T12:00:00.123456789Z", MOMENT.replace(microsecond=123456)),
        ("2026-01-31", MOMENT.replace(hour=0)),
        ("9999-12-31T23:59:59-12:00", None),
        ("yesterday", None),
        ("", None),
        (1769860800, None),
    ],
)
def test_an_instant_is_aware_and_in_utc(written, read):
    assert Run.read({"at": written}).at == read
    if read is not None:
        assert Run.read({"at": written}).at.tzinfo is dt.UTC


@pytest.mark.parametrize(
    ("told", "value"), [("0.10", "0.10"), (20, "20"), (0.1, "0.1"), ("NaN", None), ("a", None), (True, None)]
)
def test_money_keeps_its_digits(told, value):
    assert Run.read({"cost": told}).cost == (None if value is None else Decimal(value))


@pytest.mark.parametrize("raw", [None, [], "run", 1])
def test_what_is_no_object_is_malformed(raw):
    with pytest.raises(Malformed, match="where a Run belongs"):
        Run.read(raw)


@pytest.mark.parametrize("raw", [None, {}, "runs", [1], [None]])
def test_what_is_no_list_of_objects_is_malformed(raw):
    with pytest.raises(Malformed):
        Records.read(raw, Run)


def test_a_record_cannot_be_changed_and_shows_only_what_was_told():
    run = Run.read({"id": 1, "status": "\u202edone", "unknown": "much"})
    with pytest.raises(AttributeError):
        run.id = 2
    assert repr(run) == "Run(id=1, status='\\u202edone')"
    assert repr(Run.read({"steps": [{}, {}]})) == "Run(steps=<2 records>)"


def test_records_are_a_sequence():
    runs = Records.read([{"id": 1}, {"id": 2}, {"id": 3}], Run)
    assert (len(runs), runs[-1].id, [run.id for run in runs[1:]]) == (3, 3, [2, 3])
    assert isinstance(runs[1:], Records)
    assert runs[0] in runs
    assert runs == Records(list(runs), Run)
    assert runs != runs[1:]
    assert hash(Records.read([{"id": 1}], Run)) == hash(Records.read([{"id": 1}], Run))


def test_a_table_has_the_fields_in_their_order_and_exact_types():
    table = Records.read([RAW, {}], Run).to_arrow()
    assert table.column_names == [name for name in RAW if name != "unknown"]
    types = {field.name: field.type for field in table.schema}
    assert (types["id"], types["at"]) == (pa.int64(), pa.timestamp("us", "UTC"))
    assert (types["path"], types["tags"]) == (pa.string(), pa.list_(pa.string()))
    first = table.slice(0, 1).to_pylist()[0]
    assert (first["path"], first["tags"], first["cost"]) == ("a/b", ["x"], Decimal("1.10"))
    assert (first["extra"], first["first"]) == ('{"a": [1]}', '{"name": "s1"}')
    assert first["steps"] == '[{"name": "s1"}, {"name": "s2"}]'
    assert set(table.slice(1, 1).to_pylist()[0].values()) == {None}


def test_no_records_are_a_table_with_the_same_columns():
    empty = Records([], Run)
    assert empty.to_arrow().schema.names == Records.read([RAW], Run).to_arrow().schema.names
    assert empty.to_arrow().schema.field("id").type == pa.int64()
    assert repr(empty) == "<no Run>"
    assert list(empty.to_df().columns)[:2] == ["id", "status"]


def test_a_frame_has_arrow_types():
    frame = Records.read([RAW], Run).to_df()
    assert str(frame.dtypes["id"]) == "int64[pyarrow]"
    assert frame["at"].iloc[0] == MOMENT


def test_numbers_over_64_bits_and_half_characters_are_shown_and_not_refused():
    frame = Records.read([{"id": 2**70, "status": "\ud800"}, {"id": 1}], Run).to_df()
    assert list(frame["id"]) == [str(2**70), "1"]
    assert frame["status"].iloc[0] == "\\ud800"


def test_the_view_is_escaped_and_bounded():
    """Case 33."""
    runs = Records.read([{"status": "<img src=x onerror=alert(1)>"}] * 1000, Run)
    page = runs._repr_html_()
    assert not re.search(r"<(img|script)\b", page)
    assert len(page) < 50_000
    assert "980 more rows" in repr(runs)


@record
class Renamed(Record):
    id: int | None = integer("runCounter", "id")
    started_at: dt.datetime | None = instant("startedAt", "runStartTime")
    job: str | None = text("runDetails.jobID", "jobID")
    tags: tuple[str, ...] | None = texts(None, "labels")
    first: Step | None = part(Step, "firstStep")
    steps: Records[Step] | None = parts(Step, "allSteps")
    kind: str | None = told(lambda raw: raw.upper() if isinstance(raw, str) else None, pa.string(), "type")
    both: int | None = whole(lambda raw: len(raw) or None, pa.int64())


@pytest.mark.parametrize("names", [("runCounter", "startedAt"), ("id", "runStartTime")])
def test_a_field_is_read_by_any_of_its_services_names(names):
    read = Renamed.read({names[0]: 7, names[1]: "2026-01-31T12:00:00Z"})
    assert (read.id, read.started_at) == (7, MOMENT)


def test_the_first_name_with_a_value_that_can_be_read_wins():
    assert Renamed.read({"runCounter": 1, "id": 2}).id == 1
    assert Renamed.read({"runCounter": None, "id": 2}).id == 2
    assert Renamed.read({"runCounter": "odd", "id": 2}).id == 2
    assert Renamed.read({"runCounter": "odd"}).id is None


@pytest.mark.parametrize("details", [None, "text", [], {}, {"jobID": None}, {"jobID": {"id": 1}}])
def test_a_name_with_dots_leads_into_objects_and_odd_ones_do_no_harm(details):
    assert Renamed.read({"runDetails": {"jobID": 7}}).job == "7"
    assert Renamed.read({"runDetails": details}).job is None
    assert Renamed.read({"runDetails": details, "jobID": "8"}).job == "8"


def test_a_field_may_be_read_from_the_whole_object_and_in_a_clients_own_way():
    raw = {"type": "view", "labels": ["x"], "firstStep": {"name": "s"}, "allSteps": [{"name": "s"}]}
    read = Renamed.read(raw)
    assert (read.kind, read.both, read.tags, read.first) == ("VIEW", 4, ("x",), Step.read({"name": "s"}))
    assert len(read.steps) == 1
    assert Records([read], Renamed).to_df()["kind"].to_list() == ["VIEW"]
    assert Records([], Renamed).to_arrow().schema.field("both").type == pa.int64()


@given(raw=JSON)
def test_renamed_fields_never_stop_the_reading(raw):
    if isinstance(raw, dict):
        assert Renamed.read({**raw, "runDetails": raw}).raw["runDetails"] is raw
