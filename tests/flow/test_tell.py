"""When a mail may go: outside of its reader's quiet hours, and not many at once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from connectors.errors import CalendarGoneError, UnavailableError
from service.domain.household import PartnerId
from service.domain.questions import FIRST_AT_ONCE, FIRST_OF_TROUBLE
from service.domain.week import Week
from service.flow import check_in
from service.flow.tell import had_todays_mail, mail_problem, mail_week, quiet_until
from service.flow.wanted_entries import desired_entries
from service.flow.week import tick
from service.mail.post import OutboxPost
from service.ports import MailKind, OutgoingMail, World
from tests.builders import ANA, BEN, BERLIN, HOME, SUNDAY_EVENING, WEEK, Home, a_home, a_household


@pytest.mark.parametrize(
    ("at", "ends"),
    [("21:59", None), ("22:00", "06:30"), ("23:59", "06:30"), ("06:29", "06:30"), ("06:30", None)],
)
def test_quiet_hours_end_in_the_morning(home: Home, at: str, ends: str | None) -> None:
    household, monday = a_household(), WEEK.monday
    now = datetime.combine(monday, time.fromisoformat(at), BERLIN)
    until = quiet_until(home.world, household, household.partners[0], now)
    assert (until.astimezone(BERLIN).strftime("%H:%M") if until else None) == ends


def test_of_many_things_asked_of_one_partner_one_a_day_is_mailed(home: Home) -> None:
    world = with_outbox(home)
    tick(world, HOME)
    home.clock.move(timedelta(hours=14))
    account, wednesday = home.server.account(ANA), home.clock.now() + timedelta(days=2)
    for entry in account.entries():
        if entry.time.start_at > wednesday:
            account.retitle(entry.uid, f"> {entry.title}")
    tick(world, HOME)
    assert len(home.store.questions.of_week(HOME, WEEK)) > 3
    for day in range(3):
        for _ in range(2):
            tick(world, HOME)
            deliver(home)
        assert questions_mailed(home) == day  # the first day's mail is the week itself
        home.clock.move(timedelta(days=1))


def test_the_week_waits_for_tomorrow_when_the_question_was_that_days_mail(home: Home) -> None:
    world = with_outbox(home)
    check_in.open_check_in(world, HOME, WEEK)
    tick(world, HOME)
    deliver(home)
    assert mailed(home) == {(ANA, "check_in"), (BEN, "check_in")}
    home.clock.move(timedelta(hours=2, minutes=35))
    tick(world, HOME)
    assert home.store.plans.get(HOME, WEEK, "published")
    assert mailed(home) == {(ANA, "check_in"), (BEN, "check_in")}
    home.clock.move(timedelta(hours=10))
    tick(world, HOME)
    assert {(ANA, "week"), (BEN, "week")} <= mailed(home)


def test_whoever_agreed_has_asked_for_the_week_and_gets_it_at_once(home: Home) -> None:
    world = with_outbox(home)
    check_in.open_check_in(world, HOME, WEEK)
    tick(world, HOME)
    for partner in (ANA, BEN):
        check_in.answer(world, HOME, partner, WEEK, state="fine")
    for partner in (ANA, BEN):
        check_in.agree(world, HOME, partner, WEEK)
    tick(world, HOME)
    assert {(ANA, "week"), (BEN, "week")} <= mailed(home)


def test_nothing_is_mailed_before_the_question_on_its_day(home: Home) -> None:
    household = home.store.households.get(HOME)
    ana = household.partner(ANA)
    sunday = datetime.combine(WEEK.monday - timedelta(days=1), time(8), BERLIN)
    assert had_todays_mail(home.world, household, ana, sunday)
    assert not had_todays_mail(home.world, household, ana, sunday - timedelta(days=1))


def test_a_time_of_ones_own_and_a_lost_calendar_are_no_matter_of_one_a_day(home: Home) -> None:
    world, household = with_outbox(home), home.store.households.get(HOME)
    ana, now = household.partner(ANA), datetime.combine(WEEK.days[1], time(9), BERLIN)
    home.clock.move(now - home.clock.now())
    assert mail_problem(world, household, ana, WEEK, "The password is refused.", now, trouble="password")
    home.store.outbox.queue(replace(only_mail(home), sequence=FIRST_AT_ONCE + 7))
    assert not had_todays_mail(world, household, ana, now)
    home.store.outbox.queue(replace(only_mail(home), sequence=2))
    assert had_todays_mail(world, household, ana, now)


def test_a_trouble_is_mailed_when_it_begins_and_not_while_it_lasts(troubled: Troubled) -> None:
    assert troubled.mails_after("wrong password") == 1
    for _week in range(3):
        assert troubled.mails_after("wrong password", timedelta(days=7)) == 1
    assert troubled.mails_after("no answer", timedelta(days=1)) == 1
    assert troubled.mails_after("wrong password", timedelta(days=1)) == 1, "it lasts: nobody mended it"


def test_another_trouble_of_the_same_week_is_mailed_and_so_is_one_that_comes_back(troubled: Troubled) -> None:
    assert troubled.mails_after("wrong password") == 1
    assert troubled.mails_after("calendar gone", timedelta(days=1)) == 2
    assert troubled.mails_after("mended", timedelta(days=1)) == 2
    assert troubled.mails_after("calendar gone", timedelta(minutes=5)) == 3
    assert troubled.weeks == {WEEK}


def test_troubles_that_come_and_go_are_one_mail_a_day_at_most(troubled: Troubled) -> None:
    assert troubled.mails_after("wrong password") == 1
    for trouble in ("mended", "wrong password", "calendar gone", "mended", "calendar gone"):
        assert troubled.mails_after(trouble, timedelta(minutes=30)) == 1
    assert troubled.mails_after("calendar gone", timedelta(days=1)) == 2


def test_a_mail_that_is_still_on_its_way_keeps_no_later_trouble_unsaid(troubled: Troubled) -> None:
    troubled.delivers = False
    assert troubled.mails_after("wrong password") == 1
    assert troubled.mails_after("calendar gone", timedelta(minutes=30)) == 1
    assert troubled.mails_after("calendar gone", timedelta(days=1)) == 2


def test_a_trouble_that_begins_in_quiet_hours_is_mailed_after_them(troubled: Troubled) -> None:
    troubled.home.clock.move(timedelta(hours=16))
    assert troubled.mails_after("wrong password") == 0
    assert troubled.mails_after("wrong password", timedelta(hours=8)) == 1


def test_a_kill_between_the_mail_and_the_note_of_it_mails_nothing_twice(troubled: Troubled) -> None:
    assert troubled.mails_after("wrong password") == 1
    troubled.home.store.accounts.save_told(HOME, ANA, None)
    assert troubled.mails_after("wrong password", timedelta(minutes=30)) == 1
    account = troubled.home.store.accounts.get(HOME, ANA)
    assert account is not None
    assert account.told is not None


def test_who_wants_no_mail_gets_none_of_any_kind(home: Home) -> None:
    without = [replace(partner, mailed=False) for partner in a_household().partners]
    home.store.households.save(a_household(partners=tuple(without)))
    world = with_outbox(home)
    check_in.open_check_in(world, HOME, WEEK)
    for hours in (0, 3, 12):
        home.clock.move(timedelta(hours=hours))
        tick(world, HOME)
    ana = home.store.households.get(HOME).partner(ANA)
    household, now = home.store.households.get(HOME), home.clock.now()
    assert not mail_problem(world, household, ana, WEEK, "Gone.", now, trouble="gone")
    assert mailed(home) == set()


def test_who_has_no_calendar_gets_the_week_as_a_file_to_import(tmp_path: Path) -> None:
    with a_home(tmp_path, accounts=(BEN,)) as home:
        world = with_outbox(home)
        check_in.open_check_in(world, HOME, WEEK)
        for partner in (ANA, BEN):
            check_in.answer(world, HOME, partner, WEEK, state="fine")
        for partner in (ANA, BEN):
            check_in.agree(world, HOME, partner, WEEK)
        for partner in home.store.households.get(HOME).partners:
            mail_week(world, home.store.households.get(HOME), partner, WEEK, home.clock.now())
        anas, bens = (
            message_from_bytes(mail.message, policy=default)
            for mail in sorted(home.store.outbox.due(now=home.clock.now()), key=lambda mail: mail.partner)
        )
        assert list(bens.iter_attachments()) == []
        for mail, may_print in ((anas, True), (bens, False)):
            for kind in ("plain", "html"):
                body = mail.get_body((kind,))
                assert body is not None
                assert ("?to=paper" in body.get_content()) is may_print
        (file,) = anas.iter_attachments()
        assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "week.ics")
        text = str(file.get_content())
        household = home.store.households.get(HOME)
        own = desired_entries(world, household, household.partner(ANA), SUNDAY_EVENING)[WEEK]
        assert text.count("BEGIN:VEVENT") == len(own) > 3
        assert "METHOD" not in text
        assert "Yours: swim. Ben is on duty" in text.replace("\r\n ", "")
        assert "On duty: this time is Ben's" in text.replace("\r\n ", "")
        assert len(set(re.findall(r"UID:(.+)", text))) == len(own)


@dataclass
class Troubled:
    """Ana's account through good and bad, from a Monday morning on."""

    home: Home
    world: World
    weeks: set[Week] = field(default_factory=set)
    delivered: int = 0
    delivers: bool = True

    def mails_after(self, trouble: str, later: timedelta = timedelta(0)) -> int:
        """How many mails about a trouble there were in all, once Ana's account is like that."""
        self.home.clock.move(later)
        account, faults = self.home.server.account(ANA), self.home.server.faults
        account.password = "changed" if trouble == "wrong password" else "secret"
        faults.clear()
        if trouble == "calendar gone":
            self.home.server.fail_next(CalendarGoneError("The calendar is not there."), "list")
        if trouble == "no answer":
            self.home.server.fail_next(UnavailableError("No answer."), "list")
        tick(self.world, HOME, at_once=True)
        waiting = self.home.store.outbox.due(now=self.home.clock.now(), limit=100)
        about = [mail for mail in waiting if mail.partner == ANA and mail.sequence >= FIRST_OF_TROUBLE]
        self.weeks |= {mail.week for mail in about}
        if not self.delivers:
            return len(about)
        self.delivered += len(about)
        deliver(self.home)
        return self.delivered


