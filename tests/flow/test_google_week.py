"""Ben's calendar is at Google, Ana's is not: the same week, the same gestures, and each way back.

Over the wire, through the connector that wiring opens, to the double behind its gate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.google import GoogleApp, GoogleClient, GoogleEndpoints, GoogleGrant, rights
from connectors.protocol import CalendarConnector
from service import doctor
from service.demo.google_double import CLIENT_ID, CLIENT_SECRET, GoogleDouble, Person, serving
from service.flow import guards
from service.flow.tick_report import TickReport
from service.flow.week import tick
from service.mail.post import OutboxPost
from service.ports import Account
from service.wiring import connector_opener
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home

PAGE = "http://127.0.0.1:8000/week/"
NEAR = (WEEK, WEEK.previous)
LEAST = frozenset((rights.OWN_CALENDAR, rights.BUSY_TIMES))


@dataclass
class AtGoogle:
    """A home whose Ben has a Google account, and that account."""

    home: Home
    double: GoogleDouble
    ben: Person

    def tick(self, **how: object) -> TickReport:
        return tick(self.home.world, HOME, **how)  # type: ignore[arg-type]

    def consent(self, scopes: frozenset[str] = LEAST) -> None:
        """As the page saves it when Ben comes back from Google."""
        grant = GoogleGrant(self.double.connect(self.ben.email, scopes), scopes)
        account = Account(
            HOME, BEN, "google", "https://calendar.google.com/", self.ben.email, grant.to_json()
        )
        self.home.store.accounts.connect(account)

    @property
    def account(self) -> Account:
        account = self.home.store.accounts.get(HOME, BEN)
        assert account is not None
        return account

    @property
    def entries(self) -> dict[str, dict[str, str]]:
        """Ben's entries at Google, by id."""
        assert self.account.home_id is not None
        return self.ben.events(self.account.home_id)

    def find(self, words: str) -> str:
        return next(each for each, event in sorted(self.entries.items()) if words in event["summary"])

    def mails(self) -> int:
        """What waits in the outbox for Ben because he alone can mend something."""
        waiting = self.home.store.outbox.due(now=self.home.clock.now(), limit=100)
        return sum((mail.kind, mail.partner) == ("needs_you", BEN) for mail in waiting)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A small one: what is tried here is the way to Google, not the planner."""
    chores = [
        a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
        a_chore("Lunch boxes", "ben", cadence="3/week", window="17:00-21:00", shed="shrink"),
        a_chore("Laundry", "ana", minutes=45, window="Sat-Sun 09:00-18:00"),
    ]
    with a_home(tmp_path, chores=chores) as made:
        yield made


@pytest.fixture
def there(home: Home) -> Iterator[AtGoogle]:
    double = GoogleDouble(now=home.clock.now)
    with serving(double) as at:
        app = GoogleApp(GoogleClient(CLIENT_ID, CLIENT_SECRET), GoogleEndpoints(api=at.api, token=at.token))
        opener = connector_opener(home.clock, ("127.0.0.1",), accounts=home.store.accounts, google=app)

        post = OutboxPost(
            home.store.outbox,
            home.store.links,
            home.clock,
            sender="Offplate <o@example.org>",
            base_url=home.world.base_url,
        )

        def connector(account: Account) -> CalendarConnector:
            return opener(account) if account.kind == "google" else home.world.open_connector(account)

        made = AtGoogle(
            replace(home, world=replace(home.world, open_connector=connector, post=post)),
            double,
            double.add_account("ben@example.org"),
        )
        made.consent()
        yield made
    assert [str(problem) for problem in double.problems] == []


def test_the_week_stands_in_both_calendars_and_an_unchanged_one_costs_two_requests(there: AtGoogle) -> None:
    first = there.tick()
    assert first.partners[BEN].problem is None
    assert first.partners[BEN].written.created == len(there.entries) > 3
    hers = [entry.text for entry in there.home.server.account(ANA).entries()]
    assert {event["source"]["url"] for event in there.entries.values()} <= {f"{PAGE}{w}" for w in NEAR}
    assert hers
    assert all(f"URL:{PAGE}" in text for text in hers)
    second = there.tick().partners[BEN]
    assert (second.requests, second.writes) == (2, 0)
    assert len([each for each in there.ben.calendars() if each.summary == "Offplate"]) == 1


def test_what_google_renewed_is_kept_for_the_next_time(there: AtGoogle) -> None:
    there.tick()
    token = GoogleGrant.from_json(there.account.secret).access_token
    assert token is not None
    there.home.clock.move(timedelta(hours=2))
    there.tick()
    renewed = GoogleGrant.from_json(there.account.secret)
    assert renewed.access_token not in (None, token)
    assert not renewed.making_home


def test_busy_times_are_planned_around_and_their_words_never_seen(there: AtGoogle) -> None:
    there.tick()
    start = there.home.clock.now() + timedelta(days=1)
    there.ben.add("primary", "Psychiatrist", start, start + timedelta(hours=3))
    there.tick()
    busy = there.home.store.accounts.busy(HOME, BEN)
    assert any(time.start_at == start for time in busy)
    assert "Psychiatrist" not in str(there.account.state.json)


def test_gestures_mean_what_they_mean_on_caldav(there: AtGoogle) -> None:
    there.tick()
    assert there.account.home_id is not None
    calendar = there.account.home_id
    ids = sorted(there.entries)
    dragged, deleted, taken = ids[0], ids[1], ids[2]
    there.ben.drag(calendar, dragged, timedelta(minutes=15))
    there.ben.retitle(calendar, taken, f"x {there.entries[taken]['summary']}")
    there.ben.delete(calendar, deleted)
    stands = {each: there.entries[each] for each in (dragged, taken)}
    there.tick()
    there.tick()
    assert {each: there.entries[each] for each in (dragged, taken)} == stands
    rows = {row.uid.partition("@")[0]: row for row in there.home.store.journal.of_partner(HOME, BEN)}
    assert rows[dragged].standing == "kept"
    assert rows[taken].standing == "done"
    assert deleted not in there.entries


def test_an_entry_dragged_to_another_calendar_is_its_persons(there: AtGoogle) -> None:
    there.tick()
    assert there.account.home_id is not None
    family = there.ben.add_calendar("Family")
    moved = max(there.entries)
    there.ben.move_to(there.account.home_id, moved, family)
    before = there.ben.events(family)
    for _ in range(2):
        there.tick()
    assert there.ben.events(family) == before
    assert moved not in there.entries


@pytest.mark.parametrize("how", ["revoked", "deleted client", "testing"])
def test_a_connection_that_ended_costs_that_half_one_mail_and_nothing_else(there: AtGoogle, how: str) -> None:
    there.tick()
    before = there.entries
    if how == "revoked":
        there.double.revoke(there.ben.email)
    elif how == "deleted client":
        there.double.delete_client()
        there.double.expire_access_tokens()
    else:
        there.double.set_testing()
        there.consent()
        there.home.clock.move(timedelta(days=7, minutes=1))
    for _ in range(3):
        report = there.tick(at_once=True)
        assert report.partners[ANA].problem is None
        said = report.partners[BEN].problem or ""
        assert ("Whoever runs this Offplate" if how == "deleted client" else "Connect Google again") in said
        there.home.clock.move(timedelta(minutes=5))
    assert there.mails() == 1
    assert there.entries == before
    there.double.oauth.clients[CLIENT_ID].deleted = False
    there.double.set_testing(testing=False)
    there.consent()
    after = there.tick()
    assert after.partners[BEN].problem is None
    assert there.account.home_id is not None
    assert len([each for each in there.ben.calendars() if each.summary == "Offplate"]) == 1


@pytest.mark.parametrize(
    ("status", "reason", "words"),
    [
        (403, "rateLimitExceeded", "asks for a pause"),
        (403, "quotaExceeded", "in a few hours"),
    ],
)
def test_limits_are_waited_out_without_a_mail(there: AtGoogle, status: int, reason: str, words: str) -> None:
    there.tick()
    before = there.entries
    there.double.faults.refuse("*", status, reason, times=-1)
    report = there.tick()
    assert words in (report.partners[BEN].problem or "")
    assert not report.partners[BEN].needs_person
    assert there.account.retry_at is not None
    there.double.faults.clear()
    assert there.tick().partners[BEN].requests == 0, "left alone until its time"
    there.home.clock.move(timedelta(hours=4))
    there.tick()
    assert there.account.problem is None
    assert set(there.entries) >= set(before)
    assert there.mails() == 0


def test_a_limit_on_our_calendar_alone_leaves_the_account_alone_for_longer_each_time(there: AtGoogle) -> None:
    there.tick()
    there.double.faults.refuse("events.list", 429, "rateLimitExceeded", times=-1)
    asked = []
    for _ in range(13):
        report = there.tick().partners[BEN]
        assert "asks for a pause" in (report.problem or "")
        asked.append(len(there.double.log))
        there.home.clock.move(timedelta(minutes=5))
    assert len(set(asked)) <= 4, "at once, after 5, 15 and 60 minutes, each up to a fifth longer"
    assert there.account.failures == len(set(asked))
    there.double.faults.clear()
    there.home.clock.move(timedelta(hours=2))
    there.tick()
    assert (there.account.problem, there.account.retry_at, there.account.failures) == (None, None, 0)


def test_our_calendar_deleted_by_its_person_waits_for_their_word(there: AtGoogle) -> None:
    there.tick()
    old = there.account.home_id
    assert old is not None
    there.ben.delete_calendar(old)
    for _ in range(2):
        report = there.tick()
        assert "is gone. Nothing is written there" in (report.partners[BEN].problem or "")
    assert there.mails() == 1
    assert [each.id for each in there.ben.calendars()] == [there.ben.email]
    there.tick(confirmed=frozenset({BEN}))
    there.tick()
    assert there.account.home_id != old
    assert there.account.problem is None
    assert there.entries


@pytest.mark.parametrize("lists", [False, True])
def test_a_calendar_of_another_project_is_asked_about_and_nothing_is_taken_for_an_edit(
    there: AtGoogle, lists: bool
) -> None:
    """In the double another OAuth client does not reach it, and a list under the right to busy times shows
    all of its entries, without a word."""
    scopes = LEAST | ({rights.CALENDAR_LIST} if lists else set())
    there.consent(scopes)
    there.tick()
    old, before = there.account.home_id, there.entries
    assert old is not None
    there.ben.calendar(old).made_by = "the project before"
    there.consent(scopes)
    for _ in range(2):
        report = there.tick(at_once=True).partners[BEN]
        assert "another Google project made it. Nothing is written there" in (report.problem or "")
        assert "then delete the old one" in (report.problem or "")
    assert {row.standing for row in there.home.store.journal.of_partner(HOME, BEN)} == {"standing"}
    assert there.mails() == 1
    assert doctor._connection(there.home.world, there.account, "ben").health == "fail"
    assert guards.say_it_is_right(there.home.world, HOME, BEN, there.account.problem or "")
    there.tick()
    assert there.account.problem is None
    assert there.account.home_id != old
    assert there.ben.events(old) == before
    assert [event["start"] for event in there.entries.values()] == [e["start"] for e in before.values()]
    unchanged = there.tick().partners[BEN]
    assert (unchanged.requests, unchanged.writes) == (2, 0)


def test_a_right_that_was_not_given_costs_what_needs_it(there: AtGoogle) -> None:
    there.consent(frozenset({rights.OWN_CALENDAR}))
    report = there.tick()
    assert "See the availability" in (report.partners[BEN].problem or "")
    assert report.partners[BEN].written.created == len(there.entries) > 3


def test_colleagues_see_busy_and_nothing_else(there: AtGoogle) -> None:
    there.consent(LEAST | {rights.MAIN_CALENDAR})
    there.tick()
    copies = list(there.ben.events("primary").values())
    assert copies
    assert {copy["summary"] for copy in copies} == {"Busy"}
    originals = {(e["start"]["dateTime"], e["end"]["dateTime"]) for e in there.entries.values()}
    assert {(copy["start"]["dateTime"], copy["end"]["dateTime"]) for copy in copies} <= originals
    second = there.tick().partners[BEN]
    assert second.writes == 0


def test_doctor_finds_our_calendar_without_the_right_to_the_list(there: AtGoogle) -> None:
    there.tick()
    said = doctor._connection(there.home.world, there.account, "ben")
    assert (said.health, "can be written to" in said.says) == ("ok", True)
    assert there.account.home_id is not None
    there.ben.delete_calendar(there.account.home_id)
    assert doctor._connection(there.home.world, there.account, "ben").health == "fail"
