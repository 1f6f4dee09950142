"""How many tasks an edit of a plan has not reached yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f0002_replan_left"
down_revision = "f0001_follow_up"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follow_up_plans", sa.Column("replan_left", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("follow_up_plans") as table:
        table.drop_column("replan_left")
