"""Strict JSON, and what is said of an answer that is none."""

from __future__ import annotations

import base64
import contextlib
import json
from decimal import Decimal
from urllib.parse import quote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dataexplore.errors import Malformed
from dataexplore.secret import Secret
from dataexplore.transport import parse_json
from dataexplore.transport.answers import masked, request_id, sample

TOKEN = "canary-7f3a9Zq+/=token"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(VALUES)
def test_json_comes_back_as_it_was(value):
    assert parse_json(json.dumps(value).encode()) == value


def test_exact_keeps_every_digit():
    """A decimal(38,10) and an integer over 2^53 do not pass through a float."""
    text = b"[1.00000000000000000000000000001, 9007199254740993, 1e400, -0.0]"
    assert parse_json(text, exact=True) == [
        Decimal("1.00000000000000000000000000001"),
        9007199254740993,
        Decimal("1e400"),
        Decimal("-0.0"),
    ]


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"<html>",
        b"NaN",
        b"[Infinity]",
        b"[-Infinity]",
        b'{"a": 1, "a": 1}',
        b'{"a": {"b": 1, "b": 2}}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b"\xef\xbb\xbf{}",
        b"\x1f\x8b\x08",
        b"{} {}",
        b"[1,]",
        b"'a'",
        b"9" * 5000,
        b'"\n"',
        "{}".encode("utf-16"),
    ],
)
def test_what_is_not_strict_json_is_malformed(body, exact):
    """Case 17."""
    with pytest.raises(Malformed, match="is not JSON") as caught:
        parse_json(body, "application/json", exact=exact)
    assert len(caught.value.what) < 320
    assert caught.value.fix == "Check the address: a login page or a proxy may have answered."


@pytest.mark.parametrize(
    ("body", "exact"), [(b"[1e999]", False), (b"[-1e999]", False), (b"[1e9999999999999999999]", True)]
)
def test_a_number_out_of_range_is_malformed_and_never_infinite(body, exact):
    with pytest.raises(Malformed, match="a number out of range"):
        parse_json(body, exact=exact)


@given(st.binary(), st.booleans())
def test_no_body_is_a_crash(body, exact):
    with contextlib.suppress(Malformed):
        parse_json(body, exact=exact)


@given(st.binary())
@example(b"\x1b]0;x\x07" * 100)
@example("\u202e".encode() * 100)
def test_a_sample_is_80_safe_characters_on_one_line(body):
    shown = sample(body)
    assert len(shown) <= 80
    assert shown.isprintable() or not any(character < " " or character == "\x7f" for character in shown)
    assert "\n" not in shown


@pytest.mark.parametrize(
    "form", [TOKEN, quote(TOKEN, safe=""), base64.b64encode(TOKEN.encode()).decode(), TOKEN[:15]]
)
def test_a_token_is_masked_in_every_form_and_where_it_was_cut(form):
    shown = masked(f"before {form} between {form}", Secret(TOKEN))
    assert shown.startswith("before ***")
    assert " between ***" in shown
    assert form[:12] not in shown


@pytest.mark.parametrize("token", ["*", "***", "a", "aa"])
def test_a_strange_token_is_masked_too(token):
    assert masked(f"x{token}x{token}", Secret(token)) == "x***x***"


def test_text_without_the_token_stays():
    assert masked("canary and nothing else", Secret(TOKEN)) == "canary and nothing else"
    assert masked("anything", None) == "anything"


@pytest.mark.parametrize("name", ["X-Request-Id", "x-correlation-id", "x-amzn-RequestId"])
def test_a_request_id_is_found_cut_and_cleaned(name):
    assert request_id(httpx.Headers({name: "abc"})) == "abc"
    assert len(request_id(httpx.Headers({name: "x" * 1000}))) == 80


def test_a_service_without_request_ids_has_none():
    assert request_id(httpx.Headers({"Content-Type": "text/plain"})) is None
