"""Forms with files, ``multipart/form-data``, taken apart as RFC 7578 has them."""

from __future__ import annotations

from email.message import Message
from typing import TYPE_CHECKING

from dataexplore.sandbox.talend import requests

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["read_parts", "take_apart"]


async def read_parts(request: Request) -> dict[str, bytes]:
    """Read the parts of a form by their names; of those of one name the last counts.

    Raises:
        Refusal: The body is no such form (400).
    """
    return take_apart(request.headers.get("content-type", ""), await request.body())


def take_apart(kind: str, content: bytes) -> dict[str, bytes]:
    """Take a form apart; ``kind`` is its content type, which names the boundary.

    Raises:
        Refusal: It is no form, or does not end (400).
    """
    boundary = _parameter("content-type", kind, "boundary")
    if not kind.strip().lower().startswith("multipart/form-data") or not boundary:
        raise requests.refuse("The body must be multipart/form-data with a boundary")
    mark = b"--" + boundary.encode("utf-8", "replace")
    # The line break before a mark belongs to the mark, so the first one gets one, too.
    pieces = (b"\r\n" + content).split(b"\r\n" + mark)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):  # noqa: PLR2004 - what is before the first mark
        raise requests.refuse("The form does not end with its boundary")
    return dict(_read_part(piece) for piece in pieces[1:-1])


def _read_part(piece: bytes) -> tuple[str, bytes]:
    head, separator, content = piece.partition(b"\r\n\r\n")
    for line in head.decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == "content-disposition":
            told = _parameter(name, value, "name")
            if told and separator:
                return told, content
    raise requests.refuse("A part of the form has no name")


def _parameter(header: str, value: str, name: str) -> str:
    message = Message()
    message[header] = value.strip().replace("\r", "").replace("\n", "")
    found = message.get_param(name, "", header)
    return found if isinstance(found, str) else found[2]
