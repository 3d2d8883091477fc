"""Step 5 of the week: which mail is due for whom. Composing and sending are the post's.

Each kind goes once for its week, none in its reader's quiet hours, and none to who wants no mail. Of what
nobody asked for, one a day is mailed at most; the rest waits on the page, or for tomorrow. The weekly
question keeps its hour and is its day's one mail. What does not wait: a week for whoever agreed to it, a
time for oneself that was hit, and a calendar that only its person can put right, of which one a day is
mailed as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from zlib import crc32

from connectors import ics
from service.dates import long_day, span
from service.domain.household import Household, Partner
from service.domain.questions import FIRST_AT_ONCE, FIRST_OF_TROUBLE
from service.domain.week import Week
from service.flow import child_is_ill
from service.flow.after_close import changed_late
from service.flow.blown_now import running
from service.flow.busy_time import quiet_hours_of
from service.flow.discretion import as_written
from service.flow.entries import entries_for
from service.flow.home_view import home_mail
from service.flow.invite import link_for
from service.flow.off_view import off_view
from service.flow.plan_week import stored_snapshot
from service.flow.question_lines import Words
from service.flow.silent_weeks import silent_for_long
from service.flow.views import MoveLine, WeekView
from service.flow.week_view import week_view
from service.flow.write_blocks import draft_of
from service.planner.told import LeftOutLine
from service.ports import MailKind, StoredPlan, WeekLines, World
from service.words import _


def mail_check_in(world: World, household: Household, partner: Partner, week: Week, now: datetime) -> int:
    """The weekly question, while its check-in is open and unanswered. Returns how many were queued.

    Whoever begins is asked on the pages of set-up; no mail repeats that.
    """
    today = now.astimezone(household.zone).date()
    if household.set_up_on == today or household.set_up_on in week.days:
        return 0
    check_in = world.store.check_ins.get(household.id, week)
    if check_in is None or check_in.closed_at or not check_in.opened_at <= now < check_in.closes_at:
        return 0
    if partner.id in check_in.answers or not _may_mail(world, household, partner, week, "check_in", now):
        return 0
    link = link_for(
        world, household.id, partner.id, week=week, expires_at=week.interval(household.zone).end_at
    )
    short_way = silent_for_long(world, household.id, partner.id, week)
    return int(
        world.post.check_in(
            household, partner, week, link=link, closes_at=check_in.closes_at, short_way=short_way
        )
    )


def mail_week(world: World, household: Household, partner: Partner, week: Week, now: datetime) -> int:
    """The week as it was agreed or closed, as that partner may see it; once more, from today on, when a late
    answer has changed it."""
    check_in = world.store.check_ins.get(household.id, week)
    stored = world.store.plans.get(household.id, week, "published")
    if check_in is None or stored is None:
        return 0
    if not (check_in.closed_at or check_in.agreed([p.id for p in household.partners])):
        return 0
    sequence = 1 + changed_late(check_in, stored)
    told = (world.store.outbox.has(household.id, partner.id, week, "week", n) for n in range(sequence, 4))
    if _left_alone(world, household, partner, now) or any(told):
        return 0
    if partner.id not in check_in.agreements and had_todays_mail(world, household, partner, now):
        return 0
    chores = world.store.households.chores(household.id)
    view = week_view(household, week, stored, chores=chores)
    link = link_for(
        world, household.id, partner.id, week=week, expires_at=week.interval(household.zone).end_at
    )
    lines = _lines(household, partner, view)
    if sequence > 1:
        lines = _what_is_ahead(lines, view, now.astimezone(household.zone).date())
    if world.store.accounts.get(household.id, partner.id) is None:
        lines = replace(lines, calendar=week_as_calendar(world, household, partner, week, stored))
    return int(world.post.week(household, partner, week, lines=lines, link=link, sequence=sequence))


def mail_problem(
    world: World,
    household: Household,
    partner: Partner,
    week: Week,
    problem: str,
    now: datetime,
    *,
    trouble: str,
) -> int:
    """Something only this person can put right: once when that `trouble` begins, and not again while it
    lasts. Another one, or the same after it was mended, is mailed again, at the earliest the next day."""
    account = world.store.accounts.get(household.id, partner.id)
    if account is None or account.told == trouble or _left_alone(world, household, partner, now):
        return 0
    today = now.astimezone(household.zone).date()
    todays = FIRST_OF_TROUBLE + today.toordinal() % 10_000 * 10_000  # which stays within 31 bits
    sequence = todays + crc32(trouble.encode()) % 10_000
    queued = 0
    if not world.store.outbox.has(household.id, partner.id, week, "needs_you", sequence):
        midnight = datetime.combine(today, time.min, household.zone)
        mailed = world.store.outbox.since(household.id, partner.id, midnight)
        if any(kind == "needs_you" and todays <= number < todays + 10_000 for kind, number in mailed):
            return 0
        expires_at = week.next.interval(household.zone).end_at
        link = link_for(world, household.id, partner.id, week=week, expires_at=expires_at)
        queued = int(
            world.post.needs_you(household, partner, week, problem=problem, sequence=sequence, link=link)
        )
    world.store.accounts.save_told(household.id, partner.id, trouble)
    return queued


def mail_questions(world: World, household: Household, partner: Partner, week: Week, now: datetime) -> int:
    """Open questions to whoever is asked, each once and one a day; meanwhile they wait on the page."""
    stored = world.store.plans.get(household.id, week, "published")
    asked = [
        question
        for question in world.store.questions.of_week(household.id, week)
        if question.is_open and partner.id in question.asked and question.about.start_at > now
    ]
    if stored is None or not asked or _left_alone(world, household, partner, now):
        return 0
    words, queued = Words(household, stored_snapshot(stored)), 0
    for question in sorted(asked, key=lambda one: (one.kind != "mend", one.about)):
        sequence = question.mail_sequence
        if world.store.outbox.has(household.id, partner.id, week, "needs_you", sequence):
            continue
        if question.kind != "mend" and had_todays_mail(world, household, partner, now):
            continue
        line = words.line(question, partner.id)
        expires_at = week.interval(household.zone).end_at
        link = link_for(world, household.id, partner.id, week=week, expires_at=expires_at)
        queued += int(
            world.post.question(
                household,
                partner,
                week,
                sentence=line.sentence,
                answers=tuple(choice.label for choice in line.choices if not choice.quiet),
                sequence=sequence,
                link=link,
            )
        )
    return queued


def mail_off(world: World, household: Household, partner: Partner, now: datetime) -> int:
    """To whoever is on duty for the other until the morning: what is theirs now. Not in quiet hours."""
    queued = 0
    for off in running(world, household.id, now):
        mailed = world.store.outbox.has(household.id, partner.id, off.week, "needs_you", off.mail_sequence)
        if off.cover != partner.id or mailed or _left_alone(world, household, partner, now):
            continue
        said = " ".join(off_view(world, household, partner.id, now).news)
        link = link_for(world, household.id, partner.id, week=off.week, expires_at=off.interval.end_at)
        queued += int(
            world.post.question(
                household,
                partner,
                off.week,
                sentence=said,
                answers=(),
                sequence=off.mail_sequence,
                link=link,
            )
        )
    return queued


def mail_days_at_home(world: World, household: Household, partner: Partner, now: datetime) -> int:
    """To whoever did not say that the children are at home: until when, and what it changes for them. Not in
    quiet hours."""
    days = child_is_ill.running(world, household, now)
    if days is None or days.said_by == partner.id or not partner.mailed:
        return 0
    week = Week.of(days.said_at.astimezone(household.zone).date())
    mailed = world.store.outbox.has(household.id, partner.id, week, "needs_you", days.mail_sequence)
    if mailed or _left_alone(world, household, partner, now):
        return 0
    expires_at = Week.of(days.last_on).interval(household.zone).end_at
    link = link_for(world, household.id, partner.id, week=week, expires_at=expires_at)
    heading, *lines = home_mail(world, household, partner.id, now)
    return int(
        world.post.changed(
            household,
            partner,
            week,
            heading=heading,
            lines=tuple(lines),
            sequence=days.mail_sequence,
            link=link,
        )
    )


def _may_mail(
    world: World, household: Household, partner: Partner, week: Week, kind: MailKind, now: datetime
) -> bool:
    if _left_alone(world, household, partner, now):
        return False
    return not world.store.outbox.has(household.id, partner.id, week, kind)


def had_todays_mail(world: World, household: Household, partner: Partner, now: datetime) -> bool:
    """Whether that day's one mail is on its way, was handed over, or will be the weekly question."""
    today = now.astimezone(household.zone).date()
    opens_at = household.check_in.opens.in_week(Week.of(today), household.zone)
    if opens_at.astimezone(household.zone).date() == today and now < opens_at:
        return True
    midnight = datetime.combine(today, time.min, household.zone)
    return any(
        kind != "needs_you" or sequence < FIRST_AT_ONCE
        for kind, sequence in world.store.outbox.since(household.id, partner.id, midnight)
    )


