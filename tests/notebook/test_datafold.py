"""``%datafold`` in a real shell, over a real sandbox and over a service that fails."""

from __future__ import annotations

import re

import pytest

from dataexplore.comparison import Comparison
from dataexplore.errors import ConfigError, DeadlineExceeded, InputError, Invalid, NotFound
from dataexplore.lineage import Lineage
from dataexplore.notebook.failures import CellFailed
from dataexplore.workspace import Workspace
from tests.faults.fault_server import FaultServer
from tests.notebook.answering import answering

BANNER = "font-weight:bold"
TABLES = """
create schema if not exists review_magic;
create or replace table review_magic.before as
select i as id, i // 10 as part, i % 10 as place, i * 2 as amount, 'x' as "<img onerror>" from range(50) t(i);
create or replace table review_magic.after as
select * replace (if(id = 7, 0, amount) as amount) from review_magic.before where id > 2;
create or replace table review_magic."odd.name, é x" as from review_magic.before;
create or replace view review_magic.endless as
select count(*) as id from range(1000000000000) t(i), range(1000) u(j)
"""


def fails(ran, *expected):
    """The cell failed in 1 to 6 printed lines, with these words and no traceback."""
    assert isinstance(ran.error, CellFailed), ran.error or ran.text
    assert 1 <= len(ran.lines) <= 6, ran.text
    assert "Traceback" not in ran.text
    for words in expected:
        assert words in ran.text
    return ran


def lines_of(ran):
    """The lines shown under the cell, without the value."""
    return [bundle["text/plain"] for bundle in ran.shown if "div" in bundle.get("text/html", "")]


def banners(ran):
    return [bundle["text/plain"] for bundle in ran.shown if BANNER in bundle.get("text/html", "")]


def table(*path):
    return {"type": "Table", "name": path[-1], "path": list(path), "columns": [{"name": "id"}]}


HUB = {"s.hub/downstreams": [table("db", "s", f"t{number}") for number in range(5)]}


@pytest.fixture
def connect_to(shell):
    """Give a function that connects the shell to a service that answers by rules."""
    servers = []

    def connect(rules, **settings):
        servers.append(FaultServer(answering(rules)))
        session = shell.magics_manager.registry["DataExploreMagics"].session
        session.opened = Workspace(
            servers[-1].profile(**{"data_connection_id": 1, "database": "db", **settings})
        )
        return servers[-1]

    yield connect
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def review(workspace):
    """Tables to compare, apart from the warehouse's own."""
    for statement in TABLES.split(";"):
        workspace.coginiti.sql(statement)


def test_the_lineage_of_a_table_is_the_cells_value_and_one_line_says_how_much_came(run):
    ran = run("%datafold lineage warehouse.marts.daily_revenue")
    assert isinstance(ran.value, Lineage)
    assert ran.value.focus == ("warehouse", "marts", "daily_revenue")
    (line,) = lines_of(ran)
    assert line.startswith(ran.value.counts)
    assert re.search(r" · \d+ requests · \d+\.\d s$", line)
    assert not banners(ran)


def test_a_table_may_be_named_without_the_profiles_database(run):
    ran = run("%datafold lineage marts.daily_revenue --up 1 --down 0")
    assert ran.value.focus == ("warehouse", "marts", "daily_revenue")
    assert not banners(ran)


def test_the_lineage_of_a_column(run):
    lineage = run("%datafold lineage marts.fact_orders.amount --up 1 --down 0").value
    assert lineage.focus == ("warehouse", "marts", "fact_orders", "amount")
    assert {node[-1] for node in lineage.graph.predecessors(lineage.focus)}


def test_a_name_in_the_wrong_case_is_found_and_told_without_a_banner(run):
    ran = run("%datafold lineage MARTS.DAILY_REVENUE --up 1 --down 0")
    assert not banners(ran)
    assert ran.value.focus == ("warehouse", "marts", "daily_revenue")
    assert "MARTS.DAILY_REVENUE was found as warehouse.marts.daily_revenue" in lines_of(ran)


@pytest.mark.parametrize(
    "written",
    ['review_magic."odd.name, é x"', '"review_magic"."odd.name, é x"', "'review_magic.\"odd.name, é x\"'"],
)
def test_a_quoted_name_may_have_dots_and_blanks(written, run, review):
    ran = run(f"%datafold lineage --up 1 {written}")
    assert ran.error is None, ran.text
    assert ran.value.focus == ("warehouse", "review_magic", "odd.name, é x")
    assert ("warehouse", "review_magic", "before") in ran.value.graph


def test_hops_are_counted_from_the_table(run):
    ran = run("%datafold lineage marts.fact_orders --up 2 --down 0")
    depths = dict(ran.value.graph.nodes(data="depth"))
    assert max(depths.values()) == 2
    alone = run("%datafold lineage marts.fact_orders --up 0 --down 0").value
    assert list(alone.graph) == [("warehouse", "marts", "fact_orders")]


