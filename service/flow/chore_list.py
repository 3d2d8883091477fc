"""The list: what the home needs, who holds it, and how it is changed.

Whoever holds a chore edits it, anybody what nobody holds; what is given away is the other's from then on,
once they have said yes. Weeks that are planned stand; the next one is planned from what stands then.
Reads and writes: the household's chores. Never: a calendar.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from service.dates import days_of_week
from service.domain.chores import Cadence, Chore, ChoreId, Shed
from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.week import Week, WeeklyWindow
from service.flow.house_rules import forget_about, propose_anew
from service.flow.rule_lines import rule_lines
from service.flow.views import RuleLine
from service.planner.routines import routines
from service.ports import World
from service.words import _

LONGEST_NAME, LONGEST_STANDARD, MOST_MINUTES = 80, 200, 24 * 60
ANY_DAY = (WeeklyWindow(tuple(range(7)), 8 * 60, 21 * 60),)
"""When something new may be, until its person says otherwise."""
CADENCES = ("daily", "weekdays", "weekly", "2/week", "3/week", "4/week", "5/week", "6/week")
SET_DAYS = ("daily", "weekdays")
RARE = ("every 2 weeks", "every 3 weeks", "monthly")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class ListRefusedError(ValueError):
    """What was sent cannot stand on the list; `problems` says all of why, and nothing was saved."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ChoreWords:
    """A chore as its form has it: text as a person typed it, and when it may be, as far as that was read;
    `unread` are sentences about the rest. `shorter` and `alarm` are None where its form does not ask."""

    name: str = ""
    minutes: str = "30"
    cadence: str = "weekly"
    windows: tuple[WeeklyWindow, ...] = ANY_DAY
    standard: str = ""
    thinking: str = "0"
    for_children: bool = False
    shorter: str | None = ""
    alarm: bool | None = False
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListLine:
    """`doer` is who has it this week, where that is not its owner."""

    chore: Chore
    may_edit: bool
    doer: PartnerId | None = None


@dataclass(frozen=True, slots=True)
class ListView:
    """The whole list for one reader: theirs, the other's, nobody's, and what was taken off it.

    `shed_order` is what a small week leaves out, from what goes first to what never does.
    """

    mine: tuple[ListLine, ...]
    theirs: tuple[ListLine, ...]
    nobodys: tuple[ListLine, ...]
    retired: tuple[Chore, ...]
    shed_order: tuple[tuple[Shed, tuple[Chore, ...]], ...]
    rules: tuple[RuleLine, ...]


def view(world: World, household: HouseholdId, reader: PartnerId) -> ListView:
    home, chores = world.store.households.get(household), world.store.households.chores(household)
    lent = _lent(world, home, chores)
    lines = [ListLine(one, _may_edit(one, reader), lent.get(one.id)) for one in chores]
    return ListView(
        mine=tuple(line for line in lines if line.chore.owner == reader),
        theirs=tuple(line for line in lines if line.chore.owner not in (None, reader)),
        nobodys=tuple(line for line in lines if line.chore.owner is None),
        retired=tuple(world.store.households.retired_chores(household)),
        shed_order=tuple(
            (shed, held)
            for shed in reversed(get_args(Shed))
            if (held := tuple(one for one in chores if one.shed == shed))
        ),
        rules=rule_lines(home, chores, reader),
    )


def _lent(world: World, household: Household, chores: Sequence[Chore]) -> dict[ChoreId, PartnerId]:
    """What somebody else than its owner does in the running week."""
    week = Week.at(world.clock.now(), household.zone)
    stored = world.store.plans.get(household.id, week, "published")
    doers = stored.plan.doers if stored else {}
    return {
        chore.id: PartnerId(doer)
        for group in routines(chores)
        if (doer := doers.get(group[0].id)) is not None and group[0].owner not in (None, doer)
        for chore in group
    }


