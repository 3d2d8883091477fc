"""What Offplate does with Google in particular: rights, tokens, our calendar, and each way to fail."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors import errors, identity
from connectors.google import GoogleApp, GoogleCredentials, GoogleGrant, open_account, rights
from connectors.google.errors import (
    ClientRefusedError,
    HomeGoneError,
    NotOursToWriteError,
    RightMissingError,
    SignedOutError,
)
from connectors.google.listing import MakingUnknownError
from connectors.google.reading import MOST_PAGES
from connectors.model import CalendarId, Watch
from tests.connectors.contract import MARK, WEEK, Desk, at, desk, draft, event
from tests.connectors.google_world import (
    EVERY_RIGHT,
    USUAL_RIGHTS,
    GoogleDoor,
    GoogleWorld,
    refusal,
    running_google_door,
)
from tests.connectors.worlds import LOOPBACK
from tests.servers import Reply

__all__ = ["desk"]

LEAST = f"openid {rights.OWN_CALENDAR} {rights.BUSY_TIMES}"


@pytest.fixture(scope="module")
def google_door() -> Iterator[GoogleDoor]:
    with running_google_door() as door:
        yield door


@pytest.fixture
def world(google_door: GoogleDoor) -> Iterator[GoogleWorld]:
    world = GoogleWorld(google_door)
    yield world
    world.close()


@pytest.fixture
def modest(google_door: GoogleDoor) -> Iterator[GoogleWorld]:
    """An account that granted what connecting asks for, and no more."""
    world = GoogleWorld(google_door, granted=LEAST)
    yield world
    world.close()


def sent(world: GoogleWorld, method: str, part: str = "") -> list[dict[str, list[str]]]:
    """The query of each such request that came to the door."""
    return [
        parse_qs(urlsplit(path).query) for verb, path in world.door.seen if verb == method and part in path
    ]


def ours(world: GoogleWorld) -> list[str]:
    return [each.id for each in world.calendars() if MARK in each.description]


class TestImports:
    def test_a_household_without_google_never_loads_its_client(self) -> None:
        program = (
            "import sys, service.wiring, service.commands, connectors.google; "
            "print([m for m in ('googleapiclient', 'google.auth', 'httplib2') if m in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"

    def test_opening_an_account_sends_nothing(self, world: GoogleWorld) -> None:
        open_account(
            GoogleCredentials(world.app, world.grant),
            clock=lambda: world.now,
            sleep=world.pauses.append,
            keep=world.keep,
            allow_private_hosts=LOOPBACK,
        ).close()
        assert world.door.seen == []


class TestOurCalendar:
    def test_a_calendar_of_the_persons_own_is_not_written_to_even_when_chosen(
        self, world: GoogleWorld
    ) -> None:
        theirs = world.add_calendar("Family")
        with pytest.raises(NotOursToWriteError):
            world.connector().ensure_home(theirs, MARK)
        with pytest.raises(errors.AccessDeniedError):
            world.connector().create_entry(theirs, draft())
        assert world.texts(theirs) == {}

    def test_ours_may_be_named_by_its_id(self, world: GoogleWorld) -> None:
        home = world.connector().ensure_home("Offplate", MARK)
        assert world.connector().ensure_home(home.id, MARK) == home

    def test_an_empty_twin_is_deleted_and_one_with_entries_is_not(self, world: GoogleWorld) -> None:
        home = world.connector().ensure_home("Offplate", MARK)
        world.connector().create_entry(home.id, draft())
        for _ in range(2):
            world.add_twin(MARK)
        assert world.connector().ensure_home("Offplate", MARK) == home
        assert ours(world) == [home.id]
        other = world.add_twin(MARK)
        world.person.put(other, {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}})
        assert world.connector().ensure_home("Offplate", MARK) == home
        assert ours(world) == [home.id, other]

    def test_what_another_project_made_is_neither_adopted_nor_touched(self, world: GoogleWorld) -> None:
        for day in ("2026-11-24", None):
            old = world.google.accounts.add_calendar(world.person.email, "Offplate", made_by="before")
            old.description = MARK
            if day is not None:
                world.person.put(old.id, {"start": {"date": day}, "end": {"date": "2026-11-25"}})
        before = ours(world)
        home = world.connector().ensure_home("Offplate", MARK)
        assert ours(world) == [*before, home.id]
        assert world.connector().ensure_home("Offplate", MARK) == home
        world.connector().create_entry(home.id, draft())

    def test_with_the_least_rights_it_is_made_once(self, modest: GoogleWorld) -> None:
        home = modest.connector().ensure_home("Offplate", MARK)
        assert (home.mark, home.writable, ours(modest)) == (MARK, True, [home.id])
        assert not modest.grant.making_home

    @pytest.mark.parametrize("carried_out", [True, False])
    def test_without_the_right_to_look_a_lost_answer_is_never_guessed_at(
        self, modest: GoogleWorld, carried_out: bool
    ) -> None:
        modest.hang_up("write", carried_out=carried_out)
        with pytest.raises(errors.UnavailableError):
            modest.connector().ensure_home("Offplate", MARK)
        modest.recover()
        made = ours(modest)
        for _ in range(3):
            with pytest.raises(MakingUnknownError, match="connect again from your own page"):
                modest.connector().ensure_home("Offplate", MARK)
        assert ours(modest) == made

    def test_a_new_consent_settles_it(self, modest: GoogleWorld) -> None:
        modest.lose_reply("write")
        with pytest.raises(errors.UnavailableError):
            modest.connector().ensure_home("Offplate", MARK)
        every = frozenset((rights.OWN_CALENDAR, rights.BUSY_TIMES, rights.CALENDAR_LIST))
        modest.consent(" ".join(every))
        assert modest.connector().ensure_home("Offplate", MARK).id in ours(modest)
        assert len(ours(modest)) == 1

    def test_a_refusal_made_nothing_and_is_not_remembered(self, modest: GoogleWorld) -> None:
        modest.answer("write", refusal(403, "quotaExceeded"))
        with pytest.raises(errors.QuotaExhaustedError):
            modest.connector().ensure_home("Offplate", MARK)
        assert not modest.grant.making_home
        modest.connector().ensure_home("Offplate", MARK)
        assert len(ours(modest)) == 1

    def test_the_intent_is_kept_before_google_is_asked(self, modest: GoogleWorld) -> None:
        kept: list[tuple[bool, int]] = []

        def keep(grant: GoogleGrant) -> None:
            kept.append((grant.making_home, len(ours(modest))))

        connector = open_account(
            GoogleCredentials(modest.app, modest.grant),
            clock=lambda: modest.now,
            sleep=modest.pauses.append,
            keep=keep,
            allow_private_hosts=LOOPBACK,
        )
        connector.ensure_home("Offplate", MARK)
        connector.close()
        assert kept == [(True, 0), (True, 0), (False, 1)]  # the second is the renewed token

    def test_the_main_calendar_is_all_that_counts_without_the_list(self, modest: GoogleWorld) -> None:
        modest.person.put("primary", {"start": {"date": "2026-11-24"}, "end": {"date": "2026-11-25"}})
        modest.add_calendar("Work")
        assert [ref.id for ref in modest.connector().list_calendars()] == ["primary"]
        (reading,) = Desk(modest).poll().readings
        assert (reading.calendar, len(reading.busy)) == ("primary", 1)

    def test_only_the_persons_own_calendars_count_unless_they_ticked_others(self, world: GoogleWorld) -> None:
        work, partner = world.add_calendar("Work"), world.add_calendar("Ben's", read_only=True)
        desk = Desk(world)
        assert [reading.calendar for reading in desk.poll().readings] == [world.main, work]
        assert [reading.calendar for reading in desk.poll(busy=(partner,)).readings] == [partner]


class TestColleagues:
    """Copies that say "Busy" in the main calendar, for those who granted that right."""

    @pytest.fixture
    def world(self, google_door: GoogleDoor) -> Iterator[GoogleWorld]:
        world = GoogleWorld(google_door, granted=EVERY_RIGHT)
        yield world
        world.close()

    def test_they_go_to_the_main_calendar_when_the_right_is_there(self, world: GoogleWorld) -> None:
        assert world.connector().colleagues == "primary"
        world.consent(USUAL_RIGHTS)
        assert world.connector().colleagues is None

    def test_without_the_right_nothing_is_sent(self, modest: GoogleWorld) -> None:
        with pytest.raises(RightMissingError, match="colleagues cannot see when you are taken"):
            modest.connector().create_entry(CalendarId("primary"), draft())
        assert (modest.door.seen, modest.stands(modest.main)) == ([], {})

    @pytest.mark.parametrize("ticked", ["primary", "address", "none"])
    def test_a_copy_is_never_busy_and_what_lies_under_it_is(
        self, desk: Desk, world: GoogleWorld, ticked: str
    ) -> None:
        main = world.main
        world.put(main, "dentist.ics", event("dentist", at(2, 19.5)))
        world.put(main, "free.ics", event("free", at(0, 9), "TRANSP:TRANSPARENT"))
        world.put(main, "trip.ics", event("trip", at(4, 0, 24)))
        copy = draft("copy.1", at(2, 19), title="Busy")
        ref = desk.connector.create_entry(CalendarId("primary"), copy)
        asked = {"primary": (CalendarId("primary"),), "address": (main,), "none": None}[ticked]
        for _ in range(2):
            (reading,) = desk.poll(busy=asked, copies=(copy.uid,)).readings
            assert (reading.busy, reading.error) == ((at(2, 19.5), at(4, 0, 24)), None)
        (query,) = {q["fields"][0] for q in sent(world, "GET", "/events") if "timeMin" in q}
        assert not {"summary", "description", "location", "email"} & set(re.split(r"[^a-zA-Z]", query))
        moved = desk.connector.replace_entry(ref, draft("copy.1", at(3, 19), title="Busy"))
        desk.connector.delete_entry(moved)
        assert set(world.texts(main)) == {"dentist.ics", "free.ics", "trip.ics"}

    def test_no_copies_cost_no_request(self, desk: Desk, world: GoogleWorld) -> None:
        desk.poll(busy=(CalendarId("primary"),))
        assert len(sent(world, "GET", "/events")) == 1

    def test_a_main_calendar_that_cannot_be_listed_keeps_its_last_times(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        main, work = world.main, world.add_calendar("Work")
        world.put(main, "dentist.ics", event("dentist", at(2, 19.5)))
        desk.poll(busy=(main, work), copies=("copy@offplate",))
        world.answer("read", refusal(404, "notFound"), after=1)
        first, second = desk.poll(busy=(main, work), copies=("copy@offplate",)).readings
        assert (first.busy, second.error) == ((at(2, 19.5),), None)
        assert isinstance(first.error, errors.CalendarGoneError)


class TestRequests:
    def test_nobody_is_notified_or_invited_and_nothing_repeats(self, desk: Desk, world: GoogleWorld) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        ref = desk.connector.replace_entry(ref, draft(title="Bins and glass"))
        desk.connector.delete_entry(ref)
        for method in ("POST", "PATCH", "DELETE"):
            assert {query["sendUpdates"][0] for query in sent(world, method, "/events")} == {"none"}
        bodies = [logged.body for logged in world.google.log if logged.method.startswith("events.")]
        assert not {"attendees", "recurrence", "status", "iCalUID"} & {key for body in bodies for key in body}

    def test_a_token_goes_out_with_what_it_was_made_with_and_no_filter(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        desk.poll()
        desk.poll()
        first, second = sent(world, "GET", "/events")
        assert set(second) - set(first) == {"syncToken"}
        assert {name: value for name, value in second.items() if name != "syncToken"} == first
        forbidden = {"timeMin", "timeMax", "privateExtendedProperty", "q", "iCalUID", "orderBy", "updatedMin"}
        assert not forbidden & set(first)
        assert (first["showDeleted"], first["singleEvents"]) == (["true"], ["false"])

    def test_a_write_whose_answer_is_lost_goes_out_once(self, desk: Desk, world: GoogleWorld) -> None:
        for _ in range(3):
            world.lose_reply("write")
        ref = desk.connector.create_entry(desk.home, draft())
        desk.connector.delete_entry(desk.connector.replace_entry(ref, draft(title="Bins and glass")))
        assert [len(sent(world, method, "/events")) for method in ("POST", "PATCH", "DELETE")] == [1, 1, 1]

    def test_every_change_carries_the_etag_it_was_made_for(self, desk: Desk, world: GoogleWorld) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        world.person.put(desk.home, {**world.stands(desk.home)[ref.href], "colorId": "4"})
        for change in (
            lambda: desk.connector.replace_entry(ref, draft(title="Bins and glass")),
            lambda: desk.connector.delete_entry(ref),
        ):
            with pytest.raises(errors.EntryChangedError):
                change()
        assert world.stands(desk.home)[ref.href]["colorId"] == "4"

    def test_what_a_person_added_beside_our_fields_survives_a_patch(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        mine = {"private": {"offplate": "bins.0", "other-app": "7"}}
        world.person.put(desk.home, {**world.stands(desk.home)[ref.href], "extendedProperties": mine})
        desk.connector.replace_entry(replace(ref, etag=None), draft(title="Bins and glass"))
        stands = world.stands(desk.home)[ref.href]
        assert stands["extendedProperties"]["private"] == {"offplate": "bins.0", "other-app": "7"}

    def test_an_entry_deleted_by_its_person_is_not_made_again_after_a_crash(self, desk: Desk) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.world.remove(desk.home, ref.href)
        with pytest.raises(errors.EntryGoneError):
            desk.world.connector().create_entry(desk.home, draft())
        assert desk.world.texts(desk.home) == {}

    def test_a_dragged_away_entry_is_its_persons(self, desk: Desk, world: GoogleWorld) -> None:
        work = world.add_calendar("Work")
        ref = desk.connector.create_entry(desk.home, draft())
        desk.poll()
        moved = world.stands(desk.home)[ref.href]
        world.person.delete(desk.home, ref.href)
        world.person.put(work, moved)
        delta = desk.poll(busy=(work,))
        assert delta.entries == ()
        assert delta.readings[0].busy == (draft().time,)
        with pytest.raises(errors.EntryGoneError):
            desk.connector.replace_entry(ref, draft(title="Bins and glass"))
        desk.connector.delete_entry(ref)
        assert len(world.stands(work)) == 1


class TestPages:
    def test_many_entries_come_in_pages_and_deltas(self, desk: Desk, world: GoogleWorld) -> None:
        world.google.lists.largest_page = 2
        refs = [desk.connector.create_entry(desk.home, draft(f"b{n}.0")) for n in range(5)]
        assert {entry.ref.href for entry in desk.poll().entries or ()} == {ref.href for ref in refs}
        for ref in refs[:3]:
            desk.edit(ref, at(5, 9))
        world.remove(desk.home, refs[4].href)
        entries = {entry.ref.href: entry.start_at for entry in desk.poll().entries or ()}
        assert len(entries) == 4
        assert [entries[ref.href] == at(5, 9).start_at for ref in refs[:4]] == [True, True, True, False]

    def test_a_poll_cut_off_between_pages_is_as_if_it_had_not_been(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        world.google.lists.largest_page = 2
        refs = [desk.connector.create_entry(desk.home, draft(f"b{n}.0")) for n in range(5)]
        before = desk.poll(busy=())
        for ref in refs:
            world.remove(desk.home, ref.href)
        world.answer("read", refusal(500, "backendError"), after=1, times=3)
        with pytest.raises(errors.UnavailableError):
            desk.poll(busy=())
        assert desk.state.json["home"]["items"] == json.loads(json.dumps(before.state.json))["home"]["items"]
        assert desk.poll(busy=()).entries == ()

    @pytest.mark.parametrize(
        "answer", [refusal(410, "fullSyncRequired"), refusal(400, "invalid"), Reply(410)]
    )
    def test_a_token_that_no_longer_serves_costs_a_full_list_and_a_sweep(
        self, desk: Desk, world: GoogleWorld, answer: Reply
    ) -> None:
        kept = desk.connector.create_entry(desk.home, draft())
        gone = desk.connector.create_entry(desk.home, draft("bath.0", at(3, 18)))
        desk.poll(busy=())
        world.remove(desk.home, gone.href)
        world.answer("read", answer)
        assert [entry.ref.href for entry in desk.poll(busy=()).entries or ()] == [kept.href]
        assert len(sent(world, "GET", "/events")) == 3

    def test_a_full_list_that_is_refused_as_a_token_does_not_go_on_for_ever(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        desk.poll(busy=())
        world.answer("read", refusal(410, "fullSyncRequired"), times=9)
        assert isinstance(desk.poll(busy=()).home_error, errors.ConnectorError)
        assert len(sent(world, "GET", "/events")) == 3

    def test_86_a_page_that_leads_to_itself_ends_and_changes_nothing(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.poll(busy=())
        before = len(sent(world, "GET", "/events"))
        again = {"items": [world.stands(desk.home)[ref.href]], "nextPageToken": "once more"}
        page = Reply(200, {"Content-Type": "application/json"}, json.dumps(again).encode())
        world.answer("read", page, times=10 * MOST_PAGES)
        assert isinstance(desk.poll(busy=()).home_error, errors.BadResponseError)
        assert len(sent(world, "GET", "/events")) == before + MOST_PAGES
        world.recover()
        assert [entry.ref for entry in desk.poll(busy=()).entries or ()] == [ref]

    def test_86_events_of_googles_own_kinds_are_not_ours_and_stop_nothing(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        ours = world.stands(desk.home)[ref.href]
        day = {"start": {"date": "2026-12-01"}, "end": {"date": "2026-12-02"}}
        kinds = ("birthday", "workingLocation", "focusTime", "outOfOffice", "fromGmail", "one of next year")
        others = [
            {"id": f"other{n}", "etag": '"1"', "iCalUID": f"other{n}@google.com", "eventType": kind}
            | ({"start": ours["start"], "end": ours["end"]} if kind == "focusTime" else day)
            for n, kind in enumerate(kinds)
        ]
        listed = {"items": [*others, ours], "nextSyncToken": "t"}
        world.answer(
            "read", Reply(200, {"Content-Type": "application/json"}, json.dumps(listed).encode()), times=1
        )
        seen = desk.poll(busy=())
        assert seen.home_error is None
        assert [entry.ref.href for entry in seen.entries or () if entry.mark] == [ref.href]

    def test_an_event_on_two_pages_counts_as_it_was_last(self, desk: Desk, world: GoogleWorld) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        older, newer = (
            {
                **world.stands(desk.home)[ref.href],
                "summary": title,
                "updated": f"2026-11-2{day}T00:00:00Z",
            }
            for title, day in (("Bins", 2), ("x Bins", 3))
        )
        pages = ({"items": [newer], "nextPageToken": "2"}, {"items": [older], "nextSyncToken": "t"})
        for page in pages:
            world.answer("read", Reply(200, {"Content-Type": "application/json"}, json.dumps(page).encode()))
        (seen,) = desk.poll(busy=()).entries or ()
        assert seen.gesture == "done"

    def test_a_series_a_person_made_of_our_entry_is_theirs(self, desk: Desk, world: GoogleWorld) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.poll()
        stands = world.stands(desk.home)[ref.href]
        world.person.put(desk.home, {**stands, "recurrence": ["RRULE:FREQ=DAILY"]})
        original = {"dateTime": (at(3, 19).start_at).isoformat()}
        off = {"id": f"{ref.href}_1", "status": "cancelled", "recurringEventId": ref.href}
        world.person.put(desk.home, {**off, "originalStartTime": original})
        for _ in range(2):
            (seen,) = desk.poll().entries or ()
            assert (seen.recurring, seen.ref.uid) == (True, draft().uid)
            assert [time.start_at.day for time in seen.times] == [25, 27, 28, 29]
        world.person.delete(desk.home, ref.href)
        assert desk.poll().entries == ()


class TestTokens:
    def test_a_token_google_forgot_is_renewed_and_kept(self, desk: Desk, world: GoogleWorld) -> None:
        before = world.grant
        world.google.expire_access_tokens()
        assert desk.poll().home_error is None
        assert world.grant.access_token not in (None, before.access_token)
        assert world.grant.refresh_token == before.refresh_token

    def test_a_token_that_runs_out_is_renewed_before_it_does(self, desk: Desk, world: GoogleWorld) -> None:
        assert world.grant.expires_at is not None
        world.now = world.grant.expires_at
        desk.poll(busy=())
        assert [path for _, path in world.door.seen].count("/token") == 2
        assert [each.method for each in world.google.log[-2:]] == ["events.list", "calendars.get"]

    def test_a_grant_taken_back_says_so_and_nothing_is_forgotten(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        desk.connector.create_entry(desk.home, draft())
        desk.poll()
        world.google.revoke(world.person.email)
        before = desk.state
        for verb in (desk.poll, lambda: desk.connector.create_entry(desk.home, draft("bath.0"))):
            with pytest.raises(SignedOutError, match="Connect Google again from your own page"):
                verb()
        assert desk.state == before
        world.consent(USUAL_RIGHTS)
        desk.connector = world.connector()
        assert len(desk.poll().entries or ()) == 1

    def test_an_installation_without_a_project_says_so_without_a_request(self, world: GoogleWorld) -> None:
        nobody = open_account(
            GoogleCredentials(GoogleApp(), world.grant), clock=lambda: world.now, sleep=print, keep=world.keep
        )
        with pytest.raises(ClientRefusedError, match="names no Google project"):
            nobody.list_calendars()
        nobody.close()

    @pytest.mark.parametrize("error", ["deleted_client", "invalid_client"])
    def test_a_deleted_project_is_for_whoever_runs_offplate(self, world: GoogleWorld, error: str) -> None:
        world.answer("read", Reply(401, {}, json.dumps({"error": error}).encode()))
        with pytest.raises(ClientRefusedError, match=error):
            world.connector().list_calendars()

    def test_no_error_and_no_log_holds_a_token_or_googles_words(
        self, desk: Desk, world: GoogleWorld, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        said = []
        html = Reply(403, {}, b"<html>Secret words</html>")
        for answer in (
            refusal(403, "forbidden"),
            refusal(418, "Secret words"),
            refusal(401, "authError"),
            html,
        ):
            world.answer("write", answer, times=2)
            with pytest.raises(errors.ConnectorError) as raised:
                desk.connector.create_entry(desk.home, draft())
            said += [str(raised.value), repr(raised.value)]
            world.recover()
        shown = " ".join([*said, caplog.text])
        assert world.grant.access_token is not None
        for secret in ("ya29", "1//refresh", "client-secret", "Secret words", "Bins", "kerb"):
            assert secret not in shown


class TestFailures:
    def test_missing_rights_cost_what_needs_them_and_nothing_else(self, google_door: GoogleDoor) -> None:
        world = GoogleWorld(google_door)
        desk = Desk(world)
        work = world.add_calendar("Work")
        world.put(work, "a.ics", event("a", at(0, 9)))
        desk.connector.create_entry(desk.home, draft())
        desk.poll(busy=(work,))
        for lost, right in (("busy", rights.BUSY_TIMES), ("home", rights.OWN_CALENDAR)):
            left = world.grant.rights - {right}
            world.grant = replace(world.grant, rights=left)
            desk.connector = world.connector()
            delta = desk.poll(busy=(work,))
            wrong = delta.readings[0].error if lost == "busy" else delta.home_error
            assert isinstance(wrong, RightMissingError)
            assert wrong.right == right
            assert (delta.readings[0].busy, delta.readings[0].error is None) == ((at(0, 9),), lost == "home")
            assert (delta.entries is None) == (lost == "home")
            world.grant = replace(world.grant, rights=left | {right})
        world.close()

    def test_a_right_taken_back_at_google_is_noticed_by_its_answer(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        work = world.add_calendar("Work")
        desk.poll(busy=(work,))
        world.google.oauth.refresh_tokens[world.grant.refresh_token].scopes = frozenset({rights.OWN_CALENDAR})
        world.google.expire_access_tokens()
        delta = desk.poll(busy=(work,))
        assert isinstance(delta.readings[0].error, RightMissingError)
        assert "See the availability" in str(delta.readings[0].error)
        assert (delta.entries, delta.home_error) == ((), None)

    def test_the_last_good_answer_is_kept_with_its_age(self, desk: Desk, world: GoogleWorld) -> None:
        work, choir = world.add_calendar("Work"), world.add_calendar("Choir")
        world.put(work, "a.ics", event("a", at(0, 9)))
        desk.poll(busy=(work, choir))
        world.remove_calendar(work)
        world.put(choir, "b.ics", event("b", at(0, 19)))
        gone, there = desk.poll(busy=(work, choir)).readings
        assert (gone.busy, there.busy, there.error) == ((at(0, 9),), (at(0, 19),), None)
        assert isinstance(gone.error, errors.CalendarGoneError)
        assert "What it said at 2026-11-22 19:00 still counts. Tick the calendars again" in str(gone.error)

    def test_free_busy_that_fails_costs_neither_our_calendar_nor_what_was_known(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        work = world.add_calendar("Work")
        world.put(work, "a.ics", event("a", at(0, 9)))
        desk.connector.create_entry(desk.home, draft())
        desk.poll(busy=(work,))
        world.answer("read", refusal(400, "invalid"))
        delta = desk.poll(busy=(work,))
        assert (delta.readings[0].busy, len(delta.entries or ())) == ((at(0, 9),), 1)
        assert isinstance(delta.readings[0].error, errors.BadResponseError)
        assert desk.poll(busy=(work,)).readings[0].error is None

    @pytest.mark.parametrize("scopes", [USUAL_RIGHTS, EVERY_RIGHT, rights.OWN_CALENDAR])
    @pytest.mark.parametrize("found_by", ["a token that ended", "another consent"])
    def test_a_list_of_what_another_project_made_is_not_believed(
        self, desk: Desk, world: GoogleWorld, scopes: str, found_by: str
    ) -> None:
        world.consent(scopes)
        desk.connector = world.connector()
        desk.connector.create_entry(desk.home, draft())
        known = desk.poll(busy=()).state.json["home"]
        world.person.calendar(desk.home).made_by = "before"
        if found_by == "another consent":
            world.consent(scopes)
            desk.connector = world.connector()
        else:
            world.forget_cursors()
        delta = desk.poll(busy=())
        assert (type(delta.home_error), delta.entries) == (errors.OutOfReachError, None)
        assert delta.state.json["home"] == known
        if rights.MAIN_CALENDAR not in scopes:  # which reaches whatever its person owns
            with pytest.raises(errors.OutOfReachError, match="another Google project"):
                desk.connector.create_entry(desk.home, draft("bath.0"))
        assert len(world.texts(desk.home)) == 1

    @pytest.mark.parametrize(("status", "reason"), [(404, "notFound"), (403, "forbidden")])
    def test_whichever_refusal_it_is_that_stands_for_out_of_reach(
        self, desk: Desk, world: GoogleWorld, status: int, reason: str
    ) -> None:
        desk.connector.create_entry(desk.home, draft())
        desk.poll(busy=())
        world.forget_cursors()
        world.answer("read", refusal(status, reason), after=2)
        delta = desk.poll(busy=())
        assert (type(delta.home_error), delta.entries) == (errors.OutOfReachError, None)
        assert len(desk.poll(busy=()).entries or ()) == 1

    def test_a_pause_asked_for_stops_the_account_at_once(self, desk: Desk, world: GoogleWorld) -> None:
        work = world.add_calendar("Work")
        desk.poll(busy=(work,))
        before = len(world.door.seen)
        world.answer("read", refusal(403, "rateLimitExceeded", **{"Retry-After": "90"}))
        with pytest.raises(errors.RateLimitedError) as raised:
            desk.poll(busy=(work,))
        assert (raised.value.retry_after_seconds, len(world.door.seen) - before) == (90.0, 1)

    def test_a_short_pause_is_waited_for(self, desk: Desk, world: GoogleWorld) -> None:
        desk.poll(busy=())
        world.answer("read", refusal(429, "rateLimitExceeded", **{"Retry-After": "3"}))
        assert desk.poll(busy=()).home_error is None
        assert world.pauses == [3.0]

    def test_a_used_up_quota_is_left_alone_for_hours(self, desk: Desk, world: GoogleWorld) -> None:
        world.answer("read", refusal(403, "quotaExceeded"))
        with pytest.raises(errors.QuotaExhaustedError) as raised:
            desk.poll(busy=())
        assert raised.value.retry_after_seconds == 3 * 3600

    def test_our_calendar_deleted_by_its_person_is_not_made_again(
        self, desk: Desk, world: GoogleWorld
    ) -> None:
        ref = desk.connector.create_entry(desk.home, draft())
        desk.poll()
        world.remove_calendar(desk.home)
        delta = desk.poll(busy=())
        assert isinstance(delta.home_error, HomeGoneError)
        for write in (
            lambda: desk.connector.create_entry(desk.home, draft("bath.0")),
            lambda: desk.connector.replace_entry(ref, draft(title="Bins and glass")),
            lambda: desk.connector.replace_entry(replace(ref, etag=None), draft(title="Bins and glass")),
        ):
            with pytest.raises(HomeGoneError):
                write()
        desk.connector.delete_entry(ref)
        assert ours(world) == []

    @pytest.mark.parametrize(
        "answer",
        [
            Reply(502, {"Content-Type": "text/html"}, b"<!DOCTYPE html><title>Error 502</title>"),
            Reply(200, {"Content-Type": "application/json"}, b'{"kind": "calendar#event", "id": "0gn'),
            Reply(200, {"Content-Type": "text/html"}, b"<html>Sign in to the hotel's network</html>"),
            Reply(200, {}, b"[]"),
            None,
        ],
    )
    def test_half_an_answer_to_a_write_is_settled_by_reading(
        self, desk: Desk, world: GoogleWorld, answer: Reply | None
    ) -> None:
        world.answer("write", answer)
        with pytest.raises(errors.UnavailableError):
            desk.connector.create_entry(desk.home, draft())
        assert world.texts(desk.home) == {}
        world.door.script.orders.append(_carried_out(answer))
        ref = desk.connector.create_entry(desk.home, draft())
        assert list(world.texts(desk.home)) == [ref.href]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b'{"items": 7}',
            b'{"items": [{}]}',
            b'{"items": []}',
            b'{"items": [{"id": 5}], "nextSyncToken": "t"}',
        ],
    )
    def test_a_strange_list_changes_nothing(self, desk: Desk, world: GoogleWorld, body: bytes) -> None:
        desk.connector.create_entry(desk.home, draft())
        desk.poll(busy=())
        world.answer("read", Reply(200, {"Content-Type": "application/json"}, body), times=3)
        try:
            delta = desk.poll(busy=())
            assert (delta.entries, delta.home_error is None) == (None, False)
        except errors.RetryLaterError:
            pass
        world.recover()
        assert len(desk.poll(busy=()).entries or ()) == 1

    def test_what_is_remembered_holds_no_title(self, desk: Desk, world: GoogleWorld) -> None:
        desk.connector.create_entry(desk.home, draft())
        world.put(desk.home, "own.ics", event("own", at(0, 9), "LOCATION:Clinic", title="Psychiatrist"))
        remembered = json.dumps(desk.poll().state.json)
        assert not any(
            word in remembered for word in ("Bins", "kerb", "Psychiatrist", "Clinic", "ya29", "1//")
        )

    def test_two_marks_in_one_account_never_meet(self, world: GoogleWorld) -> None:
        ben = identity.ownership_mark("here", "home", "ben")
        first, second = (world.connector().ensure_home("Offplate", mark).id for mark in (MARK, ben))
        world.connector().create_entry(first, draft())
        delta = world.connector().poll_account(Watch(WEEK, "UTC", home=CalendarId(second)), Desk(world).state)
        assert (delta.entries, [reading.calendar for reading in delta.readings]) == ((), [world.main])


def _carried_out(reply: Reply | None) -> Any:
    from tests.connectors.worlds import _matching, _Order

    return _Order(_matching("write"), reply, carried_out=True)