@pytest.fixture
def troubled(home: Home) -> Troubled:
    world = with_outbox(home)
    home.clock.move(datetime.combine(WEEK.monday, time(9), BERLIN) - home.clock.now())
    tick(world, HOME)
    deliver(home)
    return Troubled(home, world)


def with_outbox(home: Home) -> World:
    post = OutboxPost(
        home.store.outbox,
        home.store.links,
        home.clock,
        sender="Offplate <o@example.org>",
        base_url=home.world.base_url,
    )
    return replace(home.world, post=post)


def mailed(home: Home) -> set[tuple[PartnerId, str]]:
    """Who has had, or is about to get, which kind of mail about `WEEK`."""
    kinds: tuple[MailKind, ...] = ("invitation", "check_in", "week", "needs_you")
    return {
        (who, kind)
        for who in (ANA, BEN)
        for kind in kinds
        if (latest := home.store.outbox.latest(HOME, who, kind)) and latest.week == WEEK
    }


def only_mail(home: Home) -> OutgoingMail:
    return home.store.outbox.due(now=home.clock.now())[0]


def deliver(home: Home) -> None:
    for mail in home.store.outbox.due(now=home.clock.now()):
        assert home.store.outbox.dispatching(mail.id, at=home.clock.now())
        home.store.outbox.settle(mail.id, "sent", at=home.clock.now())


def questions_mailed(home: Home) -> int:
    asked = home.store.questions.of_week(HOME, WEEK)
    return sum(home.store.outbox.has(HOME, BEN, WEEK, "needs_you", one.mail_sequence) for one in asked)
