"""Who may sign in, as what, for which stores; and the devices that hold their tokens."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kizuna.model.synced import Base


class Account(Base):
    """A member of staff who may use the server."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    staff_id: Mapped[str] = mapped_column(sa.Text, nullable=False, unique=True)
    role: Mapped[str] = mapped_column(sa.Text, nullable=False)
    all_stores: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    may_see_personal: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=True)
    may_export: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=False)
    active: Mapped[bool] = mapped_column(sa.Boolean, nullable=False, default=True)


class AccountStore(Base):
    """A store an account may see."""

    __tablename__ = "account_stores"

    account_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    store_id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)


class Token(Base):
    """A device's token, kept as its SHA-256; a token is 256 random bits, so no slow hash is needed."""

    __tablename__ = "tokens"

    hash: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    account_id: Mapped[str] = mapped_column(sa.Text, nullable=False, index=True)
    device: Mapped[str] = mapped_column(sa.Text, nullable=False)
    created_at: Mapped[str] = mapped_column(sa.Text, nullable=False)
    revoked_at: Mapped[str | None] = mapped_column(sa.Text)


class Pairing(Base):
    """A device that waits to be signed in; ``account_id`` is set once somebody has approved its code."""

    __tablename__ = "pairings"

    secret_hash: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    code_hash: Mapped[str] = mapped_column(sa.Text, nullable=False, unique=True)
    device: Mapped[str] = mapped_column(sa.Text, nullable=False)
    address: Mapped[str] = mapped_column(sa.Text, nullable=False)
    expires_at: Mapped[str] = mapped_column(sa.Text, nullable=False)
    account_id: Mapped[str | None] = mapped_column(sa.Text)


class SettingValue(Base):
    """One owner-edited setting of the core or a plugin, as JSON."""

    __tablename__ = "setting_values"

    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    value: Mapped[str] = mapped_column(sa.Text, nullable=False)


class SettingChange(Base):
    """Who set a setting when, from what to what; ``id`` is a UUIDv7, so that ids are in order."""

    __tablename__ = "setting_changes"
    __table_args__ = (sa.Index("ix_setting_changes_name", "name", "id"),)

    id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text, nullable=False)
    at: Mapped[str] = mapped_column(sa.Text, nullable=False)
    who: Mapped[str] = mapped_column(sa.Text, nullable=False)
    account_id: Mapped[str] = mapped_column(sa.Text, nullable=False)
    before: Mapped[str | None] = mapped_column(sa.Text)
    after: Mapped[str] = mapped_column(sa.Text, nullable=False)


class CustomField(Base):
    """A field an owner added to a table without code."""

    __tablename__ = "custom_fields"

    table_name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    declaration: Mapped[str] = mapped_column(sa.Text, nullable=False)


class SchemaVersion(Base):
    """One row that counts changes of the registry, so that every process notices them."""

    __tablename__ = "schema_version"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)
