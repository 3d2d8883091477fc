"""A partner's own settings in words: the rows of their page, each with what stands now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.dates import in_hours, weekly
from service.domain.household import Consent, HouseholdId, Partner, PartnerId, SelfCareWish
from service.flow.likings import LikingLine, likings
from service.flow.own_settings import CONSENTS, Setting
from service.ports import Account, World
from service.words import _, ngettext


@dataclass(frozen=True, slots=True)
class OwnRow:
    """`page` is the last part of the address where it is changed."""

    page: str
    label: str
    said: str


def own_rows(world: World, household_id: HouseholdId, partner_id: PartnerId) -> tuple[OwnRow, ...]:
    partner = world.store.households.get(household_id).partner(partner_id)
    account = world.store.accounts.get(household_id, partner_id)
    feeds = len(world.store.feeds.of_partner(household_id, partner_id))
    liked = likings(world, household_id, partner_id)
    return (
        OwnRow("quiet-hours", _("Quiet hours"), said_of(partner, "quiet_hours")),
        OwnRow("self-care", _("Time for yourself"), _wishes(partner)),
        OwnRow("minutes", _("Chores in a day"), said_of(partner, "minutes")),
        OwnRow("likings", _("What you like doing"), said_of_likings(liked)),
        OwnRow("where", _("While your calendar is busy"), said_of(partner, "where")),
        OwnRow("agreed", _("What you agree to"), _consents(partner)),
        OwnRow("mails", _("Mails"), mails_said(partner)),
        OwnRow("titles", _("What your calendar says"), titles_said(partner)),
        OwnRow("calendars", _("Calendars"), _calendars(account, feeds, world.clock.now())),
    )


def said_of(partner: Partner, setting: Setting) -> str:
    """One setting as it stands, in a few words."""
    match setting:
        case "quiet_hours":
            return weekly(partner.quiet_hours) or _("none")
        case "minutes":
            return _a_day(partner)
        case "where":
            return _where(partner)


def wish_said(wish: SelfCareWish) -> str:
    """`90 min, once a week`"""
    often = ngettext("once a week", "%(num)d times a week", wish.per_week) % {"num": wish.per_week}
    return f"{in_hours(wish.minutes)}, {often}"


def said_of_likings(lines: tuple[LikingLine, ...]) -> str:
    liked = [line.name for line in lines if line.liking == "like"]
    disliked = [line.name for line in lines if line.liking == "dislike"]
    said = [
        _("you like %(names)s") % {"names": ", ".join(liked)} if liked else "",
        _("you dislike %(names)s") % {"names": ", ".join(disliked)} if disliked else "",
    ]
    return "; ".join(filter(None, said)) or _("nothing said yet")


def consent_name(consent: Consent) -> str:
    return {"stretch": _("A bigger week"), "pact": _("An evening taken over")}[consent]


def mails_said(partner: Partner) -> str:
    if not partner.mailed:
        return _("none are sent to you")
    return _("to %(address)s") % {"address": partner.email}


def titles_said(partner: Partner) -> str:
    return _("“Appointment”, and no more") if partner.discreet else _("what each entry is")


def how_long_ago(at: datetime, now: datetime) -> str:
    """`3 minutes ago`, whole hours and days from there on."""
    minutes = max(timedelta(), now - at) // timedelta(minutes=1)
    if not minutes:
        return _("just now")
    if minutes < 60:
        return ngettext("%(num)d minute ago", "%(num)d minutes ago", minutes) % {"num": minutes}
    if minutes < 48 * 60:
        return ngettext("%(num)d hour ago", "%(num)d hours ago", minutes // 60) % {"num": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(num)d day ago", "%(num)d days ago", days) % {"num": days}


def _a_day(partner: Partner) -> str:
    most = _("%(most)s at most") % {"most": in_hours(partner.most_minutes_a_day)}
    if partner.offered_minutes_a_day is None:
        return most
    usual = _("%(usual)s on an ordinary day") % {"usual": in_hours(partner.offered_a_day)}
    return f"{usual}, {most}"


def _where(partner: Partner) -> str:
    if partner.busy_means == "home":
        return _("you are at home")
    minutes = partner.travel // timedelta(minutes=1)
    return _("you are out, %(way)s each way") % {"way": in_hours(minutes)}


def _wishes(partner: Partner) -> str:
    return "; ".join(f"{wish.name}, {wish_said(wish)}" for wish in partner.self_care) or _("none yet")


def _consents(partner: Partner) -> str:
    given = [consent_name(one) for one in CONSENTS if one in partner.consents]
    return ", ".join(given) or _("to nothing")


def _calendars(account: Account | None, feeds: int, now: datetime) -> str:
    published = ngettext("%(num)d published", "%(num)d published", feeds) % {"num": feeds} if feeds else ""
    return "; ".join(filter(None, (account_said(account, now), published)))


def account_said(account: Account | None, now: datetime) -> str:
    if account is None:
        return _("not connected")
    if account.problem is not None:
        return _("needs a look")
    if account.polled_at is None:
        return _("connected, not read yet")
    return _("connected, read %(ago)s") % {"ago": how_long_ago(account.polled_at, now)}
