"""Test reports: what a run of CoginitiScript tests answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dataexplore.html import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = ["TestCase", "TestReport"]

_COLUMNS = ("package_name", "test_name", "status", "message", "started_at", "finished_at", "duration_ms")


class TestCase:
    """One test of a report; what the service left out is None, and ``raw`` is its own record.

    Attributes:
        package_name: catalog path of the package.
        test_name: the block's name.
        status: the service's word: ``PASSED``, ``FAILED`` or another.
        message: why, in the service's words.
        duration_ms: milliseconds.
    """

    __test__ = False  # not a test class, whatever its name looks like to a test runner

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.package_name: str | None = raw.get("package_name")
        self.test_name: str | None = raw.get("test_name")
        self.status: str | None = raw.get("status")
        self.message: str | None = raw.get("message")
        self.duration_ms: float | None = raw.get("duration_ms")

    @property
    def passed(self) -> bool:
        """Whether the service says ``PASSED``."""
        return str(self.status).upper() == "PASSED"

    def __repr__(self) -> str:
        return f"<TestCase {self.test_name} {self.status}>"


class TestReport:
    """The report of a test run. It comes with status 200 even when tests failed: look at :attr:`ok`."""

    __test__ = False

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.tests = [TestCase(case) for case in raw["tests"] if isinstance(case, dict)]

    @property
    def failed(self) -> list[TestCase]:
        """The tests that did not pass."""
        return [case for case in self.tests if not case.passed]

    @property
    def ok(self) -> bool:
        """Whether every test passed, by its own status and by the service's count."""
        stats = self.raw.get("stats")
        counted = stats.get("failed") if isinstance(stats, dict) else None
        return not self.failed and not counted

    def to_df(self) -> pd.DataFrame:
        """Give one row a test, with the columns of the service's records."""
        import pandas as pd  # noqa: PLC0415 - a second of import, only when asked for

        return pd.DataFrame([case.raw for case in self.tests], columns=list(_COLUMNS))

    def __repr__(self) -> str:
        return f"<TestReport {len(self.tests) - len(self.failed)} passed, {len(self.failed)} failed>"

    def _repr_html_(self) -> Markup:
        rows = [
            element(
                "tr",
                element("td", "✓ passed" if case.passed else f"✗ {case.status}"),
                element("td", case.test_name),
                element("td", case.message or ""),
            )
            for case in self.tests
        ]
        head = element("tr", *(element("th", name, scope="col") for name in ("status", "test", "message")))
        summary = f"{len(self.tests) - len(self.failed)} passed, {len(self.failed)} failed"
        return join(element("table", element("thead", head), element("tbody", *rows)), element("p", summary))
