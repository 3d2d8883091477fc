"""One line a fact: a home with two tired people, its chores, busy time, and a world around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import make_url

from connectors.feed.memory import MemoryFeed
from connectors.memory import MemoryConnector
from connectors.memory_server import MemoryServer
from connectors.model import CalendarId, TimeRange, Traffic
from connectors.protocol import BusySource, CalendarConnector
from service.clock import FixedClock
from service.domain.chores import Cadence, Chore, ChoreId, Mode, Place, Shed
from service.domain.household import (
    CheckInTimes,
    Household,
    HouseholdId,
    Partner,
    PartnerId,
    SelfCareWish,
    Sitter,
)
from service.domain.interval import Interval
from service.domain.week import Week, WeeklyMoment, parse_windows, window_intervals
from service.ports import Account, Feed, WeekLines, World
from service.store import SqlStore, open_store
from service.store.migrate import migrate
from tests.onboarding import MemoryOnboarding
from tests.remembered_plans import RememberedPlans

HOME = HouseholdId("home")
ANA, BEN = PartnerId("ana"), PartnerId("ben")
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = Week.parse("2026-W49")
SUNDAY_EVENING = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)
"""Sunday 19:00 in Berlin, the evening before `WEEK`."""


def a_partner(name: str = "Ana", **facts: object) -> Partner:
    partner = Partner(
        id=PartnerId(name.lower()),
        name=name,
        email=f"{name.lower()}@example.org",
        quiet_hours=parse_windows("22:00-06:30"),
        most_minutes_a_day=240,
    )
    return replace(partner, **facts)  # type: ignore[arg-type]


def a_household(**facts: object) -> Household:
    swim = SelfCareWish("Swim", 90, 1, parse_windows("Mon-Fri 18:00-21:00, Sat-Sun 08:00-12:00"))
    run = SelfCareWish("Run", 60, 1, parse_windows("Sat-Sun 08:00-12:00"))
    household = Household(
        id=HOME,
        name="Home",
        zone=BERLIN,
        partners=(a_partner("Ana", self_care=(swim,)), a_partner("Ben", self_care=(run,))),
        check_in=CheckInTimes(
            *(WeeklyMoment.parse(moment) for moment in ("Sun 09:00", "Sun 20:30", "Sun 21:30"))
        ),
        base_split={ANA: 50, BEN: 50},
        children_born=(date(2025, 11, 2),),
        away=parse_windows("Mon-Fri 08:30-16:00"),
        asleep=parse_windows("19:30-06:30, 12:30-14:00"),
        sitters=(Sitter("granny", "Granny", parse_windows("Wed 14:00-18:00")),),
    )
    return replace(household, **facts)  # type: ignore[arg-type]


def a_chore(
    name: str,
    owner: str | None = "ana",
    *,
    minutes: int = 30,
    cadence: str = "weekly",
    window: str = "Mon-Fri 17:00-21:30",
    mode: Mode = "whole",
    at_home: Place = "home",
    shed: Shed = "drop",
    thinking_weight: int = 0,
    routine: str | None = None,
    only: tuple[str, ...] = (),
    with_children: bool = True,
    for_children: bool = False,
    alarm: bool = False,
) -> Chore:
    return Chore(
        id=ChoreId(name.lower().replace(" ", "-")),
        name=name,
        owner=PartnerId(owner) if owner else None,
        effort_minutes=minutes,
        cadence=Cadence.parse(cadence),
        windows=parse_windows(window),
        mode=mode,
        at_home=at_home,
        shed=shed,
        thinking_weight=thinking_weight,
        routine=routine,
        only=tuple(PartnerId(partner) for partner in only),
        with_children=with_children,
        for_children=for_children,
        alarm=alarm,
    )


def some_chores() -> list[Chore]:
    never, shrink = {"shed": "never"}, {"shed": "shrink"}
    close_down = {"cadence": "daily", "window": "19:30-21:45", "routine": "close-down", "shed": "shrink"}
    run = {"cadence": "weekdays", "window": "Mon-Fri 07:45-08:30", "mode": "alternating", "at_home": "out"}
    weekend = {"window": "Sat-Sun 09:00-18:00"}
    rows: list[tuple[str, str, int, dict[str, object]]] = [
        ("Nursery run", "ana", 30, run | never),
        ("Dinner", "ana", 45, {"cadence": "daily", "window": "17:00-19:00", "mode": "alternating"} | shrink),
        ("Bedtime", "ben", 45, {"cadence": "daily", "window": "18:45-20:15"} | never),
        ("Kitchen", "ana", 20, close_down),
        ("Bottles", "ana", 15, close_down),
        ("Bins", "ben", 15, {"window": "Wed 17:00-21:45"} | never),
        ("Laundry", "ana", 30, {"cadence": "3/week", "window": "08:00-21:00"} | shrink),
        ("Food shop", "ben", 60, {"window": "Sat 09:00-18:00", "at_home": "out", "thinking_weight": 2}),
        ("Bathroom", "ben", 30, weekend),
        ("Clothes check", "ana", 45, weekend | {"thinking_weight": 3}),
    ]
    return [
        a_chore(name, owner, minutes=minutes, **facts)  # type: ignore[arg-type]
        for name, owner, minutes, facts in rows
    ]


def busy(text: str, week: Week = WEEK) -> list[TimeRange]:
    """`busy("Mon 18:00-19:30")` as a calendar would hold it."""
    return [TimeRange(i.start_at, i.end_at) for i in window_intervals(parse_windows(text), week, BERLIN)]


def time_range(interval: Interval) -> TimeRange:
    return TimeRange(interval.start_at, interval.end_at)


def span(text: str, week: Week = WEEK) -> Interval:
    """One stretch of that week: `span("Tue 20:00-21:00")`."""
    (time,) = busy(text, week)
    return Interval(time.start_at, time.end_at)


@dataclass
class RecordingPost:
    """The post, holding what it was asked to send."""

    sent: list[tuple[str, PartnerId, Week, object]] = field(default_factory=list)
    asked: set[tuple[PartnerId, Week, int]] = field(default_factory=set)

    def invitation(
        self, household: Household, partner: Partner, week: Week, *, inviter: Partner, link: str
    ) -> bool:
        return self._take("invitation", partner, week, link)

    def check_in(
        self,
        household: Household,
        partner: Partner,
        week: Week,
        *,
        link: str,
        closes_at: datetime,
        short_way: bool = False,
    ) -> bool:
        return self._take("check_in", partner, week, link)

    def week(
        self,
        household: Household,
        partner: Partner,
        week: Week,
        *,
        lines: WeekLines,
        link: str,
        sequence: int = 1,
    ) -> bool:
        return self._take("week", partner, week, lines)

    def needs_you(
        self, household: Household, partner: Partner, week: Week, *, problem: str, sequence: int, link: str
    ) -> bool:
        mail = (partner.id, week, sequence)
        if mail in self.asked:
            return False
        self.asked.add(mail)
        return self._take("needs_you", partner, week, problem)

    def question(
        self,
        household: Household,
        partner: Partner,
        week: Week,
        *,
        sentence: str,
        answers: tuple[str, ...],
        sequence: int,
        link: str,
    ) -> bool:
        mail = (partner.id, week, sequence)
        if mail in self.asked:
            return False
        self.asked.add(mail)
        return self._take("question", partner, week, sentence)

    def changed(
        self,
        household: Household,
        partner: Partner,
        week: Week,
        *,
        heading: str,
        lines: tuple[str, ...],
        sequence: int,
        link: str,
    ) -> bool:
        mail = (partner.id, week, sequence)
        if mail in self.asked:
            return False
        self.asked.add(mail)
        return self._take("changed", partner, week, " ".join([heading, *lines]))

    def _take(self, kind: str, partner: Partner, week: Week, what: object) -> bool:
        self.sent.append((kind, partner.id, week, what))
        return True


@dataclass
class Home:
    """A household with its world: SQLite, calendars in memory, a clock that stands still."""

    world: World
    server: MemoryServer
    clock: FixedClock
    post: RecordingPost
    personal: dict[PartnerId, CalendarId]
    feeds: dict[str, MemoryFeed] = field(default_factory=dict)
    """What is published, by address."""

    @property
    def store(self) -> SqlStore:
        store = self.world.store
        assert isinstance(store, SqlStore)
        return store

    def put_busy(self, partner: PartnerId, text: str, week: Week = WEEK) -> None:
        for time in busy(text, week):
            self.server.account(partner).add_event(self.personal[partner], time)

    def add_feed(self, partner: PartnerId, name: str) -> MemoryFeed:
        """A published calendar, empty yet, that makes `partner` busy."""
        url = f"memory:{partner}/{name}"
        known = {feed.name: feed.url for feed in self.store.feeds.of_partner(HOME, partner)}
        self.store.feeds.connect(HOME, partner, known | {name: url})
        return self.feeds.setdefault(url, MemoryFeed())

    def titles(self, partner: PartnerId) -> list[str]:
        return [entry.title for entry in self.server.account(partner).entries()]


@cache
def _empty_database() -> bytes:
    """A SQLite file of this schema, migrated once for all homes; the store's own tests migrate theirs."""
    with TemporaryDirectory() as folder:
        migrate(make_url(f"sqlite:///{folder}/offplate.db"))
        return Path(folder, "offplate.db").read_bytes()


