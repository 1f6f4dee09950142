"""Fields an owner added: how they are declared, and read back."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from kizuna.decoding import decode
from kizuna.errors import Text
from kizuna.model.backend import fetch_all
from kizuna.model.fields import Choice, FieldSpec, FieldType

PREFIX = "x_"
"""What the names of custom fields begin with, so that no later version of a table can collide with them."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages; ``en`` is that in ``ja`` unless told."""

    ja: str
    en: str | None = None

    def text(self) -> Text:
        """Return the text people see."""
        return Text(self.ja, self.en or self.ja)


class ChoiceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value a choice field may take."""

    value: str
    label: Words


class Declaration(msgspec.Struct, frozen=True):
    """What is kept of a custom field; ``hidden`` fields keep their data and show nowhere."""

    type: FieldType
    label: Words
    help: Words | None = None
    required: bool = False
    personal: bool = False
    choices: tuple[ChoiceWords, ...] = ()
    references: str | None = None
    max_length: int | None = None
    hidden: bool = False

    def spec(self, name: str) -> FieldSpec:
        """Return the field as everything above the database sees it."""
        return FieldSpec(
            name=name,
            type=self.type,
            label=self.label.text(),
            help=self.help.text() if self.help else None,
            required=self.required,
            personal=self.personal,
            custom=True,
            choices=tuple(Choice(one.value, one.label.text()) for one in self.choices),
            references=self.references,
            max_length=self.max_length,
        )


def schema_version(connection: sa.Connection) -> int:
    """Return how often fields were added or changed."""
    found = fetch_all(connection, "select version from schema_version where id = 1")
    return int(found[0][0]) if found else 0


def declarations(connection: sa.Connection) -> list[tuple[str, str, Declaration]]:
    """Return table, name and declaration of every custom field, hidden or not, in the order they were added."""
    sql = "select table_name, name, declaration from custom_fields order by table_name, position"
    return [(table, name, decode(said, Declaration)) for table, name, said in fetch_all(connection, sql)]


def read_custom_fields(connection: sa.Connection) -> dict[str, list[FieldSpec]]:
    """Return the custom fields of each table that are not hidden."""
    found: dict[str, list[FieldSpec]] = {}
    for table, name, declared in declarations(connection):
        if not declared.hidden:
            found.setdefault(table, []).append(declared.spec(name))
    return found


def shown(table: str, name: str, declared: Declaration) -> dict[str, Any]:
    """Return a custom field as the wire shows it to owners."""
    built: dict[str, Any] = msgspec.to_builtins(declared)
    label = declared.label.text().as_json()
    return {"table": table, "name": name, **built, "label": label}
