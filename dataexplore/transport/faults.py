"""From a failed attempt to the error that says it: what happened, may it have been done, what to do."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx

from dataexplore.errors import (
    Cancelled,
    Conflict,
    DeadlineExceeded,
    EditConflict,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Redirected,
    RequestError,
    ServerFault,
    Unauthorized,
    Unreachable,
)
from dataexplore.html import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.transport.clock import Call
    from dataexplore.transport.operations import Operation

__all__ = [
    "Refusal",
    "cleaned",
    "connected",
    "interruption",
    "refused",
    "service_code",
    "service_request_id",
    "service_words",
    "unanswered",
]

_MAY_RUN = "It was not sent again, and it may have been carried out: look before you repeat it."
_NEVER_CONNECTED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_DETAIL_CHARACTERS = 4000
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")
IN_USE = "IN_USE"  # a code of ours: Talend has a field of its own for it, and no code
_PHRASES = frozenset(status.phrase.casefold() for status in HTTPStatus)
_STATUS_IN_FRONT = re.compile(r"[1-5]\d\d: *(?=\S)")
_REASONS = {400: Invalid, 401: Unauthorized, 403: Forbidden, 404: NotFound, 409: Conflict, 422: Invalid}
_FIXES: dict[type[RequestError], str] = {
    Unauthorized: "`dataexplore doctor` says where the token comes from; make a new one in the service.",
    Forbidden: "Ask the service's administrator for the right, or use another token.",
    NotFound: "Check the name, and whether this token may see it.",
    Conflict: "Read it again and decide.",
    EditConflict: "Read it again, and repeat the change on what stands there now.",
}


def connected(error: httpx.TransportError) -> bool:
    """Tell whether the request may have reached the service."""
    return not isinstance(error, _NEVER_CONNECTED)


def interruption(error: httpx.TransportError, call: Call) -> RequestError | None:
    """Give the error for a call that ended from our side: its deadline, or a cancel; None for any other."""
    if call.cancel.is_set():
        return Cancelled(
            "The call was cancelled from here.", "What it started in the service may go on there."
        )
    if call.remaining() == 0.0 and isinstance(error, httpx.TimeoutException):
        return DeadlineExceeded(
            f"No complete answer within {call.deadline_s:g} s.",
            "Allow more with a longer deadline; what was started in the service may go on there.",
        )
    return None


def unanswered(error: httpx.TransportError, operation: Operation, host: str, call: Call) -> RequestError:
    """Give the error for an attempt without an answer."""
    stopped = interruption(error, call)
    if stopped is not None:
        return stopped
    if not connected(error):
        return _unreachable(error, host)
    if operation.repeatable:
        return Unreachable(
            f"{host} closed the connection without an answer ({type(error).__name__}).",
            "Try again in a while.",
        )
    return OutcomeUnknown(
        f"{host} closed the connection without an answer ({type(error).__name__}).", _MAY_RUN
    )


def _unreachable(error: httpx.TransportError, host: str) -> RequestError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unreachable(
                f"The certificate of {host} is not trusted ({cause.verify_message}).",
                "Set ca_bundle of the service to your company's PEM file.",
            )
        cause = cause.__cause__ or cause.__context__
    reason = visible(str(error))[:200] or type(error).__name__
    return Unreachable(
        f"{host} cannot be reached ({reason}).", "Check the address, the network and the proxy."
    )


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer outside 2xx, its text already cleaned and masked."""

    status: int
    detail: str
    etag: str | None = None
    retry_after_s: float | None = None
    location_host: str | None = None
    code: str = ""
    request_id: str = ""