def test_all_columns_are_asked_about_after_their_number_was_told(run):
    ran = run("%datafold lineage marts.daily_revenue --up 1 --down 0 --columns all")
    told = re.match(r"(\d+) columns to ask about, one request each$", lines_of(ran)[0])
    without = run("%datafold lineage marts.daily_revenue --up 1 --down 0").value
    assert int(told[1]) == without.plan_columns() > 0
    assert ran.value.requests == without.requests + int(told[1])
    assert " columns traced" in lines_of(ran)[1]


@pytest.mark.parametrize("line", ["--budget 3", "--up 1 --down 0 --columns all --budget 4"])
def test_a_spent_budget_is_a_banner_that_nobody_misses(line, run):
    ran = run(f"%datafold lineage marts.daily_revenue {line}")
    (banner,) = banners(ran)
    assert "Incomplete: " in banner
    assert f"the budget of {line[-1]} requests is spent" in banner
    assert not ran.value.complete


def test_a_table_whose_lineage_fails_leaves_the_rest_and_a_banner(run, connect_to):
    connect_to({"t3/down": (500, {"detail": "lineage is being <b>rebuilt"}), **HUB})
    ran = run("%datafold lineage s.hub --up 0")
    assert len(ran.value.graph) == 6
    (banner,) = banners(ran)
    assert "downstream of db.s.t3" in banner
    assert "lineage is being <b>rebuilt" in banner
    assert not any("<b>" in bundle.get("text/html", "") for bundle in ran.shown)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("lineage", "One table or column is wanted."),
        ("lineage a b", "One table or column is wanted."),
        ("lineage marts.nothing", "There is no table or column marts.nothing"),
        ("lineage marts.fact_orders.amont", "Did you mean amount?"),
        ('lineage marts."fact_orders', "opens a quote that is never closed"),
        ('lineage "marts.fact_orders', "opens a quote that is never closed"),
        ("lineage 'marts.fact_orders", "is not closed"),
        ('lineage marts.fact"orders', "a quote inside an unquoted part"),
        ("lineage marts..fact_orders", "has an empty part"),
        ("lineage marts.fact_orders --up 100", "up is 100."),
        ("lineage marts.fact_orders --up -1", "up is -1."),
        ("lineage marts.fact_orders --up many", "--up many is not a whole number."),
        ("lineage marts.fact_orders --budget 0", "budget is 0."),
        ("lineage marts.fact_orders --columns amount", "--columns amount is not known."),
        ("lineage marts.fact_orders --column all", "Did you mean --columns?"),
        ("diff marts.dim_stores marts.dim_stores", "--key order_id"),
        ("diff marts.dim_stores --key store_id", "Two tables"),
        ("diff a b --key ,", "Two tables"),
        ("diff a b --key id --deadline soon", "--deadline soon is not a number."),
        ('diff a" b --key id', "a quote inside an unquoted part"),
        ("diffs 5", "Write %datafold diffs."),
        ("diffs --limit 0", "limit is 0."),
        ("diffs --limit few", "--limit few is not a whole number."),
        ("monitors all", "%datafold monitors all is not a whole number. Write %datafold monitors 100"),
        ("monitors 1 2", "Write %datafold monitors [ID]."),
        ("ci main", "%datafold ci main is not a whole number."),
        ("sources --limit 5", "There is no option --limit."),
        ("sources 1", "Write %datafold sources."),
        ("", "Verbs: lineage TABLE, "),
        ("linage x", "%datafold has no verb 'linage'."),
    ],
)
def test_a_wrong_line_is_told_in_a_few_words(line, expected, run):
    ran = run(f"%datafold {line}")
    fails(ran)
    assert expected in " ".join(ran.lines)
    assert isinstance(ran.error.error, InputError)


def test_blanks_and_tabs_around_the_verb_do_not_matter(run):
    assert run("%datafold   lineage\tmarts.daily_revenue\t --up 1 --down 0").error is None


def test_a_cell_before_connecting_says_how(run, shell):
    session = shell.magics_manager.registry["DataExploreMagics"].session
    opened, session.opened = session.opened, None
    fails(run("%datafold sources"), "%dataexplore connect sandbox")
    session.opened = opened


def test_a_profile_without_datafold_says_how_to_configure_it(run, connect_to):
    connect_to({}, url=None)
    ran = fails(run("%datafold lineage a.b"), "datafold is not configured", "DATAEXPLORE_DATAFOLD_URL")
    assert isinstance(ran.error.error, ConfigError)


def test_the_only_data_source_is_taken_when_the_profile_names_none(run, connect_to):
    sources = [{"id": 7, "name": "Prod"}, {"id": 8, "name": "Not mine", "accessible": False}]
    server = connect_to({"data_sources": sources, **HUB}, data_connection_id=None)
    assert run("%datafold lineage s.hub --up 0").error is None
    assert any(b"/explore/db/7/" in request for request in server.requests)


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ([{"id": 7, "name": "Prod"}, {"id": 9, "name": "Dev"}], "to one of: 7 (Prod), 9 (Dev)."),
        ([], "to one of: none yet."),
    ],
)
def test_of_several_data_sources_or_none_the_profile_must_name_one(sources, expected, run, connect_to):
    connect_to({"data_sources": sources}, data_connection_id=None)
    for line in ("lineage s.hub", "diff s.a s.b --key id"):
        ran = fails(run(f"%datafold {line}"), "Set data_connection_id of [faulty.datafold]", expected)
        assert isinstance(ran.error.error, ConfigError)


