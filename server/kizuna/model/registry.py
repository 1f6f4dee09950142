"""The registry of synced tables: what the core, plugins and the owner declared, as plain data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from kizuna.errors import NotFoundError, Text
from kizuna.model.fields import Choice, Declared, FieldSpec
from kizuna.model.roles import Role
from kizuna.model.synced import Sync, SyncedRow

SYSTEM_FIELDS = ("id", "revision")
STORE_FIELD = FieldSpec(name="store_id", type="store", label=Text("店舗", "Store"), required=True)
EVERY_STORE = Text("全店共通", "All stores")


class UnknownTableError(NotFoundError):
    """No synced table has that name."""

    code = "unknown-table"
    text = Text(
        "「{table}」という表はありません。使える表: {known}", "There is no table {table!r}. Tables there are: {known}"
    )


class UnknownFieldError(NotFoundError):
    """A table has no field of that name (or the caller may not see it)."""

    code = "unknown-field"
    text = Text(
        "表「{table}」に「{field}」という項目はありません。使える項目: {known}",
        "Table {table!r} has no field {field!r}. Fields there are: {known}",
    )


@dataclass(frozen=True)
class TableSpec:
    """A synced table as everything above the database sees it; fields in the order shown, the store first."""

    name: str
    sync: Sync
    model: type[SyncedRow]
    fields: tuple[FieldSpec, ...]

    @cached_property
    def by_name(self) -> Mapping[str, FieldSpec]:
        """Fields by name."""
        return {one.name: one for one in self.fields}

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """Names of the columns that hold fields, without ``store_id``."""
        return tuple(one.name for one in self.fields if one.name != "store_id")

    @cached_property
    def references(self) -> tuple[FieldSpec, ...]:
        """The fields that point to another table."""
        return tuple(one for one in self.fields if one.type == "reference")

    @cached_property
    def demanding(self) -> tuple[FieldSpec, ...]:
        """The fields a new row needs something in, its own or a default; the store, which is chosen, is not among them."""
        return tuple(one for one in self.fields if one.name != "store_id" and (one.default is not None or one.required))

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The fields whose value may be the server's doing: the number and the defaults."""
        return tuple(one.name for one in self.fields if one.default is not None or one.name == self.key)

    @cached_property
    def unique(self) -> tuple[FieldSpec, ...]:
        """The fields no two live rows share a value in."""
        return tuple(one for one in self.fields if one.unique)

    @property
    def common(self) -> bool:
        """Whether every row is common to all stores."""
        return self.sync.common

    @property
    def key(self) -> str | None:
        """The field people name a row by."""
        return self.sync.key

    def field(self, name: str) -> FieldSpec:
        """Return the field called ``name``; raise UnknownFieldError."""
        try:
            return self.by_name[name]
        except KeyError:
            raise UnknownFieldError(table=self.name, field=str(name)[:100], known=", ".join(self.by_name)) from None

    def writable_by(self, role: Role) -> bool:
        """Whether a person of that role may change rows here."""
        return role in self.sync.writers

    def seen_by(self, *, personal: bool) -> TableSpec:
        """Return the table without personal fields when ``personal`` is false."""
        if personal or not any(one.personal for one in self.fields):
            return self
        return TableSpec(self.name, self.sync, self.model, tuple(one for one in self.fields if not one.personal))


class Registry:
    """Every synced table by name; never changes, a new one is built when an owner adds a field."""

    def __init__(self, tables: Iterable[TableSpec], *, version: int = 0) -> None:
        self._tables = {table.name: table for table in tables}
        self.version = version

    def __iter__(self) -> Iterator[TableSpec]:
        return iter(self._tables.values())

    def extended(self, custom: Mapping[str, Sequence[FieldSpec]], version: int) -> Registry:
        """Return these tables with the ``custom`` fields in place of those they have; a declared field keeps its name."""
        tables = []
        for table in self._tables.values():
            declared = tuple(one for one in table.fields if not one.custom)
            names = {one.name for one in declared}
            added = tuple(one for one in custom.get(table.name, ()) if one.name not in names)
            tables.append(TableSpec(table.name, table.sync, table.model, (*declared, *added)))
        return Registry(tables, version=version)

    def table(self, name: str) -> TableSpec:
        """Return the table called ``name``; raise UnknownTableError."""
        try:
            return self._tables[name]
        except (KeyError, TypeError):
            raise UnknownTableError(table=str(name)[:100], known=", ".join(self._tables)) from None

    @cached_property
    def write_order(self) -> Mapping[str, int]:
        """A table's place when rows are written: tables it refers to come first."""
        order: dict[str, int] = {}

        def visit(name: str, above: tuple[str, ...]) -> None:
            if name in order or name in above or name not in self._tables:
                return
            for one in self._tables[name].references:
                visit(str(one.references), (*above, name))
            order[name] = len(order)

        for name in self._tables:
            visit(name, ())
        return order

    @cached_property
    def schema_hash(self) -> str:
        """A short hash that changes whenever a table or field does."""
        described = [
            (table.name, [(one.name, one.type, [c.value for c in one.choices], one.personal) for one in table.fields])
            for table in self._tables.values()
        ]
        return hashlib.sha256(json.dumps([self.version, described]).encode()).hexdigest()[:12]


def table_spec(model: type[SyncedRow], custom: Sequence[FieldSpec] = ()) -> TableSpec:
    """Return what ``model`` declares, followed by the ``custom`` fields an owner added."""
    table = model.__table__
    assert isinstance(table, sa.Table)
    declared = [
        info.named(column.key) for column in table.columns if isinstance(info := column.info.get("field"), Declared)
    ]
    store = () if model.__sync__.common else (STORE_FIELD,)
    return TableSpec(str(model.__tablename__), model.__sync__, model, (*store, *declared, *custom))


def store_choices(codes_and_names: Iterable[tuple[int, str | None]]) -> tuple[Choice, ...]:
    """Return the drop-down of stores a person may choose from; the number 0 stands for what is common to all."""
    return tuple(
        Choice(str(code), EVERY_STORE if code == 0 else Text(name or str(code), name or str(code)))
        for code, name in codes_and_names
    )
