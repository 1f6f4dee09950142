"""Fields of synced tables: one declaration gives column, wire type, label, rules, drop-down and docs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import MappedColumn, mapped_column

from kizuna.errors import Text
from kizuna.model.columns import Decimal6, Money, Tags

FieldType = Literal[
    "text", "integer", "money", "decimal", "date", "datetime", "boolean", "choice", "tags", "reference", "store"
]

SQL_TYPES: dict[FieldType, type[Any]] = {
    "text": sa.Text,
    "integer": sa.BigInteger,
    "money": Money,
    "decimal": Decimal6,
    "date": sa.Date,
    "datetime": sa.Text,
    "boolean": sa.Boolean,
    "choice": sa.Text,
    "tags": Tags,
    "reference": sa.Text,
    "store": sa.Integer,
}

TEXT_LENGTH = 200
NOTE_LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a choice field may take, with what people see for it."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What is known about a field of a synced table."""

    name: str
    type: FieldType
    label: Text
    help: Text | None = None
    required: bool = False
    read_only: bool = False
    unique: bool = False
    personal: bool = False
    custom: bool = False
    choices: tuple[Choice, ...] = ()
    references: str | None = None
    max_length: int | None = None
    default: Any = None
    fixed: bool = False
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """A field's declaration before it knows its name; lies in the column's ``info``."""

    type: FieldType
    label: Text
    options: dict[str, Any]

    def named(self, name: str) -> FieldSpec:
        """Return the declaration as the field called ``name``."""
        return FieldSpec(name=name, type=self.type, label=self.label, **self.options)


def field(
    kind: FieldType,
    ja: str,
    en: str,
    *,
    help_ja: str | None = None,
    help_en: str | None = None,
    required: bool = False,
    read_only: bool = False,
    unique: bool = False,
    personal: bool = False,
    choices: Sequence[Choice] = (),
    references: str | None = None,
    max_length: int | None = None,
    default: Any = None,
    fixed: bool = False,
    least: int | None = None,
    most: int | None = None,
) -> MappedColumn[Any]:
    """Declare a field of a synced table with its Japanese and English label.

    ``max_length`` counts characters (text only, 200 unless told); ``default`` is the wire value a new row gets where none
    was given; ``references`` names the table a reference points to. A ``fixed`` field keeps what its row was inserted with;
    ``least`` and ``most`` bound an integer.
    """
    if kind == "text" and max_length is None:
        max_length = TEXT_LENGTH
    options: dict[str, Any] = {
        "help": Text(help_ja, help_en or help_ja) if help_ja else None,
        "required": required,
        "read_only": read_only,
        "unique": unique,
        "personal": personal,
        "choices": tuple(choices),
        "references": references,
        "max_length": max_length,
        "default": default,
        "fixed": fixed,
        "least": least,
        "most": most,
    }
    return mapped_column(SQL_TYPES[kind], nullable=True, info={"field": Declared(kind, Text(ja, en), options)})


def choice(value: str, ja: str, en: str) -> Choice:
    """Return one choice with its labels."""
    return Choice(value, Text(ja, en))
