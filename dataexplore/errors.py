"""Every error this package raises on purpose.

Each says in one sentence what happened and in one what to do::

    DataExploreError
    ├── ConfigError          the profile, the environment or an address cannot be used; nothing was sent
    ├── InputError           what was passed in cannot be used as it is; nothing was sent (also a ValueError)
    ├── RequestError         a service refused, failed, or could not be reached
    │   ├── Unauthorized         401
    │   ├── Forbidden            403
    │   ├── NotFound             404, and a 400 whose code says so
    │   ├── Invalid              400, 422 and the other 4xx: the service says what is wrong
    │   ├── Conflict             409
    │   ├── EditConflict         412, 428: somebody changed it first
    │   ├── RateLimited          429 and still too early
    │   ├── ServerFault          5xx
    │   ├── Redirected           3xx: redirects are never followed
    │   ├── Unreachable          no answer, and nothing was done
    │   ├── DeadlineExceeded     the call's total time is over
    │   ├── Cancelled            cancelled from here, by another thread
    │   └── OutcomeUnknown       no answer, and it may have been done
    ├── AnswerError          an answer came, but it cannot be trusted
    │   ├── Truncated            it stops before its end
    │   ├── TooLarge             it is over a limit of the profile
    │   └── Malformed            it is not what the contract promises
    └── SandboxError         the embedded sandbox did not start or has ended

No error holds a token, a request header, or a body longer than a screenful.
"""

from __future__ import annotations

__all__ = [
    "AnswerError",
    "Cancelled",
    "ConfigError",
    "Conflict",
    "DataExploreError",
    "DeadlineExceeded",
    "EditConflict",
    "Forbidden",
    "InputError",
    "Invalid",
    "Malformed",
    "NotFound",
    "OutcomeUnknown",
    "RateLimited",
    "Redirected",
    "RequestError",
    "SandboxError",
    "ServerFault",
    "TooLarge",
    "Truncated",
    "Unauthorized",
    "Unreachable",
]


class DataExploreError(Exception):
    """Something this package foresaw.

    ``what`` says what happened, ``fix`` what to do about it; ``str()`` joins both.
    """

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what, fix)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        # A service's own words often have no full stop, and two sentences would run into one.
        stop = "." if self.fix and (self.what[-1:].isalnum() or self.what[-1:] in set("'\")]")) else ""
        return f"{self.what}{stop} {self.fix}".strip()


class ConfigError(DataExploreError):
    """The profile, the environment or an address cannot be used; nothing was sent."""


class InputError(DataExploreError, ValueError):
    """What was passed in cannot be used as it is; nothing was sent."""


class RequestError(DataExploreError):
    """A service refused a request, failed, or could not be reached.

    ``service`` and ``operation`` name the call as its contract does, ``status`` is the HTTP status (None
    without an answer), ``request_id`` the service's own id when it sent one, ``detail`` the service's own
    text, cleaned of control characters and of the token, ``code`` its word for the kind of error, when it has
    one (Coalesce's ``NOT_FOUND``).
    """

    def __init__(
        self,
        what: str,
        fix: str = "",
        *,
        service: str = "",
        operation: str = "",
        status: int | None = None,
        request_id: str | None = None,
        detail: str = "",
        code: str = "",
    ) -> None:
        super().__init__(what, fix)
        self.service = service
        self.operation = operation
        self.status = status
        self.request_id = request_id
        self.detail = detail
        self.code = code


class Unauthorized(RequestError):
    """The service does not accept the token (401)."""


class Forbidden(RequestError):
    """The token is good, but not for this (403)."""


class NotFound(RequestError):
    """There is no such thing, or it is hidden from this token (404, or 400 with the code ``NOT_FOUND``)."""


class Invalid(RequestError):
    """The service says what is wrong with the request (400, 422 and the other 4xx)."""


class Conflict(RequestError):
    """It clashes with what is there (409)."""


class EditConflict(RequestError):
    """Somebody changed it first (412, 428); ``current_etag`` is the version that stands now, when told."""

    current_etag: str | None = None


class RateLimited(RequestError):
    """The service wants a pause longer than we wait (429); ``retry_after_s`` says how long, when told."""

    retry_after_s: float | None = None


class ServerFault(RequestError):
    """The service failed (5xx)."""


class Redirected(RequestError):
    """The service answered with a redirect, which is never followed: it could carry the token elsewhere."""


class Unreachable(RequestError):
    """No answer came, and nothing was done."""


class DeadlineExceeded(RequestError):
    """The total time allowed for the call is over."""


class Cancelled(RequestError):
    """The call was cancelled from here, by another thread."""


class OutcomeUnknown(RequestError):
    """No answer came, and the request may have been carried out. It is never repeated on its own."""


class AnswerError(DataExploreError):
    """An answer came, but it cannot be trusted.

    ``service`` and ``operation`` name the call; the room that decodes leaves them empty and the client
    that made the call fills them in.
    """

    def __init__(self, what: str, fix: str = "", *, service: str = "", operation: str = "") -> None:
        super().__init__(what, fix)
        self.service = service
        self.operation = operation


class Truncated(AnswerError):
    """The answer stops before its end; no part of it is used."""


class TooLarge(AnswerError):
    """The answer is over a limit of the profile; it was refused before it could fill the memory."""


class Malformed(AnswerError):
    """The answer is not what the contract promises."""


class SandboxError(DataExploreError):
    """The embedded sandbox did not start, or has ended."""
