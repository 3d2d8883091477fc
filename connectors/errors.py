"""Everything that can go wrong with a calendar, sorted by what the caller must do.

ConnectorError
├─ RetryLaterError            leave it for the next tick; `retry_after` seconds if the server said
│  ├─ UnavailableError        unreachable, timed out, 5xx, a reply lost half-way
│  ├─ RateLimitedError        429, or 503 with Retry-After
│  └─ QuotaExhaustedError     storage or daily quota used up; hours, not minutes
├─ NeedsPersonError           one mail to its person; the other accounts go on
│  ├─ AuthExpiredError        the name or password (or token) is refused
│  ├─ AccessDeniedError       signed in, but not allowed: read-only, missing right
│  │  └─ OutOfReachError      our own calendar stands, and this sign-in no longer reaches it
│  ├─ CalendarGoneError       the calendar (or address) is not there
│  └─ UnsafeAddressError      an address that must not be used: plain http, private host
│     └─ BadCertificateError  https, but nobody vouches for it, or for another name
├─ StaleViewError             re-read: the person's version wins
│  ├─ EntryChangedError       somebody edited the entry since we saw it (412)
│  ├─ EntryExistsError        a stranger holds this UID
│  └─ EntryGoneError          somebody deleted it
├─ CursorExpiredError         inside a connector only: start over and sweep by absence
└─ BadResponseError           the server broke its protocol: reported, never retried blindly
"""

from __future__ import annotations

from connectors.sentences import Sentence


class ConnectorError(Exception):
    """Base of the tree. `detail` is safe to log: no titles, no tokens, no passwords.

    `next_step` is one plain sentence for the person who reads the message. Both are English as they stand;
    `said` can be put in another language.
    """

    next_step = Sentence("Run doctor to see what is wrong.")

    def __init__(
        self, detail: Sentence, *, connector: str = "", calendar: str = "", operation: str = ""
    ) -> None:
        super().__init__(detail)
        self.detail = Sentence.of(detail)
        self.connector = connector
        self.calendar = calendar
        self.operation = operation

    def __str__(self) -> str:
        return str(self.said)

    @property
    def said(self) -> Sentence:
        """What happened and what to do, for a person."""
        return self.detail.then(self.next_step)


class RetryLaterError(ConnectorError):
    next_step = Sentence("Nothing is lost; it is tried again at the next tick.")

    def __init__(
        self,
        detail: Sentence,
        *,
        retry_after_seconds: float | None = None,
        connector: str = "",
        calendar: str = "",
        operation: str = "",
    ) -> None:
        super().__init__(detail, connector=connector, calendar=calendar, operation=operation)
        self.retry_after_seconds = retry_after_seconds


class UnavailableError(RetryLaterError):
    pass


class RateLimitedError(RetryLaterError):
    pass


class QuotaExhaustedError(RetryLaterError):
    next_step = Sentence("The account is full or has used up its day; make room, or wait until tomorrow.")


class NeedsPersonError(ConnectorError):
    pass


class AuthExpiredError(NeedsPersonError):
    next_step = Sentence("Check the user name and the (app) password, then connect again.")


class ConsentRefusedError(NeedsPersonError):
    next_step = Sentence("Nothing was connected; start again when you like.")


class AccessDeniedError(NeedsPersonError):
    next_step = Sentence("Choose a calendar you may write to, or ask its owner for the right to.")


class OutOfReachError(AccessDeniedError):
    """No right that could be given mends it: it takes another calendar of ours."""

    next_step = Sentence("Connect again; if it stays so, you are asked whether a new one is to be made.")


class CalendarGoneError(NeedsPersonError):
    next_step = Sentence("Check the address, or choose the calendar again.")


class UnsafeAddressError(NeedsPersonError):
    next_step = Sentence("Use an https address; a server at home goes into sync.allow_private_hosts.")


class BadCertificateError(UnsafeAddressError):
    next_step = Sentence(
        "Renew it, or use one that browsers trust; one of your own making is not accepted yet."
    )


class StaleViewError(ConnectorError):
    next_step = Sentence("It is read again and the person's version is kept.")


class EntryChangedError(StaleViewError):
    pass


class EntryExistsError(StaleViewError):
    pass


class EntryGoneError(StaleViewError):
    pass


class CursorExpiredError(ConnectorError):
    next_step = Sentence("The calendar is read again from the start.")


class BadResponseError(ConnectorError):
    next_step = Sentence("Check that the address is the CalDAV address of the account, not its web page.")
