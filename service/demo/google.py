"""Ben at Google, for `demo --google`: a Google of our own with his office hours in it, and a page of it.

Kept beside the rest of the demo, so that a second start finds his consent and his calendars.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.google import GoogleEndpoints
from service.clock import Clock
from service.dates import moment
from service.demo.google_double import CLIENT_ID, CLIENT_SECRET, GoogleDouble, Person, serving
from service.demo.google_double.keeping import kept_in
from service.demo.household import ZONE
from service.domain.week import Week

EMAIL = "ben@example.org"
PATH = "/google"
_SECRET_BESIDE_CONFIG = "google-secret"  # noqa: S105 - the name of a file
_POLICY = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class DemoGoogle:
    """`ben` is the person there, `endpoints` where it listens, `section` what config.toml says of it."""

    ben: Person
    endpoints: GoogleEndpoints
    section: str


@contextmanager
def running_google(folder: Path, clock: Clock, week: Week, *, base_url: str) -> Iterator[DemoGoogle]:
    """Start it; `base_url` is where the pages are. What was there the last time is there again."""
    (folder / _SECRET_BESIDE_CONFIG).write_text(CLIENT_SECRET, encoding="utf-8")
    (folder / _SECRET_BESIDE_CONFIG).chmod(0o600)
    double = GoogleDouble(now=clock.now)
    with kept_in(double, folder / "google.json") as was_there, serving(double) as at:
        if not was_there:
            _fill(double.add_account(EMAIL), week)
        double.add_client(CLIENT_ID, CLIENT_SECRET, redirect_uris=[f"{base_url}/connect/google/back"])
        ben = Person(double.accounts.accounts[EMAIL], double.accounts)
        section = f'[google]\nclient_id = "{CLIENT_ID}"\nclient_secret_file = "{_SECRET_BESIDE_CONFIG}"\n'
        endpoints = GoogleEndpoints(at.api, at.authorize, at.token, at.revoke, at.userinfo)
        yield DemoGoogle(ben, endpoints, section)


def with_google(pages: ASGIApp, google: DemoGoogle) -> ASGIApp:
    """`pages` with one more in front: what stands in Ben's Google calendars."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("path") == PATH and scope["method"] in ("GET", "HEAD"):
            html = templates.get_template("google.html").render(calendars=_shown(google.ben))
            await HTMLResponse(html, headers=_POLICY)(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return app


def _fill(ben: Person, week: Week) -> None:
    """Office hours, this week and the two after it."""
    for day in [*week.days, *week.next.days, *week.next.next.days]:
        if day.weekday() < 5:
            start_at = datetime.combine(day, time(8, 45), ZONE)
            ben.add("primary", "Office", start_at, start_at + timedelta(hours=7, minutes=45))


def _shown(ben: Person) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each calendar with its events as (when, what), soonest first."""
    found = []
    for calendar in ben.calendars():
        events = sorted(
            (datetime.fromisoformat(event["start"]["dateTime"]), event.get("summary", ""))
            for event in ben.events(calendar.id).values()
            if "dateTime" in event["start"]
        )
        found.append((calendar.summary, [(moment(at, ZONE), what) for at, what in events]))
    return found
