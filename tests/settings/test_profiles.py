"""Profiles from the file, from the environment and from both."""

from __future__ import annotations

import traceback

import pytest

from dataexplore.errors import ConfigError
from dataexplore.secret import Secret
from dataexplore.settings import Limits, load, profiles_file, sandbox_profile

TOKEN = "canary-7f3a9Zq+/=token"
COGINITI = "https://coginiti.example.com"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "profiles.toml"


def write(file, text):
    file.write_text(text.replace("TOKEN", TOKEN), encoding="utf-8")
    return file


def test_a_profile_is_read_from_the_file(file):
    write(
        file,
        """
        [prod.coginiti]
        url = "coginiti.example.com"
        token = "TOKEN"
        connection = "Snowflake Prod"
        dialect = "snowflake"
        params = "server"
        ca_bundle = "~/company.pem"

        [prod.coalesce]
        region = "eu"

        [prod.limits]
        max_bytes = 8_000_000_000
        end_marker_required = false
        """,
    )
    profile = load(file=file)
    assert (profile.name, profile.source) == ("prod", str(file))
    assert profile.configured == ("coginiti", "coalesce")
    assert profile.limits == Limits(max_bytes=8_000_000_000, end_marker_required=False)
    coginiti = profile.services["coginiti"]
    assert (coginiti.url, coginiti.connection, coginiti.dialect) == (COGINITI, "Snowflake Prod", "snowflake")
    assert (coginiti.params, coginiti.scheme, coginiti.insecure_http) == ("server", "Bearer", False)
    assert (coginiti.token, coginiti.token_source) == (Secret(TOKEN), "token of [prod.coginiti]")
    assert coginiti.ca_bundle.is_absolute()
    assert profile.services["coalesce"].url == "https://app.eu.coalescesoftware.io"
    assert profile.services["coalesce"].token is None


