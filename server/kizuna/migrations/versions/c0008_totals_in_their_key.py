"""Keep PostgreSQL's totals in the index of their key too: all of them, or some thousand, are read from it alone and in order."""

from __future__ import annotations

from alembic import op

revision = "0008_totals_in_their_key"
down_revision = "0007_packed_totals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return  # SQLite keeps the rows themselves in order of their key: see 0006
    op.execute(
        "alter table customer_totals drop constraint pk_customer_totals, "
        "add constraint pk_customer_totals primary key (customer_id, store_id) include (packed)"
    )
    # An index answers alone only where vacuum has seen the rows: some thousand new ones are worth a look.
    op.execute(
        "alter table customer_totals set "
        "(autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)"
    )
