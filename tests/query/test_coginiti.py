"""``ws.coginiti``: statements with typed values in, results out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dataexplore.clients.coginiti import TestReport
from dataexplore.errors import DeadlineExceeded, InputError, Invalid, NotFound
from dataexplore.query.coginiti import Coginiti
from tests.contract.contract_transport import contract_workspace

VALUES = {
    "word": "O'Hara",
    "attack": "'; drop table marts.fact_orders; --",
    "json": '{"a":1}',
    "clock": "10:30",
    "braces": "'{{}}'",
    "percent": "50%",
    "backslash": "back\\slash",
    "lines": "a\nb\tc",
    "wide": "日本 Zoë 👍🏽",
    "big": 2**53 + 1,
    "money": Decimal("-9999999999999999999999999999.9999999999"),
    "ratio": 0.1,
    "day": date(2024, 2, 29),
    "flag": True,
    "nothing": None,
}


@pytest.fixture(scope="module")
def workspace(sandbox):
    with contract_workspace(sandbox) as opened:
        yield opened


@pytest.fixture
def by_server(workspace):
    """The same, with ``params = "server"`` in the profile."""
    settings = replace(workspace.profile.services["coginiti"], params="server")
    return Coginiti(workspace.coginiti.client, settings)


@pytest.mark.parametrize("name", VALUES)
def test_a_value_comes_back_as_it_was_given(name, workspace):
    result = workspace.coginiti.sql("select $value as value", value=VALUES[name])
    assert result.table.column(0)[0].as_py() == VALUES[name]


@pytest.mark.parametrize(
    "name", ["word", "attack", "json", "backslash", "lines", "wide", "big", "flag", "nothing"]
)
def test_a_value_sent_beside_the_sql_comes_back_as_it_was_given(name, by_server):
    result = by_server.sql("select $value as value", value=VALUES[name])
    assert result.table.column(0)[0].as_py() == VALUES[name]
    assert result.provenance.sql == "select $value as value"
    assert result.provenance.literals == {"value": str(VALUES[name])}


@pytest.mark.parametrize("mode", ["client", "server"])
def test_values_that_are_missing_are_listed_before_anything_is_sent(mode, workspace, by_server):
    asked = {"client": workspace.coginiti, "server": by_server}[mode]
    with pytest.raises(InputError, match=r"\$one.*\$two"):
        asked.sql("select $one, $two, $given", connection="nowhere", params={"given": 1})


def test_only_the_values_a_statement_names_are_sent(by_server):
    assert by_server.sql("select $a as a", a=1, b=object()).table.to_pylist() == [{"a": 1}]


def test_keyword_values_win_over_params(workspace):
    assert workspace.coginiti.sql("select $a as a", params={"a": 1}, a=2).table.to_pylist() == [{"a": 2}]


def test_a_parameter_named_as_an_option_goes_through_params(workspace):
    found = workspace.coginiti.sql("select $limit as x", params={"limit": 3}, limit=1)
    assert found.table.to_pylist() == [{"x": 3}]


def test_without_a_connection_the_fix_is_told(workspace):
    settings = replace(workspace.profile.services["coginiti"], connection=None)
    with pytest.raises(InputError, match=r"No connection is named.*\[sandbox.coginiti\]"):
        Coginiti(workspace.coginiti.client, settings).sql("select 1")


def test_connections_are_the_profiles_own_and_those_that_worked(workspace):
    coginiti = Coginiti(workspace.coginiti.client, workspace.profile.services["coginiti"])
    assert coginiti.connections == ("warehouse",)
    coginiti.sql("select 1", connection="readonly")
    with pytest.raises(NotFound):
        coginiti.sql("select 1", connection="nowhere")
    assert coginiti.connections == ("readonly", "warehouse")


@pytest.mark.parametrize(
    "option",
    [{"limit": -1}, {"deadline_s": 0}, {"deadline_s": -1}, {"deadline_s": float("nan")}, {"format": "xml"}],
)
def test_an_option_that_makes_no_sense_is_refused_before_anything_is_sent(option, workspace):
    with pytest.raises(InputError):
        workspace.coginiti.sql("select 1", connection="nowhere", **option)


def test_a_refused_statement_is_told_with_its_line_a_caret_and_the_near_name(workspace):
    with pytest.raises(Invalid) as caught:
        workspace.coginiti.sql("select amount,\n       ordr_date\nfrom marts.fact_orders")
    lines = str(caught.value).splitlines()
    assert 'Referenced column "ordr_date" not found' in lines[0]
    assert lines[1] == "2 |        ordr_date"
    assert lines[2].index("^") == lines[1].index("ordr_date")
    assert lines[3] == "Did you mean order_date?"
    assert len(lines) <= 6


def test_the_place_of_an_error_is_that_of_what_was_written_not_of_what_was_sent(workspace):
    with pytest.raises(Invalid) as caught:
        workspace.coginiti.sql("select $long as a, nothing_here", long="x" * 500)
    lines = str(caught.value).splitlines()
    assert lines[1] == "1 | select $long as a, nothing_here"
    assert lines[2].index("^") == lines[1].index("nothing_here")


def test_limit_reads_so_many_rows_and_leaves_the_sql_alone(workspace):
    result = workspace.coginiti.sql("select * from range(100)", limit=7)
    assert (len(result), result.cut) == (7, True)
    assert result.provenance.sql == "select * from range(100)"


def test_a_deadline_ends_a_query_that_takes_longer(workspace):
    with pytest.raises(DeadlineExceeded):
        workspace.coginiti.sql("select count(*) from range(1000000000000)", deadline_s=0.5)


@pytest.mark.parametrize("format_", ["arrow", "json", "csv"])
def test_every_form_can_be_asked_for(format_, workspace):
    result = workspace.coginiti.sql("select 1 as n, 'a' as word", format=format_)
    assert [str(value) for value in result.table.to_pylist()[0].values()] == ["1", "a"]


def test_a_script_gives_a_result_and_a_run_of_tests_its_report(workspace):
    result = workspace.coginiti.script(
        "@Shared/Reports/Revenue by day", params={"start_date": date(2025, 1, 1)}
    )
    assert len(result) > 0
    assert result.provenance.source == "@Shared/Reports/Revenue by day"
    assert result.provenance.literals == {"start_date": "2025-01-01"}
    assert isinstance(workspace.coginiti.script("@Shared/Checks/Nightly"), TestReport)


def test_a_block_gives_a_result_and_a_test_its_report(workspace):
    found = workspace.coginiti.block(
        "@Shared/Reports/Channels", "PaymentFees", args={"fees": {"credit_card": Decimal("0.25")}}
    )
    assert found.provenance.source == "@Shared/Reports/Channels PaymentFees"
    assert isinstance(workspace.coginiti.block("@Shared/Checks", "TestOrderIdIsUnique"), TestReport)


@pytest.mark.parametrize("sql", ["", "   \n"])
def test_an_empty_statement_is_refused(sql, workspace):
    with pytest.raises(InputError, match="no SQL"):
        workspace.coginiti.sql(sql)
