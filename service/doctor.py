"""Looks at every part and says, for each: ok, worth knowing, or broken, and what to do.

Reads only; sends no mail and writes to no calendar. Nothing private is in what it says: counts,
names of parts, addresses of skipped events (never their titles); all of it passes the log's redaction.
"""

from __future__ import annotations

import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Literal

from connectors.errors import AccessDeniedError, CalendarGoneError, ConnectorError
from service import bootstrap
from service.config import Config
from service.config.redirect import google_redirect, refused_by_google
from service.domain.household import Household, Partner
from service.flow.read_calendars import waits_for_a_look
from service.flow.read_feeds import what_is_wrong
from service.log import without_secrets
from service.mail.smtp import MailError, SmtpSender
from service.ports import Account, World
from service.store import SqlStore

Health = Literal["ok", "warn", "fail"]

LATE = timedelta(minutes=15)
SYNC_ASKS = "run “sync --once”: it says how to have a new one"


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the report. `next_step` is empty when there is nothing to do."""

    name: str
    health: Health
    says: str
    next_step: str = ""


def examine(config: Config, store: SqlStore, world: World, sender: SmtpSender, root: Path) -> list[Part]:
    """Every part, one after the other; one that breaks is a line, never the end."""
    household = world.store.households.get(config.household().id)
    parts: list[Part] = []
    examinations: list[Callable[[], Iterator[Part]]] = [
        python_parts,
        lambda: environment_parts(root),
        lambda: configuration_parts(config),
        lambda: google_parts(config),
        lambda: household_parts(config, world, household),
        lambda: database_parts(store),
        lambda: work_parts(world),
        lambda: mail_parts(world, sender),
    ]
    for partner in household.partners:
        examinations += [partial(look, world, household, partner) for look in (calendar_parts, feed_parts)]
    for examination in examinations:
        try:
            parts.extend(examination())
        except Exception as error:
            says = f"could not be looked at ({type(error).__name__}: {error})"
            parts.append(Part("doctor", "fail", says, "please report this line"))
    return [
        replace(part, says=without_secrets(part.says), next_step=without_secrets(part.next_step))
        for part in parts
    ]


def python_parts() -> Iterator[Part]:
    version = sys.version.split()[0]
    if encoded_newlines_become_headers():
        yield Part(
            "Python",
            "warn",
            f"{version} lets an encoded newline become a mail header (CVE-2024-6923)",
            "Offplate puts nobody's text into headers, so it is safe; update Python all the same",
        )
    else:
        yield Part("Python", "ok", version)
    zones = _version("tzdata")
    yield Part("time zones", "ok", f"tzdata {zones}")
    names = {name: _version(name) for name in ("requests", "urllib3", "caldav")}
    said = ", ".join(f"{name} {number}" for name, number in names.items())
    if _version("urllib3-future") or _version("niquests") or not (names["urllib3"] or "").startswith("2."):
        yield Part(
            "HTTP library",
            "fail",
            f"{said}, and another library replaces urllib3",
            "install from service/requirements.lock with --no-deps into a fresh environment",
        )
    else:
        yield Part("HTTP library", "ok", said)


def encoded_newlines_become_headers() -> bool:
    """CVE-2024-6923, tried rather than looked up: distributions patch without a new version."""
    message = EmailMessage()
    message["Subject"] = "=?utf-8?q?a=0ABcc:_b@example.org?="
    return b"\nBcc:" in message.as_bytes()


def google_parts(config: Config) -> Iterator[Part]:
    """Whether Google would send people back to where the pages are (RFC 6749 section 3.1.2). That the address
    is registered cannot be asked: without it Google shows a page of its own and sends nobody back."""
    if config.google is None:
        return
    if refused := refused_by_google(config.server.base_url):
        says = f"offered, and Google does not send people back to {refused}"
        yield Part(
            "Google", "fail", says, "give base_url an https address with a public name (docs/google.md)"
        )
    else:
        back = google_redirect(config.server.base_url)
        says = (
            f"offered; the client's redirect has to be {back}, and its project published. Google alone knows "
            "whether they are; where the redirect is missing it shows “redirect_uri_mismatch” on connecting"
        )
        yield Part("Google", "ok", says)


def environment_parts(root: Path) -> Iterator[Part]:
    if not bootstrap.is_checkout(root):
        yield Part("packages", "ok", f"installed, Offplate {_version('offplate') or 'of unknown version'}")
    elif bootstrap.holds(root, bootstrap.RUN_LOCK):
        yield Part("packages", "ok", "as the lock names them")
    else:
        yield Part("packages", "warn", "not those of the lock", "start once with: python3 -m service")


def configuration_parts(config: Config) -> Iterator[Part]:
    for warning in config.warnings:
        yield Part("configuration", "warn", warning)
    if not config.warnings:
        yield Part("configuration", "ok", str(config.path))
    if config.server.base_url.startswith("https://"):
        yield Part("address", "ok", config.server.base_url)
    else:
        says = f"{config.server.base_url} is not encrypted; fine on this machine only"
        yield Part("address", "warn", says, "for phones, put a proxy with https in front")


def household_parts(config: Config, world: World, household: Household) -> Iterator[Part]:
    """What a week would lack, and what the file says that is no longer read from it."""
    if household.in_set_up:
        says = "not started yet, so nothing is planned and nobody is written to"
        step = f"open the link that “serve” prints, or name the partners in {config.path.name}"
        yield Part("household", "warn", says, step)
        return
    if not config.household().partners and household.set_up_on:
        says = f"set up on its pages on {household.set_up_on}; they edit it, and {config.path.name} does not"
        yield Part("household", "ok", says)
    elif changed := _changed_since(config.household(), household):
        says = f"differs from {config.path.name}, which is not read again for it: {', '.join(changed)}"
        yield Part("household", "ok", says)
    else:
        yield Part("household", "ok", f"as in {config.path.name}; from now on the pages edit it")
    listed = world.store.households.chores(household.id)
    known = {chore.id for chore in (*listed, *world.store.households.retired_chores(household.id))}
    if not listed:
        yield Part("chores", "warn", "none, so no week has any", "add some on the page /list")
    elif missing := ", ".join(chore.id for chore in config.chores() if chore.id not in known):
        says = f"{missing}: in {config.path.name}, and not on the list, which the page /list edits"
        yield Part("chores", "warn", says, "add it there")
    else:
        yield Part("chores", "ok", f"{len(listed)}")
    for partner in household.partners:
        if not partner.self_care:
            says = f"{partner.name} has no time of their own in any week"
            yield Part("own time", "warn", says, "give one in [[partner.self_care]], before the first start")


def _changed_since(file: Household, stored: Household) -> list[str]:
    """The names of what differs; never a value, since some are one partner's own."""
    names = ("name", "zone", "check_in", "base_split", "stretch_percent", "children_born", "away", "asleep")
    changed = [
        name for name in (*names, "other_week", "sitters") if getattr(file, name) != getattr(stored, name)
    ]
    before = {partner.id: partner for partner in file.partners}
    return [
        *changed,
        *(partner.name for partner in stored.partners if partner != before.get(partner.id)),
    ]


