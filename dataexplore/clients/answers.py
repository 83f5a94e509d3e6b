"""Answers as records, for every vendor's client: one, or a list; an error in reading names the operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from dataexplore.clients.records import Record, Records
from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.transport import Operation, Session

__all__ = ["Names", "fetch_list", "fetch_record", "page_size", "path_names"]

Kind = TypeVar("Kind", bound=Record)
Names = dict[str, int] | dict[str, str] | None


def fetch_record(
    session: Session, operation: Operation, kind: type[Kind], names: Names = None, **request: Any
) -> Kind:
    """Send an operation and read its answer as one record; arguments as of :meth:`Session.fetch`."""
    answer = session.fetch(operation, path_names(names), **request)
    with session.naming(operation):
        return kind.read(answer)


def fetch_list(session: Session, operation: Operation, kind: type[Kind], **request: Any) -> Records[Kind]:
    """Send an operation and read its answer, a bare list that comes whole."""
    answer = session.fetch(operation, **request)
    with session.naming(operation):
        return Records.read(answer, kind)


def path_names(names: Mapping[str, int] | Mapping[str, str] | None) -> dict[str, str]:
    """Give what fills the names of a path, as texts."""
    return {name: str(value) for name, value in (names or {}).items()}


def page_size(limit: int | None, most: int) -> int:
    """Give how many rows to ask for at once.

    Raises:
        InputError: the caller's limit is no whole number from 1.
    """
    if limit is None:
        return most
    if type(limit) is not int or limit < 1:
        raise InputError(f"limit is {limit!r}.", "Use a whole number from 1, or None for all.")
    return min(limit, most)
