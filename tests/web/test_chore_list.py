"""The list on a phone: each edits what they hold, everybody what nobody holds, and nothing gets lost."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from service.domain.chores import Chore, ChoreId
from service.domain.household import OtherWeek
from service.flow import check_in
from service.flow.chore_list import CADENCES, RARE, cadence_words
from service.flow.plan_week import snapshot_for
from service.flow.week import tick
from service.planner.part import LONGER_FORM
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore
from tests.web.conftest import OWN_PAGE

WINDOWS = {"name": "Windows", "minutes": "40", "cadence": "weekly"}
SATURDAY = {"hours-1-days": "5", "hours-1-from": "10:00", "hours-1-to": "12:00"}


def listed(home: Home) -> dict[str, Chore]:
    return {chore.id: chore for chore in home.store.households.chores(HOME)}


def sent(client: TestClient, path: str, **fields: str):  # type: ignore[no-untyped-def]
    reader = re.search(r'name="reader" value="([^"]+)"', client.get("/list/new").text)
    assert reader
    return client.post(path, data={"reader": reader[1], **fields}, headers=OWN_PAGE)


def words(**changed: str) -> dict[str, str]:
    return {**WINDOWS, **SATURDAY, "standard": "", "thinking": "0", **changed}


def test_something_new_is_held_by_whoever_adds_it_and_planned_next(home: Home, ana: TestClient) -> None:
    done = sent(ana, "/list/new", **words(standard="Inside, all rooms", thinking="2"))
    assert (done.status_code, done.headers["location"]) == (303, "/list")
    new = listed(home)["windows"]
    assert (new.owner, new.effort_minutes, new.thinking_weight) == (ANA, 40, 2)
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    tick(home.world, HOME)
    assert "Windows" in {title for who in (ANA, BEN) for title in home.titles(who)}


def test_fewer_minutes_for_a_small_week_are_kept_and_the_week_has_them(home: Home, ana: TestClient) -> None:
    assert sent(ana, "/list/new", **words(shorter="15")).status_code == 303
    new = listed(home)["windows"]
    assert (new.effort_minutes, new.shorter_minutes) == (40, 15)
    week = snapshot_for(home.world, home.store.households.get(HOME), WEEK)
    (planned,) = [one for one in week.responsibilities if one.id == "windows"]
    assert [(part.id, part.minutes, part.priority) for part in planned.parts] == [(LONGER_FORM, 25, 3)]
    page = ana.get("/list/windows").text
    assert re.search(r'name="shorter" value="15"', page)
    for wrong in ("40", "0", "some"):
        refused = sent(ana, "/list/windows", **words(shorter=wrong))
        assert refused.status_code == 422
        assert "Say how many minutes are enough in a small week" in refused.text
    assert sent(ana, "/list/windows", **words(shorter="")).status_code == 303
    assert listed(home)["windows"].shorter_minutes is None


def test_an_alarm_is_switched_on_by_whoever_holds_it_and_rings_in_the_calendar(
    home: Home, ana: TestClient
) -> None:
    assert sent(ana, "/list/new", **words(may_ring="yes", alarm="yes")).status_code == 303
    assert listed(home)["windows"].alarm
    assert re.search(r'name="alarm" value="yes" checked', ana.get("/list/windows").text)
    for partner in (ANA, BEN):
        check_in.answer(home.world, HOME, partner, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(home.world, HOME, partner, WEEK)
    tick(home.world, HOME)
    written = {e.title: e.text for who in (ANA, BEN) for e in home.server.account(who).entries()}
    assert "TRIGGER:-PT10M" in written["Windows"]
    assert "VALARM" not in written["Bathroom"]
    assert sent(ana, "/list/windows", **words(may_ring="yes")).status_code == 303
    assert not listed(home)["windows"].alarm


def test_a_night_never_rings_and_its_form_does_not_ask(home: Home, ana: TestClient) -> None:
    night = a_chore("Night", cadence="daily", window="22:00-05:30", mode="duty", shed="never", alarm=True)
    home.store.households.add_chores(HOME, [night])
    assert 'name="alarm"' not in ana.get("/list/night").text


def test_what_is_never_left_out_or_shares_a_block_is_not_asked_for_fewer_minutes(
    home: Home, ana: TestClient
) -> None:
    for chore in ("nursery-run", "kitchen"):
        assert 'name="shorter"' not in ana.get(f"/list/{chore}").text


def test_the_same_thing_sent_twice_is_added_once_and_another_of_that_name_beside_it(
    home: Home, ana: TestClient
) -> None:
    for minutes in ("40", "40", "20"):
        assert sent(ana, "/list/new", **words(minutes=minutes)).status_code == 303
    added = [one.effort_minutes for one in listed(home).values() if one.name == "Windows"]
    assert sorted(added) == [20, 40]
    assert {"windows", "windows-2"} <= set(listed(home))


def test_with_two_homes_what_is_for_the_children_is_ticked_and_unticked(home: Home, ana: TestClient) -> None:
    home.store.households.edit(HOME, lambda at: replace(at, other_week=OtherWeek(WEEK.monday, here=False)))
    ticked = 'type="checkbox" name="for_children" value="yes" checked'
    assert ticked not in ana.get("/list/laundry").text
    sent(ana, "/list/laundry", **words(for_children="yes"))
    assert listed(home)["laundry"].for_children
    assert ticked in ana.get("/list/laundry").text
    sent(ana, "/list/laundry", **words())
    assert not listed(home)["laundry"].for_children


def test_with_one_home_nothing_is_asked_of_it_and_nothing_lost(home: Home, ana: TestClient) -> None:
    assert "for_children" not in ana.get("/list/laundry").text
    home.store.households.edit_chore(HOME, ChoreId("laundry"), lambda at: replace(at, for_children=True))
    page = ana.get("/list/laundry").text
    assert '<input type="hidden" name="for_children" value="yes">' in page
    assert "in another home" not in page


def test_each_edits_what_they_hold_and_not_what_the_other_holds(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    page = ana.get("/list").text
    assert 'href="/list/laundry"' in page
    assert 'href="/list/bins"' not in page, "Ben holds it"
    assert sent(ana, "/list/laundry", **words(name="Washing", minutes="25")).status_code == 303
    assert (listed(home)["laundry"].name, listed(home)["laundry"].effort_minutes) == ("Washing", 25)
    refused = sent(ben, "/list/laundry", **words(name="Mine now"))
    assert refused.status_code == 422
    assert listed(home)["laundry"].name == "Washing"


def test_every_problem_is_said_at_once_and_what_was_typed_stays(home: Home, ana: TestClient) -> None:
    refused = sent(ana, "/list/new", **words(name="", minutes="0", **{"hours-1-from": "noon"}))
    assert refused.status_code == 422
    for said in ("Give it a name.", "Say how many minutes it takes", "“noon” is not a time"):
        assert said in refused.text
    assert 'value="noon"' in refused.text
    assert "Say when it may be." in sent(ana, "/list/new", **WINDOWS, standard="", thinking="0").text
    assert "windows" not in listed(home)


def test_a_night_keeps_its_set_days_and_nobody_types_a_rule_of_their_own(home: Home, ana: TestClient) -> None:
    night = a_chore("Night", "ana", cadence="daily", window="21:00-02:00", mode="duty")
    home.store.households.add_chores(HOME, [night])
    offered = re.findall(r'<option value="([^"]+)"', ana.get("/list/night").text)
    assert {"daily", "weekdays"} <= set(offered)
    assert "3/week" not in offered
    refused = sent(ana, "/list/night", **words(name="Night", cadence="3/week"))
    assert (refused.status_code, "Choose how often it comes." in refused.text) == (422, True)
    assert sent(ana, "/list/new", **words(cadence="FREQ=NEVER")).status_code == 422
    assert sent(ana, "/list/night", **words(name="Nights", cadence="weekdays")).status_code == 303
    tick(home.world, HOME)
    assert listed(home)["night"].cadence.text == "weekdays"
    assert "windows" not in listed(home)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH,SA", "Mon, Thu, Sat"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "every 2 weeks: Sun"),
        ("FREQ=MONTHLY;BYDAY=1TU", "on days of its own"),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=TU", "on days of its own"),
        ("freq=weekly;byday=fr", "Fri"),
    ],
)
def test_a_rule_is_said_by_its_days(rule: str, said: str) -> None:
    assert cadence_words(rule) == said
    assert not any("FREQ" in cadence_words(one) for one in (*CADENCES, *RARE))


def test_what_is_taken_off_can_come_back(home: Home, ana: TestClient) -> None:
    assert sent(ana, "/list/laundry/retire", press="yes").status_code == 303
    assert "laundry" not in listed(home)
    assert "Taken off the list" in ana.get("/list").text
    assert sent(ana, "/list/laundry/back", press="yes").status_code == 303
    assert listed(home)["laundry"].owner == ANA
    assert sent(ana, "/list/laundry/back", press="yes").status_code == 404


def test_nobody_puts_something_back_onto_the_other(home: Home, ana: TestClient, ben: TestClient) -> None:
    assert sent(ana, "/list/laundry/retire", press="yes").status_code == 303
    assert sent(ben, "/list/laundry/back", press="yes").status_code == 303
    assert listed(home)["laundry"].owner is None


def test_what_one_lets_go_is_nobodys_until_somebody_takes_it(
    home: Home, ana: TestClient, ben: TestClient
) -> None:
    assert sent(ana, "/list/laundry/let-go", press="yes").status_code == 303
    assert listed(home)["laundry"].owner is None
    assert sent(ben, "/list/laundry/take", press="yes").status_code == 303
    assert listed(home)["laundry"].owner == BEN
    assert sent(ana, "/list/laundry/take", press="yes").status_code == 409
    assert sent(ana, "/list/laundry/let-go", press="yes").status_code == 409
    assert listed(home)["laundry"].owner == BEN
