from __future__ import annotations

import json
import threading

import httpx
import pytest

from dataexplore.clients.datafold import Explore
from dataexplore.errors import Malformed, NotFound
from dataexplore.lineage.source import Neighbour, Question, Source
from dataexplore.secret import Secret
from dataexplore.settings import ServiceSettings
from dataexplore.transport import Session

SALES = ("db", "marts", "sales")


@pytest.fixture
def asked():
    return []


@pytest.fixture
def source(asked):
    """Make a source whose service gives one answer to everything."""
    sessions = []

    def make(answer, status=200, **options):
        def handle(request):
            asked.append(request)
            return httpx.Response(status, stream=httpx.ByteStream(json.dumps(answer).encode()))

        settings = ServiceSettings("datafold", "test", url="http://127.0.0.1:1")
        sessions.append(Session(settings, Secret("token"), transport=httpx.MockTransport(handle)))
        return Source(Explore(sessions[-1]), 7, **options)

    yield make
    for session in sessions:
        session.close()


def table(*path, kind="Table", columns=()):
    return {"type": kind, "name": path[-1], "path": path, "columns": [{"name": name} for name in columns]}


@pytest.mark.parametrize(
    ("question", "path"),
    [
        (Question(SALES, "table", "up"), "/api/v1/explore/db/7/tables/db.marts.sales/upstreams"),
        (Question(SALES, "dashboard", "down"), "/api/v1/explore/db/7/tables/db.marts.sales/downstreams"),
        (
            Question((*SALES, "a.b"), "column", "up"),
            '/api/v1/explore/db/7/columns/db.marts.sales."a.b"/upstreams',
        ),
        (
            Question((*SALES, "x"), "column", "down"),
            "/api/v1/explore/db/7/columns/db.marts.sales.x/downstreams",
        ),
    ],
)
def test_each_question_is_one_request_of_one_hop(source, asked, question, path):
    assert source([]).neighbours(question) == ()
    assert [request.url.path for request in asked] == [path]
    assert asked[0].url.params["max_depth"] == "1"


def test_the_node_itself_and_doubles_are_dropped(source):
    answer = [
        table(*SALES),
        table("db", "a", "b", columns=["x", "y"]),
        table("db", "a", "b", columns=["x", "y"]),
    ]
    assert source(answer).neighbours(Question(SALES, "table", "up")) == (
        Neighbour(("db", "a", "b"), "table", ("x", "y")),
    )


def test_what_stands_below_an_integration_is_no_table(source):
    answer = [
        table("Looker", "Sales"),
        table("Sync", "People"),
        table("dbt", "Forecast"),
        table("db", "a", "b"),
        table("db", "a", "view", kind="MaterializedView"),
    ]
    made = source(answer, integrations={"Looker": "looker", "Sync": "hightouch", "dbt": "dbt"})
    kinds = [neighbour.kind for neighbour in made.neighbours(Question(SALES, "table", "down"))]
    assert kinds == ["dashboard", "sync", "exposure", "table", "materializedview"]


def test_a_column_tells_its_table_and_what_that_is(source):
    answer = [
        {"type": "Column", "name": "total", "table": {"name": "Sales", "path": ["Looker", "Sales"]}},
        {"type": "Column", "name": "id", "table": {"name": "b", "path": ["db", "a", "b"]}},
        table("db", "a", "filtered", columns=["z"]),
        table(*SALES),
    ]
    made = source(answer, integrations={"Looker": "looker"})
    assert made.neighbours(Question((*SALES, "total"), "column", "down")) == (
        Neighbour(("Looker", "Sales", "total"), "column", owner="dashboard"),
        Neighbour(("db", "a", "b", "id"), "column", owner="table"),
        Neighbour(("db", "a", "filtered"), "table", ("z",)),
    )


@pytest.mark.parametrize("answer", [{}, [{"type": "Table"}], [{"type": "Table", "path": ["a", 1]}], [7], "x"])
def test_an_answer_that_cannot_be_used_is_malformed(source, answer):
    with pytest.raises(Malformed):
        source(answer).neighbours(Question(SALES, "table", "up"))


def test_a_refusal_stays_the_error_it_is(source):
    with pytest.raises(NotFound, match="no such"):
        source({"detail": "no such table"}, 404).neighbours(Question(SALES, "table", "up"))


def test_the_cancel_is_the_one_of_the_client(source):
    cancel = threading.Event()
    assert source([], cancel=cancel).cancel is cancel
    assert not source([]).cancel.is_set()
