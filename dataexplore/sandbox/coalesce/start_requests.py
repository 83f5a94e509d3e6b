"""What a start, a rerun and a cancel ask for: two forms of each, read and refused in one sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from dataexplore.sandbox.coalesce import requests
from dataexplore.sandbox.coalesce.requests import Fields, Text

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["Start", "read_cancel", "read_rerun", "read_start"]

PARALLELISM = 16
NEEDED = {
    "Basic": ("snowflakeUsername", "snowflakePassword"),
    "KeyPair": ("snowflakeUsername", "snowflakeKeyPairKey"),
    "OAuth": (),
}
# What an answer may repeat of the credentials.
TOLD = ("snowflakeAuthType", "snowflakeUsername", "snowflakeRole", "snowflakeWarehouse")

Parallelism = Annotated[int, Field(ge=1)]
Parameters = dict[str, str]


class Credentials(Fields):
    """How the run logs in to the warehouse. Nothing of it is kept but who and how."""

    snowflakeAuthType: Literal["Basic", "KeyPair", "OAuth"] = "Basic"  # noqa: N815 - the service's spelling
    snowflakeUsername: Text = ""  # noqa: N815
    snowflakePassword: Text = ""  # noqa: N815
    snowflakeKeyPairKey: Text = ""  # noqa: N815
    snowflakeKeyPairPass: str = ""  # noqa: N815
    snowflakeWarehouse: str = ""  # noqa: N815
    snowflakeRole: str = ""  # noqa: N815

    def told(self) -> dict[str, str]:
        """Give what an answer may repeat."""
        return {name: value for name in TOLD if (value := getattr(self, name))}


class Flat(Fields):
    """The form of the vendor's listing of operations."""

    environmentID: Text  # noqa: N815
    jobID: Text = ""  # noqa: N815
    parallelism: Parallelism = PARALLELISM
    parameters: Parameters = Field(default_factory=dict)


class Details(Fields):
    """What the form of the vendor's own page wraps."""

    environmentID: Text  # noqa: N815
    includeNodesSelector: str = ""  # noqa: N815
    excludeNodesSelector: str = ""  # noqa: N815
    jobID: Text = ""  # noqa: N815
    parallelism: Parallelism = PARALLELISM
    forceIgnoreWorkspaceStatus: bool = False  # noqa: N815


class Nested(Fields):
    """The form of the vendor's own page."""

    runDetails: Details  # noqa: N815
    userCredentials: Credentials | None = None  # noqa: N815
    parameters: Parameters = Field(default_factory=dict)


class OfCounter(Fields):
    """A run by its counter."""

    runCounter: int  # noqa: N815


class RunToRepeat(Fields):
    """A run by its id, as public clients name it."""

    runID: str | int  # noqa: N815
    forceIgnoreWorkspaceStatus: bool = False  # noqa: N815


class Rerun(Fields):
    """The form that public clients send."""

    runDetails: RunToRepeat  # noqa: N815
    userCredentials: Credentials | None = None  # noqa: N815
    parameters: Parameters = Field(default_factory=dict)


class Cancel(Fields):
    """The form that public clients send."""

    runID: str | int  # noqa: N815


@dataclass(frozen=True, slots=True)
class Start:
    """What is to run, whichever form said it."""

    environment: str
    job: str = ""
    include: str = ""
    exclude: str = ""
    parallelism: int = PARALLELISM
    force: bool = False
    credentials: Credentials | None = None
    parameters: dict[str, str] = field(default_factory=dict)


async def read_start(request: Request) -> Start:
    """Read what to start, in exactly one of its two forms.

    Raises:
        Refusal: It is neither form, or both (400).
    """
    given = await _object(request)
    if ("runDetails" in given) == ("environmentID" in given):
        raise requests.refuse("Give either runDetails or environmentID, and not both")
    if "runDetails" not in given:
        flat = await requests.body(request, Flat)
        return Start(flat.environmentID, flat.jobID, parallelism=flat.parallelism, parameters=flat.parameters)
    nested = await requests.body(request, Nested)
    details = nested.runDetails
    return Start(
        details.environmentID,
        details.jobID,
        details.includeNodesSelector,
        details.excludeNodesSelector,
        details.parallelism,
        details.forceIgnoreWorkspaceStatus,
        _checked(nested.userCredentials, given),
        nested.parameters,
    )


async def read_rerun(request: Request, *, bare: bool) -> tuple[int, dict[str, str]]:
    """Read which run to repeat, and with which parameters.

    Raises:
        Refusal: It is neither form, or both (400).
    """
    given = await _object(request)
    if bare or "runDetails" not in given:
        return (await requests.body(request, OfCounter)).runCounter, {}
    if "runCounter" in given:
        raise requests.refuse("Give either runDetails or runCounter, and not both")
    asked = await requests.body(request, Rerun)
    _checked(asked.userCredentials, given)
    return _counter(asked.runDetails.runID), asked.parameters


async def read_cancel(request: Request, *, bare: bool) -> int:
    """Read which run to cancel.

    Raises:
        Refusal: It is neither form, or both (400).
    """
    given = await _object(request)
    if bare or "runID" not in given:
        return (await requests.body(request, OfCounter)).runCounter
    if "runCounter" in given:
        raise requests.refuse("Give either runID or runCounter, and not both")
    return _counter((await requests.body(request, Cancel)).runID)


async def _object(request: Request) -> dict[str, Any]:
    """Look which fields there are; what is wrong with them is told when they are read."""
    try:
        given = json.loads(await request.body())
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise requests.refuse("The body must be a JSON object")
    return given


def _counter(given: str | int) -> int:
    number = requests.number(str(given))
    if number is None:
        raise requests.refuse("runID must be the number of a run")
    return number


def _checked(credentials: Credentials | None, given: dict[str, Any]) -> Credentials | None:
    if credentials is None:
        if "userCredentials" in given:
            raise requests.refuse("userCredentials must be an object")
        return None
    missing = [name for name in NEEDED[credentials.snowflakeAuthType] if not getattr(credentials, name)]
    if missing:
        raise requests.refuse(f"{credentials.snowflakeAuthType} credentials need {' and '.join(missing)}")
    return credentials
