"""The lineage widget: a lineage drawn in the page, with what is selected there to be read and set here."""

from __future__ import annotations

import re
import threading
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets

from dataexplore.errors import InputError
from dataexplore.html import visible
from dataexplore.lineage.graph import COLUMN
from dataexplore.lineage.names import find_column, find_node, text_of
from dataexplore.lineage.pictures.marks import read_status
from dataexplore.widgets.events import Expand, Ready, Select, Trace, read_event
from dataexplore.widgets.joined import joined
from dataexplore.widgets.payload import pack, place, take

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dataexplore.lineage import Lineage
    from dataexplore.lineage.graph import Id
    from dataexplore.lineage.layout import Layout
    from dataexplore.widgets.payload import Snapshot

    Done = Callable[[BaseException | None], None]

__all__ = ["LineageWidget"]

_MOST_WAITING = 16
_MOST_NAMES, _LONGEST_NAME = 200_000, 65_536


class LineageWidget(anywidget.AnyWidget):
    """A lineage to look at: lit paths, columns, search, impact, export.

    Names are text paths, as :meth:`Lineage.node` reads them; what is read is always the whole path.

    Attributes:
        lineage: what is shown; call :meth:`refresh` after it has grown.
        selected: the tables and columns that are selected; setting it lights their paths.
        path: everything that is lit; setting it lights exactly that.
        focus: where the keyboard is in the picture; setting it brings the table or column into view.
        status: a word for each table, such as ``"ok"``, ``"failed"`` or ``"stale"``: what the lens marks.
        busy: what is being asked for.
        notice: a line above the picture, such as why a question failed.
        dropped: how many messages of the page were none it may send.
    """

    _esm: ClassVar[str] = joined("graph")
    _css: ClassVar[str] = (Path(__file__).parent / "graph.css").read_text("utf-8")

    scene = traitlets.Dict().tag(sync=True)
    live = traitlets.Bool(default_value=False).tag(sync=True)
    height = traitlets.Int(560).tag(sync=True)
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True)
    path = traitlets.List(traitlets.Unicode()).tag(sync=True)
    focus = traitlets.Unicode().tag(sync=True)
    status = traitlets.Dict().tag(sync=True)
    busy = traitlets.List(traitlets.Unicode()).tag(sync=True)
    notice = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        lineage: Lineage,
        *,
        ask: Callable[[Expand | Trace, Done], None] | None = None,
        status: Mapping[str | Id, str] | None = None,
        height: int = 560,
    ) -> None:
        """Draw a lineage.

        Args:
            lineage: what to draw.
            ask: carries out what the page asks for, in a worker, and calls the function it is given when
                that is over, with the error or None; without it nothing can be asked.
            status: a word for each table, by its name or id.
            height: of the widget, in pixels.

        Raises:
            InputError: a status is for something that is not in the lineage.
        """
        self.lineage = lineage
        self.dropped = 0
        self._ask = ask
        self._guard = threading.RLock()
        self._traced = {lineage.focus}
        self._placed: tuple[list[Id], list[tuple[int, int]], Layout] | None = None
        self._taken = 0
        first = take(lineage, traced=self._traced, nearest=True)
        self._partial = first.whole > len(first.cards)
        super().__init__(
            scene=pack(first, self._place(first)),
            live=ask is not None,
            height=height,
            status=dict(status or {}),
        )
        self.on_msg(self._hear)

    def refresh(self, anchor: str | Id | None = None) -> None:
        """Draw the lineage as it is now; may be called from any thread.

        Args:
            anchor: the table that stays where it is on the screen; without one, that being looked at.

        Raises:
            InputError: there is no such table.
        """
        stays = "" if anchor is None else self._named(anchor)
        with self._guard:
            self._partial = False
            self._taken += 1
            mine = self._taken
            traced = set(self._traced)
        snapshot = take(self.lineage, traced=traced)
        scene = pack(snapshot, self._place(snapshot), anchor=stays)
        with self._guard:
            # A snapshot that took longer than a later one must not undo it.
            if mine == self._taken:
                self.scene = scene

    def __repr__(self) -> str:
        return f"LineageWidget of {visible(text_of(self.lineage.focus))}"

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the page selected, and nothing else it may send."""
        with self._guard:
            allowed = {name: value for name, value in sync_data.items() if self._may_set(name, value)}
            self.dropped += len(sync_data) - len(allowed)
            super().set_state(allowed)

    def _may_set(self, name: str, value: Any) -> bool:
        names = [value] if name == "focus" else value
        if (
            name not in {"selected", "path", "focus"}
            or not isinstance(names, list)
            or len(names) > _MOST_NAMES
        ):
            return False
        try:
            return all(
                isinstance(each, str) and len(each) <= _LONGEST_NAME and bool(self._named(each))
                for each in names
            )
        except InputError:
            return False

    @traitlets.validate("selected", "path")
    def _check_names(self, proposal: Any) -> list[str]:
        return [self._named(name) for name in proposal["value"]]

    @traitlets.validate("focus")
    def _check_focus(self, proposal: Any) -> str:
        return self._named(proposal["value"]) if proposal["value"] else ""

    @traitlets.validate("status")
    def _check_status(self, proposal: Any) -> dict[str, str]:
        return {self._named(name): read_status(word) for name, word in proposal["value"].items()}

    def _named(self, name: str | Id) -> str:
        """Give the whole path of a table or column as text."""
        with self.lineage.lock:
            try:
                return text_of(find_node(self.lineage.graph, name))
            except InputError as error:
                try:
                    table, column = find_column(self.lineage.graph, name)
                except InputError:
                    raise error from None
                return text_of((*table, column))

    def _place(self, snapshot: Snapshot) -> Layout:
        """Lay out, unless the tables are those of the last time: a traced column moves nothing."""
        last = self._placed
        if last is not None and last[:2] == (snapshot.cards, snapshot.edges):
            return last[2]
        layout = place(snapshot)
        self._placed = snapshot.cards, snapshot.edges, layout
        return layout

    def _hear(self, _: Any, content: Any, __: Any) -> None:
        with self.lineage.lock:
            event = read_event(content, self.lineage.graph)
        match event:
            case None:
                self.dropped += 1
            case Ready():
                self._complete()
            case Select(text):
                self._choose(text)
            case Expand(node=subject) | Trace(column=subject):
                self._request(event, subject)

    def _complete(self) -> None:
        """Send the rest of a large lineage, now that its middle is on the screen."""
        with self._guard:
            begin, self._partial = self._partial, False
        if begin:
            threading.Thread(target=self.refresh, name="dataexplore-layout", daemon=True).start()

    def _choose(self, selector: str) -> None:
        try:
            chosen = self.lineage.select(selector).graph
        except InputError as error:
            self.notice = str(error)
            return
        # A selected table brings its columns and a selected column its table: what was named is what is lit.
        columns = any(map(self._is_column, re.split(r"[\s,]+", selector)))
        with self._guard:
            self.notice = ""
            self.selected = []
            self.path = [
                text_of(node) for node in chosen if (chosen.nodes[node]["kind"] == COLUMN) is columns
            ]

    def _is_column(self, term: str) -> bool:
        with self.lineage.lock:
            try:
                node = find_node(self.lineage.graph, re.sub(r"^\d*\+|\+\d*$", "", term))
            except InputError:  # a wildcard or a kind
                return False
            return bool(self.lineage.graph.nodes[node]["kind"] == COLUMN)

    def _request(self, event: Expand | Trace, subject: Id) -> None:
        name = text_of(subject)
        with self._guard:
            if self._ask is None or name in self.busy or len(self.busy) >= _MOST_WAITING:
                self.dropped += 1
                return
            self.busy = [*self.busy, name]
            self.notice = ""
        try:
            self._ask(event, partial(self._finish, event, subject))
        except Exception as error:  # noqa: BLE001 - whatever it is, the page is told and stops waiting
            self._finish(event, subject, error)

    def _finish(self, event: Expand | Trace, subject: Id, error: BaseException | None = None) -> None:
        with self._guard:
            self.busy = [name for name in self.busy if name != text_of(subject)]
            if error is not None:
                self.notice = str(error) or type(error).__name__
            elif isinstance(event, Trace):
                self._traced.add(subject)
        self.refresh(subject if isinstance(event, Expand) else subject[:-1])
