"""What the sandbox answers when it does not do what was asked, and what keeps it from starting."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

__all__ = ["NotStarted", "Refusal"]

UNACCEPTABLE = "The request was unacceptable, since it didn't pass validation"
UNPROCESSABLE = 422

# The paths below which Datafold, Coalesce and Talend answer; everything else is Coginiti's.
DATAFOLD = (
    *(
        f"/api/v1/{noun}"
        for noun in ("audit_logs", "ci", "data_sources", "datadiffs", "explore", "lineage", "monitors")
    ),
    "/api/internal/bolt",
)
COALESCE = tuple(
    f"/api/v1/{noun}" for noun in ("environments", "workspaces", "runs", "projects", "users", "gitAccounts")
)
SCHEDULER = ("/api/v1/scheduler", "/scheduler")
TALEND = ("/orchestration", "/processing", "/monitoring", "/security")


class NotStarted(Exception):  # noqa: N818 - reads as what happened
    """The sandbox cannot start; the text is one sentence for the person who typed the command."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the server
    """A request that ends in an error answer: its HTTP status, its message and, mostly, a detail.

    ``problems`` are the places of a Datafold request that did not fit: ``{loc, msg, type}`` each. ``code`` is
    Coalesce's word for what is wrong, where it is not the status's own name.
    """

    def __init__(
        self,
        status: int,
        message: str,
        detail: str = "",
        *,
        problems: list[dict[str, Any]] | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(status, message, detail)
        self.status = status
        self.message = message
        self.detail = detail
        self.code = code or HTTPStatus(status).name
        self._problems = problems

    @classmethod
    def invalid(cls, detail: str) -> Refusal:
        """The request itself is wrong (400)."""
        return cls(400, UNACCEPTABLE, detail)

    @classmethod
    def forbidden(cls, detail: str) -> Refusal:
        """Whoever asks may not have this (403)."""
        return cls(403, "Forbidden", detail)

    @classmethod
    def missing(cls, detail: str) -> Refusal:
        """There is no such thing (404)."""
        return cls(404, "Not Found", detail)

    @classmethod
    def failed(cls, detail: str) -> Refusal:
        """The request is well formed and cannot be done (422); mostly in the database's own words."""
        return cls(UNPROCESSABLE, "Unprocessable Entity", detail)

    @classmethod
    def misplaced(cls, problems: list[dict[str, Any]]) -> Refusal:
        """Parts of the request do not fit (422), each told with its place."""
        detail = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in problems)
        return cls(UNPROCESSABLE, "Unprocessable Entity", detail, problems=problems)

    def body(self, path: str) -> dict[str, Any]:
        """Give the error body that the service of this path documents."""
        sentence = self.detail or self.message
        if _is_below(COALESCE, path):
            return {"error": sentence, "code": self.code}
        if _is_below(SCHEDULER, path):
            told = f"{self.status}: {sentence}"
            return {"error": {"errorString": told, "errorDetail": told}}
        if _is_below(TALEND, path):
            # Whoever gave one sentence only said what was wrong, not what that is called.
            message = self.message if self.detail else HTTPStatus(self.status).phrase
            return {
                "status": self.status,
                "message": message,
                "detail": sentence,
                "requestId": str(uuid.uuid4()),
            }
        if not _is_below(DATAFOLD, path):
            return (
                {"message": self.message, "detail": self.detail} if self.detail else {"message": self.message}
            )
        if self.status == UNPROCESSABLE:
            whole = [{"loc": ["body"], "msg": sentence, "type": "value_error"}]
            return {"detail": self._problems or whole}
        return {"detail": sentence}


def _is_below(roots: tuple[str, ...], path: str) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)
