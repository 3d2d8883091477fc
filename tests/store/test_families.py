"""Households, accounts, check-ins, plans, journal and links answer as their port promises."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import StatementError

from connectors.model import AccountState, CalendarId
from service.domain.checkin import Agreement
from service.domain.chores import ChoreId
from service.domain.household import Household, HouseholdId
from service.domain.week import Week, parse_windows
from service.ports import Account
from service.store import SqlStore
from tests.store.builders import (
    ANA,
    BEN,
    HOME,
    NOW,
    PRAISE,
    SECRET,
    WEEK,
    a_card,
    a_chore,
    a_household,
    a_journal_entry,
    a_link,
    a_plan,
    a_question,
    an_account,
    an_answer,
    an_off_time,
    at,
    poll,
    some_days_at_home,
    span,
)

HOME_CALENDAR = CalendarId("https://dav.example.org/ana/offplate/")
WORK_CALENDAR = CalendarId("https://dav.example.org/ana/work/")


@pytest.fixture
def lived_in(store: SqlStore) -> SqlStore:
    store.households.save(a_household())
    return store


def test_a_household_is_replaced_under_its_id_and_its_chores_stay(lived_in: SqlStore) -> None:
    lived_in.households.seed_chores(HOME, [a_chore("laundry")])
    lived_in.households.save(replace(a_household(), name="New home"))
    assert lived_in.households.ids() == [HOME]
    assert lived_in.households.get(HOME).name == "New home"
    assert lived_in.households.chores(HOME) == [a_chore("laundry")]


def test_an_unknown_household_is_a_key_error(store: SqlStore) -> None:
    with pytest.raises(KeyError):
        store.households.get(HOME)


def test_the_first_list_of_chores_is_put_once_and_keeps_its_order(lived_in: SqlStore) -> None:
    chores = [a_chore("windows"), a_chore("dishes"), a_chore("laundry")]
    assert lived_in.households.seed_chores(HOME, []) == 0
    assert lived_in.households.seed_chores(HOME, chores) == 3
    assert lived_in.households.seed_chores(HOME, [a_chore("bins")]) == 0
    assert lived_in.households.chores(HOME) == chores


def test_two_who_edit_a_household_one_after_the_other_both_count(lived_in: SqlStore) -> None:
    lived_in.households.edit(HOME, lambda home: replace(home, name="Nest"))
    edited = lived_in.households.edit(HOME, lambda home: replace(home, stretch_percent=150))
    assert (edited.name, edited.stretch_percent) == ("Nest", 150)
    assert lived_in.households.get(HOME) == edited


def test_an_edit_that_is_refused_saves_nothing(lived_in: SqlStore) -> None:
    def refuse(home: Household) -> Household:
        raise ValueError(home.name)

    before = lived_in.households.get(HOME)
    with pytest.raises(ValueError):
        lived_in.households.edit(HOME, refuse)
    with pytest.raises(KeyError):
        lived_in.households.edit(HouseholdId("nowhere"), lambda home: home)
    assert lived_in.households.get(HOME) == before


def test_the_list_is_edited_row_by_row(lived_in: SqlStore) -> None:
    lived_in.households.seed_chores(HOME, [a_chore("windows"), a_chore("dishes")])
    lived_in.households.add_chores(HOME, [a_chore("bins"), a_chore("plants")])
    with pytest.raises(KeyError):
        lived_in.households.add_chores(HOME, [a_chore("cellar"), a_chore("bins")])
    lived_in.households.edit_chore(HOME, ChoreId("bins"), lambda chore: replace(chore, effort_minutes=7))
    with pytest.raises(KeyError):
        lived_in.households.edit_chore(HOME, ChoreId("cellar"), lambda chore: chore)
    chores = lived_in.households.chores(HOME)
    assert [chore.id for chore in chores] == ["windows", "dishes", "bins", "plants"]
    assert chores[2] == replace(a_chore("bins"), effort_minutes=7)


def test_what_is_retired_leaves_the_list_and_comes_back_to_its_place(lived_in: SqlStore) -> None:
    lived_in.households.add_chores(HOME, [a_chore("windows"), a_chore("dishes")])
    windows = ChoreId("windows")
    assert lived_in.households.retire_chore(HOME, windows)
    assert not lived_in.households.retire_chore(HOME, windows)
    assert [chore.id for chore in lived_in.households.chores(HOME)] == ["dishes"]
    assert lived_in.households.retired_chores(HOME) == [a_chore("windows")]
    with pytest.raises(KeyError):
        lived_in.households.edit_chore(HOME, windows, lambda chore: chore)
    assert lived_in.households.retire_chore(HOME, windows, retired=False)
    assert [chore.id for chore in lived_in.households.chores(HOME)] == ["windows", "dishes"]


def test_a_list_that_was_begun_by_hand_is_not_seeded_over(lived_in: SqlStore) -> None:
    lived_in.households.add_chores(HOME, [a_chore("windows")])
    assert lived_in.households.seed_chores(HOME, [a_chore("bins")]) == 0


def test_an_account_comes_back_with_its_secret(lived_in: SqlStore) -> None:
    assert lived_in.accounts.get(HOME, ANA) is None
    account = replace(an_account(), busy=("Work", "Family"))
    lived_in.accounts.connect(account)
    assert lived_in.accounts.get(HOME, ANA) == account


def learn(store: SqlStore) -> None:
    store.accounts.connect(an_account())
    store.accounts.save_calendars(HOME, ANA, home_id=HOME_CALENDAR, busy_ids=(WORK_CALENDAR,))
    poll(store)
    store.accounts.save_problem(HOME, ANA, problem="wrong password", retry_at=at(1))


@pytest.mark.parametrize(
    "other",
    [
        {"url": "https://other.example.org/"},
        {"username": "ana2"},
        {"home": "Plates"},
        {"busy": ("Work",)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_address_or_choice_forgets_what_was_learned(
    lived_in: SqlStore, other: dict[str, str]
) -> None:
    learn(lived_in)
    account = replace(an_account(), **other)
    lived_in.accounts.connect(account)
    assert lived_in.accounts.get(HOME, ANA) == account
    assert lived_in.accounts.busy(HOME, ANA) == []
    assert lived_in.accounts.skipped(HOME, ANA) == []


def test_the_same_account_again_keeps_everything(lived_in: SqlStore) -> None:
    learn(lived_in)
    before = lived_in.accounts.get(HOME, ANA)
    lived_in.accounts.connect(an_account())
    assert lived_in.accounts.get(HOME, ANA) == before


def at_a_provider(subject: str, username: str = "ana@example.com") -> Account:
    return replace(an_account(), username=username, subject=subject, ends_at=at(24 * 7))


def test_the_same_person_under_a_new_address_keeps_what_was_learned(lived_in: SqlStore) -> None:
    lived_in.accounts.connect(at_a_provider("1"))
    lived_in.accounts.save_calendars(HOME, ANA, home_id=HOME_CALENDAR, busy_ids=None)
    lived_in.accounts.connect(at_a_provider("1", "ana.new@example.com"))
    kept = lived_in.accounts.get(HOME, ANA)
    assert kept
    assert (kept.username, kept.home_id, kept.ends_at) == ("ana.new@example.com", HOME_CALENDAR, at(24 * 7))
    lived_in.accounts.connect(at_a_provider("2", "ana.new@example.com"))
    assert lived_in.accounts.get(HOME, ANA) == at_a_provider("2", "ana.new@example.com")


def test_another_choice_of_what_counts_keeps_our_calendar_and_reads_anew(lived_in: SqlStore) -> None:
    learn(lived_in)
    lived_in.accounts.save_busy(HOME, ANA, (WORK_CALENDAR,))
    account = lived_in.accounts.get(HOME, ANA)
    assert account
    assert (account.home_id, account.busy, account.busy_ids) == (
        HOME_CALENDAR,
        (WORK_CALENDAR,),
        (WORK_CALENDAR,),
    )
    assert account.state == AccountState()
    lived_in.accounts.save_busy(HOME, ANA, None)
    account = lived_in.accounts.get(HOME, ANA)
    assert account
    assert (account.busy, account.busy_ids) == (None, None)


def test_an_account_is_forgotten_once_its_person_wants_to_be_rid_of_it(lived_in: SqlStore) -> None:
    learn(lived_in)
    lived_in.accounts.forget(HOME, ANA)
    assert lived_in.accounts.get(HOME, ANA), "nobody asked for that"
    lived_in.accounts.disconnect(HOME, ANA)
    account = lived_in.accounts.get(HOME, ANA)
    assert account
    assert (account.leaving, account.retry_at) == (True, None)
    lived_in.accounts.forget(HOME, ANA)
    assert lived_in.accounts.get(HOME, ANA) is None


def test_connecting_anew_takes_the_wish_to_be_rid_of_it_back(lived_in: SqlStore) -> None:
    learn(lived_in)
    lived_in.accounts.disconnect(HOME, ANA)
    lived_in.accounts.connect(an_account())
    lived_in.accounts.forget(HOME, ANA)
    assert lived_in.accounts.get(HOME, ANA)


def test_a_new_password_keeps_what_was_learned_and_is_tried_at_once(lived_in: SqlStore) -> None:
    learn(lived_in)
    lived_in.accounts.connect(replace(an_account(), secret="new"))
    account = lived_in.accounts.get(HOME, ANA)
    assert account
    assert (account.secret, account.home_id, account.state.json) == ("new", HOME_CALENDAR, {"cursor": 1})
    assert (account.problem, account.retry_at, account.failures) == (None, None, 0)


def test_failures_are_counted_until_a_poll_succeeds(lived_in: SqlStore) -> None:
    lived_in.accounts.connect(an_account())
    for hours in (1, 2):
        lived_in.accounts.save_problem(HOME, ANA, problem="no answer", retry_at=at(hours))
    account = lived_in.accounts.get(HOME, ANA)
    assert account
    assert (account.problem, account.retry_at, account.failures) == ("no answer", at(2), 2)
    poll(lived_in)
    account = lived_in.accounts.get(HOME, ANA)
    assert account
    assert (account.problem, account.retry_at, account.failures) == (None, None, 0)


def test_a_poll_saves_state_busy_time_and_journal_together(lived_in: SqlStore) -> None:
    lived_in.accounts.connect(an_account())
    poll(lived_in, cursor=7)
    account = lived_in.accounts.get(HOME, ANA)
    assert account
    assert (account.state, account.polled_at) == (AccountState({"cursor": 7}), NOW)
    assert lived_in.accounts.busy(HOME, ANA) == [span(1, 2), span(3, 4)]
    assert [item.reason for item in lived_in.accounts.skipped(HOME, ANA)] == ["no DTSTART"]
    assert [row.generation for row in lived_in.journal.of_week(HOME, WEEK)] == [7]


def test_a_poll_of_somebody_who_left_meanwhile_saves_nothing(lived_in: SqlStore) -> None:
    poll(lived_in)
    assert lived_in.journal.of_week(HOME, WEEK) == []
    assert lived_in.accounts.busy(HOME, ANA) == []


def test_an_instant_without_time_zone_is_refused(lived_in: SqlStore) -> None:
    with pytest.raises(StatementError, match="time zone"):
        lived_in.check_ins.open(HOME, WEEK, opened_at=datetime(2026, 11, 22), closes_at=NOW)  # noqa: DTZ001


def test_a_check_in_opens_once_and_takes_answers_until_it_is_closed(lived_in: SqlStore) -> None:
    check_ins = lived_in.check_ins
    assert check_ins.get(HOME, WEEK) is None
    assert not check_ins.answer(HOME, WEEK, an_answer())
    assert check_ins.open(HOME, WEEK, opened_at=NOW, closes_at=at(3))
    assert not check_ins.open(HOME, WEEK, opened_at=at(1), closes_at=at(4))
    assert check_ins.answer(HOME, WEEK, an_answer(state="fine"))
    assert check_ins.answer(HOME, WEEK, an_answer(state="blown")), "an answer can be changed"
    assert check_ins.close(HOME, WEEK, closed_at=at(3))
    assert not check_ins.close(HOME, WEEK, closed_at=at(4))
    assert not check_ins.answer(HOME, WEEK, an_answer(BEN))
    found = check_ins.get(HOME, WEEK)
    assert found
    assert (found.opened_at, found.closes_at, found.closed_at) == (NOW, at(3), at(3))
    assert found.answers == {ANA: an_answer(state="blown")}
    assert found.answers[ANA].appreciation == PRAISE


def test_agreements_are_withdrawn_together(lived_in: SqlStore) -> None:
    lived_in.check_ins.open(HOME, WEEK, opened_at=NOW, closes_at=at(3))
    lived_in.plans.save(HOME, WEEK, "proposed", a_plan(), snapshot={}, made_at=NOW)
    for partner in (ANA, BEN):
        agreement = Agreement(partner, NOW, "console")
        assert lived_in.check_ins.agree(HOME, WEEK, agreement, proposal_made_at=NOW)
    found = lived_in.check_ins.get(HOME, WEEK)
    assert found
    assert found.agreements == {each: Agreement(each, NOW, "console") for each in (ANA, BEN)}
    lived_in.check_ins.withdraw_agreements(HOME, WEEK)
    found = lived_in.check_ins.get(HOME, WEEK)
    assert found
    assert found.agreements == {}


def test_earlier_states_come_latest_first_with_silent_weeks_between(lived_in: SqlStore) -> None:
    week = Week.parse("2027-W02")  # so that the turn of a year with 53 weeks lies between
    for text, state in (("2027-W01", "fine"), ("2026-W52", "blown"), ("2026-W40", "weeds")):
        lived_in.check_ins.open(HOME, Week.parse(text), opened_at=NOW, closes_at=at(3))
        lived_in.check_ins.answer(HOME, Week.parse(text), an_answer(state=state))
    assert lived_in.check_ins.states_before(HOME, ANA, week, count=4) == ["fine", None, "blown", None]


def test_a_plan_is_replaced_at_its_stage_only(lived_in: SqlStore) -> None:
    for solver in ({"run": 1}, {"run": 2}):
        plan = replace(a_plan(), solver=solver)
        lived_in.plans.save(HOME, WEEK, "proposed", plan, snapshot={"n": solver["run"]}, made_at=NOW)
    found = lived_in.plans.get(HOME, WEEK, "proposed")
    assert found
    assert (found.plan.solver, found.snapshot, found.made_at) == ({"run": 2}, {"n": 2}, NOW)
    assert lived_in.plans.get(HOME, WEEK, "published") is None


def test_a_journal_row_is_replaced_by_partner_week_and_key(lived_in: SqlStore) -> None:
    first = a_journal_entry(standing="creating")
    lived_in.journal.save(HOME, [first, a_journal_entry("dishes.1"), a_journal_entry(partner=BEN)])
    done = replace(first, standing="standing", etag=None, generation=2)
    lived_in.journal.save(HOME, [done])
    assert done in lived_in.journal.of_week(HOME, WEEK)
    assert len(lived_in.journal.of_week(HOME, WEEK)) == 3
    assert lived_in.journal.of_week(HOME, WEEK.next) == []


def test_what_is_gone_is_not_listed_for_its_partner(lived_in: SqlStore) -> None:
    kept = a_journal_entry("dishes.1", week=WEEK.previous, standing="kept")
    lived_in.journal.save(HOME, [a_journal_entry(standing="gone"), kept, a_journal_entry(partner=BEN)])
    assert lived_in.journal.of_partner(HOME, ANA) == [kept]


def test_a_link_works_until_it_expires_and_can_be_extended(lived_in: SqlStore) -> None:
    token = hashlib.sha256(b"x").digest()
    link = a_link(token, hours=1)
    lived_in.links.save(link)
    assert lived_in.links.get(token, now=NOW) == link
    assert lived_in.links.get(token, now=at(1)) is None
    lived_in.links.extend(token, expires_at=at(2))
    assert lived_in.links.get(token, now=at(1)) == replace(link, expires_at=at(2))


def test_revoking_takes_every_link_of_one_partner(lived_in: SqlStore) -> None:
    for token, partner in ((b"1", ANA), (b"2", ANA), (b"3", BEN)):
        lived_in.links.save(a_link(token, partner))
    assert lived_in.links.revoke(HOME, ANA) == 2
    assert lived_in.links.get(b"1", now=NOW) is None
    assert lived_in.links.get(b"3", now=NOW)


def test_households_never_see_each_other(home: SqlStore) -> None:
    home.households.save(a_household("next-door"))
    other = HouseholdId("next-door")
    assert home.households.chores(other) == []
    assert home.accounts.get(other, ANA) is None
    assert home.check_ins.get(other, WEEK) is None
    assert home.check_ins.states_before(other, ANA, WEEK.next) == [None] * 6
    assert home.plans.get(other, WEEK, "proposed") is None
    assert home.journal.of_partner(other, ANA) == []
    assert home.links.revoke(other, ANA) == 0
    assert home.accounts.get(HOME, ANA).secret == SECRET


def test_an_off_time_comes_back_whole_one_a_day_and_is_forgotten(lived_in: SqlStore) -> None:
    later = an_off_time(day=date(2026, 11, 26))
    for off in (later, an_off_time(), an_off_time(week=WEEK.next)):
        lived_in.off_times.save(HOME, off)
    assert lived_in.off_times.of_week(HOME, WEEK) == [an_off_time(), later]
    lived_in.off_times.save(HOME, replace(later, cover=None))
    assert lived_in.off_times.of_week(HOME, WEEK)[1].cover is None
    for _ in range(2):
        lived_in.off_times.forget(HOME, later)
    assert lived_in.off_times.of_week(HOME, WEEK) == [an_off_time()]


def test_a_card_comes_back_whole_one_a_chore_and_is_forgotten(lived_in: SqlStore) -> None:
    lived_in.cards.save(HOME, a_card())
    lived_in.cards.save(HOME, a_card("dishes", WEEK.next))
    assert lived_in.cards.get(HOME, "laundry") == a_card()
    lived_in.cards.save(HOME, replace(a_card(), taken=True))
    assert lived_in.cards.get(HOME, "laundry") == replace(a_card(), taken=True)
    for _ in range(2):
        lived_in.cards.forget(HOME, "laundry")
    assert lived_in.cards.get(HOME, "laundry") is None
    assert lived_in.cards.get(HOME, "dishes") == a_card("dishes", WEEK.next)


def test_days_at_home_come_back_whole_are_edited_as_they_stand_and_are_forgotten(lived_in: SqlStore) -> None:
    days = lived_in.days_at_home
    assert days.edit(HOME, lambda _: some_days_at_home()) == days.get(HOME) == some_days_at_home()
    longer = replace(some_days_at_home(date(2026, 12, 1)), taken_back=True)
    assert days.edit(HOME, lambda before: replace(longer, turns=before.turns if before else ())) is not None
    assert days.get(HOME) == replace(longer, turns=some_days_at_home().turns)
    for _ in range(2):
        assert days.edit(HOME, lambda _: None) is None
    assert days.get(HOME) is None


def test_a_question_comes_back_whole_in_its_order_and_is_replaced_or_forgotten(lived_in: SqlStore) -> None:
    for question in (a_question(2, "moved"), a_question(1), a_question(3, week=WEEK.next)):
        lived_in.questions.save(HOME, question)
    assert lived_in.questions.of_week(HOME, WEEK) == [a_question(1), a_question(2, "moved")]
    lived_in.questions.save(HOME, a_question(1, "kept"))
    assert lived_in.questions.of_week(HOME, WEEK)[0] == a_question(1, "kept")
    for _ in range(2):
        lived_in.questions.withdraw(HOME, a_question(1))
    assert lived_in.questions.of_week(HOME, WEEK) == [a_question(2, "moved")]


def test_a_renewed_secret_replaces_the_one_it_came_from_and_nothing_else(lived_in: SqlStore) -> None:
    lived_in.accounts.connect(an_account())
    poll(lived_in)
    before = lived_in.accounts.get(HOME, ANA)
    assert before is not None
    assert lived_in.accounts.renew_secret(HOME, ANA, old=SECRET, new="renewed")
    assert lived_in.accounts.get(HOME, ANA) == replace(before, secret="renewed")
    assert not lived_in.accounts.renew_secret(HOME, ANA, old=SECRET, new="late"), "connected anew meanwhile"
    assert not lived_in.accounts.renew_secret(HOME, BEN, old=SECRET, new="nobody")
    assert lived_in.accounts.get(HOME, ANA) == replace(before, secret="renewed")


def test_times_out_come_back_in_order_and_the_old_ones_go_but_for_the_last(lived_in: SqlStore) -> None:
    mornings, evenings = parse_windows("Mon-Fri 08:00-12:00"), parse_windows("Tue 18:00-21:00")
    lived_in.out_times.save(HOME, ANA, WEEK.next, evenings)
    lived_in.out_times.save(HOME, ANA, WEEK, mornings)
    assert list(lived_in.out_times.of_partner(HOME, ANA).items()) == [(WEEK, mornings), (WEEK.next, evenings)]
    far = WEEK.next.next.next.next
    lived_in.out_times.save(HOME, ANA, far, ())
    assert list(lived_in.out_times.of_partner(HOME, ANA)) == [WEEK, WEEK.next, far]
    lived_in.forget_old(now=NOW + timedelta(weeks=2, days=3))
    assert lived_in.out_times.of_partner(HOME, ANA) == {WEEK.next: evenings, far: ()}
