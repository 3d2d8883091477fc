"""What both settle: one proposes on their phone, the other says yes on theirs, and only then it holds."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from service.domain.household import OtherWeek, RuleChange
from service.domain.week import parse_windows
from service.flow import check_in
from service.flow.house_rules import propose
from service.flow.own_settings import mark_of
from tests.builders import ANA, BEN, HOME, WEEK, Home
from tests.web.conftest import OWN_PAGE


def sent(client: TestClient, path: str, **fields: str | list[str]):  # type: ignore[no-untyped-def]
    reader = re.search(r'name="reader" value="([^"]+)"', client.get("/rules/split").text)
    assert reader
    return client.post(path, data={"reader": reader[1], **fields}, headers=OWN_PAGE)


def pending(home: Home) -> tuple[RuleChange, ...]:
    return home.store.households.get(HOME).pending


def seen_on(page: str) -> str:
    found = re.search(r'name="seen_at" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_other_reads_it_on_every_page_of_theirs_and_says_yes(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    done = sent(ana, "/rules/split", first="40")
    assert (done.status_code, done.headers["location"]) == (303, "/rules")
    for path in ("/week", "/list"):
        assert "Ana proposes: how an ordinary week is split." in ben.get(path).text
        assert "proposes" not in ana.get(path).text
    assert home.store.households.get(HOME).base_split == {ANA: 50, BEN: 50}
    page = ben.get("/rules").text
    assert "Ana 40, Ben 60" in page
    assert sent(ben, "/rules/base_split/yes", press="yes", seen_at=seen_on(page)).status_code == 303
    assert home.store.households.get(HOME).base_split == {ANA: 40, BEN: 60}
    assert not pending(home)
    assert sent(ben, "/rules/base_split/yes", press="yes", seen_at=seen_on(page)).status_code == 409


def test_whoever_proposes_has_no_yes_of_their_own(home: Home, ana: TestClient) -> None:
    sent(ana, "/rules/split", first="40")
    page = ana.get("/rules").text
    assert "Yes, so be it" not in page
    assert sent(ana, "/rules/base_split/yes", press="yes", seen_at=seen_on(page)).status_code == 409
    assert home.store.households.get(HOME).base_split == {ANA: 50, BEN: 50}
    assert sent(ana, "/rules/base_split/no", press="yes", seen_at=seen_on(page)).status_code == 303
    assert not pending(home)


def test_what_goes_first_is_proposed_for_anything_on_the_list_whoever_holds_it(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    assert 'href="/rules/chore/bathroom"' in ana.get("/list").text, "Ben holds it"
    assert sent(ana, "/rules/chore/bathroom/shed", shed="drop_last").status_code == 303
    page = ben.get("/rules").text
    assert "So far: goes first" in page
    sent(ben, "/rules/shed.bathroom/yes", press="yes", seen_at=seen_on(page))
    order = re.findall("Goes first|Goes next|Gets smaller|Bathroom</a></li>", ben.get("/list").text)
    assert order == ["Goes first", "Goes next", "Bathroom</a></li>", "Gets smaller"]


MOMENTS = {
    "opens-day": "Fri", "opens-time": "08:00",
    "meets-day": "Sat", "meets-time": "20:00",
    "closes-day": "Sat", "closes-time": "22:00",
}  # fmt: skip


def test_when_the_two_look_at_the_week_is_settled_by_both(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    page = ana.get("/rules/moments").text
    assert re.findall(r'type="time"[^>]* value="([^"]+)"', page) == ["09:00", "20:30", "21:30"]
    assert sent(ana, "/rules/moments", **MOMENTS).status_code == 303
    page = ben.get("/rules").text
    assert "Ana proposes: when the two of you look at the week." in page
    assert "the question comes: Fri 08:00" in page
    assert str(home.store.households.get(HOME).check_in.opens) == "Sun 09:00"
    assert sent(ben, "/rules/moments/yes", press="yes", seen_at=seen_on(page)).status_code == 303
    times = home.store.households.get(HOME).check_in
    assert [str(one) for one in (times.opens, times.meets, times.closes)] == [
        "Fri 08:00",
        "Sat 20:00",
        "Sat 22:00",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"meets-day": "Thu"}, "First the question"),
        ({"closes-time": "20:00"}, "First the question"),
        ({"opens-time": "soon"}, "Write each time like 20:30."),
        ({"opens-day": "Someday"}, "Write each time like 20:30."),
    ],
)
def test_moments_that_cannot_be_are_refused_and_stay_as_they_were_typed(
    home: Home, ana: TestClient, wrong: dict[str, str], said: str
) -> None:
    refused = sent(ana, "/rules/moments", **{**MOMENTS, **wrong})
    assert refused.status_code == 422
    assert said in refused.text
    assert 'value="08:00"' in refused.text or "opens-time" in wrong
    assert not pending(home)


def test_one_alone_needs_one_of_four_reasons(home: Home, ana: TestClient, ben: TestClient) -> None:
    for fields in ({"only": "ana", "reason": ""}, {"only": "ana", "reason": "not able"}, {"only": "carl"}):
        refused = sent(ana, "/rules/chore/bathroom/only", **fields)
        assert refused.status_code == 422
        assert "Not saved yet." in refused.text
    assert not pending(home)
    assert sent(ana, "/rules/chore/bathroom/only", only="ana", reason="licence").status_code == 303
    page = ben.get("/rules").text
    assert "Ana alone, for a licence" in page
    sent(ben, "/rules/only.bathroom/yes", press="yes", seen_at=seen_on(page))
    bathroom = next(one for one in home.store.households.chores(HOME) if one.id == "bathroom")
    assert (bathroom.only, bathroom.only_reason, bathroom.owner) == ((ANA,), "licence", ANA)


def test_feeds_that_only_one_can_give_shorten_a_time_for_oneself_until_a_bottle_is_fine(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    path, swim = "/rules/chore/bathroom/only", home.store.households.get(HOME).partner(ANA).self_care[0]
    mine = f"/me/self-care/{mark_of(swim)}"
    said = "While a feed comes every 1 h 30 min and only from you, none is planned longer than that."
    fields = {"only": "ana", "reason": "breastfeeding", "feed_gap": "90"}
    assert sent(ana, path, **fields).status_code == 303
    page = ben.get("/rules").text
    assert "Ana alone, for breastfeeding<br>a feed every 1 h 30 min" in page
    assert said not in ana.get(mine).text
    sent(ben, "/rules/only.bathroom/yes", press="yes", seen_at=seen_on(page))
    for own in (mine, "/me/self-care", "/me/self-care/new"):
        assert said in ana.get(own).text
        assert said not in ben.get(own).text
    assert 'value="90" selected' in ana.get("/rules/chore/bathroom").text
    assert sent(ana, path, **fields, bottle="yes").status_code == 303
    page = ben.get("/rules").text
    assert "a bottle is fine meanwhile" in page
    sent(ben, "/rules/only.bathroom/yes", press="yes", seen_at=seen_on(page))
    assert said not in ana.get(mine).text
    (bathroom,) = (one for one in home.store.households.chores(HOME) if one.id == "bathroom")
    assert (bathroom.feed_gap_minutes, bathroom.bottle_is_fine) == (90, True)


def test_feeds_say_nothing_where_the_reason_is_another(home: Home, ana: TestClient, ben: TestClient) -> None:
    fields = {"only": "ana", "reason": "licence", "feed_gap": "90", "bottle": "yes"}
    sent(ana, "/rules/chore/bathroom/only", **fields)
    sent(ben, "/rules/only.bathroom/yes", press="yes", seen_at=seen_on(ben.get("/rules").text))
    (bathroom,) = (one for one in home.store.households.chores(HOME) if one.id == "bathroom")
    assert (bathroom.only_reason, bathroom.feed_gap_minutes, bathroom.bottle_is_fine) == (
        "licence",
        None,
        False,
    )


def test_what_cannot_be_proposed_is_said(home: Home, ana: TestClient) -> None:
    assert "That is how it is already." in sent(ana, "/rules/split", first="50").text
    assert sent(ana, "/rules/split", first="99").status_code == 422
    assert sent(ana, "/rules/chore/laundry/shed", shed="often").status_code == 422
    assert sent(ana, "/rules/chore/nothing/shed", shed="never").status_code == 404
    assert ana.get("/rules/chore/nothing").status_code == 404
    assert not pending(home)


@pytest.mark.parametrize("minutes", ["9" * 5000, "٣٠", "0", "1441"])
def test_minutes_that_are_none_are_said_however_they_are_written(ana: TestClient, minutes: str) -> None:
    page = sent(ana, "/rules/chore/dinner/standard", standard="Bread", minutes=minutes)
    assert page.status_code == 422
    assert "Say how many minutes it takes, from 1 on." in page.text


@pytest.mark.parametrize(("name", "status"), [("Walk\nBEGIN:VALARM", 422), ("Walk", 303)])
def test_a_name_is_one_line_wherever_it_is_written(ana: TestClient, name: str, status: int) -> None:
    when = {"-0-days": ["0"], "-0-from": "08:00", "-0-to": "21:00"}
    chore = {"name": name, "minutes": "30", "cadence": "weekly", "thinking": "0"}
    wish = {"name": name, "minutes": "30", "per_week": "1"}
    for path, field, words in (
        ("/list/new", "hours", chore),
        ("/me/self-care/new", "when", wish),
        ("/rules/sitters", "sitter1", {"press": "yes", "sitter1-name": name}),
    ):
        rows = {f"{field}{part}": value for part, value in when.items()}
        assert sent(ana, path, **words, **rows).status_code == status, path


def test_a_proposal_stands_among_what_they_talk_about(home: Home, ana: TestClient, ben: TestClient) -> None:
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    propose(home.world, HOME, ANA, "base_split", {"parts": {ANA: 40, BEN: 60}})
    assert 'href="?talk=1"' in ben.get(f"/check-in/{WEEK}").text
    assert "Ana proposes: how an ordinary week is split." in ben.get(f"/check-in/{WEEK}?talk=1").text


def test_the_childrens_hours_are_in_force_once_both_want_them(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    nursery = {"away-1-days": ["0", "1", "2"], "away-1-from": "09:00", "away-1-to": "15:00"}
    night = {"asleep-1-days": list("0123456"), "asleep-1-from": "19:00", "asleep-1-to": "06:00"}
    before = home.store.households.get(HOME)
    assert sent(ana, "/rules/children", press="yes", **nursery, **night).status_code == 303
    assert home.store.households.get(HOME).away == before.away
    page = ben.get("/rules").text
    assert "out: Mon–Wed 09:00–15:00<br>asleep: 19:00–06:00" in page
    sent(ben, "/rules/children/yes", press="yes", seen_at=seen_on(page))
    after = home.store.households.get(HOME)
    assert (after.away, after.asleep) == (parse_windows("Mon-Wed 09:00-15:00"), parse_windows("19:00-06:00"))


def test_two_homes_are_every_other_week_once_both_want_them(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    page = ana.get("/rules/children").text
    assert re.search(r'value="alike" checked', page)
    now = re.findall(r'name="other" value="(2026-[^"]+)"', page)
    assert now == ["2026-11-23", "2026-11-30"], "the running week, and the next"
    hours = {"away-1-days": list("01234"), "away-1-from": "08:30", "away-1-to": "16:00"}
    theirs = {"other_away-1-days": ["0", "1"], "other_away-1-from": "00:00", "other_away-1-to": "00:00"}
    both = {"press": "yes", **hours, **theirs}
    assert sent(ana, "/rules/children", other="2026-12-01", **both).status_code == 422
    assert sent(ana, "/rules/children", other="2026-11-30", **both).status_code == 303
    page = ben.get("/rules").text
    assert "every other week, such as that of 30 November:<br>out: Mon–Tue 00:00–00:00" in page
    sent(ben, "/rules/children/yes", press="yes", seen_at=seen_on(page))
    after = home.store.households.get(HOME)
    whole_days = parse_windows("Mon-Tue 00:00-24:00")
    assert after.other_week == OtherWeek(WEEK.monday, away=whole_days)
    assert after.away_in(WEEK) == whole_days
    assert after.away_in(WEEK.next) == after.away
    assert 'value="2026-11-30" checked' in ana.get("/rules/children").text
    home.clock.move(timedelta(weeks=2))
    page = ana.get("/rules/children").text
    assert 'value="2026-12-14" checked' in page, "the same weeks, by the nearest one"
    again = sent(ana, "/rules/children", other="2026-12-14", **both)
    assert "That is how it is already." in again.text
    assert sent(ana, "/rules/children", other="2026-12-14", elsewhere="yes", **both).status_code == 303
    page = ben.get("/rules").text
    assert "not here at all" in page
    sent(ben, "/rules/children/yes", press="yes", seen_at=seen_on(page))
    assert home.store.households.get(HOME).other_week == OtherWeek(WEEK.monday, here=False)
    sent(ana, "/rules/children", other="alike", **both)
    sent(ben, "/rules/children/yes", press="yes", seen_at=seen_on(ben.get("/rules").text))
    assert home.store.households.get(HOME).other_week is None


def test_hours_that_cannot_be_read_come_back_as_typed(home: Home, ana: TestClient) -> None:
    typed = {"away-1-days": ["0"], "away-1-from": "nine", "away-1-to": "15:00"}
    refused = sent(ana, "/rules/children", press="yes", **typed)
    assert refused.status_code == 422
    assert "“nine” is not a time of day" in refused.text
    assert 'value="15:00"' in refused.text
    unsaid = sent(ana, "/rules/sitters", press="yes", **{"sitter1-name": "Joe"})
    assert "Say when Joe is there." in unsaid.text
    assert 'value="Joe"' in unsaid.text
    assert not pending(home)


def test_a_sitter_comes_and_goes_with_a_yes_of_both(home: Home, ana: TestClient, ben: TestClient) -> None:
    joe = {"sitter1-name": "Joe", "sitter1-1-days": "4", "sitter1-1-from": "18:00", "sitter1-1-to": "21:00"}
    assert sent(ana, "/rules/sitters", press="yes", **{"sitter0-name": ""}, **joe).status_code == 303
    page = ben.get("/rules").text
    assert "<p>Joe: Fri 18:00–21:00</p>" in page
    assert "So far: Granny: Wed 14:00–18:00" in page
    sent(ben, "/rules/sitters/yes", press="yes", seen_at=seen_on(page))
    (sitter,) = home.store.households.get(HOME).sitters
    assert (sitter.name, sitter.hours) == ("Joe", parse_windows("Fri 18:00-21:00"))


def test_asking_less_of_something_is_settled_by_both_and_makes_it_shorter(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    path = "/rules/chore/dinner/standard"
    for fields in ({"standard": "", "minutes": "20"}, {"standard": "Bread and soup", "minutes": "none"}):
        refused = sent(ana, path, **fields)
        assert refused.status_code == 422
        assert f'value="{fields["minutes"]}"' in refused.text
    assert sent(ana, path, standard="Bread and soup", minutes="20").status_code == 303
    page = ben.get("/rules").text
    assert "Ana proposes: what is enough for “Dinner”." in page
    assert "Bread and soup (20 minutes)" in page
    sent(ben, "/rules/standard.dinner/yes", press="yes", seen_at=seen_on(page))
    (dinner,) = (one for one in home.store.households.chores(HOME) if one.id == "dinner")
    assert (dinner.standard, dinner.effort_minutes) == ("Bread and soup", 20)


def test_the_monthly_question_can_end_in_asking_less(home: Home, ana: TestClient, ben: TestClient) -> None:
    first_of_month = WEEK.next
    assert first_of_month.monday.day <= 7
    check_in.open_check_in(home.world, HOME, first_of_month)
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, first_of_month, state="fine")
    talk = ana.get(f"/check-in/{first_of_month}?talk=1").text
    found = re.search(r'action="(/rules/chore/[^"]+/standard)"', talk)
    assert found
    assert sent(ana, found[1], standard="Enough", minutes="10").status_code == 303
    assert "what is enough for" in ben.get(f"/check-in/{first_of_month}?talk=1").text
