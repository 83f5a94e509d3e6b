"""The sandbox's company: its models, its keys, and the promise that a seed gives the same rows everywhere."""

from __future__ import annotations

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify

from dataexplore.sandbox.company import MODELS, SOURCES, build

LAYERS = ["raw", "staging", "intermediate", "marts"]
NAMES = [f"{model.schema}.{model.name}" for model in MODELS]

# What seed 1 gives at scale 0.01: rows, and a sum over a digest of every row.
CHECKSUMS = {
    "intermediate.int_campaign_attribution": (21, 284610918),
    "intermediate.int_category_paths": (27, 405516503),
    "intermediate.int_customer_events": (468, 124835392),
    "intermediate.int_order_payments": (300, 83107276),
    "intermediate.int_order_revenue": (300, 264691410),
    "intermediate.int_stock_months": (2092, 626227665),
    "intermediate.int_web_sessions": (134, 19779029),
    "marts.campaign_performance": (141, 645137296),
    "marts.customer_lifetime_value": (48, 918611591),
    "marts.daily_revenue": (300, 929291146),
    "marts.dim_customers": (60, 22038769),
    "marts.dim_products": (600, 839399837),
    "marts.dim_stores": (36, 267787599),
    "marts.fact_inventory": (2092, 406591693),
    "marts.fact_order_lines": (706, 290176633),
    "marts.fact_orders": (300, 645991011),
    "marts.support_quality": (22, 278329186),
    "marts.web_funnel": (131, 310921808),
    "raw.campaign_touches": (120, 794245104),
    "raw.campaigns": (141, 144074789),
    "raw.categories": (27, 99512379),
    "raw.customers": (62, 352169848),
    "raw.employees": (371, 672707347),
    "raw.exchange_rates": (7105, 598736106),
    "raw.inventory_movements": (2240, 289207314),
    "raw.order_lines": (715, 34062795),
    "raw.orders": (313, 259689962),
    "raw.payments": (324, 451609560),
    "raw.products": (600, 361584076),
    "raw.refunds": (40, 394024277),
    "raw.shipments": (239, 144531048),
    "raw.stores": (36, 660374669),
    "raw.support_tickets": (23, 241771932),
    "raw.web_events": (373, 903987661),
    "samples.all_types": (32, 885928382),
    "samples.empty": (0, 0),
    "samples.hostile_html": (65, 708212236),
    "samples.odd_names": (5, 777911152),
    "samples.wide": (1000, 611909197),
    "staging.stg_campaign_touches": (120, 951890130),
    "staging.stg_campaigns": (141, 888049573),
    "staging.stg_categories": (27, 708340236),
    "staging.stg_customers": (60, 687963591),
    "staging.stg_employees": (371, 191960243),
    "staging.stg_exchange_rates": (11352, 118777316),
    "staging.stg_inventory_movements": (2240, 735151999),
    "staging.stg_order_lines": (715, 269132895),
    "staging.stg_orders": (300, 474358205),
    "staging.stg_payments": (324, 638434258),
    "staging.stg_products": (600, 368085973),
    "staging.stg_refunds": (40, 651203208),
    "staging.stg_shipments": (239, 425074097),
    "staging.stg_stores": (36, 732584827),
    "staging.stg_support_tickets": (23, 647760138),
    "staging.stg_web_events": (370, 24691567),
}


def build_company(*, scale=0.01, seed=1, threads=1):
    connection = duckdb.connect(config={"threads": threads})
    # Digests are taken of text, and a moment's text follows the time zone.
    connection.execute("set timezone = 'UTC'")
    connection.execute("attach ':memory:' as warehouse")
    connection.execute("use warehouse")
    build(connection, scale=scale, seed=seed)
    return connection


def list_tables(connection):
    rows = connection.execute(
        "select concat_ws('.', table_schema, table_name) from information_schema.tables"
        " where table_catalog = 'warehouse'"
    ).fetchall()
    return sorted(name for (name,) in rows)


def sum_up(connection):
    return {
        table: connection.execute(
            f"select count(*), coalesce(sum(md5_number_lower(t::varchar)), 0) % 1000000007 from {table} as t"
        ).fetchone()
        for table in list_tables(connection)
    }


@pytest.fixture(scope="module")
def company():
    with build_company() as connection:
        yield connection


