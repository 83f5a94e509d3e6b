"""Reading a request's path, query and body; what does not fit is a 422 that names each place."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from dataexplore.sandbox import moments
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Fields", "Id", "Moment", "Page", "body", "optional_body", "path_id", "query", "refuse"]

Kind = TypeVar("Kind")

# What the records can hold; a longer number is nobody's.
Id = Annotated[int, Field(ge=-(2**63), lt=2**63)]


def _read_moment(value: Any) -> datetime:
    # Pydantic would read a number, written as text too, as seconds since 1970.
    if not isinstance(value, str) or "-" not in value[1:]:
        raise ValueError("A moment is written as 2026-11-20T05:00:00Z")
    try:
        return moments.read(value.upper())
    except OverflowError as error:
        raise ValueError("The calendar ends before it in UTC") from error


# A date and a time as text; one without a zone is taken as UTC.
Moment = Annotated[datetime, BeforeValidator(_read_moment)]


class Fields(BaseModel):
    """An object of a request; a field it does not know is refused, for it would be ignored."""

    # No infinity: an answer could not repeat it, for JSON has none.
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Page(Fields):
    """Which part of a listing is asked for."""

    page: Annotated[int, Field(ge=1)] = 1
    page_size: Annotated[int, Field(ge=1)] = 100


Asked = TypeVar("Asked", bound=Fields)


def path_id(request: Request, name: str) -> int:
    """Read a number of the path."""
    adapter: TypeAdapter[int] = TypeAdapter(Id)
    try:
        return adapter.validate_python(request.path_params[name])
    except ValidationError as error:
        raise _invalid(error, "path", name) from error


def query(request: Request, kind: type[Asked]) -> Asked:
    """Read the query; of a parameter that is given twice the last counts, unless it is a list."""
    given: dict[str, Any] = dict(request.query_params)
    for name, field in kind.model_fields.items():
        if name in given and _is_list(field.annotation):
            given[name] = request.query_params.getlist(name)
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise _invalid(error, "query") from error


async def body(request: Request, kind: type[Kind]) -> Kind:
    """Read the body, JSON of exactly these types: no text for a number, no number for a text."""
    try:
        return TypeAdapter(kind).validate_json(await request.body(), strict=True)
    except ValidationError as error:
        raise _invalid(error, "body") from error


async def optional_body(request: Request, kind: type[Kind]) -> Kind | None:
    """Read the body as :func:`body` does, None when there is none or it is null."""
    if (await request.body()).strip() in (b"", b"null"):
        return None
    return await body(request, kind)


def refuse(sentence: str, *place: str | int, kind: str = "value_error") -> Refusal:
    """Make a 422 of our own about one place, as ``refuse("... is unknown", "body", "table1")``."""
    return Refusal.misplaced([{"loc": list(place), "msg": sentence, "type": kind}])


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(map(_is_list, get_args(annotation)))


def _invalid(error: ValidationError, *place: str) -> Refusal:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return Refusal.misplaced(
        [{"loc": [*place, *one["loc"]], "msg": one["msg"], "type": one["type"]} for one in found]
    )
