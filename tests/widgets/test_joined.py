"""The joined module: one scope, no import left, nothing that writes markup or reaches out."""

import re
from collections import Counter
from pathlib import Path

import pytest

from dataexplore.widgets.joined import joined

FOLDER = Path(__file__).parents[2] / "dataexplore/widgets"
SOURCES = sorted(FOLDER.rglob("*.js"))
DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:class|const|let|function) (\w+|[\[{][^\]}]*[\]}])", re.MULTILINE
)
IMPORTED = re.compile(r'^import \{([^}]*)\} from "([^"]*)";\n', re.MULTILINE)


def test_no_import_and_one_export_is_left():
    module = joined("graph")
    assert re.findall(r"^\s*import\b.*", module, re.MULTILINE) == []
    assert re.findall(r"^export.*", module, re.MULTILINE) == ["export default { render };"]


def test_every_name_of_the_joined_module_is_declared_once():
    names = [name for found in DECLARED.findall(joined("graph")) for name in re.findall(r"\w+", found)]
    assert [name for name, count in Counter(names).items() if count > 1] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_import_names_a_file_and_what_it_exports(source):
    for names, file in IMPORTED.findall(source.read_text()):
        exporting = (source.parent / file).read_text()
        for name in filter(None, map(str.strip, names.split(","))):
            assert re.search(
                rf"^export (?:async )?(?:class|const|function) {name}\b", exporting, re.MULTILINE
            ), name
            assert len(re.findall(rf"\b{name}\b", source.read_text())) > 1, f"{name} is imported and not used"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_source_writes_markup_or_reaches_out(source):
    text = source.read_text()
    assert (
        re.findall(r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
        == []
    )
    assert (
        re.findall(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|https?://(?!www\.w3\.org/2000/svg)", text)
        == []
    )
    assert len(text.splitlines()) <= 400


def test_the_module_cannot_end_the_script_it_is_inlined_in():
    assert "</script" not in joined("graph").lower()
    assert "</style" not in (FOLDER / "graph.css").read_text().lower()
