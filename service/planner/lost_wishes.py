"""A wish for time of one's own that found no place: why, and what would make room for it.

Self-care goes before all chores, so that only its person's calendar, the hours they wished for, somebody to
be on duty and other times of the two can be in its way. It is told to whose wish it is and to nobody else.
Each offer is one change, or two where none is enough: a sitter first, then a shorter time, other hours, and
an entry of their own that gives way. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import Literal

from service.domain.plan import Plan
from service.planner.candidates import settled_blocks
from service.planner.grid import Grid, bits, grid_of, slots_for, starts_of_runs
from service.planner.presence import Presence, presence_of
from service.planner.selfcare import Choice, choices
from service.planner.snapshot import STEP_MINUTES, Adult, Sitter, Snapshot, Window
from service.planner.spoken import offered
from service.words import _

Give = Literal["sitter", "shorter", "hours", "entry"]
_GIVES: tuple[Give, ...] = ("sitter", "shorter", "hours", "entry")
_ANY_HOUR = (Window(tuple(range(7)), 0, 1440),)
_MOST_OFFERS = 3
_SITTER = ""


@dataclass(frozen=True, slots=True)
class WishOffer:
    """What gives way, and the time that there would be then: the slot it starts in, how long it lasts, and
    the slots in which somebody is on duty."""

    gives: tuple[Give, ...]
    slot: int
    minutes: int
    watched: int
    sentence: str


@dataclass(frozen=True, slots=True)
class LostWish:
    """The wish at that place in the snapshot, whose it is, and what is said of it to them."""

    index: int
    adult: str
    reason: str
    offers: tuple[str, ...]

    @property
    def offered(self) -> str:
        return _("What would help: %(offers)s.") % {"offers": "; ".join(self.offers)}


def lost_wishes(snapshot: Snapshot, plan: Plan) -> tuple[LostWish, ...]:
    """Every open wish without a time in the plan. One that its person let go is none, nor one whose hours
    have passed; in a mended week they were asked already where it should be."""
    placed = {one.index for one in plan.selfcare}
    if plan.status == "mended":
        return ()
    open_ones = (
        _Search(snapshot, plan, n)
        for n, wish in enumerate(snapshot.selfcare)
        if n not in placed and wish.fixed_start != "left_out"
    )
    return tuple(search.told() for search in open_ones if not search.has_passed())


def wish_offers(snapshot: Snapshot, plan: Plan, index: int) -> list[WishOffer]:
    """The changes themselves, best first, three at most; each beside the other times of the plan."""
    search = _Search(snapshot, plan, index)
    singles: list[tuple[Give, ...]] = [(give,) for give in _GIVES]
    for tries in ([()], singles, combinations(_GIVES, 2)):
        if found := [offer for gives in tries if (offer := search.with_less(gives))]:
            return found[:_MOST_OFFERS]
    return []


class _Search:
    """One wish, tried beside the times that the plan has."""

    def __init__(self, snapshot: Snapshot, plan: Plan, index: int) -> None:
        self._snapshot, self._plan, self._index = snapshot, plan, index
        self._wish = snapshot.selfcare[index]
        self._grid: Grid = grid_of(snapshot.tz, snapshot.monday)
        self._settled = settled_blocks(snapshot)
        self._at_home = self._grid.touched(snapshot.children.home)
        self._as_it_is = self._presence(snapshot)
        self._entries = self._entries_of(snapshot)
        self._taken = [
            (one.adult, one.cover, self._grid.touched([one.interval]), self._day(one.interval.start_at))
            for one in plan.selfcare
            if one.index != index
        ]

    def _day(self, at: datetime) -> int:
        return self._grid.days[self._grid.slot_at(at)]

    def has_passed(self) -> bool:
        """Whether only the days that are over had hours for it."""
        if isinstance(self._wish.fixed_start, datetime):
            return False
        length, wished = slots_for(self._wish.minutes), self._wished()
        passed = not starts_of_runs(wished & self._as_it_is.ahead, length)
        return passed and bool(starts_of_runs(wished, length))

    def _wished(self) -> int:
        wished = 0
        for window in self._wish.windows:
            wished |= self._grid.window(window)
        return wished

    def told(self) -> LostWish:
        offers = wish_offers(self._snapshot, self._plan, self._index)
        said = tuple(dict.fromkeys(one.sentence for one in offers))
        outside = _("somebody from outside takes over something that fills your calendar")
        return LostWish(self._index, self._wish.adult, self._reason(), said or (outside,))

    def _reason(self) -> str:
        """The first thing that leaves no time, in words that say nothing of anybody else's week."""
        presence, length = self._as_it_is, slots_for(self._wish.minutes)
        said = {"minutes": self._wish.minutes}
        if isinstance(self._wish.fixed_start, datetime):
            return _("The time that was chosen for it is not there any more.")
        wished = self._wished()
        if not starts_of_runs(wished, length):
            return _("%(minutes)s minutes do not fit the hours that you wished for.") % said
        if not starts_of_runs(wished & presence.ahead & presence.free[self._wish.adult], length):
            return _("Your calendar has no %(minutes)s minutes free in the hours that you wished for.") % said
        if not choices(self._snapshot, self._grid, presence, self._index):
            return _("Nobody could be on duty for all of it in the hours that you wished for.")
        return _("Another time of one of you has the hours that you wished for.")

    def with_less(self, gives: tuple[Give, ...]) -> WishOffer | None:
        """The best time that there would be if just these gave way; None for none."""
        for minutes in self._lengths(gives):
            week = self._eased(gives, minutes)
            presence = self._presence(week)
            found = [c for c in choices(week, self._grid, presence, self._index) if self._fits(c)]
            if found:
                best = min(found, key=lambda choice: self._rank(choice, gives))
                return self._offer(gives, best, minutes)
        return None

    def _lengths(self, gives: tuple[Give, ...]) -> Iterator[int]:
        if "shorter" not in gives:
            yield self._wish.minutes
            return
        slots = slots_for(self._wish.minutes)
        for fewer in range(slots - 1, (slots - 1) // 2, -1):
            yield fewer * STEP_MINUTES

    def _eased(self, gives: tuple[Give, ...], minutes: int) -> Snapshot:
        """The week with just that given way; what was settled for the wish is open."""
        windows = _ANY_HOUR if "hours" in gives else self._wish.windows
        wish = replace(self._wish, minutes=minutes, windows=windows, fixed_start="open")
        wishes = tuple(wish if n == self._index else one for n, one in enumerate(self._snapshot.selfcare))
        sitters = self._snapshot.sitters
        if "sitter" in gives:
            sitters = (*sitters, Sitter(_SITTER, _SITTER, (self._grid.whole,)))
        adults = tuple(
            self._without_entries(one) if "entry" in gives and one.id == wish.adult else one
            for one in self._snapshot.adults
        )
        return replace(self._snapshot, selfcare=wishes, sitters=sitters, adults=adults)

    def _without_entries(self, adult: Adult) -> Adult:
        gone = [self._grid.interval(slot, STEP_MINUTES) for slot in bits(self._entries)]
        return replace(adult, busy=(), may_be_planned=(*adult.may_be_planned, *gone))

    def _entries_of(self, snapshot: Snapshot) -> int:
        """What their calendar takes, with the way there and back: no quiet hours."""
        adult = next(one for one in snapshot.adults if one.id == self._wish.adult)
        planned, at_home = self._grid.inside(adult.may_be_planned), self._grid.inside(adult.at_home)
        return self._grid.touched(adult.busy) | self._grid.whole_mask & ~(planned | at_home)

    def _presence(self, week: Snapshot) -> Presence:
        return presence_of(week, self._grid, self._settled)

    def _fits(self, choice: Choice) -> bool:
        """Whether it lies beside the other times of the two, and somebody on duty is not off themselves."""
        me = self._wish.adult
        for adult, cover, mask, day in self._taken:
            if adult == me and (day == choice.day or mask & choice.mask):
                return False
            if cover == me and mask & self._at_home & choice.mask:
                return False
        return not choice.covers or any(self._is_on_duty(cover, choice) for cover in choice.covers)

    def _is_on_duty(self, cover: str, choice: Choice) -> bool:
        return not any(adult == cover and mask & choice.watched for adult, _cover, mask, _day in self._taken)

    def _rank(self, choice: Choice, gives: tuple[Give, ...]) -> tuple[object, ...]:
        far = abs(choice.day - self._wish.usual_day)
        return *self._price(choice, gives), choice.cost, far, choice.start

    def _price(self, choice: Choice, gives: tuple[Give, ...]) -> tuple[int, int]:
        """Own minutes that must come free, and those of a sitter that nobody else could be there for."""
        freed = (choice.mask & self._entries).bit_count() if "entry" in gives else 0
        if "sitter" not in gives:
            return freed, 0
        minding = self._as_it_is.carers
        lacking = [
            (choice.watched & ~mask).bit_count()
            for who, mask in minding.items()
            if who != self._wish.adult and self._is_on_duty(who, choice)
        ]
        return freed, min(lacking, default=choice.watched.bit_count())

    def _offer(self, gives: tuple[Give, ...], choice: Choice, minutes: int) -> WishOffer:
        grid = self._grid
        freed = (choice.mask & self._entries).bit_count() * STEP_MINUTES
        watched = choice.watched.bit_count() * STEP_MINUTES
        needs = {
            "sitter": _("a sitter comes for %(minutes)s minutes") % {"minutes": min(watched, minutes)},
            "entry": _("%(minutes)s minutes come free in your calendar") % {"minutes": freed},
        }
        offer = (
            _("%(minutes)s minutes would fit") % {"minutes": minutes}
            if "shorter" in gives
            else _("there is time")
        )
        sentence = offered(
            offer,
            at=(grid.days[choice.start], grid.minutes[choice.start]),
            needs=[needs[give] for give in gives if give in needs],
        )
        return WishOffer(gives, choice.start, minutes, choice.watched, sentence)