def database_parts(store: SqlStore) -> Iterator[Part]:
    problems = store.integrity()
    for problem in problems:
        yield Part("database", "fail", problem, "docs/operations.md, “Backup and restore”")
    if not problems:
        yield Part("database", "ok", "sound, and every secret opens")


def work_parts(world: World) -> Iterator[Part]:
    now = world.clock.now()
    for household, problem in world.store.due.problems().items():
        yield Part("work", "fail", f"{household}: {problem}", "look into the log of serve")
    lag = world.store.due.lag(now=now)
    if lag > LATE:
        minutes = int(lag.total_seconds() // 60)
        yield Part(
            "work", "warn", f"a household waits since {minutes} minutes", "start “serve”, or “sync --once”"
        )
    elif not world.store.due.problems():
        yield Part("work", "ok", "nobody waits")


def mail_parts(world: World, sender: SmtpSender) -> Iterator[Part]:
    server = f"{sender.server.host}:{sender.server.port}"
    try:
        sender.check()
    except MailError as error:
        yield Part("mail server", "fail", str(error), "check [mail] in the configuration")
    else:
        yield Part("mail server", "ok", f"{server} greets and lets us in; nothing was sent")
    counts = {state: count for state, count in world.store.outbox.counts().items() if count}
    said = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "empty"
    health: Health = "warn" if counts.keys() & {"held", "refused", "dispatching"} else "ok"
    yield Part("outbox", health, said, "held: nobody knows whether it arrived" if "held" in counts else "")


def calendar_parts(world: World, household: Household, partner: Partner) -> Iterator[Part]:
    name = f"{partner.name}'s calendar"
    account = world.store.accounts.get(household.id, partner.id)
    if account is None:
        if world.store.feeds.of_partner(household.id, partner.id):
            yield Part(name, "ok", "none; busy time comes from feeds, and nothing is written")
        else:
            page = ", or open /connect/google as them" if world.google is not None else ""
            yield Part(name, "warn", "not connected", f"run “connect --partner {partner.id}”{page}")
        return
    if account.ends_at is not None:  # as a project in testing has it, after seven days (docs/google.md)
        says = f"Google ends this connection on {account.ends_at.astimezone(household.zone):%A %d %B, %H:%M}"
        next_step = "publish the Google project, if it is in testing, then connect once more"
        yield Part(name, "fail" if account.ends_at <= world.clock.now() else "warn", says, next_step)
    try:
        yield _connection(world, account, name)
    except ConnectorError as error:
        yield Part(name, "fail", error.detail, error.next_step)
    else:
        if account.problem:
            says, stopped = f"the last sync said: {account.problem}", account.retry_at is not None
            yield Part(name, "fail" if stopped else "warn", says, _step_after(account))
    for item in world.store.accounts.skipped(household.id, partner.id):
        yield Part(name, "warn", f"an event cannot be read: {item.href} ({item.reason})", "it counts as free")


def _step_after(account: Account) -> str:
    if waits_for_a_look(account.problem):
        return f"if it is right, run “sync --once --confirm {account.partner}”"
    return "when that is right, run “sync --once”"


def feed_parts(world: World, household: Household, partner: Partner) -> Iterator[Part]:
    """As they were last read; nothing is asked now."""
    for feed in world.store.feeds.of_partner(household.id, partner.id):
        name = f"{partner.name}'s feed “{feed.name}”"
        if said := what_is_wrong(feed, household.zone):
            yield Part(
                name, "warn" if feed.read_at else "fail", said, "is its address in [[partner.feed]] right?"
            )
        elif feed.read_at is None:
            yield Part(name, "warn", "not read yet", "run “sync --once”")
        else:
            age = world.clock.now() - feed.read_at
            late = age > world.sync_every + LATE
            said = f"read {int(age.total_seconds() // 60)} minutes ago, busy {len(feed.busy)} times"
            yield Part(name, "warn" if late else "ok", said, "start “serve”" if late else "")
        for item in feed.skipped:
            yield Part(name, "warn", f"event {item.href} cannot be read ({item.reason})", "it counts as free")


def _connection(world: World, account: Account, name: str) -> Part:
    with closing(world.open_connector(account)) as connector:
        calendars = connector.list_calendars()
        listed = next((each for each in calendars if each.id == account.home_id), None)
        if account.home_id is not None and (listed is None or account.kind == "google"):
            # Google lists what another project made, too. An id is only looked at, never made.
            calendars = [each for each in calendars if each is not listed]
            with suppress(CalendarGoneError, AccessDeniedError):
                calendars.append(connector.ensure_home(account.home_id, ""))
    said = f"{len(calendars)} calendars"
    if account.home_id is None:
        return Part(name, "ok", f"{said}; “{account.home}” is made at the first sync")
    home = next((calendar for calendar in calendars if calendar.id == account.home_id), None)
    if home is None:
        return Part(name, "fail", f"{said}, and ours is no longer among them", SYNC_ASKS)
    if not home.writable:
        return Part(name, "fail", f"{said}; “{home.name}” cannot be written to", "allow it on the server")
    return Part(name, "ok", f"{said}; “{home.name}” can be written to")


def _version(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None
