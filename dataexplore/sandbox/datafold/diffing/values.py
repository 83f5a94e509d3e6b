"""When two values differ, as SQL: tolerances, and texts or lists that count as equal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from dataexplore.sandbox.datafold.diffing.types import (
    common_type,
    exact_scale,
    is_float,
    is_list,
    is_moment,
    is_number,
    is_text,
)
from dataexplore.sandbox.execution import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dataexplore.sandbox.datafold.diffing.columns import Column, Pair

__all__ = ["Equality", "Tolerance"]


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far two numbers may lie apart; relative to the greater of the two when so told."""

    size: float
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Equality:
    """What counts as equal.

    ``tolerances`` are by column, in lower case; ``float_tolerance`` is for binary fractions without another.
    """

    tolerance: Tolerance | None = None
    tolerances: Mapping[str, Tolerance] | None = None
    float_tolerance: float = 0.0
    seconds: int = 0
    ignore_case: bool = False
    empty_is_null: bool = False
    sort_lists: bool = False

    def key(self, pair: Pair) -> tuple[str, str]:
        """Give what is compared of a key column, for each side."""
        kind = common_type(pair.left.type, pair.right.type)
        left, right = _cast(pair.left, kind), _cast(pair.right, kind)
        if self.ignore_case and _both_text(pair):
            return f"lower({left})", f"lower({right})"
        return left, right

    def value(self, pair: Pair) -> tuple[str, str]:
        """Give what is compared of another column, for each side."""
        left, right = self.key(pair)
        if self.empty_is_null and _both_text(pair):
            left, right = f"nullif({left}, '')", f"nullif({right}, '')"
        if self.sort_lists and is_list(pair.left.type) and is_list(pair.right.type):
            left, right = f"list_sort({left})", f"list_sort({right})"
        return left, right

    def differs(self, pair: Pair, left: str, right: str) -> str:
        """Tell when two such values differ; null equals only null."""
        unequal = f"{left} IS DISTINCT FROM {right}"
        near = self._near(pair, left, right)
        return f"({unequal} AND NOT coalesce({near}, false))" if near else f"({unequal})"

    def _near(self, pair: Pair, left: str, right: str) -> str | None:
        kinds = pair.left.type, pair.right.type
        if self.seconds and all(map(is_moment, kinds)):
            return f"abs(epoch_us({left}) - epoch_us({right})) <= {self.seconds * 10**6}"
        if not all(map(is_number, kinds)):
            return None
        tolerance = (self.tolerances or {}).get(pair.name.lower()) or self.tolerance
        if tolerance is None and any(map(is_float, kinds)):
            tolerance = Tolerance(self.float_tolerance)
        if not tolerance or not tolerance.size:
            return None
        scale = None if tolerance.relative else exact_scale(*kinds)
        if scale is not None:
            kind = f"DECIMAL(38, {scale})"
            return f"abs({left}::{kind} - {right}::{kind}) <= '{_cut(tolerance.size, scale)}'::{kind}"
        left, right, size = f"{left}::DOUBLE", f"{right}::DOUBLE", f"{tolerance.size!r}::DOUBLE"
        greatest = f" * greatest(abs({left}), abs({right}))" if tolerance.relative else ""
        return f"abs({left} - {right}) <= {size}{greatest}"


def _cut(size: float, scale: int) -> str:
    """Write a number with just so many decimals, and with no more digits than a DECIMAL has.

    Differences have no more decimals either, so what is cut off decides nothing.
    """
    digits = str(min(int(Decimal(repr(size)).scaleb(scale)), 10**38 - 1)).zfill(scale + 1)
    return f"{digits[: len(digits) - scale]}.{digits[len(digits) - scale :]}"


def _both_text(pair: Pair) -> bool:
    return is_text(pair.left.type) and is_text(pair.right.type)


def _cast(column: Column, kind: str) -> str:
    name = quote(column.name)
    return name if str(column.type) == kind else f"CAST({name} AS {kind})"
