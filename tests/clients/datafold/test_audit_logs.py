"""The audit log: a GET whose dates travel in its body."""

from __future__ import annotations

import datetime as dt

import pytest

from dataexplore.errors import InputError, Malformed

ENTRY = {
    "timestamp": "2026-11-20T06:00:00Z",
    "event_uuid": "3b0f",
    "client_ip": "127.0.0.1",
    "url": "/api/v1/datadiffs",
    "action": "create",
    "user_id": 5,
    "payload": {"a": 1},
}


def test_list_gives_the_entries(answered):
    """get_audit_logs_api_v1_audit_logs_get."""
    client = answered({"logs": [ENTRY, {"timestamp": "whenever"}]})
    entries = client.audit_logs.list()
    assert client.asked == ("GET", "/api/v1/audit_logs", "")
    assert client.requests[-1].content == b""
    assert entries[0].timestamp == dt.datetime(2026, 11, 20, 6, tzinfo=dt.UTC)
    assert (entries[0].payload, entries[1].timestamp) == ({"a": 1}, None)
    assert entries[1].raw == {"timestamp": "whenever"}


def test_dates_travel_in_the_body_of_the_get(answered):
    client = answered({"logs": []})
    client.audit_logs.list(start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), end_date="2026-02-01T00:00:00Z")
    assert client.asked == ("GET", "/api/v1/audit_logs", "")
    assert client.sent == {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-02-01T00:00:00Z"}
    client.audit_logs.list(end_date="2026-02-01T00:00:00Z")
    assert client.sent == {"end_date": "2026-02-01T00:00:00Z"}
    with pytest.raises(InputError, match="no time zone"):
        client.audit_logs.list(start_date=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - a naive one is meant


@pytest.mark.parametrize("odd", [{}, [], None, {"logs": None}, {"logs": [1]}])
def test_an_answer_without_logs_is_malformed(answered, odd):
    with pytest.raises(Malformed) as caught:
        answered(odd).audit_logs.list()
    assert caught.value.operation == "get_audit_logs_api_v1_audit_logs_get"
