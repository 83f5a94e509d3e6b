"""A token that cannot be printed, copied into a log, pickled or saved."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import pprint

import pytest
from IPython.lib.pretty import pretty

from dataexplore.secret import Secret

TOKEN = "canary-7f3a9Zq"


def test_only_reveal_gives_the_token():
    assert Secret(TOKEN).reveal() == TOKEN


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        format,
        "{}".format,
        "{!r}".format,
        "{!s:}".format,
        pprint.pformat,
        pretty,
        "%s".__mod__,
        ascii,
    ],
)
def test_no_way_of_printing_shows_it(show):
    assert show(Secret(TOKEN)) == "Secret(***)"


def test_no_attribute_shows_it():
    secret = Secret(TOKEN)
    assert not hasattr(secret, "__dict__")
    assert TOKEN not in repr([getattr(secret, name) for name in dir(secret)])
    assert TOKEN not in repr([secret]) + repr({"token": secret})


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_never_pickled(protocol):
    with pytest.raises(TypeError, match="never pickled") as caught:
        pickle.dumps({"token": Secret(TOKEN)}, protocol)
    assert TOKEN not in str(caught.value)


def test_it_is_no_json():
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps([Secret(TOKEN)])
    assert TOKEN not in json.dumps([Secret(TOKEN)], default=str)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_a_copy_is_the_same_secret(again):
    secret = Secret(TOKEN)
    assert again(secret) is secret


def test_a_log_line_does_not_show_it(caplog):
    logging.getLogger("test").warning("token %s %r", Secret(TOKEN), Secret(TOKEN))
    assert "Secret(***)" in caplog.text
    assert TOKEN not in caplog.text


def test_two_of_the_same_token_are_equal_and_an_equal_text_is_not():
    assert Secret(TOKEN) == Secret(TOKEN)
    assert Secret(TOKEN) != Secret("other")
    assert Secret(TOKEN) != TOKEN
    assert len({Secret(TOKEN), Secret(TOKEN)}) == 1
