"""What people do to our entries in any calendar app, and what it means one tick later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.memory_server import Resource
from service.domain.household import PartnerId
from service.domain.interval import Interval
from service.domain.plan import Appointment, Block
from service.flow import my_week, questions
from service.flow.plan_week import propose, publish
from service.flow.tick_report import TickReport
from service.flow.views import BlockLine, QuestionLine
from service.flow.week import tick
from service.planner import parse_snapshot, verify
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_chore, a_home, span, time_range

FEW = [
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Laundry", "ana", cadence="3/week", window="08:00-21:00", shed="shrink"),
    a_chore("Food shop", "ana", minutes=60, window="Sat 09:00-18:00", at_home="out"),
    a_chore("Garden", "ben", minutes=120, window="Sun 09:00-18:00", only=("ben",)),
    a_chore("Feeding", "ana", minutes=15, window="Thu 17:00-21:00", only=("ana",)),
]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A small week, planned on Sunday evening and in both calendars."""
    with a_home(tmp_path, chores=FEW) as made:
        made.put_busy("ana", "Mon-Fri 09:00-15:00")
        made.put_busy("ben", "Mon-Fri 08:45-16:30")
        tick(made.world, HOME)
        yield made


def entry(home: Home, partner: PartnerId, title: str) -> Resource:
    """That partner's first entry of that title, a gesture before it or not."""
    return next(e for e in home.server.account(partner).entries() if title in e.title)


def there(home: Home, partner: PartnerId, title: str) -> bool:
    return any(title in one for one in home.titles(partner))


def line(home: Home, partner: PartnerId, title: str) -> BlockLine | None:
    view = my_week.view(home.world, HOME, partner, week=WEEK)
    return next((b for day in view.days for b in day.blocks if title in b.title), None)


def asked(home: Home, partner: PartnerId) -> list[QuestionLine]:
    return list(my_week.view(home.world, HOME, partner, week=WEEK).questions)


def news(home: Home, partner: PartnerId) -> tuple[str, ...]:
    return my_week.view(home.world, HOME, partner, week=WEEK).news


def mails(home: Home, partner: PartnerId) -> list[object]:
    return [text for kind, whom, _, text in home.post.sent if kind == "question" and whom == partner]


def swim(home: Home) -> Appointment:
    return next(a for a in plan(home).selfcare if a.adult == ANA)


def plan(home: Home):  # type: ignore[no-untyped-def]
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    assert verify(parse_snapshot(stored.snapshot), stored.plan) == []
    return stored.plan


def block(home: Home, key: str) -> Block:
    return next(b for b in plan(home).blocks if b.id == key)


def press(home: Home, partner: PartnerId, label: str) -> TickReport:
    """Press the button of that label on the first question of that partner, and let it tick."""
    question = asked(home, partner)[0]
    choice = next(c for c in question.choices if c.label == label)
    questions.answer(home.world, HOME, partner, WEEK, question.id, choice.value)
    return tick(home.world, HOME)


def quiet(home: Home) -> bool:
    """Whether another tick has nothing left to write."""
    report = tick(home.world, HOME)
    return [report.partners[p].writes for p in (ANA, BEN)] == [0, 0]


# Done, kept, deleted


def test_an_x_before_the_title_is_done_and_left_alone_for_ever(home: Home) -> None:
    laundry = entry(home, ANA, "Laundry")
    home.server.account(ANA).retitle(laundry.uid, "x Laundry")
    home.put_busy(ANA, "Mon-Sun 08:00-08:30")
    tick(home.world, HOME)
    standing = home.server.account(ANA).event(laundry.uid)
    assert (standing.title, standing.time) == ("x Laundry", laundry.time)
    assert quiet(home)
    shown = [b for d in my_week.view(home.world, HOME, ANA, week=WEEK).days for b in d.blocks]
    assert [b.soft_line for b in shown if b.title == "Laundry"].count("done") == 1


def test_an_edit_of_the_words_is_kept_and_said_so(home: Home) -> None:
    shop = entry(home, ANA, "Food shop")
    home.server.account(ANA).retitle(shop.uid, "Food shop, and flowers")
    assert quiet(home)
    shown = line(home, ANA, "Food shop")
    assert shown is not None
    assert shown.soft_line == "you changed this; it stays"


