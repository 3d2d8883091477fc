"""A long plan on a terminal shows what is proven so far; elsewhere nothing but the answer."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from service.commands.progress import LevelProgress
from service.planner import plan_week
from tests.planner.building import a_chore, a_time, a_week, an_adult


def on_paper(progress: LevelProgress) -> str:
    paper = Console(file=StringIO(), width=100)
    with paper.capture() as seen:
        paper.print(progress.drawn())
    return seen.get()


def test_every_level_is_shown_with_what_each_stage_found() -> None:
    drawn = StringIO()
    screen = Console(file=drawn, force_terminal=True, width=100)
    with LevelProgress(screen) as progress:
        plan = plan_week(a_week(*[a_chore(f"C{n}", minutes=60) for n in range(5)]), on_level=progress)
    assert "who and when at once" in drawn.getvalue()
    lines = [line.split() for line in on_paper(progress).splitlines()]
    assert ["level", "who", "when", "both"] in lines
    both = {line[0]: line[-1] for line in lines if line and line[0] in {one.name for one in plan.levels}}
    assert both == {level.name: f"{level.value:,}" for level in plan.levels}


def test_a_level_without_a_proof_shows_its_bound() -> None:
    progress = LevelProgress()
    progress("who", "burden", 1200, 1180)
    assert "1,200 (≥ 1,180)" in on_paper(progress)


def test_what_is_no_terminal_is_told_nothing() -> None:
    pipe = StringIO()
    bath = a_chore("Bath", a_time("Tue", "17:00-17:30"))
    with LevelProgress(Console(file=pipe)) as progress:
        plan_week(a_week(bath, adults=(an_adult("Ana"), an_adult("Ben"))), on_level=progress)
    assert pipe.getvalue() == ""
