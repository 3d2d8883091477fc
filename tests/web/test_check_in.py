"""A check-in through its forms, from two phones: sealed, revealed, agreed, and every way it can go astray."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from service.domain.checkin import Answer
from service.flow import check_in as flow
from service.flow.week import tick
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE, come_in, path_for

Phone = Callable[[], TestClient]
PAGE = f"/check-in/{WEEK}"


def send(client: TestClient, reader: str = "ana", **fields: object):  # type: ignore[no-untyped-def]
    form = {"reader": f"home/{reader}", "appreciation": "", **fields}
    return client.post(f"{PAGE}/answer", data=form, headers=OWN_PAGE)


def agree(client: TestClient, reader: str, **fields: object):  # type: ignore[no-untyped-def]
    made_at = re.search(r'name="made_at" value="([^"]+)"', client.get(f"{PAGE}?next=1").text)
    form = {"reader": f"home/{reader}", "made_at": made_at[1] if made_at else "", **fields}
    return client.post(f"{PAGE}/agree", data=form, headers=OWN_PAGE)


def answer_of(home: Home, partner: str) -> Answer | None:
    check_in = home.store.check_ins.get(HOME, WEEK)
    assert check_in is not None
    return check_in.answers.get(home.store.households.get(HOME).partner(partner).id)


def test_two_phones_from_the_question_to_a_settled_week(home: Home, ana: TestClient, ben: TestClient) -> None:
    page = ana.get(PAGE).text
    assert "How are you?" in page
    assert "you answer as" in page
    saved = send(ana, state="weeds", hand_over=["laundry"], appreciation="The soup.")
    assert (saved.status_code, saved.headers["location"]) == (303, PAGE)
    waiting = ana.get(PAGE).text
    assert "Thank you" in waiting
    assert "The soup." in waiting
    assert "hosts this time" in waiting or "You host this time" in waiting

    assert "The soup." not in ben.get(PAGE).text
    assert send(ben, "ben", state="fine").status_code == 303

    reveal = ana.get(PAGE).text
    assert reveal.index("In the weeds") < reveal.index("The soup.") < reveal.index("Fine")
    assert "What moves" not in reveal
    assert 'name="made_at"' not in reveal
    proposal = ana.get(f"{PAGE}?next=1").text
    assert "Laundry" in proposal
    assert "Agree</button>" in proposal

    assert agree(ana, "ana").status_code == 303
    mine = ana.get(f"{PAGE}?next=1").text
    assert "Agree</button>" not in mine
    assert agree(ben, "ben").status_code == 303
    assert "It is settled." in ana.get(PAGE).text
    assert "Yours: swim" in ana.get(f"/week/{WEEK}").text
    assert "laundry" not in ana.get(f"/week/{WEEK}").text.lower()


def test_before_my_answer_i_cannot_tell_whether_the_other_answered(ana: TestClient, ben: TestClient) -> None:
    before = ana.get(PAGE).text
    send(ben, "ben", state="blown", appreciation="Canary thanks")
    assert ana.get(PAGE).text == before
    assert ana.get(f"{PAGE}?next=1").text == before


def test_an_answer_may_be_changed_and_sent_twice(home: Home, ana: TestClient) -> None:
    for _press in range(2):
        assert send(ana, state="fine", appreciation="Thursday").status_code == 303
    form = ana.get(f"{PAGE}?change=1").text
    assert 'value="fine" required checked' in form
    assert "Thursday" in form
    assert send(ana, state="blown").status_code == 303
    answer = answer_of(home, "ana")
    assert answer is not None
    assert answer.state == "blown"


def test_another_tap_in_the_mail_opens_the_form_with_it(home: Home, ana: TestClient, ben: TestClient) -> None:
    flow.answer(home.world, HOME, ANA, WEEK, state="fine", appreciation="Tea.")
    page = f"/check-in/{WEEK}"
    assert "Thank you. That was all." in ana.get(f"{page}?state=fine").text
    assert "Thank you. That was all." in ana.get(f"{page}?state=tired").text
    again = ana.get(f"{page}?state=blown").text
    assert re.search(r'value="blown" required checked', again)
    assert "Tea." in again
    flow.answer(home.world, HOME, BEN, WEEK, state="fine")
    assert re.search(r'value="weeds" required checked', ana.get(f"{page}?state=weeds").text)


def test_what_was_said_can_be_read_once_the_week_is_settled_by_who_has_said_something(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    flow.answer(home.world, HOME, ANA, WEEK, state="weeds", appreciation="The soup.")
    assert "The soup." not in ben.get(PAGE).text
    home.clock.move(timedelta(days=1))
    tick(home.world, HOME)
    settled = ana.get(PAGE).text
    for words in ("It is settled.", "The soup.", "No answer this time"):
        assert words in settled
    home.clock.move(timedelta(days=3))
    over = ben.get(PAGE).text
    assert "The question for this week is over." in over
    assert f'href="/week/{WEEK}"' in over
    assert "The soup." not in over


def test_the_mailed_link_takes_a_late_answer_and_says_what_it_does(
    home: Home, ana: TestClient, phone: Phone
) -> None:
    link = path_for(home, "ben")
    send(ana, state="fine", appreciation="The soup.")
    home.clock.move(timedelta(days=2))
    tick(home.world, HOME)
    ben = phone()
    opened = ben.get(f"{link}?state=blown", follow_redirects=True).text
    for words in (
        "The week is planned, and it stands.",
        "what is still ahead is planned anew",
        "It counts once",
    ):
        assert words in opened
    assert re.search(r'value="blown" required checked', opened)
    assert "The soup." not in opened
    assert "The weekly question" in ben.get("/week").text
    assert answer_of(home, "ben") is None, "opening it changes nothing"
    assert send(ben, "ben", state="blown").status_code == 303
    for client in (ana, ben):
        settled = client.get(PAGE).text
        assert "What was still ahead has been planned anew since" in settled
        assert "The soup." in settled
    assert "The weekly question" not in ben.get("/week").text
    again = send(ben, "ben", state="fine", appreciation="Still here")
    assert again.status_code == 409
    assert "Still here" in again.text


def test_after_the_close_i_cannot_tell_whether_the_other_has_answered(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    home.clock.move(timedelta(days=1))
    tick(home.world, HOME)
    before = ana.get(PAGE).text
    assert "you can still say how you are" in before
    send(ben, "ben", state="fine", appreciation="Canary thanks")
    assert ana.get(PAGE).text == before
    assert ana.get(f"{PAGE}?next=1").text == before


def test_hand_overs_count_only_in_the_weeds(home: Home, ana: TestClient) -> None:
    assert send(ana, state="fine", hand_over=["laundry"]).status_code == 303
    answer = answer_of(home, "ana")
    assert answer is not None
    assert answer.hand_overs == ()


def test_a_refused_form_comes_back_with_every_problem_and_every_word(home: Home, ana: TestClient) -> None:
    words = "So glad. " * 80
    page = send(ana, state="weeds", hand_over=["laundry", "dinner", "close", "nothing"], appreciation=words)
    assert page.status_code == 422
    assert page.headers["content-type"].startswith("text/html")
    assert page.text.count("<li>") == 3
    assert words.strip() in page.text
    assert len(re.findall(r'name="hand_over"[^>]*checked', page.text)) == 2
    assert re.search(r'value="weeds"[^>]*checked', page.text)
    assert answer_of(home, "ana") is None


@pytest.mark.parametrize("state", ["", "Fine", "3.0", "+3", "١", "9" * 26, "fine\n"])
def test_only_the_four_states_are_an_answer(home: Home, ana: TestClient, state: str) -> None:
    assert send(ana, state=state).status_code == 422
    assert answer_of(home, "ana") is None


def test_a_scanner_that_sends_the_form_empty_saves_nothing(home: Home, ana: TestClient) -> None:
    empty = ana.post(f"{PAGE}/answer", data={}, headers=OWN_PAGE)
    assert empty.status_code in (409, 415)
    assert answer_of(home, "ana") is None


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  ", ""),
        ("a\r\nBcc: evil@example.org", "a\nBcc: evil@example.org"),
        ("=?utf-8?q?a=0ABcc:_x?=", "=?utf-8?q?a=0ABcc:_x?="),
        ("nul\0 and \u202eback", "nul and back"),
        ("<script>alert(1)</script>{{7*7}}", "<script>alert(1)</script>{{7*7}}"),
    ],
)
def test_a_note_is_kept_as_words_and_shown_as_words(
    home: Home, ana: TestClient, written: str, kept: str
) -> None:
    assert send(ana, state="fine", appreciation=written).status_code == 303
    answer = answer_of(home, "ana")
    assert answer is not None
    assert answer.appreciation == kept
    page = ana.get(PAGE).text
    assert "<script>" not in page
    assert "49" not in re.sub(r"\?v=\w+", "", page), "a template ran what was written"


def test_two_people_on_one_phone_are_never_mixed_up(home: Home, ana: TestClient) -> None:
    come_in(home, ana, "ben")
    refused = send(ana, "ana", state="blown")
    assert refused.status_code == 409
    assert "not saved" in refused.text
    assert answer_of(home, "ana") is None
    assert answer_of(home, "ben") is None


@pytest.mark.parametrize("reader", ["", "other/ana", "home/nobody"])
def test_a_form_cannot_speak_for_somebody_else(home: Home, ana: TestClient, reader: str) -> None:
    form = {"reader": reader, "state": "fine", "appreciation": ""}
    assert ana.post(f"{PAGE}/answer", data=form, headers=OWN_PAGE).status_code == 409
    assert answer_of(home, "ana") is None


def test_without_a_session_nothing_is_shown_or_saved(home: Home, phone: Phone) -> None:
    stranger = phone()
    assert stranger.get(PAGE).status_code == 403
    assert stranger.get("/week").status_code == 403
    assert send(stranger, state="fine").status_code == 403
    assert answer_of(home, "ana") is None


def test_after_wednesday_nothing_is_saved_and_the_words_are_kept(home: Home, ana: TestClient) -> None:
    home.clock.move(timedelta(days=4))
    late = send(ana, state="fine", appreciation="Too late, still glad")
    assert late.status_code == 409
    assert "Too late, still glad" in late.text
    assert answer_of(home, "ana") is None


def test_agreeing_to_another_proposal_than_the_one_seen_is_asked_again(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    send(ana, state="weeds")
    send(ben, "ben", state="fine")
    assert "Agree</button>" in ana.get(f"{PAGE}?next=1").text
    old = flow.view(home.world, HOME, ANA, WEEK).proposal
    assert old is not None
    home.clock.move(timedelta(minutes=2))
    flow.answer(home.world, HOME, BEN, WEEK, state="blown")
    again = agree(ana, "ana", made_at=old.made_at.isoformat())
    assert again.status_code == 409
    assert "newer proposal" in again.text
    check_in = home.store.check_ins.get(HOME, WEEK)
    assert check_in is not None
    assert check_in.agreements == {}


@pytest.mark.parametrize("made_at", ["", "yesterday", "2026-11-29T18:00:00"])
def test_a_proposal_that_cannot_be_read_is_not_agreed_to(ana: TestClient, made_at: str) -> None:
    assert agree(ana, "ana", made_at=made_at).status_code == 400


def test_a_week_without_a_check_in_is_a_calm_page(ana: TestClient) -> None:
    for week in ("2026-W99", "2026-W54", "tomorrow", "2026-W48%0A", "0000-W01", "9999-W52", "2020-W01"):
        answer = ana.get(f"/check-in/{week}")
        assert answer.status_code == 404, week
        assert "Nothing is lost." in answer.text


def test_weeks_at_the_end_of_the_calendar_are_no_pages(ana: TestClient) -> None:
    assert {ana.get(f"/week/{week}").status_code for week in ("9999-W52", "0001-W01", "x")} == {404}
    assert ana.get("/week/2027-W01").status_code == 200


def test_the_week_page_shows_the_others_protected_time_and_nothing_else(
    planned: Home, ana: TestClient
) -> None:
    page = ana.get(f"/week/{WEEK}").text
    assert "Time that is Ben's own" in page
    assert "Run" in page
    assert "Bins" not in page
