"""Getting started in the browser: a home is filled in page by page, and nothing happens before *Start*.

Reads and writes: the household, while it is in set-up. Every page is saved as it is sent, so that whoever
fills it in may go back, stop, and go on another day. `first_week` does what *Start* does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from service.domain.household import Household, HouseholdId, Partner, PartnerId, Sitter
from service.domain.week import WeeklyWindow, parse_windows
from service.flow.invite import link_for
from service.ports import World
from service.starter import Bundle, Holder, bundles_for, minutes_a_week, shared_out
from service.words import _

NOBODY_YET = PartnerId("")
"""Whose link and session are those of a home that has no partners yet."""
LINK_LASTS = timedelta(days=7)
LONGEST_NAME = 60
MOST_CHILDREN = 8
QUIET_HOURS = parse_windows("22:00-06:30")
ASLEEP = parse_windows("19:30-06:30, 12:30-14:00")
"""When a small child sleeps, until its people say otherwise."""

_CONTINENTS = r"(Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)/"

BOTH, NOBODY = "both", "nobody"
_SITTER = "sitter-"


class SetUpRefusedError(ValueError):
    """What was sent cannot stand yet; `problems` says all of why, and nothing was saved."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


class SetUpOverError(ValueError):
    """This home has started; its own pages change it now."""


