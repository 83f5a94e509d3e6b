from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot.dialects.dialect import Dialects

from dataexplore.errors import ConfigError, InputError
from dataexplore.query.parameters import names, render, typed

DIALECTS = [None, *sorted(each.value for each in Dialects if each.value)]
# dax and prql are query languages of their own; their quotes are not SQL's.
SQL_DIALECTS = [dialect for dialect in DIALECTS if dialect not in {"dax", "prql"}]


@pytest.mark.parametrize("dialect", SQL_DIALECTS)
@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select $b, $a, $b", ("b", "a")),
        ("select $start_date::date, x::text", ("start_date",)),
        ("where a=$end and b>$start", ("end", "start")),
        ("select ($a),$b,-$c+$d", ("a", "b", "c", "d")),
        ("select $größe, $名前", ("größe", "名前")),
        ("select '😀', $n", ("n",)),
        ("select '$n', $m", ("m",)),
        ("select 'it''s $n', $m", ("m",)),
        ("select $m -- $n\n, $o", ("m", "o")),
        ("select /* $n */ $m /* it's */, $o", ("m", "o")),
        ("select data->>'$.a.b' = $m", ("m",)),
        ("where x like '50%' and 7 % $m = 1", ("m",)),
        ("select $1, t.$2, $m", ("m",)),
        ("select $$ body $n, it's $$, $m", ("m",)),
        ("select $tag$ $n $$ $tag$, $m", ("m",)),
        ("select $$n, $m", ("m",)),
        ("select $$a, $m, $$b", ("m",)),
        ("select x$n, 5$n, $a$b", ()),
        ("{{ ref('$n') }} {% if $n %} {# it's #} $m", ("m",)),
        ("select 'left open $n", ()),
        ("select /* left open $n", ()),
        ("select $ , $", ()),
        ("", ()),
    ],
)
def test_a_name_is_found_only_where_the_database_would_read_code(dialect, sql, found):
    assert names(sql, dialect) == found


@pytest.mark.parametrize(
    ("dialect", "sql", "found"),
    [
        ("duckdb", 'select "$n", $m', ("m",)),
        ("duckdb", "select 'a\\', $m", ("m",)),
        ("duckdb", "select e'it\\'s $n', $m", ("m",)),
        ("duckdb", "/* /* */ $n */ $m", ("m",)),
        ("duckdb", "data #>> $m", ("m",)),
        ("postgres", "select E'\\' $n', $m", ("m",)),
        ("mysql", "/* /* */ $m", ("m",)),
        ("mysql", "# it's $n\n$m", ("m",)),
        ("mysql", 'select "it\'s $n", `$n`, $m', ("m",)),
        ("mysql", "select 'it\\'s $n', $m", ("m",)),
        ("bigquery", "select '''it's $n''', r'\\'$n', \"\"\"\"$n\"\"\", $m", ("m",)),
        ("bigquery", "select `p.d.$n`, $m # $n", ("m",)),
        ("snowflake", "select 'it\\'s $n', $m // $n", ("m",)),
        ("databricks", "select r'C:\\', $m, 'it\\'s $n', `$n`", ("m",)),
        ("redshift", "select 'it\\'s $n', $m", ("m",)),
        ("trino", "select 'C:\\', $m", ("m",)),
        ("athena", "select 'C:\\', $m", ("m",)),
        ("tsql", "select [$n], [a]]$n], $m", ("m",)),
        ("oracle", "select q'[it's $n]', Q'!$n!', $m", ("m",)),
        ("clickhouse", "select 'it\\'s $n', $m, `$n`", ("m",)),
    ],
)
def test_quotes_and_comments_are_those_of_the_dialect(dialect, sql, found):
    assert names(sql, dialect) == found


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(deadline=None, max_examples=15)
@given(sql=st.text(st.one_of(st.characters(), st.sampled_from("$'\"`\\-#/*\n{}%[] ab1")), max_size=40))
def test_whatever_is_no_placeholder_stays_byte_for_byte(dialect, sql):
    found = names(sql, dialect)
    try:
        rendered = render(sql, dict.fromkeys(found, 1), dialect)
    except InputError:
        return  # inside quotes, or touching them
    parts, at = [], 0
    for splice in rendered.splices:
        assert rendered.sql[splice.sql_start : splice.sql_end] == "1"
        parts += [rendered.sql[at : splice.sql_start], sql[splice.template_start : splice.template_end]]
        at = splice.sql_end
    assert "".join(parts) + rendered.sql[at:] == sql


