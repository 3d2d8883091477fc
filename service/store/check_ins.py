"""The weekly question's answers and agreements, until nobody needs them any more."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Table, and_, bindparam, delete, select, update

from service.domain.checkin import (
    Agreement,
    Answer,
    CheckIn,
    DaysAway,
    OwnTimeWish,
    ProposalChange,
    Raised,
    State,
    Undoing,
)
from service.domain.chores import ChoreId
from service.domain.household import HouseholdId, PartnerId
from service.domain.interval import Interval
from service.domain.week import Week
from service.ports import StoredPlan
from service.store import schema
from service.store.engine import Database, insert_new, upsert
from service.store.plans import plan_row
from service.store.secrets import Sealer

_OF_WEEK = tuple(
    select(table).where(table.c.household == bindparam("household"), table.c.week == bindparam("week"))
    for table in (schema.check_in, schema.answer, schema.agreement)
)

_STATES = select(schema.answer.c.week, schema.answer.c.state).where(
    schema.answer.c.household == bindparam("household"),
    schema.answer.c.partner == bindparam("partner"),
    schema.answer.c.week.in_(bindparam("weeks", expanding=True)),
)


class SqlCheckIns:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def get(self, household: HouseholdId, week: Week) -> CheckIn | None:
        with self._database.read() as connection:
            row, answers, agreements = (
                connection.execute(query, {"household": household, "week": week}).mappings().all()
                for query in _OF_WEEK
            )
        if not row:
            return None
        return CheckIn(
            week=week,
            opened_at=row[0]["opened_at"],
            closes_at=row[0]["closes_at"],
            answers={PartnerId(each["partner"]): self._answer(each) for each in answers},
            agreements={
                PartnerId(each["partner"]): Agreement(each["partner"], each["agreed_at"], each["source"])
                for each in agreements
            },
            closed_at=row[0]["closed_at"],
            changes=tuple(_change_from_json(each) for each in row[0]["changes"] or ()),
        )

    def open(self, household: HouseholdId, week: Week, *, opened_at: datetime, closes_at: datetime) -> bool:
        row = {"household": household, "week": week, "opened_at": opened_at, "closes_at": closes_at}
        with self._database.write() as connection:
            return insert_new(connection, schema.check_in, row)

    def answer(self, household: HouseholdId, week: Week, answer: Answer) -> bool:
        table, row = schema.check_in, self._answer_row(household, week, answer)
        with self._database.write() as connection:
            still_open = connection.execute(
                select(table.c.week)
                .where(_of(table, household, week), table.c.closed_at.is_(None))
                .with_for_update()
            ).first()
            if still_open is None:
                return False
            upsert(connection, schema.answer, row)
            proposed = and_(_of(schema.plan, household, week), schema.plan.c.stage == "proposed")
            connection.execute(delete(schema.plan).where(proposed))
            connection.execute(delete(schema.agreement).where(_of(schema.agreement, household, week)))
            connection.execute(update(table).where(_of(table, household, week)).values(changes=None))
            return True

    def answer_late(self, household: HouseholdId, week: Week, answer: Answer) -> bool:
        with self._database.write() as connection:
            return insert_new(connection, schema.answer, self._answer_row(household, week, answer))

    def _answer_row(self, household: HouseholdId, week: Week, answer: Answer) -> dict[str, Any]:
        row: dict[str, Any] = {
            "household": household,
            "week": week,
            "partner": answer.partner,
            "state": answer.state,
            "answered_at": answer.answered_at,
            "source": answer.source,
            "hand_overs": list(answer.hand_overs),
        }
        place = schema.APPRECIATION.place(row)
        row["appreciation"] = self._sealer.seal(answer.appreciation.encode(), place)
        details = json.dumps(_details_to_json(answer)).encode()
        row["details"] = self._sealer.seal(details, schema.ANSWER_DETAILS.place(row))
        return row

    def agree(
        self, household: HouseholdId, week: Week, agreement: Agreement, *, proposal_made_at: datetime
    ) -> bool:
        table, plan = schema.check_in, schema.plan
        row = {
            "household": household,
            "week": week,
            "partner": agreement.partner,
            "agreed_at": agreement.agreed_at,
            "source": agreement.source,
        }
        standing = (
            select(table.c.week)
            .join(plan, _of(plan, household, week))
            .where(
                _of(table, household, week),
                table.c.closed_at.is_(None),
                plan.c.stage == "proposed",
                plan.c.made_at == proposal_made_at,
            )
            .with_for_update()
        )
        with self._database.write() as connection:
            if connection.execute(standing).first() is None:
                return False
            upsert(connection, schema.agreement, row)
            return True

    def change(
        self,
        household: HouseholdId,
        week: Week,
        changes: Sequence[ProposalChange],
        *,
        proposal: StoredPlan,
        instead_of: datetime,
    ) -> bool:
        table, plan = schema.check_in, schema.plan
        standing = (
            select(table.c.week)
            .join(plan, _of(plan, household, week))
            .where(
                _of(table, household, week),
                table.c.closed_at.is_(None),
                plan.c.stage == "proposed",
                plan.c.made_at == instead_of,
            )
            .with_for_update()
        )
        with self._database.write() as connection:
            if connection.execute(standing).first() is None:
                return False
            document = [_change_to_json(each) for each in changes]
            connection.execute(update(table).where(_of(table, household, week)).values(changes=document))
            upsert(connection, plan, plan_row(household, week, "proposed", proposal))
            connection.execute(delete(schema.agreement).where(_of(schema.agreement, household, week)))
            return True

    def withdraw_agreements(self, household: HouseholdId, week: Week) -> None:
        with self._database.write() as connection:
            connection.execute(delete(schema.agreement).where(_of(schema.agreement, household, week)))

    def close(self, household: HouseholdId, week: Week, *, closed_at: datetime) -> bool:
        table = schema.check_in
        with self._database.write() as connection:
            closed = connection.execute(
                update(table)
                .where(_of(table, household, week), table.c.closed_at.is_(None))
                .values(closed_at=closed_at)
            )
        return closed.rowcount == 1

    def states_before(
        self, household: HouseholdId, partner: PartnerId, week: Week, *, count: int = 6
    ) -> list[State | None]:
        weeks = [week := week.previous for _ in range(count)]
        named = {"household": household, "partner": partner, "weeks": weeks}
        with self._database.read() as connection:
            rows = connection.execute(_STATES, named).all()
        states = {row.week: row.state for row in rows}
        return [states.get(each) for each in weeks]

    def erase_said(self, household: HouseholdId, partner: PartnerId, *, before: Week) -> None:
        table = schema.answer
        theirs = and_(table.c.household == household, table.c.partner == partner)
        with self._database.write() as connection:
            connection.execute(delete(table).where(theirs, table.c.week < before))
            for row in connection.execute(select(table).where(theirs)).mappings().all():
                said = replace(self._answer(row), appreciation="", raised=(), missed=(), named=None)
                upsert(connection, table, self._answer_row(household, row["week"], said))

    def _answer(self, row: RowMapping) -> Answer:
        sealed = row["appreciation"]  # blank once it was forgotten
        words = self._sealer.unseal(sealed, schema.APPRECIATION.place(row)) if sealed else b""
        sealed = row["details"]
        details = json.loads(self._sealer.unseal(sealed, schema.ANSWER_DETAILS.place(row))) if sealed else {}
        away = details.get("away")
        return Answer(
            partner=PartnerId(row["partner"]),
            state=row["state"],
            answered_at=row["answered_at"],
            source=row["source"],
            hand_overs=tuple(ChoreId(chore) for chore in row["hand_overs"]),
            appreciation=words.decode(),
            raised=tuple(Raised(ChoreId(chore), wish) for chore, wish in details.get("raised", ())),
            missed=tuple(ChoreId(chore) for chore in details.get("missed", ())),
            days_away=DaysAway(*map(date.fromisoformat, away)) if away else None,
            own_time=OwnTimeWish(**own_time) if (own_time := details.get("own_time")) else None,
            named=details.get("named"),
        )


def _details_to_json(answer: Answer) -> dict[str, Any]:
    away = answer.days_away
    return {
        "raised": [[one.chore, one.wish] for one in answer.raised],
        "missed": list(answer.missed),
        "away": [away.first_on.isoformat(), away.last_on.isoformat()] if away else None,
        "own_time": asdict(answer.own_time) if answer.own_time else None,
        "named": answer.named,
    }


def _change_to_json(change: ProposalChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "by": change.by,
        "doers": dict(change.doers),
        "dropped": change.dropped,
        "said": list(change.said),
        "starts": {block: at.isoformat() for block, at in change.starts.items()},
        "before": {
            "doers": dict(change.before.doers),
            "blocks": {
                block: stood and [stood[0], stood[1].start_at.isoformat(), stood[1].end_at.isoformat()]
                for block, stood in change.before.blocks.items()
            },
            "without": {chore: list(parts) for chore, parts in change.before.without.items()},
        },
    }


def _change_from_json(document: Mapping[str, Any]) -> ProposalChange:
    return ProposalChange(
        kind=document["kind"],
        by=PartnerId(document["by"]),
        doers={chore: PartnerId(who) for chore, who in document["doers"].items()},
        dropped=document["dropped"],
        said=tuple(document["said"]),
        starts={block: datetime.fromisoformat(at) for block, at in document["starts"].items()},
        before=_undoing_from_json(document.get("before") or {}),
    )


def _undoing_from_json(document: Mapping[str, Any]) -> Undoing:
    return Undoing(
        doers={chore: who and PartnerId(who) for chore, who in document.get("doers", {}).items()},
        blocks={
            block: stood and (PartnerId(stood[0]), Interval(*map(datetime.fromisoformat, stood[1:])))
            for block, stood in document.get("blocks", {}).items()
        },
        without={chore: tuple(parts) for chore, parts in document.get("without", {}).items()},
    )


def _of(table: Table, household: HouseholdId, week: Week) -> ColumnElement[bool]:
    return and_(table.c.household == household, table.c.week == week)
