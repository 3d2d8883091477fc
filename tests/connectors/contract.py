"""What every connector promises, as tests: one suite, run in every world of tests/connectors/worlds.py.

Each promise and each error of connectors/protocol.py has a test here; what only one provider can do
is tested beside it, not in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors import ics, identity
from connectors.errors import (
    AccessDeniedError,
    AuthExpiredError,
    BadResponseError,
    CalendarGoneError,
    ConnectorError,
    EntryChangedError,
    EntryExistsError,
    EntryGoneError,
    QuotaExhaustedError,
    RateLimitedError,
    RetryLaterError,
    UnavailableError,
)
from connectors.model import (
    AccountDelta,
    AccountState,
    CalendarId,
    EntryDraft,
    EntryElsewhere,
    EntryRef,
    TimeRange,
    Watch,
)
from connectors.protocol import CalendarConnector
from tests.connectors.events import vcalendar, vevent
from tests.connectors.worlds import PASSWORD, World

MARK = identity.ownership_mark("here", "home", "ana")
WEEK = TimeRange(datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC))
NOTHING = AccountState()


def at(day: int, hour: float, hours: float = 1) -> TimeRange:
    """A time in the week, counted in days from Monday and hours in UTC."""
    start_at = WEEK.start_at + timedelta(days=day, hours=hour)
    return TimeRange(start_at, start_at + timedelta(hours=hours))


def event(uid: str, time: TimeRange, *more: str, title: str = "Dentist") -> str:
    """A person's own event."""
    lines = (
        "DTSTAMP:20261101T000000Z",
        f"DTSTART:{time.start_at:%Y%m%dT%H%M%SZ}",
        f"DTEND:{time.end_at:%Y%m%dT%H%M%SZ}",
        f"SUMMARY:{title}",
    )
    return vcalendar(vevent(*lines, *more, uid=uid))


def draft(block: str = "bins.0", time: TimeRange | None = None, *, title: str = "Bins out") -> EntryDraft:
    return EntryDraft(
        uid=identity.entry_uid("here", "home", block, 0),
        title=title,
        description="At the kerb by nine, lids shut",
        time=time or at(2, 19),
        busy=True,
        private=False,
        mark=block,
    )


def moved(text: str, to: TimeRange) -> str:
    """The text after its person dragged the event."""
    lines = []
    for line in text.splitlines():
        if line.startswith("DTSTART"):
            line = f"DTSTART:{to.start_at:%Y%m%dT%H%M%SZ}"
        elif line.startswith("DTEND"):
            line = f"DTEND:{to.end_at:%Y%m%dT%H%M%SZ}"
        lines.append(line)
    return "\r\n".join([*lines, ""])


def fingerprint(text: str) -> str:
    return ics.read(text, window=WEEK, time_zone="UTC").fingerprint


