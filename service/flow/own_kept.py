"""What is kept about one partner and until when, and erasing what they said without leaving.

Reads: answers, cards, accounts, what they said of being out. Writes: only what `erase_said` names. Nobody
else is told; the week that is planned stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from service.dates import long_day
from service.domain.checkin import Answer
from service.domain.household import HouseholdId, PartnerId
from service.domain.week import Week
from service.ports import World
from service.words import _, ngettext

STATES_KEPT_WEEKS = 6


@dataclass(frozen=True, slots=True)
class KeptLine:
    what: str
    until: str


def kept(world: World, household_id: HouseholdId, partner_id: PartnerId) -> tuple[KeptLine, ...]:
    """Everything, the most personal first; a line is there only for what there is."""
    household = world.store.households.get(household_id)
    running = Week.at(world.clock.now(), household.zone)
    account = world.store.accounts.get(household_id, partner_id)
    lines = [*_answers(world, household_id, partner_id, running)]
    if _cards(world, household_id, partner_id):
        until = _("until the week after, or its four weeks of learning, are over")
        lines.append(KeptLine(_("What you wrote on a card when you handed something over"), until))
    if world.store.out_times.of_partner(household_id, partner_id):
        lines.append(KeptLine(_("When you said that you are out"), _("until you say otherwise")))
    if account or world.store.feeds.of_partner(household_id, partner_id):
        as_long = _("as long as it stands in your calendar")
        lines.append(KeptLine(_("When you are busy, and no word of what with"), as_long))
    if account:
        ends = _("until you disconnect or leave")
        lines.append(KeptLine(_("The way into your calendar, encrypted"), ends))
    lines += [
        KeptLine(_("Your settings, your name and mail address"), _("until you change them or leave")),
        KeptLine(
            _("The planned weeks, which tell of both of you, and your entries in them"), _("a year each")
        ),
        KeptLine(_("That a mail went to you; its words go once it is sent"), _("a year")),
        KeptLine(_("That this phone is yours"), _("30 days after you last used it")),
    ]
    return tuple(lines)


def erase_said(world: World, household_id: HouseholdId, partner_id: PartnerId) -> None:
    """Erase their answers to past weeks, every word of later ones and of their cards. How they are, how long
    away and what they would do for themselves stays for the week that is planned from it. Twice does no harm.
    """
    zone = world.store.households.get(household_id).zone
    running = Week.at(world.clock.now(), zone)
    world.store.check_ins.erase_said(household_id, partner_id, before=running)
    world.store.cards.forget_all(household_id, partner_id)


def _answers(world: World, household: HouseholdId, partner: PartnerId, running: Week) -> tuple[KeptLine, ...]:
    weeks = [running.next, running]
    while len(weeks) < STATES_KEPT_WEEKS + 2:
        weeks.append(weeks[-1].previous)
    states = world.store.check_ins.states_before(household, partner, running.next.next, count=len(weeks))
    answered = [week for week, state in zip(weeks, states, strict=True) if state]
    if not answered:
        return ()
    said = ngettext("How you were, in %(num)d week", "How you were, in %(num)d weeks", len(answered))
    first_goes = _("six weeks each; the first goes on %(day)s") % {"day": long_day(_goes_on(answered[-1]))}
    lines = [KeptLine(said % {"num": len(answered)}, first_goes)]
    latest = world.store.check_ins.get(household, answered[0])
    if answered[0] >= running and latest and _has_words(latest.answers[partner]):
        until = _("until %(day)s, when its week is over") % {"day": long_day(answered[0].days[-1])}
        lines.append(KeptLine(_("What you wrote or wished for in your latest answer, encrypted"), until))
    return tuple(lines)


def _has_words(answer: Answer) -> bool:
    own = (answer.appreciation, answer.raised, answer.missed, answer.named, answer.own_time, answer.days_away)
    return any(own)


def _goes_on(week: Week) -> date:
    """The day by which it is past in every time zone, as `store.erasure` counts."""
    return week.days[-1] + timedelta(weeks=STATES_KEPT_WEEKS, days=2)


def _cards(world: World, household: HouseholdId, partner: PartnerId) -> bool:
    chores = world.store.households.chores(household)
    cards = (world.store.cards.get(household, chore.id) for chore in chores)
    return any(card is not None and card.giver == partner for card in cards)
