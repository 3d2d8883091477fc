"""While a week is planned, what is known of it so far: each level as it is proven. On a terminal only."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

_DOING = {
    "": "a first answer",
    "who": "who does what",
    "when": "when, for those doers",
    "both": "who and when at once",
}


class LevelProgress:
    """An observer for `plan_week`, drawn on the console of the messages; it goes when the plan is there.

    A row a level, a column a stage; a value that is not proven stands with the bound it cannot go below.
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        self._found: dict[str, dict[str, str]] = {}
        self._line = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=self._console
        )
        self._task = self._line.add_task(_DOING[""], total=None)
        self._live: Live | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live = Live(console=self._console, transient=True, get_renderable=self.drawn)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, stage: str, name: str, value: int, bound: int) -> None:
        self._line.update(self._task, description=_DOING[stage])
        known = f"{value:,}" if value == bound else f"{value:,} (≥ {bound:,})"
        self._found.setdefault(name, {})[stage] = known

    def drawn(self) -> Group:
        """The line that moves and, once there is something, the levels under it."""
        if not self._found:
            return Group(self._line)
        table = Table("level", box=None, header_style="dim", pad_edge=False)
        stages = [stage for stage in _DOING if any(stage in cells for cells in self._found.values())]
        for stage in stages:
            table.add_column(stage, justify="right")
        for name, cells in self._found.items():
            table.add_row(name, *(cells.get(stage, "") for stage in stages))
        return Group(self._line, table)
