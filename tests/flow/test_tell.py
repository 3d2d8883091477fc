"""When a mail may arrive: outside of its reader's quiet hours."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from service.flow.tell import quiet_until
from tests.builders import BERLIN, WEEK, a_household


@pytest.mark.parametrize(
    ("at", "ends"),
    [("21:59", None), ("22:00", "06:30"), ("23:59", "06:30"), ("06:29", "06:30"), ("06:30", None)],
)
def test_quiet_hours_end_in_the_morning(at: str, ends: str | None) -> None:
    household, monday = a_household(), WEEK.monday
    now = datetime.combine(monday, time.fromisoformat(at), BERLIN)
    until = quiet_until(household, household.partners[0], now)
    assert (until.astimezone(BERLIN).strftime("%H:%M") if until else None) == ends
