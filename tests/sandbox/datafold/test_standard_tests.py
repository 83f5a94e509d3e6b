from __future__ import annotations

import duckdb
import pytest

from dataexplore.sandbox.datafold.standard_tests import write_test


@pytest.fixture
def failures():
    """Run a standard test over two small tables; give how many rows fail."""
    with duckdb.connect() as database:
        database.execute("CREATE TABLE parent AS SELECT unnest([1, 2, 3]) AS id")
        database.execute(
            "CREATE TABLE child AS SELECT * FROM (VALUES (1, 'a', 1.5), (1, 'b', 2.5), (9, 'o''x', -1), "
            '(NULL, NULL, NULL)) AS rows(id, "odd.name", amount)'
        )

        def counting(kind, *tables, template=None, **variables):
            test = {
                "type": kind,
                "tables": [{"path": path, "columns": columns} for path, columns in tables],
                "variables": {name: {"quote": True, "value": value} for name, value in variables.items()},
            }
            return len(database.execute(write_test(test, template)).fetchall())

        yield counting


def test_unique_counts_each_key_that_is_there_twice_and_no_null(failures):
    assert failures("unique", ("child", ["id"])) == 1
    assert failures("unique", ("child", ["id", "odd.name"])) == 0


def test_not_null_counts_rows_of_every_table(failures):
    assert failures("not_null", ("child", ["id", "odd.name"]), ("parent", ["id"])) == 1


def test_accepted_values_are_quoted_and_null_is_no_value(failures):
    assert failures("accepted_values", ("child", ["odd.name"]), values=["a", "b", "o'x"]) == 0
    assert failures("accepted_values", ("child", ["odd.name"]), values="a") == 2
    assert failures("accepted_values", ("child", ["odd.name"]), values=["') OR TRUE --", "a"]) == 2


def test_a_numeric_range_may_have_one_end(failures):
    assert failures("numeric_range", ("child", ["amount"]), min=0) == 1
    assert failures("numeric_range", ("child", ["amount"]), min=0, max=2) == 2


def test_referential_integrity_lets_null_go(failures):
    assert failures("referential_integrity", ("child", ["id"]), ("parent", ["id"])) == 1


def test_a_template_gets_its_values_as_literals_and_lists(failures):
    query = 'SELECT 1 FROM child WHERE "odd.name" IN ({{ names }}) AND amount > {{limit}};'
    assert failures("custom_template", template=query, names=["a", "o'x"], limit=-5) == 2


def test_a_variable_without_quote_is_a_name_and_nothing_else():
    test = {"type": "custom_template", "variables": {"table": {"value": "main.child", "quote": False}}}
    assert write_test(test, "SELECT 1 FROM {{table}}") == "SELECT 1 FROM main.child"
    test["variables"]["table"]["value"] = "child; DROP TABLE child"
    with pytest.raises(ValueError, match="must be a name"):
        write_test(test, "SELECT 1 FROM {{table}}")


@pytest.mark.parametrize(
    ("kind", "tables", "variables", "words"),
    [
        ("unique", [], {}, "unique needs a table"),
        ("unique", [("child", [])], {}, "needs the columns"),
        ("unique", [("child", ["id"])], {"x": 1}, "knows no variable x"),
        ("referential_integrity", [("child", ["id"])], {}, "two tables"),
        ("referential_integrity", [("child", ["id"]), ("parent", ["id", "x"])], {}, "as many columns"),
        ("accepted_values", [("child", ["id"])], {}, "needs the variable values"),
        ("accepted_values", [("child", ["id"])], {"values": []}, "needs a value"),
        ("numeric_range", [("child", ["id"])], {}, "min, max or both"),
        ("numeric_range", [("child", ["id"])], {"min": "1"}, "must be a number"),
        ("custom_template", [("child", ["id"])], {}, "leave tables out"),
        ("custom_template", [], {"x": 1}, "knows no variable x"),
    ],
)
def test_what_does_not_fit_a_test_is_told(failures, kind, tables, variables, words):
    with pytest.raises(ValueError, match=words):
        failures(kind, *tables, template="SELECT 1", **variables)


def test_a_template_with_an_unknown_variable_is_refused(failures):
    with pytest.raises(ValueError, match="The variable y has no value"):
        failures("custom_template", template="SELECT {{ y }}")
