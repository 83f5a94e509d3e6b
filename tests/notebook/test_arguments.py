"""The parser of a magic's line."""

from __future__ import annotations

import pytest

from dataexplore.errors import InputError
from dataexplore.notebook.arguments import Option, bindable, parse, whole

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


@pytest.mark.parametrize(
    ("text", "words", "values"),
    [
        ("marts.fact_orders -q", ["marts.fact_orders"], {"quiet": []}),
        ('marts."odd name"', ['marts."odd name"'], {}),
        ('"a b"."c.d" e', ['"a b"."c.d"', "e"], {}),
        ('a."b ""c"" d" e', ['a."b ""c"" d"', "e"], {}),
        ("'a.\"b c\"' d", ['a."b c"', "d"], {}),
        ('-q "--x"', ['"--x"'], {"quiet": []}),
        ('-c "Snowflake Prod" a', ["a"], {"connection": ["Snowflake Prod"]}),
        ('--connection="Snowflake Prod" a', ["a"], {"connection": ["Snowflake Prod"]}),
        ("-c 'x > \"y z\"' a", ["a"], {"connection": ['x > "y z"']}),
        ("O'Hara", ["O'Hara"], {}),
        # Not closed: the reader of paths says so.
        ('a."b c', ['a."b', "c"], {}),
        ('"a', ['"a'], {}),
    ],
)
def test_words_that_are_paths_keep_the_double_quotes_of_their_parts(text, words, values):
    line = parse(text, OPTIONS, paths=True)
    assert (line.words, line.values) == (words, values)


@pytest.mark.parametrize(("text", "number"), [("5", 5), ("-5", -5), ("1_000", 1000), ("1000000", 1_000_000)])
def test_a_whole_number_is_read(text, number):
    assert whole(text, "ID") == number
    assert parse(f"-c {text}", OPTIONS).whole("connection") == number


@pytest.mark.parametrize("text", ["", "x", "1.5", "1e3", "0x10", "9" * 5000])
def test_anything_else_is_no_whole_number_and_the_fix_shows_one(text):
    with pytest.raises(InputError, match=r"is not a whole number\. Write --connection 100, for example"):
        parse(f"--connection={text}", OPTIONS).whole("connection")


def test_seconds_may_have_a_fraction():
    assert parse("-c 0.5", OPTIONS).seconds("connection") == 0.5
    assert parse("-c 1_000", OPTIONS).seconds("connection") == 1000
    with pytest.raises(InputError, match=r"--connection soon is not a number\. Write --connection 60"):
        parse("-c soon", OPTIONS).seconds("connection")


def test_an_option_that_was_not_given_is_none():
    line = parse("-q", OPTIONS)
    assert line.one("connection") is None
    assert line.whole("connection") is None
    assert line.seconds("connection") is None
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
