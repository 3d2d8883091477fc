"""What goes wrong at Google, each with its sentence on the page and its way back; nothing lost or doubled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from service.demo.google_double import CLIENT_ID
from service.flow.tick_report import PartnerReport
from service.flow.week import tick
from service.ports import OutgoingMail
from tests.builders import ANA, BEN, HOME
from tests.web.at_google import AtGoogle, Pages, Phone, pages_at_google


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with pages_at_google(tmp_path) as made:
        yield made


@pytest.fixture
def phone(pages: Pages) -> Phone:
    """Ben's, connected, with the week in his calendar."""
    phone = pages.phone()
    phone.connect()
    ticks(pages.there)
    return phone


def ticks(there: AtGoogle, *, confirmed: bool = False) -> PartnerReport:
    said = frozenset({BEN}) if confirmed else frozenset()
    return tick(there.home.world, HOME, at_once=True, confirmed=said).partners[BEN]


def events(there: AtGoogle) -> list[tuple[str, str, str]]:
    """Everything of ours in Ben's calendars: what, from, to."""
    return sorted(
        (event["summary"], event["start"]["dateTime"], event["end"]["dateTime"])
        for calendar in there.ben.calendars()
        if calendar.summary == "Offplate"
        for event in there.ben.events(calendar.id).values()
    )


def mails(there: AtGoogle) -> list[OutgoingMail]:
    """What waits for Ben because he alone can put something right."""
    waiting = there.home.store.outbox.due(now=there.home.clock.now(), limit=100)
    return [mail for mail in waiting if (mail.kind, mail.partner) == ("needs_you", BEN)]


def link_in(mail: OutgoingMail) -> str:
    body = message_from_bytes(mail.message, policy=policy.default).get_body(("plain",))
    assert body is not None
    found = re.search(r"(/c/\S+)", body.get_content())
    assert found is not None
    return found[1]


def test_a_connection_that_was_taken_back_is_made_again_from_its_one_mail(pages: Pages, phone: Phone) -> None:
    there, before = pages.there, events(pages.there)
    there.double.revoke(there.ben.email)
    for _ in range(3):
        there.home.clock.move(timedelta(minutes=10))
        assert "it was taken back there, or it has run out" in (ticks(there).problem or "")
    assert events(there) == before
    (mail,) = mails(there)
    new = pages.stranger()
    week = new.get(link_in(mail)).headers["location"]
    shown = new.get(week).text
    assert "Connect Google again from your own page; everything is as it was." in shown
    assert 'href="/connect/google">Connect your calendar' in shown
    assert "There is something to put right." in new.get("/connect/google").text
    assert new.connect().headers["location"] == "/connect/google"
    assert "Your calendar is connected." in new.get("/connect/google").text
    report = ticks(there)
    assert (report.problem, report.writes) == (None, 0)
    assert events(there) == before
    assert len(mails(there)) == 1
    assert "Connect your calendar" not in new.get(week).text


def test_what_its_person_did_meanwhile_counts_after_connecting_again(pages: Pages, phone: Phone) -> None:
    there = pages.there
    there.double.revoke(there.ben.email)
    there.home.clock.move(timedelta(hours=2))
    ticks(there)
    assert there.account is not None
    assert there.account.home_id is not None
    ours = there.ben.events(there.account.home_id)
    dragged = min(ours)
    there.ben.drag(there.account.home_id, dragged, timedelta(minutes=15))
    moved = events(there)
    phone.connect()
    assert ticks(there).problem is None
    assert set(events(there)) >= set(moved)
    rows = {row.uid.partition("@")[0]: row for row in there.home.store.journal.of_partner(HOME, BEN)}
    assert rows[dragged].standing == "kept"


def _refused(status: int, reason: str) -> Callable[[AtGoogle], None]:
    return lambda there: there.double.faults.refuse("*", status, reason, times=-1)


def _deleted_client(there: AtGoogle) -> None:
    there.double.delete_client()
    there.double.expire_access_tokens()


def _testing_ended(there: AtGoogle) -> None:
    there.double.set_testing()
    there.home.clock.move(timedelta(days=7, minutes=1))


def _mended(there: AtGoogle) -> None:
    there.double.faults.clear()
    there.double.set_testing(testing=False)
    there.double.oauth.clients[CLIENT_ID].deleted = False


@pytest.mark.parametrize(
    ("breaks", "sentence", "connects_again"),
    [
        (_refused(403, "rateLimitExceeded"), "Google asks for a pause.", False),
        (_refused(429, "rateLimitExceeded"), "Google asks for a pause.", False),
        (_refused(403, "quotaExceeded"), "What Google allows Offplate for the time being is used up.", False),
        (_refused(500, "backendError"), "Google did not answer properly just now (500).", False),
        (_deleted_client, "Google refuses this Offplate itself (deleted_client).", False),
        (_testing_ended, "it was taken back there, or it has run out", True),
    ],
)
def test_each_trouble_has_its_sentence_and_ends_where_it_began(
    pages: Pages, phone: Phone, breaks: Callable[[AtGoogle], None], sentence: str, connects_again: bool
) -> None:
    there, before = pages.there, events(pages.there)
    assert before
    breaks(there)
    report = ticks(there)
    assert sentence in (report.problem or "")
    assert sentence in phone.get("/connect/google").text
    assert sentence in phone.get("/week").text
    assert tick(there.home.world, HOME, at_once=True).partners[ANA].problem is None
    assert set(events(there)) >= set(before), "nothing is taken away while Google does not let us in"
    _mended(there)
    if connects_again:
        phone.connect()
    assert ticks(there).problem is None
    ticks(there)
    assert ticks(there).writes == 0
    assert set(events(there)) >= set(before)
    assert len(events(there)) == len(set(events(there))), "and nothing stands there twice"
    assert sentence not in phone.get("/connect/google").text


def test_a_calendar_of_ours_that_was_deleted_comes_back_when_its_person_says_so(
    pages: Pages, phone: Phone
) -> None:
    there, before = pages.there, events(pages.there)
    assert there.account is not None
    assert there.account.home_id is not None
    there.ben.delete_calendar(there.account.home_id)
    said = "The calendar that Offplate writes to is gone."
    assert said in (ticks(there).problem or "")
    assert said in phone.get("/connect/google").text
    assert events(there) == []
    ticks(there, confirmed=True)
    ticks(there)
    assert events(there) == before
    assert ticks(there).problem is None
