"""What somebody wishes for themselves in one week takes the place of what is usual there. Pure."""

from __future__ import annotations

from dataclasses import replace

from service.domain.checkin import CheckIn
from service.domain.household import Household, Partner


def as_wished(household: Household, check_in: CheckIn | None) -> Household:
    """The household for that week: one usual time of who wished makes room for the wish."""
    answers = check_in.answers if check_in else {}
    return replace(
        household,
        partners=tuple(
            _wishing(partner, check_in) if check_in and partner.id in answers else partner
            for partner in household.partners
        ),
    )


def _wishing(partner: Partner, check_in: CheckIn) -> Partner:
    wish = check_in.answers[partner.id].own_time
    if wish is None:
        return partner
    usual = partner.self_care[0] if partner.self_care else None
    rest = [replace(usual, per_week=usual.per_week - 1)] if usual and usual.per_week > 1 else []
    return replace(partner, self_care=(wish.in_place_of(usual), *rest, *partner.self_care[1:]))
