"""A file on its way to a service: a multipart body that is read from disk while it is sent."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from dataexplore.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["MAX_UPLOAD_BYTES", "Upload"]

MAX_UPLOAD_BYTES = 256 * 2**20
_ANY_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Upload:
    """A form with texts and one file.

    Attributes:
        content: the file's path, or its bytes.
        name: the file's name, as the service is told it.
        part: the name of the form's part that has the file.
        texts: the other parts, by their names.
    """

    content: Path | bytes
    name: str
    part: str = "file"
    texts: Mapping[str, str] = field(default_factory=dict)

    @contextmanager
    def opened(self) -> Iterator[dict[str, tuple[str, BinaryIO | bytes, str]]]:
        """Open the file and give the form's part of it, as httpx takes it.

        Raises:
            InputError: there is no such file, it cannot be read, or it is over ``MAX_UPLOAD_BYTES``.
        """
        if isinstance(self.content, bytes):
            self._refuse_more(len(self.content))
            yield {self.part: (self.name, self.content, _ANY_TYPE)}
            return
        if not self.content.is_file():  # opening a pipe would wait for somebody who writes into it
            raise InputError(f"There is no file {self.content}.", "Check the path.")
        try:
            file = self.content.open("rb")
        except OSError as error:
            raise InputError(f"{self.content} cannot be read: {error.strerror}.", "Check the path.") from None
        with file:
            self._refuse_more(self.content.stat().st_size)
            yield {self.part: (self.name, file, _ANY_TYPE)}

    def _refuse_more(self, size: int) -> None:
        if size > MAX_UPLOAD_BYTES:
            raise InputError(
                f"{self.name} has {size:,} bytes; at most {MAX_UPLOAD_BYTES:,} are sent.",
                "Send less, or upload it in the service's own pages.",
            )
