"""Who does not answer is asked for no more: in the first silent week nobody's silence raises their share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from fractions import Fraction
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from service.domain.checkin import State
from service.domain.household import Household, Partner, PartnerId
from service.domain.week import Week
from service.flow import check_in
from service.flow.plan_week import stored_snapshot
from service.flow.week import tick
from service.ports import StoredPlan
from tests.builders import ANA, BEN, BERLIN, HOME, WEEK, Home, a_chore, a_home, a_household, a_partner

CHORES = [
    a_chore("Dinner", minutes=45, cadence="daily", window="17:00-19:00", shed="never"),
    a_chore("Laundry", "ben", cadence="3/week", window="08:00-21:00"),
    a_chore("Bathroom", "ben", minutes=40, window="Sat-Sun 09:00-18:00"),
]
HERE: tuple[State, ...] = ("fine", "weeds", "blown")
Answers = Mapping[PartnerId, State]


@st.composite
def households(draw: st.DrawFn) -> Household:
    def partner(name: str) -> Partner:
        most, consents = draw(st.sampled_from((60, 120, 240))), draw(st.sampled_from(({"stretch"}, set())))
        offered = draw(st.sampled_from((None, 45, 60)))
        return a_partner(
            name, most_minutes_a_day=most, offered_minutes_a_day=offered, consents=frozenset(consents)
        )

    anas = draw(st.sampled_from((30, 50, 70)))
    return a_household(
        partners=(partner("Ana"), partner("Ben")), base_split={ANA: anas, BEN: 100 - anas}, sitters=()
    )


def planned(home: Home, week: Week, answers: Answers) -> StoredPlan:
    """The week as it is published at the close, from the answers that were given by then."""
    sunday = week.previous.days[6]
    for clock, given_then in ((time(9, 5), answers), (time(21, 35), {})):
        home.clock.move(datetime.combine(sunday, clock, BERLIN) - home.clock.now())
        tick(home.world, HOME)
        for partner, state in given_then.items():
            check_in.answer(home.world, HOME, partner, week, state=state)
    stored = home.store.plans.get(HOME, week, "published")
    assert stored is not None
    return stored


def share(stored: StoredPlan, partner: PartnerId) -> Fraction:
    weights = {adult.id: adult.weight for adult in stored_snapshot(stored).adults}
    whole = Fraction(weights[partner], sum(weights.values()))
    assert abs(stored.plan.certificate["shares"][partner] - 100 * whole) <= 1
    return whole


_FOLDERS = count()


@pytest.mark.parametrize("theirs", HERE)
@settings(
    max_examples=1,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    household=households(),
    silent=st.sampled_from((ANA, BEN)),
    others=st.sampled_from(HERE),
    now=st.sampled_from(HERE),
    busy=st.booleans(),
)
def test_a_missing_answer_never_raises_a_share_in_its_first_week(
    tmp_path: Path,
    household: Household,
    silent: PartnerId,
    theirs: State,
    others: State,
    now: State,
    busy: bool,
) -> None:
    """Neither above what it was while the other is as before, nor, however the other is by now, above what
    the same answer given once more would make it."""
    other = household.other(silent).id

    def second_week(answers: Answers) -> tuple[StoredPlan, StoredPlan]:
        folder = tmp_path / str(next(_FOLDERS))
        folder.mkdir()
        with a_home(folder, household=household, chores=CHORES) as home:
            for week in (WEEK.next, WEEK.next.next):
                if busy:
                    home.put_busy(silent, "Mon-Fri 09:00-20:00", week)
            first = planned(home, WEEK.next, {silent: theirs, other: others})
            return first, planned(home, WEEK.next.next, answers)

    before, after = second_week({other: others})
    assert share(after, silent) <= share(before, silent)
    _, silently = second_week({other: now})
    _, said_again = second_week({silent: theirs, other: now})
    assert share(silently, silent) <= share(said_again, silent)
