"""The parser of a magic's line."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError
from dataexplore.notebook.arguments import Option, bindable, parse

OPTIONS = (
    Option("--connection", "-c", "NAME"),
    Option("--param", "-p", "NAME=VALUE", many=True, keeps_quotes=True),
    Option("--quiet", "-q"),
)


@pytest.mark.parametrize(
    ("text", "words", "values"),
    [
        ("", [], {}),
        ("  sales  ", ["sales"], {}),
        ("-c warehouse sales", ["sales"], {"connection": ["warehouse"]}),
        ("--connection=warehouse", [], {"connection": ["warehouse"]}),
        ("-c 'Snowflake Prod' -q", [], {"connection": ["Snowflake Prod"], "quiet": []}),
        ('--connection="Snowflake Prod"', [], {"connection": ["Snowflake Prod"]}),
        ("-p a=1 -p b='x y'", [], {"param": ["a=1", "b='x y'"]}),
        ("-p who=O'Hara sales", ["sales"], {"param": ["who=O'Hara"]}),
        ("-p who='O'Hara'", [], {"param": ["who='O'Hara'"]}),
        ("-p a=-5", [], {"param": ["a=-5"]}),
        ("-p a=", [], {"param": ["a="]}),
        ("-c -", [], {"connection": ["-"]}),
        ("-", ["-"], {}),
    ],
)
def test_a_line_is_words_and_options(text, words, values):
    line = parse(text, OPTIONS)
    assert (line.words, line.values) == (words, values)


def test_an_option_that_was_not_given_is_none():
    line = parse("-q", OPTIONS)
    assert line.one("connection") is None
    assert line.has("quiet")
    assert not line.has("param")


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("--conection a", "There is no option --conection.", "Did you mean --connection?"),
        ("-x", "There is no option -x.", "Known: --connection, --param, --quiet, -c, -p, -q."),
        ("-c", "-c needs a value.", "Write --connection NAME|Write -c NAME"),
        ("-c --quiet", "-c needs a value.", "Write -c NAME"),
        ("-q=1", "There is no option -q=1.", ""),
        ("--quiet=1", "--quiet takes no value.", "Write --quiet alone."),
        ("-c a -c b", "--connection stands twice.", "Give it once."),
        ("-p a='b", """A quote in "'b" is not closed.""", "Close it before a blank."),
    ],
)
def test_a_wrong_line_is_told_with_its_fix(text, what, fix):
    with pytest.raises(InputError) as caught:
        parse(text, OPTIONS)
    assert caught.value.what == what
    assert any(words in caught.value.fix for words in fix.split("|"))


def test_a_verb_without_options_says_so():
    with pytest.raises(InputError, match="There is no option --all"):
        parse("last --all", ())


@pytest.mark.parametrize("name", ["sales", "_x", "Größe", "x1", "match"])
def test_an_identifier_may_be_bound(name):
    assert bindable(name) == name


@pytest.mark.parametrize(
    "name", ["my-name", "1st", "a.b", "", "a b", "x;y", "class", "None", "list", "print", "🙂"]
)
def test_anything_else_may_not_and_the_fix_works(name):
    with pytest.raises(InputError) as caught:
        bindable(name)
    suggested = caught.value.fix.removeprefix("Use ").partition(",")[0]
    assert caught.value.fix.startswith("Use letters") or bindable(suggested)
