"""Who asks, and which rows and fields they may see."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from kizuna.errors import AccessError, Text
from kizuna.model.registry import TableSpec
from kizuna.model.roles import LEADERS, Role
from kizuna.model.synced import COMMON_STORE


class ReadOnlyError(AccessError):
    """The caller's role may not change this table."""

    code = "read-only"
    text = Text(
        "「{table}」を変更する権限がありません(役割: {role})。オーナーに依頼してください。",
        "Your role ({role}) may not change {table!r}. Ask the owner.",
    )


class PersonalWithheldError(AccessError):
    """Something cannot be done without personal fields, which the caller may not see."""

    code = "personal-withheld"
    text = Text(
        "個人情報の項目を見る権限がないため、この操作はできません。オーナーに依頼してください。",
        "This needs personal fields, which you may not see. Ask the owner.",
    )


class OwnerOnlyError(AccessError):
    """Only an owner may do this."""

    code = "owner-only"
    text = Text(
        "この操作はオーナーだけができます。オーナーに依頼してください。", "Only an owner may do this. Ask the owner."
    )


@dataclass(frozen=True)
class Actor:
    """The person (or program) a request is made for.

    ``stores`` are the stores in scope; rows common to all stores are in everybody's.
    """

    account_id: str
    name: str
    role: Role
    stores: tuple[int, ...]
    device: str | None = None
    staff_id: str | None = None
    staff_number: str | None = None
    all_stores: bool = False
    may_see_personal: bool = True
    may_export: bool = False
    schema_version: int = 0
    """Which fields there are while this request lasts; see `Database.at`."""

    @cached_property
    def feeds(self) -> tuple[int, ...]:
        """The feeds in scope, common first."""
        return (COMMON_STORE, *sorted(self.stores))

    @property
    def walls(self) -> tuple[int, ...] | None:
        """The feeds the database's own wall lets through; None: all."""
        return None if self.all_stores else self.feeds

    @cached_property
    def scope_hash(self) -> str:
        """A short hash of what is visible: stores and personal fields."""
        return hashlib.sha256(repr((self.feeds, self.may_see_personal)).encode()).hexdigest()[:12]

    def sees(self, store_id: int) -> bool:
        """Whether rows of that store are in scope."""
        return store_id in self.feeds

    def table(self, spec: TableSpec) -> TableSpec:
        """Return the table as this person may see it."""
        return spec.seen_by(personal=self.may_see_personal)

    def may_write_into(self, spec: TableSpec, store_id: int) -> bool:
        """Whether new rows of that store may be written here."""
        if spec.common:
            return store_id == COMMON_STORE
        if store_id == COMMON_STORE:
            return self.role in LEADERS
        return store_id in self.stores
