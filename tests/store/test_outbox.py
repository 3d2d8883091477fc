"""A mail is queued once, handed over by one, and never forgotten in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.ports import MailState, OutgoingMail
from service.store import SqlStore
from tests.store.builders import ANA, BEN, HOME, MESSAGE, NOW, WEEK, a_household, a_mail, at


@pytest.fixture
def outbox(store: SqlStore) -> SqlStore:
    store.households.save(a_household())
    assert store.outbox.queue(a_mail())
    return store


def only(store: SqlStore) -> OutgoingMail:
    [mail] = store.outbox.due(now=NOW)
    return mail


def test_a_mail_of_the_same_key_is_queued_once(outbox: SqlStore) -> None:
    assert not outbox.outbox.queue(replace(a_mail(), message=b"another"))
    assert outbox.outbox.queue(a_mail(sequence=2))
    first, second = outbox.outbox.due(now=NOW)
    assert first == replace(a_mail(), id=first.id)
    assert second.sequence == 2
    assert [mail.id for mail in outbox.outbox.due(now=NOW, limit=1)] == [first.id]


def test_a_week_has_a_mail_of_a_kind_whatever_became_of_it(outbox: SqlStore) -> None:
    outbox.outbox.settle(only(outbox).id, "refused", at=NOW)
    assert outbox.outbox.has(HOME, ANA, WEEK, "check_in")
    assert not outbox.outbox.has(HOME, ANA, WEEK, "week")
    assert not outbox.outbox.has(HOME, ANA, WEEK.next, "check_in")
    assert not outbox.outbox.has(HOME, BEN, WEEK, "check_in")


def test_only_one_may_hand_a_mail_over(outbox: SqlStore) -> None:
    mail = only(outbox)
    assert outbox.outbox.dispatching(mail.id, at=NOW)
    assert not outbox.outbox.dispatching(mail.id, at=NOW)
    assert outbox.outbox.due(now=at(1)) == []


def test_a_mail_whose_answer_never_came_is_uncertain_and_keeps_its_bytes(outbox: SqlStore) -> None:
    mail = only(outbox)
    outbox.outbox.dispatching(mail.id, at=NOW)
    assert outbox.outbox.uncertain(before=NOW) == []
    [found] = outbox.outbox.uncertain(before=at(0.1))
    assert (found.id, found.state, found.message) == (mail.id, "dispatching", MESSAGE)


def test_a_retry_waits_for_its_time_and_sends_the_same_bytes(outbox: SqlStore) -> None:
    mail = only(outbox)
    outbox.outbox.dispatching(mail.id, at=NOW)
    outbox.outbox.settle(mail.id, "queued", at=NOW, problem="451 later", next_try_at=at(1))
    assert outbox.outbox.due(now=at(0.9)) == []
    [again] = outbox.outbox.due(now=at(1))
    assert (again.message, again.attempts, again.problem) == (MESSAGE, 1, "451 later")


@pytest.mark.parametrize("end", ["sent", "refused", "expired"])
def test_an_end_blanks_the_message_and_is_final(outbox: SqlStore, end: MailState) -> None:
    mail = only(outbox)
    outbox.outbox.dispatching(mail.id, at=NOW)
    outbox.outbox.settle(mail.id, end, at=NOW)
    outbox.outbox.settle(mail.id, "queued", at=at(1))
    assert outbox.outbox.counts() == {end: 1}
    assert outbox.outbox.due(now=at(1)) == []
    assert outbox._database.path is None or MESSAGE not in outbox._database.path.read_bytes()


def test_a_held_mail_can_be_queued_again(outbox: SqlStore) -> None:
    mail = only(outbox)
    outbox.outbox.settle(mail.id, "held", at=NOW, problem="unsure")
    assert outbox.outbox.due(now=NOW) == []
    outbox.outbox.settle(mail.id, "queued", at=NOW)
    assert only(outbox).message == MESSAGE


def test_a_mail_past_its_end_expires_unsent(outbox: SqlStore) -> None:
    assert outbox.outbox.due(now=at(48)) == []
    assert outbox.outbox.counts() == {"expired": 1}


def test_what_waits_for_somebody_can_be_dropped_and_is_blanked(outbox: SqlStore) -> None:
    outbox.outbox.queue(a_mail(BEN))
    assert outbox.outbox.drop_queued(HOME, ANA, at=NOW) == 1
    assert [mail.partner for mail in outbox.outbox.due(now=NOW)] == [BEN]
    assert MESSAGE.decode() not in str(outbox.outbox.latest(HOME, ANA, "check_in"))
    assert outbox.outbox.drop_queued(HOME, ANA, at=NOW) == 0


def test_settling_a_mail_that_was_erased_does_nothing(outbox: SqlStore) -> None:
    outbox.outbox.settle(12345, "sent", at=NOW)
    assert outbox.outbox.counts() == {"queued": 1}