def test_an_entry_made_recurring_stays_its_persons(home: Home) -> None:
    shop = entry(home, ANA, "Food shop")
    account = home.server.account(ANA)
    calendar = next(c.id for c in account.calendars.values() if shop.href in c.resources)
    account.put(calendar, shop.href, shop.text.replace("END:VEVENT", "RRULE:FREQ=WEEKLY\r\nEND:VEVENT"))
    assert quiet(home)
    assert "RRULE" in account.event(shop.uid).text
    shown = line(home, ANA, "Food shop")
    assert shown is not None
    assert shown.soft_line == "you changed this; it stays"


def test_a_deletion_before_its_start_means_not_this_time(home: Home) -> None:
    home.server.account(ANA).delete(entry(home, ANA, "Food shop").uid)
    assert quiet(home)
    assert line(home, ANA, "Food shop") is None
    assert asked(home, ANA) == asked(home, BEN) == []


def test_a_deletion_after_its_start_settles_even_what_is_never_left_out(home: Home) -> None:
    home.clock.move(timedelta(days=3, hours=22))
    tick(home.world, HOME)
    home.server.account(BEN).delete(entry(home, BEN, "Bins").uid)
    assert quiet(home)
    assert not there(home, BEN, "Bins")
    assert asked(home, BEN) == []


@pytest.mark.parametrize("added", ["ATTENDEE:mailto:eve@example.org", "LOCATION:At the corner", "COLOR:teal"])
def test_guests_a_place_or_a_colour_make_an_entry_its_persons(home: Home, added: str) -> None:
    account, shop = home.server.account(ANA), entry(home, ANA, "Food shop")
    calendar = next(c.id for c in account.calendars.values() if shop.href in c.resources)
    theirs = shop.text.replace("END:VEVENT", f"{added}\r\nEND:VEVENT")
    account.put(calendar, shop.href, theirs)
    tick(home.world, HOME)
    shown = line(home, ANA, "Food shop")
    assert shown is not None
    assert shown.soft_line == "you changed this; it stays"
    hit(home, ANA, Interval(shop.time.start_at, shop.time.end_at))
    assert account.event(shop.uid).text == theirs


# Please take this


def test_an_arrow_asks_the_other_and_nothing_moves_until_yes(home: Home) -> None:
    shop = entry(home, ANA, "Food shop")
    home.server.account(ANA).retitle(shop.uid, "> Food shop")
    assert quiet(home)
    (question,) = asked(home, BEN)
    assert question.sentence.startswith("Ana asks you to take Food shop, Saturday ")
    assert [choice.label for choice in question.choices] == ["I take it", "Not this time"]
    mine = line(home, ANA, "Food shop")
    assert mine is not None
    assert mine.soft_line == "asked; it stays with you until Ben says yes"
    assert asked(home, ANA) == []
    assert mails(home, BEN) == [question.sentence]
    assert there(home, ANA, "> Food shop")
    assert not there(home, BEN, "Food shop")


def test_on_yes_it_passes_to_the_other_at_its_time(home: Home) -> None:
    shop = entry(home, ANA, "Food shop")
    home.server.account(ANA).retitle(shop.uid, "> Food shop")
    tick(home.world, HOME)
    press(home, BEN, "I take it")
    assert not there(home, ANA, "Food shop")
    taken = entry(home, BEN, "Food shop")
    assert block(home, "food-shop.0").adult == BEN
    assert taken.time == time_range(block(home, "food-shop.0").interval)
    assert taken.uid != shop.uid
    assert news(home, ANA) == ("Ben takes Food shop on Saturday.",)
    assert quiet(home)


def test_one_of_several_times_passes_alone_and_to_the_nearest_free_start(home: Home) -> None:
    before = {b.id: b for b in plan(home).blocks}
    laundry = entry(home, ANA, "Laundry")
    key = next(k for k, b in before.items() if time_range(b.interval) == laundry.time)
    home.server.account(BEN).add_event(home.personal[BEN], laundry.time)
    home.server.account(ANA).retitle(laundry.uid, ">Laundry")
    tick(home.world, HOME)
    press(home, BEN, "I take it")
    after = {b.id: b for b in plan(home).blocks}
    assert {k for k in after if after[k] != before[k]} == {key}
    assert after[key].adult == BEN
    assert not any(busy.overlaps(after[key].interval) for busy in home.store.accounts.busy(HOME, BEN))
    assert sum("Laundry" in t for t in home.titles(ANA)) == 2
    assert quiet(home)


