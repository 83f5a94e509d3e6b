"""Git accounts, whose tokens go out and never come back."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError, Invalid
from dataexplore.secret import Secret

ACCOUNT = {"id": "g1", "provider": "github", "username": "ada", "createdAt": "2026-08-01T08:00:00Z"}


def test_list_reads_them(answered):
    """listGitAccounts."""
    client = answered({"data": [ACCOUNT], "next": None})
    assert [account.username for account in client.git_accounts.list()] == ["ada"]
    assert client.asked[:2] == ("GET", "/api/v1/gitAccounts")


def test_get_reads_one(answered):
    """getGitAccount."""
    client = answered(ACCOUNT)
    account = client.git_accounts.get("g1")
    assert client.asked == ("GET", "/api/v1/gitAccounts/g1", "")
    assert (account.provider, account.created_at.year) == ("github", 2026)


def test_create_sends_the_token(answered):
    """createGitAccount."""
    client = answered(ACCOUNT)
    client.git_accounts.create(provider="github", username="ada", token=Secret("canary-token-1"))
    assert client.asked == ("POST", "/api/v1/gitAccounts", "")
    assert client.sent == {"provider": "github", "username": "ada", "token": "canary-token-1"}
    client.git_accounts.create(provider="github", username="ada")
    assert client.sent == {"provider": "github", "username": "ada"}


def test_update_puts_what_is_given(answered):
    """updateGitAccount."""
    client = answered(ACCOUNT)
    client.git_accounts.update("g1", provider="gitlab", username="ada", token=Secret("t"))
    assert client.asked == ("PUT", "/api/v1/gitAccounts/g1", "")
    assert client.sent == {"provider": "gitlab", "username": "ada", "token": "t"}


def test_delete_gives_nothing(answered):
    """deleteGitAccount."""
    client = answered((204, b""))
    assert client.git_accounts.delete("g1") is None
    assert client.asked == ("DELETE", "/api/v1/gitAccounts/g1", "")


def test_a_token_as_plain_text_is_refused_and_an_echoed_one_is_masked(answered):
    """Case 23."""
    client = answered((400, {"error": "bad token canary-token-1", "code": "BAD_REQUEST"}))
    with pytest.raises(InputError, match="passed as plain text") as refused:
        client.git_accounts.create(provider="github", username="ada", token="canary-token-1")
    assert client.requests == []
    with pytest.raises(Invalid, match=r"^bad token \*\*\*") as echoed:
        client.git_accounts.create(provider="github", username="ada", token=Secret("canary-token-1"))
    assert "canary-token" not in str(refused.value) + repr(vars(echoed.value))
