"""What a notebook shows for our objects: the formatter registry, type by type.

Objects know only their still form. Here IPython learns what to show instead: the still table for frames of a
result too, the widget for a lineage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from IPython.core.interactiveshell import InteractiveShell

    from dataexplore.lineage import Lineage

__all__ = ["frame_bundle", "register"]


def register(shell: InteractiveShell) -> None:
    """Teach a shell to show our objects. Calling it again changes nothing."""
    # By name: pandas and networkx are not imported before a frame or a lineage exists.
    assert shell.display_formatter is not None
    shell.display_formatter.mimebundle_formatter.for_type_by_name("pandas", "DataFrame", frame_bundle)
    if hasattr(shell, "kernel"):  # a terminal shows the text
        shell.display_formatter.ipython_display_formatter.for_type_by_name(
            "dataexplore.lineage.lineage", "Lineage", _show_lineage
        )


def _show_lineage(lineage: Lineage) -> None:
    from dataexplore.notebook.lineage import show  # noqa: PLC0415 - the widget, at the first lineage only

    show(lineage)


def frame_bundle(frame: pd.DataFrame, **_: Any) -> dict[str, str] | None:
    """Show a frame that carries a result's id as the still table; None leaves any other to pandas."""
    from dataexplore.query.results import ATTRIBUTE  # noqa: PLC0415 - brings pyarrow; at the first frame only

    if ATTRIBUTE not in frame.attrs or not _is_plain(frame):
        return None
    from dataexplore.arrow.still import still_html, still_text  # noqa: PLC0415

    table = _as_table(frame)
    return {"text/plain": still_text(table), "text/html": str(still_html(table))}


def _is_plain(frame: pd.DataFrame) -> bool:
    """Tell whether the still table would lose nothing: an index that counts from 0, only Arrow columns."""
    import pandas as pd  # noqa: PLC0415 - there is a frame, so it is imported already

    return (
        isinstance(frame.index, pd.RangeIndex)
        and (frame.index.start, frame.index.step) == (0, 1)
        and frame.columns.nlevels == 1
        and all(isinstance(kind, pd.ArrowDtype) for kind in frame.dtypes)
    )


def _as_table(frame: pd.DataFrame) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    columns = [
        pa.chunked_array(frame.iloc[:, place].array.__arrow_array__()) for place in range(frame.shape[1])
    ]
    return pa.table(columns, names=[str(name) for name in frame.columns])