def test_a_statement_without_names_is_sent_as_it_is():
    sql = "select '$.a', 50 % 3, x::int, $$b$$, '{{}}' -- $"
    assert render(sql, {}, "duckdb").sql == sql


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        yield connection


def test_the_finished_statement_selects_what_was_meant(database):
    rendered = render(
        "select who, day from (values ('O''Hara', date '2024-02-01')) t(who, day) "
        "where who = $who and day >= $start",
        {"who": "O'Hara", "start": date(2024, 1, 31), "unused": object()},
        "duckdb",
    )
    assert database.execute(rendered.sql).fetchall() == [("O'Hara", date(2024, 2, 1))]
    assert rendered.values == {"who": "O'Hara", "start": date(2024, 1, 31)}
    assert rendered.literals == {"who": "'O''Hara'", "start": "DATE '2024-01-31'"}


@settings(deadline=None, max_examples=200)
@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_no_text_escapes_from_its_place(database, value):
    sql = render("select $a as a /* $a */, 'x' as b, $a as c -- $a", {"a": value}, "duckdb").sql
    assert database.execute(sql).fetchall() == [(value, "x", value)]


@pytest.mark.parametrize("sql", ["x in $ids", "x in ($ids)", "x in ( $ids )"])
def test_a_list_fits_with_and_without_parentheses_of_the_user(database, sql):
    finished = render(f"select {sql} from (values (2), (9)) t(x)", {"ids": [1, 2]}, "duckdb").sql
    assert database.execute(finished).fetchall() == [(True,), (False,)]


def test_all_missing_names_are_told_at_once_with_the_near_match():
    with pytest.raises(InputError) as caught:
        render("select $start_date, $region, $known", {"start_dat": 1, "known": 2}, "duckdb")
    assert caught.value.what == "$start_date, $region have no value. Did you mean $start_dat?"
    assert "-p start_date=VALUE -p region=VALUE" in caught.value.fix
    assert "set variables" in caught.value.fix


class Asked(Mapping):
    """The variables of a notebook: looked up one by one, never all."""

    def __init__(self, values):
        self.values_, self.asked = values, []

    def __getitem__(self, name):
        self.asked.append(name)
        return self.values_[name]

    def __contains__(self, name):
        return name in self.values_

    def __iter__(self):
        raise AssertionError("every variable of the notebook was asked for")

    def __len__(self):
        return len(self.values_)


def test_only_the_names_in_the_text_are_looked_up():
    variables = Asked({"a": 1, "b": object()})
    assert render("select $a, $a, '$c'", variables, "duckdb").sql == "select 1, 1, '$c'"
    assert variables.asked == ["a"]


def test_a_name_inside_quotes_says_to_drop_them():
    with pytest.raises(InputError, match=r"Drop the quotes: '\$start_date' -> \$start_date"):
        render("select '$start_date'", {"start_date": 1}, "duckdb")
    with pytest.raises(InputError, match=r"'\.\.\.' \|\| \$who \|\| '\.\.\.'"):
        render("where x like '%$who%'", {"who": "a"}, "duckdb")


def test_a_name_inside_quotes_that_nobody_gave_is_text():
    assert render("select '$.price', '$other'", {"price": 1}, "duckdb").sql == "select '$.price', '$other'"


@pytest.mark.parametrize("sql", ["select 'a'$b", "select $b'a'"])
def test_a_name_that_touches_a_quote_is_refused(sql):
    with pytest.raises(InputError, match="touches a quote"):
        render(sql, {"b": "x"}, "duckdb")


def test_a_value_that_cannot_be_written_is_refused_by_its_name():
    with pytest.raises(InputError, match=r"^\$cut: A value of type dict"):
        render("select $cut", {"cut": {}}, "duckdb")


