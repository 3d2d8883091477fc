"""The half hour for the two of them: who hosts it this time, and when it is.

Pure. Hosting alternates by the week that is talked about, so that both pages and both calendars say the same.
"""

from __future__ import annotations

from datetime import datetime

from service.dates import moment
from service.domain.household import Household, Partner, PartnerId
from service.domain.plan import Plan
from service.domain.week import Week
from service.planner.joint_time import SIT_DOWN
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


def sit_down_line(
    household: Household, reader: PartnerId, week: Week, before: Plan | None, now: datetime
) -> str:
    """When they sit down about `week`, and who hosts; empty for one alone. `before` is the published plan of
    the week before, in whose calendar it stands."""
    if len(household.partners) < 2:
        return ""
    hosts = who_hosts(household, reader, week)
    if before is None:
        return hosts
    starts = [b.interval.start_at for b in before.blocks_of(reader) if b.responsibility.startswith(SIT_DOWN)]
    if not starts:
        no_time = _(
            "No half hour for it stands in your calendars this time; the page works from two phones, too."
        )
        return f"{no_time} {hosts}"
    if starts[0] < now:
        return hosts
    when = _("You sit down together on %(moment)s.") % {"moment": moment(starts[0], household.zone)}
    return f"{when} {hosts}"