def test_not_this_time_leaves_it_where_it_is(home: Home) -> None:
    home.server.account(ANA).retitle(entry(home, ANA, "Food shop").uid, "> Food shop")
    tick(home.world, HOME)
    press(home, BEN, "Not this time")
    assert quiet(home)
    assert asked(home, BEN) == []
    mine = line(home, ANA, "Food shop")
    assert mine is not None
    assert mine.soft_line == "not this time for Ben; it stays with you"


def test_taking_the_arrow_back_withdraws_the_question(home: Home) -> None:
    shop = entry(home, ANA, "Food shop")
    home.server.account(ANA).retitle(shop.uid, "> Food shop")
    tick(home.world, HOME)
    open_question = asked(home, BEN)[0]
    home.server.account(ANA).retitle(shop.uid, "Food shop")
    assert quiet(home)
    assert asked(home, BEN) == []
    with pytest.raises(questions.QuestionClosedError):
        questions.answer(home.world, HOME, BEN, WEEK, open_question.id, "take")


def test_what_only_one_may_do_is_not_asked_of_the_other(home: Home) -> None:
    home.server.account(ANA).retitle(entry(home, ANA, "Feeding").uid, "> Feeding")
    assert quiet(home)
    assert asked(home, BEN) == []


def test_nobody_answers_for_somebody_else(home: Home) -> None:
    home.server.account(ANA).retitle(entry(home, ANA, "Food shop").uid, "> Food shop")
    tick(home.world, HOME)
    question = asked(home, BEN)[0]
    with pytest.raises(questions.QuestionClosedError):
        questions.answer(home.world, HOME, ANA, WEEK, question.id, "take")
    for nonsense in ("", "let-go", "2026-12-05T10:00:00+00:00", "tomorrow"):
        with pytest.raises(questions.QuestionClosedError):
            questions.answer(home.world, HOME, BEN, WEEK, question.id, nonsense)
    assert block(home, "food-shop.0").adult == ANA


# Never left out


def test_what_is_never_left_out_comes_back_within_one_tick_and_both_are_asked_once(home: Home) -> None:
    uids = set()
    for _ in range(3):
        bins = entry(home, BEN, "Bins")
        uids.add(bins.uid)
        home.server.account(BEN).delete(bins.uid)
        tick(home.world, HOME)
        assert there(home, BEN, "Bins")
    assert len(uids) == 3
    for partner in (ANA, BEN):
        (question,) = asked(home, partner)
        assert question.sentence == "Who takes Bins on Wednesday?"
        assert mails(home, partner) == [question.sentence]


def test_whoever_presses_takes_what_is_never_left_out(home: Home) -> None:
    home.server.account(BEN).delete(entry(home, BEN, "Bins").uid)
    tick(home.world, HOME)
    press(home, ANA, "I take it")
    assert there(home, ANA, "Bins")
    assert not there(home, BEN, "Bins")
    assert asked(home, ANA) == asked(home, BEN) == []
    assert news(home, BEN) == ("Ana takes Bins on Wednesday.",)
    assert quiet(home)


def test_it_may_stay_with_whoever_deleted_it(home: Home) -> None:
    home.server.account(BEN).delete(entry(home, BEN, "Bins").uid)
    tick(home.world, HOME)
    press(home, BEN, "I take it")
    assert there(home, BEN, "Bins")
    assert asked(home, ANA) == []


# A time for oneself


def hit(home: Home, partner: PartnerId, interval: Interval) -> TickReport:
    home.server.account(partner).add_event(home.personal[partner], time_range(interval))
    return tick(home.world, HOME)


def test_whoevers_event_hits_it_chooses_another_time_and_it_stands_until_then(home: Home) -> None:
    old = swim(home)
    hit(home, BEN, old.interval)
    assert swim(home) == old
    assert entry(home, ANA, "Yours: swim").time == time_range(old.interval)
    assert entry(home, BEN, "On duty").time == time_range(old.interval)
    assert asked(home, ANA) == []
    (question,) = asked(home, BEN)
    slots = [choice for choice in question.choices if not choice.quiet]
    assert len(slots) == 3
    assert mails(home, BEN) == [question.sentence]
    assert "swim" not in question.sentence
    assert quiet(home)
    press(home, BEN, slots[0].label)
    new = swim(home)
    assert new.interval != old.interval
    assert new.cover is not None
    assert not any(taken.overlaps(new.interval) for taken in home.store.accounts.busy(HOME, BEN))
    assert entry(home, ANA, "Yours: swim").time == time_range(new.interval)
    assert news(home, ANA)[0] == f"Your swim moved to {slots[0].label}."
    assert news(home, BEN) == ()
    assert quiet(home)


