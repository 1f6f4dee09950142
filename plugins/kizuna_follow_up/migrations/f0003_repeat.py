"""What a purchase does while its after-purchase plan runs already."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f0003_repeat"
down_revision = "f0002_replan_left"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follow_up_plans", sa.Column("repeat", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("follow_up_plans") as table:
        table.drop_column("repeat")
