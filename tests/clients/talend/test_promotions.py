"""Promotions, tried before they are run, and who may run them."""

from __future__ import annotations

import pytest

from dataexplore.errors import Conflict, InputError

PATH = "/orchestration/executables/promotions"
PROMOTION = {
    "executable": "p1",
    "name": "Dev to Prod",
    "sourceEnvironment": {"id": "e1", "name": "Development"},
    "targetEnvironment": {"id": "e2", "name": "Production"},
}


def test_list_filters_by_its_own_parameter(answered):
    """listPromotions."""
    client = answered([PROMOTION])
    (found,) = client.promotions.list("name==dev*", description="weekly")
    assert client.requests[-1].url.params["_s"] == "name==dev*;description==weekly"
    assert (found.id, found.source, found.target) == ("p1", "Development", "Production")
    client.promotions.list()
    assert client.asked == ("GET", PATH, "")


def test_get_reads_one(answered):
    """getPromotion."""
    client = answered({**PROMOTION, "description": "weekly"})
    assert client.promotions.get("p1").description == "weekly"
    assert client.asked == ("GET", f"{PATH}/p1", "")


def test_create_names_both_environments(answered):
    """createPromotion."""
    client = answered((201, PROMOTION))
    client.promotions.create(source_environment_id="e1", target_environment_id="e2", description="d")
    assert client.asked == ("POST", PATH, "")
    assert client.sent == {"sourceEnvironmentId": "e1", "targetEnvironmentId": "e2", "description": "d"}
    client = answered((409, {"status": 409, "message": "Same source and target exist"}))
    with pytest.raises(Conflict, match="Same source"):
        client.promotions.create(source_environment_id="e1", target_environment_id="e2")


def test_analyze_says_what_would_be_done(answered):
    """analyzePromotion."""
    client = answered({"executionId": "x1", "status": "ANALIZED", "workspaces": []})
    report = client.promotions.analyze("p1")
    assert client.asked == ("POST", f"{PATH}/p1", "")
    assert client.sent == {}
    assert (report.execution_id, report.raw_status) == ("x1", "ANALIZED")
    client.promotions.analyze(
        "p1",
        keep_target_resources=True,
        keep_target_run_profiles=False,
        context="release 7",
        only=("PLAN", "plan-1"),
    )
    assert client.sent == {
        "keepTargetResources": True,
        "keepTargetRunProfiles": False,
        "context": "release 7",
        "promotionAdvancedInfo": {"type": "PLAN", "id": "plan-1"},
    }


@pytest.mark.parametrize(
    "given",
    [
        {"context": ""},
        {"context": "x" * 256},
        {"only": ("JOB", "1")},
        {"only": ("PLAN", "")},
        {"only": "PLAN"},
        {"only": ("PLAN",)},
    ],
)
def test_what_cannot_be_analyzed_is_refused_before_it_is_sent(answered, given):
    client = answered({})
    with pytest.raises(InputError):
        client.promotions.analyze("p1", **given)
    assert client.requests == []


def test_update_replaces_the_description(answered):
    """updatePromotion."""
    client = answered((204, b""))
    assert client.promotions.update("p1", "monthly") is None
    assert client.asked == ("PATCH", f"{PATH}/p1", "")
    assert client.sent == {"description": "monthly"}
    with pytest.raises(InputError, match="The description is None"):
        client.promotions.update("p1", None)


def test_delete_gives_nothing(answered):
    """deletePromotion."""
    client = answered((204, b""))
    assert client.promotions.delete("p1") is None
    assert client.asked == ("DELETE", f"{PATH}/p1", "")


def test_users_have_service_accounts_beside_them(answered):
    """listPromotionUsers."""
    client = answered({"executable": "p1", "userIds": ["u1"], "serviceAccountIds": ["s1", "s2"]})
    found = client.promotions.users("p1")
    assert client.asked == ("GET", f"{PATH}/p1/users", "")
    assert (found.user_ids, found.service_account_ids) == (("u1",), ("s1", "s2"))


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        ("add_user", "PUT", "users/x%20y"),
        ("remove_user", "DELETE", "users/x%20y"),
        ("add_service_account", "PUT", "service-accounts/x%20y"),
        ("remove_service_account", "DELETE", "service-accounts/x%20y"),
    ],
)
def test_users_and_service_accounts_are_let_in_and_out(answered, call, method, path):
    """addPromotionUser, removePromotionUser, addPromotionServiceAccount, removePromotionServiceAccount."""
    client = answered((204, b""))
    assert getattr(client.promotions, call)("p1", "x y") is None
    assert client.asked == (method, f"{PATH}/p1/{path}", "")
