"""What the components of a task's run did, in pages without a total or a key."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from dataexplore.errors import Forbidden, InputError, Malformed, NotFound
from tests.clients.talend.asked_runs import TASK_RUN, AskedRuns, settings

ROW = {
    "connector_type": "tDBOutput",
    "connector_id": "tDBOutput_1",
    "connector_label": "orders",
    "component_start_time_seconds": 1795152604.5,
    "component_execution_duration_milliseconds": 812,
    "task_id": "t",
    "task_execution_id": TASK_RUN,
    "rows": 9,
}


@pytest.fixture
def asked(scripted):
    """Open clients of metrics whose service gives these answers."""
    return partial(scripted, kind=AskedRuns, settings=settings())


def page(*rows):
    return {"metrics": {"items": [*rows]}}


def test_components_are_read_to_the_empty_page(asked):
    """getComponentMetrics."""
    client = asked(page(ROW, {**ROW, "connector_id": "tMap_1"}), page({"odd": []}), page())
    found = client.metrics.components(TASK_RUN)
    assert [each.connector_id for each in found] == ["tDBOutput_1", "tMap_1", None]
    first = found[0]
    assert first.started_at == dt.datetime(2026, 11, 20, 5, 30, 4, 500000, tzinfo=dt.UTC)
    assert (first.duration_ms, first.connector_label, first.raw["rows"]) == (812, "orders", 9)
    assert client.asked[:2] == ("GET", f"/monitoring/observability/executions/{TASK_RUN}/component")
    assert [dict(request.url.params) for request in client.requests] == [
        {
            "sortBy": "component_start_time_seconds",
            "sortOrder": "desc",
            "limit": "200",
            "offset": offset,
        }
        for offset in ("0", "2", "3")
    ]


def test_a_limit_is_what_is_asked_for(asked):
    client = asked(page(ROW, {**ROW, "connector_id": "tMap_1"}))
    client.metrics.components(TASK_RUN, limit=2, sort_by="connector_id", sort_order="asc")
    assert len(client.requests) == 1
    assert dict(client.requests[0].url.params) == {
        "sortBy": "connector_id",
        "sortOrder": "asc",
        "limit": "2",
        "offset": "0",
    }


@pytest.mark.parametrize("raw", [True, "1795152604", None, 1e300])
def test_an_odd_time_is_none(asked, raw):
    client = asked(page({**ROW, "component_start_time_seconds": raw}), page())
    assert client.metrics.components(TASK_RUN)[0].started_at is None


@pytest.mark.parametrize("told", [{}, {"metrics": {}}, {"metrics": None}])
def test_no_metrics_are_none(asked, told):
    assert len(asked(told).metrics.components(TASK_RUN)) == 0


@pytest.mark.parametrize("told", [[], {"metrics": []}, {"metrics": {"items": [1]}}, {"other": 1}, page(ROW)])
def test_an_answer_that_is_none_or_comes_twice_is_an_error(asked, told):
    with pytest.raises(Malformed):
        asked(told).metrics.components(TASK_RUN)


def test_what_cannot_be_asked_is_refused(asked):
    client = asked(page())
    for wrong in ({"limit": 0}, {"sort_order": "up"}, {"sort_by": ""}, {"execution_id": ""}):
        with pytest.raises(InputError):
            client.metrics.iterate_components(**{"execution_id": TASK_RUN, **wrong})
    assert client.requests == []


def test_no_right_to_metrics_is_said_with_what_still_works(asked):
    client = asked((403, {"status": 403, "message": "No permission"}))
    with pytest.raises(Forbidden, match=r"No permission\. Component metrics need a right of their own"):
        client.metrics.components(TASK_RUN)
    client = asked((404, {"status": 404, "message": "No such run"}))
    with pytest.raises(NotFound, match=r"^No such run\. Check the name, and whether .* see it\.$"):
        client.metrics.components(TASK_RUN)
