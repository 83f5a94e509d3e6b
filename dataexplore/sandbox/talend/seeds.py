"""What the company's Talend consists of from the start."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.talend.seeds_plans import PLANS
from dataexplore.sandbox.talend.seeds_tasks import ARTIFACTS, TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dataexplore.sandbox.records import Record

__all__ = ["CLIENT_ID", "GROUPS", "PEOPLE", "SEEDS", "SERVICE_ACCOUNTS", "USER"]

# Who there is; whoever has the sandbox's own token is the first.
PEOPLE = {
    "ada.okafor": "Ada Okafor",
    "jonas.lindqvist": "Jonas Lindqvist",
    "mei.tanaka": "Mei Tanaka",
    "rafael.moreno": "Rafael Moreno",
    "zofia.kowalska": "Zofia Kowalska",
}
USER = "ada.okafor"
GROUPS = ("data-engineers", "analysts", "operators")
# Whom a token of /security/oauth/token is given to.
CLIENT_ID = "sandbox-service"
SERVICE_ACCOUNTS = (CLIENT_ID, "deploy-service")

CREATED = "2026-02-02T08:41:09.000000Z"
RATES = b"currency,rate_to_eur\nGBP,1.048753\nUSD,0.940974\nCHF,1.038583\nSEK,0.080750\n"


def _list_workspaces() -> Iterator[Record]:
    for environment in (1, 2):
        for name, description, owner, type_ in (
            ("Retail", "The company's own data, from the shop's systems", "ada.okafor", "Custom"),
            ("Personal", "For what is tried alone", "jonas.lindqvist", "Personal"),
        ):
            yield {
                "name": name,
                "description": description,
                "owner": owner,
                "ownerFullName": PEOPLE[owner],
                "type": type_,
                "environment": environment,
                "createDate": CREATED,
                "updateDate": CREATED,
                "protectedUpgrade": environment == 2 and type_ == "Custom",  # noqa: PLR2004 - Production
            }


def _list_connections() -> Iterator[Record]:
    for workspace, host in ((1, "shop-dev.retail.example"), (3, "shop.retail.example")):
        for name, app, parameters in (
            (
                "Shop database",
                "PostgreSQL",
                (
                    ("host", host),
                    ("port", "5432"),
                    ("database", "shop"),
                    ("user", "talend"),
                    ("password", None),
                ),
            ),
            ("Rates of the bank", "SFTP", (("host", "sftp.bank.example"), ("user", "retail"), ("key", None))),
            ("On call", "Slack", (("channel", "#data-on-call"), ("webhook", None))),
        ):
            yield {
                "name": name,
                "app": app,
                "workspace": workspace,
                "createDate": CREATED,
                "parameters": [
                    {"name": key, "value": value or f"secret of {key}", "encrypted": value is None}
                    for key, value in parameters
                ],
            }


def _list_resources() -> Iterator[Record]:
    for workspace in (1, 3):
        yield {
            "name": "rates.csv",
            "description": "What the bank sends, should it send nothing",
            "workspace": workspace,
            "file": True,
            "content": base64.b64encode(RATES).decode(),
        }


def _list_projects() -> Iterator[Record]:
    for name, label, repository, users in (
        ("Retail ingestion", "RETAIL_INGESTION", "ingestion", ["ada.okafor", "jonas.lindqvist"]),
        ("Retail reference data", "RETAIL_REFERENCE_DATA", "reference-data", ["mei.tanaka"]),
    ):
        yield {
            "name": name,
            "technicalLabel": label,
            "description": f"Jobs of {name.lower()}",
            "url": f"https://git.retail.example/{repository}.git",
            "author": USER,
            "owner": USER,
            "projectType": "DI",
            "repoType": "GIT",
            "createDate": CREATED,
            "updateDate": CREATED,
            "users": users,
            "groups": ["data-engineers"],
        }


# In the order in which they are written down; a record's place is its number.
SEEDS: dict[str, list[Any]] = {
    "talend_environment": [
        {
            "name": "Development",
            "description": "Where jobs are tried",
            "maxCloudContainers": 2,
            "default": False,
        },
        {
            "name": "Production",
            "description": "What everyone reads",
            "maxCloudContainers": 8,
            "default": True,
        },
    ],
    "talend_workspace": list(_list_workspaces()),
    "talend_project": list(_list_projects()),
    "talend_artifact": ARTIFACTS,
    "talend_connection": list(_list_connections()),
    "talend_resource": list(_list_resources()),
    "talend_task": TASKS,
    "talend_plan": PLANS,
    "talend_promotion": [
        {
            "name": "Development to Production",
            "description": "Brings what was tried to everyone",
            "source": 1,
            "target": 2,
            "users": ["ada.okafor", "jonas.lindqvist"],
            "serviceAccounts": [CLIENT_ID],
        }
    ],
}
