"""In another language nothing stays English: every page in every stage, every mail, every entry."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from connectors.errors import AuthExpiredError, UnavailableError
from connectors.sentences import Sentence
from service.domain.questions import Question
from service.flow.plan_week import stored_snapshot
from service.flow.question_lines import Words
from service.flow.read_calendars import until_looked
from service.flow.tell import mail_check_in, mail_problem
from service.flow.wanted_entries import desired_entries
from service.flow.week import tick
from service.mail.post import OutboxPost
from service.web.errors import message_page, messages
from service.web.site import Site
from service.words import _, said_of, speaking
from tests.builders import ANA, BEN, HOME, WEEK, Home, some_chores, span
from tests.flow.test_tell import deliver
from tests.pseudo import PSEUDO, said_in, unspoken
from tests.web.conftest import BASE_URL
from tests.web.routes import pages_of
from tests.web.test_check_in import agree, send
from tests.web.test_connect import send as connecting

PAGE = f"/check-in/{WEEK}"


@pytest.fixture(autouse=True)
def _another_language() -> Iterator[None]:
    with speaking(PSEUDO):
        yield


def named(home: Home) -> list[str]:
    """What people called things themselves."""
    household = home.store.households.get(HOME)
    return [
        "Offplate",
        household.name,
        *(partner.name for partner in household.partners),
        *(partner.email for partner in household.partners),
        *(partner.id for partner in household.partners),
        *(wish.name for partner in household.partners for wish in partner.self_care),
        *(sitter.name for sitter in household.sitters),
        *(chore.name for chore in some_chores()),
        "Close-down",
        "The soup.",
    ]


def english_on(client: TestClient, home: Home, paths: list[str]) -> dict[str, list[str]]:
    """The words of each page that nobody translated."""
    found = {}
    for path in paths:
        left = unspoken(said_in(client.get(path).text), named(home))
        if left:
            found[path] = left
    return found


def test_no_page_escapes_translation_in_any_stage(
    app: FastAPI, home: Home, ana: TestClient, ben: TestClient
) -> None:
    pages = [*pages_of(app), f"{PAGE}?next=1", f"{PAGE}?change=1", "/week/2026-W48", "/nowhere"]
    assert english_on(ana, home, pages) == {}
    home.put_busy(ANA, "Mon-Fri 09:00-15:00")
    tick(home.world, HOME)
    assert english_on(ana, home, pages) == {}
    assert unspoken(said_in(send(ana, state="x", hand_over=["1"]).text), named(home)) == []
    send(ana, state="weeds", hand_over=["laundry"], appreciation="The soup.")
    assert english_on(ana, home, pages) == {}
    send(ben, "ben", state="fine")
    assert english_on(ana, home, pages) == {}
    agree(ana, "ana")
    agree(ben, "ben")
    tick(home.world, HOME)
    assert english_on(ben, home, pages) == {}
    for partner in home.store.households.get(HOME).partners:
        weeks = desired_entries(home.world, home.store.households.get(HOME), partner, home.clock.now())
        for entry in weeks[WEEK]:
            assert unspoken(f"{entry.title}\n{entry.description}", named(home)) == [], entry.title


@pytest.mark.parametrize("cause", ["gesture", "event", "deleted", "dragged", "given_up"])
def test_no_question_escapes_translation(planned: Home, cause: str) -> None:
    stored = planned.store.plans.get(HOME, WEEK, "published")
    assert stored is not None
    words = Words(planned.store.households.get(HOME), stored_snapshot(stored))
    about, options = span("Thu 18:30-20:00"), (span("Fri 18:30-20:00"),)
    for kind, key in (
        ("take_over", "laundry.1"),
        ("who_takes", "bins.0"),
        ("mend", "self-care.ana.0"),
        ("cover", "self-care.ana.0"),
    ):
        for outcome, chosen in (("open", None), ("declined", None), ("taken", None), ("moved", options[0])):
            question = Question(
                week=WEEK,
                kind=kind,  # type: ignore[arg-type]
                key=key,
                cause=cause,  # type: ignore[arg-type]
                asker=ANA,
                asked=(ANA, BEN),
                about=about,
                opened_at=planned.clock.now(),
                options=options if cause != "deleted" else (),
                outcome=outcome,  # type: ignore[arg-type]
                settled_by=None if outcome == "open" else BEN,
                chosen=chosen,
            )
            for reader in (ANA, BEN):
                line = words.line(question, reader)
                said = [line.sentence, line.soft, *(choice.label for choice in line.choices)]
                said += [*words.news([question], reader), *words.soft_lines([question], reader).values()]
                assert unspoken("\n".join(said), named(planned)) == [], (kind, outcome, said)


def test_no_refusal_escapes_translation(app: FastAPI, home: Home) -> None:
    site: Site = app.state.site
    for kind in messages():
        page = bytes(message_page(site, 400, kind=kind).body).decode()
        assert unspoken(said_in(page), named(home)) == [], kind


def test_what_a_calendar_s_server_says_escapes_neither_pages_nor_mails(home: Home, ana: TestClient) -> None:
    refused = AuthExpiredError(
        Sentence("The server at %(host)s refused the user name or password.", host="dav.me")
    )
    asks = UnavailableError(Sentence("The server at %(host)s does not answer.", host="dav.me"))
    names = [*named(home), "dav.me", "Roster"]
    roster = home.add_feed(ANA, "Roster")
    outbox = home.store.outbox
    post = OutboxPost(outbox, home.store.links, home.clock, sender="offplate@example.org", base_url=BASE_URL)
    for error in (asks, refused):
        roster.broken = UnavailableError(Sentence("Nothing answers at %(address)s.", address="dav.me"))
        home.server.fail_next(error)
        tick(replace(home.world, post=post), HOME)
        account = home.store.accounts.get(HOME, ANA)
        assert account is not None
        assert account.problem == said_of(error)
        for path in ("/week", "/me", "/me/calendars"):
            assert unspoken(said_in(ana.get(path).text), names) == [], path
        assert said_of(error) in html.unescape(ana.get("/me/calendars").text)
        home.clock.move(timedelta(hours=20))
    told = [mail for mail in outbox.due(now=home.clock.now()) if mail.kind == "needs_you"]
    assert told
    for mail in told:
        plain = message_from_bytes(mail.message, policy=default).get_body(("plain",))
        assert plain is not None
        assert unspoken(plain.get_content(), names) == []


def test_a_password_that_is_refused_while_connecting_is_said_in_the_language(
    home: Home, ben: TestClient
) -> None:
    home.server.account("ben").password = "canary-7b1d"
    attempt = re.search(
        r'name="attempt" value="([^"]+)"', connecting(ben, "", address="ben@example.org").text
    )
    assert attempt
    page = connecting(ben, "/account", attempt=attempt[1], username="ben", password="wrong")
    assert page.status_code == 422
    assert _("The server refused the user name or password.") in page.text
    assert "refused" not in page.text


def test_no_mail_escapes_translation(planned: Home, ana: TestClient, ben: TestClient) -> None:
    outbox, household = planned.store.outbox, planned.store.households.get(HOME)
    links, clock = planned.store.links, planned.clock
    post = OutboxPost(outbox, links, clock, sender="offplate@example.org", base_url=BASE_URL)
    world, now = replace(planned.world, post=post), planned.clock.now()
    for partner in household.partners:
        mail_check_in(world, household, partner, WEEK, now)
    for client, name in ((ana, "ana"), (ben, "ben")):
        send(client, name, state="weeds")
    for client, name in ((ana, "ana"), (ben, "ben")):
        agree(client, name)
    tick(world, HOME)
    queued = outbox.due(now=now)
    deliver(planned)
    clock.move(timedelta(days=1))
    entries = [e for e in planned.server.account(ANA).entries() if e.title == "Laundry"]
    laundry = max(entries, key=lambda entry: entry.time.start_at)
    planned.server.account(ANA).retitle(laundry.uid, "> Laundry")
    tick(world, HOME)
    for partner in household.partners:
        mail_problem(world, household, partner, WEEK, until_looked(), clock.now(), trouble="gone")
    queued += [mail for mail in outbox.due(now=clock.now()) if mail.kind == "needs_you"]
    mails = [message_from_bytes(mail.message, policy=default) for mail in queued]
    assert len(mails) == 7
    for mail in mails:
        said = [str(mail["Subject"])]
        for part in mail.walk():
            if part.get_content_type() == "text/plain":
                said.append(part.get_content())
            if part.get_content_type() == "text/html":
                said.append(said_in(part.get_content()))
        assert unspoken("\n".join(said), named(planned)) == []
