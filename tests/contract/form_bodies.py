"""Bodies that are forms: fields in one line, or parts of which some are files."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import HTTP
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from tests.contract.breach import ContractBrokenError, demand

if TYPE_CHECKING:
    from collections.abc import Mapping


class Part(NamedTuple):
    """One part of a form: its content, and what its headers say of it."""

    content: bytes
    kind: str | None
    file_name: str | None

    @property
    def text(self) -> str:
        """The content as far as a schema of a string looks at it; the bytes of a file are any."""
        return self.content.decode("utf-8", "strict" if self.file_name is None else "replace")

    def check(self, name: str, facts: Mapping[str, Any]) -> None:
        """Check that a file comes as one, and that a text has the kind it says, if it says one."""
        is_file = facts.get("format") == "binary"
        demand(bool(self.file_name) is is_file, f"{name} is {'no' if is_file else 'a'} file")
        if not is_file:
            wanted = facts.get("contentMediaType", "text/plain")
            demand(self.kind in {None, "text/plain", wanted}, f"{name} is {self.kind}")


def fields_of(name: str, body: bytes) -> dict[str, str]:
    """Read the fields of a form in one line."""
    try:
        given = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise ContractBrokenError(f"{name}: the body is no form") from None
    demand(len(dict(given)) == len(given), f"{name} was asked with a field twice")
    return dict(given)


def parts_of(name: str, kind: str, body: bytes) -> dict[str, Part]:
    """Read the parts of a form, by their names."""
    whole = message_from_bytes(b"Content-Type: " + kind.encode("ascii") + b"\r\n\r\n" + body, policy=HTTP)
    demand(whole.is_multipart() and not whole.defects, f"{name}: the body is no form of parts")
    parts: dict[str, Part] = {}
    for each in whole.iter_parts():
        place = each["content-disposition"]
        demand(place is not None and place.content_disposition == "form-data", f"{name}: a part of no form")
        called = place.params.get("name", "")
        demand(called not in parts, f"{name} was asked with the part {called} twice")
        content = each.get_payload(decode=True)
        assert isinstance(content, bytes)
        said = each.get_content_type() if "content-type" in each else None
        parts[called] = Part(content, said, each.get_filename())
    return parts
