"""One Google: accounts, projects, the API behind its gate, OAuth, and the levers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import RLock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from service.demo.google_double import gate, selection
from service.demo.google_double.accounts import Accounts
from service.demo.google_double.calendars import Calendars
from service.demo.google_double.consent import AUTHORIZE, STYLE, ConsentPage, style
from service.demo.google_double.discovery import Method
from service.demo.google_double.event_lists import EventLists
from service.demo.google_double.events import Events
from service.demo.google_double.faults import Faults
from service.demo.google_double.grants import Client
from service.demo.google_double.oauth import OAuth, spelled
from service.demo.google_double.person import Person
from service.demo.google_double.reach import Caller
from service.demo.google_double.rules import Call
from service.demo.google_double.shapes import problems_of
from service.demo.google_double.wire import Answer, OAuthRefusalError, RefusalError, Request

CLIENT_ID = "1234567890-double.apps.googleusercontent.com"
CLIENT_SECRET = "GOCSPX-double"  # noqa: S105  (of a Google that is none)

_TOKEN, _REVOKE, _USERINFO = "/token", "/revoke", "/v1/userinfo"

Play = Callable[[Caller, Call, Mapping[str, str]], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Logged:
    """A request as it came in: the method's name, its path parameters, its body, what it was answered
    (`None`: nothing)."""

    method: str
    path: Mapping[str, str]
    body: Mapping[str, Any]
    status: int | None
    carried_out: bool


class BrokenDoubleError(AssertionError):
    """The double itself answers what Google's schemas do not allow. Mend the double."""


