"""Forgetting: a partner who leaves, a household that ends, and what has grown old."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from service.domain.household import Household, HouseholdId, PartnerId
from service.domain.week import Week
from service.store import schema
from service.store.documents import chore_from_json, chore_to_json, household_from_json, household_to_json

WORDS_KEPT: Final = timedelta(days=1)
STATES_KEPT: Final = timedelta(weeks=6, days=1)
MADE_FROM_KEPT: Final = timedelta(weeks=1, days=1)
PLANS_KEPT: Final = timedelta(weeks=52, days=1)
"""Counted from the end of their week; the day makes it over in every time zone."""
MADE_FROM_LOOKS_BACK_WEEKS: Final = 8


def erase_household(connection: Connection, household: HouseholdId) -> None:
    """The household's own row; the database takes everything that hangs on it."""
    connection.execute(delete(schema.household).where(schema.household.c.id == household))


def erase_partner(connection: Connection, household: HouseholdId, partner: PartnerId) -> None:
    """Account, feeds, times they are out, journal, answers, agreements, links and mails of that partner,
    their part in the household and its chores, and plans and questions, which tell of both. Their chores
    have no owner then. With the last one the household goes whole; only its id stays, so that no file
    begins it anew.

    What is needed to delete their entries from calendars has to be read before.
    """
    found = connection.scalar(select(schema.household.c.document).where(schema.household.c.id == household))
    before = household_from_json(household, found) if found is not None else None
    if before is not None and [each.id for each in before.partners] == [partner]:
        erase_household(connection, household)
        ended = Household(household, str(household), before.zone, (), before.check_in)
        connection.execute(
            insert(schema.household).values(id=household, document=household_to_json(ended), chores_seeded=0)
        )
        return
    for table in (
        schema.account,
        schema.feed,
        schema.journal,
        schema.answer,
        schema.agreement,
        schema.card,
        schema.link,
        schema.outbox,
        schema.out_time,
    ):
        connection.execute(delete(table).where(table.c.household == household, table.c.partner == partner))
    for of_both in (schema.plan, schema.question, schema.off_time, schema.days_at_home):
        connection.execute(delete(of_both).where(of_both.c.household == household))
    _leave_household(connection, household, partner)
    _leave_chores(connection, household, partner)


def forget_old(connection: Connection, now: datetime) -> None:
    """What was written in answers, questions and cards at their week's end, times out once later ones hold,
    in plans how each was and was busy once the week after is over, answers after six weeks, plans, journal
    and mails after a year, links when they expire."""
    words_before, made_from_before, states_before, plans_before = (
        Week.of((now - kept).date()) for kept in (WORDS_KEPT, MADE_FROM_KEPT, STATES_KEPT, PLANS_KEPT)
    )
    answer, link = schema.answer, schema.link
    connection.execute(update(answer).where(answer.c.week < words_before).values(appreciation="", details=""))
    for table in (schema.question, schema.off_time, schema.card, schema.days_at_home):
        connection.execute(delete(table).where(table.c.week < words_before))
    _forget_times_out(connection, words_before)
    _forget_made_from(connection, made_from_before)
    connection.execute(delete(answer).where(answer.c.week < states_before))
    for table in (schema.check_in, schema.plan, schema.journal, schema.outbox):
        connection.execute(delete(table).where(table.c.week < plans_before))
    connection.execute(delete(link).where(link.c.expires_at <= now))


def _forget_times_out(connection: Connection, before: Week) -> None:
    """Of what each said before that week, only the last holds on."""
    said, later = schema.out_time, schema.out_time.alias()
    holds_instead = select(later.c.week).where(
        later.c.household == said.c.household,
        later.c.partner == said.c.partner,
        later.c.week > said.c.week,
        later.c.week < before,
    )
    connection.execute(delete(said).where(said.c.week < before, holds_instead.exists()))


def _forget_made_from(connection: Connection, before: Week) -> None:
    """Of each one in a plan's snapshot, all that tells how they were and when they were busy, and what its
    reasons told them alone of their calendar. The next week's plan was the last to need it. Looks as far back
    as a daily run may have been missed."""
    plan = schema.plan
    since = before
    for _ in range(MADE_FROM_LOOKS_BACK_WEEKS):
        since = since.previous
    rows = connection.execute(select(plan).where(plan.c.week >= since, plan.c.week < before)).mappings().all()
    for row in rows:
        snapshot, made = row["snapshot"], row["plan"]
        adults = [_without_how_they_were(adult) for adult in snapshot.get("adults", ())]
        moves = [_without_own_words(move) for move in made.get("moves", ())]
        if (adults, moves) != (snapshot.get("adults", []), made.get("moves", [])):
            connection.execute(
                update(plan)
                .where(
                    plan.c.household == row["household"],
                    plan.c.week == row["week"],
                    plan.c.stage == row["stage"],
                )
                .values(snapshot={**snapshot, "adults": adults}, plan={**made, "moves": moves})
            )


def _without_how_they_were(adult: Mapping[str, Any]) -> dict[str, Any]:
    offered = adult["offered_min"]
    plain = {"state": "fine", "capacity_min": offered, "share_weight": offered, "ledger_min": 0}
    return {**adult, **plain, "busy": [], "at_home": [], "may_be_planned": []}


def _without_own_words(move: Mapping[str, Any]) -> dict[str, Any]:
    """A move without what somebody alone was told of their own calendar."""
    return {name: value for name, value in move.items() if name != "own_reasons"}


def _leave_household(connection: Connection, household: HouseholdId, partner: PartnerId) -> None:
    table = schema.household
    document = connection.scalar(select(table.c.document).where(table.c.id == household))
    if document is None:
        return
    before: Household = household_from_json(household, document)
    after = replace(
        before,
        partners=tuple(each for each in before.partners if each.id != partner),
        base_split={who: part for who, part in before.base_split.items() if who != partner},
        pending=(),
        joined=tuple(who for who in before.joined if who != partner),
    )
    connection.execute(update(table).where(table.c.id == household).values(document=household_to_json(after)))


def _leave_chores(connection: Connection, household: HouseholdId, partner: PartnerId) -> None:
    table = schema.chore
    rows = connection.execute(
        select(table.c.id, table.c.document).where(table.c.household == household)
    ).all()
    for chore_id, document in rows:
        before = chore_from_json(chore_id, document)
        only = tuple(each for each in before.only if each != partner)
        after = replace(
            before,
            owner=None if before.owner == partner else before.owner,
            only=only,
            only_reason=before.only_reason if only else None,
            liking={who: liking for who, liking in before.liking.items() if who != partner},
        )
        if after != before:
            connection.execute(
                update(table)
                .where(table.c.household == household, table.c.id == chore_id)
                .values(document={**document, **chore_to_json(after)})
            )
