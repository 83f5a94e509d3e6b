"""Promotions: what copies from one environment to the next, tried before it is done, and who may do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dataexplore.clients.answers import fetch_record
from dataexplore.clients.inputs import identifier, word
from dataexplore.clients.records import Record, Records, record, text, texts
from dataexplore.clients.talend.fiql import Value, filtered
from dataexplore.clients.talend.listings import bare, changes
from dataexplore.clients.talend.promotion_runs import PromotionRun
from dataexplore.errors import InputError
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from dataexplore.transport import Session

__all__ = ["PartType", "Promotion", "PromotionRights", "Promotions"]

PartType = Literal["ACTION", "FLOW", "PLAN", "WORKSPACE"]
_PART_TYPES = ("ACTION", "FLOW", "PLAN", "WORKSPACE")
_LONGEST_CONTEXT = 255
_ALL = "/orchestration/executables/promotions"
_ONE = f"{_ALL}/{{promotionId}}"
_USERS, _USER = f"{_ONE}/users", f"{_ONE}/users/{{userId}}"
_ACCOUNT = f"{_ONE}/service-accounts/{{serviceAccountId}}"
LIST = Operation("listPromotions", "GET", _ALL, repeatable=True)
CREATE = Operation("createPromotion", "POST", _ALL, repeatable=False)
GET = Operation("getPromotion", "GET", _ONE, repeatable=True)
ANALYZE = Operation("analyzePromotion", "POST", _ONE, repeatable=False)
UPDATE = Operation("updatePromotion", "PATCH", _ONE, repeatable=False)
DELETE = Operation("deletePromotion", "DELETE", _ONE, repeatable=False)
LIST_USERS = Operation("listPromotionUsers", "GET", _USERS, repeatable=True)
ADD_USER = Operation("addPromotionUser", "PUT", _USER, repeatable=False)
REMOVE_USER = Operation("removePromotionUser", "DELETE", _USER, repeatable=False)
ADD_ACCOUNT = Operation("addPromotionServiceAccount", "PUT", _ACCOUNT, repeatable=False)
REMOVE_ACCOUNT = Operation("removePromotionServiceAccount", "DELETE", _ACCOUNT, repeatable=False)


@record
class Promotion(Record):
    """A promotion.

    Attributes:
        source: the name of the environment that it copies from.
        target: the name of the one that it copies to.
        description: what it is for; lists leave it out.
    """

    id: str | None = text("executable", "id")
    name: str | None = text()
    source: str | None = text("sourceEnvironment.name")
    target: str | None = text("targetEnvironment.name")
    description: str | None = text()
    source_environment_id: str | None = text("sourceEnvironment.id")
    target_environment_id: str | None = text("targetEnvironment.id")


@record
class PromotionRights(Record):
    """Who may run a promotion."""

    user_ids: tuple[str, ...] | None = texts(", ".join, "userIds")
    service_account_ids: tuple[str, ...] | None = texts(", ".join, "serviceAccountIds")


class Promotions:
    """The operations on promotions, and on who may run them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, query: str | None = None, **equal: Value) -> Records[Promotion]:
        """List the promotions (GET /orchestration/executables/promotions).

        Args:
            query: a filter in FIQL, such as ``name==dev*``.
            equal: fields that have just this value: ``name="dev to prod"``; they are quoted as needed.

        Raises:
            InputError: the query is no FIQL, or a value cannot be written in it; nothing was sent.
            Invalid: the service cannot filter by it.
        """
        return bare(self._session, LIST, Promotion, query={"_s": filtered(query, equal)})

    def get(self, promotion_id: str) -> Promotion:
        """Read a promotion (GET /orchestration/executables/promotions/{promotionId})."""
        return fetch_record(self._session, GET, Promotion, _one(promotion_id))

    def create(
        self, *, source_environment_id: str, target_environment_id: str, description: str | None = None
    ) -> Promotion:
        """Add a promotion; nothing is copied yet (POST .../promotions). It is never sent twice.

        Raises:
            Conflict: there is one from this environment to that one.
        """
        body = {
            "sourceEnvironmentId": identifier(source_environment_id, "source environment"),
            "targetEnvironmentId": identifier(target_environment_id, "target environment"),
            **changes(description=description),
        }
        return fetch_record(self._session, CREATE, Promotion, json=body)

    def analyze(
        self,
        promotion_id: str,
        *,
        keep_target_resources: bool | None = None,
        keep_target_run_profiles: bool | None = None,
        context: str | None = None,
        only: tuple[PartType, str] | None = None,
    ) -> PromotionRun:
        """Say what a promotion would do, without doing it (POST .../promotions/{promotionId}).

        Nothing is copied; ``promotion_report.report`` makes a table of the answer. It is never sent twice.

        Args:
            promotion_id: which promotion.
            keep_target_resources: leave the target's resources as they are.
            keep_target_run_profiles: leave the target's run profiles as they are.
            context: a note, of at most 255 characters.
            only: promote only this: ``("PLAN", plan_id)``; ``FLOW`` is a task, ``ACTION`` an artifact.

        Raises:
            InputError: the context is too long, or ``only`` names no kind.
        """
        body = changes(
            keepTargetResources=keep_target_resources,
            keepTargetRunProfiles=keep_target_run_profiles,
            context=_context(context),
            promotionAdvancedInfo=None if only is None else _part(only),
        )
        return fetch_record(self._session, ANALYZE, PromotionRun, _one(promotion_id), json=body)

    def update(self, promotion_id: str, description: str) -> None:
        """Replace a promotion's description (PATCH .../promotions/{promotionId}). It is never sent twice."""
        if not isinstance(description, str):
            raise InputError(f"The description is {description!r}.", "Write a text; it may be empty.")
        self._session.fetch(UPDATE, _one(promotion_id), json={"description": description})

    def delete(self, promotion_id: str) -> None:
        """Remove a promotion for good (DELETE .../promotions/{promotionId}).

        What it promoted stays where it is. Nothing brings the promotion back. It is never sent twice.
        """
        self._session.fetch(DELETE, _one(promotion_id))

    def users(self, promotion_id: str) -> PromotionRights:
        """Read which users and service accounts may run a promotion (GET .../{promotionId}/users)."""
        return fetch_record(self._session, LIST_USERS, PromotionRights, _one(promotion_id))

    def add_user(self, promotion_id: str, user_id: str) -> None:
        """Let a user run a promotion (PUT .../{promotionId}/users/{userId}). It is never sent twice.

        Raises:
            Conflict: the user may already.
        """
        self._session.fetch(ADD_USER, _user(promotion_id, user_id))

    def remove_user(self, promotion_id: str, user_id: str) -> None:
        """Let a user no longer run a promotion (DELETE .../{promotionId}/users/{userId}).

        It is never sent twice.
        """
        self._session.fetch(REMOVE_USER, _user(promotion_id, user_id))

    def add_service_account(self, promotion_id: str, service_account_id: str) -> None:
        """Let a service account run a promotion (PUT .../service-accounts/{serviceAccountId}).

        It is never sent twice.
        """
        self._session.fetch(ADD_ACCOUNT, _account(promotion_id, service_account_id))

    def remove_service_account(self, promotion_id: str, service_account_id: str) -> None:
        """Let a service account no longer run a promotion (DELETE .../service-accounts/{serviceAccountId}).

        It is never sent twice.
        """
        self._session.fetch(REMOVE_ACCOUNT, _account(promotion_id, service_account_id))


def _one(promotion_id: str) -> dict[str, str]:
    return {"promotionId": identifier(promotion_id, "promotion")}


def _user(promotion_id: str, user_id: str) -> dict[str, str]:
    return {**_one(promotion_id), "userId": identifier(user_id, "user")}


def _account(promotion_id: str, service_account_id: str) -> dict[str, str]:
    return {**_one(promotion_id), "serviceAccountId": identifier(service_account_id, "service account")}


def _context(context: str | None) -> str | None:
    if context is not None and len(word(context, "context")) > _LONGEST_CONTEXT:
        raise InputError(
            f"The context has {len(context)} characters.", f"At most {_LONGEST_CONTEXT} are allowed."
        )
    return context


def _part(only: tuple[PartType, str]) -> dict[str, Any]:
    match only:
        case (str(kind), part) if kind in _PART_TYPES:
            return {"type": kind, "id": identifier(part, "part to promote")}
        case _:
            raise InputError(
                f"only is {only!r}.", f"Pass a kind ({', '.join(_PART_TYPES)}) and an id, as a pair."
            )
