"""Why a block found no place, and what would make room for it.

The reason is the first rule that leaves no start. Words are plain, blame nobody, and never say where
somebody is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from service.domain.plan import Unplaced
from service.planner.allocate import Places
from service.planner.board import Board, board_of
from service.planner.candidates import Prepared, Task, mask_of
from service.planner.grid import slots_for, starts_of_runs
from service.planner.offers import offers_for
from service.planner.ownership import Doers, alternates
from service.planner.snapshot import STEP_MINUTES, Responsibility
from service.planner.spoken import begun, number_word, when
from service.words import _, ngettext


def why_unplaced(
    prepared: Prepared, doers: Doers, places: Places, told: Collection[Unplaced] = ()
) -> tuple[Unplaced, ...]:
    """Every occurrence without a block, and every chore left out, with a reason and what would help; what is
    `told` already keeps its words."""
    board = board_of(prepared, places)
    known = {(one.responsibility, one.occurrence): one for one in told}
    found = []
    for chore in prepared.snapshot.responsibilities:
        tasks = [t for t in prepared.tasks if t.chore.id == chore.id and t.key not in places]
        doer = doers[chore.id]
        if doer is None:
            found.append(known.get((chore.id, None)) or _left_out(prepared, board, places, chore, tasks))
            continue
        placed = len(chore.occurrences) - len(tasks)
        for task in tasks:
            if said := known.get(task.key):
                found.append(said)
                continue
            adults = chore.doers if alternates(chore) else (doer,)
            turns = alternates(chore) and not chore.is_duty and placed > 0
            left_out = turns and _fits_somewhere(board, task)
            if left_out or (chore.is_small(placed) and task.starts[doer]):
                found.append(Unplaced(chore.id, task.occurrence, _smaller(placed, len(chore.occurrences))))
                continue
            reason = _no_place(prepared, board, task, adults, doers)
            offers = offers_for(prepared, board, places, task, adults)
            found.append(Unplaced(chore.id, task.occurrence, reason, offers, no_place=True))
    return tuple(found)


def _fits_somewhere(board: Board, task: Task) -> bool:
    """Whether it is not the hours that keep it out: there is a place, but nobody has minutes left for it."""
    return any(board.fits(task, adult, start) for adult, starts in task.starts.items() for start in starts)


def why_lost(prepared: Prepared, places: Places, chore_id: str, doer: str) -> Unplaced:
    """Why a chore that `doer` was to do has lost its last place, and what would make room for it."""
    board = board_of(prepared, places)
    task = next(task for task in prepared.tasks if task.chore.id == chore_id)
    adults = task.chore.doers if alternates(task.chore) else (doer,)
    reason = _no_place(prepared, board, task, adults)
    offers = offers_for(prepared, board, places, task, adults)
    return Unplaced(chore_id, None, reason, offers, no_place=True)


def _smaller(placed: int, wanted: int) -> str:
    """*Three times instead of five this week.*"""
    if placed > 2:
        said = _("%(fewer)s times instead of %(usual)s this week") % {
            "fewer": number_word(placed), "usual": number_word(wanted),
        }  # fmt: skip
    else:
        often = _("twice") if wanted == 2 else _("%(number)s times") % {"number": number_word(wanted)}
        said = _("%(fewer)s instead of %(often)s this week") % {
            "fewer": _("once") if placed == 1 else _("twice"), "often": often,
        }  # fmt: skip
    return _sentence(said)


def _left_out(
    prepared: Prepared, board: Board, places: Places, chore: Responsibility, tasks: list[Task]
) -> Unplaced:
    """A chore that is left out: because the hours have no place for any of it, or on purpose."""
    if tasks and not any(_fits_somewhere(board, task) for task in tasks):
        reason = _no_place(prepared, board, tasks[0], chore.doers)
        offers = offers_for(prepared, board, places, tasks[0], chore.doers)
        return Unplaced(chore.id, None, f"{_('It can wait this week.')} {reason}", offers, no_place=True)
    instead = ngettext(
        "%(minutes)s minute of something else", "%(minutes)s minutes of something else", chore.total_minutes
    )
    reason = _("Left out on purpose: it can wait this week.")
    if chore.left_out_weeks:
        waited = ngettext(
            "It has waited for a week already, and counts for more the longer it waits.",
            "It has waited for %(weeks)s weeks already, and counts for more the longer it waits.",
            chore.left_out_weeks,
        )
        reason = f"{reason} {waited % {'weeks': chore.left_out_weeks}}"
    return Unplaced(chore.id, None, reason, (instead % {"minutes": chore.total_minutes},))


def _no_place(
    prepared: Prepared, board: Board, task: Task, adults: tuple[str, ...], doers: Doers | None = None
) -> str:
    options = [(adult, start) for adult in adults for start in task.starts[adult]]
    said = {"when": when(task.wanted)}
    if any(adult in task.by_hand for adult, _start in options):
        return _("Something else that cannot move has the time that was chosen for it.")
    if not options:
        return _sentence(_no_start(prepared, task, adults))
    if task.chore.is_duty:
        return _("It would be too many nights in a row %(when)s.") % said
    if all(not board.has_things(task, start) for _, start in options):
        return _("What it needs is in use elsewhere %(when)s.") % said
    if all(not board.day_has_room(task, adult, start) for adult, start in options):
        return _("The day's limit is reached %(when)s.") % said
    if all(not board.keeps_gap(task, start) for _, start in options):
        return _("It would come too soon before or after the last time %(when)s.") % said
    crowd = _too_many(prepared, task, adults[0], doers) if doers and len(adults) == 1 else None
    if crowd:
        return _(
            "%(blocks)s blocks, %(needed)s minutes in all, must lie %(when)s, where there is room for "
            "%(free)s."
        ) % {**said, **crowd}
    return _("Other blocks fill the time %(when)s.") % said


def _too_many(prepared: Prepared, task: Task, adult: str, doers: Doers) -> dict[str, int] | None:
    """The blocks of that adult that can lie nowhere but inside this window, where they are more than it
    holds: then one of them goes without, whatever the plan (Hall's condition)."""
    window = prepared.grid.window(task.wanted.window)
    crowd = [
        other
        for other in prepared.tasks
        if doers[other.chore.id] == adult
        and not alternates(other.chore)
        and other.starts[adult]
        and all(not mask_of(other, start.slot) & ~window for start in other.starts[adult])
    ]
    needed = sum(other.chore.minutes for other in crowd)
    free = (prepared.free[adult] & window).bit_count() * STEP_MINUTES
    return {"blocks": len(crowd), "needed": needed, "free": free} if needed > free else None


def _no_start(prepared: Prepared, task: Task, adults: tuple[str, ...]) -> str:
    """The first rule that leaves no start at all, as the middle of a sentence."""
    presence, chore = prepared.presence, task.chore
    occurrence = task.wanted
    window = prepared.grid.window(occurrence.window)
    said = {"minutes": chore.minutes, "when": when(occurrence)}
    length = slots_for(chore.minutes)
    if chore.is_duty:
        return _("nobody has room for all of it %(when)s") % said

    def fits(rule: Callable[[str], int]) -> bool:
        return any(starts_of_runs(window & rule(adult), length) for adult in adults)

    if not starts_of_runs(window, length):
        return _("%(minutes)s minutes do not fit %(when)s") % said
    if not starts_of_runs(window & presence.ahead, length):
        return _("its time %(when)s has passed") % said
    if not fits(lambda a: presence.free[a] & presence.ahead):
        return _("no room for %(minutes)s minutes %(when)s") % said
    if chore.at_home and not fits(lambda a: presence.free[a] & presence.ahead & presence.home[a]):
        return _("no room for %(minutes)s minutes at home %(when)s") % said
    if chore.noisy and not fits(lambda a: presence.free[a] & presence.ahead & ~presence.quiet):
        return _("only quiet hours have room for it %(when)s") % said
    if not fits(lambda a: presence.free[a] & presence.ahead & ~_held(prepared, a)):
        return _("protected time comes first %(when)s") % said
    return _("no %(minutes)s minutes %(when)s in which the children are minded meanwhile") % said


def _held(prepared: Prepared, adult: str) -> int:
    return prepared.grid.touched([one.interval for one in prepared.appointments if one.adult == adult])


def _sentence(middle: str) -> str:
    return begun(middle) + "."