def _left_alone(world: World, household: Household, partner: Partner, now: datetime) -> bool:
    """Whether they want no mail at all, or none now."""
    return not partner.mailed or quiet_until(world, household, partner, now) is not None


def quiet_until(world: World, household: Household, partner: Partner, now: datetime) -> datetime | None:
    """The end of the quiet hours that `partner` has now; `None` outside of them."""
    quiet = quiet_hours_of(world, household, partner, Week.at(now, household.zone))
    return next((time.end_at for time in quiet if time.start_at <= now < time.end_at), None)


def week_as_calendar(
    world: World, household: Household, partner: Partner, week: Week, stored: StoredPlan
) -> str:
    """The reader's own entries of `week` as one iCalendar file: the same UIDs whenever it is written."""
    entries = entries_for(
        household,
        partner,
        week,
        plan=stored.plan,
        snapshot=stored_snapshot(stored),
        chores=world.store.households.chores(household.id),
        base_url=world.base_url,
    )
    drafts = [
        draft_of(world, household.id, as_written(partner, entry, world.base_url), 1) for entry in entries
    ]
    return ics.write_all(drafts, stamped_at=stored.made_at)


def _lines(household: Household, partner: Partner, view: WeekView) -> WeekLines:
    """The reader's own blocks, day by day; what can wait is the couple's and stands below."""
    days, own_time = [], set()
    for day in view.days:
        own = {
            f"{span(block.interval, household.zone)}  {block.title}": block.kind
            for block in day.blocks
            if block.partner == partner.id
        }
        own_time |= {line for line, kind in own.items() if kind == "self_care"}
        if own:
            days.append((long_day(day.day), tuple(own)))
    return WeekLines(
        heading=view.heading,
        lead=view.lead,
        days=tuple(days),
        moves=_with_reasons([(_hands(household, move), move.reason_for(partner.id)) for move in view.moves]),
        needs_somebody=_told(view.needs_somebody),
        left_out=_told(view.left_out),
        own_time=frozenset(own_time),
        lost_wishes=tuple((one.name, one.whole) for one in view.lost_wishes if one.partner == partner.id),
    )


def _what_is_ahead(lines: WeekLines, view: WeekView, today: date) -> WeekLines:
    """The same without the days that are over."""
    over = {long_day(day.day) for day in view.days if day.day < today}
    return replace(
        lines,
        lead=_("What is still ahead has been planned anew, with as few changes as it takes."),
        days=tuple(each for each in lines.days if each[0] not in over),
    )


def _hands(household: Household, move: MoveLine) -> str:
    said = {"chore": move.chore, "taker": household.name_of(move.taker)}
    if move.giver is None:
        return _("%(chore)s, to %(taker)s") % said
    return _("%(chore)s, from %(giver)s to %(taker)s") % {**said, "giver": household.name_of(move.giver)}


def _told(lines: Sequence[LeftOutLine]) -> tuple[tuple[str, str], ...]:
    return _with_reasons(
        [(line.chore, " ".join(filter(None, (line.sentence, line.offered)))) for line in lines]
    )


def _with_reasons(lines: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Of neighbours that share a reason only the last says it."""
    following = [*(reason for _what, reason in lines[1:]), None]
    return tuple(
        (what, "" if reason == after else reason)
        for (what, reason), after in zip(lines, following, strict=False)
    )
