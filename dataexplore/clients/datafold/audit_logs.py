"""The audit log: who did what, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.clients.datafold.instants import instant_text
from dataexplore.clients.records import Record, Records, anything, flag, instant, integer, record, text
from dataexplore.errors import Malformed
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from typing import Any

    from dataexplore.transport import Session

__all__ = ["AuditLogEntry", "AuditLogs"]

LIST = Operation("get_audit_logs_api_v1_audit_logs_get", "GET", "/api/v1/audit_logs", repeatable=True)


@record
class AuditLogEntry(Record):
    """One entry of the audit log."""

    timestamp: dt.datetime | None = instant()
    user_email: str | None = text()
    user_id: int | None = integer()
    action: str | None = text()
    object_type: str | None = text()
    object_id: int | None = integer()
    request_type: str | None = text()
    url: str | None = text()
    status: str | None = text()
    source: str | None = text()
    client_ip: str | None = text()
    user_agent: str | None = text()
    referer: str | None = text()
    is_support_user: bool | None = flag()
    log_entry: str | None = text()
    payload: Any = anything()
    event_uuid: str | None = text()


class AuditLogs:
    """The operation on the audit log."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self, *, start_date: dt.datetime | str | None = None, end_date: dt.datetime | str | None = None
    ) -> Records[AuditLogEntry]:
        """List the entries (GET /api/v1/audit_logs); the dates travel in the body of the GET.

        Raises:
            InputError: a date without a time zone.
        """
        dates = {"start_date": instant_text(start_date), "end_date": instant_text(end_date)}
        body = {name: value for name, value in dates.items() if value is not None}
        answer = self._session.fetch(LIST, json=body or None)
        with self._session.naming(LIST):
            match answer:
                case {"logs": logs}:
                    return Records.read(logs, AuditLogEntry)
            raise Malformed("The answer has no logs.", "Check the address: something else may have answered.")
