"""What the sandbox answers when it does not do what was asked, and what keeps it from starting."""

from __future__ import annotations

__all__ = ["NotStarted", "Refusal"]

UNACCEPTABLE = "The request was unacceptable, since it didn't pass validation"


class NotStarted(Exception):  # noqa: N818 - reads as what happened
    """The sandbox cannot start; the text is one sentence for the person who typed the command."""


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the server
    """A request that ends in an error answer: its HTTP status, its message and, mostly, a detail."""

    def __init__(self, status: int, message: str, detail: str = "") -> None:
        super().__init__(status, message, detail)
        self.status = status
        self.message = message
        self.detail = detail

    @classmethod
    def invalid(cls, detail: str) -> Refusal:
        """The request itself is wrong (400)."""
        return cls(400, UNACCEPTABLE, detail)

    @classmethod
    def missing(cls, detail: str) -> Refusal:
        """There is no such thing (404)."""
        return cls(404, "Not Found", detail)

    @classmethod
    def failed(cls, detail: str) -> Refusal:
        """The request is well formed and cannot be done (422); mostly in the database's own words."""
        return cls(422, "Unprocessable Entity", detail)

    def body(self) -> dict[str, str]:
        """Give the error body of the contract."""
        return {"message": self.message, "detail": self.detail} if self.detail else {"message": self.message}