class Desk:
    """A world with its connector and home, and the sentences that most tests say."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.connector = world.connector()
        self.home = self.connector.ensure_home("Offplate", MARK).id
        self.state = NOTHING

    def poll(self, **watch: object) -> AccountDelta:
        """Poll as the next tick would: with the state that was saved, from JSON."""
        looking_at = replace(Watch(WEEK, "Europe/Berlin", home=self.home), **watch)  # type: ignore[arg-type]
        delta = self.connector.poll_account(looking_at, self.state)
        self.state = AccountState(json.loads(json.dumps(delta.state.json)))
        return delta

    def busy(self, calendar: CalendarId) -> list[TimeRange]:
        (reading,) = [r for r in self.poll().readings if r.calendar == calendar]
        assert reading.error is None
        return list(reading.busy)

    def edit(self, ref: EntryRef, to: TimeRange) -> str:
        """The person drags our entry elsewhere; the text as it stands now."""
        name = ref.href.rpartition("/")[2]
        self.world.put(self.home, name, moved(self.world.texts(self.home)[name], to))
        return self.world.texts(self.home)[name]


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


class CalendarContract:
    """Calendars: listed whole, ours made once."""

    def test_calendars_are_listed_by_their_names(self, world: World) -> None:
        calendar = world.add_calendar("Ana's work")
        named = {ref.id: ref for ref in world.connector().list_calendars()}
        assert named[calendar].name == "Ana's work"
        assert named[calendar].writable
        assert named[calendar].mark is None

    def test_a_wrong_password_is_said_and_never_looks_like_an_empty_account(self, world: World) -> None:
        world.add_calendar("Personal")
        stranger = world.connector(password="wrong")
        for verb in self._verbs(stranger):
            with pytest.raises(AuthExpiredError):
                verb()

    def test_no_error_tells_the_password_or_a_title(self, world: World) -> None:
        world.add_calendar("Personal")
        for verb in self._verbs(world.connector(password="a wrong secret")):
            with pytest.raises(ConnectorError) as raised:
                verb()
            assert not {"secret", "Bins"} & set(str(raised.value).split())

    def _verbs(self, connector: CalendarConnector) -> list[Callable[[], object]]:
        return [
            connector.list_calendars,
            lambda: connector.ensure_home("Offplate", MARK),
            lambda: connector.poll_account(Watch(WEEK, "UTC"), NOTHING),
        ]

    def test_our_calendar_is_made_once_and_found_again(self, world: World) -> None:
        first = world.connector().ensure_home("Offplate", MARK)
        assert (first.name, first.mark, first.writable) == ("Offplate", MARK, True)
        assert world.connector().ensure_home("Offplate", MARK) == first
        assert [ref.mark is None for ref in world.connector().list_calendars()].count(False) == 1

    def test_our_calendar_is_found_under_any_name_its_person_gives_it(self, world: World) -> None:
        ours = world.connector().ensure_home("Offplate", MARK)
        world.rename_calendar(ours.id, "Chores")
        found = world.connector().ensure_home("Offplate", MARK)
        assert (found.id, found.name) == (ours.id, "Chores")

    def test_a_calendar_that_only_has_our_name_is_not_ours(self, world: World) -> None:
        theirs = world.add_calendar("Offplate")
        ours = world.connector().ensure_home("Offplate", MARK)
        assert ours.id != theirs
        assert world.connector().ensure_home("Offplate", MARK) == ours

    def test_two_partners_in_one_account_get_two_calendars(self, world: World) -> None:
        other = identity.ownership_mark("here", "home", "ben")
        assert world.connector().ensure_home("Ana", MARK).id != world.connector().ensure_home("Ben", other).id

    def test_a_calendar_chosen_by_its_id_is_used_as_it_is(self, world: World) -> None:
        theirs = world.add_calendar("Family")
        assert world.connector().ensure_home(theirs, MARK).id == theirs
        assert world.connector().ensure_home(theirs, MARK).mark is None

    def test_a_chosen_calendar_that_is_not_there_is_said(self, world: World) -> None:
        theirs = world.add_calendar("Family")
        world.remove_calendar(theirs)
        with pytest.raises(CalendarGoneError):
            world.connector().ensure_home(theirs, MARK)

    def test_a_chosen_calendar_that_is_read_only_is_said(self, world: World) -> None:
        shared = world.add_calendar("Shared", read_only=True)
        with pytest.raises(AccessDeniedError):
            world.connector().ensure_home(shared, MARK)

    def test_a_lost_reply_does_not_make_a_second_calendar(self, world: World) -> None:
        world.lose_reply("write")
        ours = world.connector().ensure_home("Offplate", MARK)
        assert world.connector().ensure_home("Offplate", MARK) == ours
        assert [ref.mark is None for ref in world.connector().list_calendars()].count(False) == 1

    @pytest.mark.parametrize("carried_out", [False, True])
    def test_making_our_calendar_may_be_cut_off_anywhere_and_repeated(
        self, world: World, carried_out: bool
    ) -> None:
        for survived in range(6):
            world.hang_up("any", after=survived, carried_out=carried_out)
            with suppress(RetryLaterError):
                world.connector().ensure_home("Offplate", MARK)
            world.recover()
        world.connector().ensure_home("Offplate", MARK)
        assert [ref.mark is None for ref in world.connector().list_calendars()].count(False) == 1


class PollContract:
    """A poll: the whole present view, an error never an empty list."""

    def test_events_make_busy_and_touching_ones_are_one(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "a.ics", event("a", at(0, 9)))
        desk.world.put(work, "b.ics", event("b", at(0, 10, 2)))
        desk.world.put(work, "c.ics", event("c", at(3, 8)))
        assert desk.busy(work) == [at(0, 9, 3), at(3, 8)]

    def test_free_cancelled_and_declined_events_do_not_make_busy(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "free.ics", event("free", at(0, 9), "TRANSP:TRANSPARENT"))
        desk.world.put(work, "off.ics", event("off", at(1, 9), "STATUS:CANCELLED"))
        attendee = "ATTENDEE;PARTSTAT=DECLINED:mailto:ana@example.org"
        organizer = "ORGANIZER:mailto:boss@example.org"
        desk.world.put(work, "no.ics", event("no", at(2, 9), organizer, attendee))
        (reading,) = [r for r in desk.poll(addresses=("ana@example.org",)).readings if r.calendar == work]
        assert reading.busy == ()

    def test_a_series_makes_busy_on_each_of_its_days(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "standup.ics", event("s", at(-28, 8, 0.5), "RRULE:FREQ=WEEKLY;BYDAY=MO,WE"))
        assert desk.busy(work) == [at(0, 8, 0.5), at(2, 8, 0.5)]

    def test_all_day_events_last_the_days_of_the_person(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Trips")
        lines = ("DTSTAMP:20261101T000000Z", "DTSTART;VALUE=DATE:20261125", "DTEND;VALUE=DATE:20261126")
        desk.world.put(work, "trip.ics", vcalendar(vevent(*lines, uid="trip")))
        assert desk.busy(work) == [at(1, 23, 24)]
        (reading,) = [r for r in desk.poll(time_zone="America/New_York").readings if r.calendar == work]
        assert list(reading.busy) == [at(2, 5, 24)]

    def test_busy_time_ends_where_the_window_ends(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "night.ics", event("night", at(6, 20, 10)))
        desk.world.put(work, "later.ics", event("later", at(9, 9)))
        assert desk.busy(work) == [at(6, 20, 4)]

    def test_only_the_chosen_calendars_make_busy(self, desk: Desk) -> None:
        work, choir = desk.world.add_calendar("Work"), desk.world.add_calendar("Choir")
        desk.world.put(work, "a.ics", event("a", at(0, 9)))
        desk.world.put(choir, "b.ics", event("b", at(0, 19)))
        delta = desk.poll(busy=(work,))
        assert [(r.calendar, r.busy) for r in delta.readings] == [(work, (at(0, 9),))]

    def test_our_own_calendar_is_never_busy(self, desk: Desk) -> None:
        desk.connector.create_entry(desk.home, draft())
        assert desk.home not in {r.calendar for r in desk.poll().readings}
        assert desk.home not in {r.calendar for r in desk.poll(busy=(desk.home,)).readings}

    def test_a_copy_made_for_colleagues_is_never_busy(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "copy.ics", event("copy@offplate", at(0, 9)))
        desk.world.put(work, "real.ics", event("real", at(0, 9.5)))
        delta = desk.poll(busy=(work,), copies=("copy@offplate",))
        assert [reading.busy for reading in delta.readings] == [(at(0, 9.5),)]

    def test_a_partners_calendar_of_ours_in_the_same_account_is_never_busy(self, desk: Desk) -> None:
        mark = identity.ownership_mark("here", "home", "ben")
        theirs = desk.connector.ensure_home("Offplate", mark).id
        desk.connector.create_entry(theirs, draft())
        assert theirs not in {r.calendar for r in desk.poll().readings}

    def test_entries_are_seen_as_they_were_written(self, desk: Desk) -> None:
        written = draft()
        ref = desk.connector.create_entry(desk.home, written)
        (seen,) = desk.poll().entries or ()
        assert (seen.ref.href, seen.ref.uid, seen.ref.calendar) == (ref.href, written.uid, desk.home)
        assert seen.fingerprint == ics.fingerprint(written)
        assert (seen.start_at, seen.end_at) == (written.time.start_at, written.time.end_at)
        assert (seen.times, seen.busy, seen.recurring) == ((written.time,), True, False)
        assert (seen.gesture, seen.mark) == ("none", "bins.0")

    def test_without_a_home_there_are_no_entries(self, desk: Desk) -> None:
        assert desk.poll(home=None).entries is None
        assert desk.home not in {r.calendar for r in desk.poll(home=None).readings}, "ours, home or not"

    def test_what_a_person_does_to_an_entry_is_seen(self, desk: Desk) -> None:
        written = draft()
        ref = desk.connector.create_entry(desk.home, written)
        desk.poll()
        text = desk.edit(ref, at(4, 20)).replace("Bins out", "x Bins out")
        desk.world.put(desk.home, ref.href, text)
        (seen,) = desk.poll().entries or ()
        assert (seen.start_at, seen.gesture) == (at(4, 20).start_at, "done")
        assert seen.fingerprint != ics.fingerprint(written)
        desk.world.remove(desk.home, ref.href)
        assert desk.poll().entries == ()

    def test_an_entry_moved_out_of_the_window_is_still_listed(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.poll()
        desk.edit(ref, at(300, 9))
        (seen,) = desk.poll().entries or ()
        assert (seen.times, seen.start_at) == ((), at(300, 9).start_at)

    def test_a_copy_made_by_a_person_is_another_entry(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        text = desk.world.texts(desk.home)[ref.href].replace(draft().uid, "copy@app")
        desk.world.put(desk.home, "copy.ics", moved(text, at(5, 9)))
        assert {e.ref.uid for e in desk.poll().entries or ()} == {draft().uid, "copy@app"}
        desk.connector.delete_entry(ref)
        assert [e.ref.uid for e in desk.poll().entries or ()] == ["copy@app"]

    def test_an_entry_put_into_another_calendar_is_that_persons_event(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        ref = desk.connector.create_entry(desk.home, draft())
        text = desk.world.texts(desk.home)[ref.href]
        desk.world.remove(desk.home, ref.href)
        desk.world.put(work, ref.href, text)
        assert desk.poll().entries == ()
        assert desk.busy(work) == [draft().time]

    def test_an_entry_put_into_another_calendar_is_found_there_with_its_time(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        ref = desk.connector.create_entry(desk.home, draft())
        text = desk.world.texts(desk.home)[ref.href]
        desk.world.put(work, "stranger.ics", event("stranger", at(0, 9)))
        assert desk.poll().elsewhere == ()
        desk.world.remove(desk.home, ref.href)
        desk.world.put(work, ref.href, text)
        tells = desk.world.tells_uids_elsewhere
        for time in (draft().time, at(3, 9), at(90, 9)):
            desk.world.put(work, ref.href, moved(text, time))
            expected = (EntryElsewhere(work, ref.uid, time),) if tells else ()
            delta = desk.poll()
            assert (delta.elsewhere, delta.elsewhere_unread) == (expected, False)

    def test_changes_are_followed_from_poll_to_poll(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "a.ics", event("a", at(0, 9)))
        desk.world.put(work, "b.ics", event("b", at(1, 9)))
        assert desk.busy(work) == [at(0, 9), at(1, 9)]
        desk.world.put(work, "a.ics", event("a", at(0, 14)))
        desk.world.remove(work, "b.ics")
        desk.world.put(work, "c.ics", event("c", at(2, 9)))
        assert desk.busy(work) == [at(0, 14), at(2, 9)]
        desk.world.remove(work, "c.ics")
        assert desk.busy(work) == [at(0, 14)]

    def test_a_poll_without_change_says_the_same_and_writes_nothing(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "a.ics", event("a", at(0, 9)))
        desk.connector.create_entry(desk.home, draft())
        first = desk.poll(busy=(work,))
        before = replace(desk.connector.traffic)
        again = desk.poll(busy=(work,))
        assert (again.readings, again.entries) == (first.readings, first.entries)
        assert desk.connector.traffic.writes == before.writes
        assert desk.connector.traffic.requests - before.requests <= desk.world.requests_without_change

    def test_a_forgotten_cursor_costs_a_reading_and_nothing_else(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "a.ics", event("a", at(0, 9)))
        desk.world.put(work, "b.ics", event("b", at(1, 9)))
        desk.poll()
        desk.world.remove(work, "a.ics")
        desk.world.put(work, "c.ics", event("c", at(2, 9)))
        desk.world.forget_cursors()
        assert desk.busy(work) == [at(1, 9), at(2, 9)]

    def test_a_calendar_emptied_while_the_cursor_was_forgotten_is_empty(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        for name, day in (("a", 0), ("b", 1)):
            desk.world.put(work, f"{name}.ics", event(name, at(day, 9)))
        assert desk.busy(work) == [at(0, 9), at(1, 9)]
        for name in ("a", "b"):
            desk.world.remove(work, f"{name}.ics")
        desk.world.forget_cursors()
        assert desk.busy(work) == []

    def test_a_later_window_is_read_without_being_asked_twice(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "a.ics", event("a", at(0, 9), "RRULE:FREQ=WEEKLY"))
        for weeks in (0, 1, 20, 0):
            window = TimeRange(WEEK.start_at + timedelta(weeks=weeks), WEEK.end_at + timedelta(weeks=weeks))
            (reading,) = [r for r in desk.poll(window=window).readings if r.calendar == work]
            assert list(reading.busy) == [at(7 * weeks, 9)]

    def test_one_broken_event_costs_that_event_only(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "good.ics", event("good", at(0, 9)))
        desk.world.put(work, "bad.ics", event("bad", at(1, 9, 24 * 500), title="Psychiatrist"))
        for _ in range(2):
            delta = desk.poll()
            (reading,) = [r for r in delta.readings if r.calendar == work]
            assert (reading.busy, reading.error) == ((at(0, 9),), None)
            (skipped,) = delta.skipped
            assert (skipped.calendar, skipped.href) == (work, "bad.ics")
            assert "Psychiatrist" not in skipped.reason

    def test_an_event_read_only_in_part_still_counts_and_is_named(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        often = event("often", at(0, 9)).replace("DTSTAMP", "RRULE:FREQ=SECONDLY\r\nDTSTAMP", 1)
        desk.world.put(work, "often.ics", often)
        for _ in range(2):
            delta = desk.poll()
            (reading,) = [r for r in delta.readings if r.calendar == work]
            assert reading.busy
            (skipped,) = delta.skipped
            assert (skipped.href, "busy all day" in skipped.reason) == ("often.ics", True)

    def test_a_broken_entry_is_not_mistaken_for_a_deleted_one(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.edit(ref, at(1, 9, 24 * 500))
        delta = desk.poll()
        (seen,) = delta.entries or ()
        assert (seen.ref.href, seen.ref.uid, seen.start_at) == (ref.href, draft().uid, None)
        assert [item.href for item in delta.skipped] == [ref.href]

    def test_a_vanished_calendar_is_an_error_and_the_others_are_read(self, desk: Desk) -> None:
        work, choir = desk.world.add_calendar("Work"), desk.world.add_calendar("Choir")
        desk.world.put(work, "a.ics", event("a", at(0, 9)))
        desk.poll(busy=(work, choir))
        desk.world.remove_calendar(work)
        desk.world.put(choir, "b.ics", event("b", at(0, 19)))
        readings = {r.calendar: r for r in desk.poll(busy=(work, choir)).readings}
        assert isinstance(readings[work].error, CalendarGoneError)
        assert readings[work].busy == (at(0, 9),)
        assert (readings[choir].busy, readings[choir].error) == ((at(0, 19),), None)

    def test_a_vanished_home_is_an_error_and_not_an_empty_list(self, desk: Desk) -> None:
        desk.connector.create_entry(desk.home, draft())
        desk.poll()
        desk.world.remove_calendar(desk.home)
        delta = desk.poll()
        assert delta.entries is None
        assert isinstance(delta.home_error, CalendarGoneError)

    def test_a_silent_server_is_an_error_and_the_next_poll_is_whole(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "a.ics", event("a", at(0, 9)))
        desk.poll()
        desk.world.put(work, "b.ics", event("b", at(1, 9)))
        desk.world.hang_up("any")
        with pytest.raises(RetryLaterError):
            desk.poll()
        desk.world.recover()
        assert desk.busy(work) == [at(0, 9), at(1, 9)]

    def test_a_poll_cut_off_anywhere_loses_nothing(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        for day in range(5):
            desk.world.put(work, f"{day}.ics", event(f"d{day}", at(day, 9)))
        for survived in range(5):
            desk.world.hang_up("any", after=survived)
            try:
                delta = desk.poll(busy=(work,))
            except RetryLaterError:
                continue
            finally:
                desk.world.recover()
            for reading in delta.readings:
                assert reading.error is not None or len(reading.busy) == 5
        assert desk.busy(work) == [at(day, 9) for day in range(5)]

    def test_what_is_remembered_holds_no_word_of_an_event(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "a.ics", event("a", at(0, 9), "LOCATION:Clinic", title="Psychiatrist"))
        desk.connector.create_entry(desk.home, draft())
        remembered = json.dumps(desk.poll().state.json)
        for word in ("Psychiatrist", "Clinic", "Bins", "kerb", PASSWORD):
            assert word not in remembered


class CreateContract:
    """Create: idempotent on the UID, never over something else."""

    def test_creating_twice_is_success(self, desk: Desk) -> None:
        first = desk.connector.create_entry(desk.home, draft())
        assert desk.world.connector().create_entry(desk.home, draft()) == first
        assert len(desk.world.texts(desk.home)) == 1

    def test_creating_keeps_a_persons_edit(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        theirs = desk.edit(ref, at(4, 20))
        with pytest.raises(EntryChangedError):
            desk.connector.create_entry(desk.home, draft())
        assert desk.world.texts(desk.home)[ref.href] == theirs

    def test_a_uid_held_by_another_event_is_said(self, desk: Desk) -> None:
        desk.world.put(desk.home, "theirs.ics", event(draft().uid, at(0, 9)))
        with pytest.raises(EntryExistsError):
            desk.connector.create_entry(desk.home, draft())
        assert list(desk.world.texts(desk.home)) == ["theirs.ics"]

    def test_another_event_in_the_place_is_kept(self, desk: Desk) -> None:
        name = identity.caldav_href(draft().uid)
        desk.world.put(desk.home, name, event("theirs", at(0, 9)))
        with pytest.raises(EntryExistsError):
            desk.connector.create_entry(desk.home, draft())
        assert "UID:theirs" in desk.world.texts(desk.home)[name]

    def test_a_lost_reply_to_a_create_is_settled_by_reading(self, desk: Desk) -> None:
        desk.world.lose_reply("write")
        ref = desk.connector.create_entry(desk.home, draft())
        assert list(desk.world.texts(desk.home)) == [ref.href]
        assert desk.connector.replace_entry(ref, draft(title="Bins and glass")).uid == draft().uid

    def test_a_create_that_never_arrived_is_left_for_later(self, desk: Desk) -> None:
        desk.world.hang_up("write")
        with pytest.raises(RetryLaterError):
            desk.connector.create_entry(desk.home, draft())
        desk.world.recover()
        assert desk.world.texts(desk.home) == {}
        desk.connector.create_entry(desk.home, draft())

    def test_a_pause_asked_for_is_passed_on(self, desk: Desk) -> None:
        desk.world.ask_for_a_pause("write", 77)
        with pytest.raises(RateLimitedError) as raised:
            desk.connector.create_entry(desk.home, draft())
        assert raised.value.retry_after_seconds == 77
        assert desk.world.texts(desk.home) == {}

    def test_a_calendar_that_is_gone_is_not_made_again(self, desk: Desk) -> None:
        desk.world.remove_calendar(desk.home)
        with pytest.raises(CalendarGoneError):
            desk.connector.create_entry(desk.home, draft())
        assert desk.home not in {ref.id for ref in desk.connector.list_calendars()}

    def test_a_read_only_calendar_is_said(self, desk: Desk) -> None:
        shared = desk.world.add_calendar("Shared", read_only=True)
        with pytest.raises(AccessDeniedError):
            desk.connector.create_entry(shared, draft())

    @pytest.mark.parametrize("carried_out", [False, True])
    def test_creating_may_be_cut_off_anywhere_and_repeated(self, desk: Desk, carried_out: bool) -> None:
        for survived in range(3):
            desk.world.hang_up("any", after=survived, carried_out=carried_out)
            with suppress(RetryLaterError):
                desk.world.connector().create_entry(desk.home, draft())
            desk.world.recover()
        desk.connector.create_entry(desk.home, draft())
        (text,) = desk.world.texts(desk.home).values()
        assert fingerprint(text) == ics.fingerprint(draft())


class ReplaceContract:
    """Replace: only what still stands as it was seen."""

    def test_the_new_text_stands_under_the_same_name(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        new = draft(time=at(3, 20), title="Bins, glass; paper")
        again = desk.connector.replace_entry(ref, new)
        assert (again.href, again.uid) == (ref.href, ref.uid)
        assert again.etag != ref.etag
        (text,) = desk.world.texts(desk.home).values()
        assert fingerprint(text) == ics.fingerprint(new)

    def test_replacing_keeps_a_persons_edit(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        theirs = desk.edit(ref, at(4, 20))
        with pytest.raises(EntryChangedError):
            desk.connector.replace_entry(ref, draft(title="Bins and glass"))
        assert desk.world.texts(desk.home)[ref.href] == theirs

    def test_what_a_person_deleted_stays_deleted(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.world.remove(desk.home, ref.href)
        for known in (ref, replace(ref, etag=None)):
            with pytest.raises(EntryGoneError):
                desk.connector.replace_entry(known, draft(title="Bins and glass"))
            assert desk.world.texts(desk.home) == {}

    def test_replacing_with_an_unknown_etag_reads_first(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        new = draft(title="Bins and glass")
        desk.connector.replace_entry(replace(ref, etag=None), new)
        (text,) = desk.world.texts(desk.home).values()
        assert fingerprint(text) == ics.fingerprint(new)

    def test_a_lost_reply_to_a_replace_is_settled_by_reading(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.world.lose_reply("write")
        again = desk.connector.replace_entry(ref, draft(title="Bins and glass"))
        desk.connector.replace_entry(again, draft(title="Bins, glass, paper"))

    def test_a_replace_that_never_arrived_is_left_for_later(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.world.hang_up("write")
        with pytest.raises(RetryLaterError):
            desk.connector.replace_entry(ref, draft(title="Bins and glass"))
        desk.world.recover()
        desk.connector.replace_entry(ref, draft(title="Bins and glass"))

    def test_a_calendar_that_is_gone_is_said(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.world.remove_calendar(desk.home)
        with pytest.raises(CalendarGoneError):
            desk.connector.replace_entry(ref, draft(title="Bins and glass"))

    @pytest.mark.parametrize("carried_out", [False, True])
    def test_replacing_may_be_cut_off_anywhere_and_repeated(self, desk: Desk, carried_out: bool) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        new = draft(title="Bins and glass")
        for survived in range(3):
            desk.world.hang_up("any", after=survived, carried_out=carried_out)
            with suppress(RetryLaterError):
                desk.world.connector().replace_entry(ref, new)
            desk.world.recover()
        desk.connector.replace_entry(ref, new)
        (text,) = desk.world.texts(desk.home).values()
        assert fingerprint(text) == ics.fingerprint(new)


class DeleteContract:
    """Delete: only what still stands as it was seen; gone is success."""

    def test_it_is_gone_and_a_repeat_is_success(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        for known in (ref, ref, replace(ref, etag=None)):
            desk.connector.delete_entry(known)
            assert desk.world.texts(desk.home) == {}

    def test_deleting_keeps_a_persons_edit(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        theirs = desk.edit(ref, at(4, 20))
        with pytest.raises(EntryChangedError):
            desk.connector.delete_entry(ref)
        assert desk.world.texts(desk.home)[ref.href] == theirs

    def test_deleting_with_an_unknown_etag_reads_first(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.connector.delete_entry(replace(ref, etag=None))
        assert desk.world.texts(desk.home) == {}

    def test_a_lost_reply_to_a_delete_is_settled_by_reading(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.world.lose_reply("write")
        desk.connector.delete_entry(ref)
        assert desk.world.texts(desk.home) == {}

    def test_a_delete_that_never_arrived_is_left_for_later(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.world.hang_up("write")
        with pytest.raises(RetryLaterError):
            desk.connector.delete_entry(ref)
        desk.world.recover()
        desk.connector.delete_entry(ref)
        assert desk.world.texts(desk.home) == {}

    def test_only_the_named_entry_is_deleted(self, desk: Desk) -> None:
        kept = desk.connector.create_entry(desk.home, draft("bath.0", at(3, 18)))
        desk.connector.delete_entry(desk.connector.create_entry(desk.home, draft()))
        assert list(desk.world.texts(desk.home)) == [kept.href]


class RefusalContract:
    """What a server can refuse or garble: each is the error that says so, and leaves everything as it was."""

    def test_a_full_account_is_said_and_what_stands_stays(self, desk: Desk) -> None:
        kept = desk.connector.create_entry(desk.home, draft("bath.0", at(3, 18)))
        before = desk.world.texts(desk.home)
        for write in (
            lambda: desk.connector.create_entry(desk.home, draft()),
            lambda: desk.connector.replace_entry(kept, draft("bath.0", at(4, 18))),
        ):
            desk.world.refuse_as_full()
            with pytest.raises(QuotaExhaustedError):
                write()
            assert desk.world.texts(desk.home) == before
        desk.connector.create_entry(desk.home, draft())

    def test_nonsense_instead_of_a_list_changes_nothing(self, desk: Desk) -> None:
        work = desk.world.add_calendar("Work")
        desk.world.put(work, "a.ics", event("a", at(0, 9)))
        desk.connector.create_entry(desk.home, draft())
        before = desk.poll(busy=(work,))
        desk.world.put(work, "b.ics", event("b", at(1, 9)))
        desk.world.talk_nonsense("read")
        said: list[object] = []
        try:
            garbled = desk.poll(busy=(work,))
            said += [garbled.home_error, *(reading.error for reading in garbled.readings)]
        except ConnectorError as error:
            said.append(error)
        assert all(isinstance(error, (BadResponseError, UnavailableError)) for error in said), said
        desk.world.recover()
        after = desk.poll(busy=(work,))
        assert after.entries == before.entries
        assert desk.busy(work) == [at(0, 9), at(1, 9)]

    def test_nonsense_instead_of_an_answer_to_a_write_is_not_taken_for_a_yes(self, desk: Desk) -> None:
        desk.world.talk_nonsense("any")
        with pytest.raises(ConnectorError):
            desk.connector.create_entry(desk.home, draft())
        desk.world.recover()
        assert desk.world.texts(desk.home) == {}
        desk.connector.create_entry(desk.home, draft())


class ConnectorContract(
    CalendarContract, PollContract, CreateContract, ReplaceContract, DeleteContract, RefusalContract
):
    """All of it, for one world."""