def cadence_words(cadence: str) -> str:
    """How often, as people say it."""
    plain = {
        "daily": _("every day"),
        "weekdays": _("Monday to Friday"),
        "weekly": _("once a week"),
        "monthly": _("once a month"),
    }
    count = cadence.split("/")[0] if cadence.endswith("/week") else ""
    if count:
        return _("%(count)s times a week") % {"count": count}
    if cadence.startswith("every "):
        return _("every %(count)s weeks") % {"count": cadence.split()[1]}
    return plain[cadence] if cadence in plain else _rule_words(cadence)


def _rule_words(rule: str) -> str:
    """An RRULE (RFC 5545 section 3.3.10): the days of each week or of every few; of any other kind only that
    it has days of its own."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    days = parts.get("BYDAY", "").split(",")
    plain = parts.get("FREQ") == "WEEKLY" and set(parts) <= {"FREQ", "BYDAY", "INTERVAL"}
    if not plain or not set(days) <= set(_DAYS):
        return _("on days of its own")
    names = ", ".join(name for code, name in zip(_DAYS, days_of_week(), strict=True) if code in days)
    if (weeks := parts.get("INTERVAL", "1")) == "1":
        return names
    return _("every %(count)s weeks: %(days)s") % {"count": weeks, "days": names}


def words_of(chore: Chore) -> ChoreWords:
    return ChoreWords(
        name=chore.name,
        minutes=str(chore.effort_minutes),
        cadence=chore.cadence.text,
        windows=chore.windows,
        standard=chore.standard,
        thinking=str(chore.thinking_weight),
        for_children=chore.for_children,
        shorter=str(chore.shorter_minutes or "") if can_be_shorter(chore) else None,
        alarm=chore.alarm if can_ring(chore) else None,
    )


def can_be_shorter(chore: Chore) -> bool:
    """Whether a small week may have it in a shorter form: it has a block of its own, and may change."""
    return (
        chore.blocked and not chore.routine and chore.mode not in ("duty", "both") and chore.shed != "never"
    )


def can_ring(chore: Chore) -> bool:
    """Whether it has an entry that may ring; a night never does."""
    return chore.blocked and chore.mode != "duty"


def to_edit(world: World, household: HouseholdId, reader: PartnerId, chore: str) -> Chore:
    """That chore, if `reader` may edit it.

    Raises:
        KeyError: it is not on the list.
        ListRefusedError: it is the other's.
    """
    found = next((one for one in world.store.households.chores(household) if one.id == chore), None)
    if found is None:
        raise KeyError(chore)
    if not _may_edit(found, reader):
        raise ListRefusedError([_("Whoever holds it changes it; ask them.")])
    return found


def add(world: World, household: HouseholdId, reader: PartnerId, words: ChoreWords) -> ChoreId:
    """Put something new on the list, held by whoever adds it; a button pressed twice adds it once.

    Raises:
        ListRefusedError: with every problem; nothing was saved.
    """
    read = _read(words)
    stands = world.store.households.chores(household)
    taken = {one.id for one in (*stands, *world.store.households.retired_chores(household))}
    chore = Chore(id=_free_id(words.name, taken), owner=reader, **read)
    for one in stands:
        if replace(chore, id=one.id) == one:
            return one.id
    world.store.households.add_chores(household, [chore])
    return chore.id


def save(world: World, household: HouseholdId, reader: PartnerId, chore: str, words: ChoreWords) -> None:
    """Change a chore; its id, owner and the rest stay.

    Raises:
        KeyError, ListRefusedError: as `to_edit`, and for what cannot stand; nothing was saved.
    """
    found = to_edit(world, household, reader, chore)
    read = _read(words, found)
    world.store.households.edit_chore(household, found.id, lambda stands: replace(stands, **read))
    if replace(found, **read) != found:
        propose_anew(world, household, found.id)


def retire(world: World, household: HouseholdId, reader: PartnerId, chore: str) -> None:
    """Take it off the list; it can come back. Raises as `to_edit`."""
    found = to_edit(world, household, reader, chore)
    world.store.households.retire_chore(household, found.id)
    forget_about(world, household, found.id)


def bring_back(world: World, household: HouseholdId, reader: PartnerId, chore: str) -> None:
    """Put back what was taken off; what the other held is nobody's then, until one of them takes it. Raises
    KeyError when it was not taken off."""
    if not world.store.households.retire_chore(household, ChoreId(chore), retired=False):
        raise KeyError(chore)

    def held(stands: Chore) -> Chore:
        return stands if stands.owner == reader else replace(stands, owner=None)

    world.store.households.edit_chore(household, ChoreId(chore), held)


def take(world: World, household: HouseholdId, reader: PartnerId, chore: str) -> None:
    """Hold what nobody holds. Raises KeyError, and ListRefusedError when somebody does."""

    def held(stands: Chore) -> Chore:
        if stands.owner is not None:
            raise ListRefusedError([_("Somebody holds it already.")])
        if stands.only and reader not in stands.only:
            raise ListRefusedError([_("This is something only the other can do.")])
        return replace(stands, owner=reader)

    world.store.households.edit_chore(household, ChoreId(chore), held)


def let_go(world: World, household: HouseholdId, reader: PartnerId, chore: str) -> None:
    """Hold it no more: it stays on the list as nobody's, for whoever takes it. Raises as `to_edit`."""
    found = to_edit(world, household, reader, chore)
    world.store.households.edit_chore(household, found.id, lambda stands: replace(stands, owner=None))
    forget_about(world, household, found.id, kind="hand_over")


