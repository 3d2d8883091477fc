"""Who hosts the half hour for the two of them.

Pure. Hosting alternates by the week that is talked about, so that both pages and both calendars say the same.
"""

from __future__ import annotations

from service.domain.household import Household, Partner, PartnerId
from service.domain.week import Week
from service.words import _


def host_of(household: Household, week: Week) -> Partner:
    """Who hosts the sit-down about `week`; the other one hosts that of the next."""
    return household.partners[week.monday.toordinal() // 7 % len(household.partners)]


def who_hosts(household: Household, reader: PartnerId, week: Week) -> str:
    """Who hosts the sit-down about `week`, in words for one of the two."""
    host = host_of(household, week)
    if host.id == reader:
        return _("You host this time: you open the page, and begin.")
    return _("%(name)s hosts this time: opens the page, and begins.") % {"name": host.name}
