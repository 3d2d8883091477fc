"""The other one's way in: an invitation by mail, and where no mail gets through, a link to hand over once.

Reads: the outbox, answers and accounts. Writes: a link, and the invitation into the outbox.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from service.domain.household import Household, HouseholdId, Partner, PartnerId
from service.domain.week import Week
from service.flow.invite import link_for
from service.ports import World

LINK_LASTS = timedelta(days=30)

Standing = Literal["none", "on_its_way", "not_sent", "sent", "handed_over"]
"""none: the reader invited nobody · not_sent: the mail server did not take it yet, or never will."""


class NothingToHandOverError(ValueError):
    """The mail has gone, or that link was shown already; nothing was made."""


def invite(world: World, household: Household, inviter: Partner, partner: Partner, now: datetime) -> None:
    """Queue the invitation, once."""
    week = Week.at(now, household.zone)
    if world.store.outbox.latest(household.id, partner.id, "invitation") is None:
        link = _link(world, household, partner, now)
        world.post.invitation(household, partner, week, inviter=inviter, link=link)


def standing(world: World, household: Household, reader: PartnerId) -> Standing:
    """What became of the invitation, for whoever sent it and for nobody else."""
    if not _invited(household, reader):
        return "none"
    if household.handed_over:
        return "handed_over"
    mail = world.store.outbox.latest(household.id, household.other(reader).id, "invitation")
    if mail is None or mail.state in ("refused", "held", "expired"):
        return "not_sent"
    if mail.state == "queued":
        return "not_sent" if mail.attempts else "on_its_way"
    return "sent" if mail.state == "sent" else "on_its_way"


def hand_over(world: World, household_id: HouseholdId, reader: PartnerId) -> str:
    """The other's own link, for `reader` to hand over: made once, and only while no mail has gone.

    Raises:
        NothingToHandOverError: with nothing changed.
    """

    if standing(world, world.store.households.get(household_id), reader) != "not_sent":
        raise NothingToHandOverError

    def once(stands: Household) -> Household:
        if stands.handed_over:
            raise NothingToHandOverError
        return replace(stands, handed_over=True)

    household = world.store.households.edit(household_id, once)
    return _link(world, household, household.other(reader), world.clock.now())


def _invited(household: Household, reader: PartnerId) -> bool:
    """Whether `reader` filled in the pages of set-up, and so invited the other."""
    pair = len(household.partners) > 1 and household.set_up_on is not None
    return pair and household.partners[0].id == reader


def _link(world: World, household: Household, partner: Partner, now: datetime) -> str:
    return link_for(
        world, household.id, partner.id, purpose="invitation", week=None, expires_at=now + LINK_LASTS
    )
