from __future__ import annotations

import time

import duckdb
import pytest

from dataexplore.query.failure import explain, read
from dataexplore.query.parameters import render

NAME = "Correct the name and run the cell again."
SYNTAX = "Check the spelling, commas, quotes and parentheses there and just before."
TYPES = "Compare and combine values of one type: cast one of the two."


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        connection.execute(
            "create table orders(order_id int, order_date date, amount decimal(10, 2), customer text)"
        )
        connection.execute("create table customers(order_id int, customer text)")
        yield connection


def said(database, template, **values):
    """What the cell shows when DuckDB refuses the statement."""
    rendered = render(template, values, "duckdb")
    with pytest.raises(duckdb.Error) as caught:
        database.execute(rendered.sql).fetchall()
    lines = explain(str(caught.value), rendered)
    assert 1 <= len(lines) <= 6
    return lines


def marked(lines):
    """The text that begins at the caret."""
    source, caret = next((lines[at - 1], line) for at, line in enumerate(lines) if line.strip() == "^")
    return source[caret.index("^") :]


def test_an_unknown_column_is_shown_in_its_line_with_the_nearest_name(database):
    assert said(database, "select\n  order_id,\n  order_dat\nfrom orders") == [
        'Binder Error: Referenced column "order_dat" not found in FROM clause!',
        "3 |   order_dat",
        "      ^",
        "Did you mean order_date?",
        NAME,
    ]


@pytest.mark.parametrize(
    ("sql", "begins", "last"),
    [
        ("select * from order_s", "order_s", ["Did you mean orders?", NAME]),
        ("select orders.amout from orders", "amout", ["Did you mean amount?", NAME]),
        ("select foor(1.5)", "foor", ["Did you mean floor?", NAME]),
        ("select x.* from orders", "x.*", ["Did you mean orders?", NAME]),
        ("selec 1", "selec", [SYNTAX]),
        ("select 1 fro orders", "orders", [SYNTAX]),
        ("select 1,\nfrom from orders", "from orders", [SYNTAX]),
        ("select 'left open", "'left", [SYNTAX]),
        ("select 'a'::int", "::int", [TYPES]),
        ("select order_id + 'x' from orders where customer = 3", "+ 'x'", [TYPES]),
        (
            "select order_id from orders join customers on true",
            "order_id from",
            ["Put the table's name or alias in front of the column."],
        ),
        (
            "select sum(order_id), customer from orders",
            "customer",
            ["Add the column to GROUP BY, or put it into an aggregate function."],
        ),
    ],
)
def test_what_duckdb_refuses_is_marked_and_comes_with_the_next_step(database, sql, begins, last):
    lines = said(database, sql)
    assert marked(lines).startswith(begins)
    assert lines[3:] == last


def test_an_error_without_a_place_is_its_reason_and_the_next_step(database):
    assert said(database, "select 2147483647::int + 1::int") == [
        "Out of Range Error: Overflow in addition of INT32 (2147483647 + 1)!",
        "Correct the statement and run the cell again.",
    ]


def test_the_place_is_that_of_the_cell_and_not_of_the_finished_sql(database):
    lines = said(database, "select $a, $b, order_dat\nfrom orders", a="a much longer text", b="two\nlines")
    assert lines[1:3] == ["1 | select $a, $b, order_dat", "                   ^"]


def test_a_place_inside_a_literal_is_its_placeholder(database):
    lines = said(database, "select 1, $day::date", day="2024-13-01")
    assert marked(lines).startswith(("$day", "::date"))


def test_the_second_of_two_statements_is_marked_in_its_own_place(database):
    assert marked(said(database, "select 1; select order_dat from orders")).startswith("order_dat")


def test_tabs_do_not_move_the_mark(database):
    assert marked(said(database, "select\t\torder_dat from orders")).startswith("order_dat")


@pytest.mark.parametrize("filler", ["x", "é", "語", "😀"])
def test_a_long_line_is_shown_around_the_mark(database, filler):
    lines = said(database, f"select '{filler * 300}', order_dat, '{filler * 300}' from orders")
    assert lines[1].startswith("1 | …")
    assert lines[1].endswith("…")
    assert len(lines[1]) <= 4 + 1 + 100 + 1


def broken(database, sql):
    with pytest.raises(duckdb.Error) as caught:
        database.execute(sql)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("日本語", 6), ("😀", 2), ("e\u0301", 1), ("\uff21\uff22", 4)]
)
def test_the_mark_stands_under_the_place_behind_wide_characters(database, text, columns):
    lines = said(database, f"select '{text}', order_dat from orders")
    assert lines[2].index("^") == len("1 | select '', ") + columns


@pytest.mark.parametrize("before", [0, 10, 60, 100, 500])
@pytest.mark.parametrize("letter", ["x", "語", "\t"])
@pytest.mark.parametrize("mistake", ["order_dat,", "two,"])
def test_the_column_is_exact_wherever_the_line_is_cut(database, before, letter, mistake):
    """With a name to look for and without one."""
    value = "1 one two," if mistake == "two," else mistake
    sql = f"select 1,\n'{letter * before}' as a, {value} '{'y' * 200}' as b\nfrom orders"
    failure = read(broken(database, sql), render(sql, {}, "duckdb"))
    assert failure.line_no == 2
    assert failure.source[failure.column - 1 :].startswith(mistake)


TEMPLATE = "select order_dat\nfrom orders\nwhere day >= $day fro x"
SENT = render(TEMPLATE, {"day": "2024-01-31"}, "postgres")


