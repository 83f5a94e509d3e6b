"""``%%coginiti`` in a real shell over a real sandbox."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

import dataexplore
from dataexplore.errors import InputError, Invalid, NotFound
from dataexplore.notebook.failures import CellFailed

RESULT = "application/vnd.dataexplore.result+json"
# What breaks a line's parser, a quote or a template.
AWKWARD = [
    "O'Hara",
    "'; drop table marts.fact_orders; --",
    '{"a":1}',
    "10:30",
    "50%",
    "back\\slash",
    "$$ body $$",
    "$x",
    '"quoted"',
    "007",
    "1e5",
    "--limit",
    "a=b",
    "{{ x }}",
    "日本 👍🏽",
    "a;b",
    "x -- y",
    "",
]


def fails(ran, *expected):
    """The cell failed in 1 to 6 printed lines, with these words and no traceback."""
    assert isinstance(ran.error, CellFailed), ran.error
    assert 1 <= len(ran.lines) <= 6, ran.text
    assert "Traceback" not in ran.text
    assert "CellFailed" not in ran.text
    for words in expected:
        assert words in ran.text
    return ran


def test_a_cell_binds_its_frame_shows_it_and_says_what_came(run, shell):
    ran = run("%%coginiti sales\nselect order_date, amount from marts.fact_orders limit 3")
    assert ran.error is None
    sales = shell.user_ns["sales"]
    assert isinstance(sales, pd.DataFrame)
    assert all(isinstance(kind, pd.ArrowDtype) for kind in sales.dtypes)
    assert shell.user_ns["_"] is sales
    assert ran.value is sales
    assert len(dataexplore.result(sales)) == 3
    line = ran.shown[-1]
    assert line["text/plain"].startswith("3 rows · ")
    assert line["text/plain"].endswith(" · warehouse")
    assert (line[RESULT]["rows"], line[RESULT]["cut"]) == (3, False)


def test_without_a_name_the_frame_is_the_last_value(run, shell):
    before = set(shell.user_ns)
    ran = run("%%coginiti\nselect 1 as one")
    assert shell.user_ns["_"] is ran.value
    assert {name for name in set(shell.user_ns) - before if not name.startswith("_")} == set()


def test_a_connection_is_named_by_c(run):
    fails(run("%%coginiti -c nowhere\nselect 1"), "Connection not found: nowhere")
    assert run("%%coginiti -c readonly\nselect 1").error is None
    fails(run("%%coginiti --connection=broken\nselect 1"), "Failed to connect")


def test_database_and_schema_may_be_named(run):
    ran = run("%%coginiti --database warehouse --schema marts\nselect count(*) as n from fact_orders")
    assert ran.value["n"][0] > 0


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("42", 42),
        ("-7", -7),
        ("1.50", Decimal("1.50")),
        ("true", True),
        ("null", None),
        ("2024-02-29", date(2024, 2, 29)),
        ("'42'", "42"),
        ("'two words'", "two words"),
    ],
)
def test_a_value_of_p_has_the_type_it_looks_like(written, value, run):
    ran = run(f"%%coginiti -p x={written}\nselect $x as x")
    assert ran.error is None
    assert dataexplore.result(ran.value).table.column(0)[0].as_py() == value


def test_several_values_and_a_list(run):
    ran = run('%%coginiti -p a=1 --param b=2 -p c=["x","y"]\nselect $a + $b as n where \'y\' in ($c)')
    assert ran.value["n"].tolist() == [3]


def test_p_wins_over_the_notebooks_variable(run, shell):
    shell.user_ns["x"] = 1
    assert run("%%coginiti\nselect $x as x").value["x"][0] == 1
    assert run("%%coginiti -p x=2\nselect $x as x").value["x"][0] == 2


@pytest.mark.parametrize("value", AWKWARD)
def test_a_notebook_variable_comes_back_as_it_was(value, run, shell):
    shell.user_ns["x"] = value
    assert run("%%coginiti\nselect $x as x").value["x"][0] == value


@pytest.mark.parametrize("value", [value for value in AWKWARD if " " not in value and value])
def test_a_value_on_the_line_comes_back_as_it_was(value, run):
    quoted = f"'{value}'" if value[0] in "'\"" or value in {"007", "1e5"} else value
    ran = run(f"%%coginiti -p x={quoted}\nselect $x as x")
    assert ran.error is None, ran.text
    assert ran.value["x"][0] == value


@pytest.mark.parametrize("value", AWKWARD)
def test_a_quoted_value_on_the_line_comes_back_as_it_was(value, run):
    ran = run(f"%%coginiti -p x='{value}'\nselect $x as x")
    assert ran.error is None, ran.text
    assert ran.value["x"][0] == value


def test_the_line_and_the_sql_are_not_touched_by_ipython(run, shell):
    shell.user_ns["name"] = "wrong"
    ran = run(
        "%%coginiti -p x={name}\nselect $x as a, '{name}' as b, '$HOME' as c, '50%' as d, '{{name}}' as e"
    )
    assert ran.value.iloc[0].tolist() == ["{name}", "{name}", "$HOME", "50%", "{{name}}"]


def test_missing_values_are_all_listed_and_nothing_is_sent(run):
    fails(
        run("%%coginiti -c nowhere\nselect $first_one, $second_one"), "$first_one, $second_one have no value"
    )


def test_limit_cuts_reads_no_more_and_says_it_where_nobody_misses_it(run):
    ran = run("%%coginiti top --limit 5\nselect * from range(1000)")
    assert len(ran.value) == 5
    line = ran.shown[-1]
    assert "5 rows (more exist: cut by limit)" in line["text/plain"]
    assert "font-weight:bold" in line["text/html"]
    assert line[RESULT]["cut"] is True


def test_quiet_shows_nothing_and_binds(run, shell):
    ran = run("%%coginiti sales --quiet\nselect 1 as one")
    assert (ran.value, ran.text, ran.shown) == (None, "", [])
    assert shell.user_ns["sales"]["one"][0] == 1


def test_quiet_still_tells_a_cut(run):
    assert (
        "more exist" in run("%%coginiti sales -q --limit 1\nselect * from range(9)").shown[-1]["text/plain"]
    )


def test_a_deadline_ends_the_cell(run):
    fails(run("%%coginiti --deadline 0.4\nselect count(*) from range(1000000000000)"), "0.4 s")
    assert run("%%coginiti --deadline 30\nselect 1").error is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("--lmit 5", "Did you mean --limit?"),
        ("--conection x", "Did you mean --connection?"),
        ("--token abc", "There is no option --token."),
        ("--token=abc", "There is no option --token."),
        ("-t abc", "There is no option -t."),
        ("--password abc", "There is no option --password."),
        ("--limit", "--limit needs a value."),
        ("-c --limit 5", "-c needs a value."),
        ("--limit many", "--limit many is not a whole number."),
        ("--limit -1", "limit is -1."),
        ("--limit 5 --limit 6", "--limit stands twice."),
        ("--deadline soon", "--deadline soon is not a number."),
        ("--deadline nan", "deadline_s is nan."),
        ("--quiet=yes", "--quiet takes no value."),
        ("-p x", "-p x is not NAME=VALUE."),
        ("-p 1x=2", "is not NAME=VALUE."),
        ("-p x=1 -p x=2", "-p gives x twice."),
        ("-p x='open", "is not closed"),
        ("one two", "One NAME is wanted"),
        ("my-name", "Use my_name, for example."),
        ("1st", "'1st' cannot be a variable's name."),
        ("list", "list would hide Python's own list."),
        ("class", "Use class_df, for example."),
    ],
)
def test_a_wrong_line_is_told_in_a_few_words_before_anything_is_sent(line, expected, run, shell):
    before = set(shell.user_ns)
    ran = fails(run(f"%%coginiti {line}\nselect no_such_column"), expected)
    assert len(ran.lines) <= 3
    assert isinstance(ran.error.error, InputError)
    assert {name for name in set(shell.user_ns) - before if not name.startswith("_")} == set()


def test_a_token_given_by_mistake_is_not_repeated_by_the_error(run):
    assert "abc123" not in run("%%coginiti --token=abc123\nselect 1").text
    assert "abc123" not in run("%dataexplore connect --token=abc123").text


def test_a_refused_statement_shows_its_line_with_a_caret(run):
    ran = fails(
        run("%%coginiti sales\nselect amount,\n       ordr_date\nfrom marts.fact_orders"),
        'Referenced column "ordr_date" not found',
        "2 |        ordr_date",
        "Did you mean order_date?",
    )
    assert ran.lines[2].index("^") == ran.lines[1].index("ordr_date")
    assert isinstance(ran.error.error, Invalid)


def test_nothing_is_bound_after_an_error_and_the_next_cell_works(run, shell):
    run("%%coginiti sales\nselect 1 as one")
    first = shell.user_ns["sales"]
    fails(run("%%coginiti sales\nselect nothing_here"))
    assert shell.user_ns["sales"] is first
    fails(run("%%coginiti other\nselect nothing_here"))
    assert "other" not in shell.user_ns
    assert run("%%coginiti sales\nselect 2 as two").value["two"][0] == 2


def test_an_empty_cell_is_told(run):
    fails(run("%%coginiti\n   \n"), "no SQL")


def test_a_cell_before_connecting_says_how(run, shell):
    session = shell.magics_manager.registry["DataExploreMagics"].session
    opened, session.opened = session.opened, None
    fails(run("%%coginiti\nselect 1"), "%dataexplore connect sandbox")
    session.opened = opened


def test_last_is_the_newest_result_with_its_provenance(run):
    run("%%coginiti -p n=5\nselect $n as n")
    last = run("%coginiti last").value
    assert (last.table.to_pylist(), last.provenance.literals) == ([{"n": 5}], {"n": "5"})


def test_connections_lists_the_profiles_and_those_that_worked(run):
    run("%%coginiti -c readonly\nselect 1")
    assert run("%coginiti connections").value == ["readonly", "warehouse"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", "needs a verb"),
        ("lst", "no verb 'lst'"),
        ("select 1", "goes under %%coginiti"),
        ("last -x", "-x"),
    ],
)
def test_an_unknown_verb_lists_the_known_ones(line, expected, run):
    fails(run(f"%coginiti {line}"), expected)


def test_the_text_of_a_missing_connection_is_an_error_for_programs_too(run):
    assert isinstance(run("%%coginiti -c nowhere\nselect 1").error.error, NotFound)


def test_a_frame_with_duplicate_names_is_bound_and_shown(run):
    ran = run('%%coginiti\nselect 1 as a, 2 as a, 3 as "<b>"')
    assert ran.error is None
    assert ran.value.columns.tolist()[:2] == ["a", "a"]
    assert ran.value.iloc[0].tolist() == [1, 2, 3]
