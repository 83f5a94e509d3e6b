"""Ninety days of runs before the sandbox was opened: believable, and what the nodes of today could have left.

The rows of a table are counted as of each day in the data itself; how long a node took is what it takes
today, more on Mondays, and more where something was wrong. See :mod:`dataexplore.sandbox.coalesce.weather`.
"""

from __future__ import annotations

import heapq
import random
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from dataexplore.sandbox import moments
from dataexplore.sandbox.coalesce import selectors
from dataexplore.sandbox.coalesce.deployment import new_run
from dataexplore.sandbox.coalesce.node_work import usual_wait_s
from dataexplore.sandbox.coalesce.organisation import ENVIRONMENT, JOB
from dataexplore.sandbox.coalesce.plan import Plan, names_needed
from dataexplore.sandbox.coalesce.timetable import SCHEDULES
from dataexplore.sandbox.coalesce.weather import Weather
from dataexplore.sandbox.execution import quote
from dataexplore.sandbox.growth import Growth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from dataexplore.sandbox.coalesce.organisation import Organisation
    from dataexplore.sandbox.coalesce.run_book import RunBook
    from dataexplore.sandbox.platform import Platform
    from dataexplore.sandbox.records import Record

__all__ = ["seed"]

DAYS = 90
PROD, DEV = 3, 1
SECONDS_A_ROW = 2e-6
SHORTEST_WAIT_S = 0.05
PARALLELISM = 16
# Weekly, on a weekday (Monday is 0): a deployment to QA, and a day later the same to production.
DEPLOYS = ((2, 1, timedelta(hours=15, minutes=20)), (3, 2, timedelta(hours=14, minutes=5)))


class Wish(NamedTuple):
    """A run that somebody, or a schedule, asked for."""

    at: datetime
    environment: int
    fields: dict[str, Any]


def seed(platform: Platform, organisation: Organisation, book: RunBook) -> None:
    """Write the past, when there is none."""
    if not book.runs():
        book.add_past(_Past(platform, organisation, datetime.now(UTC)).runs())


