"""A token that cannot be printed, copied into a log, pickled or saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Secret"]


class Secret:
    """Holds one token; only :meth:`reveal` gives it back, and only the auth header asks for it.

    ``repr``, ``str`` and ``format`` show ``Secret(***)``; pickling and JSON are refused.
    """

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        # A closure, not an attribute: debuggers and traceback printers that list attributes find a function.
        self._reveal: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        """Give the token itself. Call it inside an expression, never keep it in a variable."""
        return self._reveal()

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.reveal() == other.reveal()

    def __hash__(self) -> int:
        return hash(self.reveal())

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A Secret is never pickled: a file would hold the token.")
