"""What the flow asks of the world: a store in families of questions, calendars, and the post.

Protocols only; `store`, `mail`, `connectors` and whoever plans fit them by shape, and `wiring` puts the
real ones into a `World`. Every method of a store names its household: nothing here is global. Each is one
transaction; none of them is called while a network request is under way.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from connectors.protocol import Consent, Onboarding
from service.clock import Clock
from service.domain.household import HouseholdId, PartnerId
from service.ports.calendars import Account, Accounts, Feed, Feeds, OpenConnector, OpenFeed
from service.ports.mail import MailKind, MailState, Outbox, OutgoingMail, Post, WeekLines
from service.ports.planning import Planner
from service.ports.weeks import (
    Cards,
    CheckIns,
    DueBoard,
    HomeDays,
    Households,
    Journal,
    Link,
    LinkPurpose,
    Links,
    OffTimes,
    OutTimes,
    Plans,
    PlanStage,
    Questions,
    StoredPlan,
)

__all__ = [
    "Account",
    "Accounts",
    "Cards",
    "CheckIns",
    "DueBoard",
    "Feed",
    "Feeds",
    "HomeDays",
    "Households",
    "Journal",
    "Link",
    "LinkPurpose",
    "Links",
    "MailKind",
    "MailState",
    "OffTimes",
    "OpenConnector",
    "OpenFeed",
    "OutTimes",
    "Outbox",
    "OutgoingMail",
    "PlanStage",
    "Planner",
    "Plans",
    "Post",
    "Questions",
    "Store",
    "StoredPlan",
    "WeekLines",
    "World",
]


class Reading(Protocol):
    def end(self) -> None:
        """Give back what it holds; a later read begins anew. Harmless twice."""
        ...


class Store(Protocol):
    """The families together. `install` is this installation's random name, made once."""

    @property
    def install(self) -> str: ...
    @property
    def households(self) -> Households: ...
    @property
    def accounts(self) -> Accounts: ...
    @property
    def feeds(self) -> Feeds: ...
    @property
    def check_ins(self) -> CheckIns: ...
    @property
    def plans(self) -> Plans: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def off_times(self) -> OffTimes: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def out_times(self) -> OutTimes: ...
    @property
    def days_at_home(self) -> HomeDays: ...
    @property
    def links(self) -> Links: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def due(self) -> DueBoard: ...

    def one_reading(self) -> AbstractContextManager[Reading]:
        """Until the block ends, all that this task reads is of one state, in one transaction that its first
        read begins. A write ends that; what is read afterwards is of a new one."""
        ...

    def end_reading(self) -> None:
        """Give back what this task shares so far: before it waits for another machine. Harmless twice."""
        ...

    def erase_partner(self, household: HouseholdId, partner: PartnerId) -> None:
        """Everything of that partner, at once; their entries in calendars are deleted before this."""
        ...


@dataclass(frozen=True, slots=True)
class World:
    """Everything outside, handed to the flow in one piece.

    `from_file` are the partners whose account config.toml names: it is changed there, and nowhere else.
    `google` is the way to Google's consent page, `None` where config.toml names no Google project.
    `help_listens` and `help_safe` are lines to call that its host names, "" for none.
    """

    store: Store
    clock: Clock
    open_connector: OpenConnector
    open_feed: OpenFeed
    onboarding: Onboarding
    post: Post
    planner: Planner
    base_url: str
    sync_every: timedelta = timedelta(minutes=5)
    from_file: frozenset[tuple[HouseholdId, PartnerId]] = frozenset()
    google: Consent | None = None
    help_listens: str = ""
    help_safe: str = ""
