"""Partners' feeds: their sealed addresses, and what each said last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select, update

from connectors.model import AccountState, SkippedItem
from service.domain.household import HouseholdId, PartnerId
from service.domain.interval import Interval
from service.ports import Feed
from service.store import schema
from service.store.documents import intervals_from_json, intervals_to_json, skipped_from_json, skipped_to_json
from service.store.engine import Database
from service.store.secrets import Sealer

_table = schema.feed

_untroubled: Mapping[str, Any] = {"problem": None, "retry_at": None, "failures": 0}
_unread: Mapping[str, Any] = {
    "state": {},
    "busy_intervals": [],
    "skipped": [],
    "read_at": None,
    **_untroubled,
}
"""Of a feed that was never reached."""


class SqlFeeds:
    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    def of_partner(self, household: HouseholdId, partner: PartnerId) -> list[Feed]:
        with self._database.read() as connection:
            query = select(_table).where(_of(household, partner)).order_by(_table.c.name)
            return [self._feed(row) for row in connection.execute(query).mappings()]

    def connect(self, household: HouseholdId, partner: PartnerId, feeds: Mapping[str, str]) -> None:
        with self._database.write() as connection:
            connection.execute(
                delete(_table).where(_of(household, partner), _table.c.name.not_in(list(feeds)))
            )
            query = select(_table).where(_of(household, partner)).with_for_update()
            known = {row["name"]: self._feed(row).url for row in connection.execute(query).mappings()}
            for name, url in feeds.items():
                if known.get(name) == url:
                    continue
                row: dict[str, Any] = {"household": household, "partner": partner, "name": name, **_unread}
                row["url"] = self._sealer.seal(url.encode(), schema.FEED_URL.place(row))
                if name in known:
                    connection.execute(update(_table).where(_is(household, partner, name)).values(**row))
                else:
                    connection.execute(insert(_table).values(**row))

    def save_reading(
        self,
        feed: Feed,
        *,
        read_at: datetime,
        state: AccountState,
        busy: Sequence[Interval],
        skipped: Sequence[SkippedItem],
    ) -> None:
        """As promised by the port; nothing at all when the feed was taken out while we were reading."""
        self._save(
            feed,
            read_at=read_at,
            state=dict(state.json),
            busy_intervals=intervals_to_json(busy),
            skipped=skipped_to_json(skipped),
            **_untroubled,
        )

    def save_problem(
        self, feed: Feed, *, problem: str, retry_at: datetime | None, state: AccountState
    ) -> None:
        self._save(
            feed,
            problem=problem,
            retry_at=retry_at,
            failures=_table.c.failures + 1,
            state=dict(state.json),
        )

    def _save(self, feed: Feed, **values: Any) -> None:
        with self._database.write() as connection:
            connection.execute(
                update(_table).where(_is(feed.household, feed.partner, feed.name)).values(**values)
            )

    def _feed(self, row: RowMapping) -> Feed:
        return Feed(
            household=HouseholdId(row["household"]),
            partner=PartnerId(row["partner"]),
            name=row["name"],
            url=self._sealer.unseal(row["url"], schema.FEED_URL.place(row)).decode(),
            state=AccountState(row["state"]),
            busy=tuple(intervals_from_json(row["busy_intervals"])),
            skipped=tuple(skipped_from_json(row["skipped"])),
            read_at=row["read_at"],
            problem=row["problem"],
            retry_at=row["retry_at"],
            failures=row["failures"],
        )


def _of(household: HouseholdId, partner: PartnerId) -> ColumnElement[bool]:
    return and_(_table.c.household == household, _table.c.partner == partner)


def _is(household: HouseholdId, partner: PartnerId, name: str) -> ColumnElement[bool]:
    return and_(_of(household, partner), _table.c.name == name)
