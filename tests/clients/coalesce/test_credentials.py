"""Logins to Snowflake: what each type needs, where the profile has it, and that nothing shows it."""

from __future__ import annotations

import pickle
import traceback
from dataclasses import replace

import pytest

from dataexplore.clients.coalesce import Credentials
from dataexplore.clients.coalesce.credentials import of_profile, pieces
from dataexplore.errors import ConfigError, InputError
from dataexplore.secret import Secret
from dataexplore.settings import ServiceSettings

CANARY = "canary7f3a9ZqKeepThisOut"
LINES = [f"{CANARY}{number}+/AbC0123456789012345678901234567890" for number in range(3)]
KEY = "\n".join(["-----BEGIN PRIVATE KEY-----", *LINES, "Aw==", "-----END PRIVATE KEY-----", ""])
ENCRYPTED = KEY.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
OPENSSL = KEY.replace("PRIVATE KEY", "RSA PRIVATE KEY").replace(
    "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0F\n\n", 1
)
SETTINGS = ServiceSettings("coalesce", "prod", url="https://app.coalescesoftware.io")
FULL = {
    "snowflake_user": "LOADER",
    "snowflake_role": "R",
    "snowflake_warehouse": "WH",
    "snowflake_password": Secret("pw"),
    "snowflake_key": Secret(KEY),
}


def settings(**changed):
    return replace(SETTINGS, **changed)


def test_each_type_sends_only_what_it_needs():
    everything = {
        "user": "LOADER",
        "password": Secret("pw"),
        "key": Secret(KEY),
        "key_pass": Secret("kp"),
        "warehouse": "WH",
        "role": "R",
    }
    common = {"snowflakeWarehouse": "WH", "snowflakeRole": "R"}
    assert Credentials("Basic", **everything).body() == {
        "snowflakeAuthType": "Basic",
        "snowflakeUsername": "LOADER",
        "snowflakePassword": Secret("pw"),
        **common,
    }
    assert Credentials("KeyPair", **everything).body() == {
        "snowflakeAuthType": "KeyPair",
        "snowflakeUsername": "LOADER",
        "snowflakeKeyPairKey": Secret(KEY),
        "snowflakeKeyPairPass": Secret("kp"),
        **common,
    }
    assert Credentials("OAuth", **everything).body() == {"snowflakeAuthType": "OAuth", **common}
    assert Credentials("OAuth").body() == {"snowflakeAuthType": "OAuth"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"auth_type": "basic"}, "There is no auth_type 'basic'. Use Basic, KeyPair, OAuth."),
        ({"auth_type": None}, "There is no auth_type None"),
        ({}, "Basic needs a user"),
        ({"user": "LOADER"}, "Basic needs a password"),
        ({"user": "LOADER", "password": Secret("")}, "Basic needs a password"),
        ({"password": Secret(CANARY)}, "Basic needs a user"),
        ({"auth_type": "KeyPair", "key": Secret(KEY)}, "KeyPair needs a user"),
        ({"auth_type": "KeyPair", "user": "LOADER"}, "KeyPair needs a private key"),
        ({"user": "LOADER", "password": CANARY}, "passed as plain text"),
        ({"auth_type": "KeyPair", "user": "LOADER", "key": KEY}, "passed as plain text"),
        ({"auth_type": "OAuth", "key_pass": CANARY}, "passed as plain text"),
    ],
)
def test_what_a_type_needs_is_said_without_showing_anything(arguments, told):
    with pytest.raises(InputError) as caught:
        Credentials(**arguments)
    assert told in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("key", [KEY, ENCRYPTED, OPENSSL, KEY.replace("\n", "\r\n"), f"\n {KEY}\n"])
def test_a_pem_key_goes_out_as_it_is(key):
    assert Credentials("KeyPair", "LOADER", key=Secret(key)).body()["snowflakeKeyPairKey"] == Secret(key)


def test_a_key_on_one_line_gets_its_line_breaks():
    """Variables and prompts hold a backslash and an n."""
    told = Credentials("KeyPair", "LOADER", key=Secret(KEY.replace("\n", "\\n"))).body()
    assert told["snowflakeKeyPairKey"] == Secret(KEY)


