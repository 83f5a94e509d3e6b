"""connect() and the workspace it gives: from the environment, from this process, or a sentence why not."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import replace

import httpx
import pytest

import dataexplore
from dataexplore import workspace as module
from dataexplore.clients.coalesce.credentials import of_profile
from dataexplore.embedded import Sandbox
from dataexplore.errors import Cancelled, ConfigError, ServerFault
from dataexplore.secret import Secret
from dataexplore.settings import ServiceSettings, load, sandbox_profile
from dataexplore.workspace import Workspace, connect
from tests.contract.contract_transport import RequestsChecked, contract_transport, contract_workspace
from tests.faults.fault_server import FaultServer
from tests.notebook.answering import answering

# The modules whose examples a reader may paste.
PUBLIC = (
    "dataexplore.workspace",
    "dataexplore.query.coginiti",
    "dataexplore.query.parameters",
    "dataexplore.query.literals",
)


@pytest.fixture
def in_environment(sandbox, monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_SANDBOX_URL", sandbox.url)
    monkeypatch.setenv("DATAEXPLORE_SANDBOX_TOKEN", sandbox.token.reveal())


@pytest.mark.usefixtures("in_environment")
def test_the_sandbox_of_the_environment_is_used(sandbox, monkeypatch):
    monkeypatch.setattr(module, "_own_sandbox", None)
    with connect("sandbox", transport=contract_transport) as opened:
        assert opened.coginiti.client.host in sandbox.url
        assert opened.coginiti.sql("select 42 as answer").table.to_pylist() == [{"answer": 42}]


def test_the_profile_of_the_environment_may_be_the_sandbox(in_environment, monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_PROFILE", "sandbox")
    with connect() as opened:
        assert repr(opened) == "<Workspace sandbox: coginiti, coalesce, datafold, talend>"


def test_a_sandbox_address_without_a_token_is_refused(in_environment, monkeypatch):
    monkeypatch.delenv("DATAEXPLORE_SANDBOX_TOKEN")
    with pytest.raises(ConfigError, match="without a token"):
        connect("sandbox")


def test_a_sandbox_elsewhere_gets_no_token_over_plain_http(in_environment, monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_SANDBOX_URL", "http://example.com")
    with pytest.raises(ConfigError, match="plain http"):
        connect("sandbox")


def test_one_process_has_one_sandbox_and_a_new_one_when_it_has_ended(monkeypatch):
    own = Sandbox.start(scale=0.01)
    monkeypatch.setattr(module, "_own_sandbox", own)
    for _ in range(2):
        with connect("sandbox") as opened:
            assert opened.coginiti.client.host in own.url
    own.stop()
    with connect("sandbox") as opened:
        assert opened.coginiti.client.host not in own.url
        assert len(opened.coginiti.sql("select 1")) == 1
    module._own_sandbox.stop()


def test_connect_without_any_configuration_says_what_to_do():
    with pytest.raises(ConfigError, match=r"Nothing is configured.*connect\(.sandbox.\)"):
        connect()


def test_connect_to_a_missing_profile_names_the_near_one():
    with pytest.raises(ConfigError, match="Did you mean 'sandbox'"):
        connect("sandbx")


def test_an_unconfigured_service_is_told_before_its_token_is_asked_for():
    profile = sandbox_profile("http://127.0.0.1:1", Secret("canary"))
    opened = Workspace(replace(profile, services={"talend": ServiceSettings("talend", "sandbox")}))
    with pytest.raises(ConfigError, match="talend is not configured") as caught:
        opened.session("talend")
    assert "DATAEXPLORE_TALEND_URL" in caught.value.fix


def test_a_workspace_of_a_service_without_token_opens_and_fails_only_when_it_is_used(monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_COGINITI_URL", "https://coginiti.example.com")
    opened = connect()
    with pytest.raises(ConfigError, match=r"No token for coginiti.*DATAEXPLORE_COGINITI_TOKEN"):
        _ = opened.coginiti


def test_the_same_service_is_opened_once(sandbox):
    with contract_workspace(sandbox) as opened:
        assert opened.coginiti is opened.coginiti
        assert opened.session("coginiti") is opened.session("coginiti")


def test_a_closed_workspace_opens_again_when_it_is_used(sandbox):
    opened = contract_workspace(sandbox)
    first = opened.coginiti
    opened.close()
    assert opened.coginiti is not first
    assert len(opened.coginiti.sql("select 1")) == 1
    opened.close()


def test_a_job_of_the_worker_has_a_thread_and_sockets_of_its_own(sandbox):
    with contract_workspace(sandbox) as opened:
        mine = opened.session("coginiti")

        def job(other):
            assert other.session("coginiti") is not mine
            return threading.current_thread(), other.coginiti.sql("select 42 as n").table.to_pylist()

        thread, rows = opened.worker.submit(job).result(20)
        assert thread is not threading.main_thread()
        assert rows == [{"n": 42}]
        assert len(opened.coginiti.sql("select 1")) == 1


def test_a_cancelled_job_ends_within_a_second_and_the_workspace_goes_on(sandbox):
    with contract_workspace(sandbox) as opened:
        waiting = threading.Event()

        def job(other):
            # Counting what no machine counts in time.
            return other.coginiti.sql(
                "select count(*) from range(1000000000000)", on_progress=lambda *_: waiting.set()
            )

        started = opened.worker.submit(job)
        assert waiting.wait(20)
        started.cancel()
        with pytest.raises(Cancelled):
            started.result(2)
        assert len(opened.coginiti.sql("select 1")) == 1


def test_a_job_is_not_kept_from_working_by_a_service_without_token(sandbox, monkeypatch):
    monkeypatch.setenv("DATAEXPLORE_COGINITI_URL", sandbox.url)
    monkeypatch.setenv("DATAEXPLORE_COGINITI_TOKEN", sandbox.token.reveal())
    monkeypatch.setenv("DATAEXPLORE_COGINITI_CONNECTION", "warehouse")
    monkeypatch.setenv("DATAEXPLORE_COALESCE_REGION", "eu")
    with Workspace(load(), transport=contract_transport) as opened:
        assert opened.profile.services["coalesce"].url
        assert opened.worker.submit(lambda other: len(other.coginiti.sql("select 1"))).result(20) == 1


def test_datafold_is_opened_once_and_again_after_a_close(sandbox):
    with contract_workspace(sandbox) as opened:
        first = opened.datafold
        assert opened.datafold is first
        opened.close()
        assert opened.datafold is not first
        assert opened.datafold.data_sources.get(1).name == "Warehouse"


def test_coalesce_is_opened_once_and_again_after_a_close(sandbox):
    with contract_workspace(sandbox) as opened:
        first = opened.coalesce
        assert opened.coalesce is first
        opened.close()
        assert opened.coalesce is not first
        assert opened.coalesce.environments.find("PROD").name == "prod"


def test_the_profiles_login_is_in_the_request_of_a_run_and_stays_secret(sandbox):
    with contract_workspace(sandbox) as opened:
        login = opened.coalesce.scheduler.request(3)["userCredentials"]
    assert (login["snowflakeAuthType"], login["snowflakeUsername"]) == ("Basic", "sandbox")
    assert repr(login["snowflakePassword"]) == "Secret(***)"


def test_a_password_is_asked_for_once_and_never_by_a_job(monkeypatch):
    asked = []
    monkeypatch.setenv("DATAEXPLORE_COALESCE_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("DATAEXPLORE_COALESCE_TOKEN", "canary")
    monkeypatch.setenv("DATAEXPLORE_COALESCE_SNOWFLAKE_USER", "LOADER")
    with Workspace(load()) as opened:
        with pytest.raises(ConfigError, match=r"nobody can answer here.*SNOWFLAKE_PASSWORD"):
            opened.worker.submit(lambda other: other.coalesce.scheduler.request(1)).result(20)
        settings = opened.profile.services["coalesce"]
        opened._logins["coalesce"] = of_profile(settings, lambda question: asked.append(question) or "pw")
        for _ in range(2):
            assert opened.coalesce.scheduler.request(1)["userCredentials"]["snowflakeUsername"] == "LOADER"
        assert opened.worker.submit(lambda other: other._login()).result(20) is opened._login()
    assert asked == ["Snowflake password of LOADER (environment): "]


@pytest.mark.parametrize(
    "name",
    [
        "marts.daily_revenue",
        ("marts", "daily_revenue"),
        ["marts", "daily_revenue"],
        'warehouse."marts".daily_revenue',
    ],
)
def test_a_lineage_is_asked_for_by_text_or_by_parts(name, sandbox):
    with contract_workspace(sandbox) as opened:
        assert opened.lineage(name, up=1, down=0).focus == ("warehouse", "marts", "daily_revenue")


def test_a_dashboard_is_no_table_though_datafold_calls_it_one(sandbox):
    with contract_workspace(sandbox) as opened:
        kinds = dict(opened.lineage("marts.fact_orders").graph.nodes(data="kind"))
    assert set(kinds.values()) == {"table", "dashboard"}


def test_all_columns_may_be_asked_for_and_progress_is_told(sandbox):
    told = []
    first = []
    with contract_workspace(sandbox) as opened:
        lineage = opened.lineage(
            "marts.daily_revenue",
            up=1,
            down=0,
            columns="all",
            on_progress=told.append,
            on_first_hop=first.append,
        )
    assert first == [lineage]
    assert told[-1].asked == lineage.requests
    assert "column" in dict(lineage.graph.nodes(data="kind")).values()


def test_a_lineage_can_be_added_to_here_and_beside_the_main_thread(sandbox):
    with contract_workspace(sandbox) as opened:
        lineage = opened.lineage("marts.fact_orders", up=0, down=0)
        lineage.expand("fact_orders", "down")
        known = len(lineage.graph)
        assert known > 1
        threads = []

        def work(source):
            threads.append(threading.current_thread())
            lineage.expand("fact_orders", "up", source=source)

        lineage.submit(work).result(20)
        assert threads != [threading.main_thread()]
        assert len(lineage.graph) > known


@pytest.fixture
def workspace_at():
    """Give a function that opens a workspace on a service that answers by rules."""
    opened = []

    def start(rules, **settings):
        server = FaultServer(answering(rules))
        opened.append(Workspace(server.profile(**{"data_connection_id": 1, "database": "db", **settings})))
        opened.append(server)
        return opened[-2], server

    yield start
    for each in opened:
        each.close()


BOARD = {"type": "Table", "name": "b", "path": ["Looker", "Sales", "b"], "columns": []}


@pytest.mark.parametrize("status", [403, 404])
def test_an_account_that_may_not_see_bi_integrations_gets_its_lineage_all_the_same(status, workspace_at):
    opened, server = workspace_at({"lineage/bi": (status, {"detail": "no"}), "t/downstreams": [BOARD]})
    for _ in range(2):
        lineage = opened.lineage("s.t", up=0, down=1)
        assert lineage.graph.nodes["Looker", "Sales", "b"]["kind"] == "table"
    assert sum(b"lineage/bi" in request for request in server.requests) == 1


def test_bi_integrations_that_cannot_be_listed_now_are_an_error_and_asked_for_again(workspace_at):
    """Else a dashboard would be called a table from then on."""
    rules = {"lineage/bi": (500, {"detail": "later"}), "t/downstreams": [BOARD]}
    opened, _ = workspace_at(rules)
    with pytest.raises(ServerFault, match="later"):
        opened.lineage("s.t", up=0, down=1)
    rules["lineage/bi"] = [{"id": 1, "name": "Looker", "type": "looker"}]
    lineage = opened.lineage("s.t", up=0, down=1)
    assert lineage.graph.nodes["Looker", "Sales", "b"]["kind"] == "dashboard"


@pytest.mark.parametrize(
    ("settings", "name", "path"),
    [
        ({}, "s.t", ("db", "s", "t")),
        ({}, "t", ("t",)),
        ({"schema": "s"}, "t", ("db", "s", "t")),
        ({"schema": "s"}, "r.t", ("db", "r", "t")),
        ({"schema": "s"}, "a.b.c", ("a", "b", "c")),
        ({"schema": "s"}, "a.b.c.d", ("a", "b", "c", "d")),
        ({"schema": "s"}, ("x.y",), ("db", "s", "x.y")),
        ({"database": None}, "s.t", ("s", "t")),
        ({"database": None, "schema": "s"}, "t", ("t",)),
        ({"database": None, "schema": "s"}, "r.t", ("r", "t")),
    ],
)
def test_missing_left_parts_of_a_table_come_from_the_profile(settings, name, path, workspace_at):
    assert workspace_at({}, **settings)[0]._table(name) == path


def test_the_data_connection_is_looked_for_once(workspace_at):
    opened, server = workspace_at({"data_sources": [{"id": 7, "name": "Prod"}]}, data_connection_id=None)
    assert (opened.data_connection(), opened.data_connection()) == (7, 7)
    assert opened.worker.submit(lambda other: other.data_connection()).result(20) == 7
    assert len(server.requests) == 1


def test_no_token_is_in_the_repr_of_anything(sandbox):
    with contract_workspace(sandbox) as opened:
        secret = sandbox.token.reveal()
        shown = [opened, opened.profile, opened.coginiti, opened.session("coginiti"), vars(opened), sandbox]
        assert not any(secret in repr(each) for each in shown)


def test_the_public_names_are_sorted_and_there():
    assert dataexplore.__all__ == sorted(dataexplore.__all__)
    for name in dataexplore.__all__:
        assert getattr(dataexplore, name) is not None
    assert dir(dataexplore) == dataexplore.__all__
    with pytest.raises(AttributeError, match="nothing"):
        _ = dataexplore.nothing


@pytest.mark.usefixtures("in_environment")
def test_the_examples_of_the_docstrings_run():
    """In a process of its own: a reader's example closes nothing, which here would be a warning."""
    program = (
        "import doctest, importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    outcome = doctest.testmod(importlib.import_module(name))\n"
        "    assert outcome.attempted and not outcome.failed, name\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *PUBLIC], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def streamed(body):
    content = httpx.ByteStream(json.dumps(body).encode())
    return httpx.Response(200, headers={"content-type": "application/json"}, stream=content)


def answers_of_talend(request):
    if request.url.path == "/security/oauth/token":
        return streamed({"access_token": "short-lived", "expires_in": 1800})
    assert request.headers["authorization"] == "Bearer short-lived"
    return streamed([{"id": "1", "name": "Production"}])


def talend_profile(**settings):
    service = ServiceSettings("talend", "p", url="https://api.eu.cloud.talend.com", **settings)
    return replace(sandbox_profile("http://127.0.0.1:1", Secret("canary")), services={"talend": service})


def test_a_service_account_stands_where_a_token_would_and_is_one_for_all_threads():
    profile = talend_profile(client_id="nightly", client_secret=Secret("canary-secret"))
    asked = []

    def answer(request):
        asked.append(request)
        return answers_of_talend(request)

    with Workspace(
        profile, transport=lambda service: RequestsChecked(service, httpx.MockTransport(answer))
    ) as opened:
        assert [each.name for each in opened.talend.environments.list()] == ["Production"]
        work = opened.worker.submit(lambda other: other.talend.environments.list()[0].id)
        assert work.result(10) == "1"
        tokens, source = opened.token("talend")
    assert [request.url.path for request in asked].count("/security/oauth/token") == 1
    assert json.loads(asked[0].content)["audience"] == "https://api.eu.cloud.talend.com"
    assert source == "service account nightly (its secret: client_secret of [p.talend])"
    assert "canary" not in f"{tokens!r} {opened!r}"


def test_a_token_beside_a_service_account_goes_before_it():
    profile = talend_profile(client_id="nightly", token=Secret("short-lived"), token_source="the test")
    wire = httpx.MockTransport(answers_of_talend)
    with Workspace(profile, transport=lambda service: RequestsChecked(service, wire)) as opened:
        assert opened.talend.environments.list()[0].id == "1"
        assert opened.token("talend")[1] == "the test"


def test_a_service_account_without_its_secret_says_where_it_was_looked_for():
    with (
        Workspace(talend_profile(client_id="nightly")) as opened,
        pytest.raises(ConfigError, match="No secret of the service account nightly for talend"),
    ):
        _ = opened.talend
