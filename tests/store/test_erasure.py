"""Leaving is quiet and complete; the other one keeps what is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, select

from service.domain.household import HouseholdId
from service.store import SqlStore, schema
from tests.store.builders import ANA, BEN, HOME, NOW, WEEK, a_chore, an_answer, fill


def counted(store: SqlStore, household: str) -> dict[str, int]:
    """Rows of a household in every table."""
    with store._database.read() as connection:
        return {
            table.name: connection.scalar(
                select(func.count())
                .select_from(table)
                .where((table.c.id if table.name == "household" else table.c.household) == household)
            )
            or 0
            for table in schema.metadata.sorted_tables
            if table.name != "installation"
        }


def readable(store: SqlStore) -> str:
    """Every value of every table that is not sealed."""
    sealed = {each.column for each in schema.SEALED}
    with store._database.read() as connection:
        return " ".join(
            str(row)
            for table in schema.metadata.sorted_tables
            for row in connection.execute(select(*(set(table.c) - sealed)))
        ).lower()


def test_a_partner_who_leaves_is_nowhere_any_more(home: SqlStore) -> None:
    assert "ana" in readable(home)
    home.erase_partner(HOME, ANA)
    assert "ana" not in readable(home)
    assert home.integrity() == []


def test_the_other_keeps_account_answers_and_links(home: SqlStore) -> None:
    home.erase_partner(HOME, ANA)
    check_in = home.check_ins.get(HOME, WEEK)
    assert check_in
    assert set(check_in.answers) == set(check_in.agreements) == {BEN}
    assert home.accounts.get(HOME, BEN)
    assert home.accounts.busy(HOME, BEN)
    assert [row.entry.partner for row in home.journal.of_week(HOME, WEEK)] == [BEN]
    assert home.links.get(f"{HOME} {BEN}".encode(), now=NOW)
    assert [partner.id for partner in home.households.get(HOME).partners] == [BEN]


def test_the_chores_of_a_partner_who_leaves_have_no_owner(home: SqlStore) -> None:
    home.erase_partner(HOME, ANA)
    laundry, dishes = home.households.chores(HOME)
    assert (laundry.owner, laundry.only) == (None, (BEN,))
    assert dishes.owner == BEN


def test_what_only_the_one_who_left_could_do_is_open_to_the_other(home: SqlStore) -> None:
    alone = replace(a_chore("windows"), only=(ANA,), only_reason="licence")
    home.households.add_chores(HOME, [alone])
    home.erase_partner(HOME, ANA)
    windows = home.households.chores(HOME)[-1]
    assert (windows.owner, windows.only, windows.only_reason) == (None, (), None)


def test_a_household_goes_whole_and_alone(home: SqlStore) -> None:
    fill(home, "next-door")
    before = counted(home, "next-door")
    home.erase_household(HOME)
    assert set(counted(home, HOME).values()) == {0}
    assert counted(home, "next-door") == before
    assert min(before.values()) > 0
    assert home.households.ids() == [HouseholdId("next-door")]


def test_with_the_last_partner_nothing_of_the_household_is_left_but_its_id(home: SqlStore) -> None:
    for partner in (ANA, BEN):
        home.erase_partner(HOME, partner)
    assert {name for name, rows in counted(home, HOME).items() if rows} == {"household"}
    ended = home.households.get(HOME)
    assert (ended.name, ended.partners, ended.children_born, ended.sitters) == (HOME, (), (), ())


def test_who_erases_what_they_said_keeps_what_the_running_week_is_made_from(home: SqlStore) -> None:
    other, before = home.check_ins.get(HOME, WEEK), WEEK.previous
    assert other
    home.check_ins.open(HOME, before, opened_at=NOW, closes_at=NOW)
    home.check_ins.answer(HOME, before, an_answer(ANA, "blown"))
    for _twice in range(2):
        home.check_ins.erase_said(HOME, ANA, before=WEEK)
        home.cards.forget_all(HOME, ANA)
    assert home.check_ins.states_before(HOME, ANA, WEEK.next, count=2) == ["weeds", None]
    now = home.check_ins.get(HOME, WEEK)
    assert now
    hers = now.answers[ANA]
    assert (hers.appreciation, hers.raised, hers.missed, hers.named) == ("", (), (), None)
    assert (hers.hand_overs, hers.days_away) == (("laundry",), an_answer().days_away)
    assert now.answers[BEN] == other.answers[BEN]
    assert counted(home, HOME)["card"] == 0


def week_end() -> datetime:
    return datetime.combine(WEEK.next.monday, time.min, UTC)


def test_nothing_goes_before_its_week_is_over_wherever_that_is(home: SqlStore) -> None:
    before = counted(home, HOME)
    for west_of_utc in (timedelta(minutes=-1), timedelta(hours=12)):
        home.forget_old(now=week_end() + west_of_utc)
        after = counted(home, HOME)
        assert {**after, "link": before["link"]} == before
        check_in = home.check_ins.get(HOME, WEEK)
        assert check_in
        assert any(answer.appreciation and answer.raised for answer in check_in.answers.values())


def test_words_go_with_their_week_states_after_six_plans_after_a_year(home: SqlStore) -> None:
    a_moment_over = timedelta(days=1, minutes=1)

    def thanks() -> set[str]:
        check_in = home.check_ins.get(HOME, WEEK)
        assert check_in
        return {answer.appreciation for answer in check_in.answers.values()}

    home.forget_old(now=week_end() + a_moment_over)
    assert thanks() == {""}
    forgotten = home.check_ins.get(HOME, WEEK)
    assert forgotten
    assert not any(each.raised or each.missed or each.days_away for each in forgotten.answers.values())
    assert counted(home, HOME)["question"] == 0
    home.forget_old(now=week_end() + timedelta(weeks=6) - a_moment_over)
    assert home.check_ins.states_before(HOME, ANA, WEEK.next)[0] == "weeds"
    home.forget_old(now=week_end() + timedelta(weeks=6) + a_moment_over)
    assert home.check_ins.states_before(HOME, ANA, WEEK.next)[0] is None
    home.forget_old(now=week_end() + timedelta(weeks=52) - a_moment_over)
    assert counted(home, HOME)["plan"] == 1
    home.forget_old(now=week_end() + timedelta(weeks=52) + a_moment_over)
    assert counted(home, HOME)["plan"] == 0


def test_words_go_first_then_states_then_plans(home: SqlStore) -> None:
    def after(**age: float) -> dict[str, int]:
        home.forget_old(now=NOW + timedelta(**age))
        return counted(home, HOME)

    rest = after(weeks=3)
    assert (rest["link"], rest["question"], rest["off_time"]) == (0, 0, 0)
    assert (rest["card"], rest["days_at_home"]) == (0, 0)
    check_in = home.check_ins.get(HOME, WEEK)
    assert check_in
    assert {answer.appreciation for answer in check_in.answers.values()} == {""}
    assert home.check_ins.states_before(HOME, ANA, WEEK.next)[0] == "weeds"
    rest = after(weeks=9)
    assert (rest["answer"], rest["plan"], rest["journal"]) == (0, 1, 2)
    rest = after(weeks=56)
    assert (rest["check_in"], rest["plan"], rest["journal"], rest["outbox"]) == (0, 0, 0, 0)
    assert (rest["household"], rest["chore"], rest["account"]) == (1, 2, 2)
