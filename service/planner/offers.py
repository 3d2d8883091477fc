"""What would make room for a block that found no place: single changes, and pairs where none is enough.

Each offer is tried beside everything already planned before it is told. Cheapest for the household first:
the other one steps in once, another hour, another day, a shorter time.
"""

from __future__ import annotations

from dataclasses import replace

from service.planner.board import Board
from service.planner.candidates import Prepared, Start, Task
from service.planner.grid import bits, slots_for, starts_of_runs
from service.planner.snapshot import STEP_MINUTES, Window
from service.planner.spoken import clock
from service.words import _

_WIDER_MINUTES = 60
_MOST_OFFERS = 3


def offers_for(prepared: Prepared, board: Board, task: Task, adults: tuple[str, ...]) -> tuple[str, ...]:
    """At most three changes, each of which makes room by itself; if there is none, pairs that do."""
    if task.chore.is_duty:
        return (_("somebody else for that night"),)
    found = _Search(prepared, board, task)
    return tuple((found.singles(adults) or found.pairs(adults))[:_MOST_OFFERS])


class _Search:
    """The ways in which a block may give way: its doer, its hours, its day, its length."""

    def __init__(self, prepared: Prepared, board: Board, task: Task) -> None:
        self._prepared, self._board, self._task = prepared, board, task
        wanted = task.wanted
        self._window = wanted.window
        start, end = max(0, wanted.start - _WIDER_MINUTES), wanted.end + _WIDER_MINUTES
        self._wide = Window(wanted.days, start, end)
        taken = {day for one in task.chore.occurrences for day in one.days}
        self._other_day = Window(tuple(sorted(set(range(7)) - taken)), wanted.start, wanted.end)
        self._hours = {"from": clock(start), "to": clock(end)}
        self._fewer = (slots_for(task.chore.minutes) - 1) * STEP_MINUTES

    def singles(self, adults: tuple[str, ...]) -> list[str]:
        offers = [
            _("%(name)s could do it this once") % {"name": self._prepared.snapshot.called(other)}
            for other in self._others(adults)
            if self._has_room(self._task, (other,), self._window)
        ]
        if self._has_room(self._task, adults, self._wide):
            offers.append(_("between %(from)s and %(to)s there is room") % self._hours)
        if self._has_room(self._task, adults, self._other_day):
            offers.append(_("on another day there is room"))
        if self._fewer and self._has_room(self._shorter(), adults, self._window):
            offers.append(_("%(minutes)s minutes would fit") % {"minutes": self._fewer})
        return offers

    def pairs(self, adults: tuple[str, ...]) -> list[str]:
        offers = []
        for other in self._others(adults):
            said = {"name": self._prepared.snapshot.called(other), "minutes": self._fewer, **self._hours}
            if self._has_room(self._task, (other,), self._wide):
                offers.append(_("%(name)s could do it this once, between %(from)s and %(to)s") % said)
            if self._has_room(self._task, (other,), self._other_day):
                offers.append(_("%(name)s could do it this once, on another day") % said)
            if self._fewer and self._has_room(self._shorter(), (other,), self._window):
                offers.append(_("%(name)s could do %(minutes)s minutes of it this once") % said)
        said = {"minutes": self._fewer, **self._hours}
        if self._fewer and self._has_room(self._shorter(), adults, self._wide):
            offers.append(_("%(minutes)s minutes would fit between %(from)s and %(to)s") % said)
        if self._fewer and self._has_room(self._shorter(), adults, self._other_day):
            offers.append(_("%(minutes)s minutes would fit on another day") % said)
        return offers

    def _others(self, adults: tuple[str, ...]) -> list[str]:
        """Who else may do it and has anything to give this week: of who is spent nothing more is asked."""
        asked = {a.id for a in self._prepared.snapshot.adults if a.state in ("fine", "weeds")}
        return sorted(asked & set(self._task.chore.doers) - set(adults))

    def _shorter(self) -> Task:
        chore = replace(self._task.chore, minutes=self._fewer)
        return replace(self._task, chore=chore, length=slots_for(self._fewer))

    def _has_room(self, task: Task, adults: tuple[str, ...], window: Window) -> bool:
        """Whether the block would fit inside that window beside everything already planned."""
        inside, days = self._prepared.grid.window(window), self._prepared.grid.days
        return any(
            self._board.fits(task, adult, Start(slot, days[slot], 0))
            for adult in adults
            for slot in bits(starts_of_runs(self._prepared.room(task.chore, adult) & inside, task.length))
        )