class _Past:
    def __init__(self, platform: Platform, organisation: Organisation, now: datetime) -> None:
        self._platform = platform
        self._now = now
        self._first = (now - timedelta(days=DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
        self._seed = platform.warehouse.seed
        self._environments = {one["id"]: one for one in platform.records.all(ENVIRONMENT)}
        self._jobs = {one["id"]: one for one in platform.records.all(JOB)}
        deployed = [
            node for node in organisation.nodes(f"environment:{PROD}") if node["nodeType"] != "Source"
        ]
        self._nodes = deployed
        self._needs = names_needed(deployed)
        self._growth = dict(_growth(platform, deployed))

    def runs(self) -> Iterator[tuple[Record, list[Record]]]:
        """Tell the runs in the order in which they were asked for, also those that a failed one led to."""
        waiting = [(wish.at, place, wish) for place, wish in enumerate(self._wishes())]
        heapq.heapify(waiting)
        number = 0
        while waiting:
            _, place, wish = heapq.heappop(waiting)
            run, nodes = self._tell(wish)
            if moments.read(run["completed_at"]) >= self._now:
                continue  # it would still be running
            number += 1
            yield run, nodes
            again = self._again(wish, run, nodes, number)
            if again is not None:
                heapq.heappush(waiting, (again.at, place, again))

    def _wishes(self) -> Iterator[Wish]:
        for schedule in SCHEDULES:
            for due in schedule.times(self._first, self._now):
                yield Wish(due, schedule.environment, {"job": schedule.job, "user": None})
        for day in (self._first + timedelta(days=count) for count in range(DAYS + 1)):
            for environment, weekday, after in DEPLOYS:
                if day.weekday() == weekday:
                    yield Wish(day + after, environment, {"run_type": "deploy"})
            if day.weekday() < 5:  # noqa: PLR2004 - who develops has weekends
                yield from self._of_developers(day)

    def _of_developers(self, day: datetime) -> Iterator[Wish]:
        luck = random.Random(f"{self._seed} {day.date()} dev")  # noqa: S311 - no secret
        for _ in range(luck.choice((0, 1, 1, 2, 3))):
            at = day + timedelta(hours=luck.uniform(8, 17))
            goal = luck.choice([node for node in self._nodes if node["location"] != "STAGING"])
            wanted = [(goal["location"], goal["name"]), *self._needs[goal["location"], goal["name"]]]
            include = selectors.write([name for name in wanted if name[0] != "RAW"])
            yield Wish(at, DEV, {"include": include, "origin": "UI", "user": luck.choice(("u2", "u3", "u4"))})

    def _tell(self, wish: Wish) -> tuple[Record, list[Record]]:
        at = wish.at + timedelta(seconds=1)
        weather = Weather(self._seed, wish.at, self._environments[wish.environment]["name"])
        fields = {
            "credentials": _login(wish.fields),
            "queued_at": moments.write(wish.at),
            "started_at": moments.write(at),
            **wish.fields,
        }
        only = fields.pop("only", None)
        if fields.get("run_type") == "deploy":
            ended = moments.write(at + timedelta(seconds=weather.pick(20, 45)))
            return new_run(wish.environment, phase="completed", completed_at=ended, **fields), []
        if job := self._jobs.get(fields.get("job") or 0):
            fields["include"], fields["exclude"] = job["includeSelector"], job["excludeSelector"]
        nodes = self._chosen(fields.get("include", ""), only)
        ended_at = self._walk(nodes, at, weather)
        if wish.environment == DEV and weather.chance(0.08):
            ended_at = _cancel(nodes, at + (ended_at - at) * weather.pick(0.2, 0.8))
        failed = [node["name"] for node in nodes if node["status"] == "failed"]
        phase = "failed" if failed else "completed"
        if any(node["status"] == "cancelled" for node in nodes):
            phase = "canceled"
        failure = f"{len(failed)} of {len(nodes)} nodes failed: {', '.join(failed[:5])}" if failed else None
        run = new_run(
            wish.environment, phase=phase, completed_at=moments.write(ended_at), failure=failure, **fields
        )
        for node in nodes:
            for field in ("started_at", "ended_at"):
                node[field] = moments.write(node[field]) if node[field] else None
        return run, nodes

    def _again(self, wish: Wish, run: Record, nodes: Sequence[Record], number: int) -> Wish | None:
        """Tell who ran again what failed in production: on a weekday, once somebody had seen it."""
        if run["phase"] != "failed" or wish.environment != PROD or run["rerun_of"]:
            return None
        morning = wish.at.replace(hour=7, minute=20) + timedelta(minutes=random.Random(number).randint(0, 50))  # noqa: S311
        at = max(morning, moments.read(run["completed_at"]) + timedelta(minutes=12))
        if wish.at.weekday() > 4:  # noqa: PLR2004 - Saturday and Sunday
            return None
        left = {node["nodeID"] for node in nodes if node["status"] != "success"}
        told = {"rerun_of": number, "history": [number], "only": left, "job": run["job"], "user": "u2"}
        return Wish(at, wish.environment, told)

    def _chosen(self, include: str, only: set[str] | None) -> list[Record]:
        selector = selectors.parse(include)
        return [
            {
                **{name: node[name] for name in ("nodeID", "name", "location", "type")},
                "status": "queued",
                **dict.fromkeys(("started_at", "ended_at", "rows", "error", "sql", "query_id")),
            }
            for node in self._nodes
            if (not selector.pairs or selector.matches(node["location"], node["name"]))
            and (only is None or node["nodeID"] in only)
        ]

    def _walk(self, nodes: list[Record], at: datetime, weather: Weather) -> datetime:
        """Let the nodes run in the order of a real run, on a clock of its own; give when the last ended."""
        plan = Plan([(node["location"], node["name"]) for node in nodes], self._needs)
        underway: list[tuple[datetime, int]] = []
        now = at
        while not plan.over:
            while len(underway) < PARALLELISM and (place := plan.take()) is not None:
                node = nodes[place]
                heapq.heappush(underway, (self._run(node, now, weather), place))
            now, place = heapq.heappop(underway)
            for skipped in plan.done(place, well=nodes[place]["status"] == "success"):
                nodes[skipped]["status"] = "skipped"
        return now

    def _run(self, node: Record, now: datetime, weather: Weather) -> datetime:
        fate = weather.fate(node)
        rows = 0 if fate.empty else self._rows(node, now.date())
        wait_s = usual_wait_s(node, max(self._platform.tempo.node_wait_s, SHORTEST_WAIT_S))
        ended = now + timedelta(seconds=wait_s * fate.slowness + SECONDS_A_ROW * (rows or 0))
        node.update(started_at=now, ended_at=ended, status="success" if fate.error is None else "failed")
        node.update(error=fate.error, rows=None if fate.error else rows)
        return ended

    def _rows(self, node: Record, day: date) -> int | None:
        return None if node["type"] == "view" else self._growth[node["nodeID"]].rows(day)


def _cancel(nodes: list[Record], at: datetime) -> datetime:
    """Stop a run in the middle."""
    for node in nodes:
        if node["ended_at"] is None or node["ended_at"] > at:
            began = node["started_at"] is not None and node["started_at"] < at
            node.update(status="cancelled", rows=None, error=None, ended_at=at if began else None)
            node["started_at"] = node["started_at"] if began else None
    return at


def _login(fields: dict[str, Any]) -> dict[str, str]:
    if fields.get("origin") == "UI":
        return {"snowflakeAuthType": "Basic", "snowflakeUsername": f"DEVELOPER_{fields['user'].upper()}"}
    return {"snowflakeAuthType": "OAuth"}


def _growth(platform: Platform, nodes: Sequence[Record]) -> Iterator[tuple[str, Growth]]:
    with closing(platform.warehouse.cursor()) as cursor:
        for node in nodes:
            if node["type"] != "view":
                table = f"warehouse.{quote(node['location'].lower())}.{quote(node['name'])}"
                yield node["nodeID"], Growth(cursor, table)