def test_a_diff_of_a_table_with_itself_is_identical(run):
    ran = run("%datafold diff marts.dim_stores marts.dim_stores --key store_id")
    assert isinstance(ran.value, Comparison)
    assert ran.value.diff.result == "identical"
    assert "warehouse.marts.dim_stores (1) and warehouse.marts.dim_stores (2): identical" in ran.text


def test_a_diff_shows_keys_values_and_schema_and_nothing_of_a_name_is_markup(run, review):
    ran = run("%datafold diff review_magic.before review_magic.after -k id")
    assert "before and after: different" in ran.text
    keys = {row[""]: (row["before"], row["after"]) for row in ran.value.keys.to_pylist()}
    assert keys["rows"] == (50, 47)
    assert keys["keys only here"] == (3, 0)
    assert ran.value.values.to_pylist()[0] == {
        "column": "amount",
        "values that differ": 1,
        "match %": pytest.approx(100 * 46 / 47),
    }
    page = ran.value._repr_html_()
    assert "&lt;img onerror&gt;" in page
    assert "<img" not in page


@pytest.mark.parametrize("line", ["--key part,place", "-k part -k place", "--key 'part, place'"])
def test_a_key_may_be_several_columns(line, run, review):
    ran = run(f"%datafold diff review_magic.before review_magic.after {line} --columns amount")
    assert ran.value.diff.pk_columns == ("part", "place")
    assert ran.value.values["column"].to_pylist() == ["amount"]
    assert ran.value.values["values that differ"].to_pylist() == [1]


@pytest.mark.parametrize("where", ["'id > 10'", '"id > 10"', "id>10"])
def test_where_narrows_both_sides(where, run, review):
    ran = run(f"%datafold diff review_magic.before review_magic.after --key id --where {where}")
    assert ran.error is None, ran.text
    assert ran.value.keys.to_pylist()[0] == {"": "rows", "before": 39, "after": 39}
    assert ran.value.diff.result == "identical"


def test_a_diff_of_a_quoted_name_with_dots_and_blanks(run, review):
    ran = run('%datafold diff review_magic.before review_magic."odd.name, é x" --key id')
    assert ran.value.diff.result == "identical"
    assert ran.value.keys.column_names[1:] == ["before", '"odd.name, é x"']


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("review_magic.before review_magic.after --key no_such", '"no_such"'),
        ("review_magic.before review_magic.nothing --key id", "nothing"),
        ("review_magic.before review_magic.after --key id --where 'idd > 1'", "idd"),
    ],
)
def test_a_diff_that_fails_tells_the_services_reason_and_what_to_do(line, expected, run, review):
    ran = fails(run(f"%datafold diff {line}"), expected, " failed: ", "Correct what it names")
    assert isinstance(ran.error.error, Invalid)


def test_a_diff_that_takes_too_long_is_left_running_and_the_text_says_how_to_end_it(run, review, workspace):
    ran = fails(
        run("%datafold diff review_magic.endless review_magic.endless --key id --deadline 0.5"),
        "It did not end within 0.5 s.",
        "goes on in Datafold",
    )
    assert isinstance(ran.error.error, DeadlineExceeded)
    number = int(re.search(r"data_diffs\.cancel\((\d+)\)", ran.text)[1])
    assert not workspace.datafold.data_diffs.get(number).ended
    workspace.datafold.data_diffs.cancel(number)
    assert workspace.datafold.data_diffs.wait(number, deadline_s=20).status == "cancelled"


def test_diffs_are_listed_the_newest_first(run):
    newest = run("%datafold diff marts.dim_stores marts.dim_stores --key store_id").value.diff.id
    ids = run("%datafold diffs --limit 3").value.to_df()["id"].to_list()
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), ids[0]) == (3, newest)
    assert len(run("%datafold diffs").value) <= 20


def test_monitors_are_listed_and_the_runs_of_one(run):
    monitors = run("%datafold monitors").value
    assert len(monitors) > 1
    assert "name" in monitors.to_df().columns
    assert len(run("%datafold monitors --limit 1").value) == 1
    assert 0 < len(run(f"%datafold monitors {monitors[0].id} --limit 2").value) <= 2
    assert isinstance(fails(run("%datafold monitors 987654")).error.error, NotFound)


def test_ci_runs_are_those_of_the_first_configuration_or_of_one(run):
    runs = run("%datafold ci").value
    assert len(runs) > 1
    assert [each.id for each in runs] == [each.id for each in run("%datafold ci 1").value]
    assert len(run("%datafold ci --limit 1").value) == 1
    fails(run("%datafold ci 987654"))


def test_sources_are_listed(run):
    ran = run("%datafold sources")
    assert "Warehouse" in ran.text
    assert ran.value.to_df()["id"].to_list()[0] == 1
