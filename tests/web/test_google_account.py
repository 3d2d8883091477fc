"""A partner's own Google account: two more rights, each by itself, and letting it go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.google import rights
from service.demo.google_double.person import Event
from service.flow.leave import leave_account
from service.flow.tick_report import PartnerReport
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME
from tests.web.at_google import AtGoogle, Pages, Phone, pages_at_google

ONLY_MAIN = "Only your main calendar counts."
UNSEEN = "Colleagues cannot see self-care, cover and fixed runs"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with pages_at_google(tmp_path) as made:
        yield made


@pytest.fixture
def phone(pages: Pages) -> Phone:
    """Ben's, connected with the two rights that everybody is asked for."""
    phone = pages.phone()
    phone.connect()
    return phone


def ticks(there: AtGoogle) -> PartnerReport:
    return tick(there.home.world, HOME, at_once=True).partners[BEN]


def home_id(there: AtGoogle) -> str:
    assert there.account is not None
    assert there.account.home_id is not None
    return there.account.home_id


def events(there: AtGoogle) -> dict[str, Event]:
    return there.ben.events(home_id(there))


def shown(there: AtGoogle) -> list[tuple[str, str]]:
    """What and when, in order."""
    return sorted((event["summary"], event["start"]["dateTime"]) for event in events(there).values())


def agree(phone: Phone, right: str = "") -> None:
    """Ben asks for one more right, agrees at Google, and saves."""
    phone.ask(right=right)
    phone.get(phone.answer())
    assert phone.save().status_code == 303


def test_the_page_says_what_goes_without_each_right(phone: Phone) -> None:
    assert 'href="/connect/google">Your Google Calendar' in phone.get("/week").text
    shown = phone.get("/connect/google").text
    assert "Your calendar is connected." in shown
    assert "The account is ben@example.com." in shown
    assert ONLY_MAIN in shown
    assert UNSEEN in shown


def test_ones_calendars_and_ones_google_account_say_the_same_of_what_counts(phone: Phone) -> None:
    for page in ("/connect/google", "/me/calendars"):
        assert ONLY_MAIN in phone.get(page).text
    agree(phone, "list")
    for page in ("/connect/google", "/me/calendars"):
        assert "All that are your own count." in phone.get(page).text