@dataclass(frozen=True, slots=True)
class HomeWords:
    """The first page as it was typed; windows are read already. `children` are days as ISO 8601."""

    name: str = ""
    zone: str = ""
    names: tuple[str, str] = ("", "")
    emails: tuple[str, str] = ("", "")
    children: tuple[str, ...] = ()
    away: tuple[WeeklyWindow, ...] = ()
    asleep: tuple[WeeklyWindow, ...] = ()
    sitters: tuple[tuple[str, tuple[WeeklyWindow, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class BundleLine:
    bundle: Bundle
    holder: str
    """A partner's id, `both` or `nobody`."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What would stand in that partner's calendar in an ordinary week, and the most they have said."""

    partner: Partner
    minutes: int
    most_minutes: int


Step = Literal["begin", "home", "list", "you"]


@cache
def zones() -> tuple[str, ...]:
    """The time zones that people live in, by their names in the tz database."""
    return ("UTC", *sorted(name for name in available_timezones() if re.match(_CONTINENTS, name)))


def set_up_link(world: World, household: HouseholdId) -> str:
    """A fresh address that opens the pages of a new home, in place of every earlier one."""
    world.store.links.revoke(household, NOBODY_YET)
    expires_at = world.clock.now() + LINK_LASTS
    return link_for(world, household, NOBODY_YET, purpose="set_up", week=None, expires_at=expires_at)


def may_set_up(household: Household, partner: PartnerId) -> bool:
    """Whether that person fills in the pages: the first of the two named, until *Start*."""
    two = len(household.partners) == 2
    return household.in_set_up and two and household.partners[0].id == partner


def step_of(household: Household) -> Step:
    """The first page that still wants something."""
    if not household.partners:
        return "begin"
    return "you" if household.holders else "list"


def words_of(household: Household) -> HomeWords:
    """What is known of the home so far, or what to begin with."""
    names = [partner.name for partner in household.partners] or ["", ""]
    emails = [partner.email for partner in household.partners] or ["", ""]
    return HomeWords(
        name=household.name,
        zone=household.zone.key,
        names=(names[0], names[1]),
        emails=(emails[0], emails[1]),
        children=tuple(day.isoformat() for day in household.children_born),
        away=household.away,
        asleep=household.asleep if household.partners else ASLEEP,
        sitters=tuple((sitter.name, sitter.hours) for sitter in household.sitters),
    )


def problems_of(words: HomeWords) -> list[str]:
    """Everything that keeps these words from being a home, as sentences."""
    problems = []
    if not words.name or not all(words.names):
        problems.append(_("Give your home a name, and each of you."))
    texts = (words.name, *words.names, *(name for name, _hours in words.sitters))
    if any(len(text) > LONGEST_NAME or "\n" in text for text in texts):
        problems.append(_("Keep each name under %(most)s letters.") % {"most": LONGEST_NAME})
    if words.names[0].casefold() == words.names[1].casefold() and words.names[0]:
        problems.append(_("Write the two names so that they can be told apart."))
    for name, address in zip(words.names, words.emails, strict=True):
        if not _is_address(address):
            whom = {"name": name or _("each of you")}
            problems.append(_("Write an e-mail address for %(name)s, like ana@example.org.") % whom)
    if words.emails[0].casefold() == words.emails[1].casefold() and words.emails[0]:
        problems.append(
            _("Each of you needs an address of their own: what one answers is sealed from the other.")
        )
    if words.zone not in zones():
        problems.append(_("Choose your time zone from the list."))
    if not all(_is_day(day) for day in words.children):
        problems.append(_("A birthday is a day, such as 2025-11-02."))
    if len(words.children) > MOST_CHILDREN:
        problems.append(_("Name up to %(most)s children.") % {"most": MOST_CHILDREN})
    problems += [
        _("Say when %(name)s can be there, or leave the name out.") % {"name": name}
        for name, hours in words.sitters
        if name and not hours
    ]
    if any(hours and not name for name, hours in words.sitters):
        problems.append(_("Say who can be there at the hours you gave."))
    return list(dict.fromkeys(problems))


def save_home(world: World, household_id: HouseholdId, words: HomeWords) -> Household:
    """Keep the first page. Who is there already keeps their id and whatever is theirs.

    Raises:
        SetUpRefusedError: with every problem; nothing was saved.
        SetUpOverError: the home has started.
    """
    if problems := problems_of(words):
        raise SetUpRefusedError(problems)
    children = tuple(date.fromisoformat(day) for day in words.children)

    def filled_in(stands: Household) -> Household:
        partners = _partners(_still_in_set_up(stands).partners, words)
        return replace(
            stands,
            name=words.name,
            zone=ZoneInfo(words.zone),
            partners=partners,
            base_split={partner.id: 1 for partner in partners},
            children_born=children,
            away=words.away if children else (),
            asleep=words.asleep if children else (),
            sitters=tuple(
                Sitter(f"{_SITTER}{n}", name, hours)
                for n, (name, hours) in enumerate((one for one in words.sitters if one[0]), start=1)
            ),
        )

    return world.store.households.edit(household_id, filled_in)


def bundle_lines(household: Household, on: date, holders: Mapping[str, str]) -> tuple[BundleLine, ...]:
    """Every bundle with whom it goes to: as chosen, else both where nearly every such home has it."""
    return tuple(
        BundleLine(bundle, holders.get(bundle.id, BOTH if _is_likely(household, bundle) else NOBODY))
        for bundle in bundles_for(household.children_born, on)
        if bundle.chores
    )


def _is_likely(household: Household, bundle: Bundle) -> bool:
    return bundle.offered and bool(household.away or not bundle.when_out)


def sums(household: Household, lines: Sequence[BundleLine]) -> tuple[Sum, ...]:
    first, second = (partner.id for partner in household.partners)
    chores = shared_out([line.bundle for line in lines], holders_of(household, lines), (first, second))
    return tuple(
        Sum(partner, minutes_a_week(chores, partner.id), 7 * partner.most_minutes_a_day)
        for partner in household.partners
    )


def holders_of(household: Household, lines: Sequence[BundleLine]) -> dict[str, Holder]:
    """As the starter list wants them; what is nobody's is left out."""
    ids = {partner.id: partner.id for partner in household.partners}
    found: dict[str, Holder] = {}
    for line in lines:
        if line.holder == BOTH:
            found[line.bundle.id] = "both"
        elif line.holder in ids:
            found[line.bundle.id] = ids[PartnerId(line.holder)]
    return found


def save_holders(world: World, household_id: HouseholdId, holders: Mapping[str, str]) -> None:
    """Keep who takes which bundle.

    Raises:
        SetUpRefusedError: there is no such bundle, or nobody of that id; nothing was saved.
        SetUpOverError: the home has started.
    """
    on = world.clock.now()

    def chosen(stands: Household) -> Household:
        people = {partner.id for partner in _still_in_set_up(stands).partners} | {BOTH, NOBODY}
        known = {line.bundle.id for line in bundle_lines(stands, on.astimezone(stands.zone).date(), {})}
        if not holders.keys() <= known or not set(holders.values()) <= people:
            raise SetUpRefusedError([_("Some of this was not on the page. Look through it once more.")])
        return replace(stands, holders=dict(holders))

    world.store.households.edit(household_id, chosen)


def _still_in_set_up(household: Household) -> Household:
    if not household.in_set_up:
        raise SetUpOverError
    return household


def _partners(before: Sequence[Partner], words: HomeWords) -> tuple[Partner, ...]:
    if before:
        return tuple(
            replace(partner, name=name, email=email)
            for partner, name, email in zip(before, words.names, words.emails, strict=True)
        )
    ids: list[str] = []
    for name in words.names:
        own_id = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or f"partner-{len(ids) + 1}"
        taken = own_id in (*ids, BOTH, NOBODY) or own_id.startswith(_SITTER)
        ids.append(f"partner-{own_id}-{len(ids) + 1}" if taken else own_id)
    return tuple(
        Partner(id=PartnerId(own_id), name=name, email=email, quiet_hours=QUIET_HOURS, consents=frozenset())
        for own_id, name, email in zip(ids, words.names, words.emails, strict=True)
    )


def _is_address(text: str) -> bool:
    """One that mail servers take: ASCII before the @, and a domain that has an ASCII form (RFC 5891)."""
    local, at, domain = text.rpartition("@")
    if not (at and local.isascii() and re.fullmatch(r"[^\s@<>,;:\"()\[\]\\]+", local)):
        return False
    try:
        return bool(re.fullmatch(rb"[a-z0-9-]+(\.[a-z0-9-]+)*", domain.lower().encode("idna")))
    except UnicodeError:
        return False


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
