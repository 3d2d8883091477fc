"""Read and checked values become the words of the house: household, partners, chores, accounts."""

from __future__ import annotations

from datetime import timedelta

from service.config.reading import Values
from service.domain.chores import Chore, ChoreId
from service.domain.household import (
    CheckInTimes,
    Consent,
    Household,
    HouseholdId,
    OtherWeek,
    Partner,
    SelfCareWish,
    Sitter,
)
from service.ports import Account

_RENAMED = ("id", "window", "liking", "standard", "feed_gap", "shorter")


def household(values: Values) -> Household:
    table, partners = values["household"], values["partner"]
    return Household(
        id=HouseholdId(table["id"]),
        name=table["name"],
        zone=table["time_zone"],
        partners=tuple(_partner(each) for each in partners),
        check_in=CheckInTimes(**table["check_in"]),
        stretch_percent=table["stretch_percent"],
        base_split=table["base_split"] or {partner["id"]: 1 for partner in partners},
        children_born=table["children_born"],
        away=table["children"]["away"] or (),
        asleep=table["children"]["asleep"] or (),
        other_week=_other_week(table["children"]),
        sitters=tuple(
            Sitter(each["id"] or f"sitter-{n}", each["name"], each["hours"])
            for n, each in enumerate(table["sitter"], start=1)
        ),
    )


def _other_week(children: Values) -> OtherWeek | None:
    table = children["other_week"]
    if table is None:
        return None
    return OtherWeek(
        from_on=table["from_on"],
        here=table["here"],
        away=table["away"] or (),
        asleep=table["asleep"] or children["asleep"] or (),
    )


def _partner(table: Values) -> Partner:
    wishes = tuple(
        SelfCareWish(
            wish["name"],
            wish["minutes"],
            wish["per_week"],
            windows=wish["window"],
            needs_cover=wish["needs_cover"],
        )
        for wish in table["self_care"]
    )
    other_keys = ("calendar", "feed", "self_care", "pact")
    rest = {name: value for name, value in table.items() if name not in other_keys}
    consents: frozenset[Consent] = frozenset(("stretch", "pact") if table["pact"] else ("stretch",))
    return Partner(**rest, self_care=wishes, consents=consents)


def chore(table: Values) -> Chore:
    rest = {name: value for name, value in table.items() if name not in _RENAMED}
    return Chore(
        id=ChoreId(table["id"]),
        windows=table["window"],
        liking=table["liking"] or {},
        standard=table["standard"] or "",
        feed_gap_minutes=_minutes(table["feed_gap"]),
        shorter_minutes=_minutes(table["shorter"]),
        **rest,
    )


def _minutes(duration: timedelta | None) -> int | None:
    return duration // timedelta(minutes=1) if duration else None


def account(partner: Values, home: Household, password: str | None) -> Account:
    calendar = partner["calendar"]
    return Account(
        household=home.id,
        partner=partner["id"],
        kind="caldav",
        url=calendar["url"],
        username=calendar["username"],
        secret=password or "",
        busy=calendar["busy"],
        home=calendar["home"],
    )
