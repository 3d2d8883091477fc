"""The tables. Every row belongs to a household and goes with it (ON DELETE CASCADE).

`migrations/` makes these tables; a test holds the two together. Columns whose content is encrypted
are listed in `SEALED`, each with the place that its seal is bound to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    Table,
    Text,
    UniqueConstraint,
)

from service.store.columns import Document, IsoWeek, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _household(*, primary_key: bool = False) -> Column[str]:
    return Column(
        "household",
        Text,
        ForeignKey("household.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


def _of_check_in() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["household", "week"], ["check_in.household", "check_in.week"], ondelete="CASCADE"
    )


installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("key_check", Text, nullable=False),
    sqlite_strict=True,
)

household = Table(
    "household",
    metadata,
    Column("id", Text, primary_key=True),
    Column("document", Document, nullable=False),
    Column("chores_seeded", Integer),  # how many; NULL until the first list was put
    sqlite_strict=True,
)

chore = Table(
    "chore",
    metadata,
    _household(primary_key=True),
    Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("document", Document, nullable=False),
    sqlite_strict=True,
)

account = Table(
    "account",
    metadata,
    _household(primary_key=True),
    Column("partner", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("busy", Document),
    Column("home", Text, nullable=False),
    Column("busy_ids", Document),
    Column("home_id", Text),
    Column("state", Document, nullable=False),
    Column("polled_at", UtcDateTime),
    Column("problem", Text),
    Column("retry_at", UtcDateTime),
    Column("failures", Integer, nullable=False),
    Column("busy_intervals", Document, nullable=False),
    Column("skipped", Document, nullable=False),
    Column("copies", Document, nullable=False),
    Column("subject", Text),
    Column("ends_at", UtcDateTime),
    Column("leaving", Integer, nullable=False),
    Column("confirmed", Text),  # the problem of which its person has said that it is right
    Column("told", Text),  # the trouble of which its person was mailed, while it lasts
    sqlite_strict=True,
)

feed = Table(
    "feed",
    metadata,
    _household(primary_key=True),
    Column("partner", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("state", Document, nullable=False),
    Column("busy_intervals", Document, nullable=False),
    Column("skipped", Document, nullable=False),
    Column("read_at", UtcDateTime),
    Column("problem", Text),
    Column("retry_at", UtcDateTime),
    Column("failures", Integer, nullable=False),
    sqlite_strict=True,
)

check_in = Table(
    "check_in",
    metadata,
    _household(primary_key=True),
    Column("week", IsoWeek, primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("changes", Document),
    sqlite_strict=True,
)

answer = Table(
    "answer",
    metadata,
    Column("household", Text, primary_key=True),
    Column("week", IsoWeek, primary_key=True),
    Column("partner", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("answered_at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    Column("hand_overs", Document, nullable=False),
    Column("appreciation", Text, nullable=False),
    Column("details", Text, nullable=False),  # what is raised, what was missed, days away
    _of_check_in(),
    sqlite_strict=True,
)

agreement = Table(
    "agreement",
    metadata,
    Column("household", Text, primary_key=True),
    Column("week", IsoWeek, primary_key=True),
    Column("partner", Text, primary_key=True),
    Column("agreed_at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),
    _of_check_in(),
    sqlite_strict=True,
)

plan = Table(
    "plan",
    metadata,
    _household(primary_key=True),
    Column("week", IsoWeek, primary_key=True),
    Column("stage", Text, primary_key=True),
    Column("plan", Document, nullable=False),
    Column("snapshot", Document, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    sqlite_strict=True,
)

journal = Table(
    "journal",
    metadata,
    _household(primary_key=True),
    Column("partner", Text, primary_key=True),
    Column("week", IsoWeek, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("standing", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("uid", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("href", Text, nullable=False),
    Column("etag", Text),
    Column("fingerprint", Text, nullable=False),
    Column("start_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False),
    Column("asked", Document, nullable=False),  # the entry without its words
    Column("words", Text, nullable=False),  # its title and description
    sqlite_strict=True,
)

question = Table(
    "question",
    metadata,
    _household(primary_key=True),
    Column("week", IsoWeek, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("document", Document, nullable=False),
    sqlite_strict=True,
)

off_time = Table(
    "off_time",
    metadata,
    _household(primary_key=True),
    Column("week", IsoWeek, primary_key=True),
    Column("partner", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("sealed", Text, nullable=False),
    sqlite_strict=True,
)

card = Table(
    "card",
    metadata,
    _household(primary_key=True),
    Column("chore", Text, primary_key=True),
    Column("partner", Text, nullable=False),
    Column("week", IsoWeek, nullable=False),  # the last one that it is kept for
    Column("words", Text, nullable=False),
    sqlite_strict=True,
)

out_time = Table(
    "out_time",
    metadata,
    _household(primary_key=True),
    Column("partner", Text, primary_key=True),
    Column("week", IsoWeek, primary_key=True),
    Column("sealed", Text, nullable=False),
    sqlite_strict=True,
)

days_at_home = Table(
    "days_at_home",
    metadata,
    _household(primary_key=True),
    Column("week", IsoWeek, nullable=False),  # that of the last day
    Column("sealed", Text, nullable=False),
    sqlite_strict=True,
)

link = Table(
    "link",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    _household(),
    Column("partner", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("week", IsoWeek),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "household", "partner"),
    sqlite_strict=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    _household(),
    Column("partner", Text, nullable=False),
    Column("week", IsoWeek, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("changed_at", UtcDateTime),  # since when it is `dispatching`, or what it became
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", UtcDateTime),
    Column("problem", Text),
    UniqueConstraint("household", "partner", "week", "kind", "sequence"),
    Index(None, "state", "next_try_at"),
    sqlite_strict=True,
    sqlite_autoincrement=True,  # an id is never given twice, so a late answer cannot settle another mail
)

due = Table(
    "due",
    metadata,
    _household(primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("owner", Text),
    Column("attempts", Integer, nullable=False),
    Column("woken_at", UtcDateTime),  # the earliest wake since the running claim
    Column("problem", Text),
    Index(None, "due_at"),
    sqlite_strict=True,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value belongs; it opens nowhere else."""

    household: str
    partner: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """An encrypted column. `named_by` are the columns that tell a partner's rows apart."""

    column: Column[str]
    named_by: tuple[str, ...] = ()

    def place(self, row: Mapping[str, Any] | RowMapping) -> Place:
        purpose = [self.column.table.name, self.column.name, *(str(row[name]) for name in self.named_by)]
        return Place(row.get("household", ""), row.get("partner", ""), " ".join(purpose))


KEY_CHECK = Sealed(installation.c.key_check)
ACCOUNT_SECRET = Sealed(account.c.secret)
FEED_URL = Sealed(feed.c.url, ("name",))
APPRECIATION = Sealed(answer.c.appreciation, ("week",))
ANSWER_DETAILS = Sealed(answer.c.details, ("week",))
JOURNAL_WORDS = Sealed(journal.c.words, ("week", "key"))
OFF_TIME = Sealed(off_time.c.sealed, ("week", "day"))
CARD_WORDS = Sealed(card.c.words, ("chore",))
OUT_TIME = Sealed(out_time.c.sealed, ("week",))
DAYS_AT_HOME = Sealed(days_at_home.c.sealed)
MESSAGE = Sealed(outbox.c.message, ("week", "kind", "sequence"))
SEALED = (
    KEY_CHECK,
    ACCOUNT_SECRET,
    FEED_URL,
    APPRECIATION,
    ANSWER_DETAILS,
    JOURNAL_WORDS,
    OFF_TIME,
    CARD_WORDS,
    OUT_TIME,
    DAYS_AT_HOME,
    MESSAGE,
)
