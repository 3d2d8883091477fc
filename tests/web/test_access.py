"""Who may see and change what: every address, asked by everybody who might ask.

own session · the partner's · none · expired · revoked · another household's · and the console.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from sqlalchemy import select
from starlette.testclient import TestClient

from service.cli import parse
from service.domain.household import HouseholdId, PartnerId
from service.flow import check_in
from service.flow.invite import link_for
from service.flow.week import tick
from service.store import schema
from service.web.access import ACCESS
from service.web.sessions import own_form, reader_of
from tests.builders import ANA, BEN, HOME, WEEK, Home, a_household, some_chores
from tests.web.conftest import OWN_PAGE, come_in, path_for
from tests.web.routes import api_routes, filled_in, routes_of

Phone = Callable[[], TestClient]

NEIGHBOURS = HouseholdId("neighbours")
CANARY = "canary-of-ben"
OWN = [row for row, audience in ACCESS.items() if audience == "own"]
FORMS: Mapping[str, Mapping[str, str]] = {
    "/check-in/{week}/answer": {"state": "fine", "appreciation": "Tea."},
    "/check-in/{week}/agree": {"made_at": "2026-11-29T18:00:00+00:00"},
    "/week/{week}/question/{question}": {"answer": "take"},
    "/connect": {"address": "ana@example.org"},
    "/connect/account": {"attempt": "x", "username": "ana", "password": "secret"},
    "/connect/save": {"attempt": "x", "home": "own"},
}
"""What a page's own form sends beside who filled it in; an address that is not here gets that alone."""


@pytest.fixture
def asked(planned: Home) -> Home:
    """Beside Ana and Ben's a second home, with an Ana and a Ben of its own and the same ids."""
    there = replace(a_household(), id=NEIGHBOURS, name="Next door")
    planned.store.households.save(there)
    planned.store.households.seed_chores(NEIGHBOURS, some_chores())
    check_in.open_check_in(planned.world, NEIGHBOURS, WEEK)
    laundry = next(e for e in planned.server.account(BEN).entries() if e.title == "Bathroom")
    planned.server.account(BEN).retitle(laundry.uid, "> Bathroom")
    tick(planned.world, HOME)
    return planned


def of_household(home: Home, household: HouseholdId) -> dict[str, list[Any]]:
    """Every row of that household, but sessions and whose turn it is."""
    with home.store._database.read() as connection:
        return {
            table.name: [row for row in map(tuple, connection.execute(select(table))) if household in row]
            for table in schema.metadata.sorted_tables
            if table.name not in ("link", "due")
        }


@contextmanager
def nothing_changes(home: Home, *households: HouseholdId) -> Iterator[None]:
    before = [of_household(home, each) for each in households]
    yield
    assert [of_household(home, each) for each in households] == before


def ask(client: TestClient, row: str, *, reader: str = "home/ana", **parts: str):  # type: ignore[no-untyped-def]
    method, path = row.split(" ")
    if method == "GET":
        return client.get(filled_in(path, **parts))
    form = {"reader": reader, **FORMS.get(path, {})}
    return client.post(filled_in(path, **parts), data=form, headers=OWN_PAGE)


def test_every_address_has_a_row_and_every_row_an_address(app: FastAPI) -> None:
    """A new page fails here until `service/web/access.py` says who may ask for it."""
    assert {f"{method} {path}" for method, path in routes_of(app)} == set(ACCESS)


def test_the_rows_are_what_the_application_does(app: FastAPI) -> None:
    """An own page asks for a session; what changes something there, for who filled it in, as well."""
    for route in api_routes(app):
        asks = {each.call for each in everything_under(route.dependant)}
        for method in route.methods - {"HEAD"}:
            row = f"{method} {route.path}"
            assert (reader_of in asks) == (ACCESS[row] == "own"), row
            assert (own_form in asks) == (ACCESS[row] == "own" and method != "GET"), row


def everything_under(dependant: Dependant) -> Iterator[Dependant]:
    for each in dependant.dependencies:
        yield each
        yield from everything_under(each)


def test_without_a_session_of_ones_own_there_is_nothing(asked: Home, phone: Phone) -> None:
    expired = come_in(asked, phone(), "ana")
    asked.clock.move(timedelta(days=31))
    revoked = come_in(asked, phone(), "ana")
    asked.store.links.revoke(HOME, ANA)
    forged = phone()
    forged.cookies.set("offplate", "t" * 43)
    with nothing_changes(asked, HOME, NEIGHBOURS):
        for row in OWN:
            for client in (phone(), expired, revoked, forged):
                refused = ask(client, row)
                assert refused.status_code == 403, row
                assert "Whose week is it?" in refused.text, row
                assert "Ana" not in refused.text, row


def test_nobody_fills_in_a_form_for_the_other(asked: Home, ana: TestClient, ben: TestClient) -> None:
    with nothing_changes(asked, HOME, NEIGHBOURS):
        for row in (row for row in OWN if row.startswith("POST")):
            for client, reader in ((ben, "home/ana"), (ana, "home/ben"), (ana, ""), (ana, "neighbours/ana")):
                refused = ask(client, row, reader=reader)
                assert refused.status_code == 409, row
                assert "somebody else now" in refused.text, row


