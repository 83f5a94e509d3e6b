"""Lineage: what tables and columns come from, and what comes from them, as flat lists."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import JSONResponse
from starlette.routing import Route

from dataexplore.sandbox.datafold import bi_assets, requests, sources
from dataexplore.sandbox.datafold.paths import split_path
from dataexplore.sandbox.errors import Refusal
from dataexplore.sandbox.lineage import generate
from dataexplore.sandbox.warehouse import CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.requests import Request

    from dataexplore.sandbox.lineage import Map, Path, Shown, Side
    from dataexplore.sandbox.platform import Platform

__all__ = ["Explore"]


class Text(Convertor[str]):
    """A part of a URL's path in which anything may stand; Starlette's own stops at a line break."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        """Take it as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Give it as it is."""
        return value


register_url_convertor("text", Text())


class Reach(requests.Fields):
    """How far to look."""

    max_depth: Annotated[int, Field(ge=1, lt=100)] = 10


class ColumnReach(Reach):
    """How far to look from a column, and whether to tell the tables that hang on it without showing it."""

    include_tabular_nodes: bool = True


class Explore:
    """The four operations over the warehouse's lineage, that of the BI tools and the generated one."""

    def __init__(self, platform: Platform) -> None:
        self._records = platform.records
        self._ledger = platform.ledger
        self._generated = generate(platform.lineage_tables)

    def routes(self) -> list[Route]:
        """Give the routes of this service."""
        root = "/api/v1/explore/db/{data_connection_id}"
        return [
            Route(f"{root}/{kind}/{{path:text}}/{side}streams", partial(answer, side=side), methods=["GET"])
            for kind, answer in (("columns", self.columns), ("tables", self.tables))
            for side in ("down", "up")
        ]

    def tables(self, request: Request, side: Side) -> JSONResponse:
        """List the tables around a table."""
        reach = requests.query(request, Reach)
        found, start = self._find(request, "table", lambda known, path: known.table(path))
        return JSONResponse([_table(found.told(path)) for path in found.tables(start, side, reach.max_depth)])

    def columns(self, request: Request, side: Side) -> JSONResponse:
        """List the columns around a column, and the tables that hang on it in other ways."""
        reach = requests.query(request, ColumnReach)
        found, start = self._find(request, "column", lambda known, path: known.field(path))
        fields = found.fields(start, side, reach.max_depth)
        answer = [_column(*found.told_field(field)) for field in fields]
        if reach.include_tabular_nodes:
            beside = found.tables_beside(start, fields, side, reach.max_depth)
            answer += [_table(found.told(path)) for path in beside]
        return JSONResponse(answer)

    def _find(
        self, request: Request, kind: str, look: Callable[[Map, Path], Path | None]
    ) -> tuple[Map, Path]:
        """Find what the URL names and the map it is on."""
        source = sources.find(self._records, requests.path_id(request, "data_connection_id"))
        text = request.path_params["path"]
        try:
            path = split_path(text)
        except ValueError as error:
            raise requests.refuse(str(error), "path", f"{kind}_path") from error
        if source["type"] == "duckdb" and CONNECTIONS[source["options"]["connection"]].reachable:
            for known in self._maps():
                if (start := look(known, path)) is not None:
                    return known, start
        raise Refusal.missing(f"There is no {kind} {text} in the lineage of {source['name']}")

    def _maps(self) -> Iterator[Map]:
        assets = bi_assets.tables(self._records)
        yield self._ledger.map(assets)
        yield self._generated
        yield self._ledger.map(assets, fresh=True)


def _table(shown: Shown) -> dict[str, Any]:
    columns = [{"name": column} for column in shown.columns]
    return {"type": "Table", "name": shown.path[-1], "path": shown.path, "columns": columns}


def _column(table: Shown, name: str) -> dict[str, Any]:
    return {"type": "Column", "name": name, "table": {"name": table.path[-1], "path": table.path}}