def refused(refusal: Refusal, operation: Operation, host: str) -> RequestError:
    """Give the error for an answer outside 2xx."""
    status, detail = refusal.status, refusal.detail
    if 300 <= status < 400:  # noqa: PLR2004 - the class of redirects
        return Redirected(
            f"{host} redirects to {refusal.location_host or 'nowhere'}; redirects are never followed.",
            "Set the service's url to the address that really answers.",
        )
    if status in {412, 428}:
        conflict = EditConflict(detail or "Somebody changed it first.", _FIXES[EditConflict])
        conflict.current_etag = refusal.etag
        return conflict
    if status == 429:  # noqa: PLR2004
        return _rate_limited(refusal, host)
    if status >= 500:  # noqa: PLR2004
        return _server_fault(refusal, operation, host)
    # Coalesce has both for an id that it does not know; to the caller they are one.
    unknown = status == 400 and refusal.code == "NOT_FOUND"  # noqa: PLR2004
    kind = NotFound if unknown else _REASONS.get(status, Invalid)
    if kind is Unauthorized:
        detail = f"{host} does not accept the token (401)."
    if refusal.code == IN_USE:
        return kind(f"It is still in use: {detail}", "Take it out of what uses it first.")
    return kind(detail or f"{host} refused the request ({status}).", _FIXES.get(kind, ""))


def _rate_limited(refusal: Refusal, host: str) -> RateLimited:
    pause = refusal.retry_after_s
    wish = f"in {pause:,.0f} s" if pause is not None and pause < float("inf") else "later"
    limited = RateLimited(f"{host} wants fewer requests (429).", f"Try again {wish}.")
    limited.retry_after_s = pause
    return limited


def _server_fault(refusal: Refusal, operation: Operation, host: str) -> RequestError:
    said = f": {refusal.detail}" if refusal.detail else "."
    what = f"{host} failed with {refusal.status}{said}"
    if operation.repeatable:
        return ServerFault(what, "Try again in a while.")
    # 502 and 504 come from something between us and the service: it may well have the request.
    kind = OutcomeUnknown if refusal.status in {502, 504} else ServerFault
    return kind(what, _MAY_RUN)


def service_words(answer: object) -> str:
    """Find the human words in an error body of any of the four services; empty when there are none."""
    match answer:
        case {"error": dict(inner)}:
            return _unnumbered(_joined(inner.get("errorString"), inner.get("errorDetail")))
        case {"error": str(text)}:
            return text
        case {"message": str(text), **rest}:
            return _both(text, rest) if "status" in rest else _joined(text, rest.get("detail"))
        case {"detail": str(text)} | {"Usage Details": str(text)}:
            return text
        case {"detail": [*problems]}:
            return "; ".join(_problem(problem) for problem in problems)
        case _:
            return ""


def service_code(answer: object) -> str:
    """Find the service's word for the kind of error; empty when there is none, or it is no word."""
    match answer:
        case {"Usage Details": _}:
            return IN_USE
        case {"code": str(code)} | {"error": {"code": str(code)}} if _CODE.fullmatch(code):
            return code
        case _:
            return ""


def service_request_id(answer: object) -> str:
    """Find the service's own id of a request in its error body, as Talend has it there; empty without one."""
    match answer:
        case {"requestId": str(name)} if _CODE.fullmatch(name):
            return name
        case _:
            return ""


def _unnumbered(text: str) -> str:
    # Coalesce repeats the status in front of its words: "400: No such job."
    number = _STATUS_IN_FRONT.match(text)
    return text[number.end() :] if number else text


def _joined(text: Any, detail: Any) -> str:
    # The detail says it; the message in front is often only the status in words.
    return next((each for each in (detail, text) if isinstance(each, str) and each), "")


def _both(text: str, rest: Mapping[Any, Any]) -> str:
    """Give Talend's words for the user and those for the developer; the first are often only the status."""
    detail = rest.get("detail")
    if not isinstance(detail, str) or not detail:
        return text
    if not text or text.casefold() in _PHRASES or text in detail:
        return detail
    return text if detail in text else f"{text.rstrip('.')}: {detail}"


def _problem(problem: object) -> str:
    match problem:
        case {"loc": [*place], "msg": str(text)}:
            return f"{'.'.join(map(str, place))}: {text}"
        case dict():
            # Only these: some frameworks put the input beside them, and with it what is secret.
            return str({name: problem[name] for name in ("loc", "msg", "type") if name in problem})
        case _:
            return str(problem)


def cleaned(text: str) -> str:
    """Cut a service's text to a screenful and make its control characters visible; line breaks stay."""
    return visible(text.replace("\r\n", "\n").strip())[:_DETAIL_CHARACTERS]
