"""Links into the pages: one secret for one person and purpose, made when it is about to be mailed."""

from __future__ import annotations

from datetime import datetime

from service.domain.household import HouseholdId, PartnerId
from service.domain.week import Week
from service.links import new_token, token_hash
from service.ports import Link, LinkPurpose, World


def link_for(
    world: World,
    household: HouseholdId,
    partner: PartnerId,
    *,
    purpose: LinkPurpose = "check_in",
    week: Week | None,
    expires_at: datetime,
) -> str:
    """A fresh absolute address for that person; earlier ones stay good until they expire."""
    token = new_token()
    world.store.links.save(
        Link(
            token_hash=token_hash(token),
            household=household,
            partner=partner,
            purpose=purpose,
            week=week,
            expires_at=expires_at,
        )
    )
    return f"{world.base_url}/c/{token}"
