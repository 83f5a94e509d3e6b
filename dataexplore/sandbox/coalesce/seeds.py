"""What the organisation consists of from the start."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from dataexplore.sandbox.coalesce import selectors
from dataexplore.sandbox.coalesce.rendering import find_refs
from dataexplore.sandbox.company import MODELS, SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dataexplore.sandbox.coalesce.rendering import Mappings
    from dataexplore.sandbox.records import Record

__all__ = ["CREATOR", "DEV", "GENERATED", "LOCATIONS", "RAW", "SEEDS", "map_locations", "number_node"]

# Whoever has the token is one person.
CREATOR = {"id": "u1", "firstName": "Ada", "lastName": "Okafor"}
RAW = "RAW"
LOCATIONS = (RAW, "STAGING", "INTERMEDIATE", "MARTS")
# The locations that nodes fill; RAW is what the source systems fill, the same for every environment.
GENERATED = LOCATIONS[1:]
TABLE = re.compile(rf"\b({'|'.join(location.lower() for location in LOCATIONS)})\.(\w+)")
NODES = uuid.UUID("5c0a1e5c-e000-5000-8000-000000000000")


def map_locations(database: str, prefix: str = "") -> Mappings:
    """Tell where an environment's locations lie: one schema each, all in one database but RAW."""
    raw = {"database": "warehouse", "schema": RAW.lower()}
    return {RAW: raw} | {
        location: {"database": database, "schema": prefix + location.lower()} for location in GENERATED
    }


# What workspaces work on.
DEV = map_locations("warehouse_dev")


def number_node(location: str, name: str) -> str:
    """Give the ID of a node that is there from the start: the same wherever it stands."""
    return str(uuid.uuid5(NODES, f"{location}.{name}"))


def _list_nodes() -> Iterator[Record]:
    """Describe a node for each of the company's statements and sources, in the order they were built."""
    for source in SOURCES:
        yield _describe(RAW, source.name, "Source", source.description)
    for model in MODELS:
        sql = TABLE.sub(lambda found: f"{{{{ ref('{found[1].upper()}', '{found[2]}') }}}}", model.sql)
        yield _describe(
            model.schema.upper(),
            model.name,
            _name_node_type(model.schema, model.name),
            model.description,
            type=model.kind,
            sql=sql,
            dependencies=[{"locationName": where, "nodeName": name} for where, name in find_refs(sql)],
        )


def _describe(location: str, name: str, node_type: str, description: str, **more: Any) -> Record:
    return {
        "nodeID": number_node(location, name),
        "name": name,
        "type": "table",
        "nodeType": node_type,
        "location": location,
        "description": description,
        "sql": None,
        "dependencies": [],
    } | more


def _name_node_type(schema: str, name: str) -> str:
    if schema == "marts":
        return "Dimension" if name.startswith("dim_") else "Fact"
    return {"staging": "Stage", "intermediate": "persistentStage"}[schema]


# When the nodes of each workspace were last changed, and those of each environment last deployed.
EDITED = {1: "2026-08-20T13:41:07.000000Z", 2: "2026-08-21T07:55:48.000000Z"}
DEPLOYED = {
    1: "2026-08-20T14:05:12.000000Z",
    2: "2026-08-18T09:30:44.000000Z",
    3: "2026-08-17T05:12:20.000000Z",
}


def _own_nodes() -> Iterator[Record]:
    """Give every workspace and every environment the nodes."""
    nodes = list(_list_nodes())
    for noun, moments in (("workspace", EDITED), ("environment", DEPLOYED)):
        for number, updated in moments.items():
            owned = {"owner": f"{noun}:{number}", "createdAt": "2026-02-03T10:15:00.000000Z"}
            yield from (node | owned | {"updatedAt": updated} for node in nodes)


def _select_upstream(*names: str) -> str:
    """Select these marts and all that has to run before them."""
    models = {f"{model.schema}.{model.name}": model for model in MODELS}
    wanted = {f"marts.{name}" for name in names}
    for table in reversed(models):
        if table in wanted:
            wanted.update(models[table].depends_on)
    return _select(table for table in models if table in wanted)