@contextmanager
def a_home(
    folder: Path,
    *,
    now: datetime = SUNDAY_EVENING,
    household: Household | None = None,
    chores: list[Chore] | None = None,
    accounts: tuple[PartnerId, ...] = (ANA, BEN),
) -> Iterator[Home]:
    """A home whose `accounts` are connected; the others have no calendar that Offplate knows."""
    server, clock, post = MemoryServer(), FixedClock(now), RecordingPost()
    if not (database := folder / "offplate.db").exists():
        database.touch(mode=0o600)
        database.write_bytes(_empty_database())
    store = open_store(f"sqlite:///{database}", key=folder / "key")

    def connector(account: Account) -> CalendarConnector:
        return MemoryConnector(server, account.username, password=account.secret)

    feeds: dict[str, MemoryFeed] = {}

    def source(feed: Feed) -> BusySource:
        feeds[feed.url].traffic = Traffic()
        return feeds[feed.url]

    world = World(
        store=store,
        clock=clock,
        open_connector=connector,
        open_feed=source,
        onboarding=MemoryOnboarding(server),
        post=post,
        planner=RememberedPlans(),
        base_url="http://127.0.0.1:8000",
        sync_every=timedelta(minutes=5),
    )
    home = household or a_household()
    store.households.save(home)
    store.households.seed_chores(home.id, some_chores() if chores is None else chores)
    personal = {}
    for partner in home.partners:
        personal[partner.id] = server.account(partner.id).add_calendar("Personal")
        if partner.id in accounts:
            store.accounts.connect(Account(home.id, partner.id, "caldav", "memory:", partner.id, "secret"))
    try:
        yield Home(world, server, clock, post, personal, feeds)
    finally:
        store.close()
