"""Keep SQLite's totals in order of customer: all of them are read in one sweep, and one customer's in one search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_totals"
down_revision = "0005_exports"
branch_labels = None
depends_on = None

COLUMNS = "customer_id, store_id, first_on, last_on, last_activity_on, purchases, amount"


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table("customer_totals", "old_totals")
    op.create_table(
        "customer_totals",
        sa.Column("customer_id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("last_activity_on", sa.Date(), nullable=False),
        sa.Column("purchases", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "store_id", name=op.f("pk_customer_totals")),
        sqlite_with_rowid=False,
    )
    op.execute(
        f"insert into customer_totals({COLUMNS}) select {COLUMNS} from old_totals order by customer_id, store_id"
    )
    op.drop_table("old_totals")
