"""Getting started on the pages: from nobody to a planned week, every page saved, nothing before *Start*."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from service.domain.chores import ChoreId
from service.domain.household import Household
from service.domain.week import Week, parse_windows
from service.flow import set_up
from service.flow.set_up import set_up_link
from service.flow.week import tick
from service.ports import Account, StoredPlan
from service.starter import shared_out
from service.web.app import create_app
from tests.builders import ANA, BEN, BERLIN, HOME, Home, a_home, a_household
from tests.web.conftest import BASE_URL, OWN_PAGE

TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RUNNING = Week.parse("2026-W48")

NAMES = {
    "name": "Home",
    "zone": "Europe/Berlin",
    "name-1": "Ana",
    "email-1": "ana@example.org",
    "name-2": "Ben",
    "email-2": "ben@example.org",
    "child": ["2025-11-02", ""],
    "away-1-days": ["0", "1", "2", "3", "4"],
    "away-1-from": "08:30",
    "away-1-to": "16:00",
    "sitter-1-name": "Granny",
    "sitter-1-1-days": ["2"],
    "sitter-1-1-from": "14:00",
    "sitter-1-1-to": "18:00",
}
MYSELF = {
    "press": "yes",
    "state": "fine",
    "wish": "Swim",
    "minutes": "90",
    "own-1-days": ["1", "3"],
    "own-1-from": "19:00",
    "own-1-to": "21:30",
    "run_by": "Ana",
}

FEW = {"cooking": "ana", "laundry": "ben", "house": "both"}

Phone = Callable[[], TestClient]


def nobody_yet() -> Household:
    return a_household(
        name="Home",
        partners=(),
        base_split={},
        children_born=(),
        away=(),
        asleep=(),
        sitters=(),
        in_set_up=True,
    )


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Tuesday morning on a machine where nobody has said anything yet."""
    with a_home(tmp_path, now=TUESDAY, household=nobody_yet(), chores=[]) as made:
        yield made


@pytest.fixture
def app(home: Home) -> FastAPI:
    return create_app(home.world, base_url=BASE_URL)


@pytest.fixture
def phone(app: FastAPI) -> Iterator[Phone]:
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(TestClient(app, base_url=BASE_URL, follow_redirects=False))


@pytest.fixture
def newcomer(home: Home, phone: Phone) -> TestClient:
    """Whoever opened the link that `serve` printed."""
    client = phone()
    assert opened(client, set_up_link(home.world, HOME)) == "/set-up/begin"
    return client


@pytest.fixture
def ana(newcomer: TestClient) -> TestClient:
    """She has named the two of them, and goes on."""
    assert goes_to(send(newcomer, "/set-up/begin", "home/", NAMES)) == "/set-up/list"
    return newcomer


def opened(client: TestClient, link: str) -> str:
    return goes_to(client.get(link.removeprefix(BASE_URL)))


def goes_to(response: Any) -> str:
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def send(client: TestClient, path: str, reader: str, fields: dict[str, object]) -> Any:
    return client.post(path, data={"reader": reader, **fields}, headers=OWN_PAGE)


def household(home: Home) -> Household:
    return home.store.households.get(HOME)


def take(client: TestClient, **holders: str) -> None:
    """Choose these bundles and no others."""
    page = client.get("/set-up/list").text
    chosen = {f"bundle-{bundle}": holder for bundle, holder in holders.items()}
    fields = dict.fromkeys(_bundles(page), "nobody") | chosen | {"press": "next"}
    assert goes_to(send(client, "/set-up/list", "home/ana", fields)) == "/set-up/you"


def start(client: TestClient, **changed: object) -> Any:
    return send(client, "/set-up/you", "home/ana", MYSELF | changed)


def first_week(home: Home, week: Week = RUNNING) -> StoredPlan:
    tick(home.world, HOME)
    stored = home.store.plans.get(HOME, week, "published")
    assert stored is not None
    return stored


def own_times(home: Home) -> list[str]:
    return sorted(one.adult for one in first_week(home).plan.selfcare)


def invitation(home: Home) -> str:
    """The link that was mailed to Ben."""
    (link,) = (what for kind, who, _week, what in home.post.sent if (kind, who) == ("invitation", BEN))
    return str(link)


