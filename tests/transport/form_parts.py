"""The parts of a form that was sent, for the tests that look into it."""

from __future__ import annotations

import re


def parts(head, body):
    """Give the parts of a form by their names: headers and content."""
    boundary = re.search(rb"multipart/form-data; boundary=(\w+)", head)[1]
    *found, end = body.split(b"--" + boundary)[1:]
    assert end == b"--\r\n"
    split = [part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n") for part in found]
    return {re.search(rb'; name="([^"]*)"', head)[1].decode(): (head, content) for head, _, content in split}


def parts_of(request):
    """Give the parts of a request's form."""
    return parts(request.headers["content-type"].encode(), request.content)
