"""Devices that wait to be signed in by a short code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_pairings"
down_revision = "0003_daily"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pairings",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_pairings")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_pairings_code_hash")),
    )


def downgrade() -> None:
    op.drop_table("pairings")