def test_one_more_right_is_asked_for_by_itself_and_keeps_the_others(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    before = events(there)
    shown = phone.ask(right="list")
    assert "Google will ask you for one thing." in shown.text
    assert rights.OWN_CALENDAR.rpartition("/")[2] not in phone.asked
    phone.get(phone.answer())
    phone.save()
    page = phone.get("/connect/google").text
    assert ONLY_MAIN not in page
    assert UNSEEN in page, "the other one was not asked for"
    report = ticks(there)
    assert (report.problem, report.writes) == (None, 0)
    assert events(there) == before


def test_more_is_asked_for_with_the_rest_where_the_connection_has_ended(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    there.double.revoke(there.ben.email)
    ticks(there)
    assert "3 things" in phone.ask(right="list").text
    phone.get(phone.answer())
    assert phone.save().status_code == 303
    assert ticks(there).problem is None


def test_a_no_to_more_leaves_everything_as_it_was(phone: Phone) -> None:
    there = phone.there
    before = there.account
    phone.ask(right="main")
    assert "you did not agree" in phone.get(phone.answer(deny=True)).text
    assert there.account == before
    assert ticks(there).problem is None


def test_more_from_another_account_is_refused(phone: Phone) -> None:
    there = phone.there
    there.double.add_account("work@example.com")
    before = there.account
    phone.ask(right="list")
    phone.get(phone.answer("work@example.com"))
    shown = phone.get("/connect/google/found").text
    assert "This is work@example.com, and Offplate is connected with ben@example.com." in shown
    assert there.account == before


def test_the_ticked_calendars_make_busy_and_no_other(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    ours, before = home_id(there), events(there)
    football, choir = there.ben.add_calendar("Football"), there.ben.add_calendar("Choir")
    start = there.home.clock.now() + timedelta(days=1)
    for hours, calendar in enumerate(("primary", football, choir)):
        begins = start + timedelta(hours=3 * hours)
        there.ben.add(calendar, "Secret", begins, begins + timedelta(hours=1))
    agree(phone, "list")
    shown = phone.post("/connect/google/calendars").text
    assert shown.count("checked") == 3, "all that are his own, until he says otherwise"
    assert "Offplate</span>" not in shown, "ours is not among them"
    assert phone.post("/connect/google/calendars/save", busy=[football]).status_code == 303
    for page in ("/connect/google", "/me/calendars"):
        assert "One calendar counts." in phone.get(page).text
    ticks(there)
    busy = [time.start_at for time in there.home.store.accounts.busy(HOME, BEN)]
    assert busy == [start + timedelta(hours=3)]
    assert home_id(there) == ours, "a choice of what counts does not move our calendar"
    assert events(there).keys() >= before.keys()
    again = phone.post("/connect/google/calendars").text
    assert again.count("checked") == 1


def test_the_list_counts_at_once_when_the_right_to_it_comes(phone: Phone) -> None:
    there = phone.there
    football = there.ben.add_calendar("Football")
    start = there.home.clock.now() + timedelta(days=1)
    there.ben.add(football, "Secret", start, start + timedelta(hours=1))
    ticks(there)
    assert there.home.store.accounts.busy(HOME, BEN) == []
    agree(phone, "list")
    ticks(there)
    assert [time.start_at for time in there.home.store.accounts.busy(HOME, BEN)] == [start]


def test_none_ticked_plans_around_nothing_and_says_so(phone: Phone) -> None:
    agree(phone, "list")
    phone.post("/connect/google/calendars/save")
    for page in ("/connect/google", "/me/calendars"):
        assert "None counts" in phone.get(page).text
    assert ticks(phone.there).problem is None


def test_exactly_the_own_ones_means_those_to_come_as_well(phone: Phone) -> None:
    there = phone.there
    there.ben.add_calendar("Holidays", role="reader")
    agree(phone, "list")
    phone.post("/connect/google/calendars/save", busy=["ben@example.com"])
    assert there.account is not None
    assert there.account.busy is None


def test_a_calendar_that_is_not_his_cannot_be_chosen(phone: Phone) -> None:
    agree(phone, "list")
    refused = phone.post("/connect/google/calendars/save", busy=["boss@example.com"])
    assert refused.status_code == 422
    assert "One of these calendars is not there any more." in refused.text


def test_a_ticked_calendar_that_is_deleted_is_named_and_the_others_count(phone: Phone) -> None:
    there = phone.there
    football = there.ben.add_calendar("Football")
    there.ben.add_calendar("Choir")
    agree(phone, "list")
    phone.post("/connect/google/calendars/save", busy=[football, "ben@example.com"])
    ticks(there)
    start = there.home.clock.now() + timedelta(days=1)
    there.ben.add("primary", "Secret", start, start + timedelta(hours=1))
    there.ben.delete_calendar(football)
    said = "One of the calendars that count as busy is not there any more."
    assert said in (ticks(there).problem or "")
    assert "Tick the calendars again on your own page." in (ticks(there).problem or "")
    assert [time.start_at for time in there.home.store.accounts.busy(HOME, BEN)] == [start]
    assert said in phone.get("/connect/google").text
    phone.post("/connect/google/calendars/save", busy=["ben@example.com"])
    assert ticks(there).problem is None


def test_where_all_count_one_that_is_deleted_is_forgotten_at_the_next_tick(phone: Phone) -> None:
    there = phone.there
    football = there.ben.add_calendar("Football")
    agree(phone, "list")
    ticks(there)
    there.ben.delete_calendar(football)
    ticks(there)
    assert ticks(there).problem is None


def test_colleagues_see_busy_once_their_person_has_asked_for_it(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    assert not there.ben.events("primary")
    agree(phone, "main")
    assert UNSEEN not in phone.get("/connect/google").text
    ticks(there)
    copies = there.ben.events("primary").values()
    assert {copy["summary"] for copy in copies} == {"Busy"}
    assert ticks(there).writes == 0


def test_a_right_that_was_taken_back_shows_after_connecting_anew(phone: Phone) -> None:
    there = phone.there
    agree(phone, "list")
    there.double.revoke(there.ben.email)
    there.home.clock.move(timedelta(hours=2))
    assert "Connect Google again" in (ticks(there).problem or "")
    shown = phone.ask()
    assert "3 things" in shown.text, "those that were held are asked for once more"
    phone.get(phone.answer(untick=(rights.CALENDAR_LIST,)))
    assert "only your main one counts as busy" in phone.get("/connect/google/found").text
    phone.save()
    assert ONLY_MAIN in phone.get("/connect/google").text
    assert ticks(there).problem is None


def test_without_the_right_to_busy_times_it_can_be_saved_and_says_what_to_tick(pages: Pages) -> None:
    phone, there = pages.phone(), pages.there
    phone.ask()
    phone.get(phone.answer(untick=(rights.BUSY_TIMES,)))
    missing = "Without the right to see when you are busy, Offplate plans around nothing."
    assert missing in phone.get("/connect/google/found").text
    phone.save()
    report = ticks(there)
    assert missing in (report.problem or "")
    assert report.written.created == len(events(there)) > 0, "what needs no busy times is written"
    assert phone.get("/connect/google").text.count(missing) == 1
    agree(phone)
    assert ticks(there).problem is None


def test_disconnecting_takes_out_what_is_to_come_and_ends_the_right(phone: Phone) -> None:
    there = phone.there
    agree(phone, "main")
    ticks(there)
    ours, account = home_id(there), there.account
    assert account is not None
    theirs = there.ben.add(ours, "Mine", there.home.clock.now(), there.home.clock.now() + timedelta(hours=1))
    anas = {entry.uid for entry in there.home.server.account(ANA).entries()}
    phone.post("/connect/google/disconnect", press="yes")
    assert "Offplate is letting go of ben@example.com." in phone.get("/connect/google").text
    ticks(there)
    assert there.account is None
    assert set(there.ben.events(ours)) == {theirs}, "what they put there themselves stays"
    assert not there.ben.events("primary")
    assert all(token.revoked for token in there.double.oauth.refresh_tokens.values())
    assert "Is your calendar at Google?" in phone.get("/connect/google").text
    assert anas <= {entry.uid for entry in there.home.server.account(ANA).entries()}


def test_connecting_again_later_loses_and_doubles_nothing(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    before = shown(there)
    phone.post("/connect/google/disconnect", press="yes")
    ticks(there)
    phone.connect()
    report = ticks(there)
    assert report.problem is None
    assert shown(there) == before
    assert ticks(there).writes == 0


def test_disconnecting_goes_on_at_the_next_tick_when_google_does_not_answer(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    ours = home_id(there)
    phone.post("/connect/google/disconnect", press="yes")
    there.double.faults.refuse("*", 503, "backendError", times=-1)
    ticks(there)
    assert there.account is not None
    assert there.ben.events(ours)
    there.double.faults.clear()
    there.double.faults.refuse("revoke", 503, "server_error")
    ticks(there)
    assert there.account is not None, "the right to it holds still"
    assert not there.ben.events(ours)
    ticks(there)
    assert there.account is None


def test_what_google_has_ended_already_can_be_disconnected_too(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    there.double.revoke("ben@example.com")
    phone.post("/connect/google/disconnect", press="yes")
    ticks(there)
    assert there.account is None


def test_connecting_again_before_the_tick_takes_the_word_back(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    before = events(there)
    phone.post("/connect/google/disconnect", press="yes")
    agree(phone)
    report = ticks(there)
    assert (report.problem, report.writes) == (None, 0)
    assert events(there) == before


def test_who_leaves_gives_the_right_back_too(phone: Phone) -> None:
    there = phone.there
    ticks(there)
    household = there.home.store.households.get(HOME)
    assert leave_account(there.home.world, household, household.partner(BEN)).deleted > 0
    assert events(there) == {}
    assert all(token.revoked for token in there.double.oauth.refresh_tokens.values())


def test_nothing_is_disconnected_without_the_press(phone: Phone) -> None:
    phone.post("/connect/google/disconnect")
    assert phone.there.account is not None
    assert not phone.there.account.leaving
