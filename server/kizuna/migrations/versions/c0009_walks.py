"""Tell each change where the row's change before it stands: a history is walked back, and needs no index of rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_walks"
down_revision = "0008_totals_in_their_key"
branch_labels = None
depends_on = None

LEFT = sa.text("kind = 'left'")
COLUMNS = "store_id, revision, table_name, row_id, kind, fields, changeset_id"
PART = 20_000
"""Revisions of a feed that SQLite fills in at once: it notes the keys of all it is going to write, in memory."""
# A server of the version before that still runs, told too late to end, writes no links: the histories it wrote would end early
# and undoing would take back too little. It is refused instead, and its clients keep what they have to send.
CHECK = "previous_revision is not null or kind in ('insert', 'entered')"
COLUMN = f"alter table changes add column previous_revision bigint constraint ck_changes_linked check ({CHECK})"
# What a row came into a feed by has none before it there; where it was pruned, it stood somewhere after 0.
BY_SQLITE = """
update changes set previous_revision = coalesce((
    select p.revision from changes p indexed by ix_changes_row
    where p.row_id = changes.row_id and p.revision < changes.revision
      and p.store_id = changes.store_id and p.table_name = changes.table_name
    order by p.revision desc limit 1
), 0)
where store_id = :store and revision >= :first and revision < :end and kind not in ('insert', 'entered')
"""
# PostgreSQL would keep each row it updates as it was, too: it writes all of them anew, in a fifth of the time. Sorting goes by
# files, and the table stays the one it was, with its walls and what was granted on it.
BY_POSTGRESQL = (
    f"create temporary table linked on commit drop as select {COLUMNS}, "
    "case when kind not in ('insert', 'entered') then lag(revision, 1, 0::bigint) over "
    "(partition by store_id, table_name, row_id order by revision) end as previous_revision from changes",
    "alter table changes drop constraint pk_changes",
    "truncate changes",
    f"insert into changes({COLUMNS}, previous_revision) "
    f"select {COLUMNS}, previous_revision from linked order by store_id, revision",
    "alter table changes add constraint pk_changes primary key (store_id, revision)",
    f"alter table changes add constraint ck_changes_linked check ({CHECK})",
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        # It would not take the column before it is filled in.
        op.execute("pragma ignore_check_constraints = on")
        try:
            op.execute(COLUMN)
        finally:
            op.execute("pragma ignore_check_constraints = off")
        edges = sa.text("select store_id, min(revision), max(revision) from changes group by store_id")
        for store, first, last in connection.execute(edges).all():
            for start in range(first, last + 1, PART):
                connection.execute(sa.text(BY_SQLITE), {"store": store, "first": start, "end": start + PART})
        op.drop_index("ix_changes_row", "changes")
    else:
        op.add_column("changes", sa.Column("previous_revision", sa.BigInteger(), nullable=True))
        op.drop_index("ix_changes_row", "changes")
        op.drop_index("ix_changes_changeset", "changes")
        for statement in BY_POSTGRESQL:
            op.execute(statement)
        op.create_index("ix_changes_changeset", "changes", ["changeset_id"])
    op.create_index("ix_changes_left_row", "changes", ["row_id"], sqlite_where=LEFT, postgresql_where=LEFT)


def downgrade() -> None:
    op.create_index("ix_changes_row", "changes", ["row_id", "revision"])
    op.drop_index("ix_changes_left_row", "changes")
    op.drop_column("changes", "previous_revision")