def test_the_environment_alone_is_a_profile(file, monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_COGINITI_URL", COGINITI)
    monkeypatch.setenv("DATAEXPLORE_COGINITI_TOKEN", TOKEN)
    monkeypatch.setenv("DATAEXPLORE_COGINITI_CONNECTION", "Prod")
    profile = load(file=file)
    assert (profile.name, profile.source, profile.configured) == ("environment", "environment", ("coginiti",))
    coginiti = profile.services["coginiti"]
    assert (coginiti.url, coginiti.connection, coginiti.token) == (COGINITI, "Prod", Secret(TOKEN))
    assert coginiti.token_source == f"environment variable {coginiti.variable('TOKEN')}"
    assert coginiti.token_source.endswith(" DATAEXPLORE_COGINITI_TOKEN")


@pytest.mark.parametrize(
    ("variable", "value", "configured"),
    [
        ("DATAEXPLORE_COALESCE_REGION", "us", "coalesce"),
        ("DATAEXPLORE_TALEND_REGION", "eu", "talend"),
        ("DATAEXPLORE_DATAFOLD_TOKEN", TOKEN, "datafold"),
    ],
)
def test_a_region_or_a_known_host_is_address_enough(file, monkeypatch, variable, value, configured):
    monkeypatch.setenv(variable, value)
    assert load(file=file).configured == (configured,)


def test_a_service_nobody_named_is_not_configured(file):
    """Datafold's host is known, but a profile without it must not ask for its token."""
    write(file, f'[p.coginiti]\nurl = "{COGINITI}"\n')
    assert load(file=file).configured == ("coginiti",)
    write(file, "[p.datafold]\n")
    assert load(file=file).services["datafold"].url == "https://app.datafold.com"
    assert load(file=file).services["datafold"].scheme == "Key"


def test_the_environment_wins_over_the_file(file, monkeypatch):
    write(
        file,
        f'[p.coginiti]\nurl = "{COGINITI}"\ntoken = "of-the-file"\nconnection = "File"\ndialect = "duckdb"\n',
    )
    monkeypatch.setenv("DATAEXPLORE_COGINITI_URL", "https://other.example")
    monkeypatch.setenv("DATAEXPLORE_COGINITI_TOKEN", TOKEN)
    coginiti = load(file=file).services["coginiti"]
    assert (coginiti.url, coginiti.connection, coginiti.dialect) == (
        "https://other.example",
        "File",
        "duckdb",
    )
    assert coginiti.token == Secret(TOKEN)
    assert coginiti.token_source.startswith("environment")


def test_a_region_of_the_environment_wins_over_an_address_of_the_file(file, monkeypatch):
    write(file, '[p.talend]\nurl = "https://own.example"\n')
    monkeypatch.setenv("DATAEXPLORE_TALEND_REGION", "ap")
    assert load(file=file).services["talend"].url == "https://api.ap.cloud.talend.com"
    monkeypatch.setenv("DATAEXPLORE_TALEND_URL", "https://env.example")
    assert load(file=file).services["talend"].url == "https://env.example"


TWO = '[one.coginiti]\nurl = "https://one.example"\n[two.coginiti]\nurl = "https://two.example"\n'


def test_the_name_comes_from_the_caller_the_environment_or_the_default(file, monkeypatch):
    write(file, f'default = "two"\n{TWO}')
    assert load(file=file).name == "two"
    monkeypatch.setenv("DATAEXPLORE_PROFILE", "one")
    assert load(file=file).name == "one"
    assert load("two", file=file).name == "two"


def test_several_profiles_without_a_default_must_be_named(file):
    write(file, TWO)
    with pytest.raises(ConfigError, match=r"several profiles and no default\. Name one of one, two,"):
        load(file=file)


def test_an_unknown_profile_names_the_near_one(file):
    write(file, TWO)
    with pytest.raises(
        ConfigError, match=r"no profile 'tow' .* Did you mean 'two'\? Known: one, two, sandbox\."
    ):
        load("tow", file=file)


def test_nothing_at_all_says_how_to_begin(file):
    with pytest.raises(ConfigError, match=r"Nothing is configured: .*\. Try the sandbox"):
        load(file=file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[p.coginit]\nurl = 'x'", r"\[p\] in .* unknown setting 'coginit'\. Did you mean 'coginiti'\?"),
        ("[p.coginiti]\nurls = 'x'", r"\[p.coginiti\] in .* unknown setting 'urls'\. Did you mean 'url'\?"),
        ("[p.limits]\nmax_byte = 1", "Did you mean 'max_bytes'"),
        ("[p.limits]\nmax_bytes = 0", "max_bytes of .* is 0.* a whole number over 0"),
        ("[p.limits]\nmax_bytes = -1", "a whole number over 0"),
        ("[p.limits]\nmax_bytes = true", "a whole number over 0"),
        ("[p.limits]\nmax_bytes = '1'", "a whole number over 0"),
        ("[p.limits]\nmax_cells = 1.5", "a whole number over 0"),
        ("[p.limits]\nend_marker_required = 1", "true or false"),
        ("[p.coginiti]\nurl = 1", "url of .* is not a text"),
        ("[p.coginiti]\ntoken = 1", "token of .* is not a text"),
        ("[p.coginiti]\nparams = 'paste'", r"params of .* is 'paste'\. Use \"client\" or \"server\""),
        (
            "[p.coalesce]\nsnowflake_auth_type = 'basic'",
            r"snowflake_auth_type of .* is 'basic'\. Use \"Basic\", \"KeyPair\" or \"OAuth\"",
        ),
        ("[p.coalesce]\nscheduler_base = 'root'", r"scheduler_base of .* \"host\" or \"api\""),
        ("[p.coalesce]\nsnowflake_user = 1", "snowflake_user of .* is not a text"),
        ("[p.coalesce]\nsnowflake_password = 1", "snowflake_password of .* is not a text"),
        ("[p.coalesce]\nsnowflake_pass = 'x'", "Did you mean 'snowflake_"),
        ("[p.coginiti]\nsnowflake_user = 'x'", "unknown setting 'snowflake_user'"),
        ("[p.coginiti]\ninsecure_http = 'yes'", "insecure_http of .* is not true or false"),
        ("[p]\ncoginiti = 'x'", r"\[p.coginiti\] in .* is not a table"),
        ("[p]\nlimits = 1", r"\[p.limits\] in .* is not a table"),
        ("url = 'x'", "'url' in .* stands outside any profile"),
        ("default = 3", "default in .* is not a profile's name"),
        ("[default.coginiti]\nurl = 'x'", "default in .* is not a profile's name"),
        ("[p.coginiti\n", "not valid TOML: .*line 1"),
        ("default = 'gone'\n[p.coginiti]\n", "no profile 'gone'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(file, text, told):
    with pytest.raises(ConfigError, match=told) as caught:
        load(file=write(file, text))
    assert caught.value.what.endswith(".")
    assert caught.value.fix.endswith(".")


def test_a_file_that_cannot_be_read_is_a_config_error(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(file=tmp_path)
    (tmp_path / "latin.toml").write_bytes(b"default = '\xff'")
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load(file=tmp_path / "latin.toml")


@pytest.mark.parametrize(
    "text",
    [
        'token = "TOKEN"',
        '[p]\ntoken = "TOKEN"',
        '[p.limits]\ntoken = "TOKEN"',
        '[p.coginiti]\ntokn = "TOKEN"',
        '[p.coginiti]\nurls = "x"\ntoken = "TOKEN"',
        '[p.coginiti]\ntoken = ["TOKEN"]',
        '[p.coginiti]\ntoken = "TOKEN "',
        '[p.coginiti]\ntoken = "TOKEN\\n"',
        '[p.coginiti]\ntoken = "TOKEN',
        "[p.coginiti]\ntoken = TOKEN",
        '[p.coginiti]\ntoken = "TOKEN"\ntoken = "TOKEN"',
        '[[p.coginiti]]\ntoken = "TOKEN"',
        '[p.coginiti]\nurl = "https://user:TOKEN@host.example"',
        '[p.coginiti]\nurl = "http://host.example"\ntoken = "TOKEN"',
        'default = "x"\n[p.coginiti]\ntoken = "TOKEN"',
        '[p.coginiti]\nsnowflake_password = "TOKEN"',
        '[p.coalesce]\nsnowflake_auth_type = "x"\nsnowflake_password = "TOKEN"',
        '[p.coalesce]\nurls = "x"\nsnowflake_key = "TOKEN"',
        '[p.coalesce]\nsnowflake_key_pass = ["TOKEN"]',
        '[p.coalesce]\nsnowflake_pasword = "TOKEN"',
        '[p.coginiti]\nclient_secret = "TOKEN"',
        '[p.talend]\nclient_secret = ["TOKEN"]',
        '[p.talend]\nclient_ids = "x"\nclient_secret = "TOKEN"',
    ],
)
def test_no_error_of_the_file_shows_a_token(file, text):
    """Case 23: not in the text, not in a frame's variables, not in an error behind the error."""
    with pytest.raises(ConfigError) as caught:
        load(file=write(file, text))
    error = caught.value
    while error is not None:
        printed = traceback.TracebackException(type(error), error, error.__traceback__, capture_locals=True)
        frames = [frame for frame in printed.stack if not frame.filename.endswith("test_profiles.py")]
        assert TOKEN not in repr([frame.locals for frame in frames]) + repr(error) + repr(vars(error))
        error = error.__cause__ or error.__context__


def test_the_file_stands_in_the_config_folder_of_the_platform():
    assert profiles_file().name == "profiles.toml"
    assert profiles_file().parent.name == "dataexplore"


def test_a_sandbox_is_a_profile_of_its_own():
    profile = sandbox_profile("http://127.0.0.1:1", Secret(TOKEN))
    assert profile.configured == ("coginiti", "coalesce", "datafold", "talend")
    assert profile.services["coginiti"].connection == "warehouse"
    datafold = profile.services["datafold"]
    assert (datafold.data_connection_id, datafold.database, datafold.scheme) == (1, "warehouse", "Key")
    coalesce = profile.services["coalesce"]
    assert (coalesce.scheduler_base, coalesce.snowflake_auth_type) == ("api", "Basic")
    assert (coalesce.snowflake_user, type(coalesce.snowflake_password)) == ("sandbox", Secret)
    with pytest.raises(ConfigError):
        sandbox_profile("http://sandbox.example", Secret(TOKEN))


def test_what_datafolds_calls_need_comes_from_the_file_or_the_environment(file, monkeypatch):
    write(file, '[p.datafold]\ndata_connection_id = 12\ndatabase = "ANALYTICS"\nschema = "MARTS"\n')
    datafold = load(file=file).services["datafold"]
    assert (datafold.data_connection_id, datafold.database, datafold.schema) == (12, "ANALYTICS", "MARTS")
    monkeypatch.setenv("DATAEXPLORE_DATAFOLD_DATA_CONNECTION_ID", "13")
    assert load(file=file).services["datafold"].data_connection_id == 13


@pytest.mark.parametrize("number", ["0", "-1", "true", "1.5", '"twelve"'])
def test_a_data_connection_is_a_whole_number_over_0(file, number):
    write(file, f"[p.datafold]\ndata_connection_id = {number}\n")
    with pytest.raises(ConfigError, match=r"data_connection_id of \[p.datafold\] is .* whole number over 0"):
        load(file=file)


@pytest.mark.parametrize(
    ("service", "setting"), [("datafold", 'dialect = "duckdb"'), ("talend", 'database = "A"')]
)
def test_a_setting_of_another_service_is_unknown(file, service, setting):
    write(file, f"[p.{service}]\n{setting}\n")
    with pytest.raises(ConfigError, match="unknown setting"):
        load(file=file)


def test_how_runs_log_in_comes_from_the_file_and_the_environment(file, monkeypatch):
    write(
        file,
        """
        [p.coalesce]
        region = "eu"
        scheduler_base = "api"
        snowflake_auth_type = "KeyPair"
        snowflake_user = "LOADER"
        snowflake_role = "TRANSFORM"
        snowflake_warehouse = "WH"
        snowflake_key = "TOKEN"
        """,
    )
    monkeypatch.setenv("DATAEXPLORE_COALESCE_SNOWFLAKE_KEY_PASS", TOKEN)
    monkeypatch.setenv("DATAEXPLORE_COALESCE_SNOWFLAKE_ROLE", "OTHER")
    coalesce = load(file=file).services["coalesce"]
    assert (coalesce.scheduler_base, coalesce.snowflake_auth_type) == ("api", "KeyPair")
    assert (coalesce.snowflake_user, coalesce.snowflake_role) == ("LOADER", "OTHER")
    assert coalesce.snowflake_warehouse == "WH"
    assert (coalesce.snowflake_key, coalesce.snowflake_key_pass) == (Secret(TOKEN), Secret(TOKEN))
    assert coalesce.snowflake_password is None
    assert TOKEN not in repr(coalesce)


def test_without_a_word_about_it_the_scheduler_is_at_the_root_of_the_host(file):
    write(file, '[p.coalesce]\nregion = "eu"\n')
    coalesce = load(file=file).services["coalesce"]
    assert (coalesce.scheduler_base, coalesce.snowflake_auth_type) == ("host", None)


def test_a_secret_of_the_environment_is_never_text_in_a_frame(file, monkeypatch):
    """Case 23."""
    for name in ("TOKEN", "SNOWFLAKE_PASSWORD", "SNOWFLAKE_KEY", "SNOWFLAKE_KEY_PASS"):
        monkeypatch.setenv(f"DATAEXPLORE_COALESCE_{name}", TOKEN)
    monkeypatch.setenv("DATAEXPLORE_COALESCE_SCHEDULER_BASE", "root")
    with pytest.raises(ConfigError) as caught:
        load(file=file)
    printed = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in printed.stack if not frame.filename.endswith("test_profiles.py")]
    assert TOKEN not in repr([frame.locals for frame in frames]) + str(caught.value)


def test_talend_has_a_service_account_whose_secret_is_one(file, monkeypatch):
    write(file, '[p.talend]\nregion = "eu"\nclient_id = "nightly"\nclient_secret = "TOKEN"\n')
    talend = load(file=file).services["talend"]
    assert (talend.url, talend.client_id) == ("https://api.eu.cloud.talend.com", "nightly")
    assert (talend.client_secret, talend.audience, talend.token) == (Secret(TOKEN), None, None)
    assert TOKEN not in repr(talend)
    monkeypatch.setenv("DATAEXPLORE_TALEND_CLIENT_ID", "hourly")
    monkeypatch.setenv("DATAEXPLORE_TALEND_CLIENT_SECRET", "other")
    monkeypatch.setenv("DATAEXPLORE_TALEND_AUDIENCE", "https://api.us.cloud.talend.com")
    talend = load(file=file).services["talend"]
    assert (talend.client_id, talend.client_secret) == ("hourly", Secret("other"))
    assert talend.audience == "https://api.us.cloud.talend.com"
