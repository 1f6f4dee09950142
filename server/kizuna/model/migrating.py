"""What a plugin's migration calls to make a synced table."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa


def create_synced_table(name: str, *columns: sa.Column[object], indexes: Sequence[str] = ()) -> None:
    """Make a table that takes part in synchronisation, inside a migration's ``upgrade``.

    ``columns`` are the plugin's own; what every synced table has comes with it. Each of ``indexes`` names one of them.
    """
    from alembic import op

    op.create_table(
        name,
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("field_revisions", sa.Text(), nullable=True),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_feed", name, ["store_id", "revision"])
    for one in indexes:
        op.create_index(f"ix_{name}_{one}", name, [one])
