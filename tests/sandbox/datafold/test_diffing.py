"""The comparison itself, against tables whose differences are known."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataexplore.sandbox.datafold.diffing import STEPS, Comparison, Equality, Sampling, Tolerance
from dataexplore.sandbox.errors import Refusal


@pytest.fixture
def compare(warehouse):
    """Compare two queries; by the column id unless told otherwise."""

    def comparing(left, right, **options):
        cursor = warehouse.cursor()
        try:
            return Comparison((left, right), **{"keys": ("id",), **options}).run(cursor, lambda: None)
        finally:
            cursor.close()

    return comparing


def rows(*values, columns="id, v"):
    return f"FROM (VALUES {', '.join(values)}) AS t({columns})"


def differing(outcome):
    stats = outcome.values["columns_diff_stats"]
    return {one["column_name"]: one["values_different"] for one in stats if one["values_different"]}


def test_keys_of_one_side_are_counted_and_not_compared(compare):
    outcome = compare(
        rows("(1, 'a')", "(2, 'b')", "(3, 'c')"), rows("(2, 'b')", "(3, 'x')", "(4, 'd')", "(5, 'e')")
    )
    assert outcome.pks == {
        "total_rows": [3, 4],
        "nulls": [0, 0],
        "dupes": [0, 0],
        "exclusives": [1, 2],
        "distincts": [3, 4],
    }
    assert (outcome.values["total_rows"], outcome.values["rows_with_differences"]) == (2, 1)


def test_null_equals_null_and_nothing_else(compare):
    outcome = compare(rows("(1, NULL)", "(2, NULL)", "(3, 'a')"), rows("(1, NULL)", "(2, 'a')", "(3, NULL)"))
    assert differing(outcome) == {"v": 2}


def test_null_keys_and_repeated_keys_are_counted_and_not_paired(compare):
    outcome = compare(
        rows("(NULL, 'a')", "(1, 'a')", "(1, 'b')", "(2, 'c')"), rows("(NULL, 'a')", "(1, 'a')", "(2, 'x')")
    )
    assert outcome.pks["nulls"] == [1, 1]
    assert outcome.pks["dupes"] == [1, 0]
    assert outcome.pks["distincts"] == [2, 2]
    assert (outcome.values["total_rows"], outcome.values["rows_with_differences"]) == (1, 1)


def test_repeated_keys_are_paired_in_order_when_asked(compare):
    left, right = rows("(1, 'b')", "(1, 'a')", "(1, 'c')"), rows("(1, 'a')", "(1, 'x')")
    outcome = compare(left, right, pair_duplicates=True)
    assert (outcome.values["total_rows"], outcome.values["rows_with_differences"]) == (2, 1)


def test_a_key_of_two_columns_needs_both(compare):
    left = rows("(1, 'a', 1)", "(1, 'b', 2)", columns="id, part, v")
    right = rows("(1, 'a', 1)", "(1, 'c', 2)", columns="id, part, v")
    outcome = compare(left, right, keys=("id", "part"))
    assert outcome.pks["exclusives"] == [1, 1]
    assert outcome.values["total_rows"] == 1


def test_the_figures_by_column_add_up(compare):
    left = rows("(1, 1, 1)", "(2, 2, 2)", columns="id, v, w")
    right = rows("(1, 1, 9)", "(2, 9, 9)", columns="id, v, w")
    values = compare(left, right).values
    assert values == {
        "total_rows": 2,
        "rows_with_differences": 2,
        "total_values": 4,
        "values_with_differences": 3,
        "compared_columns": 2,
        "columns_with_differences": 2,
        "columns_diff_stats": [
            {"column_name": "v", "match": 50.0, "values_different": 1},
            {"column_name": "w", "match": 0.0, "values_different": 2},
        ],
    }


def test_schemas_are_compared_by_name_type_and_place(compare):
    outcome = compare(
        "SELECT 1 AS id, 1 AS a, 2 AS b, 3 AS gone", "SELECT 1 AS id, 2 AS B, 'x' AS a, 0 AS new, 0 AS newer"
    )
    assert outcome.schema == {
        "columns_mismatched": [1, 2],
        "column_type_mismatches": 1,
        "column_reorders": 1,
        "column_counts": [4, 5],
        "column_type_differs": ["a"],
        "exclusive_columns": [["gone"], ["new", "newer"]],
    }


@pytest.mark.parametrize(
    ("left", "right", "different"),
    [
        ("1::INTEGER", "1::BIGINT", False),
        ("1::BIGINT", "1.00::DECIMAL(10, 2)", False),
        ("9007199254740993::BIGINT", "9007199254740992::DECIMAL(20, 0)", True),
        ("1", "'1'", False),
        ("1", "'one'", True),
        ("DATE '2026-01-01'", "TIMESTAMP '2026-01-01 00:00:00'", False),
        ("TIMESTAMP '2026-01-01 01:00:00'", "TIMESTAMPTZ '2026-01-01 01:00:00Z'", False),
        ("'a'::ENUM ('a', 'b')", "'a'", False),
        ("[1, 2]", "'[1, 2]'", False),
        ("'NaN'::DOUBLE", "'NaN'::DOUBLE", False),
        ("'infinity'::TIMESTAMP", "'infinity'::TIMESTAMP", False),
        ("{'a': NULL}", "{'a': NULL}", False),
        ("0.0::DOUBLE", "-0.0::DOUBLE", False),
    ],
)
def test_values_of_two_types_are_compared_in_one_that_holds_both(compare, left, right, different):
    outcome = compare(f"SELECT 1 AS id, {left} AS v", f"SELECT 1 AS id, {right} AS v")
    assert bool(differing(outcome)) == different


@pytest.mark.parametrize(
    ("left", "right", "tolerance", "different"),
    [
        ("1.10::DECIMAL(9, 2)", "1.11::DECIMAL(9, 2)", Tolerance(0.01), False),
        ("1.10::DECIMAL(9, 2)", "1.12::DECIMAL(9, 2)", Tolerance(0.01), True),
        ("9007199254740993::BIGINT", "9007199254740995::BIGINT", Tolerance(1), True),
        ("9007199254740993::BIGINT", "9007199254740994::BIGINT", Tolerance(1), False),
        ("9223372036854775807", "-9223372036854775808", Tolerance(1), True),
        ("100.0::DOUBLE", "109.0::DOUBLE", Tolerance(0.1, relative=True), False),
        ("100.0::DOUBLE", "112.0::DOUBLE", Tolerance(0.1, relative=True), True),
        ("-100", "-109", Tolerance(0.1, relative=True), False),
        ("NULL::INTEGER", "0", Tolerance(10), True),
        ("'NaN'::DOUBLE", "1.0::DOUBLE", Tolerance(10), True),
        ("1::HUGEINT", "2::HUGEINT", Tolerance(1), False),
        ("'a'", "'b'", Tolerance(10), True),
        ("1.0::DOUBLE", "1.0000001::DOUBLE", Tolerance(1e-6), False),
        ("1", "1e300::DOUBLE", Tolerance(1e300), False),
        ("1", "2", Tolerance(1e300), False),
        ("1.5::DECIMAL(9, 1)", "2", Tolerance(1e-30), True),
        ("1.5::DECIMAL(9, 1)", "2", Tolerance(0.5), False),
        ("1.5::DECIMAL(9, 1)", "2", Tolerance(0.49), True),
        ("9e17::DECIMAL(18, 0)", "-9e17::DECIMAL(18, 0)", Tolerance(1.8e18), False),
        ("1e34::DECIMAL(38, 2)", "-1e34::DECIMAL(38, 2)", Tolerance(1), True),
    ],
)
def test_a_tolerance_is_exact_where_the_numbers_are(compare, left, right, tolerance, different):
    equality = Equality(tolerance=tolerance)
    outcome = compare(f"SELECT 1 AS id, {left} AS v", f"SELECT 1 AS id, {right} AS v", equality=equality)
    assert bool(differing(outcome)) == different


def test_a_column_has_its_own_tolerance(compare):
    equality = Equality(tolerance=Tolerance(5), tolerances={"v": Tolerance(0), "w": Tolerance(1)})
    left, right = "SELECT 1 AS id, 1 AS v, 1 AS w, 1 AS x", "SELECT 1 AS id, 2 AS v, 3 AS w, 4 AS x"
    assert differing(compare(left, right, equality=equality)) == {"v": 1, "w": 1}


def test_the_tolerance_of_a_data_source_is_for_binary_fractions_only(compare):
    left, right = "SELECT 1 AS id, 1.0::DOUBLE AS v, 1 AS w", "SELECT 1 AS id, 1.5::DOUBLE AS v, 2 AS w"
    assert differing(compare(left, right, equality=Equality(float_tolerance=1))) == {"w": 1}


@pytest.mark.parametrize(("seconds", "different"), [(0, True), (59, True), (60, False)])
def test_moments_may_lie_seconds_apart(compare, seconds, different):
    left = "SELECT 1 AS id, TIMESTAMP '2026-01-01 00:00:00' AS v"
    right = "SELECT 1 AS id, TIMESTAMP '2026-01-01 00:01:00' AS v"
    assert bool(differing(compare(left, right, equality=Equality(seconds=seconds)))) == different


def test_infinite_moments_are_no_fault_under_a_tolerance(compare):
    left, right = "SELECT 1 AS id, 'infinity'::TIMESTAMP AS v", "SELECT 1 AS id, TIMESTAMP '2026-01-01' AS v"
    assert differing(compare(left, right, equality=Equality(seconds=60))) == {"v": 1}


def test_case_can_be_ignored_in_keys_and_values(compare):
    left, right = "SELECT 'A' AS id, 'Ä' AS v", "SELECT 'a' AS id, 'ä' AS v"
    assert compare(left, right).pks["exclusives"] == [1, 1]
    outcome = compare(left, right, equality=Equality(ignore_case=True))
    assert (outcome.values["total_rows"], differing(outcome)) == (1, {})


def test_an_empty_text_can_count_as_null(compare):
    left, right = "SELECT 1 AS id, '' AS v", "SELECT 1 AS id, NULL::VARCHAR AS v"
    assert differing(compare(left, right)) == {"v": 1}
    assert differing(compare(left, right, equality=Equality(empty_is_null=True))) == {}


def test_lists_can_be_compared_without_their_order(compare):
    left, right = "SELECT 1 AS id, [3, 1] AS v", "SELECT 1 AS id, [1, 3] AS v"
    assert differing(compare(left, right)) == {"v": 1}
    assert differing(compare(left, right, equality=Equality(sort_lists=True))) == {}


def test_columns_are_mapped_chosen_and_left_out_by_their_left_names(compare):
    left = "SELECT 1 AS id, 1 AS amount, 1 AS a, 1 AS b, 1 AS only_left"
    right = "SELECT 1 AS key, 1 AS total, 2 AS a, 2 AS b, 1 AS amount"
    mapping = (("id", "key"), ("amount", "total"))
    outcome = compare(left, right, mapping=mapping)
    assert differing(outcome) == {"a": 1, "b": 1}
    assert outcome.schema["exclusive_columns"] == [["only_left"], ["amount"]]
    outcome = compare(left, right, mapping=mapping, only=("a", "AMOUNT"))
    assert [pair.name for pair in outcome.compared] == ["amount", "a"]
    outcome = compare(left, right, mapping=mapping, without=("A", "b", "only_left"))
    assert [pair.name for pair in outcome.compared] == ["amount"]
    assert outcome.schema["exclusive_columns"] == [[], ["amount"]]


def test_odd_names_are_columns_like_others(compare):
    left = """SELECT 1 AS "a ""b"".c", 1 AS "select", 1 AS "k0" """
    right = """SELECT 1 AS "a ""b"".c", 2 AS "select", 1 AS "k0" """
    assert differing(compare(left, right, keys=('a "b".c',))) == {"select": 1}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"keys": ("nope",)}, 'The key column "nope" is not in both tables'),
        ({"only": ("nope",)}, 'The column "nope" is in neither table'),
        ({"without": ("nope",)}, 'The column "nope" is in neither table'),
        ({"mapping": (("nope", "v"),)}, 'The mapped column "nope" is not in the first table'),
        ({"mapping": (("v", "nope"),)}, 'The mapped column "nope" is not in the second table'),
    ],
)
def test_a_column_that_is_not_there_is_named(compare, options, sentence):
    with pytest.raises(Refusal) as refused:
        compare(rows("(1, 1)"), rows("(1, 1)"), **options)
    assert refused.value.detail == sentence


def test_two_empty_sides_are_no_fault(compare):
    outcome = compare("SELECT 1 AS id, 2 AS v WHERE false", "SELECT 1 AS id, 2 AS v WHERE false")
    assert outcome.pks["total_rows"] == [0, 0]
    assert outcome.values["columns_diff_stats"] == [
        {"column_name": "v", "match": 100.0, "values_different": 0}
    ]


def test_tables_of_nothing_but_a_key_are_compared_by_it(compare):
    outcome = compare("SELECT 1 AS id", "SELECT 1 AS id")
    assert (outcome.values["total_rows"], outcome.values["compared_columns"]) == (1, 0)


def test_a_sample_draws_the_same_keys_on_both_sides(compare):
    left, right = (
        "SELECT range AS id, 1 AS v FROM range(10000)",
        "SELECT range AS id, 2 AS v FROM range(10000)",
    )
    values = compare(left, right, sampling=Sampling(rows=1000)).values
    assert 800 < values["total_rows"] < 1200
    assert values["rows_with_differences"] == values["total_rows"]


@pytest.mark.parametrize(
    ("sampling", "total", "ratio"),
    [
        (Sampling(), 1000, 1.0),
        (Sampling(rows=100), 1000, 0.1),
        (Sampling(rows=100), 50, 1.0),
        (Sampling(rows=100), 0, 1.0),
        (Sampling(share=0.5, rows=100), 1000, 0.1),
        (Sampling(share=0.5, threshold=1000), 1000, 1.0),
        (Sampling(share=0.5, threshold=999), 1000, 0.5),
        (Sampling(tolerance=5, confidence=95), 38416, 0.01),
    ],
)
def test_the_strictest_limit_makes_the_sample(sampling, total, ratio):
    assert sampling.ratio(total) == pytest.approx(ratio, rel=1e-4)


@pytest.mark.parametrize(
    ("query", "options", "key"),
    [
        ("SELECT 1 AS v, range AS id FROM range(9)", {}, ("id",)),
        ("SELECT range AS order_number, range AS order_id FROM range(9)", {}, ("order_id",)),
        ("SELECT range AS n, range AS id FROM range(9)", {"avoid_names": ("ID",)}, ("n",)),
        ("SELECT range AS id, range::VARCHAR AS n FROM range(9)", {"avoid_types": ("bigint",)}, ("n",)),
        ("SELECT range // 3 AS a, range % 3 AS b FROM range(9)", {}, ("a", "b")),
        ("SELECT nullif(range, 3) AS id, range AS n FROM range(9)", {}, ("n",)),
        ("SELECT range AS id, range AS n FROM range(9)", {"without": ("id",)}, ("n",)),
    ],
)
def test_a_key_is_found_among_the_likeliest(compare, query, options, key):
    outcome = compare(query, query, keys=(), **options)
    assert tuple(pair.name for pair in outcome.keys) == key


def test_no_key_is_told(compare):
    with pytest.raises(Refusal, match="422") as refused:
        compare("SELECT 1 AS a FROM range(9)", "SELECT 1 AS a FROM range(9)", keys=())
    assert "name pk_columns" in refused.value.detail


def test_each_step_is_told_once(warehouse):
    steps = []
    with warehouse.cursor() as cursor:
        Comparison((rows("(1, 1)"), rows("(1, 1)")), keys=("id",)).run(cursor, lambda: steps.append(1))
    assert len(steps) == STEPS


SIDE = st.lists(st.tuples(st.none() | st.integers(0, 5), st.none() | st.integers(0, 2)), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIDE, SIDE)
def test_it_counts_what_counting_by_hand_counts(compare, left, right):
    sides = []
    for side in (left, right):
        values = ", ".join(f"({'NULL' if k is None else k}, {'NULL' if v is None else v})" for k, v in side)
        typed = "SELECT id::INTEGER AS id, v::INTEGER AS v"
        sides.append(
            f"{typed} FROM (VALUES {values}) AS t(id, v)"
            if side
            else f"{typed} FROM (SELECT 1 AS id, 1 AS v) WHERE false"
        )
    outcome = compare(*sides)
    counts = [Counter(key for key, _ in side if key is not None) for side in (left, right)]
    single = [
        {key: value for key, value in side if count[key] == 1}
        for side, count in zip((left, right), counts, strict=True)
    ]
    shared = single[0].keys() & single[1].keys()
    assert outcome.pks == {
        "total_rows": [len(left), len(right)],
        "nulls": [sum(key is None for key, _ in side) for side in (left, right)],
        "dupes": [count.total() - len(count) for count in counts],
        "exclusives": [len(counts[0].keys() - counts[1].keys()), len(counts[1].keys() - counts[0].keys())],
        "distincts": [len(count) for count in counts],
    }
    assert outcome.values["total_rows"] == len(shared)
    assert outcome.values["rows_with_differences"] == sum(single[0][key] != single[1][key] for key in shared)