def _may_edit(chore: Chore, reader: PartnerId) -> bool:
    return chore.owner in (None, reader)


def cadences_for(chore: Chore | None) -> tuple[str, ...]:
    """What its form offers; a duty is held on set days, and a rule of its own stays."""
    usual = SET_DAYS if chore and chore.mode == "duty" else (*CADENCES, *RARE)
    return usual if chore is None or chore.cadence.text in usual else (chore.cadence.text, *usual)


def _read(words: ChoreWords, before: Chore | None = None) -> Mapping[str, Any]:
    problems: list[str] = []
    name, standard = words.name.strip(), words.standard.strip()
    if not name:
        problems.append(_("Give it a name."))
    if len(name) > LONGEST_NAME or len(standard) > LONGEST_STANDARD or "\n" in name + standard:
        problems.append(_("Keep the name and what done means to one line each."))
    minutes = int(words.minutes) if re.fullmatch(r"\d{1,4}", words.minutes.strip()) else 0
    if not 1 <= minutes <= MOST_MINUTES:
        problems.append(_("Say how many minutes it takes, from 1 on."))
    found: dict[str, Any] = {"name": name, "effort_minutes": minutes, "standard": standard}
    found["for_children"] = words.for_children
    if words.alarm is not None:
        found["alarm"] = words.alarm
    if words.shorter is not None:
        found["shorter_minutes"] = _shorter(words.shorter.strip(), minutes, problems)
    if words.cadence in cadences_for(before):
        found["cadence"] = Cadence.parse(words.cadence)
    else:
        problems.append(_("Choose how often it comes."))
    problems += words.unread
    if not words.windows and not words.unread:
        problems.append(_("Say when it may be."))
    found["windows"] = words.windows
    if words.thinking not in ("0", "1", "2", "3"):
        problems.append(_("Choose how much thinking it takes."))
    else:
        found["thinking_weight"] = int(words.thinking)
    if problems:
        raise ListRefusedError(problems)
    return found


def _shorter(typed: str, minutes: int, problems: list[str]) -> int | None:
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", typed) or not 1 <= int(typed) < minutes:
        problems.append(_("Say how many minutes are enough in a small week, fewer than it takes otherwise."))
        return None
    return int(typed)


def _free_id(name: str, taken: set[ChoreId]) -> ChoreId:
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:32] or "chore"
    numbered = (ChoreId(stem if n == 1 else f"{stem}-{n}") for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)
