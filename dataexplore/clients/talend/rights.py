"""What an account may not do in Processing, and what it still may."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dataexplore.errors import Forbidden, NotFound, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.transport import Operation

__all__ = ["processing"]

_MISSING = "This account has no rights to Talend's Processing, which has the runs and starts them."
_STILL = (
    "The status and the chart of each plan can be read without it: ws.talend.plans.list() and "
    "ws.talend.plans.find(name)."
)
_HIDDEN = (
    "Where nothing is found at all, the account has no rights to Talend's Processing; ws.talend.plans works "
    "without."
)
_METRICS = "Component metrics need a right of their own; ws.talend.executions works without."


@contextmanager
def processing(operation: Operation) -> Iterator[None]:
    """Say which right is missing and what works without it, where the service refuses or hides.

    A 404 of one run, or of what is to be started, may be just that; one of a list that every account has
    means that there is no Processing for it.
    """
    monitoring = operation.path.startswith("/monitoring/")
    of_one = "{" in operation.path or not operation.repeatable
    try:
        yield
    except Forbidden as error:
        _say(error, _METRICS if monitoring else f"{_MISSING} {error.fix} {_STILL}")
        raise
    except NotFound as error:
        if not monitoring:
            _say(error, f"{error.fix} {_HIDDEN}" if of_one else f"{_MISSING} {_STILL}")
        raise


def _say(error: RequestError, fix: str) -> None:
    error.fix = fix
    error.args = (error.what, fix)
