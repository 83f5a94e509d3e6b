"""Where a token comes from, and what it must be."""

from __future__ import annotations

import sys
import traceback
from dataclasses import replace

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from dataexplore.errors import ConfigError
from dataexplore.secret import Secret
from dataexplore.settings import (
    ServiceSettings,
    find_client_secret,
    find_snowflake_secret,
    find_token,
    usable_token,
)

TOKEN = "canary-7f3a9Zq+/=token"
SERVICE = ServiceSettings("talend", "prod", url="https://api.eu.cloud.talend.com")


class MemoryKeyring(KeyringBackend):
    """A keyring in memory that may be locked."""

    priority = 1

    def __init__(self, *, locked=False):
        super().__init__()
        self._kept = {}
        self._locked = locked

    def get_password(self, service, username):
        if self._locked:
            raise KeyringLocked("locked")
        return self._kept.get((service, username))

    def set_password(self, service, username, password):
        self._kept[service, username] = password


@pytest.fixture
def use_keyring(monkeypatch):
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    before = keyring.get_keyring()

    def use(token=None, *, locked=False, account="prod:talend"):
        keyring.set_keyring(MemoryKeyring(locked=locked))
        if token is not None:
            keyring.set_password("dataexplore", account, token)

    yield use
    keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("token", "problem"),
    [
        ("", "is empty"),
        (" ", "has a blank or a line break at its beginning or end"),
        (f"{TOKEN} ", "at its beginning or end"),
        (f"\t{TOKEN}", "at its beginning or end"),
        (f"{TOKEN}\n", "at its beginning or end"),
        (f"{TOKEN}\r\nHost: evil", "inside"),
        (f"{TOKEN} {TOKEN}", "inside"),
        (f"{TOKEN}\x00{TOKEN}", "inside"),
        (f"{TOKEN}é", "outside ASCII"),
        (f"{TOKEN}\u200b", "outside ASCII"),
        (f"{TOKEN}\ud800", "outside ASCII"),
    ],
)
def test_a_token_that_cannot_travel_is_refused_without_showing_it(token, problem):
    """Case 22."""
    with pytest.raises(ConfigError, match=f"The token from the test .*{problem}") as caught:
        usable_token(Secret(token), "the test")
    printed = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame.locals for frame in printed.stack if not frame.filename.endswith("test_tokens.py")]
    assert TOKEN not in str(caught.value) + repr(frames)


def test_a_good_token_is_given_back():
    assert usable_token(Secret(TOKEN), "the test") == Secret(TOKEN)


def test_the_settings_come_first():
    service = ServiceSettings("talend", "prod", token=Secret(TOKEN), token_source="token of [prod.talend]")
    assert find_token(service, ask=pytest.fail) == (Secret(TOKEN), "token of [prod.talend]")


def test_the_keyring_comes_second(use_keyring):
    use_keyring(TOKEN)
    assert find_token(SERVICE, ask=pytest.fail) == (Secret(TOKEN), "keyring entry dataexplore prod:talend")


def test_a_bad_token_of_the_keyring_is_refused_too(use_keyring):
    use_keyring(f"{TOKEN}\n")
    with pytest.raises(ConfigError, match="The token from keyring entry dataexplore prod:talend has a blank"):
        find_token(SERVICE)


def test_a_person_comes_last_and_is_asked_by_name():
    questions = []

    def ask(question):
        questions.append(question)
        return f" {TOKEN}\n"

    assert find_token(SERVICE, ask) == (Secret(TOKEN), "prompt")
    assert questions == ["Token for talend (prod): "]


def test_an_empty_answer_is_refused():
    with pytest.raises(ConfigError, match="The token from the prompt is empty"):
        find_token(SERVICE, lambda _question: "")


def test_without_any_source_each_is_named_with_the_fix():
    with pytest.raises(ConfigError) as caught:
        find_token(SERVICE)
    assert caught.value.what == (
        "No token for talend. Tried: environment variable DATAEXPLORE_TALEND_TOKEN; token of [prod.talend]; "
        "keyring entry dataexplore prod:talend (keyring is switched off); prompt (nobody can answer here)."
    )
    assert caught.value.fix == (
        "Set DATAEXPLORE_TALEND_TOKEN, or store it with `keyring set dataexplore prod:talend`."
    )