@pytest.mark.parametrize(
    ("detail", "begins", "nearest"),
    [
        # Postgres, by JDBC and by psql
        (
            (
                'ERROR: column "order_dat" does not exist\n'
                '  Hint: Perhaps you meant to reference the column "orders.order_date".\n  Position: 8'
            ),
            "order_dat",
            "orders.order_date",
        ),
        (
            (
                'ERROR:  syntax error at or near "fro"\n'
                "LINE 3: where day >= '2024-01-31' fro x\n                                  ^"
            ),
            "fro x",
            None,
        ),
        ('ERROR: relation "orders" does not exist\n  Position: 23', "orders", None),
        # Snowflake
        (
            "SQL compilation error: error line 1 at position 7\ninvalid identifier 'ORDER_DAT'",
            "order_dat",
            None,
        ),
        ("SQL compilation error:\nsyntax error line 2 at position 5 unexpected 'orders'.", "orders", None),
        (
            "SQL compilation error:\nObject 'DB.PUBLIC.ORDERS' does not exist or not authorized.",
            "orders",
            None,
        ),
        # BigQuery
        ("Unrecognized name: order_dat; Did you mean order_date? at [1:8]", "order_dat", "order_date"),
        ('Syntax error: Expected end of input but got identifier "orders" at [2:6]', "orders", None),
        # Databricks
        (
            (
                "[UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name "
                "`order_dat` cannot be resolved. Did you mean one of the following? "
                "[`order_id`, `orders`.`order_date`]. "
                "SQLSTATE: 42703; line 1 pos 7"
            ),
            "order_dat",
            "orders.order_date",
        ),
        (
            (
                "[PARSE_SYNTAX_ERROR] Syntax error at or near 'orders'. SQLSTATE: 42601 (line 2, pos 5)\n\n"
                "== SQL ==\nselect order_dat\nfrom orders\n-----^^^"
            ),
            "orders",
            None,
        ),
        # Trino
        ("line 1:8: Column 'order_dat' cannot be resolved", "order_dat", None),
        ("line 2:6: Table 'hive.marts.orders' does not exist", "orders", None),
        # SQL Server, MySQL, Oracle, ClickHouse, SQLite
        ("Msg 207, Level 16, State 1, Line 1\nInvalid column name 'order_dat'.", "order_dat", None),
        (
            (
                "You have an error in your SQL syntax; check the manual for the syntax to use "
                "near 'fro x' at line 3"
            ),
            "fro x",
            None,
        ),
        ("Unknown column 'order_dat' in 'field list'", "order_dat", None),
        ('ORA-00904: "ORDER_DAT": invalid identifier', "order_dat", None),
        ("ORA-06550: line 2, column 6:\nPL/SQL: ORA-00942: table or view does not exist", "orders", None),
        (
            "DB::Exception: Syntax error: failed at position 17 ('from') (line 2, col 1): from orders",
            "from",
            None,
        ),
        ("no such column: order_dat", "order_dat", None),
    ],
)
def test_the_place_is_found_as_each_database_tells_it(detail, begins, nearest):
    failure = read(detail, SENT)
    line = TEMPLATE.split("\n")[failure.line_no - 1]
    assert failure.source == line
    assert line[failure.column - 1 :].startswith(begins)
    assert failure.nearest == nearest
    assert len(explain(detail, SENT)) <= 6


def test_the_reason_is_the_text_of_the_database_without_what_is_shown_otherwise():
    hint = 'Hint: Perhaps you meant to reference the column "t.b".'
    detail = f'ERROR: column "a" does not exist\n  {hint}\n  Position: 8'
    assert read(detail, SENT).reason == 'ERROR: column "a" does not exist'


def test_a_line_without_a_column_is_shown_without_a_mark():
    assert explain("Msg 102, Level 15, State 1, Line 2\nIncorrect syntax.", SENT) == [
        "Msg 102, Level 15, State 1, Line 2 Incorrect syntax.",
        "2 | from orders",
        SYNTAX,
    ]


@pytest.mark.parametrize(
    "detail",
    [
        "Something went wrong.",
        "Position: 99999",
        "Position: 0",
        f"Position: {'9' * 5000}",
        "at [0:0]",
        "at [1:999]",
        "line 77:1: no",
        "LINE 99: x\n   ^",
        "Line 0",
    ],
)
def test_a_place_that_cannot_be_is_left_out(detail):
    assert "^" not in "".join(explain(detail, SENT)[1:])


def test_an_empty_text_is_still_a_sentence():
    assert explain(" \n", None) == [
        "The database gave no reason.",
        "Correct the statement and run the cell again.",
    ]


def test_without_the_statement_the_reason_and_the_name_remain():
    assert explain("Unrecognized name: order_dat; Did you mean order_date? at [1:8]", None) == [
        "Unrecognized name: order_dat",
        "Did you mean order_date?",
        NAME,
    ]


def test_a_long_reason_is_cut():
    (reason, _) = explain("word " * 10_000, SENT)
    assert len(reason) <= 200
    assert reason.endswith("…")


def test_control_and_direction_characters_are_visible_everywhere():
    rendered = render("select \u202e1, order_dat\r\nfrom x", {}, "duckdb")
    lines = explain("column \x1b[31morder_dat\x1b[0m bad \u202e\nline 1:12: no", rendered)
    assert lines[0] == "column \\x1b[31morder_dat\\x1b[0m bad \\u202e line 1:12: no"
    assert lines[1] == "1 | select \\u202e1, order_dat"
    assert marked(lines).startswith("order_dat")


def test_an_endless_name_takes_no_time():
    began = time.process_time()
    read(f"referenced column {'a.' * 1_000}!", SENT)
    read("did you mean " + "`" * 1_000, SENT)
    assert time.process_time() - began < 1
