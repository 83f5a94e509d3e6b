from __future__ import annotations

import re

import pytest

from dataexplore.sandbox.coalesce.rendering import find_refs, render, select
from dataexplore.sandbox.coalesce.seeds import map_locations

QA = map_locations("warehouse_qa")


@pytest.mark.parametrize(
    "template",
    [
        "{{ ref('STAGING', 'stg_orders') }}",
        '{{ref("STAGING","stg_orders")}}',
        "{{\n  ref ( 'STAGING' ,\t\"stg_orders\" )\n}}",
        "{{ ref_no_link('STAGING', 'stg_orders') }}",
    ],
)
def test_a_ref_becomes_the_table_of_the_environment(template):
    assert render(f"from {template} o", QA, {}) == 'from "warehouse_qa"."staging"."stg_orders" o'


def test_sources_lie_in_the_warehouse_for_every_environment():
    assert render("{{ ref('RAW', 'orders') }}", QA, {}) == '"warehouse"."raw"."orders"'


def test_a_parameter_is_its_text_wherever_it_stands():
    sql = "select '{{ parameters.day }}' where {{parameters['a b']}} -- {{ parameters [ \"day\" ] }}"
    assert (
        render(sql, QA, {"day": "2026-01-31", "a b": "1 = 1"})
        == "select '2026-01-31' where 1 = 1 -- 2026-01-31"
    )


def test_what_a_parameter_says_is_not_read_again():
    assert render("{{ parameters.x }}", QA, {"x": "{{ parameters.x }}"}) == "{{ parameters.x }}"


def test_names_are_quoted():
    assert render("""{{ ref('MARTS', 'a"b') }}""", QA, {}) == '"warehouse_qa"."marts"."a""b"'


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("{{ ref('LAKE', 'x') }}", "There is no storage location 'LAKE'; there are RAW, STAGING"),
        ("{{ parameters.day }}", "The parameter 'day' has no value."),
        ("{{ ref('STAGING') }}", "is neither ref"),
        ("{{ ref(STAGING, x) }}", "is neither ref"),
        ("{{ }}", "is neither ref"),
        ("{{ this }}", "is neither ref"),
        ("select {{ ref('STAGING', 'x')", "has no end"),
        ("{{ ref('STAGING', 'x') }} {{", "has no end"),
    ],
)
def test_a_template_that_cannot_be_filled_is_told_in_one_sentence(sql, told):
    with pytest.raises(ValueError, match=re.escape(told)) as error:
        render(sql, QA, {})
    assert str(error.value).endswith(".")


def test_text_without_templates_stays():
    sql = "select {'a': {'b': 1}} as s, '}}' as t"
    assert render(sql, QA, {}) == sql


def test_refs_are_found_once_each_and_those_without_a_link_not_at_all():
    sql = "{{ ref('A', 'x') }} {{ ref('B', 'y') }} {{ ref('A', 'x') }} {{ ref_no_link('A', 'z') }}"
    assert find_refs("{{ parameters.p }}") == []
    assert find_refs(sql) == [("A", "x"), ("B", "y")]


def test_a_node_without_sql_reads_whole_what_it_depends_on():
    dependencies = [{"locationName": "STAGING", "nodeName": name} for name in ("a", "b")]
    assert select({"sql": None, "dependencies": dependencies}, QA, {}) == (
        'select * from "warehouse_qa"."staging"."a"\nunion all by name\n'
        'select * from "warehouse_qa"."staging"."b"'
    )
    assert select({"sql": None, "dependencies": []}, QA, {}) is None
    assert select({"sql": "select 1", "dependencies": dependencies}, QA, {}) == "select 1"