def test_every_source_and_model_stands_in_the_warehouse(company):
    expected = [f"raw.{source.name}" for source in SOURCES] + NAMES
    assert [name for name in list_tables(company) if not name.startswith("samples.")] == sorted(expected)


def test_the_company_is_as_large_as_promised():
    assert len(SOURCES) >= 10
    sizes = {schema: sum(model.schema == schema for model in MODELS) for schema in LAYERS[1:]}
    assert sizes["staging"] >= 8
    assert sizes["intermediate"] >= 5
    assert sizes["marts"] >= 6


def test_every_source_and_model_is_described_by_a_sentence():
    for described in (*SOURCES, *MODELS):
        assert described.description[0].isupper(), described.name
        assert described.description.endswith("."), described.name


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_depends_on_is_what_a_parser_finds_in_the_statement(model):
    statement = sqlglot.parse_one(model.sql, dialect="duckdb")
    assert isinstance(statement, exp.Query)
    found = {f"{table.db}.{table.name}" for table in statement.find_all(exp.Table) if table.db}
    assert tuple(sorted(found)) == model.depends_on
    ctes = {cte.alias for cte in statement.find_all(exp.CTE)}
    unqualified = {table.name for table in statement.find_all(exp.Table) if not table.db and table.name}
    assert unqualified <= ctes, "a table without its schema is read"


def test_a_parser_that_knows_the_tables_names_every_column_of_every_model(company):
    """Column lineage will be read from these statements, ``select *`` included."""
    schema = {layer: {} for layer in LAYERS}
    for layer, table, column, kind in company.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where schema_name in ('raw', 'staging', 'intermediate', 'marts') order by column_index"
    ).fetchall():
        schema[layer].setdefault(table, {})[column] = kind
    for model in MODELS:
        statement = qualify(sqlglot.parse_one(model.sql, dialect="duckdb"), schema=schema, dialect="duckdb")
        assert statement.named_selects == list(schema[model.schema][model.name]), model.name


def test_a_model_reads_only_from_layers_before_its_own():
    for model in MODELS:
        own = LAYERS.index(model.schema)
        for read in model.depends_on:
            assert LAYERS.index(read.split(".")[0]) < own, (model.name, read)
        if model.schema == "staging":
            assert all(read.startswith("raw.") for read in model.depends_on), model.name


def test_models_come_in_build_order():
    built = {f"raw.{source.name}" for source in SOURCES}
    for name, model in zip(NAMES, MODELS, strict=True):
        assert set(model.depends_on) <= built
        built.add(name)


def test_every_source_and_every_model_below_the_marts_is_read():
    read = {name for model in MODELS for name in model.depends_on}
    for name in [f"raw.{source.name}" for source in SOURCES] + NAMES:
        assert name in read or name.startswith("marts."), name


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_a_models_statement_gives_the_rows_of_its_table(company, model):
    table = f"{model.schema}.{model.name}"
    columns = company.execute(f"select column_name from (describe {table})").fetchall()
    assert company.execute(f"select column_name from (describe {model.sql})").fetchall() == columns
    for one, other in [(model.sql, f"from {table}"), (f"from {table}", model.sql)]:
        assert company.execute(f"({one}) except all ({other})").fetchone() is None


def test_seed_1_gives_the_rows_it_always_gave(company):
    assert sum_up(company) == CHECKSUMS


@pytest.mark.long
def test_the_number_of_threads_does_not_change_a_row():
    """Only past 122,880 rows a table, DuckDB's row group, do several threads share one."""
    with build_company(scale=5, threads=1) as one, build_company(scale=5, threads=4) as four:
        assert sum_up(one) == sum_up(four)


def test_building_again_leaves_the_same_company_and_nothing_else():
    with build_company(seed=2) as other:
        other.execute("create table marts.left_over as select 1")
        assert sum_up(other)["raw.orders"] != CHECKSUMS["raw.orders"]
        build(other, scale=0.01, seed=1)
        assert sum_up(other) == CHECKSUMS
        assert other.execute("select count(*) from duckdb_tables() where temporary").fetchone() == (0,)
        assert other.execute("select count(*) from duckdb_functions() where not internal").fetchone() == (0,)


def test_the_company_is_built_into_a_file_under_any_name(tmp_path, company):
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as first:
        build(first, scale=0.01, seed=1)
    with duckdb.connect(str(path), read_only=True) as again:
        query = "select count(*), sum(amount) from marts.fact_orders"
        assert again.execute(query).fetchone() == company.execute(query).fetchone()