def test_ones_own_event_asks_oneself(home: Home) -> None:
    hit(home, ANA, swim(home).interval)
    (question,) = asked(home, ANA)
    assert question.sentence.startswith("Something else came up on your swim, ")
    assert asked(home, BEN) == []
    press(home, ANA, question.choices[1].label)
    assert news(home, BEN) == (f"Ana's own time moved to {question.choices[1].label}.",)
    assert entry(home, BEN, "On duty").time == time_range(swim(home).interval)
    assert quiet(home)


def test_an_event_that_goes_away_takes_its_question_with_it(home: Home) -> None:
    event = home.server.account(BEN).add_event(home.personal[BEN], time_range(swim(home).interval))
    tick(home.world, HOME)
    assert asked(home, BEN)
    home.server.account(BEN).delete(event.uid)
    tick(home.world, HOME)
    assert asked(home, BEN) == []
    assert len(mails(home, BEN)) == 1


def test_it_can_be_kept_where_it_is_in_spite_of_an_event(home: Home) -> None:
    old = swim(home)
    hit(home, BEN, old.interval)
    press(home, BEN, "Keep it where it is")
    assert quiet(home)
    assert swim(home) == old
    assert asked(home, BEN) == []


def test_a_time_that_has_gone_meanwhile_is_refused_and_nothing_changes(home: Home) -> None:
    old = swim(home)
    hit(home, BEN, old.interval)
    question = asked(home, BEN)[0]
    home.put_busy(BEN, "Mon-Sun 06:00-22:00")
    home.put_busy(ANA, "Tue-Sun 06:00-22:00")
    tick(home.world, HOME)
    with pytest.raises(questions.QuestionClosedError, match="gone meanwhile"):
        questions.answer(home.world, HOME, BEN, WEEK, question.id, question.choices[0].value)
    assert swim(home) == old
    assert asked(home, BEN)[0].soft.startswith("There is no other time")


def test_a_cover_that_is_deleted_comes_back_and_whoever_deleted_it_is_asked(home: Home) -> None:
    old = swim(home)
    home.server.account(BEN).delete(entry(home, BEN, "On duty").uid)
    tick(home.world, HOME)
    assert entry(home, BEN, "On duty").time == time_range(old.interval)
    assert asked(home, ANA) == []
    (question,) = asked(home, BEN)
    assert question.sentence.endswith("counts on you. When would be better?")
    press(home, BEN, question.choices[0].label)
    assert swim(home).interval != old.interval
    assert entry(home, BEN, "On duty").time == time_range(swim(home).interval)
    assert quiet(home)


def test_a_cover_that_is_dragged_away_asks_its_person_and_follows_the_answer(home: Home) -> None:
    old = swim(home)
    home.server.account(BEN).move(entry(home, BEN, "On duty").uid, time_range(span("Sun 20:00-21:30")))
    tick(home.world, HOME)
    assert swim(home) == old
    assert entry(home, BEN, "On duty").time == time_range(span("Sun 20:00-21:30"))
    press(home, BEN, "Keep it where it is")
    assert entry(home, BEN, "On duty").time == time_range(old.interval)
    assert asked(home, BEN) == []
    assert quiet(home)


def test_deleting_ones_own_offers_another_time_once_and_both_entries_go(home: Home) -> None:
    home.server.account(ANA).delete(entry(home, ANA, "Yours: swim").uid)
    tick(home.world, HOME)
    assert not there(home, ANA, "Yours: swim")
    assert not there(home, BEN, "On duty")
    (question,) = asked(home, ANA)
    assert question.sentence == "Your swim is out of the week. Would another time suit you?"
    assert asked(home, BEN) == []
    assert news(home, BEN) == ()
    assert quiet(home)
    press(home, ANA, "Let it go this week")
    assert home.store.questions.of_week(HOME, WEEK) == []
    assert quiet(home)


def test_a_time_given_up_is_not_brought_back_by_the_next_plan(home: Home) -> None:
    home.server.account(ANA).delete(entry(home, ANA, "Yours: swim").uid)
    tick(home.world, HOME)
    household = home.store.households.get(HOME)
    propose(home.world, household, WEEK)
    publish(home.world, household, WEEK)
    assert any(one.adult == ANA for one in plan(home).selfcare)
    tick(home.world, HOME)
    assert not there(home, ANA, "Yours: swim")
    assert not there(home, BEN, "On duty: this time is Ana")
    assert quiet(home)


