"""What stands in the calendar of whoever stays at home with the children, once both have said yes to it.

Says nothing of why, and nothing of the other one: anybody may see a calendar.
"""

from __future__ import annotations

from service.domain.days_at_home import DaysAtHome
from service.domain.entries import Entry
from service.domain.household import Household, Partner
from service.domain.week import Week
from service.flow.children_called import the_children
from service.flow.entries import your_week
from service.words import _


def home_entries(
    household: Household, partner: Partner, week: Week, days: DaysAtHome | None, base_url: str
) -> list[Entry]:
    """Those of `partner` in that week."""
    partners = [each.id for each in household.partners]
    return [
        Entry(
            partner=partner.id,
            week=week,
            key=f"at-home.{turn.key}",
            kind="on_duty",
            title=_("At home with %(children)s") % {"children": the_children(household, turn.day)},
            description=f"{_('Agreed between you.')}\n{your_week(base_url, week)}",
            interval=turn.interval,
            busy=True,
            private=True,
        )
        for turn in (days.turns if days else ())
        if turn.who == partner.id and turn.stands(partners) and turn.day in week.days
    ]