def _select(tables: Iterable[str]) -> str:
    return selectors.write([(table.split(".")[0].upper(), table.split(".")[1]) for table in tables])


def _list_jobs() -> Iterator[Record]:
    campaigns = (f"{model.schema}.{model.name}" for model in MODELS if "campaign" in model.name)
    for name, description, selector, environment in (
        ("Nightly", "Everything, before the day begins", "", 3),
        ("Orders", "Orders and revenue during the day", _select_upstream("fact_orders", "daily_revenue"), 3),
        ("Marketing", "Campaigns and what they brought in", _select(campaigns), 3),
        ("Nightly QA", "Everything, as it will be in production", "", 2),
    ):
        yield {
            "name": name,
            "description": description,
            "workspace": 1,
            "includeSelector": selector,
            "excludeSelector": "",
            "environments": [environment],
        }


PEOPLE = (
    ("ada.okafor@retail.example", "Ada Okafor", "OrgAdmin"),
    ("jonas.lindqvist@retail.example", "Jonas Lindqvist", "OrgContributor"),
    ("mei.tanaka@retail.example", "Mei Tanaka", "OrgContributor"),
    ("rafael.moreno@retail.example", "Rafael Moreno", "OrgMember"),
    ("zofia.kowalska@retail.example", "Zofia Kowalska", None),
)
PROJECT_ROLES = ("ProjectAdmin", "ProjectArchitect", "ProjectContributor", "ProjectContributor", None)
ENVIRONMENT_ROLES: tuple[dict[str, str], ...] = (
    {"3": "EnvironmentAdmin"},
    {"2": "EnvironmentAdmin"},
    {},
    {},
    {"3": "EnvironmentReader"},
)


def _list_users() -> Iterator[Record]:
    for number, (email, name, role) in enumerate(PEOPLE, 1):
        project_role = PROJECT_ROLES[number - 1]
        yield {
            "userID": f"u{number}",
            "email": email,
            "name": name,
            "orgRole": role,
            "projectRoles": {"1": project_role} if project_role else {},
            "environmentRoles": ENVIRONMENT_ROLES[number - 1],
        }


def _list_environments() -> Iterator[Record]:
    for name, description, database, created, updated, commit in (
        ("dev", "Where changes are tried", "warehouse_dev", "2026-02-02T09:20:31", DEPLOYED[1], "9f2c1d7"),
        ("qa", "What goes to production next", "warehouse_qa", "2026-02-02T09:24:02", DEPLOYED[2], "4be8a03"),
        ("prod", "What everyone reads", "warehouse", "2026-02-02T09:26:55", DEPLOYED[3], "4be8a03"),
    ):
        yield {
            "name": name,
            "project": "1",
            "description": description,
            "status": "Waiting",
            "createdAt": f"{created}.000000Z",
            "updatedAt": updated,
            "createdBy": CREATOR,
            "mappings": map_locations(database),
            "oauthEnabled": name != "dev",
            "runTimeParameters": {},
            "deployedCommit": commit,
        }


# In the order in which they are written down.
SEEDS: dict[str, list[Record]] = {
    "coalesce_user": list(_list_users()),
    "coalesce_git_account": [
        {
            "gitAccountID": "g1",
            "provider": "github",
            "username": "ada-okafor",
            "createdAt": "2026-02-02T08:58:40.000000Z",
        },
        {
            "gitAccountID": "g2",
            "provider": "gitlab",
            "username": "retail-deploy",
            "createdAt": "2026-03-16T15:02:09.000000Z",
        },
    ],
    "coalesce_node": list(_own_nodes()),
    "coalesce_job": list(_list_jobs()),
    "coalesce_environment": list(_list_environments()),
    "coalesce_workspace": [{"name": "main", "project": "1"}, {"name": "sandbox-ada", "project": "1"}],
    "coalesce_project": [
        {
            "name": "Retail",
            "description": "From the shops' systems to the marts",
            "createdAt": "2026-02-02T08:51:17.000000Z",
            "createdBy": "Ada Okafor",
        }
    ],
}
