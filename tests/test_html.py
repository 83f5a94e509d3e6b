"""HTML is built in one place, from escaped text."""

from __future__ import annotations

import sys
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataexplore.html import Markup, element, join, text, visible

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt;",
    "</td></table>",
    "<!--",
    "\x00<b>",
]


class _Reader(HTMLParser):
    """Reads tags, attributes and text as a browser does."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.data = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.append(dict(attrs))

    def handle_data(self, data):
        self.data += data


def read(markup):
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(hostile):
    """Case 33: between tags and in an attribute, the browser reads back what was given."""
    reader = read(element("td", hostile, title=hostile))
    assert reader.tags == ["td"]
    assert reader.attributes == [{"title": visible(hostile)}]
    assert reader.data == visible(hostile)


@given(st.text())
def test_no_text_makes_a_tag(value):
    shown = text(value)
    assert not {"<", ">", '"', "'"}.intersection(shown)
    assert read(f"<p>{shown}</p>").tags == ["p"]


def test_markup_is_built_once_and_not_escaped_again():
    row = element("tr", element("td", "a & b"), element("td", 1), class_="odd", aria_label="x")
    assert row == '<tr class="odd" aria-label="x"><td>a &amp; b</td><td>1</td></tr>'
    assert isinstance(row, Markup)
    assert join(row, "<") == row + "&lt;"


def test_markup_joined_with_text_is_text_again():
    """Only element and join make markup; what a caller glues to it is escaped."""
    glued = element("b", "x") + "<script>"
    assert not isinstance(glued, Markup)
    assert "<" not in text(glued)


@pytest.mark.parametrize(
    "attribute", ["onclick", "href", "src", "srcdoc", "formaction", "data", "xlink_href"]
)
def test_an_attribute_outside_the_list_is_refused(attribute):
    with pytest.raises(ValueError, match="is not one of"):
        element("a", "x", **{attribute: "javascript:alert(1)"})


def test_control_and_direction_characters_are_made_visible():
    assert visible("a\x1b[31m\u202eb\x07\x7f\x85\u2066\u200f\ud800") == (
        "a\\x1b[31m\\u202eb\\x07\\x7f\\x85\\u2066\\u200f\\ud800"
    )


def test_ordinary_text_stays_as_it_is():
    for ordinary in ("", "Zoë", "日本", "🦆", "👩\u200d💻", "a\tb\nc", "a\u00a0b", "e\u0301"):
        assert visible(ordinary) == ordinary


def test_every_character_that_repaints_is_made_visible():
    """All of Unicode: no control, surrogate or bidi character passes, nothing else changes."""
    bidi = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    repainting = {
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if (unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t") or character in bidi
    }
    others = "".join(chr(code) for code in range(sys.maxunicode + 1) if chr(code) not in repainting)
    assert visible(others) == others
    assert all(visible(character).startswith("\\") for character in repainting)
    assert not any(
        character.isprintable() for character in repainting
    )  # the short cut for common text is right