@pytest.mark.parametrize(
    ("locked", "told"), [(True, r"\(no keyring can be opened here\)"), (False, "prod:talend; prompt")]
)
def test_a_keyring_without_help_is_named_among_the_tried(use_keyring, locked, told):
    use_keyring(locked=locked)
    with pytest.raises(ConfigError, match=told):
        find_token(SERVICE)


def test_a_keyring_that_is_not_installed_is_named_among_the_tried(monkeypatch):
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match=r"prod:talend \(the keyring extra is not installed\)"):
        find_token(SERVICE)


COALESCE = ServiceSettings("coalesce", "prod", url="https://app.eu.coalescesoftware.io")


def test_a_password_of_the_settings_comes_first():
    service = ServiceSettings("coalesce", "prod", snowflake_password=Secret(TOKEN))
    assert find_snowflake_secret(service, "password", "it", ask=pytest.fail) == Secret(TOKEN)


@pytest.mark.parametrize("what", ["password", "key", "key_pass"])
def test_each_snowflake_secret_has_a_keyring_entry_of_its_own(use_keyring, what):
    use_keyring(TOKEN, account=f"prod:coalesce:{what}")
    assert find_snowflake_secret(COALESCE, what, "it", ask=pytest.fail) == Secret(TOKEN)


def test_a_person_is_asked_for_a_password_and_it_may_have_blanks(use_keyring):
    use_keyring()
    questions = []

    def ask(question):
        questions.append(question)
        return f" {TOKEN} "

    found = find_snowflake_secret(COALESCE, "password", "Snowflake password of LOADER", ask)
    assert found == Secret(f" {TOKEN} ")
    assert questions == ["Snowflake password of LOADER (prod): "]


@pytest.mark.parametrize(
    ("ask", "last"),
    [(None, "prompt (nobody can answer here)"), (lambda _question: "", "prompt (no answer)")],
)
def test_a_snowflake_secret_that_is_nowhere_names_each_place(ask, last):
    with pytest.raises(ConfigError) as caught:
        find_snowflake_secret(COALESCE, "key_pass", "pass of the key", ask)
    assert caught.value.what == (
        "No pass of the key for coalesce. "
        "Tried: environment variable DATAEXPLORE_COALESCE_SNOWFLAKE_KEY_PASS; "
        "snowflake_key_pass of [prod.coalesce]; "
        f"keyring entry dataexplore prod:coalesce:key_pass (keyring is switched off); {last}."
    )
    assert caught.value.fix == (
        "Set DATAEXPLORE_COALESCE_SNOWFLAKE_KEY_PASS, "
        "or store it with `keyring set dataexplore prod:coalesce:key_pass`."
    )


ACCOUNT = ServiceSettings("talend", "prod", url="https://api.eu.cloud.talend.com", client_id="nightly")


def test_the_secret_of_a_service_account_is_looked_for_where_tokens_are(use_keyring):
    settings = replace(ACCOUNT, client_secret=Secret(TOKEN))
    assert find_client_secret(settings, pytest.fail) == (Secret(TOKEN), "client_secret of [prod.talend]")
    use_keyring(TOKEN, account="prod:talend:client_secret")
    kept = (Secret(TOKEN), "keyring entry dataexplore prod:talend:client_secret")
    assert find_client_secret(ACCOUNT, pytest.fail) == kept


def test_a_person_is_asked_for_the_secret_of_a_service_account(use_keyring):
    use_keyring()
    questions = []
    found = find_client_secret(ACCOUNT, lambda question: questions.append(question) or TOKEN)
    assert found == (Secret(TOKEN), "prompt")
    assert questions == ["secret of the service account nightly (prod): "]


def test_a_secret_of_a_service_account_that_is_nowhere_names_each_place():
    with pytest.raises(ConfigError) as caught:
        find_client_secret(ACCOUNT)
    assert "environment variable DATAEXPLORE_TALEND_CLIENT_SECRET; client_secret of [prod.talend];" in str(
        caught.value
    )
