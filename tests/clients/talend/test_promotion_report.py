"""The report of a promotion as one table."""

from __future__ import annotations

import pytest

from dataexplore.clients.talend import promotion_report
from dataexplore.clients.talend.promotion_runs import PromotionRun


def thing(name, kind, planned=None, done=None, **more):
    reports = {"analyzeReport": planned and {"status": planned}, "promotionReport": done and {"status": done}}
    return {"id": f"id-{name}", "name": name, "type": kind, **reports, **more}


RUN = PromotionRun.read(
    {
        "executionId": "x1",
        "workspaces": [
            thing(
                "Retail",
                "WORKSPACE",
                "REUSED",
                flows=[thing("extract", "FLOW", "REPLACED", "REPLACED", targetId="t9")],
                plans=[thing("load", "PLAN", "CREATED")],
                actions=[thing("extract_job", "ACTION", "REPLACED", targetVersion="0.3.0", version=3)],
            ),
            thing("Personal", "WORKSPACE", "SKIPPED"),
        ],
        "engines": [thing("e-7", "ENGINE", runProfiles=[thing("fast", "RUN_PROFILE", "REUSED")])],
    }
)


def test_each_thing_is_a_row_with_its_workspace():
    found = promotion_report.report(RUN)
    assert [(each.name, each.type, each.workspace, each.planned, each.done) for each in found] == [
        ("Retail", "WORKSPACE", None, "REUSED", None),
        ("load", "PLAN", "Retail", "CREATED", None),
        ("extract", "FLOW", "Retail", "REPLACED", "REPLACED"),
        ("extract_job", "ACTION", "Retail", "REPLACED", None),
        ("Personal", "WORKSPACE", None, "SKIPPED", None),
        ("e-7", "ENGINE", None, None, None),
        ("fast", "RUN_PROFILE", None, "REUSED", None),
    ]
    assert (found[2].target_id, found[3].version, found[3].target_version) == ("t9", "3", "0.3.0")
    assert found.to_df()["name"].to_list()[:2] == ["Retail", "load"]


def test_messages_of_both_reports_are_told_once_with_their_level():
    messages = [
        {"info": "<b>old</b>", "level": "WARN"},
        {"info": "kept", "level": "INFO"},
        {"info": 7},
        None,
        {"info": "kept", "level": []},
    ]
    both = {"status": "REUSED", "messages": messages}
    run = PromotionRun.read({"workspaces": [{"name": "w", "analyzeReport": both, "promotionReport": both}]})
    (row,) = found = promotion_report.report(run)
    assert row.messages == ("WARN: <b>old</b>", "kept")
    assert "WARN: &lt;b&gt;old" in found._repr_html_()


@pytest.mark.parametrize("odd", [None, {}, "text", [None, 7, "x"], [{"flows": 7, "plans": [None]}]])
def test_odd_reports_are_read_as_far_as_they_go(odd):
    found = promotion_report.report(PromotionRun.read({"workspaces": odd}))
    assert len(found) == (1 if odd == [{"flows": 7, "plans": [None]}] else 0)
