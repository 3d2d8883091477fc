"""The way to Google and back: once, in the session that asked, and with a sentence for every no."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service import doctor
from service.flow.week import tick
from tests.builders import BEN, HOME
from tests.web.at_google import EMAIL, Pages, pages_at_google

OVER = "The way to Google and back serves once"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with pages_at_google(tmp_path) as made:
        yield made


def test_a_consent_is_saved_after_its_person_has_seen_whose_it_is(pages: Pages) -> None:
    phone = pages.phone()
    assert phone.connect().headers["location"] == "/connect/google"
    assert pages.there.account is not None
    assert pages.there.account.username == "ben@example.com"


def test_another_browser_of_the_same_person_cannot_finish_what_one_began(pages: Pages) -> None:
    phone, other = pages.phone(), pages.phone()
    phone.ask()
    address = phone.answer()
    assert OVER in other.get(address).text
    assert OVER in other.get("/connect/google/found").text
    assert OVER in other.save().text
    assert pages.there.account is None
    assert phone.get(address).status_code == 303, "and takes nothing away from it"
    assert OVER in other.save().text
    assert pages.there.account is None
    phone.save()
    assert pages.there.account is not None


def test_two_browsers_of_one_person_may_both_be_under_way(pages: Pages) -> None:
    phone, other = pages.phone(), pages.phone()
    phone.ask()
    other.ask()
    assert phone.get(phone.answer()).status_code == 303
    assert other.get(other.answer()).status_code == 303


def test_the_partner_on_the_same_phone_cannot_save_it_as_theirs(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    phone.get(phone.answer())
    anas = pages.phone("ana")
    before = pages.there.account
    assert OVER in anas.save().text
    assert pages.there.account == before


def test_an_address_that_was_used_is_refused_and_what_it_brought_still_stands(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    address = phone.answer()
    assert phone.get(address).status_code == 303
    assert OVER in phone.get(address).text
    assert "This is ben@example.com." in phone.get("/connect/google/found").text
    phone.save()
    assert pages.there.account is not None
    assert OVER in phone.save().text, "nor is a consent saved twice"


def test_what_is_saved_is_the_account_that_was_seen(pages: Pages) -> None:
    phone = pages.phone()
    pages.there.double.add_account("other@example.com")
    phone.ask()
    phone.get(phone.answer())
    old_page = phone.get("/connect/google/found").text.partition('name="seen" value="')[2].partition('"')[0]
    phone.ask()
    phone.get(phone.answer("other@example.com"))
    for seen in (old_page, ""):
        pressed = phone.post("/connect/google/save", seen=seen)
        assert pressed.headers["location"] == "/connect/google/found"
        assert pages.there.account is None
    assert "This is other@example.com." in phone.get("/connect/google/found").text
    phone.save()
    assert pages.there.account is not None


def test_after_cancel_a_yes_to_the_same_question_is_refused(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    yes = phone.answer()
    assert "Google says that you did not agree." in phone.get(phone.answer(deny=True)).text
    assert OVER in phone.get(yes).text
    assert OVER in phone.save().text
    assert pages.there.account is None


def test_an_answer_to_another_question_uses_up_the_open_one(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    right = phone.answer()
    stolen = "/connect/google/back?code=stolen&state=guessed"
    assert "This answer belongs to another question." in phone.get(stolen).text
    assert OVER in phone.get(right).text


def test_a_new_question_ends_the_one_before(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    first = phone.answer()
    phone.ask()
    assert "This answer belongs to another question." in phone.get(first).text


@pytest.mark.parametrize("where", ["at Google", "before Save"])
def test_who_takes_longer_than_ten_minutes_starts_again(pages: Pages, where: str) -> None:
    phone = pages.phone()
    phone.ask()
    address = phone.answer()
    if where == "before Save":
        phone.get(address)
    pages.there.home.clock.move(timedelta(minutes=10))
    assert OVER in phone.get(address if where == "at Google" else "/connect/google/found").text
    assert OVER in phone.save().text
    assert pages.there.account is None


def test_a_code_that_google_refuses_is_not_tried_twice(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    address = phone.answer()
    pages.there.double.oauth._codes.clear()
    assert "had run out, or was used before" in phone.get(address).text
    assert OVER in phone.get(address).text


def test_a_google_that_does_not_answer_leaves_a_question_to_ask_again(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    pages.there.double.faults.refuse("token", 503, "backendError")
    shown = phone.get(phone.answer())
    assert "Google did not answer properly just now" in shown.text
    assert "Start again" in shown.text
    assert phone.connect().status_code == 303


def test_a_redirect_that_google_refuses_at_the_last_step_is_said_as_such(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    pages.there.double.faults.refuse("token", 400, "redirect_uri_mismatch")
    assert "doctor shows it" in phone.get(phone.answer()).text


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("access_denied", "you did not agree"),
        ("admin_policy_enforced", "The administrator of this Google account"),
        ("org_internal", "accounts of its own organisation only"),
        ("invalid_scope", "does not know one of the rights"),
        ("redirect_uri_mismatch", "does not send anybody back to the address"),
        ("disallowed_useragent", "does not open inside another app"),
        ("temporarily_unavailable", "Google is busy just now"),
        ("server_error", "Something went wrong at Google"),
        ("invalid_request", "did not understand the question"),
        ("deleted_client", "does not know this Offplate any more"),
        ("unauthorized_client", "does not know this Offplate any more"),
        ("login_required", "wanted to ask you something first"),
        ("something_new", "without a yes (something_new)."),
        ("<b>no</b>", "Google sent you back without a yes."),
    ],
)
def test_every_no_of_googles_has_its_sentence(pages: Pages, word: str, sentence: str) -> None:
    phone = pages.phone()
    phone.ask()
    state = phone.asked.partition("state=")[2].partition("&")[0]
    shown = phone.client.get("/connect/google/back", params={"error": word, "state": state})
    assert shown.status_code == 422
    assert sentence in shown.text
    assert "<b>no" not in shown.text
    assert OVER in phone.get(f"/connect/google/back?error={word}&state={state}").text


def test_a_project_in_testing_is_noticed_and_said_before_it_ends(pages: Pages) -> None:
    there, phone = pages.there, pages.phone()
    there.double.set_testing()
    phone.ask()
    phone.get(phone.answer())
    ends = "Google ends this connection on Sunday 6 December"
    assert ends in phone.get("/connect/google/found").text
    phone.save()
    assert there.account is not None
    assert there.account.ends_at is not None
    tick(there.home.world, HOME)
    household = there.home.store.households.get(HOME)
    said = next(doctor.calendar_parts(there.home.world, household, household.partner(BEN)))
    assert said.health == "warn"
    assert "ends this connection on Sunday 06 December" in said.says
    assert "publish the Google project" in said.next_step
    assert ends not in phone.get("/week").text, "days before it is no news"
    there.home.clock.move(timedelta(days=5, hours=1))
    tick(there.home.world, HOME)
    assert ends in phone.get("/week").text
    assert "Connect your calendar" in phone.get("/week").text
    there.home.clock.move(timedelta(days=2))
    said = next(doctor.calendar_parts(there.home.world, household, household.partner(BEN)))
    assert (said.health, "ends this connection" in said.says) == ("fail", True)


def test_publishing_the_project_and_connecting_once_more_ends_the_ending(pages: Pages) -> None:
    there, phone = pages.there, pages.phone()
    there.double.set_testing()
    phone.connect()
    there.double.set_testing(testing=False)
    phone.connect()
    assert there.account is not None
    assert there.account.ends_at is None


def test_the_same_account_under_a_new_address_keeps_everything(pages: Pages) -> None:
    there, phone = pages.there, pages.phone()
    phone.connect()
    tick(there.home.world, HOME)
    before = there.account
    assert before is not None
    assert before.home_id is not None
    there.double.rename_account(EMAIL, "ben.new@example.com")
    phone.ask()
    phone.get(phone.answer("ben.new@example.com"))
    assert "Until now it was" not in phone.get("/connect/google/found").text
    phone.save()
    after = there.account
    assert after is not None
    assert (after.username, after.home_id) == ("ben.new@example.com", before.home_id)
    report = tick(there.home.world, HOME).partners[BEN]
    assert (report.problem, report.writes) == (None, 0)


def test_the_partners_account_is_known_under_any_address(pages: Pages) -> None:
    there = pages.there
    there.double.add_account("ana@example.com")
    phone, anas = pages.phone(), pages.phone("ana")
    phone.connect()
    there.double.rename_account(EMAIL, "home@example.com")
    anas.ask()
    anas.get(anas.answer("home@example.com"))
    shown = anas.get("/connect/google/found").text
    assert "home@example.com is connected as Ben" in shown
    assert OVER in anas.save().text


def test_another_address_at_google_than_for_mail_is_said_kindly(pages: Pages) -> None:
    phone = pages.phone()
    phone.ask()
    phone.get(phone.answer())
    assert "It is fine that this account has another address" in phone.get("/connect/google/found").text