def test_a_time_given_up_can_have_another_place(home: Home) -> None:
    home.server.account(ANA).delete(entry(home, ANA, "Yours: swim").uid)
    tick(home.world, HOME)
    press(home, ANA, asked(home, ANA)[0].choices[0].label)
    assert entry(home, ANA, "Yours: swim").time == time_range(swim(home).interval)
    assert entry(home, BEN, "On duty").time == time_range(swim(home).interval)
    assert quiet(home)


def test_ones_own_dragged_to_where_the_other_can_be_there_takes_its_cover_along(home: Home) -> None:
    to = span("Thu 18:00-19:30")
    home.server.account(ANA).move(entry(home, ANA, "Yours: swim").uid, time_range(to))
    tick(home.world, HOME)
    assert (swim(home).interval, swim(home).cover) == (to, "ben")
    assert entry(home, BEN, "On duty").time == time_range(to)
    assert entry(home, ANA, "Yours: swim").time == time_range(to)
    assert asked(home, BEN) == []
    assert quiet(home)


def test_ones_own_dragged_to_where_nobody_can_is_not_covered_until_one_tap(home: Home) -> None:
    to = span("Tue 16:00-17:00")
    home.put_busy(BEN, "Tue 16:00-20:00")
    home.server.account(ANA).move(entry(home, ANA, "Yours: swim").uid, time_range(to))
    tick(home.world, HOME)
    assert entry(home, ANA, "Yours: swim").time == time_range(to)
    assert not there(home, BEN, "On duty: this time is Ana")
    mine = line(home, ANA, "Yours: swim")
    assert mine is not None
    assert mine.soft_line == "not covered yet; Ben is asked"
    (question,) = asked(home, BEN)
    assert [choice.label for choice in question.choices] == ["I'm there", "Not this time"]
    assert quiet(home)
    press(home, BEN, "I'm there")
    assert swim(home).cover == "ben"
    assert entry(home, BEN, "On duty").time == time_range(to)
    assert asked(home, BEN) == []
    assert quiet(home)


def test_no_sentence_of_a_question_says_where_anybody_is(home: Home) -> None:
    hit(home, BEN, swim(home).interval)
    home.server.account(BEN).delete(entry(home, BEN, "Bins").uid)
    tick(home.world, HOME)
    said = " ".join(str(text) for partner in (ANA, BEN) for text in mails(home, partner)).lower()
    for word in ("blown", "busy", "out of the house", "away", "dentist", "event"):
        assert word not in said


def test_in_quiet_hours_a_question_waits_on_the_page(home: Home) -> None:
    home.clock.move(timedelta(hours=3))
    tick(home.world, HOME)
    home.clock.move(timedelta(hours=2))
    hit(home, BEN, swim(home).interval)
    assert asked(home, BEN)
    assert mails(home, BEN) == []
    home.clock.move(timedelta(hours=8))
    tick(home.world, HOME)
    assert len(mails(home, BEN)) == 1


def test_a_question_ends_when_its_time_begins(home: Home) -> None:
    hit(home, BEN, swim(home).interval)
    home.clock.move(swim(home).interval.start_at - home.clock.now())
    assert asked(home, BEN) == []
    tick(home.world, HOME)
    assert home.store.questions.of_week(HOME, WEEK) == []


def test_a_question_about_a_wish_that_a_new_plan_no_longer_has_is_not_asked_any_more(home: Home) -> None:
    for title in ("Yours: run", "Yours: swim"):
        owner = BEN if "run" in title else ANA
        home.server.account(owner).delete(entry(home, owner, title).uid)
    tick(home.world, HOME)
    (question,) = asked(home, BEN)
    stored = home.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    fewer = dict(stored.snapshot, selfcare=list(stored.snapshot["selfcare"])[:1])
    home.store.plans.save(HOME, WEEK, "published", stored.plan, snapshot=fewer, made_at=home.clock.now())
    assert asked(home, BEN)
    with pytest.raises(questions.QuestionClosedError):
        questions.answer(home.world, HOME, BEN, WEEK, question.id, question.choices[0].value)
    tick(home.world, HOME)
    assert asked(home, BEN) == []
