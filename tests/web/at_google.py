"""A home whose Ben may connect at a Google of our own, from a phone that follows no redirect unseen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from connectors.google import GoogleApp, GoogleClient, GoogleEndpoints
from connectors.protocol import CalendarConnector
from service.demo.google_double import CLIENT_ID, CLIENT_SECRET, GoogleDouble, Person, serving
from service.mail.post import OutboxPost
from service.ports import Account
from service.web.app import create_app
from service.wiring import connector_opener, consent_at
from tests.builders import ANA, BEN, HOME, Home, a_chore, a_home
from tests.web.conftest import OWN_PAGE, come_in

EMAIL = "ben@example.com"
BASE_URL = "http://127.0.0.1:8000"
_HOSTS = ("127.0.0.1",)
FEW = [
    a_chore("Bins", "ben", minutes=15, window="Wed 17:00-21:45", shed="never"),
    a_chore("Laundry", "ana", window="Tue 19:00-21:00"),
]


@dataclass
class AtGoogle:
    """Ana on CalDAV in memory, Ben about to connect at Google."""

    home: Home
    double: GoogleDouble
    ben: Person

    @property
    def account(self) -> Account | None:
        return self.home.store.accounts.get(HOME, BEN)

    def sends_back_to(self, base_url: str) -> None:
        """Register the redirect of the pages at `base_url`, as their host does in the console."""
        testing = self.double.oauth.clients[CLIENT_ID].testing
        back = f"{base_url}/connect/google/back"
        self.double.add_client(CLIENT_ID, CLIENT_SECRET, redirect_uris=[back], testing=testing)


@contextmanager
def a_home_at_google(folder: Path) -> Iterator[AtGoogle]:
    with ExitStack() as stack:
        made = stack.enter_context(a_home(folder, chores=FEW, accounts=(ANA,)))
        double = GoogleDouble(now=made.clock.now)
        ben = double.add_account(EMAIL)
        at = stack.enter_context(serving(double))
        endpoints = GoogleEndpoints(at.api, at.authorize, at.token, at.revoke, at.userinfo)
        app = GoogleApp(GoogleClient(CLIENT_ID, CLIENT_SECRET), endpoints)
        in_memory = made.world.open_connector
        at_google = connector_opener(made.clock, _HOSTS, accounts=made.store.accounts, google=app)

        def connector(account: Account) -> CalendarConnector:
            return at_google(account) if account.kind == "google" else in_memory(account)

        post = OutboxPost(
            made.store.outbox, made.store.links, made.clock, sender="O <o@example.org>", base_url=BASE_URL
        )
        world = replace(
            made.world, post=post, google=consent_at(app, made.clock, _HOSTS), open_connector=connector
        )
        yield AtGoogle(replace(made, world=world), double, ben)
        assert [str(problem) for problem in double.problems] == []


@dataclass
class Phone:
    """One partner's phone. `asked` is Google's page that ours leads to, `answer` what is done there."""

    there: AtGoogle
    client: TestClient
    partner: str = "ben"
    asked: str = field(default="", repr=False)

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def post(self, path: str, **form: str | list[str]) -> Response:
        return self.client.post(path, data={"reader": f"home/{self.partner}", **form}, headers=OWN_PAGE)

    def ask(self, **form: str) -> Response:
        shown = self.post("/connect/google", **form)
        address = shown.text.partition('class="primary" href="')[2].partition('"')[0]
        self.asked = address.replace("&amp;", "&")
        return shown

    def answer(self, email: str = EMAIL, *, untick: tuple[str, ...] = (), deny: bool = False) -> str:
        """Where Google sends the browser after that, as a path of ours."""
        address = self.there.double.answer_consent(self.asked, email, untick=untick, deny=deny)
        parts = urlsplit(address)
        return f"{parts.path}?{parts.query}"

    def connect(self) -> Response:
        """All of it: asked, agreed, seen and saved."""
        self.ask()
        assert self.get(self.answer()).headers["location"] == "/connect/google/found"
        return self.save()

    def save(self) -> Response:
        """*Save*, on the page that stands there now."""
        seen = self.get("/connect/google/found").text.partition('name="seen" value="')[2].partition('"')[0]
        return self.post("/connect/google/save", seen=seen)


@dataclass
class Pages:
    """The pages of that home, and phones that have come in."""

    there: AtGoogle
    app: FastAPI
    stack: ExitStack

    def stranger(self) -> Phone:
        """A phone that nobody has come in on yet."""
        client = TestClient(self.app, base_url=BASE_URL, follow_redirects=False)
        return Phone(self.there, self.stack.enter_context(client))

    def phone(self, partner: str = "ben") -> Phone:
        client = TestClient(self.app, base_url=BASE_URL, follow_redirects=False)
        return Phone(self.there, come_in(self.there.home, self.stack.enter_context(client), partner), partner)


@contextmanager
def pages_at_google(folder: Path) -> Iterator[Pages]:
    with ExitStack() as stack:
        there = stack.enter_context(a_home_at_google(folder))
        there.sends_back_to(BASE_URL)
        yield Pages(there, create_app(there.home.world, base_url=BASE_URL), stack)