class GoogleDouble:
    """See the package for how to use it. Safe for several threads: one request at a time.

    `now` is the clock of everything: tokens, codes, `updated`. Aware.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.accounts = Accounts(now)
        self.oauth = OAuth(self.accounts)
        self.consent = ConsentPage(self.oauth)
        self.faults = Faults()
        self.log: list[Logged] = []
        self.problems: list[gate.Problem] = []
        self.lists = EventLists(self.accounts)
        self.after_change: Callable[[], None] = lambda: None
        self._lock = RLock()
        events, calendars = Events(self.accounts), Calendars(self.accounts)
        self._plays: dict[str, Play] = {
            "calendars.insert": calendars.insert,
            "calendars.get": calendars.get,
            "calendars.patch": calendars.patch,
            "calendars.delete": calendars.delete,
            "calendarList.list": calendars.listed,
            "calendarList.get": calendars.list_entry,
            "calendarList.patch": calendars.patch_entry,
            "events.get": events.get,
            "events.list": self.lists.list,
            "events.insert": events.insert,
            "events.patch": events.patch,
            "events.update": events.update,
            "events.delete": events.delete,
            "freebusy.query": calendars.busy,
        }
        self.add_client(CLIENT_ID, CLIENT_SECRET)

    @property
    def played_methods(self) -> frozenset[str]:
        """The others pass the gate and are answered 501."""
        return frozenset(self._plays)

    # Who there is.

    def add_account(self, email: str, *, time_zone: str = "Europe/Berlin") -> Person:
        return Person(self.accounts.add_account(email, time_zone), self.accounts)

    def rename_account(self, email: str, new: str) -> None:
        """The person takes another address; what they granted holds under it."""
        with self._lock:
            self.accounts.rename_account(email, new)
            self.oauth.rename(email, new)

    def person(self, email: str) -> Person:
        """The holder of an account that is there."""
        return Person(self.accounts.accounts[email], self.accounts)

    def add_client(
        self, client_id: str, secret: str, *, redirect_uris: Collection[str] = (), testing: bool = False
    ) -> Client:
        """An OAuth client, or the one of that id anew; one with `CLIENT_ID` is there from the start."""
        client = Client(client_id, secret, tuple(redirect_uris), testing)
        self.oauth.clients[client_id] = client
        return client

    # Shortcuts past the consent page.

    def connect(self, email: str, scopes: Collection[str], *, client_id: str = CLIENT_ID) -> str:
        """The refresh token of a consent to exactly these scopes."""
        with self._lock:
            return self.oauth.issue(self.oauth.clients[client_id], email, spelled(scopes)).token

    def access_token(self, email: str, scopes: Collection[str], *, client_id: str = CLIENT_ID) -> str:
        with self._lock:
            return self.oauth.access(client_id, email, spelled(scopes))

    def answer_consent(
        self, address: str, email: str, *, untick: Collection[str] = (), deny: bool = False
    ) -> str:
        """What a person does on the page at `address`: where the browser goes from there.

        `email` may be another account than the hint. Raises `PageRefusalError` where the page is an error.
        """
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        with self._lock:
            if deny:
                return self.consent.denied(asked)
            rights = set(self.consent.rights_asked_for(asked)) - set(untick)
            return self.consent.granted(asked, email, rights)

    # Levers beside `faults`.

    def expire_sync_tokens(self, *, forget_deletions: bool = True) -> None:
        """Sync tokens so far answer 410; `forget_deletions`: and no list tells of what was deleted."""
        with self._lock:
            self.lists.expire_sync_tokens()
            if forget_deletions:
                for calendar in self.accounts.calendars.values():
                    calendar.forgotten = self.accounts.last_sequence

    def expire_access_tokens(self) -> None:
        """Each is answered 401 from now on; the next refresh brings a good one."""
        with self._lock:
            self.oauth.expire_access_tokens()

    def set_access_token_life(self, life: timedelta) -> None:
        self.oauth.access_life = life

    def revoke(self, email: str) -> None:
        """The person takes every right away, in the settings of the account."""
        with self._lock:
            self.oauth.forget(email)

    def delete_client(self, client_id: str = CLIENT_ID) -> None:
        self.oauth.clients[client_id].deleted = True

    def set_testing(self, client_id: str = CLIENT_ID, *, testing: bool = True) -> None:
        """The project's publishing status: in testing, a consent holds for seven days."""
        self.oauth.clients[client_id].testing = testing

    # The answer to everything.

    def answer(self, request: Request) -> Answer | None:
        """`None`: hang up. Paths are enough; it does not matter to which of Google's hosts it went."""
        with self._lock:
            answer = self._answer(request)
            if request.verb != "GET":
                self.after_change()
            return answer

    def _answer(self, request: Request) -> Answer | None:
        name = _ENDPOINTS.get(request.path) or gate.name_of(request)
        fault = self.faults.meet(name)
        if fault is None:
            return self._carry_out(name, request)
        change, carried_out = fault
        answer = self._carry_out(name, request) if carried_out else Answer(500)
        changed = change(answer)
        self._note_fault(name, changed, carried_out=carried_out)
        return changed

    def _carry_out(self, name: str, request: Request) -> Answer:
        if name in _ENDPOINTS.values():
            return self._endpoint(name, request)
        call = Call(name)
        try:
            account, client, granted = self.oauth.bearer(request.headers.get("authorization", ""))
            passed = gate.check(request)
            call = passed.call
            scopes = gate.usable_scopes(passed.method, granted)
            answer = self._play(Caller(account, client, scopes), passed, request.headers)
        except gate.GateError as refused:
            self.problems += refused.problems
            answer = refused.refusal.answer()
        except RefusalError as refusal:
            answer = refusal.answer()
        self.log.append(Logged(name, call.path, call.body, answer.status, answer.status < 400))
        return answer

    def _play(self, caller: Caller, passed: gate.Passed, headers: Mapping[str, str]) -> Answer:
        play = self._plays.get(passed.method.name)
        if play is None:
            raise RefusalError(501, "notPlayed", f"The double does not play {passed.method.name}.")
        found = play(caller, passed.call, headers)
        if found is None:
            return Answer(204)
        self._insist_on_schema(found, passed.method)
        etag = {"etag": found["etag"]} if "etag" in found else {}
        return Answer.of_json(selection.select(found, passed.fields or {}), 200, **etag)

    def _insist_on_schema(self, found: dict[str, Any], method: Method) -> None:
        """Raise BrokenDoubleError, and note a problem, for over HTTP nobody would see the error."""
        schema = {"$ref": method.response} if method.response else {"type": "object"}
        wrong = list(problems_of(found, schema, method.name, offsets=True))
        if wrong:
            self.problems += [gate.Problem(method.name, said, "the double itself") for said in wrong]
            raise BrokenDoubleError("; ".join(wrong))

    def _endpoint(self, name: str, request: Request) -> Answer:
        authorization = request.headers.get("authorization", "")
        try:
            if name == "authorize":
                return self.consent.show(request) if request.verb == "GET" else self.consent.answer(request)
            if name == "style":
                return style()
            if name == "userinfo":
                return Answer.of_json(self.oauth.userinfo(authorization))
            if request.verb != "POST":
                raise OAuthRefusalError("invalid_request", "Only POST.", 405)
            if name == "token":
                return Answer.of_json(self.oauth.token(request.form(), authorization))
            token = request.form().get("token") or request.query.get("token", [""])[0]
            self.oauth.revoke(token)
            return Answer.of_json({})
        except (OAuthRefusalError, RefusalError) as refusal:
            return refusal.answer()

    def _note_fault(self, name: str, changed: Answer | None, *, carried_out: bool) -> None:
        """The log tells what the caller got, and that nothing was done where nothing was."""
        if name in _ENDPOINTS.values():
            return
        status = changed.status if changed else None
        if carried_out:
            last = self.log.pop()
            self.log.append(Logged(last.method, last.path, last.body, status, last.carried_out))
        else:
            self.log.append(Logged(name, {}, {}, status, carried_out=False))


_ENDPOINTS = {
    AUTHORIZE: "authorize",
    _TOKEN: "token",
    _REVOKE: "revoke",
    _USERINFO: "userinfo",
    STYLE: "style",
}