def test_the_printed_link_opens_the_first_page_and_nothing_else(newcomer: TestClient) -> None:
    page = newcomer.get("/set-up/begin")
    assert "Who lives here?" in page.text
    assert newcomer.get("/week").status_code == 403
    assert newcomer.get("/set-up/list").status_code == 403


def test_without_that_link_nobody_begins_a_home(home: Home, phone: Phone) -> None:
    stranger = phone()
    for refused in (stranger.get("/set-up/begin"), send(stranger, "/set-up/begin", "home/", NAMES)):
        assert refused.status_code == 403
    assert household(home) == nobody_yet()


def test_a_newer_link_ends_the_one_before_and_every_link_ends_with_a_week(home: Home, phone: Phone) -> None:
    earlier, later = set_up_link(home.world, HOME), set_up_link(home.world, HOME)
    assert phone().get(earlier.removeprefix(BASE_URL)).status_code == 404
    home.clock.move(timedelta(days=8))
    assert phone().get(later.removeprefix(BASE_URL)).status_code == 404


def test_the_first_page_is_kept_and_its_person_goes_on_from_a_session_of_their_own(
    home: Home, ana: TestClient
) -> None:
    stands = household(home)
    assert [partner.id for partner in stands.partners] == [ANA, BEN]
    assert stands.zone == BERLIN
    assert stands.away == parse_windows("Mon-Fri 08:30-16:00")
    assert stands.sitters[0].name == "Granny"
    assert not stands.partners[0].consents
    assert goes_to(ana.get("/set-up")) == "/set-up/list"
    assert ana.get("/set-up/begin").status_code == 403


def test_every_problem_of_a_page_is_said_at_once_and_what_was_typed_stays(
    home: Home, newcomer: TestClient
) -> None:
    wrong = {"name-2": "", "email-1": "nowhere", "zone": "Moon/Base", "away-1-to": "", "sitter-1-name": ""}
    page = send(newcomer, "/set-up/begin", "home/", NAMES | wrong)
    assert page.status_code == 422
    for problem in (
        "Give your home a name, and each of you.",
        "Write an e-mail address for Ana, like ana@example.org.",
        "Choose your time zone from the list.",
        "Say from when to when on Mon, Tue, Wed, Thu, Fri.",
        "Say who can be there at the hours you gave.",
    ):
        assert problem in page.text
    for typed in ("nowhere", "ben@example.org", "2025-11-02", "08:30", "14:00"):
        assert f'value="{typed}"' in page.text
    assert household(home) == nobody_yet()


@pytest.mark.parametrize("address", ["ben@example.org", "BEN@example.org"])
def test_two_people_need_two_addresses(newcomer: TestClient, address: str) -> None:
    page = send(newcomer, "/set-up/begin", "home/", NAMES | {"email-1": address})
    assert "Each of you needs an address of their own" in page.text


def test_a_half_filled_set_up_goes_on_where_it_was_on_another_phone(
    home: Home, ana: TestClient, phone: Phone
) -> None:
    send(ana, "/set-up/list", "home/ana", {"bundle-cooking": "ana", "press": "next"})
    other_phone = phone()
    assert opened(other_phone, set_up_link(home.world, HOME)) == "/set-up/you"
    assert 'value="Granny"' in other_phone.get("/set-up/home").text


def test_a_page_may_be_sent_again_and_people_keep_what_is_theirs(home: Home, ana: TestClient) -> None:
    again = NAMES | {"name-1": "Anna", "child": ["2024-01-09", "2026-08-01"], "press": "stay"}
    assert goes_to(send(ana, "/set-up/home", "home/ana", again)) == "/set-up/home"
    stands = household(home)
    assert [(partner.id, partner.name) for partner in stands.partners] == [(ANA, "Anna"), (BEN, "Ben")]
    assert len(stands.children_born) == 2


def test_bundles_fit_the_childs_age_are_ticked_beforehand_and_summed_without_a_script(
    home: Home, ana: TestClient
) -> None:
    page = ana.get("/set-up/list").text
    assert "Nursery" in page
    assert 'name="bundle-cooking" value="both" checked' in page
    assert 'name="bundle-pets" value="nobody" checked' in page
    everything = dict.fromkeys(_bundles(page), "ben") | {"press": "sum"}
    assert goes_to(send(ana, "/set-up/list", "home/ana", everything)) == "/set-up/list#sum"
    summed = ana.get("/set-up/list").text
    assert "about 8 hours, of 42 at most" in summed  # her half of the nights
    assert "More than fits." in summed
    assert household(home).holders["cooking"] == "ben"


