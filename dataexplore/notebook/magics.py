"""The magics, ``%dataexplore`` and one for each service: they parse, call, display."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from dataexplore.notebook.session import NotebookSession

__all__ = ["DataExploreMagics", "load"]


def load(shell: InteractiveShell) -> None:
    """Register the magics and the way our objects are shown."""
    from dataexplore.notebook.display import register  # noqa: PLC0415 - `%load_ext` reads what it needs

    shell.register_magics(DataExploreMagics)
    register(shell)


@magics_class
class DataExploreMagics(Magics):
    """The magics of one notebook, with the workspace it is connected to.

    Each lives in a module of its own that is imported when it is first used.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._session: NotebookSession | None = None

    @property
    def session(self) -> NotebookSession:
        """What the magics share, made when the first of them runs."""
        if self._session is None:
            from dataexplore.notebook.session import NotebookSession  # noqa: PLC0415

            self._session = NotebookSession(self._shell)
        return self._session

    @no_var_expand
    @line_magic
    def dataexplore(self, line: str) -> object:
        """Connect to a profile or to the sandbox, and check what does not work.

        %dataexplore connect [PROFILE | sandbox]
        %dataexplore doctor [--sql]

        In the sandbox, for demonstrations; each holds for the next run or request only:

        %dataexplore sandbox fail NODE [--environment E] [--error TEXT]
        %dataexplore sandbox slow NODE SECONDS [--environment E]
        %dataexplore sandbox empty NODE [--environment E]
        %dataexplore sandbox fail-task TASK [--environment E] [--error TEXT]    tasks of Talend
        %dataexplore sandbox slow-task TASK SECONDS [--environment E]
        %dataexplore sandbox empty-task TASK [--environment E]
        %dataexplore sandbox answer STATUS [--times N] [--for SECONDS] [--path /api/v1]
        %dataexplore sandbox calm            it answers as it should again
        """
        from dataexplore.notebook.house import run  # noqa: PLC0415

        return self._told(lambda: run(self.session, line))

    @no_var_expand
    @line_cell_magic
    def coginiti(self, line: str, cell: str | None = None) -> object:
        """Run SQL through Coginiti and show the result, a pandas DataFrame with Arrow dtypes.

        %%coginiti [NAME] [-c CONNECTION] [--database D] [--schema S] [-p NAME=VALUE]
                   [--limit N] [--deadline SECONDS] [--quiet]
        select ... where order_date >= $start_date

        NAME       the variable to bind the frame to; what is shown is also `_`
        -p         a value for $NAME; without it the notebook variable of that name is taken
        --limit    read N rows and close; the SQL is never rewritten
        --deadline give up after so many seconds
        --quiet    show nothing

        %coginiti last          the newest result, with its table and provenance
        %coginiti connections   the connections known here
        """
        from dataexplore.notebook import sql  # noqa: PLC0415

        if cell is None:
            return self._told(lambda: sql.run_verb(self.session, line))
        return self._told(lambda: sql.run_cell(self.session, line, cell))

    @no_var_expand
    @line_magic
    def datafold(self, line: str) -> object:
        """See where data comes from and what it feeds, and compare tables, through Datafold.

        %datafold lineage TABLE[.COLUMN] [--up HOPS] [--down HOPS] [--columns all] [--budget REQUESTS]
        %datafold diff A B --key COLUMN[,COLUMN] [--columns C,D] [--where SQL] [--deadline SECONDS]
        %datafold diffs [--limit N]          the newest data diffs
        %datafold monitors [ID] [--limit N]  the monitors, or the runs of one
        %datafold ci [CONFIG] [--limit N]    the runs of a CI configuration; of number 1, without CONFIG
        %datafold sources                    the data sources

        A name with a dot, a blank or a quote stands in double quotes: marts."web visits.2026".

        --up, --down   hops upstream and downstream, 3 without them
        --columns all  ask for every column of every table too, one request each
        --budget       at most so many requests for tables, and as many for columns; 500 without it
        --where        compare only the rows of both tables that meet this condition
        --limit        so many rows; 20 without it, and all monitors
        """
        from dataexplore.notebook import datafold  # noqa: PLC0415

        return self._told(lambda: datafold.run(self.session, line))

    @no_var_expand
    @line_magic
    def coalesce(self, line: str) -> object:
        """See what ran in Coalesce, what failed and why; start, watch, rerun and cancel runs.

        %coalesce runs [--environment E] [--since 7d] [--status failed] [--job J] [--limit N]
        %coalesce show ID [--watch] [--deadline S]   one run, node by node
        %coalesce environments
        %coalesce nodes ENV [--limit N]
        %coalesce jobs [ENV]
        %coalesce start ENV [--job J] [--include NODES] [--exclude NODES] [--parallelism N]
                            [-p NAME=VALUE]... [--watch] [--yes] [--dry-run]
        %coalesce rerun ID [-p NAME=VALUE]... [--watch] [--yes] [--dry-run]
        %coalesce cancel ID [--yes] [--dry-run]

        ENV and J are names or ids; ID is a run's number, or $name of a variable that holds one.

        --since    30m, 12h, 7d, 2w or a date, in UTC; without it the newest 20 runs
        --status   queued, running, success, failed or cancelled
        --include  names, fact_orders,marts.dim_stores, or { location: "MARTS" name: "fact_orders" } in quotes
        -p         a parameter of the nodes' SQL; those given replace all that the environment has
        --watch    wait for the run's end, node by node; Stop ends the watching, never the run
        --yes      send what is shown without asking
        --dry-run  show it and send nothing
        """
        from dataexplore.notebook import coalesce  # noqa: PLC0415

        return self._told(lambda: coalesce.run(self.session, line))

    @no_var_expand
    @line_magic
    def talend(self, line: str) -> object:
        """See what Talend's plans are, what ran and what is due; start plans, take them up, pause them.

        %talend plans [--environment E] [--limit N]
        %talend plan NAME                    its chart as a table; `.graph` is a networkx graph
        %talend history [NAME] [--since 7d] [--status failed] [--environment E] [--limit N]
        %talend show RUN [--watch] [--deadline SECONDS]
        %talend calendar [NAME] [--days 7] [--environment E]
        %talend tasks [NAME] [--environment E] [--limit N]     all of them, or the runs of one with its rows
        %talend promotions
        %talend start NAME [--watch] [--yes] [--dry-run]
        %talend restart RUN [--from STEP] [--only-failed] [--watch] [--yes] [--dry-run]
        %talend pause NAME --why TEXT [--yes] [--dry-run]
        %talend resume NAME [--why TEXT] [--yes] [--dry-run]
        %talend terminate TASK-RUN [--yes] [--dry-run]

        NAME is a name or an id, and NAME@Environment where two environments have it; it may have blanks.
        RUN is a run's id. Either may be $name of a variable that holds it.

        --since        30m, 12h, 7d, 2w or a date, in UTC; without it the newest 20 runs
        --status       running, succeeded, failed or misfired (it never began)
        --from         the step to begin with; without it the one that failed
        --only-failed  of that step, only the tasks that failed
        --watch        wait for the run's end, step by step; Stop ends the watching, never the run
        --yes          send what is shown without asking
        --dry-run      show it and send nothing
        """
        from dataexplore.notebook import talend  # noqa: PLC0415

        return self._told(lambda: talend.run(self.session, line))

    def _told(self, work: Callable[[], object]) -> object:
        """Run ``work``; turn what we foresaw into a few lines, and Stop into one that tells what goes on."""
        from dataexplore.errors import DataExploreError  # noqa: PLC0415
        from dataexplore.notebook.failures import CellFailed, lines_of  # noqa: PLC0415

        try:
            return work()
        except DataExploreError as error:
            raise CellFailed(lines_of(error), error) from None
        except KeyboardInterrupt as stop:  # its text, where it has one, is what goes on in the service
            raise CellFailed(["Stopped.", *map(str, stop.args)]) from None
