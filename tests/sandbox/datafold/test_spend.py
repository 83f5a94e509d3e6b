from __future__ import annotations

from decimal import Decimal


def test_what_runs_is_spent_today_and_this_month(api, until):
    def spend():
        return api.get("/api/internal/bolt/org/spend").json()

    before = spend()
    number = api.post("/api/v1/monitors/8/run").json()["run_id"]
    until(lambda: api.get(f"/api/v1/monitors/8/runs/{number}").json()["state"] == "ok", 5)
    after = spend()
    for period in ("daily", "monthly"):
        spent = Decimal(after[f"{period}_spend_usd"]) - Decimal(before[f"{period}_spend_usd"])
        assert spent >= Decimal("0.002")
        assert Decimal(after[f"{period}_spend_usd"]) <= Decimal(after[f"{period}_cap_usd"])
    assert after["enforced"] is False
