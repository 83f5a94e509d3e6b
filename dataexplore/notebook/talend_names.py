"""What a line of ``%talend`` names: a plan or a task by its name, a run by its id, or a variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dataexplore.errors import InputError
from dataexplore.notebook.arguments import Option
from dataexplore.notebook.variables import variable

if TYPE_CHECKING:
    from dataexplore.clients.talend import PlanExecutable
    from dataexplore.notebook.arguments import Line
    from dataexplore.notebook.session import NotebookSession
    from dataexplore.plans import Names

__all__ = ["IN", "found_plan", "run_id", "words"]

IN = Option("--environment", "-e", takes="NAME")


def words(notebook: NotebookSession, line: Line, example: str, *fields: str) -> str:
    """Give the name that a line's words are, which may have blanks, or what ``$name`` of a variable holds.

    Args:
        notebook: has the variables.
        line: the parsed line.
        example: how it is written well.
        fields: of what a variable holds, the first of these that is a text; a text itself is taken as it is.

    Raises:
        InputError: it names nothing, or a variable that holds nothing of the kind.
    """
    name = " ".join(line.words)
    if not name.strip():
        raise InputError("A name or an id is wanted.", f"Write %talend {example}.")
    if not name.startswith("$"):
        return name
    value = variable(notebook, name, f"%talend {example}")
    texts = [value, *(getattr(value, field, None) for field in fields)]
    found = next((each for each in texts if isinstance(each, str) and each.strip()), None)
    if found is None:
        raise InputError(f"{name[1:]} holds nothing of this kind.", f"Write %talend {example}.")
    return found


def found_plan(notebook: NotebookSession, line: Line, verb: str, names: Names) -> PlanExecutable:
    """Find the plan that a line names.

    Raises:
        InputError: none is meant, or several; the near ones are named.
    """
    name = words(notebook, line, f"{verb} NAME; %talend plans lists them", "plan_id", "id")
    return names.find_plan(name, line.one("environment"))


def run_id(notebook: NotebookSession, line: Line, verb: str, what: str = "RUN") -> str:
    """Read the id of a run that a line names.

    Raises:
        InputError: it names none, or several.
    """
    where = "%talend history lists them" if what == "RUN" else "%talend show RUN lists those that run"
    if len(line.words) > 1:
        raise InputError("One run is wanted, by its id.", f"Write %talend {verb} {what}; {where}.")
    return words(notebook, line, f"{verb} {what}; {where}", "execution_id")
