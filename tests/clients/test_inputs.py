"""What is passed in, looked at before anything is sent."""

from __future__ import annotations

import pytest

from dataexplore.clients.inputs import count, identifier, only_secret, word
from dataexplore.errors import InputError
from dataexplore.secret import Secret


@pytest.mark.parametrize(
    ("value", "text"), [("3", "3"), (3, "3"), (0, "0"), ("a b/ü", "a b/ü"), (" 3", " 3")]
)
def test_an_id_is_a_text_or_a_whole_number(value, text):
    assert identifier(value, "run") == text


@pytest.mark.parametrize("value", ["", " ", "\n", None, True, 3.0, b"3", ["3"], Secret("canary")])
def test_what_is_no_id_is_told_by_what_it_should_name(value):
    with pytest.raises(InputError, match="run") as caught:
        identifier(value, "run")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(("value", "number"), [(1, 1), ("1", 1), ("0042", 42), (10**18, 10**18)])
def test_a_count_is_a_whole_number_from_1_or_its_digits(value, number):
    assert count(value, "parallelism") == number


@pytest.mark.parametrize(
    "value", [0, -1, True, 1.0, "", "0", "-1", "1.0", " 1", "x", "²", "٤", "9" * 19, None, [1], float("nan")]
)
def test_what_is_no_count_is_refused(value):
    with pytest.raises(InputError, match=r"^parallelism is .*\. Use a whole number from 1\.$"):
        count(value, "parallelism")


def test_a_word_says_something():
    assert word(" a ", "name") == " a "
    for odd in ("", "  ", None, 7, ["a"]):
        with pytest.raises(InputError, match="The name is "):
            word(odd, "name")


def test_a_secret_is_never_plain_text():
    assert only_secret(Secret("canary")) == Secret("canary")
    for odd in ("canary", b"canary", None):
        with pytest.raises(InputError, match="passed as plain text") as caught:
            only_secret(odd)
        assert "canary" not in str(caught.value)
