"""BI integrations: six kinds, and a sync that is a GET and starts work."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError, Invalid, Malformed, OutcomeUnknown, ServerFault
from dataexplore.secret import Secret
from tests.faults.fake_clock import FakeClock
from tests.faults.fault_server import answer, vanish

LOOKER = {"id": 3, "type": "looker", "name": "Looker", "indexing_cron": None}
ALL = "/api/v1/lineage/bi/"
BINDINGS = [{"remoteId": "1", "boundIds": [1]}]


def test_list_gives_every_integration(answered):
    """get_all_integrations_api_v1_lineage_bi__get."""
    client = answered([LOOKER, {"id": 4, "type": "a new one"}])
    assert [each.type for each in client.bi.list()] == ["looker", "a new one"]
    assert client.asked == ("GET", ALL, "")


def test_get_reads_one(answered):
    """get_integration_api_v1_lineage_bi__bi_datasource_id___get."""
    client = answered(LOOKER)
    assert client.bi.get(3).name == "Looker"
    assert client.asked == ("GET", f"{ALL}3/", "")


def test_sync_starts_a_sync(answered):
    """resync_integration_api_v1_lineage_bi__bi_datasource_id__sync__get."""
    client = answered(LOOKER)
    assert client.bi.sync(3).id == 3
    assert client.asked == ("GET", f"{ALL}3/sync/", "")


@pytest.mark.parametrize("script", [answer(503), answer(503, b"{}", "Retry-After: 0"), answer(504), vanish])
def test_a_sync_that_fails_is_sent_once(answered, serve, open_session, script):
    """Case 8."""
    server = serve(script)
    client = answered(LOOKER)
    client.bi._session = open_session(server, service="datafold", clock=FakeClock())
    with pytest.raises((ServerFault, OutcomeUnknown), match="may have been carried out"):
        client.bi.sync(3)
    assert len(server.requests) == 1


def test_create_dbt(answered):
    """create_dbt_integration_api_v1_lineage_bi_dbt__post."""
    client = answered(LOOKER)
    client.bi.create_dbt(ci_config_id=5, name="dbt")
    assert client.asked == ("POST", f"{ALL}dbt/", "")
    assert client.sent == {"ci_config_id": 5, "name": "dbt"}


def test_create_hightouch(answered):
    """create_hightouch_integration_api_v1_lineage_bi_hightouch__post."""
    client = answered(LOOKER)
    client.bi.create_hightouch(token=Secret("t0ken"), bindings=BINDINGS, workspace="w")
    assert client.asked == ("POST", f"{ALL}hightouch/", "")
    assert client.sent == {"token": "t0ken", "bindings": BINDINGS, "workspace": "w"}


def test_create_looker(answered):
    """create_looker_integration_api_v1_lineage_bi_looker__post."""
    client = answered(LOOKER)
    client.bi.create_looker(
        base_url="https://looker.example",
        client_id="c",
        client_secret=Secret("s"),
        repo_id=1,
        bindings=BINDINGS,
    )
    assert client.asked == ("POST", f"{ALL}looker/", "")
    assert client.sent == {
        "base_url": "https://looker.example",
        "client_id": "c",
        "client_secret": "s",
        "repo_id": 1,
        "bindings": BINDINGS,
    }


def test_create_mode(answered):
    """create_mode_integration_api_v1_lineage_bi_mode__post."""
    client = answered(LOOKER)
    client.bi.create_mode(token=Secret("t"), password=Secret("p"), indexing_cron="0 5 * * *")
    assert client.asked == ("POST", f"{ALL}mode/", "")
    assert client.sent == {"token": "t", "password": "p", "indexing_cron": "0 5 * * *"}


def test_create_powerbi(answered):
    """create_powerbi_integration_api_v1_lineage_bi_powerbi__post."""
    client = answered(LOOKER)
    client.bi.create_powerbi(auth_type="service_principal", client_secret=Secret("s"), tenant_id="t")
    assert client.asked == ("POST", f"{ALL}powerbi/", "")
    assert client.sent == {"auth_type": "service_principal", "tenant_id": "t", "client_secret": "s"}
    client.bi.create_powerbi()
    assert client.sent == {}


def test_create_tableau(answered):
    """create_tableau_integration_api_v1_lineage_bi_tableau__post."""
    client = answered(LOOKER)
    client.bi.create_tableau(
        server_url="https://tableau.example", site_id="s", token_name="n", token_value=Secret("v")
    )
    assert client.asked == ("POST", f"{ALL}tableau/", "")
    assert client.sent == {
        "server_url": "https://tableau.example",
        "site_id": "s",
        "token_name": "n",
        "token_value": "v",
    }


def test_a_password_as_plain_text_is_refused_without_showing_it(answered):
    client = answered(LOOKER)
    with pytest.raises(InputError, match="plain text") as caught:
        client.bi.create_mode(token=Secret("t"), password="hunter2")
    assert "hunter2" not in str(caught.value)
    assert client.requests == []


@pytest.mark.parametrize(
    "body",
    [
        {"detail": "token t0ken-t0ken-t0ken is unknown"},
        {"detail": [{"loc": ["body", "token"], "msg": "bad: t0ken-t0ken-t0ken", "type": "x"}]},
        {"detail": [{"msg": "bad", "type": "x", "input": {"token": "t0ken-t0ken-t0ken"}}]},
        b"t0ken-t0ken-t0ken",
    ],
)
def test_a_secret_that_the_service_echoes_is_nowhere_in_the_error(answered, body):
    """Case 23."""
    with pytest.raises(Invalid) as caught:
        answered((422, body)).bi.create_hightouch(token=Secret("t0ken-t0ken-t0ken"), bindings=[])
    assert "t0ken" not in f"{caught.value!s} {caught.value!r} {vars(caught.value)}"


def test_a_secret_that_a_login_page_echoes_is_nowhere_in_the_error(answered):
    """Case 23."""
    with pytest.raises(Malformed, match="<html>") as caught:
        answered(b"<html>t0ken-t0ken-t0ken").bi.create_hightouch(
            token=Secret("t0ken-t0ken-t0ken"), bindings=[]
        )
    assert "t0ken" not in f"{caught.value!s} {caught.value!r} {vars(caught.value)}"
