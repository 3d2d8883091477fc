"""Accounts that fail together come back one by one, and never earlier than they were told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.errors import AuthExpiredError, RateLimitedError, UnavailableError
from connectors.retry import spread_out
from service.flow.read_calendars import LONGEST_REST, UNTIL_A_PERSON_LOOKED, rest_after

HOUR = 3600.0
DAY = 86_400.0
ACCOUNTS = [f"household-{number}/ana" for number in range(200)]


def test_accounts_that_failed_together_return_one_by_one() -> None:
    rests = sorted(spread_out(HOUR, key=account, longest_seconds=DAY) for account in ACCOUNTS)
    assert HOUR <= rests[0] < rests[-1] <= 1.2 * HOUR
    quarters = [sum(HOUR + n * 180 <= rest < HOUR + (n + 1) * 180 for rest in rests) for n in range(4)]
    assert all(30 < count < 70 for count in quarters), "the rests are not spread evenly"


def test_the_same_account_rests_as_long_each_time_it_is_worked_out() -> None:
    assert len({spread_out(HOUR, key="a/ana", longest_seconds=DAY) for _ in range(5)}) == 1
    assert spread_out(HOUR, key="a/ana/1", longest_seconds=DAY) != spread_out(
        HOUR, key="a/ana/2", longest_seconds=DAY
    )


@pytest.mark.parametrize("asked_for", [None, 0, 7200.0, 1e9])
def test_an_account_rests_as_long_as_it_was_asked_to_and_a_day_at_most(asked_for: float | None) -> None:
    error = RateLimitedError("A pause.", retry_after_seconds=asked_for)
    for account in ACCOUNTS:
        rest = rest_after(error, failures=0, whose=account)
        assert timedelta(seconds=min(max(asked_for or 0, 300), DAY)) <= rest <= LONGEST_REST


def test_each_failure_in_a_row_lengthens_the_rest_and_is_a_little_past_an_hour_at_most() -> None:
    rests = [rest_after(UnavailableError("No."), failures=n, whose="h/ana") for n in range(6)]
    assert rests[0] < rests[1] < rests[2]
    assert max(rests) <= timedelta(minutes=72)


def test_a_refused_password_is_left_for_an_hour() -> None:
    assert rest_after(AuthExpiredError("No."), failures=0, whose="h/ana") == UNTIL_A_PERSON_LOOKED
