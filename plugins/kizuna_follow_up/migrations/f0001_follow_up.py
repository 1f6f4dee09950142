"""The tables of follow-up: plans, steps, tasks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f0001_follow_up"
down_revision = None
branch_labels = ("follow_up",)
depends_on = "0001_core"


def upgrade() -> None:
    op.create_table(
        "follow_up_plans",
        *_synced(),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("product_id", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("day_rule", sa.Text(), nullable=True),
        sa.Column("after_lost", sa.Boolean(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("last_edit_on", sa.Date(), nullable=True),
        sa.Column("last_edit_tasks", sa.BigInteger(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up_plans"),
    )
    op.create_index("ix_follow_up_plans_feed", "follow_up_plans", ["store_id", "revision"])
    _unique("follow_up_plans", "number")
    op.create_table(
        "follow_up_steps",
        *_synced(),
        sa.Column("plan_id", sa.Text(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("wait", sa.BigInteger(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("template", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up_steps"),
    )
    op.create_index("ix_follow_up_steps_feed", "follow_up_steps", ["store_id", "revision"])
    op.create_index("ix_follow_up_steps_plan", "follow_up_steps", ["plan_id"])
    op.create_table(
        "follow_up_tasks",
        *_synced(),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("postponed_to", sa.Date(), nullable=True),
        sa.Column("plan_id", sa.Text(), nullable=True),
        sa.Column("step_id", sa.Text(), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("task_key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_follow_up_tasks"),
    )
    op.create_index("ix_follow_up_tasks_feed", "follow_up_tasks", ["store_id", "revision"])
    op.create_index("ix_follow_up_tasks_due", "follow_up_tasks", ["status", "due_on"])
    op.create_index("ix_follow_up_tasks_customer", "follow_up_tasks", ["customer_id", "status"])
    op.create_index("ix_follow_up_tasks_source", "follow_up_tasks", ["source_id"])
    op.create_index("ix_follow_up_tasks_plan", "follow_up_tasks", ["plan_id", "status"])
    _unique("follow_up_tasks", "task_key")


def downgrade() -> None:
    for name in ("follow_up_tasks", "follow_up_steps", "follow_up_plans"):
        op.drop_table(name)


def _synced() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("field_revisions", sa.Text(), nullable=True),
    ]


def _unique(table: str, column: str) -> None:
    op.create_index(
        f"uq_{table}_{column}",
        table,
        [column],
        unique=True,
        sqlite_where=sa.text("deleted = 0"),
        postgresql_where=sa.text("deleted = false"),
    )
