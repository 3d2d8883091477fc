"""The half hour for the two of them, on the page that it is for: when it is, and who hosts. Pure."""

from __future__ import annotations

from datetime import datetime

from service.dates import moment
from service.domain.household import Household, PartnerId
from service.domain.plan import Plan
from service.domain.week import Week
from service.flow.hosting import who_hosts
from service.planner.joint_time import SIT_DOWN
from service.words import _


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
        no_time = _("Sit down together when it suits you; two phones work, too.")
        return f"{no_time} {hosts}"
    if starts[0] < now:
        return hosts
    when = _("You sit down together on %(moment)s.") % {"moment": moment(starts[0], household.zone)}
    return f"{when} {hosts}"
