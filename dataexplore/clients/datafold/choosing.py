"""What a workspace must know of Datafold before it asks for a lineage or a diff."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from dataexplore.errors import ConfigError, Forbidden, NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dataexplore.clients.datafold.bi import BiIntegration
    from dataexplore.clients.datafold.client import DatafoldClient

__all__ = ["bi_types", "only_data_source"]

_TOLD = 20


def only_data_source(datafold: DatafoldClient, profile: str) -> int:
    """Give the number of the only data source there is.

    Raises:
        ConfigError: there are several, or none, and the profile should name one.
    """
    listed = datafold.data_sources.list()
    found = {each.id: each.name for each in listed if each.id and each.accessible is not False}
    if len(found) == 1:
        return next(iter(found))
    known = ", ".join(f"{number} ({name})" for number, name in [*found.items()][:_TOLD])
    raise ConfigError(
        f"Datafold has {len(found)} data sources, and the profile names none of them.",
        f"Set data_connection_id of [{profile}.datafold] to one of: {known or 'none yet'}.",
    )


def bi_types(datafold: DatafoldClient) -> dict[str, str]:
    """Give the type of each BI integration by its name; an account that may not see them has none."""
    found: Sequence[BiIntegration] = ()
    with suppress(Forbidden, NotFound):
        found = datafold.bi.list()
    return {each.name: each.type for each in found if each.name and each.type}
