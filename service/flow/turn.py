"""A household's turn: who holds it is alone with the household; no process reads, plans or writes for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from service.domain.household import HouseholdId
from service.ports import World
from service.words import _

LEASE = timedelta(minutes=10)
BUSY_SECONDS = 60


class HouseholdBusyError(Exception):
    """A run of that household is under way and does not come to its end. Nothing was done; try again."""


@contextmanager
def standing_still(
    world: World, household: HouseholdId, *, owner: str, busy_seconds: int = BUSY_SECONDS
) -> Iterator[None]:
    """Holds the household's turn for `owner`, a name that nobody else uses.

    Raises:
        HouseholdBusyError: somebody else has its turn, and kept it for `busy_seconds`.
    """
    due = world.store.due
    for _second in range(busy_seconds):
        now = world.clock.now()
        due.wake(household, at=now)
        if due.claim(now=now, owner=owner, lease=LEASE, limit=1, only=household):
            break
        world.clock.sleep(1)
    else:
        raise HouseholdBusyError(
            _(
                "A run for this household is under way and has not come to its end. Nothing was changed; "
                "try again, %(minutes)s minutes later at the latest."
            )
            % {"minutes": LEASE.seconds // 60}
        )
    try:
        yield
    finally:
        due.release(owner=owner)
