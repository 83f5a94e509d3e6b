"""Git accounts: the credentials with which Coalesce reaches repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.coalesce.listings import Listing, pages
from dataexplore.clients.inputs import identifier, only_secret, word
from dataexplore.clients.records import Record, Records, instant, record, text
from dataexplore.transport import Operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from dataexplore.secret import Secret
    from dataexplore.transport import Session

__all__ = ["GitAccount", "GitAccounts"]

_ALL = "/api/v1/gitAccounts"
_ONE = f"{_ALL}/{{gitAccountID}}"
LIST = Operation("listGitAccounts", "GET", _ALL, repeatable=True)
CREATE = Operation("createGitAccount", "POST", _ALL, repeatable=False)
GET = Operation("getGitAccount", "GET", _ONE, repeatable=True)
UPDATE = Operation("updateGitAccount", "PUT", _ONE, repeatable=False)
DELETE = Operation("deleteGitAccount", "DELETE", _ONE, repeatable=False)


@record
class GitAccount(Record):
    """A Git account; its token is never told.

    Attributes:
        provider: ``github``, ``gitlab``, ``bitbucket`` or another word.
    """

    id: str | None = text("id", "gitAccountID")
    provider: str | None = text()
    username: str | None = text()
    created_at: dt.datetime | None = instant("createdAt")


class GitAccounts:
    """The operations on Git accounts."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(
        self, *, limit: int | None = None, order_by: str = "id", order_by_direction: str = "asc"
    ) -> Records[GitAccount]:
        """List the Git accounts (GET /api/v1/gitAccounts).

        Args:
            limit: at most so many; None for all.
            order_by: a field, by the service's name.
            order_by_direction: ``asc`` or ``desc``.

        Raises:
            Malformed: a page cannot be trusted.
        """
        found = self.iterate(limit=limit, order_by=order_by, order_by_direction=order_by_direction)
        return Records(found, GitAccount)

    def iterate(
        self, *, limit: int | None = None, order_by: str = "id", order_by_direction: str = "asc"
    ) -> Iterator[GitAccount]:
        """Go through the Git accounts, each page read when it is needed; arguments as of :meth:`list`."""
        listing = Listing(limit, order_by, order_by_direction)
        return pages(self._session, LIST, GitAccount, listing, keys=("id", "gitAccountID"))

    def get(self, git_account_id: str | int) -> GitAccount:
        """Read a Git account (GET /api/v1/gitAccounts/{gitAccountID})."""
        return fetch_record(self._session, GET, GitAccount, _one(git_account_id))

    def create(self, *, provider: str, username: str, token: Secret | None = None) -> GitAccount:
        """Add a Git account (POST /api/v1/gitAccounts). It is never sent twice.

        Args:
            provider: ``github``, ``gitlab`` or ``bitbucket``.
            username: the name at the provider.
            token: an access token; the service keeps it and never tells it.
        """
        body = _body(provider, username, token)
        return fetch_record(self._session, CREATE, GitAccount, json=body)

    def update(
        self, git_account_id: str | int, *, provider: str, username: str, token: Secret | None = None
    ) -> GitAccount:
        """Change a Git account, and its token when one is given (PUT /api/v1/gitAccounts/{gitAccountID}).

        It is never sent twice; arguments as of :meth:`create`.
        """
        body = _body(provider, username, token)
        return fetch_record(self._session, UPDATE, GitAccount, _one(git_account_id), json=body)

    def delete(self, git_account_id: str | int) -> None:
        """Remove a Git account and its token for good (DELETE /api/v1/gitAccounts/{gitAccountID}).

        Whoever uses it in Coalesce can no longer reach the repository. It is never sent twice.
        """
        self._session.fetch(DELETE, _one(git_account_id))


def _one(git_account_id: str | int) -> dict[str, str]:
    return {"gitAccountID": identifier(git_account_id, "Git account")}


def _body(provider: str, username: str, token: Secret | None) -> dict[str, Any]:
    body: dict[str, Any] = {"provider": word(provider, "provider"), "username": word(username, "username")}
    return body if token is None else {**body, "token": only_secret(token)}
