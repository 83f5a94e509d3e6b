"""Reading a request's path, query and body; what does not fit is a 400 of one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Fields", "Text", "absent", "body", "flag", "number", "refuse", "show"]

Kind = TypeVar("Kind")

# As the answers write them: no sign, no other script's digits, no more than the records can hold.
NUMBER = re.compile(r"[1-9][0-9]{0,17}")

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
    try:
        return TypeAdapter(kind).validate_json(await request.body())
    except ValidationError as error:
        raise refuse(_tell(error)) from None


def number(text: str) -> int | None:
    """Read a number as the answers write it; None when it is none of those."""
    return int(text) if NUMBER.fullmatch(text) else None


def flag(request: Request, name: str) -> bool:
    """Read true or false from the query; false when it is not there.

    Raises:
        Refusal: It is another word (400).
    """
    given = request.query_params.get(name, "false")
    if given not in ("true", "false"):
        raise refuse(f"{name} must be true or false")
    return given == "true"


def show(text: str) -> str:
    """Write a text of the request into a sentence; a long one in part."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


def refuse(sentence: str) -> Refusal:
    """Make the answer to a request that does not fit."""
    return Refusal(400, sentence)


def absent(request: Request, sentence: str, *, bare: bool) -> Refusal:
    """Make the answer to a request about something that is not there.

    The seed knows 400 alone; who reads gets the 404 that the service was seen to give, unless ``bare``.
    """
    seen = request.method in ("GET", "HEAD") and not bare
    return Refusal(404 if seen else 400, sentence, code="NOT_FOUND")


def _tell(error: ValidationError) -> str:
    found: list[Any] = error.errors(include_url=False, include_input=False)
    if not found[0]["loc"]:
        return "The body must be a JSON object"
    told = (f"{'.'.join(map(str, one['loc']))} {_name_misfit(one)}" for one in found)
    return "; ".join(told)


def _name_misfit(problem: dict[str, Any]) -> str:
    told = MISFITS.get(problem["type"]) or str(problem["msg"]).removeprefix("Value error, ")
    return told.replace("Input should be", "must be")