def test_a_scale_that_leaves_nothing_is_refused():
    with duckdb.connect() as connection, pytest.raises(ValueError, match="leaves nothing"):
        build(connection, scale=0.0, seed=1)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("staging.stg_campaign_touches", "touch_id"),
        ("staging.stg_campaigns", "campaign_id"),
        ("staging.stg_campaigns", "campaign_code"),
        ("staging.stg_categories", "category_id"),
        ("staging.stg_customers", "customer_id"),
        ("staging.stg_employees", "employee_id"),
        ("staging.stg_employees", "email"),
        ("staging.stg_exchange_rates", "(rate_date, currency)"),
        ("staging.stg_inventory_movements", "movement_id"),
        ("staging.stg_order_lines", "order_line_id"),
        ("staging.stg_order_lines", "(order_id, line_number)"),
        ("staging.stg_orders", "order_id"),
        ("staging.stg_orders", "order_number"),
        ("staging.stg_payments", "payment_id"),
        ("staging.stg_products", "product_id"),
        ("staging.stg_products", "sku"),
        ("staging.stg_refunds", "refund_id"),
        ("staging.stg_shipments", "order_id"),
        ("staging.stg_shipments", "tracking_code"),
        ("staging.stg_stores", "store_id"),
        ("staging.stg_support_tickets", "ticket_id"),
        ("staging.stg_web_events", "event_id"),
        ("intermediate.int_campaign_attribution", "order_id"),
        ("intermediate.int_category_paths", "category_path"),
        ("intermediate.int_order_payments", "order_id"),
        ("intermediate.int_order_revenue", "order_id"),
        ("intermediate.int_web_sessions", "session_id"),
        ("marts.campaign_performance", "campaign_id"),
        ("marts.customer_lifetime_value", "customer_id"),
        ("marts.daily_revenue", "(order_date, channel)"),
        ("marts.dim_customers", "customer_id"),
        ("marts.dim_products", "product_id"),
        ("marts.dim_stores", "store_id"),
        ("marts.fact_inventory", "(month, warehouse_code, product_id)"),
        ("marts.fact_order_lines", "order_line_id"),
        ("marts.fact_orders", "order_id"),
        ("marts.support_quality", "(month, priority)"),
        ("marts.web_funnel", "(session_date, device)"),
    ],
)
def test_keys_are_unique_and_never_null(company, table, key):
    rows, keys, nulls = company.execute(
        f"select count(*), count(distinct {key}), count(*) filter ({key} is null) from {table}"
    ).fetchone()
    assert rows == keys > 0
    assert nulls == 0


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("campaign_touches", "campaign_id", "campaigns", "campaign_id"),
        ("campaign_touches", "customer_id", "customers", "customer_id"),
        ("categories", "parent_id", "categories", "category_id"),
        ("employees", "manager_id", "employees", "employee_id"),
        ("employees", "store_id", "stores", "store_id"),
        ("inventory_movements", "order_line_id", "order_lines", "order_line_id"),
        ("inventory_movements", "product_id", "products", "product_id"),
        ("order_lines", "order_id", "orders", "order_id"),
        ("order_lines", "product_id", "products", "product_id"),
        ("orders", "customer_id", "customers", "customer_id"),
        ("orders", "store_id", "stores", "store_id"),
        ("payments", "order_id", "orders", "order_id"),
        ("products", "category_id", "categories", "category_id"),
        ("products", "parent_product_id", "products", "product_id"),
        ("refunds", "order_line_id", "order_lines", "order_line_id"),
        ("shipments", "order_id", "orders", "order_id"),
        ("stores", "manager_employee_id", "employees", "employee_id"),
        ("support_tickets", "agent_id", "employees", "employee_id"),
        ("support_tickets", "customer_id", "customers", "customer_id"),
        ("support_tickets", "order_id", "orders", "order_id"),
        ("web_events", "customer_id", "customers", "customer_id"),
    ],
)
def test_foreign_keys_hold(company, child, column, parent, key):
    orphans = f"select count(*) from raw.{child} where {column} not in (select {key} from raw.{parent})"
    assert company.execute(orphans).fetchone() == (0,)
    assert company.execute(f"select count({column}) from raw.{child}").fetchone()[0] > 0
