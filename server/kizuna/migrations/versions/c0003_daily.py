"""Remember what day each plugin has done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_daily"
down_revision = "0002_undo"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_runs",
        sa.Column("plugin", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("plugin", name=op.f("pk_daily_runs")),
    )
    op.create_table(
        "setting_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_changes")),
    )
    op.create_index("ix_setting_changes_name", "setting_changes", ["name", "id"])


def downgrade() -> None:
    op.drop_table("setting_changes")
    op.drop_table("daily_runs")
