"""Column types that mean the same on SQLite and PostgreSQL.

SQLite's STRICT tables know TEXT, INTEGER, REAL and BLOB only, and its DATETIME forgets the time zone;
so each type here says itself what it is there. Tables use these, `Text`, `Integer` and `LargeBinary`,
nothing else.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from service.domain.week import Week


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept and returned as UTC.

    In SQLite it is ISO text of one fixed width, so that text order is the order of time.

    Raises:
        ValueError: a naive datetime was to be written (SQLAlchemy wraps it in a StatementError).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone before it is stored")
        utc = value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (datetime.fromisoformat(value) if dialect.name == "sqlite" else value).astimezone(UTC)


class Document(TypeDecorator[Any]):
    """JSON; `None` is SQL's NULL. Written and read whole, never searched inside."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else JSON(none_as_null=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" and value is not None else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(value) if dialect.name == "sqlite" and value is not None else value


class IsoWeek(TypeDecorator[Week]):
    """A week as `2026-W48`, whose text order is the order of time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Week | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else str(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Week | None:  # noqa: ARG002
        return None if value is None else Week.parse(value)