def test_children_who_are_at_home_bring_no_ways_to_the_nursery(home: Home, ana: TestClient) -> None:
    assert 'name="bundle-nursery" value="both" checked' in ana.get("/set-up/list").text
    home.store.households.edit(HOME, lambda stands: replace(stands, away=()))
    assert 'name="bundle-nursery" value="nobody" checked' in ana.get("/set-up/list").text


def test_the_same_problem_of_two_people_is_said_once(newcomer: TestClient) -> None:
    empty = dict.fromkeys(("name-1", "name-2", "email-1", "email-2"), "")
    page = send(newcomer, "/set-up/begin", "home/", NAMES | empty)
    assert page.text.count("Write an e-mail address for each of you") == 1


def _bundles(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('name="')[1:] if part.startswith("bundle-")]


def test_a_bundle_that_is_none_and_a_stranger_to_give_it_to_are_refused(home: Home, ana: TestClient) -> None:
    for fields in ({"bundle-moon": "ana"}, {"bundle-cooking": "carl"}):
        assert send(ana, "/set-up/list", "home/ana", fields).status_code == 422
    assert household(home).holders == {}


def test_before_start_nothing_is_planned_written_or_mailed(home: Home, ana: TestClient) -> None:
    send(ana, "/set-up/list", "home/ana", {"press": "next"})
    tick(home.world, HOME)
    assert home.store.plans.get(HOME, RUNNING, "published") is None
    assert home.post.sent == []
    assert home.store.households.chores(HOME) == []


def test_start_plans_the_rest_of_the_running_week_and_waits_for_nobody(home: Home, ana: TestClient) -> None:
    take(ana, **FEW)
    assert goes_to(start(ana)) == "/welcome"
    assert "is being planned" in ana.get("/welcome").text
    assert "Your first week is being planned." in ana.get("/week").text
    stands = household(home)
    assert (stands.in_set_up, stands.set_up_on, stands.run_by) == (False, TUESDAY.date(), "Ana")
    assert {"pet-care", "pet-stock", "bath"} <= set(stands.declined)
    owners = {chore.id: chore.owner for chore in home.store.households.chores(HOME)}
    assert (owners["weekday-dinner"], owners["wash"]) == (ANA, BEN)
    assert owners["bins"] in (ANA, BEN)
    assert all(block.interval.start_at >= TUESDAY for block in first_week(home).plan.blocks)
    assert home.store.plans.get(HOME, RUNNING.next, "published") is None
    assert "Your first week is there." in ana.get("/welcome").text
    assert ana.get("/week").status_code == 200


def test_in_the_first_week_each_does_what_they_hold_today(home: Home, ana: TestClient) -> None:
    take(ana, cooking="ana", laundry="ana", bedtime="ana", house="ben")
    start(ana)
    plan = first_week(home).plan
    owners = {chore.id: chore.owner for chore in home.store.households.chores(HOME)}
    assert owners
    for partner in (ANA, BEN):
        theirs = {ChoreId(b.responsibility) for b in plan.blocks_of(partner)} & owners.keys()
        assert {owners[chore] for chore in theirs} == {partner}
    assert plan.moves == ()


def test_who_is_spent_at_set_up_is_relieved_from_the_first_week_on(home: Home, ana: TestClient) -> None:
    take(ana, cooking="ana", laundry="ana")
    start(ana, state="blown")
    plan = first_week(home).plan
    assert len(plan.blocks_of(BEN)) > len(plan.blocks_of(ANA))


def test_her_own_time_stands_in_the_first_week_with_him_on_duty(home: Home, ana: TestClient) -> None:
    take(ana, **FEW)
    start(ana)
    home.store.accounts.connect(Account(HOME, ANA, "caldav", "memory:", "ana", "secret"))
    tick(home.world, HOME)
    assert "Yours: swim. Ben is on duty" in home.titles(ANA)


