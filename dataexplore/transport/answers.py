"""What came back: a body that is read under limits, strict JSON, and the service's own words in an error."""

from __future__ import annotations

import base64
import json
import zlib
from decimal import Decimal, InvalidOperation
from itertools import chain
from math import isinf
from os.path import commonprefix
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import httpx

from dataexplore.errors import Malformed, TooLarge, Truncated
from dataexplore.html import visible
from dataexplore.transport.faults import interruption

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from dataexplore.secret import Secret
    from dataexplore.transport.clock import Call

__all__ = ["Answer", "masked", "parse_json", "request_id", "sample"]

_SAMPLE = 80
_TELLING = 12  # characters of a token that already give it away
_DECODED_PIECE = 2**20
_REQUEST_IDS = ("x-request-id", "x-correlation-id", "x-amzn-requestid")


class Answer:
    """A 2xx answer whose body is still on the wire. Close it, or use it in a ``with``.

    Attributes:
        status: the HTTP status.
        headers: the answer's headers.
        wire_bytes: bytes of the body received so far.
    """

    def __init__(self, response: httpx.Response, call: Call) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.wire_bytes = 0
        self._response = response
        self._call = call
        self._raw = response.iter_raw()
        self._first = b""
        self._pieces = self._decoded()
        self._left = memoryview(b"")

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def request_id(self) -> str | None:
        """The service's own id of this request, when it sent one."""
        return request_id(self.headers)

    @property
    def framed(self) -> bool:
        """Whether HTTP itself tells where the body ends; otherwise a cut looks like the end."""
        return "content-length" in self.headers or "transfer-encoding" in self.headers

    def await_body(self) -> None:
        """Wait for the first piece of the body: a connection lost before it still counts as no answer.

        Raises:
            httpx.TransportError: it was lost.
        """
        self._first = next(self._raw, b"")

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill ``buffer`` with what has arrived; 0 at the end of the body.

        Raises:
            Truncated: the connection ended before the body did.
            DeadlineExceeded: the call's time is over.
        """
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def read(self, max_bytes: int, setting: str = "limits.max_bytes") -> bytes:
        """Read the whole body.

        Raises:
            TooLarge: it is longer than ``max_bytes``; ``setting`` is what the text tells to raise.
        """
        body = bytearray()
        for piece in self._pieces:
            body += piece
            if len(body) > max_bytes:
                raise TooLarge(
                    f"The answer is longer than {max_bytes:,} bytes.", f"Ask for less, or raise {setting}."
                )
        return bytes(body)

    def close(self) -> None:
        """Give the connection back, or close it when the body was not read to its end."""
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _arriving(self) -> Iterator[bytes]:
        ended: BaseException
        try:
            for piece in chain((self._first,), self._raw):
                self.wire_bytes += len(piece)
                yield piece
        except httpx.TransportError as error:
            ended = interruption(error, self._call) or self._cut_off(error)
        except KeyboardInterrupt:
            ended = KeyboardInterrupt()
        else:
            return
        self.close()
        raise ended  # outside of the except: the frames of the first error hold the request's headers

    def _cut_off(self, error: httpx.TransportError) -> Truncated:
        cut = Truncated(
            f"The answer was cut off after {self.wire_bytes:,} bytes ({type(error).__name__}).",
            "Nothing of it is used. Run it again if it only reads.",
        )
        cut.__cause__ = type(error)(str(error))  # anew: the first one leads to the request
        return cut

    def _decoded(self) -> Iterator[bytes]:
        encoding = self.headers.get("content-encoding", "identity").strip().lower()
        if encoding == "identity":
            yield from self._arriving()
        elif encoding in {"gzip", "deflate"}:  # not asked for, but some proxies do it all the same
            yield from self._inflated()
        else:
            self.close()
            raise Malformed(
                f"The answer is encoded as {visible(encoding)[:_SAMPLE]!r}, which was not asked for.",
                "Switch the compression off at the service or the proxy before it.",
            )

    def _inflated(self) -> Iterator[bytes]:
        """Decode in bounded pieces: a kilobyte may stand for a gigabyte."""
        inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            for piece in self._arriving():
                yield inflater.decompress(piece, _DECODED_PIECE)
                while inflater.unconsumed_tail:
                    yield inflater.decompress(inflater.unconsumed_tail, _DECODED_PIECE)
                if inflater.unused_data:  # a second gzip member would be lost without a word
                    raise Malformed("The compressed answer goes on after its end.", "Ask again.")
        except zlib.error:
            raise Malformed("The answer's compression is damaged.", "Ask again.") from None
        if not inflater.eof:
            raise Truncated(
                "The compressed answer stops before its end.", "Nothing of it is used. Ask again."
            )


def request_id(headers: httpx.Headers) -> str | None:
    """Find the service's id of a request among the answer's headers."""
    return next((visible(headers[name])[:_SAMPLE] for name in _REQUEST_IDS if name in headers), None)


def parse_json(body: bytes, content_type: str = "", *, exact: bool = False) -> Any:
    """Parse JSON strictly.

    Args:
        body: the whole body, UTF-8.
        content_type: named in the error when it is something else.
        exact: numbers with a fraction or an exponent become :class:`~decimal.Decimal` instead of float.

    Raises:
        Malformed: empty, not UTF-8, not JSON, NaN or Infinity, a number out of range, one name twice in an
            object, or nested too deeply. The text has the content type and at most 80 safe characters of the
            body.
    """
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=Decimal if exact else _finite,
        )
    except (ValueError, ArithmeticError, RecursionError) as error:
        reason = {
            RecursionError: "nested too deeply",
            UnicodeDecodeError: "not UTF-8",
            InvalidOperation: "a number out of range",
        }.get(type(error), str(error)[:_SAMPLE])
        kind = visible(content_type)[:_SAMPLE] or "no content type"
        what = f"{kind}: {sample(body)}" if body else "an empty body"
        raise Malformed(
            f"The answer is not JSON ({reason}), but {what}.",
            "Check the address: a login page or a proxy may have answered.",
        ) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _finite(number: str) -> float:
    value = float(number)
    if isinf(value):
        raise ValueError("a number out of range")
    return value


def sample(body: bytes) -> str:
    """Give at most 80 safe characters of a body, on one line."""
    return visible(" ".join(body[: 4 * _SAMPLE].decode("utf-8", "replace").split()))[:_SAMPLE]


def masked(text: str, token: Secret | None) -> str:
    """Replace the token by ``***`` wherever a service echoes it, also as base64 or percent-encoded.

    So is its beginning, which is what a text that was cut may end with.
    """
    if token is None or not token.reveal():
        return text
    forms = _forms(token.reveal())
    for head in {form[:_TELLING] for form in forms}:
        first, *rest = text.split(head)
        text = first + "".join("***" + _after_token(head + part, forms) for part in rest)
    return text


def _forms(token: str) -> tuple[str, ...]:
    return token, quote(token, safe=""), base64.b64encode(token.encode()).decode().rstrip("=")


def _after_token(text: str, forms: tuple[str, ...]) -> str:
    shown = (commonprefix([text, form]) for form in forms)  # noqa: RUF071 - characters are meant, not paths
    return text[max(map(len, shown)) :]
