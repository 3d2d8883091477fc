"""`CalDavOnboarding`: the way to an account by its address, and a live test that changes nothing.

`locating` finds the address, `try_account` signs in and says what is there. Its errors are the known
ones, with a next step for somebody who is just connecting. Nothing is sent but PROPFINDs; nothing is
kept.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from connectors.caldav import bodies
from connectors.caldav.client import CalDavAccount, CalDavClient
from connectors.caldav.discovery import Homes, discover, is_calendar
from connectors.caldav.dns_records import LookUp, look_up
from connectors.caldav.listing import holds_events, is_writable, mark_of
from connectors.caldav.locating import locate
from connectors.caldav.multistatus import CALDAV, CALENDARSERVER, DAV, Member
from connectors.caldav.providers import CHOOSE_ONE, Provider, by_address
from connectors.errors import AuthExpiredError, ConnectorError, RetryLaterError
from connectors.model import CalendarId, Found, FoundCalendar, Located
from connectors.retry import Patience
from connectors.sentences import NOTHING, Sentence

SECONDS_A_REQUEST = 10.0
"""Somebody waits before a page."""

NOTHING_SAVED = Sentence("Nothing was saved; try again in a few minutes.")


class CalDavOnboarding:
    """The protocol's `Onboarding`. `look_up` asks DNS for service records; `sleep` is never needed long."""

    def __init__(
        self,
        *,
        allow_private_hosts: frozenset[str] = frozenset(),
        sleep: Callable[[float], None],
        look_up: LookUp = look_up,
        total_seconds: float = SECONDS_A_REQUEST,
    ) -> None:
        self._allow = allow_private_hosts
        self._sleep = sleep
        self._look_up = look_up
        self._total_seconds = total_seconds

    def locate(self, typed: str) -> Located:
        try:
            return locate(
                typed,
                look_up=self._look_up,
                allow_private_hosts=self._allow,
                total_seconds=self._total_seconds,
            )
        except RetryLaterError as error:
            error.next_step = NOTHING_SAVED
            raise

    def try_account(self, url: str, username: str, password: str) -> Found:
        return try_account(
            url,
            username,
            password,
            allow_private_hosts=self._allow,
            sleep=self._sleep,
            total_seconds=self._total_seconds,
        )


def try_account(
    url: str,
    username: str,
    password: str,
    *,
    allow_private_hosts: frozenset[str],
    sleep: Callable[[float], None],
    total_seconds: float = SECONDS_A_REQUEST,
) -> Found:
    """Sign in at `url` and say what is there; two to five requests, each asked once.

    Raises:
        ConnectorError: as `Onboarding.try_account` says; the text is for the person.
    """
    client = CalDavClient(
        CalDavAccount(url, username, password),
        sleep=sleep,
        allow_private_hosts=allow_private_hosts,
        total_seconds=total_seconds,
        patience=Patience(attempts=1),
    )
    try:
        return _look_around(client, url)
    except ConnectorError as error:
        _advise(error, by_address(url))
        raise
    finally:
        client.close()


def _look_around(client: CalDavClient, url: str) -> Found:
    homes = discover(client)
    calendars: list[FoundCalendar] = []
    itself: Member | None = None
    for home in homes.urls:
        answer = client.multistatus("PROPFIND", home, bodies.CALENDARS, depth=homes.depth)
        itself = itself or answer.itself(home)
        calendars += [_found(member) for member in answer.members if is_calendar(member)]
    provider = by_address(homes.urls[0]) or by_address(url)
    can_make = homes.depth == 1 and (itself is None or is_writable(itself))
    can_make = can_make and (provider is None or provider.makes_calendars)
    return Found(
        url=url,
        principal=homes.principal,
        home=homes.urls[0],
        calendars=tuple(calendars),
        can_make_calendars=can_make,
        notes=tuple(_notes(homes, calendars, can_make, provider)),
    )


def _found(member: Member) -> FoundCalendar:
    url = member.url if member.url.endswith("/") else member.url + "/"
    by_tag = member.text(f"{CALENDARSERVER}getctag") is not None
    return FoundCalendar(
        id=CalendarId(url),
        name=member.text(f"{DAV}displayname") or unquote(url.rstrip("/").rpartition("/")[2]),
        writable=is_writable(member),
        holds_events=holds_events(member),
        changes="sync report" if member.text(f"{DAV}sync-token") else "tag" if by_tag else "listing",
        mark=mark_of(url, member.text(f"{CALDAV}calendar-description") or ""),
    )


def _notes(
    homes: Homes, calendars: list[FoundCalendar], can_make: bool, provider: Provider | None
) -> list[Sentence]:
    notes = [*provider.limits] if provider else []
    for_events = [calendar for calendar in calendars if calendar.holds_events]
    if not for_events:
        notes.append(Sentence("There is no calendar for events in this account yet."))
    if not can_make and CHOOSE_ONE not in notes:
        notes.append(CHOOSE_ONE)
    if any(calendar.changes == "listing" for calendar in for_events):
        notes.append(
            Sentence("This server does not tell what changed, so every look at it is a whole listing.")
        )
    if homes.depth == 0:
        notes.append(
            Sentence("This is the address of a single calendar; others of the account are not seen.")
        )
    return notes


def _advise(error: ConnectorError, provider: Provider | None) -> None:
    """The next step of somebody who is just connecting, where it is another than a running service's."""
    if isinstance(error, AuthExpiredError):
        advice = provider.password_advice if provider else NOTHING
        error.next_step = Sentence("Check the user name and the password.").then(advice)
    elif isinstance(error, RetryLaterError):
        error.next_step = NOTHING_SAVED
