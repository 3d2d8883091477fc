"""What a token may do with a calendar: its scopes first, then the account's role in the calendar.

What each scope reaches is in its own words in the discovery document
(https://developers.google.com/workspace/calendar/api/auth).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from service.demo.google_double.accounts import WRITERS, Account, Accounts, StoredCalendar
from service.demo.google_double.wire import RefusalError, not_found

SCOPE = "https://www.googleapis.com/auth/"
APP_CREATED = f"{SCOPE}calendar.app.created"
_OWNED = (f"{SCOPE}calendar.events.owned", f"{SCOPE}calendar.events.owned.readonly")
_TIMES_ONLY = (f"{SCOPE}calendar.events.freebusy", f"{SCOPE}calendar.freebusy")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it is, which client holds it, and those of its scopes that reach the method."""

    account: Account
    client: str
    scopes: Collection[str]


@dataclass(frozen=True, slots=True)
class Reach:
    """`words`: whether more than times may be seen."""

    calendar: StoredCalendar
    role: str
    words: bool


def reach(accounts: Accounts, caller: Caller, calendar_id: str) -> Reach:
    """The calendar, as far as this caller gets to it.

    Raises:
        RefusalError: 404, it is not there or not this account's; 403, no scope reaches it.
    """
    name = caller.account.email if calendar_id == "primary" else calendar_id
    calendar = accounts.calendars.get(name)
    if calendar is None or caller.account.email not in calendar.roles:
        raise not_found()
    role = calendar.roles[caller.account.email]
    reaching = [scope for scope in caller.scopes if _reaches(scope, caller, calendar, role)]
    if not reaching:
        raise beyond_the_scope()
    words = any(scope not in _TIMES_ONLY for scope in reaching) and role != "freeBusyReader"
    return Reach(calendar, role, words)


def insist_on_writing(found: Reach) -> None:
    if found.role not in WRITERS:
        raise RefusalError(403, "requiredAccessLevel", "You need to have writer access to this calendar.")


def insist_on_owning(found: Reach) -> None:
    if found.role != "owner":
        raise RefusalError(403, "forbidden", "Forbidden")


def beyond_the_scope() -> RefusalError:
    """Not verified at Google: which refusal it is when `calendar.app.created` meets a calendar that the
    app did not make; it could as well be 404."""
    return RefusalError(403, "insufficientPermissions", "Request had insufficient authentication scopes.")


def _reaches(scope: str, caller: Caller, calendar: StoredCalendar, role: str) -> bool:
    if scope == APP_CREATED:
        return made_by(calendar, caller)
    return scope not in _OWNED or role == "owner"


def made_by(calendar: StoredCalendar, caller: Caller) -> bool:
    """Not verified at Google: whether a project's new client still reaches what its old one made. The
    harder of the two is played: it does not."""
    return calendar.made_by == caller.client
