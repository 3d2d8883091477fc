"""What one tick did: counts and sentences, nothing private."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from service.domain.household import HouseholdId, PartnerId
from service.domain.week import Week
from service.flow.read_calendars import Read
from service.flow.read_feeds import FeedsRead
from service.flow.write_blocks import Written


@dataclass(slots=True)
class PartnerReport:
    """What one tick did for one partner.

    `problem` is a sentence with its next step; `trouble` says of which kind it is where waiting will not
    mend it, the same word for as long as it lasts.
    """

    read: Read | None = None
    feeds: FeedsRead = field(default_factory=FeedsRead)
    written: Written = field(default_factory=Written)
    requests: int = 0
    writes: int = 0
    problem: str | None = None
    trouble: str | None = None

    @property
    def needs_person(self) -> bool:
        return self.trouble is not None


@dataclass(slots=True)
class TickReport:
    """What one tick did for a household: counts and sentences, nothing private.

    `unplanned` says, for who maintains this, why a step left the week as it was.
    """

    household: HouseholdId
    partners: dict[PartnerId, PartnerReport]
    next_due_at: datetime
    opened: list[Week] = field(default_factory=list)
    closed: list[Week] = field(default_factory=list)
    planned: list[Week] = field(default_factory=list)
    unplanned: list[str] = field(default_factory=list)
    mails: int = 0
