"""Builds real things from a `Config`: the store, the connectors, the post. The only place that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from connectors.caldav import CalDavAccount, CalDavConnector, CalDavOnboarding
from connectors.errors import UnavailableError
from connectors.feed import FeedSource
from connectors.google import (
    GOOGLE,
    GoogleApp,
    GoogleClient,
    GoogleConsent,
    GoogleCredentials,
    GoogleEndpoints,
    GoogleGrant,
)
from connectors.google import open_account as open_google
from connectors.protocol import BusySource, CalendarConnector, Consent, Onboarding
from connectors.sentences import Sentence
from service.clock import Clock, SystemClock, local_zone
from service.config import Config
from service.domain.household import Household
from service.flow.planning import InThisProcess
from service.flow.tell import quiet_until
from service.links import new_token
from service.mail.addresses import sender_address
from service.mail.outbox import deliver_due
from service.mail.post import OutboxPost
from service.mail.smtp import MailServer, SmtpSender
from service.ports import Account, Accounts, Feed, OpenConnector, OpenFeed, OutgoingMail, Store, World
from service.store import SqlStore, open_store


def build_store(config: Config) -> SqlStore:
    """The store, migrated and ready; close it when done.

    Raises:
        StoreError: the message says what to do.
    """
    config.server.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return open_store(config.database.url, key=config.database.key_file)


def build_world(
    config: Config,
    store: Store | None = None,
    *,
    clock: Clock | None = None,
    google_at: GoogleEndpoints = GOOGLE,
) -> World:
    """Everything outside, in one piece. `store` and `clock` are made when none is given; only the demo and
    tests have a Google of their own at `google_at`.

    Raises:
        StoreError: as from `build_store`.
    """
    store = store or build_store(config)
    clock = clock or SystemClock()
    base_url = config.server.base_url
    google = None
    if config.google is not None:
        google = GoogleApp(GoogleClient(config.google.client_id, config.google.client_secret), google_at)
    return World(
        store=store,
        clock=clock,
        open_connector=connector_opener(
            clock, config.sync.allow_private_hosts, accounts=store.accounts, google=google
        ),
        open_feed=feed_opener(config.sync.allow_private_hosts),
        onboarding=build_onboarding(config.sync.allow_private_hosts, clock),
        post=OutboxPost(store.outbox, store.links, clock, sender=config.mail.sender, base_url=base_url),
        planner=InThisProcess(),
        base_url=base_url,
        sync_every=config.sync.every,
        from_file=frozenset((account.household, account.partner) for account in config.accounts()),
        google=consent_at(google, clock, config.sync.allow_private_hosts) if google else None,
        help_listens=config.help.listens,
        help_safe=config.help.safe,
    )


def connector_opener(
    clock: Clock,
    allow_private_hosts: tuple[str, ...],
    *,
    accounts: Accounts | None = None,
    google: GoogleApp | None = None,
) -> OpenConnector:
    """Turns an account into a connector of its kind; no call goes out before its first verb.

    `accounts` keeps what Google renews; `google` is the project that config.toml names. Without them
    an account of Google's says what is missing, at its first verb.
    """
    allowed = frozenset(allow_private_hosts)

    def open_connector(account: Account) -> CalendarConnector:
        label = f"{account.partner}'s calendar"
        if account.kind == "google":
            return open_google(
                GoogleCredentials(google or GoogleApp(), GoogleGrant.from_json(account.secret), label),
                clock=clock.now,
                sleep=clock.sleep,
                keep=_grant_keeper(accounts, account),
                allow_private_hosts=allowed,
            )
        return CalDavConnector(
            CalDavAccount(account.url, account.username, account.secret, label=label),
            clock=clock.now,
            sleep=clock.sleep,
            allow_private_hosts=allowed,
        )

    return open_connector


def consent_at(app: GoogleApp, clock: Clock, allow_private_hosts: tuple[str, ...]) -> Consent:
    """The way to Google's consent page and back, for this installation's project."""
    return GoogleConsent(app, clock.now, new_token, frozenset(allow_private_hosts))


def _grant_keeper(accounts: Accounts | None, account: Account) -> Callable[[GoogleGrant], None]:
    """Puts what was renewed in the place of what this connector was opened with, and of nothing newer."""
    stored = account.secret

    def keep(grant: GoogleGrant) -> None:
        nonlocal stored
        renewed = grant.to_json()
        if accounts is None or not accounts.renew_secret(
            account.household, account.partner, old=stored, new=renewed
        ):
            raise UnavailableError(Sentence("This account was connected anew a moment ago."))
        stored = renewed

    return keep


def feed_opener(allow_private_hosts: tuple[str, ...]) -> OpenFeed:
    """Turns a feed into its source; no call goes out before it is read."""
    allowed = frozenset(allow_private_hosts)

    def open_feed(feed: Feed) -> BusySource:
        return FeedSource(feed.url, label=feed.name, allow_private_hosts=allowed)

    return open_feed


def build_onboarding(allow_private_hosts: tuple[str, ...] = (), clock: Clock | None = None) -> Onboarding:
    """The way to an account by its address; it needs neither a store nor a configuration."""
    sleep = (clock or SystemClock()).sleep
    return CalDavOnboarding(allow_private_hosts=frozenset(allow_private_hosts), sleep=sleep)


def build_sender(config: Config) -> SmtpSender:
    server = MailServer.from_url(config.mail.url, config.mail.password or "")
    return SmtpSender(server, sender_address(config.mail.sender).addr_spec)


def mail_delivery(config: Config, world: World, *, at_any_hour: bool = False) -> Callable[[], object]:
    """One round of the outbox, to be called again and again.

    `at_any_hour` sends in quiet hours, too: for a person who sits there and waits.
    """
    sender = build_sender(config)

    def quiet(mail: OutgoingMail, now: datetime) -> datetime | None:
        if at_any_hour or mail.kind == "invitation":
            return None
        household = world.store.households.get(mail.household)
        return quiet_until(world, household, household.partner(mail.partner), now)

    return lambda: deliver_due(world.store.outbox, world.clock, sender.send, quiet_until=quiet)


def seed(world: World, config: Config) -> None:
    """Put what config.toml says of the household into the store, once; a new one is due at once.

    From then on the household and its list live in the store, and the pages edit them. A household in
    which the file names nobody is set up on its pages, and waits for them; a file that names the partners
    after all wins until then. Accounts and feeds, whose secrets lie beside the file, follow it at every
    start, for the partners who are (still) here.
    """
    households, home = world.store.households, config.household()
    is_new = home.id not in households.ids()
    if is_new or _gives_way(households.get(home.id), home):
        named = home if home.partners else replace(home, zone=_zone_of_machine(home))
        households.save(replace(named, in_set_up=not home.partners))
        is_new = bool(home.partners)
    if households.seed_chores(home.id, config.chores()):
        is_new = bool(home.partners)
    here = {partner.id for partner in households.get(home.id).partners}
    for account in config.accounts():
        if account.partner in here:
            world.store.accounts.connect(account)
    for partner in here:
        world.store.feeds.connect(home.id, partner, config.feeds.get(partner, {}))
    if is_new:
        world.store.due.wake(home.id, at=world.clock.now())


def _gives_way(stands: Household, file: Household) -> bool:
    """Whether nothing has started, and there is nothing but what the file said, or the file now says more."""
    return stands.in_set_up and stands.stopped_on is None and bool(file.partners or not stands.partners)


def _zone_of_machine(home: Household) -> ZoneInfo:
    """What to begin with where the file names no zone; the first page asks for it."""
    return local_zone() if home.zone.key == "UTC" else home.zone
