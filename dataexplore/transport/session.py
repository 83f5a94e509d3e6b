"""One service's client: sends an operation, again when that is safe; gives the answer or one clear error."""

from __future__ import annotations

import random
import threading
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from json import dumps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from dataexplore.errors import AnswerError, ConfigError, DeadlineExceeded, InputError, RequestError
from dataexplore.secret import Secret
from dataexplore.settings import is_loopback, usable_token
from dataexplore.transport.answers import Answer, masked, parse_json, request_id, sample
from dataexplore.transport.authorization import FixedToken, Header, RenewedToken
from dataexplore.transport.clock import Call, Clock
from dataexplore.transport.faults import (
    Refusal,
    cleaned,
    connected,
    refused,
    service_code,
    service_request_id,
    service_words,
    unanswered,
)
from dataexplore.transport.retry import Attempt, Quota, decide, retry_after_s
from dataexplore.transport.wire import WireTransport, environment_proxy, trusted_context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import TracebackType

    from dataexplore.settings import ServiceSettings
    from dataexplore.transport.operations import Operation
    from dataexplore.transport.uploads import Upload

__all__ = ["Session"]

RECORDS_MAX_BYTES = 64 * 2**20
_ERROR_BODY_BYTES = 64 * 2**10
_USER_AGENT = "jupyter-dataexplore"
_WITHOUT_BODY = {httpx.codes.ACCEPTED, httpx.codes.NO_CONTENT}
_JSON = {"Content-Type": "application/json"}


