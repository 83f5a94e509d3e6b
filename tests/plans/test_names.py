"""Which plan is meant."""

from __future__ import annotations

import pytest

from dataexplore.clients.talend import PlanExecutable
from dataexplore.errors import InputError
from dataexplore.plans.names import pick


def plan(own, name, environment):
    place = {"name": "Retail", "environment": {"id": f"id of {environment}", "name": environment}}
    return PlanExecutable.read({"executable": own, "name": name, "workspace": place})


PLANS = [
    plan("p1", "Nightly retail load", "Production"),
    plan("p2", "Nightly retail load", "Development"),
    plan("p3", "Stock count", "Production"),
    plan("p4", "stock@noon", "Production"),
    plan("p5", "Twice", "Production"),
    plan("p6", "Twice", "Production"),
    plan("p7", "Case", "Production"),
    plan("p8", "case", "Production"),
]


@pytest.mark.parametrize(
    ("wanted", "environment", "expected"),
    [
        ("p2", None, "p2"),
        ("Stock count", None, "p3"),
        ("STOCK COUNT", None, "p3"),
        ("nightly retail load@Production", None, "p1"),
        ("Nightly retail load@development", None, "p2"),
        ("Nightly retail load@id of Development", None, "p2"),
        ("Nightly retail load", "production", "p1"),
        ("stock@noon", None, "p4"),
        ("stock@noon@Production", None, "p4"),
        ("Case", None, "p7"),
        ("case", None, "p8"),
    ],
)
def test_a_plan_is_meant_by_its_id_its_name_or_its_name_and_place(wanted, environment, expected):
    assert pick(PLANS, wanted, "plan", environment).id == expected


@pytest.mark.parametrize(
    ("wanted", "environment", "expected"),
    [
        ("Nightly retail load", None, "Write Nightly retail load@Production or Nightly retail load@Develop"),
        ("Twice", None, r"Use an id: p5 \(Production\), p6 \(Production\)"),
        ("Stok count", None, "Did you mean 'Stock count'"),
        ("stock c", None, "Did you mean 'Stock count'"),
        ("Nightly@Production", None, "Did you mean 'Nightly retail load'"),
        ("Nightly retail load@Prod", None, "Did you mean 'Production'"),
        ("Stock count", "Development", "There is no plan 'Stock count'.*Known: Nightly retail load"),
        ("Stock count", "Test", "Known: Development, Production"),
        ("'; drop table", None, "There is no plan"),
        ("", None, "There is no plan ''"),
    ],
)
def test_anything_else_names_what_is_near(wanted, environment, expected):
    with pytest.raises(InputError, match=expected):
        pick(PLANS, wanted, "plan", environment)


def test_of_many_the_first_are_told():
    many = [plan(f"p{number}", f"plan {number}", "Production") for number in range(50)]
    with pytest.raises(InputError, match="and 30 more"):
        pick(many, "x", "plan")
    with pytest.raises(InputError, match="Known: none"):
        pick([], "x", "plan")