def test_start_twice_is_start_once(home: Home, ana: TestClient) -> None:
    assert [goes_to(start(ana)), goes_to(start(ana, wish="Run"))] == ["/welcome", "/welcome"]
    assert household(home).partners[0].self_care[0].name == "Swim"
    assert invitation(home)


def test_a_start_that_was_stopped_in_between_ends_in_the_list_that_was_chosen_last(
    home: Home, ana: TestClient
) -> None:
    take(ana, cooking="ana", pets="ben")
    bundles = [line.bundle for line in set_up.bundle_lines(household(home), TUESDAY.date(), {})]
    before = shared_out(bundles, {"cooking": BEN, "pets": BEN, "paper": ANA}, (ANA, BEN))
    home.store.households.seed_chores(HOME, before)
    home.store.households.retire_chore(HOME, ChoreId("pet-stock"))
    start(ana)
    owners = {chore.id: chore.owner for chore in home.store.households.chores(HOME)}
    assert owners == {
        "weekday-dinner": ANA,
        "weekend-meals": ANA,
        "kitchen-reset": ANA,
        "counters": ANA,
        "pet-care": BEN,
        "pet-stock": BEN,
    }


def test_a_home_may_start_with_an_empty_list(home: Home, ana: TestClient) -> None:
    take(ana)
    start(ana)
    assert home.store.households.chores(HOME) == []
    assert own_times(home) == [ANA]


def test_start_says_everything_that_is_missing_and_keeps_what_was_typed(home: Home, ana: TestClient) -> None:
    page = start(ana, state="", minutes="soon", run_by="", **{"own-1-to": "late"})
    assert page.status_code == 422
    for problem in (
        "Choose one of the four: fine, in the weeds, blown or away.",
        "“late” is not a time of day; write it like 18:30.",
        "Say how many minutes it takes, from 15 to 720.",
        "Say who runs this machine, in a word or two.",
    ):
        assert problem in page.text
    assert 'value="Swim"' in page.text
    assert household(home).in_set_up


def test_the_other_is_invited_by_a_link_of_their_own_and_told_who_runs_the_machine(
    home: Home, ana: TestClient, phone: Phone
) -> None:
    start(ana, run_by="Ana's sister")
    ben = phone()
    assert opened(ben, invitation(home)) == "/welcome"
    page = ben.get("/welcome").text
    assert "Welcome, Ben." in page
    assert "Ana&#39;s sister" in page
    assert "Swim" not in page


def test_when_the_other_comes_in_their_answer_and_their_own_time_join_the_first_week(
    home: Home, ana: TestClient, phone: Phone
) -> None:
    take(ana, **FEW)
    start(ana)
    before = own_times(home)
    home.clock.move(timedelta(minutes=20))
    ben = phone()
    opened(ben, invitation(home))
    mine = {key: value for key, value in MYSELF.items() if key != "run_by"} | {
        "wish": "Run",
        "minutes": "60",
        "consent": ["pact", "stretch"],
    }
    assert goes_to(send(ben, "/welcome", "home/ben", mine)) == "/welcome"
    assert {care.name for care in household(home).partners[1].self_care} == {"Run"}
    assert before == [ANA]
    assert own_times(home) == [ANA, BEN]
    assert household(home).partners[1].consents == {"pact", "stretch"}
    check_in = home.store.check_ins.get(HOME, RUNNING)
    assert check_in is not None
    assert {who: given.state for who, given in check_in.answers.items()} == {ANA: "fine", BEN: "fine"}
    assert check_in.closed_at is not None


def test_nobody_is_asked_twice_in_the_week_of_set_up(home: Home, ana: TestClient) -> None:
    take(ana, **FEW)
    start(ana)
    for _hour in range(5):
        tick(home.world, HOME)
        home.clock.move(timedelta(hours=24))
    assert "check_in" not in {kind for kind, _who, week, _what in home.post.sent if week == RUNNING}
    home.clock.move(timedelta(hours=2))
    tick(home.world, HOME)
    asked = {who for kind, who, week, _what in home.post.sent if (kind, week) == ("check_in", RUNNING.next)}
    assert asked == {ANA, BEN}