def test_another_household_is_never_reached(asked: Home, phone: Phone) -> None:
    expires_at = asked.clock.now() + timedelta(days=8)
    url = link_for(asked.world, NEIGHBOURS, ANA, week=WEEK, expires_at=expires_at)
    neighbour = phone()
    assert neighbour.get(url.removeprefix(asked.world.base_url)).status_code == 303
    check_in.answer(asked.world, HOME, BEN, WEEK, state="weeds", appreciation=CANARY)
    (question,) = asked.store.questions.of_week(HOME, WEEK)
    with nothing_changes(asked, HOME):
        for row in OWN:
            for reader in ("home/ana", "neighbours/ana"):
                answer = ask(neighbour, row, reader=reader, question=question.id)
                assert answer.status_code < 500, row
                for theirs in (CANARY, "> Bathroom", "Ben asks you"):
                    assert theirs not in answer.text, row


def test_ones_own_pages_open_and_say_nothing_that_is_the_partners_alone(asked: Home, ana: TestClient) -> None:
    """What Ben answered, what is wrong with his calendar, how he signs in, what keeps him busy."""
    check_in.answer(asked.world, HOME, BEN, WEEK, state="blown", appreciation=CANARY)
    asked.store.accounts.save_problem(HOME, BEN, problem=f"Refused: {CANARY}", retry_at=None)
    for row in (row for row in OWN if row.startswith("GET")):
        page = ask(ana, row)
        assert page.status_code in (200, 303), row
        for secret in (CANARY, "ben@example.org", "memory:ben"):
            assert secret not in page.text, row


def test_the_sealed_answer_leaves_no_trace_on_any_page_of_the_other(
    asked: Home, phone: Phone, ana: TestClient
) -> None:
    """Pages before and after Ben's answer are the same to the byte, whatever he said."""
    rows = [row for row in OWN if row.startswith("GET")]
    before = {row: ask(ana, row).text for row in rows}
    check_in.answer(asked.world, HOME, BEN, WEEK, state="blown", appreciation=CANARY)
    assert {row: ask(ana, row).text for row in rows} == before


def test_a_late_answer_leaves_no_trace_either_but_the_week_it_makes(asked: Home, ana: TestClient) -> None:
    """Until it is planned with, every page of who has not answered is the same to the byte."""
    asked.clock.move(timedelta(hours=3))
    rows = [row for row in OWN if row.startswith("GET")]
    before = {row: ask(ana, row).text for row in rows}
    assert check_in.view(asked.world, HOME, BEN, WEEK).is_late
    check_in.answer(asked.world, HOME, BEN, WEEK, state="blown", appreciation=CANARY)
    assert {row: ask(ana, row).text for row in rows} == before


def test_a_link_is_for_one_person_and_one_purpose(asked: Home, phone: Phone) -> None:
    client = phone()
    path = path_for(asked, "ben")
    with nothing_changes(asked, HOME, NEIGHBOURS):
        assert client.get(path).status_code == 303
        assert "Ana asks" not in client.get("/week").text
        assert client.get(path.replace("/c/", "/u/")).status_code == 404
        assert (
            client.post(path.replace("/c/", "/u/"), data={"List-Unsubscribe": "One-Click"}).status_code == 404
        )


def test_looking_at_everything_changes_nothing(asked: Home, ana: TestClient, app: FastAPI) -> None:
    with nothing_changes(asked, HOME, NEIGHBOURS):
        for method, path in routes_of(app):
            if method == "GET":
                for ask_once in (ana.get, ana.head, ana.options):
                    assert ask_once(filled_in(path)).status_code < 500


CONSOLE = {
    "demo": "nobody's",
    "test": "nobody's",
    "init": "begins a household",
    "serve": "the host's",
    "sync": "the host's",
    "plan": "the host's",
    "snapshot": "the host's",
    "doctor": "the host's",
    "backup": "the host's",
    "restore": "the host's",
    "migrate": "the host's",
    "rotate-key": "the host's",
    "connect": "a calendar, by who knows its password",
    "check-in": "an answer or agreement, marked on the shared page",
    "leave": "removes one partner",
    "erase": "removes the household",
}
"""No command changes a ceiling, quiet hours, self-care or liking: those are on their own page alone."""


def test_the_console_can_do_what_the_host_needs_and_nothing_of_a_persons_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parse(["no-such-command"])
    named = capsys.readouterr().err.partition("choose from ")[2].partition(")")[0]
    assert {name.strip(" '") for name in named.split(",")} == set(CONSOLE)


def test_what_was_given_at_the_console_says_so_to_both(asked: Home, ana: TestClient, ben: TestClient) -> None:
    for partner, state in ((ANA, "fine"), (BEN, "weeds")):
        check_in.answer(asked.world, HOME, PartnerId(partner), WEEK, state=state, source="console")
    for client in (ana, ben):
        assert client.get(f"/check-in/{WEEK}").text.count("(entered at the console)") == 2
