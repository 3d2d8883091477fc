"""Providers that people have accounts with: where their CalDAV is, and what a person must know first.

Adding one is one entry of `PROVIDERS`. Where the facts are from, looked up in November 2026: iCloud from
Apple's support 121539 and 102654, Fastmail from its "Server names and ports", mailbox.org from its
knowledge base (two-factor authentication), each the provider's own page. Addresses of Nextcloud, Posteo,
GMX and Yahoo, and who makes no calendars, as python-caldav's `compatibility_hints` measured them. WEB.DE,
Zoho, Infomaniak, and where the rest make app passwords: as several other clients' instructions agree; no
account there was tried. Pure: nothing is asked of anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from connectors.sentences import NOTHING, Sentence

Need = Literal["always", "with two factors", "never"]


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `url` is `None` where CalDAV is not offered for a password; `instead` says what to do.

    `domains` are those of its mail addresses, `hosts` those its calendars live on: a name stands for all
    below it. `path` recognises software that anybody may run. `app_access` says when the account's own
    password does not do, `access_help` where to make another. `username` says what to sign in with when
    it is not the mail address.
    """

    name: str
    url: str | None
    domains: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    path: str = ""
    app_access: Need = "never"
    access_help: Sentence = NOTHING
    username: Sentence = NOTHING
    makes_calendars: bool = True
    limits: tuple[Sentence, ...] = ()
    instead: Sentence = NOTHING

    @property
    def password_advice(self) -> Sentence:
        """One or two sentences about the password, empty when the account's own one will do."""
        if self.app_access == "always":
            need = Sentence(
                "%(provider)s lets other programs in with an app password only.", provider=self.name
            )
        elif self.app_access == "with two factors":
            need = Sentence(
                "If you sign in to %(provider)s in two steps, you need an app password.", provider=self.name
            )
        else:
            need = NOTHING
        return need.then(self.access_help)


CHOOSE_ONE = Sentence("It cannot make calendars for Offplate: make one there first, and choose it here.")
_GOOGLE_INSTEAD = Sentence(
    "Google lets no program in with a password. Connect it on your own page, /connect/google, once whoever "
    "runs this Offplate has set that up (docs/google.md). Or publish the calendar and name its secret "
    "address in [[partner.feed]]; it then makes you busy, and nothing is written."
)
_MICROSOFT_INSTEAD = Sentence(
    "Microsoft offers no CalDAV. Publish the calendar there and name its ICS address in "
    "[[partner.feed]]; it then makes you busy, and nothing is written."
)

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "iCloud",
        "https://caldav.icloud.com/",
        frozenset({"icloud.com", "me.com", "mac.com"}),
        frozenset({"icloud.com"}),
        app_access="always",
        access_help=Sentence(
            "Make one at account.apple.com under Sign-In and Security, App-Specific Passwords."
        ),
        username=Sentence("the mail address of your Apple account"),
    ),
    Provider(
        "Fastmail",
        "https://caldav.fastmail.com/",
        frozenset({"fastmail.com", "fastmail.fm", "messagingengine.com"}),
        frozenset({"caldav.fastmail.com"}),
        app_access="always",
        access_help=Sentence(
            "Make one in Settings, Privacy & Security, App passwords, with access to calendars."
        ),
    ),
    Provider(
        "Nextcloud",
        None,
        path="/remote.php/dav",
        app_access="with two factors",
        access_help=Sentence("Make one in your personal settings under Security, Devices & sessions."),
        username=Sentence("your Nextcloud user name"),
    ),
    Provider(
        "Posteo",
        "https://posteo.de:8443/",
        frozenset({"posteo.de", "posteo.net", "posteo.eu", "posteo.org"}),
        frozenset({"posteo.de"}),
        makes_calendars=False,
        limits=(CHOOSE_ONE,),
    ),
    Provider(
        "mailbox.org",
        "https://dav.mailbox.org/",
        frozenset({"mailbox.org"}),
        frozenset({"dav.mailbox.org"}),
        app_access="with two factors",
        access_help=Sentence("Make one in the settings under Security, Application passwords."),
    ),
    Provider(
        "GMX",
        "https://caldav.gmx.net/",
        frozenset({"gmx.de", "gmx.net", "gmx.at", "gmx.ch"}),
        frozenset({"caldav.gmx.net"}),
        app_access="with two factors",
        access_help=Sentence("Make one in the account's security settings."),
        limits=(
            Sentence(
                "It does not always make calendars for other programs: if it refuses, choose one of yours."
            ),
        ),
    ),
    Provider(
        "WEB.DE",
        "https://caldav.web.de/",
        frozenset({"web.de"}),
        frozenset({"caldav.web.de"}),
        app_access="with two factors",
        access_help=Sentence("Make one in the account's security settings."),
        limits=(
            Sentence(
                "It does not always make calendars for other programs: if it refuses, choose one of yours."
            ),
        ),
    ),
    Provider(
        "Yahoo",
        "https://caldav.calendar.yahoo.com/",
        frozenset({"yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.fr"}),
        frozenset({"caldav.calendar.yahoo.com"}),
        app_access="always",
        access_help=Sentence("Make one in the account's security page, Generate app password."),
    ),
    Provider(
        "Zoho",
        "https://calendar.zoho.com/caldav/",
        frozenset({"zoho.com", "zohomail.com"}),
        frozenset({"calendar.zoho.com"}),
        app_access="with two factors",
        access_help=Sentence("Make one at accounts.zoho.com under Security, App passwords."),
    ),
    Provider(
        "Infomaniak",
        "https://sync.infomaniak.com/",
        frozenset({"ik.me", "etik.com"}),
        frozenset({"sync.infomaniak.com"}),
        app_access="with two factors",
        access_help=Sentence("Make one in the manager under your profile, Application passwords."),
        username=Sentence("the short name that config.infomaniak.com shows, like AB12345"),
    ),
    Provider(
        "Google",
        None,
        frozenset({"gmail.com", "googlemail.com", "calendar.google.com"}),
        instead=_GOOGLE_INSTEAD,
    ),
    Provider(
        "Microsoft",
        None,
        frozenset({"outlook.com", "hotmail.com", "live.com", "msn.com"}),
        instead=_MICROSOFT_INSTEAD,
    ),
)


def by_mail_domain(domain: str) -> Provider | None:
    """Whose mail addresses end in `domain`."""
    return next((each for each in PROVIDERS if domain.lower() in each.domains), None)


def by_address(url: str) -> Provider | None:
    """Whose calendars live at `url`: by its host, or by a path that gives the software away."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    for each in PROVIDERS:
        if any(host == known or host.endswith(f".{known}") for known in each.hosts):
            return each
        if each.path and each.path in parts.path:
            return each
    return None
