"""The database of the sandbox: filled with the company, locked down, reached through named connections."""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dataexplore.sandbox import company
from dataexplore.sandbox.errors import NotStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dataexplore.sandbox.execution import Change

__all__ = ["CONNECTIONS", "Connection", "Warehouse"]

STREAMING_BUFFER = "4MiB"
# Databases beside the company's own, for what is not in production.
BESIDE = ("warehouse_qa", "warehouse_dev", "landing_zone")

# The last one locks all of them, itself included. USE still works and each request makes use of it.
LOCKS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET allow_persistent_secrets = false",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


@dataclass(frozen=True, slots=True)
class Connection:
    """A way to the warehouse that a request names."""

    name: str
    writable: bool = True
    reachable: bool = True


CONNECTIONS = {
    connection.name: connection
    for connection in (
        Connection("warehouse"),
        Connection("readonly", writable=False),
        Connection("broken", reachable=False),
    )
}


@dataclass(frozen=True, slots=True)
class Origin:
    """What the company was generated from."""

    scale: float
    seed: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What memory the database may take, and where it spills what goes beyond."""

    memory: str
    spill: Path


class Warehouse:
    """One DuckDB instance with the company in the catalog ``warehouse``.

    Attributes:
        seed: what the company was generated from.
        on_change: called with what each execution changed for good, before its answer ends.
    """

    on_change: Callable[[Sequence[Change]], None]

    def __init__(self, directory: Path | None, *, scale: float | None, seed: int | None, memory: str) -> None:
        scratch = directory or Path(tempfile.mkdtemp(prefix="dataexplore-sandbox-"))
        self._temporary = None if directory else scratch
        self._cursors = threading.Lock()
        self.on_change = lambda _: None
        limits = Limits(memory, scratch / "spill")
        try:
            self._root = _open(directory, limits, scale=scale, seed=seed)
            self.seed = _seed(self._root, 1 if seed is None else seed)
            for name in BESIDE:
                file = str(directory / f"{name}.duckdb") if directory else ":memory:"
                self._root.execute(f"ATTACH {_text(file)} AS {name}")
            for lock in LOCKS:
                self._root.execute(lock)
        except BaseException:
            self._remove_temporary()
            raise

    def cursor(self) -> Any:
        """Open a session of its own; its queries, transactions and interrupts touch no other."""
        with self._cursors:
            return self._root.cursor()

    def close(self) -> None:
        """Write everything down and let go of the files."""
        with self._cursors:  # it refuses while somebody just opens a session
            self._root.close()
        self._remove_temporary()

    def _remove_temporary(self) -> None:
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


def _open(directory: Path | None, limits: Limits, *, scale: float | None, seed: int | None) -> Any:
    wanted = Origin(1.0 if scale is None else scale, 1 if seed is None else seed)
    if directory is None:
        root = _connect(":memory:", limits)
        company.build(root, scale=wanted.scale, seed=wanted.seed)
        return root
    file = directory / "warehouse.duckdb"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _build_file(file, limits, wanted)
        root = _connect(str(file), limits)
    except OSError as error:
        raise NotStarted(f"The data directory {directory} cannot be written: {error.strerror}.") from error
    except duckdb.IOException as error:
        raise NotStarted(_unusable(directory, error)) from error
    _compare_origin(root, directory, scale=scale, seed=seed)
    return root


def _connect(target: str, limits: Limits) -> Any:
    root = duckdb.connect(":memory:")
    root.execute(f"ATTACH {_text(target)} AS warehouse")
    root.execute("USE warehouse")
    root.execute("DETACH memory")
    shutil.rmtree(limits.spill, ignore_errors=True)  # what a killed sandbox left; the file's lock is ours
    root.execute(f"SET temp_directory = {_text(str(limits.spill))}")
    root.execute(f"SET memory_limit = {_text(limits.memory)}")
    root.execute(f"SET streaming_buffer_size = '{STREAMING_BUFFER}'")
    root.execute("SET GLOBAL TimeZone = 'UTC'")
    return root


def _build_file(file: Path, limits: Limits, origin: Origin) -> None:
    """Build beside and rename at the end, so that a start killed half way leaves nothing half built."""
    unfinished = file.with_name("unfinished.duckdb")
    # Opened before it is emptied: the lock of the file keeps a second sandbox out.
    builder = _connect(str(unfinished), limits)
    try:
        _empty(builder)
        company.build(builder, scale=origin.scale, seed=origin.seed)
        builder.execute("CREATE SCHEMA _sandbox")
        builder.execute("CREATE TABLE _sandbox.origin (scale DOUBLE, seed BIGINT)")
        builder.execute("INSERT INTO _sandbox.origin VALUES (?, ?)", [origin.scale, origin.seed])
    finally:
        builder.close()
    unfinished.replace(file)


def _empty(builder: Any) -> None:
    schemas = "SELECT schema_name FROM duckdb_schemas() WHERE database_name = 'warehouse' AND NOT internal"
    for (name,) in builder.execute(schemas).fetchall():
        if name != "main":
            builder.execute(f'DROP SCHEMA "{name}" CASCADE')


def _compare_origin(root: Any, directory: Path, *, scale: float | None, seed: int | None) -> None:
    try:
        row = root.execute("SELECT scale, seed FROM _sandbox.origin").fetchone()
    except duckdb.CatalogException:
        row = None
    if row is None:
        raise NotStarted(
            f"{directory / 'warehouse.duckdb'} was not made by the sandbox; choose another --data."
        )
    built = Origin(*row)
    if scale not in (None, built.scale) or seed not in (None, built.seed):
        raise NotStarted(
            f"{directory} holds a company built with --scale {built.scale:g} --seed {built.seed}; "
            "leave both out to use it, or choose another --data."
        )


def _seed(root: Any, wanted: int) -> int:
    """Give the seed of what is there; nothing is written about it in memory, where it is the one wanted."""
    try:
        return int(root.execute("SELECT seed FROM _sandbox.origin").fetchone()[0])
    except duckdb.CatalogException:
        return wanted


def _unusable(directory: Path, error: duckdb.Error) -> str:
    if "Could not set lock" in str(error):
        return (
            f"The data directory {directory} is in use by another sandbox; stop it or choose another --data."
        )
    return f"The data directory {directory} cannot be used: {str(error).splitlines()[0]}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
