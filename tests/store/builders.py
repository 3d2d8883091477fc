"""One line per fact: a household with something in every table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.model import AccountState, CalendarId, SkippedItem
from service.domain.cards import Card
from service.domain.checkin import Agreement, Answer, DaysAway, Raised, State
from service.domain.chores import Cadence, Chore, ChoreId
from service.domain.days_at_home import DaysAtHome, HomeTurn
from service.domain.entries import Entry, JournalEntry, Standing
from service.domain.household import CheckInTimes, Household, HouseholdId, Partner, PartnerId
from service.domain.interval import Interval
from service.domain.off_time import OffTime
from service.domain.plan import Plan
from service.domain.questions import Outcome, Question
from service.domain.week import Week, WeeklyMoment, parse_windows
from service.ports import Account, Link, OutgoingMail
from service.store import SqlStore

HOME = HouseholdId("home")
ANA, BEN = PartnerId("ana"), PartnerId("ben")
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
WEEK = Week.parse("2026-W48")
SECRET = "canary-password"
FEED_URL = "https://roster.example.org/canary.ics"
TITLE = "Canary laundry"
KNOW_HOW = "Canary: the filter is behind the left door"
PRAISE = "Canary: thank you for the nights"
MESSAGE = b"Subject: canary question\r\n\r\nhttp://127.0.0.1:8000/c/canary\r\n"


def at(hours: float) -> datetime:
    """So many hours after `NOW`."""
    return NOW + timedelta(hours=hours)


def span(start: float, end: float) -> Interval:
    return Interval(at(start), at(end))


def a_household(household_id: str = HOME) -> Household:
    return Household(
        id=HouseholdId(household_id),
        name="Home",
        zone=ZoneInfo("Europe/Berlin"),
        partners=(Partner(ANA, "Ana", "ana@example.org"), Partner(BEN, "Ben", "ben@example.org")),
        check_in=CheckInTimes(
            *(WeeklyMoment.parse(moment) for moment in ("Sun 09:00", "Sun 20:30", "Sun 21:30"))
        ),
        base_split={ANA: 1, BEN: 1},
    )


def a_chore(chore_id: str, owner: PartnerId | None = ANA) -> Chore:
    return Chore(
        id=ChoreId(chore_id),
        name=chore_id.title(),
        owner=owner,
        effort_minutes=30,
        cadence=Cadence.parse("weekly"),
        windows=parse_windows("Mon-Fri 17:00-19:30"),
        only=(ANA, BEN),
        liking={ANA: "like", BEN: "dislike"},
    )


def an_account(partner: PartnerId = ANA, household: HouseholdId = HOME) -> Account:
    return Account(household, partner, "caldav", "https://dav.example.org/", partner, SECRET)


def an_answer(partner: PartnerId = ANA, state: State = "weeds") -> Answer:
    return Answer(
        partner,
        state,
        NOW,
        hand_overs=(ChoreId("laundry"),),
        appreciation=PRAISE,
        raised=(Raised(ChoreId("bins"), "shrink"),),
        missed=(ChoreId("bottles"),),
        days_away=DaysAway(date(2026, 11, 30), date(2026, 12, 1)),
    )


def a_journal_entry(
    key: str = "laundry.1", partner: PartnerId = ANA, week: Week = WEEK, standing: Standing = "standing"
) -> JournalEntry:
    entry = Entry(
        partner=partner,
        week=week,
        key=key,
        kind="chore",
        title=TITLE,
        description="Sorted, dry, folded: Wäsche ✓",
        interval=span(24, 25),
        busy=False,
        private=True,
        alarm_minutes_before=15,
    )
    return JournalEntry(
        entry=entry,
        generation=1,
        uid=f"{key}-1@offplate",
        calendar=f"https://dav.example.org/{partner}/offplate/",
        href=f"/{partner}/offplate/{key}.ics",
        etag='"1"',
        fingerprint="f1",
        standing=standing,
        interval=span(26, 27),
    )


def a_plan() -> Plan:
    return Plan(
        "proven", (), {"laundry": "ana"}, (), (), (), (), certificate={"gap": 0}, solver={"seconds": 1}
    )


def an_off_time(partner: PartnerId = ANA, week: Week = WEEK, day: date = date(2026, 11, 24)) -> OffTime:
    return OffTime(
        week=week,
        partner=partner,
        day=day,
        interval=span(1, 9),
        cover=BEN,
        entry_until=at(5),
        asked_at=at(1),
        passed=("bedtime.1",),
        unplaced=(),
        before={"plan": {}, "snapshot": {}},
        changed_to_at=at(1),
    )


def a_card(chore: str = "laundry", until: Week = WEEK) -> Card:
    return Card(ChoreId(chore), ANA, until, know_how=KNOW_HOW, who_else="Granny", learning=True)


def some_days_at_home(last_on: date = date(2026, 11, 26)) -> DaysAtHome:
    return DaysAtHome(
        said_by=ANA,
        said_at=at(1),
        first_on=date(2026, 11, 24),
        last_on=last_on,
        turns=(HomeTurn(date(2026, 11, 24), span(1, 9), BEN, (ANA,)), HomeTurn(last_on, span(25, 33), None)),
        undo_until_at=at(2),
        before={str(WEEK): {"plan": {}, "snapshot": {}}},
        changed_to_at={str(WEEK): at(1)},
    )


def a_question(number: int = 1, outcome: Outcome = "open", week: Week = WEEK) -> Question:
    return Question(
        week=week,
        kind="mend",
        key=f"self-care.ana.{number}",
        cause="event",
        asker=ANA,
        asked=(BEN,),
        about=span(1, 2),
        opened_at=at(number),
        options=(span(3, 4), span(5, 6)),
        outcome=outcome,
        settled_by=None if outcome == "open" else BEN,
        chosen=None if outcome == "open" else span(3, 4),
    )


def a_link(token_hash: bytes = b"h" * 32, partner: PartnerId = ANA, hours: float = 48) -> Link:
    return Link(token_hash, HOME, partner, "check_in", WEEK, at(hours))


def a_mail(partner: PartnerId = ANA, sequence: int = 1, hours: float = 48) -> OutgoingMail:
    address = f"{partner}@example.org"
    return OutgoingMail(0, HOME, partner, WEEK, "check_in", sequence, address, MESSAGE, at(hours))


def fill(store: SqlStore, household_id: str = HOME) -> None:
    """A household with both partners in every table."""
    home = HouseholdId(household_id)
    store.households.save(a_household(home))
    store.households.seed_chores(home, [a_chore("laundry"), a_chore("dishes", BEN)])
    store.check_ins.open(home, WEEK, opened_at=NOW, closes_at=at(3))
    for partner in (ANA, BEN):
        store.accounts.connect(an_account(partner, home))
        store.feeds.connect(home, partner, {"Roster": FEED_URL})
        poll(store, partner=partner, household=home)
        store.check_ins.answer(home, WEEK, an_answer(partner))
        store.links.save(replace(a_link(f"{home} {partner}".encode(), partner), household=home))
        store.outbox.queue(replace(a_mail(partner), household=home))
        store.out_times.save(home, partner, WEEK, parse_windows("Mon-Fri 08:00-16:00"))
    store.plans.save(home, WEEK, "proposed", a_plan(), snapshot={"week": str(WEEK)}, made_at=NOW)
    for partner in (ANA, BEN):
        store.check_ins.agree(home, WEEK, Agreement(partner, NOW), proposal_made_at=NOW)
    store.questions.save(home, a_question())
    store.off_times.save(home, an_off_time())
    store.cards.save(home, a_card())
    store.days_at_home.edit(home, lambda _: some_days_at_home())
    store.due.wake(home, at=NOW)


def poll(
    store: SqlStore, *, partner: PartnerId = ANA, household: HouseholdId = HOME, cursor: int = 1
) -> None:
    """One poll whose state and journal entry carry the same number."""
    store.accounts.save_poll(
        household,
        partner,
        polled_at=NOW,
        state=AccountState({"cursor": cursor}),
        busy=[span(1, 2), span(3, 4)],
        journal=[replace(a_journal_entry(partner=partner), generation=cursor)],
        skipped=[SkippedItem(CalendarId("https://dav.example.org/work/"), "odd.ics", "no DTSTART")],
        problem=None,
    )
