"""Spend: money that may come as text."""

from __future__ import annotations

from decimal import Decimal


def test_get_keeps_the_digits_of_money(answered):
    """get_org_spend_api_internal_bolt_org_spend_get."""
    client = answered({"daily_spend_usd": "1.25", "daily_cap_usd": 20, "enforced": True})
    spend = client.spend.get()
    assert client.asked == ("GET", "/api/internal/bolt/org/spend", "")
    assert (spend.daily_spend_usd, spend.daily_cap_usd) == (Decimal("1.25"), Decimal(20))
    assert (spend.monthly_cap_usd, spend.enforced) == (None, True)
