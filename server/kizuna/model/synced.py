"""What every synced table has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from kizuna.errors import Text
from kizuna.model.fields import Declared
from kizuna.model.roles import Role
from kizuna.worksheet import DeclarationError

COMMON_STORE = 0
"""The feed of rows common to all stores."""

LARGEST_STORE = 99_999_999
"""The greatest number a store may have."""


class Base(DeclarativeBase):
    """The metadata of the core and of every plugin."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the server numbers new rows: ``C`` and 4 digits gives C0001, C0002 and so on."""

    prefix: str
    digits: int

    def format(self, count: int) -> str:
        """Return the ``count``-th number."""
        return self.format_all(count, 1)[0]

    def format_all(self, first: int, count: int) -> list[str]:
        """Return ``count`` numbers from the ``first``-th on."""
        form = f"{self.prefix.replace('%', '%%')}%0{self.digits}d"
        return [form % place for place in range(first, first + count)]


@dataclass(frozen=True, slots=True)
class Sync:
    """How a table takes part in synchronisation; ``__sync__`` of its class."""

    label: Text
    key: str | None = None
    numbering: Numbering | None = None
    common: bool = False
    writers: frozenset[Role] = frozenset({"owner", "manager", "staff"})
    parent: str | None = None


class SyncedRow(Base):
    """A row that travels: identity, store, place in the order of changes, tombstone."""

    __abstract__ = True
    __sync__: ClassVar[Sync]

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True, sort_order=-5)
    store_id: Mapped[int] = mapped_column(sa.Integer, nullable=False, sort_order=-4)
    revision: Mapped[int] = mapped_column(sa.BigInteger, nullable=False, sort_order=-3)
    deleted: Mapped[bool] = mapped_column(
        sa.Boolean, nullable=False, default=False, server_default=sa.false(), sort_order=-2
    )
    field_revisions: Mapped[str | None] = mapped_column(sa.Text, sort_order=-1)

    def __init_subclass__(cls, **options: Any) -> None:
        """Raise DeclarationError where a table of this name is there already."""
        name = cls.__dict__.get("__tablename__")
        if name in cls.metadata.tables:
            first = next(one.class_.__module__ for one in cls.registry.mappers if one.class_.__tablename__ == name)
            raise DeclarationError(
                f"the table {name!r} is there already, declared in {first.removeprefix('kizuna_dropped_in_')}: "
                "rename yours, or load one of the two only"
            )
        super().__init_subclass__(**options)

    @declared_attr.directive
    def __table_args__(cls: type[SyncedRow]) -> Any:  # noqa: N805  # SQLAlchemy calls it on the class
        return (*synced_indexes(cls), *cls.extra_indexes())

    @classmethod
    def extra_indexes(cls) -> tuple[sa.Index, ...]:
        """Return the indexes a table needs beside the common ones."""
        return ()


def synced_indexes(cls: type[SyncedRow]) -> list[sa.Index]:
    """Return the indexes pull and push rely on: order of changes, and uniqueness among rows not deleted."""
    name = cls.__tablename__
    indexes = [sa.Index(f"ix_{name}_feed", "store_id", "revision")]
    for attribute in vars(cls).values():
        declared = getattr(getattr(attribute, "column", None), "info", {}).get("field")
        if isinstance(declared, Declared) and declared.options["unique"]:
            column = attribute.column.name or _attribute_name(cls, attribute)
            live = sa.text("deleted = false")
            indexes.append(
                sa.Index(
                    f"uq_{name}_{column}",
                    column,
                    unique=True,
                    sqlite_where=sa.text("deleted = 0"),
                    postgresql_where=live,
                )
            )
    return indexes


def _attribute_name(cls: type[SyncedRow], attribute: Any) -> str:
    return next(name for name, value in vars(cls).items() if value is attribute)
