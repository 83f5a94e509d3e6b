"""What would be sent, before it is."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError, NotFound


def test_an_order_is_noted_and_not_sent(answered):
    client = answered()
    order = client.rehearse(lambda it: it.plans.pause("p1", context="the source moves"))
    assert (order.method, order.path) == ("PUT", "/orchestration/executables/plans/p1/pause")
    assert order.body == {"pause": True, "pauseContext": "the source moves"}
    assert client.requests == []


def test_an_order_without_a_body_has_no_text(answered):
    order = answered().rehearse(lambda it: it.executions.terminate_task("t1"))
    assert (order.method, order.path, order.json) == ("DELETE", "/processing/executions/t1", "")


def test_what_is_only_read_on_the_way_is_read(answered):
    client = answered([{"executionId": "s1", "id": "i1"}], {"executionId": "r1", "planId": "p1"})
    order = client.rehearse(lambda it: it.executions.resume_plan("r1", "s1"))
    assert order.body == {"executable": "p1", "executionPlanId": "r1", "stepId": "s1"}
    assert [request.method for request in client.requests] == ["GET", "GET"]


def test_what_cannot_be_sent_is_refused_as_it_would_be(answered):
    with pytest.raises(InputError):
        answered().rehearse(lambda it: it.plans.pause("p1", context=" "))
    with pytest.raises(NotFound) as caught:
        answered((404, {"status": 404, "message": "gone"})).rehearse(
            lambda it: it.executions.resume_plan("r1", "s1")
        )
    assert caught.value.service == "talend"
