"""What is there from the start: the same everywhere, once, and through a restart."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.sandbox.talend import calendar, refs
from dataexplore.sandbox.talend.company import PLAN, RESOURCE, TASK, Company
from dataexplore.sandbox.talend.seeds import SEEDS
from dataexplore.sandbox.talend.usage import uses
from tests.sandbox.talend.conftest import speak


@pytest.mark.parametrize("kind", refs.KINDS)
@pytest.mark.parametrize("number", [1, 255, 2**40])
def test_an_id_leads_to_its_number_and_is_no_other_kind_s(kind, number):
    ref = refs.give(kind, number)
    assert [one for one in refs.KINDS if refs.number(one, ref) is not None] == [kind]
    assert refs.number(kind, ref) == number
    if "-" in ref:
        assert str(uuid.UUID(ref)) == ref
    else:
        assert len(bytes.fromhex(ref)) == 12


@given(st.sampled_from(refs.KINDS), st.text() | st.from_regex(r"65f0a1b20e0[0-9a-fA-F]{1,16}"))
def test_any_text_is_an_id_or_is_not(kind, text):
    number = refs.number(kind, text)
    assert number is None or refs.give(kind, number) == text


def test_what_the_seeds_speak_of_is_there(platform):
    company = Company(platform)
    company.ensure()
    for plan in platform.records.all(PLAN):
        environment = company.environment_of(plan)
        used = [company.look_up(TASK, ref) or company.look_up(PLAN, ref) for ref in uses(plan)]
        assert {company.environment_of(one) for one in used} == {environment}
        if plan["runConfig"]:
            calendar.check(plan["runConfig"]["trigger"])
    for task in platform.records.all(TASK):
        artifact = company.refer("talend_artifact", task["artifact"]["id"])
        assert task["artifact"]["version"] in [one["version"] for one in artifact["versions"]]
        assert artifact["workspace"] == task["workspace"]
        for kind, name in (("talend_connection", "connections"), (RESOURCE, "resources")):
            for ref in task[name].values():
                assert company.refer(kind, ref)["workspace"] == task["workspace"]


def test_all_that_ask_first_at_once_find_one_company(platform):
    done = []
    with ThreadPoolExecutor(8) as threads:
        for _ in range(8):
            threads.submit(Company(platform, lambda: done.append(1)).ensure)
    assert len(done) == 8
    assert {kind: len(platform.records.all(kind)) for kind in SEEDS} == {
        kind: len(seeds) for kind, seeds in SEEDS.items()
    }


def test_a_number_that_was_removed_is_not_given_again(platform):
    company = Company(platform)
    company.ensure()
    first = company.add(PLAN, lambda number: {"name": str(number)})
    platform.records.remove(PLAN, first["id"])
    second = company.add(PLAN, lambda number: {"name": str(number)})
    assert second["id"] == first["id"] + 1
    assert second["name"] == str(second["id"])
    assert company.look_up(PLAN, first["ref"]) is None
    assert company.look_up(PLAN, second["ref"]) == second


def test_what_was_written_is_there_after_a_restart(start, tmp_path):
    body = {"name": "Test", "workspaceName": "First"}
    path = "/orchestration/environments"
    server = start("--scale", 0.01, "--pace", 0, "--data", tmp_path)
    with speak(server) as client:
        made = client.post(path, json=body).json()
        (promotion,) = client.get("/orchestration/executables/promotions").json()
        assert (
            client.delete(f"/orchestration/executables/promotions/{promotion['executable']}").status_code
            == 204
        )
        listed = client.get("/orchestration/executables/tasks").json()
    server.stop()
    with speak(start("--scale", 0.01, "--pace", 0, "--data", tmp_path)) as client:
        assert made in client.get(path).json()
        assert client.get("/orchestration/executables/promotions").json() == []
        assert client.get("/orchestration/executables/tasks").json() == listed
