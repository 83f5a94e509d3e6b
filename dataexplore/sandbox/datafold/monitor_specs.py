"""The bodies that create monitors, as the contract has them; a field it does not know is refused."""

from __future__ import annotations

from datetime import time  # noqa: TC003 - read by pydantic
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from dataexplore.sandbox.datafold.diff_specs import DiffConfig  # noqa: TC001 - read by pydantic
from dataexplore.sandbox.datafold.paths import Path  # noqa: TC001 - read by pydantic
from dataexplore.sandbox.datafold.requests import Fields, Id
from dataexplore.sandbox.datafold.scheduling import check_cron
from dataexplore.sandbox.datafold.standard_tests import write_test

__all__ = ["FORMS"]


class HourInterval(Fields):
    """Every full hour."""

    type: Literal["hourly"] = "hourly"
    every: Literal["hour"]


class DayInterval(Fields):
    """Once a day, at midnight UTC unless told otherwise."""

    type: Literal["daily"] = "daily"
    every: Literal["day"]
    hour: int | None = Field(None, ge=0, le=23)
    utc_at: time | None = None


class IntervalSchedule(Fields):
    """By the hour or the day."""

    interval: HourInterval | DayInterval


class CronSchedule(Fields):
    """By a crontab, in UTC."""

    type: Literal["crontab"] = "crontab"
    cron: Annotated[str, AfterValidator(check_cron)]


class NoneSchedule(Fields):
    """Only when asked."""

    type: Literal["none"] = "none"


def _tag(schedule: Any) -> str:
    """Tell the kinds of schedules apart, so that an error speaks of the one that was meant."""
    fields = vars(schedule) if isinstance(schedule, Fields) else schedule
    if not isinstance(fields, dict):
        return "none"
    if "interval" in fields:
        return "interval"
    return "crontab" if "cron" in fields or fields.get("type") == "crontab" else "none"


Schedule = Annotated[
    Annotated[IntervalSchedule, Tag("interval")]
    | Annotated[CronSchedule, Tag("crontab")]
    | Annotated[NoneSchedule, Tag("none")],
    Discriminator(_tag),
]

Feature = Literal[
    "attach_csv", "notify_first_triggered_only", "disable_recovery_notifications", "notify_every_run"
]


class Destination(Fields):
    """Where an alert goes; the sandbox keeps it and sends nothing."""

    features: list[Feature] | None = None


class Email(Destination):
    """To mailboxes."""

    type: Literal["email"] = "email"
    recipients: list[str]


class PagerDuty(Destination):
    """To a pager."""

    type: Literal["pagerduty"] = "pagerduty"
    integration: Id


class Webhook(Destination):
    """To a URL behind an integration."""

    type: Literal["webhook"] = "webhook"
    integration: Id


class Chat(Destination):
    """To a channel."""

    type: Literal["slack", "teams"]
    integration: Id
    channel: str
    mentions: list[str] | None = None


Notification = Annotated[Email | PagerDuty | Webhook | Chat, Field(discriminator="type")]


class Automatic(Fields):
    """Outside of what the past lets expect."""

    type: Literal["automatic"]
    sensitivity: int = Field(ge=0, le=100)


class Absolute(Fields):
    """Under a minimum or over a maximum."""

    type: Literal["absolute"]
    min: float | None = None
    max: float | None = None


class Percentage(Fields):
    """More than so many percent from the run before."""

    type: Literal["percentage"]
    increase: float | None = None
    decrease: float | None = None


class DiffCondition(Fields):
    """How much may differ."""

    different_rows_count: int | None = None
    different_rows_percent: int | None = None
    match_ratio_min: float | None = Field(None, ge=0, le=1)


class TableMetric(Fields):
    """Something about a table."""

    type: Literal["table"] = "table"
    table: Path | None = None
    filter: str | None = None
    metric: Literal["row_count", "freshness"]


class ColumnMetric(Fields):
    """Something about a column."""

    type: Literal["column"] = "column"
    table: Path
    column: str
    filter: str | None = None
    metric: Literal[
        "minimum",
        "maximum",
        "std_dev",
        "cardinality",
        "uniqueness",
        "median",
        "average",
        "sum",
        "fill_rate",
    ]


class CustomMetric(Fields):
    """The one number of a query."""

    type: Literal["custom"] = "custom"
    query: str
    alert_on_missing_data: bool = False


class TestTable(Fields):
    """A table and the columns a test looks at."""

    path: Path
    columns: list[str]


class TestVariable(Fields):
    """A value of a test; without ``quote`` text goes into the query as a bare name."""

    value: str | int | float | list[str | int | float]
    quote: bool = True


class StandardTest(Fields):
    """One of the tests that need no query."""

    type: Literal[
        "unique", "not_null", "accepted_values", "referential_integrity", "numeric_range", "custom_template"
    ]
    tables: list[TestTable] | None = None
    variables: dict[str, TestVariable] | None = None


class Monitor(Fields):
    """What monitors of every kind have."""

    name: str
    description: str | None = None
    enabled: bool = True
    owner: str | None = None
    tags: list[str] = Field(default_factory=list)
    schedule: Schedule
    notifications: list[Notification] = Field(default_factory=list)


class MetricMonitor(Monitor):
    """Watches a number."""

    connection_id: Id
    metric: Annotated[TableMetric | ColumnMetric | CustomMetric, Field(discriminator="type")]
    alert: Annotated[Automatic | Absolute | Percentage, Field(discriminator="type")] | None = None


class SchemaMonitor(Monitor):
    """Watches the columns of a table, or of all tables."""

    connection_id: Id
    table: Path | None = None


class TestMonitor(Monitor):
    """Watches that a query finds nothing."""

    connection_id: Id
    query: str | None = None
    test: StandardTest | None = None

    @model_validator(mode="after")
    def _check_test(self) -> Self:
        template = self.test is not None and self.test.type == "custom_template"
        if template and not self.query:
            raise ValueError("A custom_template needs a query")
        if (self.query is None) == (self.test is None) and not template:
            raise ValueError("Give either a query or a test")
        if self.test:
            write_test(self.test.model_dump(), self.query)
        return self


class DiffMonitor(Monitor):
    """Watches that two datasets stay the same."""

    datadiff: DiffConfig
    alert: DiffCondition | None = None


FORMS: dict[str, type[Monitor]] = {
    "diff": DiffMonitor,
    "metric": MetricMonitor,
    "schema": SchemaMonitor,
    "test": TestMonitor,
}
