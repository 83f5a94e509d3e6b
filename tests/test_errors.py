"""The error tree: as drawn, two sentences each, and whole after a journey through pickle."""

from __future__ import annotations

import copy
import inspect
import pickle
import re

import pytest

from dataexplore import errors
from dataexplore.errors import DataExploreError, InputError, RateLimited, RequestError

KINDS = [getattr(errors, name) for name in errors.__all__]


def drawn():
    """Read (parent, child) pairs from the drawing in the module's docstring."""
    above = {}
    for line in inspect.getdoc(errors).splitlines():
        if branch := re.match(r"^([ │├└─]*)(\w+Error|\w+)(?:  |$)", line):
            depth = len(branch[1]) // 4 - 1
            if depth > 0 or branch[2] == "DataExploreError":
                above[depth] = branch[2]
                if depth:
                    yield above[depth - 1], branch[2]


def test_the_tree_is_as_drawn():
    real = {
        (parent.__name__, kind.__name__)
        for kind in KINDS
        for parent in kind.__bases__
        if issubclass(parent, DataExploreError)
    }
    assert set(drawn()) == real
    assert len(real) == len(KINDS) - 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_says_what_and_what_to_do(kind):
    error = kind("It broke.", "Mend it.")
    assert (error.what, error.fix, str(error)) == ("It broke.", "Mend it.", "It broke. Mend it.")
    assert str(kind("It broke.")) == "It broke."


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("No run 99", "No run 99. Look again."),
        ("No run '99'", "No run '99'. Look again."),
        ("Why?", "Why? Look again."),
        ("line 1:\n  ^", "line 1:\n  ^ Look again."),
        ("", "Look again."),
    ],
)
def test_words_without_a_full_stop_do_not_run_into_what_to_do(what, told):
    assert str(RequestError(what, "Look again.")) == told
    assert str(RequestError(what)) == what


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("travel", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy])
def test_an_error_survives_pickle_and_copy(kind, travel):
    """It crosses process pools, and keeps its service and operation."""
    error = kind("It broke.", "Mend it.")
    error.service = "talend"
    again = travel(error)
    assert type(again) is kind
    assert (str(again), again.what, again.fix) == (str(error), error.what, error.fix)
    assert again.service == "talend"


def test_a_request_error_keeps_what_is_known_of_the_call():
    error = RequestError("No.", service="s", operation="o", status=500, request_id="r", detail="d")
    assert pickle.loads(pickle.dumps(error)).__dict__ == error.__dict__


def test_a_mistake_in_what_was_passed_is_a_value_error_too():
    assert issubclass(InputError, ValueError)


def test_a_rate_limit_knows_no_pause_before_it_is_told():
    assert RateLimited("Slow down.").retry_after_s is None
