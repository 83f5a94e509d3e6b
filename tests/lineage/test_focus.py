from __future__ import annotations

import pytest

from dataexplore.errors import InputError, Invalid, ServerFault, Unauthorized
from dataexplore.lineage.focus import find_focus
from dataexplore.lineage.source import Question
from tests.lineage.oracle import DictOracle, shop

SALES = ("db", "marts", "sales")


@pytest.mark.parametrize(
    ("name", "path", "kind"),
    [
        ("db.marts.sales", SALES, "table"),
        (SALES, SALES, "table"),
        ("marts.sales", SALES, "table"),
        ("sales", SALES, "table"),
        ("db.marts.sales.total", (*SALES, "total"), "column"),
        ("marts.sales.total", (*SALES, "total"), "column"),
        ("sales.total", (*SALES, "total"), "column"),
        ("Looker.Sales", ("Looker", "Sales"), "table"),
        ("SALES.TOTAL", (*SALES, "total"), "column"),
        ("DB.MARTS.SALES", SALES, "table"),
    ],
)
def test_a_name_is_completed_and_respelled_by_asking(name, path, kind):
    focus = find_focus(shop(), name, database="db", schema="marts")
    assert (focus.path, focus.kind) == (path, kind)


def test_upper_case_is_tried_before_lower_case_and_the_profiles_case_stays():
    oracle = DictOracle([("DB.MARTS.SALES", "DB.MARTS.X")])
    focus = find_focus(oracle, "marts.Sales", database="DB")
    assert focus.path == ("DB", "MARTS", "SALES")
    assert focus.matched == "marts.Sales was found as DB.MARTS.SALES"
    assert "down DB.marts.sales" not in oracle.texts()


def test_a_name_taken_as_written_costs_one_request_and_is_not_explained():
    oracle = shop()
    focus = find_focus(oracle, "db.marts.sales", database="db", schema="marts")
    assert (focus.requests, focus.matched) == (1, None)
    assert focus.answers.keys() == {Question(SALES, "table", "down")}


def test_without_a_profiles_database_the_parts_are_taken_as_they_are():
    assert find_focus(DictOracle([("marts.sales", "x.y")]), "marts.sales").path == ("marts", "sales")


def test_a_table_of_four_parts_is_found_too():
    class Deep(DictOracle):
        def neighbours(self, question):
            if question.kind == "column":
                raise Invalid("The path is too short (422).")
            return ()

    assert find_focus(Deep([]), "server.db.dbo.sales").kind == "table"


def test_an_unknown_column_names_the_near_ones():
    with pytest.raises(InputError, match=r"db\.marts\.sales has no column totl\. Did you mean total\?"):
        find_focus(shop(), "marts.sales.totl", database="db")


@pytest.mark.parametrize("name", ["marts.nothing", "nothing", "a.b.c.d.e"])
def test_an_unknown_name_says_what_the_service_said_in_few_requests(name):
    oracle = shop()
    with pytest.raises(InputError, match=r"no table or column .* The service says: not found\."):
        find_focus(oracle, name, database="db", schema="marts")
    assert len(oracle.asked) <= 14


@pytest.mark.parametrize("name", ["", "a..b", '"a', 'a."b"c', ()])
def test_a_path_that_cannot_be_read_is_refused_before_anything_is_asked(name):
    oracle = shop()
    with pytest.raises(InputError):
        find_focus(oracle, name)
    assert oracle.asked == []


@pytest.mark.parametrize("error", [Unauthorized("No (401)."), ServerFault("Oh no (500).")])
def test_an_error_of_the_service_is_no_unknown_name(error):
    with pytest.raises(type(error)):
        find_focus(shop(failing={"db.marts.sales": error}), "db.marts.sales")