@pytest.mark.parametrize(
    "key",
    [
        "",
        CANARY,
        "/home/me/rsa_key.p8",
        KEY.replace("PRIVATE", "PUBLIC"),
        KEY.removesuffix("-----END PRIVATE KEY-----\n"),
        KEY.replace("\n", " ").replace("KEY----- ", "KEY-----"),
        KEY + CANARY,
        KEY.replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE"),
        KEY.replace("Aw==", "<Aw>"),
    ],
)
def test_a_key_that_is_no_pem_is_refused_without_showing_it(key):
    """Case 23."""
    with pytest.raises(InputError, match="no private key in PEM form") as caught:
        Credentials("KeyPair", "LOADER", key=Secret(key))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame.locals for frame in shown.stack if not frame.filename.endswith("test_credentials.py")]
    assert CANARY not in str(caught.value) + repr(frames)


def test_credentials_show_no_secret_and_go_into_no_file():
    """Case 23."""
    credentials = Credentials("KeyPair", "LOADER", key=Secret(KEY), key_pass=Secret(CANARY))
    assert CANARY not in repr(credentials) + str(credentials) + f"{credentials}" + repr(credentials.body())
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(credentials)


def test_a_keys_lines_and_json_forms_are_known_for_masking():
    body = {"userCredentials": Credentials("KeyPair", "LOADER", key=Secret(KEY)).body()}
    known = {secret.reveal() for secret in pieces(body)}
    assert known >= {*LINES, KEY.replace("\n", "\\n")}
    assert "Aw==" not in known  # it would mask half of any text
    assert list(pieces({"runDetails": {}})) == []
    assert list(pieces({"runCounter": 1})) == []


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, "Basic"),
        ({"snowflake_auth_type": "Basic"}, "Basic"),
        ({"snowflake_auth_type": "KeyPair"}, "KeyPair"),
        ({"snowflake_auth_type": "OAuth"}, "OAuth"),
    ],
)
def test_a_profile_gives_the_login_of_its_type(changed, kind):
    found = of_profile(settings(**FULL, **changed), pytest.fail)
    assert (found.auth_type, found.role, found.warehouse) == (kind, "R", "WH")
    assert found.password == (Secret("pw") if kind == "Basic" else None)
    assert found.key == (Secret(KEY) if kind == "KeyPair" else None)


def test_a_profile_without_any_word_about_snowflake_has_no_login():
    assert of_profile(SETTINGS, pytest.fail) is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"snowflake_role": "R"}, "Basic needs a Snowflake user, and the profile 'prod' names none"),
        ({"snowflake_password": Secret(CANARY)}, "DATAEXPLORE_COALESCE_SNOWFLAKE_USER"),
        ({"snowflake_auth_type": "KeyPair"}, "KeyPair needs a Snowflake user"),
        ({"snowflake_user": "LOADER"}, "No Snowflake password of LOADER for coalesce"),
        (
            {"snowflake_user": "LOADER", "snowflake_auth_type": "KeyPair"},
            "No Snowflake private key of LOADER",
        ),
        (
            {
                "snowflake_user": "L",
                "snowflake_auth_type": "KeyPair",
                "snowflake_key": Secret(ENCRYPTED),
            },
            "No Pass of the Snowflake private key for coalesce",
        ),
        (
            {"snowflake_user": "L", "snowflake_auth_type": "KeyPair", "snowflake_key": Secret(CANARY)},
            "no private key in PEM form",
        ),
        ({"snowflake_user": "L", "snowflake_password": Secret("")}, "Basic needs a password"),
    ],
)
def test_half_a_login_says_what_is_missing_and_shows_nothing(changed, told):
    """Case 23."""
    with pytest.raises(ConfigError) as caught:
        of_profile(settings(**changed))
    assert told in str(caught.value)
    error = caught.value
    while error is not None:
        shown = traceback.TracebackException(type(error), error, error.__traceback__, capture_locals=True)
        frames = [frame.locals for frame in shown.stack if not frame.filename.endswith("test_credentials.py")]
        assert CANARY not in str(error) + repr(frames)
        error = error.__cause__ or error.__context__


def test_a_person_is_asked_only_for_what_is_missing():
    questions = []

    def ask(question):
        questions.append(question)
        return {"Snowflake private key of L (prod): ": ENCRYPTED.replace("\n", "\\n")}.get(question, "pw")

    assert of_profile(settings(snowflake_user="L"), ask).password == Secret("pw")
    found = of_profile(settings(snowflake_user="L", snowflake_auth_type="KeyPair"), ask)
    assert (found.key, found.key_pass) == (Secret(ENCRYPTED), Secret("pw"))
    assert questions == [
        "Snowflake password of L (prod): ",
        "Snowflake private key of L (prod): ",
        "Pass of the Snowflake private key (prod): ",
    ]
    plain = settings(snowflake_user="L", snowflake_auth_type="KeyPair", snowflake_key=Secret(KEY))
    assert of_profile(plain, pytest.fail).key_pass is None