def test_without_a_dialect_a_backslash_before_a_quote_is_refused():
    """Whether the text ends there is the question an attacker would ask."""
    with pytest.raises(InputError, match=r"under \[coginiti\]"):
        render("select 'it\\'s ', $a", {"a": 1}, None)
    with pytest.raises(InputError, match=r"under \[coginiti\]"):
        render("select 'C:\\', $a, 'x'", {"a": 1}, None)
    assert render("select 'it\\'s $'", {}, None).sql == "select 'it\\'s $'"


def test_an_unknown_dialect_is_a_setting_to_correct():
    with pytest.raises(ConfigError, match='Did you mean "postgres"'):
        render("select $a", {"a": 1}, "postgre")


def test_a_place_in_the_sql_is_found_in_the_template():
    template = "select $a,\n  $long_name, z"
    rendered = render(template, {"a": "a long text", "long_name": 1}, "duckdb")
    for word in ("select", ",", "\n", "z"):
        assert rendered.origin(rendered.sql.index(word)) == template.index(word)
    assert rendered.origin(rendered.sql.index("long text")) == template.index("$a")
    assert rendered.origin(rendered.sql.index("1")) == template.index("$long_name")
    assert rendered.origin(len(rendered.sql)) == len(template)


def test_a_long_statement_and_a_long_list_take_little_time():
    sql = "select 'it''s', \"q\", x -- c\n from t where a = $a /* b */ and\n" * 5_000
    began = time.process_time()
    render(f"{sql} x in $ids", {"a": 1, "ids": [f"o'{n}" for n in range(10_000)]}, "duckdb")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("-7", -7),
        ("0", 0),
        ("9007199254740993", 2**53 + 1),
        ("1.50", Decimal("1.50")),
        ("-0.1", Decimal("-0.1")),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("2024-01-31", date(2024, 1, 31)),
        ("2024-01-31T10:30", datetime(2024, 1, 31, 10, 30)),  # noqa: DTZ001 - no zone was written
        ("2024-01-31 10:30:05.25Z", datetime(2024, 1, 31, 10, 30, 5, 250000, tzinfo=UTC)),
        ("2024-01-31T10:30+02:00", datetime(2024, 1, 31, 10, 30, tzinfo=timezone(timedelta(hours=2)))),
        ("[1, 2.50, null, true]", [1, Decimal("2.50"), None, True]),
        ('["a", "2024-01-31"]', ["a", "2024-01-31"]),
        ("[]", []),
        ("'42'", "42"),
        ('"null"', "null"),
        ("'O'Hara'", "O'Hara"),
        ("''", ""),
    ],
)
def test_text_that_plainly_is_a_value_becomes_one(text, value):
    assert typed(text) == value
    assert type(typed(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "'",
        "007",
        "-007",
        "+5",
        "1e5",
        ".5",
        "5.",
        "1_000",
        "٤٢",
        "NaN",
        "inf",
        "None",
        "yes",
        "10:30",
        "2024-02-30",
        "2024-1-3",
        "2024-01-31T25:00",
        "O'Hara",
        "'; drop table orders; --",
        '{"a":1}',
        "'{{}}",
        "50%",
        "$$ body $$",
        "a,b",
        "[a",
        " 42",
        "9" * 5000,
    ],
)
def test_everything_else_stays_the_text_it_is(text):
    assert typed(text) == text


@pytest.mark.parametrize("text", ["[a, b]", "[1, [2]]", '[{"a": 1}]', "[1,]", "[" * 5000 + "]" * 5000])
def test_a_list_that_is_none_is_refused_with_the_way_to_write_it(text):
    with pytest.raises(InputError, match="Write it as JSON"):
        typed(text)


@pytest.mark.parametrize(
    "text", ["O'Hara", "'; drop", '{"a":1}', "10:30", "'{{}}'", "50%", "$$ body $$", "\\", "$a"]
)
def test_a_value_from_the_magic_line_reaches_the_database_as_it_was(database, text):
    value = typed(f"'{text}'")
    assert database.execute(render("select $v", {"v": value}, "duckdb").sql).fetchone() == (text,)
