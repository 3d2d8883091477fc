"""The first schema.

Makes every table; there are no rows before it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from service.store import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _of_household(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_household_household"
    return sa.ForeignKeyConstraint(["household"], ["household.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "household",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", columns.Document(), nullable=False),
        sa.Column("chores_seeded", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_household"),
        sqlite_strict=True,
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_check", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
        sqlite_strict=True,
    )
    op.create_table(
        "account",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("busy", columns.Document()),
        sa.Column("home", sa.Text(), nullable=False),
        sa.Column("busy_ids", columns.Document()),
        sa.Column("home_id", sa.Text()),
        sa.Column("state", columns.Document(), nullable=False),
        sa.Column("polled_at", columns.UtcDateTime()),
        sa.Column("problem", sa.Text()),
        sa.Column("retry_at", columns.UtcDateTime()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("busy_intervals", columns.Document(), nullable=False),
        sa.Column("skipped", columns.Document(), nullable=False),
        sa.Column("copies", columns.Document(), nullable=False),
        sa.Column("subject", sa.Text()),
        sa.Column("ends_at", columns.UtcDateTime()),
        sa.Column("leaving", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Text()),
        sa.Column("told", sa.Text()),
        _of_household("account"),
        sa.PrimaryKeyConstraint("household", "partner", name="pk_account"),
        sqlite_strict=True,
    )
    op.create_table(
        "check_in",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("opened_at", columns.UtcDateTime(), nullable=False),
        sa.Column("closes_at", columns.UtcDateTime(), nullable=False),
        sa.Column("closed_at", columns.UtcDateTime()),
        sa.Column("changes", columns.Document()),
        _of_household("check_in"),
        sa.PrimaryKeyConstraint("household", "week", name="pk_check_in"),
        sqlite_strict=True,
    )
    op.create_table(
        "chore",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("document", columns.Document(), nullable=False),
        _of_household("chore"),
        sa.PrimaryKeyConstraint("household", "id", name="pk_chore"),
        sqlite_strict=True,
    )
    op.create_table(
        "due",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("lease_until", columns.UtcDateTime()),
        sa.Column("owner", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("woken_at", columns.UtcDateTime()),
        sa.Column("problem", sa.Text()),
        _of_household("due"),
        sa.PrimaryKeyConstraint("household", name="pk_due"),
        sqlite_strict=True,
    )
    op.create_index("ix_due_due_at", "due", ["due_at"], unique=False)
    op.create_table(
        "feed",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", columns.Document(), nullable=False),
        sa.Column("busy_intervals", columns.Document(), nullable=False),
        sa.Column("skipped", columns.Document(), nullable=False),
        sa.Column("read_at", columns.UtcDateTime()),
        sa.Column("problem", sa.Text()),
        sa.Column("retry_at", columns.UtcDateTime()),
        sa.Column("failures", sa.Integer(), nullable=False),
        _of_household("feed"),
        sa.PrimaryKeyConstraint("household", "partner", "name", name="pk_feed"),
        sqlite_strict=True,
    )
    op.create_table(
        "journal",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("href", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("start_at", columns.UtcDateTime(), nullable=False),
        sa.Column("end_at", columns.UtcDateTime(), nullable=False),
        sa.Column("asked", columns.Document(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _of_household("journal"),
        sa.PrimaryKeyConstraint("household", "partner", "week", "key", name="pk_journal"),
        sqlite_strict=True,
    )
    op.create_table(
        "link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek()),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        _of_household("link"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_link"),
        sqlite_strict=True,
    )
    op.create_index("ix_link_household_partner", "link", ["household", "partner"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", columns.UtcDateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", columns.UtcDateTime()),
        sa.Column("problem", sa.Text()),
        _of_household("outbox"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint(
            "household",
            "partner",
            "week",
            "kind",
            "sequence",
            name="uq_outbox_household_partner_week_kind_sequence",
        ),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("ix_outbox_state_next_try_at", "outbox", ["state", "next_try_at"], unique=False)
    op.create_table(
        "plan",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("plan", columns.Document(), nullable=False),
        sa.Column("snapshot", columns.Document(), nullable=False),
        sa.Column("made_at", columns.UtcDateTime(), nullable=False),
        _of_household("plan"),
        sa.PrimaryKeyConstraint("household", "week", "stage", name="pk_plan"),
        sqlite_strict=True,
    )
    op.create_table(
        "question",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("document", columns.Document(), nullable=False),
        _of_household("question"),
        sa.PrimaryKeyConstraint("household", "week", "id", name="pk_question"),
        sqlite_strict=True,
    )
    op.create_table(
        "off_time",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        _of_household("off_time"),
        sa.PrimaryKeyConstraint("household", "week", "partner", "day", name="pk_off_time"),
        sqlite_strict=True,
    )
    op.create_table(
        "card",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("chore", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _of_household("card"),
        sa.PrimaryKeyConstraint("household", "chore", name="pk_card"),
        sqlite_strict=True,
    )
    op.create_table(
        "out_time",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        _of_household("out_time"),
        sa.PrimaryKeyConstraint("household", "partner", "week", name="pk_out_time"),
        sqlite_strict=True,
    )
    op.create_table(
        "days_at_home",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        _of_household("days_at_home"),
        sa.PrimaryKeyConstraint("household", name="pk_days_at_home"),
        sqlite_strict=True,
    )
    op.create_table(
        "agreement",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("agreed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household", "week"],
            ["check_in.household", "check_in.week"],
            name="fk_agreement_household_week_check_in",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("household", "week", "partner", name="pk_agreement"),
        sqlite_strict=True,
    )
    op.create_table(
        "answer",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("week", columns.IsoWeek(), nullable=False),
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_at", columns.UtcDateTime(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("hand_overs", columns.Document(), nullable=False),
        sa.Column("appreciation", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household", "week"],
            ["check_in.household", "check_in.week"],
            name="fk_answer_household_week_check_in",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("household", "week", "partner", name="pk_answer"),
        sqlite_strict=True,
    )


def downgrade() -> None:
    for table in (
        "answer",
        "agreement",
        "question",
        "off_time",
        "card",
        "out_time",
        "days_at_home",
        "plan",
        "outbox",
        "link",
        "journal",
        "feed",
        "due",
        "chore",
        "check_in",
        "account",
        "installation",
        "household",
    ):
        op.drop_table(table)
