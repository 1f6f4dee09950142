"""What the server's tables look like, read once from ``GET /api/v1/tables``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

from kizuna_addin.errors import UnknownFieldError, UnknownTableError
from kizuna_addin.messages import Text

NO_TEXT = Text("", "")
FieldType = Literal["text", "integer", "money", "decimal", "date", "datetime", "boolean", "choice", "tags", "reference"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a field may take, and what people call it."""

    value: Any
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a table."""

    name: str
    label: Text
    type: FieldType
    help: Text = NO_TEXT
    required: bool = False
    read_only: bool = False
    unique: bool = False
    personal: bool = False
    custom: bool = False
    choices: tuple[Choice, ...] = ()
    references: str | None = None
    max_length: int | None = None


@dataclass(frozen=True)
class Table:
    """One table of the server."""

    name: str
    label: Text
    fields: tuple[Field, ...]
    key: str | None = None
    writable: bool = True

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by name."""
        return {field.name: field for field in self.fields}

    def pick(self, names: Sequence[str] | None) -> tuple[Field, ...]:
        """Return the named fields in the order named (by name or label), all when none is named.

        Raises UnknownFieldError for a name the table does not have.
        """
        if not names:
            return self.fields
        by_label = {text: field for field in self.fields for text in (field.label.en, field.label.ja, field.name)}
        for name in names:
            if name not in by_label:
                raise UnknownFieldError(table=self.name, field=name, known=", ".join(self.by_name))
        return tuple({by_label[name].name: by_label[name] for name in names}.values())


@dataclass(frozen=True)
class Schema:
    """All tables the caller may read; `raw` is what the server said, for keeping in the workbook."""

    raw: Mapping[str, Any]
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """Return the table of that name or label; raise UnknownTableError when there is none."""
        for table in self.tables:
            if name in {table.name, table.label.ja, table.label.en}:
                return table
        raise UnknownTableError(table=name, known=", ".join(table.name for table in self.tables))


def read_schema(raw: Mapping[str, Any]) -> Schema:
    """Return the answer of ``GET /api/v1/tables`` as a schema."""
    return Schema(raw=raw, tables=tuple(_table(one) for one in raw["tables"]))


def _table(raw: Mapping[str, Any]) -> Table:
    return Table(
        name=raw["name"],
        label=_text(raw["label"]),
        key=raw.get("key"),
        writable=raw.get("writable", True),
        fields=tuple(_field(one) for one in raw["fields"]),
    )


def _field(raw: Mapping[str, Any]) -> Field:
    return Field(
        name=raw["name"],
        label=_text(raw["label"]),
        help=_text(raw.get("help")),
        type=cast("FieldType", raw["type"]),
        required=raw.get("required", False),
        read_only=raw.get("read_only", False),
        unique=raw.get("unique", False),
        personal=raw.get("personal", False),
        custom=raw.get("custom", False),
        choices=tuple(Choice(one["value"], _text(one["label"])) for one in raw.get("choices") or ()),
        references=raw.get("references"),
        max_length=raw.get("max_length"),
    )


def _text(raw: Mapping[str, str] | None) -> Text:
    return Text(raw.get("ja") or "", raw.get("en") or "") if raw else NO_TEXT
