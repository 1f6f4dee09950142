"""The table of answers."""

import sqlalchemy as sa

from kizuna.model import create_synced_table

revision = "nps_0001"
down_revision = None
branch_labels = ("nps",)
depends_on = "0001_core"


def upgrade() -> None:
    """Make the table."""
    create_synced_table(
        "nps_answers",
        sa.Column("customer_id", sa.Text()),
        sa.Column("answered_on", sa.Date()),
        sa.Column("score", sa.BigInteger()),
        sa.Column("comment", sa.Text()),
        indexes=["customer_id"],
    )


def downgrade() -> None:
    """Leave the answers: they are the shop's."""
