"""Find the changeset that undid another."""

from __future__ import annotations

from alembic import op

revision = "0002_undo"
down_revision = "0001_core"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_changesets_undoes", "changesets", ["undoes"])


def downgrade() -> None:
    op.drop_index("ix_changesets_undoes", "changesets")
