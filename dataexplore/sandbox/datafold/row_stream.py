"""The rows of a query as one JSON document: objects by column name, in a piece or as they come."""

from __future__ import annotations

import json
import logging
from json.encoder import encode_basestring
from typing import TYPE_CHECKING

from starlette.responses import Response

from dataexplore.sandbox.cells import json_texts, plain_texts
from dataexplore.sandbox.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from starlette.types import Receive, Scope, Send

    from dataexplore.sandbox.execution import Column, Execution
    from dataexplore.sandbox.stream import Executions

__all__ = ["RowStream"]

log = logging.getLogger("dataexplore.sandbox")

ROWS = 2048
# An answer in one piece is held in memory; a longer one must be asked for as a stream.
WHOLE_BYTES = 64 * 2**20
MEDIA = "application/json"
# Integers too long for Arrow come as text.
LONG_INTEGERS = ("UHUGEINT", "BIGNUM")

# The contract's words for DuckDB's types; what is not here is "unsupported".
TYPES = {
    "BOOLEAN": "boolean",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "integer"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM"), "integer"),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "float"),
    "DECIMAL": "decimal",
    **dict.fromkeys(("VARCHAR", "ENUM"), "string"),
    "BLOB": "varbinary",
    "DATE": "date",
    **dict.fromkeys(("TIME", "TIME WITH TIME ZONE"), "time"),
    "INTERVAL": "time_interval",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "UUID": "uuid",
    "JSON": "json",
    "STRUCT": "struct",
    "MAP": "map",
    "NULL": "void",
}


class RowStream:
    """Runs one execution and answers with its rows."""

    def __init__(self, executions: Executions, execution: Execution, *, stream: bool) -> None:
        self._executions = executions
        self._execution = execution
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def serve() -> None:
            if self._stream:
                await self._send(send)
            else:
                body = await self._executions.in_thread(self._whole)
                await Response(body, media_type=MEDIA)(scope, receive, send)

        await self._executions.attend(self._execution, receive, serve)

    async def _send(self, send: Send) -> None:
        in_thread = self._executions.in_thread
        chunks = self._chunks()
        # Whatever fails before the first rows is still told in an error answer.
        chunk = await in_thread(lambda: next(chunks, None))
        headers = [(b"content-type", MEDIA.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        while chunk is not None:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            try:
                chunk = await in_thread(lambda: next(chunks, None))
            except Refusal as refusal:
                # Too late for an error answer: the body stays without its end, and so the client knows.
                log.warning("Execution %d was cut: %s", self._execution.number, refusal.detail)
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _whole(self) -> bytes:
        pieces = []
        size = 0
        for chunk in self._chunks():
            size += len(chunk)
            if size > WHOLE_BYTES:
                raise Refusal.failed(f"The answer has more than {WHOLE_BYTES} bytes; ask with stream=true")
            pieces.append(chunk)
        return b"".join(pieces)

    def _chunks(self) -> Iterator[bytes]:
        result = self._execution.start()
        names = _unlike([column.name for column in result.columns])
        columns = [
            {"name": name, "type": _word(column.type), "db_type": column.type, "number": number}
            for number, (name, column) in enumerate(zip(names, result.columns, strict=True), 1)
        ]
        keys = [f"{encode_basestring(name)}: " for name in names]
        head = f'{{"columns": {json.dumps(columns, ensure_ascii=False)}, "rows": ['
        separator = "\n"
        for batch in result.batches:
            for start in range(0, batch.num_rows, ROWS):
                rows = _rows(keys, result.columns, batch.slice(start, ROWS))
                yield (head + separator + ",\n".join(rows)).encode()
                head, separator = "", ",\n"
        yield f"{head}\n]}}".encode()


def _rows(keys: list[str], columns: tuple[Column, ...], batch: pa.RecordBatch) -> Iterator[str]:
    cells = [
        [key + text for text in _texts(column, array)]
        for key, column, array in zip(keys, columns, batch.columns, strict=True)
    ]
    return ("{" + ", ".join(row) + "}" for row in zip(*cells, strict=True))


def _texts(column: Column, array: pa.Array) -> list[str]:
    if column.type in LONG_INTEGERS:
        return [text or "null" for text in plain_texts(array)]
    return json_texts(array)


def _word(kind: str) -> str:
    """Give the contract's word for a DuckDB type."""
    if kind.endswith("]"):
        return "array"
    return TYPES.get(kind) or TYPES.get(kind.partition("(")[0], "unsupported")


def _unlike(names: list[str]) -> list[str]:
    """Number names that repeat another: an object has each key once."""
    taken = set(names)
    seen: set[str] = set()
    unlike = []
    for wanted in names:
        name = wanted
        number = 0
        while name in seen or (name != wanted and name in taken):
            number += 1
            name = f"{wanted}_{number}"
        seen.add(name)
        unlike.append(name)
    return unlike
