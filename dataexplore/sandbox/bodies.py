"""JSON bodies of requests, read strictly; what does not fit is told in one sentence that repeats no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Fields", "Text", "body", "read", "show"]

Kind = TypeVar("Kind")

SHOWN = 60
MISFITS = {
    "missing": "is missing",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
}


def _fill(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


# A text with something in it.
Text = Annotated[str, AfterValidator(_fill)]


class Fields(BaseModel):
    """An object of a request; what it does not know is passed over, for the contract closes no object."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="ignore", strict=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    def sent(self) -> dict[str, Any]:
        """Give what the request says, under its own names, and nothing that it leaves out."""
        return self.model_dump(by_alias=True, exclude_unset=True)


async def body(request: Request, kind: type[Kind]) -> Kind:
    """Read the body, a JSON object of exactly these types: no text for a number, no null for nothing.

    Raises:
        Refusal: It is no such object (400); the sentence repeats no value, for it may be a secret.
    """
    return read(await request.body(), kind)


def read(given: bytes | str, kind: type[Kind], *, name: str = "The body") -> Kind:
    """Read JSON as a body is read; ``name`` is what a refusal calls the whole of it.

    Raises:
        Refusal: It is no such object (400).
    """
    try:
        return TypeAdapter(kind).validate_json(given)
    except ValidationError as error:
        raise Refusal(400, _tell(error, name)) from None


def show(text: str) -> str:
    """Write a text of the request into a sentence; a long one in part."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def _tell(error: ValidationError, name: str) -> str:
    found: list[Any] = error.errors(include_url=False, include_input=False)
    if not found[0]["loc"]:
        return f"{name} must be a JSON object"
    told = (f"{'.'.join(map(str, one['loc']))} {_name_misfit(one)}" for one in found)
    return "; ".join(told)


def _name_misfit(problem: dict[str, Any]) -> str:
    told = MISFITS.get(problem["type"]) or str(problem["msg"]).removeprefix("Value error, ")
    return told.replace("Input should be", "must be")
