"""A partner's own calendars in words: which account, how it is, what makes them busy.

Reads: their account and feeds. Never: a secret, the address of a feed, a title.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from service.domain.household import HouseholdId, PartnerId
from service.flow.connect_calendar import may_connect, should_connect
from service.flow.google_account import which_count
from service.flow.guards import say_it_is_right, what_a_yes_does
from service.flow.own_settings import ChangedMeanwhileError, mark_of
from service.flow.own_view import account_said, how_long_ago
from service.flow.read_feeds import what_is_wrong
from service.ports import Account, World
from service.words import _, ngettext


@dataclass(frozen=True, slots=True)
class FeedLine:
    name: str
    said: str


@dataclass(frozen=True, slots=True)
class CalendarsView:
    """`where` is whose server it is, `said` how it is. `should_connect`: they have none, or have to do it
    anew; `may_connect` is False where config.toml names the account. `yes_does` is what follows from saying
    that what stopped the writing is right, `asked` the mark of that problem, `said_yes` that they have."""

    where: str
    username: str
    said: str
    problem: str
    busy: str
    home: str
    may_connect: bool
    should_connect: bool
    feeds: tuple[FeedLine, ...]
    connect_at: str = "/connect"
    yes_does: str = ""
    said_yes: bool = False
    asked: str = ""


def calendars(world: World, household_id: HouseholdId, partner_id: PartnerId) -> CalendarsView:
    household, now = world.store.households.get(household_id), world.clock.now()
    account = world.store.accounts.get(household_id, partner_id)
    feeds = []
    for feed in world.store.feeds.of_partner(household_id, partner_id):
        read = _("read %(ago)s") % {"ago": how_long_ago(feed.read_at, now)} if feed.read_at else ""
        feeds.append(FeedLine(feed.name, what_is_wrong(feed, household.zone) or read or _("not read yet")))
    return CalendarsView(
        where=_where(account),
        username=account.username if account else "",
        said=account_said(account, now),
        problem=(account.problem or "") if account else "",
        busy=_busy(world, account),
        home=account.home if account and "/" not in account.home else "",
        may_connect=may_connect(world, household_id, partner_id),
        should_connect=should_connect(world, household_id, partner_id),
        feeds=tuple(feeds),
        connect_at="/connect/google"
        if account and account.kind == "google" and world.google is not None
        else "/connect",
        yes_does=what_a_yes_does(account.problem) if account else "",
        said_yes=account is not None and account.problem is not None and account.confirmed == account.problem,
        asked=mark_of(account.problem) if account else "",
    )


def say_yes(world: World, household: HouseholdId, partner: PartnerId, asked: str) -> None:
    """What stopped the writing is right: go on. `asked` is the mark of the problem that the page showed.

    Raises:
        ChangedMeanwhileError: another problem stands by now, or none. Nothing was kept: show what stands.
    """
    account = world.store.accounts.get(household, partner)
    if account is None or account.problem is None or mark_of(account.problem) != asked:
        raise ChangedMeanwhileError
    if not say_it_is_right(world, household, partner, account.problem):
        raise ChangedMeanwhileError


def _where(account: Account | None) -> str:
    if account is None:
        return ""
    return "Google" if account.kind == "google" else urlsplit(account.url).hostname or _("your server")


def _busy(world: World, account: Account | None) -> str:
    if account is None:
        return ""
    if account.kind == "google":
        return which_count(account, world.google.held(account.secret).rights) if world.google else ""
    if account.busy is None:
        return _("Every calendar in it makes you busy, those you add later too.")
    if not account.busy:
        return _("None of its calendars makes you busy.")
    count = len(account.busy)
    if any("/" in chosen for chosen in account.busy):  # chosen by address, which says nothing to a person
        said = ngettext(
            "One of its calendars makes you busy.", "%(num)d of its calendars make you busy.", count
        )
        return said % {"num": count}
    return _("These make you busy: %(names)s.") % {"names": ", ".join(account.busy)}
