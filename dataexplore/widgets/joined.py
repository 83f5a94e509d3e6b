"""The loader of the widgets' JavaScript: one text from several small modules.

A front end loads a widget's module from a text, where a relative import leads nowhere. The sources stay
modules all the same, for editors and readers; what they import stands in the joined text already.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["joined"]

_FOLDER = Path(__file__).parent
_IMPORT = re.compile(r'^import [^;]*? from "\.[^"]*";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=async |class|const|function)", re.MULTILINE)


def joined(name: str) -> str:
    """Give the module of a widget as one text: what all share, the files of its own folder, its own file."""
    folders = _FOLDER / "js/core", _FOLDER / "js" / name
    files = [file for folder in folders for file in sorted(folder.glob("*.js"))]
    texts = [file.read_text("utf-8") for file in [*files, _FOLDER / f"{name}.js"]]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)
