"""What the pages and the mail say of days on which the children are at home, to each of the two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service.dates import clock, long_day, span, weekday
from service.domain.days_at_home import DaysAtHome, HomeTurn
from service.domain.household import Household, PartnerId
from service.domain.interval import difference
from service.domain.plan import Appointment, Plan
from service.domain.week import Week
from service.flow import child_is_ill
from service.flow.children_called import the_children
from service.flow.keep_home import days_to_mind
from service.flow.plan_week import stored_snapshot
from service.flow.views import HomeView, TurnLine
from service.planner import parse_snapshot
from service.planner.children_at_home import can_wait
from service.planner.home_turns import DayAtHome, gaps
from service.planner.told import left_out_lines, wish_name
from service.ports import World
from service.words import _, ngettext


def home_view(world: World, household: Household, reader: PartnerId, now: datetime) -> HomeView:
    """As `reader` may see it at `now`; of the other one it says whose turn is when, and no reason."""
    days = child_is_ill.running(world, household, now)
    if days is None:
        return HomeView(may_be_said=child_is_ill.why_not(world, household, now) is None)
    partners = [partner.id for partner in household.partners]
    ahead = [turn for turn in days.turns if turn.interval.end_at > now]
    to_mind = {day.day: day for day in days_to_mind(world, household, days)} if ahead else {}
    lines = tuple(_turn_line(household, reader, turn, to_mind.get(turn.day)) for turn in ahead)
    asked = [turn for turn in ahead if turn.who is not None and not turn.stands(partners)]
    return HomeView(
        heading=_heading(household, days, now),
        lead=_("Nobody takes them out or fetches them, and what can wait is out of these days.")
        if len(household.children_born) > 1
        else _("Nobody has to take them anywhere, and what can wait is out of these days."),
        until=days.last_on,
        turns=lines,
        turns_key=child_is_ill.turns_key(days),
        asks_reader=any(reader not in turn.said_yes for turn in asked),
        waits_for=_waits_for(household, reader, asked),
        can_wait=_left_out(world, household, days, now),
        own_time=_own_time(world, household, days, reader, now),
        may_be_undone=days.may_be_undone(now),
        may_end=days.last_on > child_is_ill.last_day_if_well(household, now),
        may_be_said=child_is_ill.why_not(world, household, now) is None,
    )


def home_mail(world: World, household: Household, reader: PartnerId, now: datetime) -> list[str]:
    """What the one who did not say it reads by mail: a heading, and lines."""
    view = home_view(world, household, reader, now)
    said = [view.heading, view.lead, *view.own_time]
    if view.asks_reader:
        said.append(_("A split of the days at home waits for your yes on your page."))
    elif any(turn.who is None for turn in view.turns):
        said.append(_("Who stays at home is still open; your page says what would have to give."))
    return said


def _heading(household: Household, days: DaysAtHome, now: datetime) -> str:
    today = now.astimezone(household.zone).date()
    said = {"children": the_children(household, today), "day": long_day(days.last_on)}
    if days.last_on == today:
        sentence = ngettext(
            "%(children)s is at home today.", "%(children)s are at home today.", len(household.children_born)
        )
    else:
        sentence = ngettext(
            "%(children)s is at home until %(day)s.",
            "%(children)s are at home until %(day)s.",
            len(household.children_born),
        )
    said_so = sentence % said
    return said_so[:1].upper() + said_so[1:]


def _turn_line(household: Household, reader: PartnerId, turn: HomeTurn, day: DayAtHome | None) -> TurnLine:
    partners = [partner.id for partner in household.partners]
    return TurnLine(
        key=turn.key,
        day=turn.day,
        interval=turn.interval,
        who=turn.who,
        name=household.name_of(turn.who) if turn.who else "",
        stands=turn.stands(partners),
        may_be_taken=turn.who != reader,
        offers=_offers(household, reader, turn, day) if turn.who is None and day else (),
    )


def _offers(household: Household, reader: PartnerId, turn: HomeTurn, day: DayAtHome) -> tuple[str, ...]:
    """What would help with a turn that no calendar has room for: of calendars only the reader's own."""
    found = []
    missing = gaps(day, turn.interval).get(reader, 0)
    in_the_way = difference([turn.interval], day.free.get(reader, ()))
    if missing and len(in_the_way) == 1:
        found.append(
            _("if your %(minutes)s minutes from %(time)s can move, it could be you")
            % {"minutes": missing, "time": clock(in_the_way[0].start_at, household.zone)}
        )
    elif missing:
        found.append(
            _("if %(minutes)s minutes in your calendar can move, it could be you") % {"minutes": missing}
        )
    found.append(_("a sitter, %(time)s") % {"time": span(turn.interval, household.zone)})
    return tuple(found)


def _waits_for(household: Household, reader: PartnerId, asked: Sequence[HomeTurn]) -> str:
    """The other one's name, once the reader has said yes to all and they have not."""
    others = [partner for partner in household.partners if partner.id != reader]
    if not asked or not others or any(reader not in turn.said_yes for turn in asked):
        return ""
    return others[0].name


def _left_out(world: World, household: Household, days: DaysAtHome, now: datetime) -> tuple[str, ...]:
    """What these days have let go, by name."""
    running = Week.at(now, household.zone)
    found: list[str] = []
    for week in (running, running.next):
        stored = world.store.plans.get(household.id, week, "published") if days.days_in(week) else None
        if stored:
            lines = left_out_lines(stored_snapshot(stored), stored.plan)
            found += [line.chore for line in lines if line.sentence == can_wait()]
    return tuple(dict.fromkeys(found))


def _own_time(
    world: World, household: Household, days: DaysAtHome, reader: PartnerId, now: datetime
) -> tuple[str, ...]:
    """What became of the reader's own time: where it is now, or that there is no place for it."""
    said = []
    for week_name, before in days.before.items():
        stored = world.store.plans.get(household.id, Week.parse(week_name), "published")
        if stored is None:
            continue
        snapshot, stands = parse_snapshot(before["snapshot"]), {a.index: a for a in stored.plan.selfcare}
        for had in Plan.from_json(before["plan"]).selfcare:
            if had.adult == reader and had.interval.start_at > now:
                name = wish_name(snapshot, had.index)
                said += _moved(household, name, had, stands.get(had.index))
    return tuple(said)


def _moved(household: Household, name: str, had: Appointment, has: Appointment | None) -> list[str]:
    time = {"time": name if name[:2].isupper() else name[:1].lower() + name[1:]}
    if has is None:
        return [_("Your %(time)s has no place this week with somebody on duty.") % time]
    if has.interval == had.interval:
        return []
    day = weekday(has.interval.start_at.astimezone(household.zone).date())
    when = {"when": f"{day} {span(has.interval, household.zone)}"}
    return [_("Your %(time)s moved to %(when)s.") % {**time, **when}]
