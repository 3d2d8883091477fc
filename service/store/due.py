"""Whose turn it is: one row a household, leased to one process at a time.

This table is the whole engine for several processes: each ticks, claims a few due households, works,
and gives them back. A process that dies keeps its lease until it ends, then another takes over.
Calendars know nothing of leases, so writes to them have to be harmless twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update

from service.domain.household import HouseholdId
from service.store import schema
from service.store.columns import UtcDateTime
from service.store.engine import Database, insert_new

_table = schema.due

MOST_DEATHS = 5
REST = timedelta(hours=1)
"""After so many runs in a row that ended with their process, a household waits so long for the next:
one that kills every process it meets must not stop the others."""


class SqlDueBoard:
    def __init__(self, database: Database) -> None:
        self._database = database

    def wake(self, household: HouseholdId, *, at: datetime) -> None:
        first = {"household": household, "due_at": at, "attempts": 0}
        with self._database.write() as connection:
            if insert_new(connection, _table, first):
                return
            connection.execute(
                update(_table)
                .where(_table.c.household == household)
                .values(due_at=_earlier(_table.c.due_at, at), woken_at=_earlier(_table.c.woken_at, at))
            )

    def claim(
        self,
        *,
        now: datetime,
        owner: str,
        lease: timedelta,
        limit: int,
        farthest: timedelta | None = None,
        only: HouseholdId | None = None,
    ) -> list[HouseholdId]:
        rested = or_(_table.c.attempts < MOST_DEATHS, _table.c.lease_until < now - REST)
        free = or_(
            _table.c.lease_until.is_(None),
            and_(_table.c.lease_until < now, rested),
            _table.c.lease_until > now + 2 * lease,
        )
        its_turn = _table.c.due_at <= now
        if farthest is not None:
            its_turn = or_(its_turn, _table.c.due_at > now + farthest)
        if only is not None:
            its_turn = and_(its_turn, _table.c.household == only)
        turn = (
            select(_table.c.household)
            .where(its_turn, free)
            .order_by(_table.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("turn")
        )
        died = and_(_table.c.lease_until.is_not(None), _table.c.attempts >= MOST_DEATHS - 1)
        reason = f"its last {MOST_DEATHS} runs ended with their process; it now waits an hour between runs"
        with self._database.write() as connection:
            rows = connection.execute(
                update(_table)
                .where(_table.c.household.in_(select(turn.c.household)))
                .values(
                    lease_until=now + lease,
                    owner=owner,
                    attempts=_table.c.attempts + 1,
                    woken_at=None,
                    problem=case((died, reason), else_=_table.c.problem),
                )
                .returning(_table.c.due_at, _table.c.household)
            ).all()
        return [HouseholdId(household) for _, household in sorted(tuple(row) for row in rows)]

    def finish(self, household: HouseholdId, *, owner: str, next_due_at: datetime) -> bool:
        return self._give_back(household, owner, next_due_at, attempts=0, problem=None)

    def fail(self, household: HouseholdId, *, owner: str, next_due_at: datetime, problem: str) -> bool:
        return self._give_back(household, owner, next_due_at, problem=problem)

    def release(self, *, owner: str) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(_table)
                .where(_table.c.owner == owner)
                .values(lease_until=None, owner=None, attempts=_table.c.attempts - 1)
            )

    def lag(self, *, now: datetime) -> timedelta:
        waiting = or_(_table.c.lease_until.is_(None), _table.c.lease_until < now)
        with self._database.read() as connection:
            longest = connection.scalar(select(func.min(_table.c.due_at)).where(waiting))
        return max(timedelta(0), now - longest) if longest else timedelta(0)

    def problems(self) -> Mapping[HouseholdId, str]:
        with self._database.read() as connection:
            rows = connection.execute(
                select(_table.c.household, _table.c.problem).where(_table.c.problem.is_not(None))
            ).all()
        return {HouseholdId(household): problem for household, problem in rows}

    def _give_back(
        self, household: HouseholdId, owner: str, next_due_at: datetime, **outcome: int | str | None
    ) -> bool:
        with self._database.write() as connection:
            mine = connection.execute(
                update(_table)
                .where(_table.c.household == household, _table.c.owner == owner)
                .values(
                    due_at=_earlier(_table.c.woken_at, next_due_at),
                    lease_until=None,
                    owner=None,
                    woken_at=None,
                    **outcome,
                )
            )
        return mine.rowcount == 1


def _earlier(column: ColumnElement[datetime], at: datetime) -> ColumnElement[datetime]:
    """`at`, unless the column holds something earlier (NULL is nothing)."""
    return case((column < at, column), else_=literal(at, UtcDateTime()))