def test_set_up_on_a_sunday_evening_plans_the_coming_week_too_and_asks_about_it_at_once(
    home: Home, ana: TestClient
) -> None:
    home.clock.move(timedelta(days=5, hours=9))
    take(ana, **FEW)
    start(ana, state="weeds")
    for week in (RUNNING, RUNNING.next):
        first_week(home, week)
        check_in = home.store.check_ins.get(HOME, week)
        assert check_in is not None
        assert check_in.answers[ANA].state == "weeds"
    assert {kind for kind, _who, _week, _what in home.post.sent} == {"invitation"}
    assert f'<a href="/week/{RUNNING.next}">Next week</a>' in ana.get("/week").text
    assert '<a href="/week">This week</a>' in ana.get(f"/week/{RUNNING.next}").text


def test_after_start_the_pages_of_set_up_lead_to_the_welcome_page(home: Home, ana: TestClient) -> None:
    link = set_up_link(home.world, HOME)
    start(ana)
    before = household(home)
    for path in ("/set-up", "/set-up/home", "/set-up/list", "/set-up/you"):
        assert goes_to(ana.get(path)) == "/welcome"
    assert goes_to(send(ana, "/set-up/home", "home/ana", NAMES | {"name": "Flat"})) == "/welcome"
    assert household(home) == before
    assert ana.get(link.removeprefix(BASE_URL)).status_code == 404


def test_the_other_one_cannot_fill_in_the_pages_of_set_up(home: Home, ana: TestClient, phone: Phone) -> None:
    start(ana)
    ben = phone()
    opened(ben, invitation(home))
    assert goes_to(ben.get("/set-up/list")) == "/welcome"
    assert goes_to(send(ben, "/set-up/list", "home/ben", {"bundle-cooking": "ana"})) == "/welcome"


def test_who_else_opened_the_printed_link_answers_as_nobody_once_the_home_has_started(
    home: Home, ana: TestClient, phone: Phone
) -> None:
    curious = phone()
    opened(curious, set_up_link(home.world, HOME))
    assert curious.get("/set-up/home").status_code == 200
    start(ana)
    assert curious.get("/week").status_code == 403
    assert ana.get("/week").status_code == 200


def test_who_came_to_a_home_that_started_meanwhile_sees_nothing_of_it(
    home: Home, newcomer: TestClient
) -> None:
    home.store.households.save(a_household(in_set_up=False))
    for page in (newcomer.get("/set-up/begin"), send(newcomer, "/set-up/begin", "home/", NAMES)):
        assert page.status_code == 403
        assert "ana@example.org" not in page.text


def test_the_link_that_was_handed_over_is_of_no_use_to_its_bearer_once_the_other_is_in(
    home: Home, ana: TestClient, phone: Phone
) -> None:
    start(ana)
    handed = ana.post("/welcome/link", data={"reader": "home/ana", "press": "yes"}, headers=OWN_PAGE).text
    link = f"/c/{handed.partition('/c/')[2][:43]}"
    bearer, ben = phone(), phone()
    opened(bearer, link)
    opened(ben, link)
    mine = {key: value for key, value in MYSELF.items() if key != "run_by"}
    assert goes_to(send(ben, "/welcome", "home/ben", mine)) == "/welcome"
    assert bearer.get("/week").status_code == 403
    assert bearer.get(link).status_code == 404
    assert ben.get("/week").status_code == 200


def test_a_welcome_page_sent_again_changes_nothing_of_what_was_settled_since(
    home: Home, ana: TestClient
) -> None:
    start(ana)
    before = household(home)
    again = {key: value for key, value in MYSELF.items() if key != "run_by"} | {"wish": "Run"}
    assert goes_to(send(ana, "/welcome", "home/ana", again)) == "/welcome"
    assert household(home) == before


def test_who_leaves_before_start_ends_the_home_and_lets_nobody_in_as_the_other(
    home: Home, ana: TestClient, phone: Phone
) -> None:
    link = set_up_link(home.world, HOME)
    assert "Offplate" in send(ana, "/me/leave", "home/ana", {"press": "yes"}).text
    ended = household(home)
    assert (ended.partners, ended.in_set_up) == ((), False)
    curious = phone()
    assert curious.get(link.removeprefix(BASE_URL)).status_code == 404
    assert curious.get("/week").status_code == 403
    tick(home.world, HOME)
    assert home.post.sent == []
