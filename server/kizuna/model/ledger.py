"""The order of changes: feeds, changes, changesets, and the counters behind numbers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kizuna.model.synced import Base


class Feed(Base):
    """A store's counter of revisions; locked by whoever writes, until commit.

    Locking is what makes revisions visible in order: a reader that has seen N misses nothing up to N.
    ``pruned_revision`` is the last revision whose history was cut away; older cursors get a snapshot.
    """

    __tablename__ = "feeds"

    store_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(sa.BigInteger, nullable=False, default=0)
    pruned_revision: Mapped[int] = mapped_column(sa.BigInteger, nullable=False, default=0, server_default="0")


class FeedPosition(Base):
    """The last revision that touched one table in one feed: what "nothing new" is decided on."""

    __tablename__ = "feed_positions"

    table_name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    store_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)


class Change(Base):
    """One row's difference at its place in the order.

    ``fields`` is JSON ``{field: [before, after]}`` in wire form. An insert keeps none: what a row was inserted with is what
    it is now, walked back through its later changes. ``previous_revision`` is where the row's change before this one stands
    in the same feed; None where the row came into it, as new or from another store. See `kizuna.sync.walk`.
    """

    __tablename__ = "changes"
    __table_args__ = (
        sa.CheckConstraint("previous_revision is not null or kind in ('insert', 'entered')", name="ck_changes_linked"),
        sa.Index("ix_changes_changeset", "changeset_id"),
        sa.Index(
            "ix_changes_left",
            "store_id",
            "table_name",
            "revision",
            sqlite_where=sa.text("kind = 'left'"),
            postgresql_where=sa.text("kind = 'left'"),
        ),
        sa.Index(
            "ix_changes_left_row",
            "row_id",
            sqlite_where=sa.text("kind = 'left'"),
            postgresql_where=sa.text("kind = 'left'"),
        ),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(sa.Text, nullable=False)
    row_id: Mapped[str] = mapped_column(sa.Text, nullable=False)
    kind: Mapped[str] = mapped_column(sa.Text, nullable=False)
    fields: Mapped[str | None] = mapped_column(sa.Text)
    changeset_id: Mapped[str] = mapped_column(sa.Text, nullable=False)
    previous_revision: Mapped[int | None] = mapped_column(sa.BigInteger)


class Changeset(Base):
    """What one push did, and the answer it got: a repeat is answered from here."""

    __tablename__ = "changesets"
    __table_args__ = (sa.Index("ix_changesets_at", "at"), sa.Index("ix_changesets_undoes", "undoes"))

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.Text, nullable=False)
    who: Mapped[str] = mapped_column(sa.Text, nullable=False)
    device: Mapped[str | None] = mapped_column(sa.Text)
    at: Mapped[str] = mapped_column(sa.Text, nullable=False)
    origin: Mapped[str] = mapped_column(sa.Text, nullable=False)
    note: Mapped[str | None] = mapped_column(sa.Text)
    undoes: Mapped[str | None] = mapped_column(sa.Text)
    request_hash: Mapped[str] = mapped_column(sa.Text, nullable=False)
    stores: Mapped[str] = mapped_column(sa.Text, nullable=False)
    counts: Mapped[str] = mapped_column(sa.Text, nullable=False)
    answer: Mapped[bytes] = mapped_column(sa.LargeBinary, nullable=False)


class NumberCounter(Base):
    """The last number given out per table."""

    __tablename__ = "number_counters"

    table_name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    last: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)


class DailyRun(Base):
    """The last day a plugin's `every_day` was done for."""

    __tablename__ = "daily_runs"

    plugin: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    last_day: Mapped[str | None] = mapped_column(sa.Text)
