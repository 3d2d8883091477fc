"""What would make room for a block that found no place: single changes, pairs where none is enough, and where
no two would do, somebody from outside.

Each is tried beside everything already planned before it is told. Cheapest for the household first: the other
one steps in once, another hour, another day, a shorter time; then the rules that the household made, another
block, somebody to mind the children. An entry in the calendar that gives way comes last, after two changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from service.planner.allocate import Places
from service.planner.board import Board
from service.planner.candidates import Prepared, Start, Task, mask_of, ranked
from service.planner.grid import slots_for, starts_of_runs
from service.planner.snapshot import STEP_MINUTES, Occurrence
from service.planner.spoken import offered, when
from service.words import _, ngettext

Ease = Literal[
    "partner", "hours", "day", "shorter", "limit", "gap", "noise", "home", "block", "minded", "calendar"
]
_EASES: tuple[Ease, ...] = (
    "partner", "hours", "day", "shorter", "limit", "gap", "noise", "home", "block", "minded", "calendar",
)  # fmt: skip
_TIMED = {"hours", "day", "limit", "gap", "block", "minded"}
"""Of these it is said when; of a calendar never, since that would say when somebody is busy."""
WIDER_MINUTES = (15, 30, 60, 120)
_MOST_OFFERS = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """What gives way (`eases`; all else stays as it is), and the place that there would be then: whose it is,
    the slot it starts in, how long it lasts, and the block by its key that is not there any more."""

    eases: tuple[Ease, ...]
    adult: str
    slot: int
    minutes: int
    without: tuple[str, int] | None
    sentence: str


def offers_for(
    prepared: Prepared, board: Board, places: Places, task: Task, adults: tuple[str, ...]
) -> tuple[str, ...]:
    """At most three changes, each of which makes room by itself; if there is none, pairs that do; if there is
    none either, help from outside. `places` is what stands on the board."""
    if task.chore.is_duty:
        return (_("somebody else for that night"),)
    told = tuple(dict.fromkeys(one.sentence for one in found_offers(prepared, board, places, task, adults)))
    return told or (_("somebody from outside for it: family, a friend, someone paid"),)


def found_offers(
    prepared: Prepared, board: Board, places: Places, task: Task, adults: tuple[str, ...]
) -> list[Offer]:
    """The changes themselves, best first, at most three; of a block that is held somewhere by nature none."""
    search = _Search(prepared, board, places, task, adults)
    possible = [ease for ease in _EASES if search.concerns(ease)]
    singles: list[tuple[Ease, ...]] = [(ease,) for ease in possible if ease != "calendar"]
    pairs = [pair for pair in combinations(possible, 2) if "block" not in pair]
    easy = [pair for pair in pairs if "calendar" not in pair]
    hard = [pair for pair in pairs if "calendar" in pair]
    for tries in ([()], singles, [*easy, ("calendar",)], hard):
        found: list[Offer] = []
        for eases in tries:
            offer = search.with_less(eases)
            found += [offer] if offer else []
            if len(found) == _MOST_OFFERS:
                break
        if found:
            return found
    return []


class _Search:
    """The ways in which a block may give way, tried on a board."""

    def __init__(
        self, prepared: Prepared, board: Board, places: Places, task: Task, adults: tuple[str, ...]
    ) -> None:
        self._prepared, self._board, self._task = prepared, board, replace(task, by_hand=frozenset())
        self._adults = adults
        snapshot = prepared.snapshot
        able = {a.id for a in snapshot.adults if a.state in ("fine", "weeds")}
        self._others = sorted(able & set(task.chore.doers) - set(adults))
        """Who else may do it and has anything to give this week: of who is spent nothing more is asked."""
        self._spent = {adult.id for adult in snapshot.adults if adult.state == "blown"}
        taken = {day for one in task.chore.occurrences for day in one.days}
        self._other_days = tuple(sorted(set(range(7)) - taken))
        slots = slots_for(task.chore.minutes)
        self._shorter = [n * STEP_MINUTES for n in range(slots - 1, (slots - 1) // 2, -1)]
        self._blocks = sorted(
            (one for one in prepared.tasks if one.key in places and self._may_give_way(one)),
            key=lambda one: (-one.chore.priority, one.chore.minutes, one.key),
        )
        self._places = places

    def _may_give_way(self, other: Task) -> bool:
        """Something else that is no more important, and that nobody put there themselves."""
        mine = self._task.chore
        more = other.chore.priority < mine.priority
        return not (other.chore.id == mine.id or other.chore.is_duty or other.by_hand or more)

    def concerns(self, ease: Ease) -> bool:
        """Whether that could make any difference to this block."""
        chore = self._task.chore
        return {
            "partner": bool(self._others),
            "hours": True,
            "day": bool(self._other_days),
            "shorter": bool(self._shorter),
            "limit": any(adult not in self._spent for adult in (*self._adults, *self._others)),
            "gap": chore.min_gap_days > 0,
            "noise": chore.noisy,
            "home": chore.at_home is True,
            "block": bool(self._blocks),
            "minded": chore.at_home is False or not chore.with_children_ok,
            "calendar": True,
        }[ease]

    def with_less(self, eases: tuple[Ease, ...]) -> Offer | None:
        """The best place that there would be if just these gave way, the least of each; None for none."""
        for without in self._blocks if "block" in eases else (None,):
            self._lift(without)
            try:
                if offer := self._least(eases, without):
                    return offer
            finally:
                self._put_back(without)
        return None

    def _lift(self, other: Task | None) -> None:
        if other is not None:
            self._board.give_back(other, *self._stands(other))

    def _put_back(self, other: Task | None) -> None:
        if other is not None:
            self._board.take(other, *self._stands(other))

    def _stands(self, other: Task) -> tuple[str, Start]:
        adult, slot = self._places[other.key]
        return adult, next(start for start in other.starts[adult] if start.slot == slot)

    def _least(self, eases: tuple[Ease, ...], without: Task | None) -> Offer | None:
        for wanted in self._times(eases):
            for minutes in self._shorter if "shorter" in eases else (self._task.chore.minutes,):
                if place := self._place(eases, wanted, minutes):
                    return self._offer(eases, *place, wanted, minutes, without)
        return None

    def _times(self, eases: tuple[Ease, ...]) -> Iterator[Occurrence]:
        wanted = self._task.wanted
        if "day" in eases:
            usual = min(self._other_days, key=lambda day: (abs(day - wanted.usual_day), day))
            wanted = replace(wanted, days=self._other_days, usual_day=usual)
        for more in WIDER_MINUTES if "hours" in eases else (0,):
            yield replace(wanted, start=max(0, wanted.start - more), end=wanted.end + more)

    def _place(self, eases: tuple[Ease, ...], wanted: Occurrence, minutes: int) -> tuple[str, int] | None:
        chore = replace(
            self._task.chore,
            minutes=minutes,
            at_home=None if "home" in eases else self._task.chore.at_home,
            noisy=self._task.chore.noisy and "noise" not in eases,
            min_gap_days=0 if "gap" in eases else self._task.chore.min_gap_days,
        )
        alone = 0 if "minded" in eases else self._task.exclusive
        task = replace(self._task, chore=chore, length=slots_for(minutes), exclusive=alone)
        inside, found = self._prepared.grid.window(wanted.window), []
        for adult in self._others if "partner" in eases else self._adults:
            if "limit" in eases and adult in self._spent:
                continue
            entries = self._entries(adult) if "calendar" in eases else 0
            room = self._with(adult, entries, minded="minded" in eases).room(chore, adult)
            possible = starts_of_runs(room & inside, task.length)
            for start in ranked(self._prepared.grid, chore, wanted, possible):
                if self._fits(task, adult, start, limited="limit" not in eases):
                    taken = (mask_of(task, start.slot) & entries).bit_count()
                    found.append((taken, start.cost, adult, start.slot))
                    if not entries:
                        break
        return min(found)[2:] if found else None

    def _fits(self, task: Task, adult: str, start: Start, *, limited: bool) -> bool:
        if limited:
            return self._board.fits(task, adult, start)
        return self._board.fits_but_for_the_limit(task, adult, start)

    def _entries(self, adult: str) -> int:
        """What that adult's calendar takes, with the way there and back: no quiet hours, nothing of ours."""
        grid, one = self._prepared.grid, next(a for a in self._prepared.snapshot.adults if a.id == adult)
        out = grid.whole_mask & ~grid.inside(one.at_home) & ~grid.inside(one.may_be_planned)
        ours = [a.interval for a in self._prepared.appointments if a.adult == adult]
        ours += [block.interval for block in self._prepared.settled if block.adult == adult]
        return (grid.touched(one.busy) | out) & self._prepared.presence.ahead & ~grid.touched(ours)

    def _with(self, adult: str, entries: int, *, minded: bool) -> Prepared:
        """The week as it would be with those entries gone, or with somebody at home for the children."""
        if not entries and not minded:
            return self._prepared
        home = {**self._prepared.presence.home}
        free, carers = {**self._prepared.free}, {**self._prepared.carers}
        for masks in (home, free, carers):
            masks[adult] |= entries
        if minded:
            carers[""] = self._prepared.grid.whole_mask
        presence = replace(self._prepared.presence, home=home)
        return replace(self._prepared, presence=presence, free=free, carers=carers)

    def _offer(
        self,
        eases: tuple[Ease, ...],
        adult: str,
        slot: int,
        wanted: Occurrence,
        minutes: int,
        without: Task | None,
    ) -> Offer:
        grid, snapshot = self._prepared.grid, self._prepared.snapshot
        said = {"name": snapshot.called(adult), "minutes": minutes}
        if "partner" in eases:
            offer = _("%(name)s could do %(minutes)s minutes of it this once") if "shorter" in eases else (
                _("%(name)s could do it this once")
            )  # fmt: skip
        else:
            offer = _("%(minutes)s minutes would fit") if "shorter" in eases else _("there is room")
        offer = offer % said
        timed = "calendar" not in eases and (not eases or bool(_TIMED.intersection(eases)))
        taken = (self._entries(adult) >> slot & ((1 << slots_for(minutes)) - 1)).bit_count() * STEP_MINUTES
        over = minutes - self._board.left(adult, grid.days[slot])
        conditions = {
            "limit": ngettext(
                "that day may hold %(over)s minute more", "that day may hold %(over)s minutes more", over
            ) % {"over": over},
            "gap": _("its times may lie closer together"),
            "noise": _("it may be heard in quiet hours"),
            "home": _("it need not be done at home"),
            "block": _("“%(chore)s” gives way") % {"chore": without.chore.title if without else ""},
            "minded": _("somebody else minds the children meanwhile"),
            "calendar": _("%(taken)s minutes open up %(when)s")
            % {"taken": taken, "when": when(wanted)},
        }  # fmt: skip
        offer = offered(
            offer,
            at=(grid.days[slot], grid.minutes[slot]) if timed else None,
            needs=[conditions[ease] for ease in eases if ease in conditions],
        )
        return Offer(eases, adult, slot, minutes, without.key if without else None, offer)