class Session:
    """The HTTP client of one service.

    Args:
        settings: address and trust of the service.
        token: goes into the Authorization header and nowhere else; one that ends is renewed in time.
        transport: replaces the socket side; a test passes one that checks the contract.
        clock: replaces the clock.
        cancel: ends this session's calls when set, from any thread.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        token: Secret | RenewedToken,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
        cancel: threading.Event | None = None,
    ) -> None:
        if settings.url is None:
            raise ConfigError(
                f"No address for {settings.name} in profile {settings.profile!r}.",
                f"Set {settings.variable('URL')}, or url of [{settings.profile}.{settings.name}].",
            )
        self.service = settings.name
        self._base = _base(settings.url, settings.name)
        self._scheme = settings.scheme
        self._tokens = token if isinstance(token, RenewedToken) else _fixed(token, settings)
        self._clock = clock or Clock()
        self._cancel = cancel or threading.Event()
        self._quota = Quota()
        self._client = httpx.Client(
            transport=transport or _wire(settings, self._base),
            headers={"Accept-Encoding": "identity", "User-Agent": _USER_AGENT},
            follow_redirects=False,
            trust_env=False,
        )

    @property
    def host(self) -> str:
        """Host and port, as the errors name them."""
        return self._base.netloc.decode("ascii")

    def fetch(self, operation: Operation, names: Mapping[str, str] | None = None, **request: Any) -> Any:
        """Send an operation and give its answer, parsed from JSON; None for an empty body of a 202 or 204.

        Args:
            operation: what to send.
            names: fills the names in its path.
            request: ``json``, ``upload``, ``params`` (the query), ``headers``, ``deadline_s``, as of
                :meth:`open`.

        Raises:
            RequestError: the service refused, failed, or gave no answer.
            AnswerError: the answer cannot be trusted.
        """
        secrets = _secrets(request.get("json"))
        with self.open(operation, names, **request) as answer, self.naming(operation, *secrets):
            return _record(answer)

    def open(
        self,
        operation: Operation,
        names: Mapping[str, str] | None = None,
        *,
        json: Any = None,
        upload: Upload | None = None,
        params: Mapping[str, str | int | Sequence[str] | None] | None = None,
        headers: Mapping[str, str] | None = None,
        deadline_s: float | None = None,
        on_wait: Callable[[], None] | None = None,
        basic: Secret | None = None,
    ) -> Answer:
        """Send an operation and give its answer with the body still on the wire; close it.

        Args:
            operation: what to send.
            names: fills the names in its path.
            json: the request's body; a :class:`Secret` in it is revealed only on its way out.
            upload: a file with its form instead, read from disk while it is sent.
            params: the query; what is None is left out, a list is its name again and again.
            headers: more headers.
            deadline_s: total seconds for this call and its body, instead of the operation's own.
            on_wait: called about ten times a second while nothing arrives.
            basic: a name and a password for HTTP's Basic, already in base64, instead of the session's token.

        Raises:
            InputError: a name or a text cannot be sent.
            RequestError: the service refused, failed, or gave no answer.
        """
        call = self.call(operation.deadline_s if deadline_s is None else deadline_s, on_wait)
        query = {name: value for name, value in (params or {}).items() if value is not None}
        with upload.opened() if upload else nullcontext() as files:
            try:
                request = self._client.build_request(
                    operation.method,
                    self._url(operation, names or {}),
                    content=None if json is None else _written(json),
                    data=upload.texts if upload else None,
                    files=files,
                    params=query,
                    headers={**_JSON, **(headers or {})} if json is not None else headers,
                    extensions={"timeout": dict.fromkeys(("connect", "read", "write"), call)},
                )
            except UnicodeEncodeError:
                raise InputError(
                    "The text to send has half a character (a lone surrogate).", "Type or paste it again."
                ) from None
            with self.naming(operation, *_secrets(json)):
                with suppress(KeyboardInterrupt):
                    return self._repeat(operation, request, call, basic)
                raise KeyboardInterrupt  # anew: the frames of the first one hold the request's headers

    def call(self, deadline_s: float | None = None, on_wait: Callable[[], None] | None = None) -> Call:
        """Begin a call's time by this session's clock and cancel; a wait of many calls has one of its own."""
        return Call(self._clock, deadline_s, self._cancel, on_wait)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def naming(self, operation: Operation, *secrets: Secret) -> AbstractContextManager[None]:
        """Put service and operation on every error that passes, and mask secrets that were echoed into it."""
        return _Naming(self.service, operation.name, self._tokens, secrets)

    def _url(self, operation: Operation, names: Mapping[str, str]) -> httpx.URL:
        target = self._base.raw_path.rstrip(b"/") + operation.target(names).encode("ascii")
        return self._base.copy_with(raw_path=target)

    def _repeat(
        self, operation: Operation, request: httpx.Request, call: Call, basic: Secret | None
    ) -> Answer:
        number, renewed = 1, False
        while True:
            token = basic or self._tokens.current(self, call)
            header = Header("Basic" if basic else self._scheme, token)
            outcome = self._attempt(operation, request, call, header)
            if isinstance(outcome, Answer):
                if number == 1:
                    self._quota.give_back()
                return outcome
            error, attempt = outcome
            if not basic and self._another(operation, token, error) and not renewed:
                renewed = True  # once: a second refusal is not about this token
                continue
            pause = decide(replace(attempt, number=number), random.random())  # noqa: S311 - jitter, no secret
            if call.over or pause is None or not self._quota.take():
                raise error
            left = call.remaining()
            if left is not None and pause >= left:
                raise error  # the pause alone would outlive the call
            call.wait(pause)
            number += 1

    def _attempt(
        self, operation: Operation, request: httpx.Request, call: Call, header: Header
    ) -> Answer | tuple[RequestError, Attempt]:
        attempt = Attempt(number=1, repeatable=operation.repeatable, connected=True)
        try:
            if call.over:  # before the first attempt or in a pause: then nothing is sent
                raise httpx.PoolTimeout("the call is over")
            response = self._client.send(request, stream=True, auth=header)
            if response.is_success:
                answer = Answer(response, call)
                if operation.repeatable:
                    answer.await_body()
                return answer
            refusal = self._refusal(response, call)
        except httpx.TransportError as error:
            return unanswered(error, operation, self.host, call), replace(attempt, connected=connected(error))
        refusal_error = refused(refusal, operation, self.host)
        refusal_error.status, refusal_error.detail = refusal.status, refusal.detail
        refusal_error.code = refusal.code
        told = request_id(response.headers) or refusal.request_id
        refusal_error.request_id = self._masked(told) or None
        return refusal_error, replace(attempt, status=refusal.status, retry_after_s=refusal.retry_after_s)

    def _another(self, operation: Operation, token: Secret, error: RequestError) -> bool:
        """Tell whether an attempt may be made again with a new token; say what to do in case it is not."""
        if error.status not in {401, 403}:
            return False
        error.fix = self._tokens.fix(error.status, operation) or error.fix
        # Taken note of for any operation, so that the next call does not send it again.
        return error.status == 401 and self._tokens.renewable(token) and operation.repeatable  # noqa: PLR2004

    def _refusal(self, response: httpx.Response, call: Call) -> Refusal:
        with Answer(response, call) as answer:
            detail, code, name = self._words(answer)
            return Refusal(
                status=response.status_code,
                detail=detail,
                code=code,
                request_id=name,
                etag=response.headers.get("etag"),
                retry_after_s=retry_after_s(response.headers),
                location_host=self._redirected_to(response.headers.get("location", "")),
            )

    def _redirected_to(self, location: str) -> str | None:
        if not location:
            return None
        try:
            return self._masked(cleaned(urlsplit(location).hostname or self.host))
        except ValueError:
            return "an address that cannot be read"

    def _words(self, answer: Answer) -> tuple[str, str, str]:
        """Find what the service says in an error's body, its code and its id of the request.

        The body's first 64 KiB are enough.
        """
        body = bytearray()
        buffer = memoryview(bytearray(4096))
        words = code = name = ""
        # The status alone says more than the body's failure.
        with suppress(AnswerError, DeadlineExceeded):
            while len(body) < _ERROR_BODY_BYTES and (size := answer.readinto(buffer)):
                body += buffer[:size]
            told = parse_json(bytes(body))
            words, code, name = service_words(told), service_code(told), service_request_id(told)
        return cleaned(self._masked(words or sample(bytes(body)))), self._masked(code), name

    def _masked(self, text: str) -> str:
        for secret in self._tokens.secrets:
            text = masked(text, secret)
        return text


def _record(answer: Answer) -> Any:
    body = answer.read(RECORDS_MAX_BYTES, "the filters of the request")
    if not body and answer.status in _WITHOUT_BODY:
        return None
    return parse_json(body, answer.content_type)


def _fixed(token: Secret, settings: ServiceSettings) -> FixedToken:
    return FixedToken(usable_token(token, settings.token_source or "the caller"))


def _base(url: str, service: str) -> httpx.URL:
    base = httpx.URL(url)
    try:
        _ = base.host  # decodes xn-- names, which would else be done in the middle of a call
    except UnicodeError:
        raise ConfigError(
            f"The host in url of [{service}] is not a valid xn-- name.", "Copy it again from where it came."
        ) from None
    return base


def _wire(settings: ServiceSettings, base: httpx.URL) -> WireTransport:
    proxy = None if is_loopback(base.raw_host.decode("ascii")) else environment_proxy(base)
    return WireTransport(trusted_context(settings.ca_bundle), proxy)


def _written(body: Any) -> bytes:
    try:
        return dumps(
            body, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_revealed
        ).encode("utf-8")
    except (InputError, UnicodeEncodeError):
        raise
    except ValueError:
        raise InputError("A number to send is not finite, or a value holds itself.", "Correct it.") from None


def _revealed(value: Any) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise InputError(
        f"A value of type {type(value).__name__} cannot be sent.", "Use texts, numbers, lists and dicts."
    )


def _secrets(body: Any) -> Iterator[Secret]:
    """Find the secrets of a body: a service may echo them in its error, as it may echo the token."""
    if isinstance(body, Secret):
        yield body
    elif isinstance(body, (dict, list, tuple)):
        for inner in body.values() if isinstance(body, dict) else body:
            yield from _secrets(inner)


class _Naming(AbstractContextManager[None]):
    def __init__(
        self, service: str, operation: str, tokens: FixedToken | RenewedToken, secrets: tuple[Secret, ...]
    ) -> None:
        self._service = service
        self._operation = operation
        self._tokens = tokens
        self._secrets = secrets

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, trace
        if not isinstance(error, (RequestError, AnswerError)):
            return
        error.service = error.service or self._service
        error.operation = error.operation or self._operation
        for secret in (*self._tokens.secrets, *self._secrets):  # also a token that came in between
            error.what = masked(error.what, secret)
            if isinstance(error, RequestError):
                error.detail = masked(error.detail, secret)
        error.args = (error.what, error.fix)
        # Without the frames and the error below: they hold the answer's body, which may echo the token.
        error.__context__ = None
        raise error.with_traceback(None)
