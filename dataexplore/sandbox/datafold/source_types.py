"""The kinds of data sources one can create, and the settings each takes."""

from __future__ import annotations

from typing import Any

from dataexplore.sandbox.warehouse import CONNECTIONS

__all__ = ["NAMES", "describe", "shown_options"]

NAMES = {
    "athena": "Amazon Athena",
    "aws_s3": "Amazon S3",
    "azure_synapse": "Azure Synapse",
    "bigquery": "BigQuery",
    "databricks": "Databricks",
    "db2": "Db2",
    "dremio": "Dremio",
    "duckdb": "DuckDB",
    "files_azure_datalake": "Azure Data Lake Storage",
    "google_cloud_storage": "Google Cloud Storage",
    "mariadb": "MariaDB",
    "microsoft_fabric": "Microsoft Fabric",
    "mongodb": "MongoDB",
    "mssql": "SQL Server",
    "mysql": "MySQL",
    "netezza": "Netezza",
    "oracle": "Oracle",
    "pg": "PostgreSQL",
    "postgres_aurora": "PostgreSQL (Aurora)",
    "postgres_aws_rds": "PostgreSQL (RDS)",
    "redshift": "Redshift",
    "sap_hana": "SAP HANA",
    "snowflake": "Snowflake",
    "starburst": "Starburst",
    "teradata": "Teradata",
    "trino": "Trino",
    "vertica": "Vertica",
}

TEXT = {"type": "string"}
DUCKDB = {"connection": {"type": "string", "enum": list(CONNECTIONS)}, "database": TEXT}
SERVER = {"host": TEXT, "port": {"type": "integer"}, "database": TEXT, "schema": TEXT, "user": TEXT}
SECRETS = ("password", "token", "key", "secret")


def describe(kind: str) -> dict[str, Any]:
    """Describe a kind, in the words of the contract."""
    duckdb = kind == "duckdb"
    properties = DUCKDB if duckdb else SERVER | dict.fromkeys(SECRETS, TEXT)
    schema = {"title": NAMES[kind], "type": "object", "properties": properties}
    features = ["diff", "query", "lineage"] if duckdb else []
    secret = [] if duckdb else list(SECRETS)
    return {
        "name": NAMES[kind],
        "type": kind,
        "features": features,
        "configuration_schema": schema | {"secret": secret},
    }


def shown_options(kind: str, options: dict[str, Any]) -> dict[str, Any]:
    """Give the settings that may be kept and shown: the known ones, and never a secret."""
    known = DUCKDB if kind == "duckdb" else SERVER
    return {name: value for name, value in options.items() if name in known}
