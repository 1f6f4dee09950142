"""Add, change and hide an owner's own fields: real columns, noticed by every server process at its next request."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
import sqlalchemy as sa

from kizuna.errors import NotFoundError, RequestError, Text
from kizuna.model.backend import Backend, run
from kizuna.model.custom import PREFIX, ChoiceWords, Declaration, Words, declarations
from kizuna.model.database import Database
from kizuna.model.fields import NOTE_LENGTH, SQL_TYPES, TEXT_LENGTH, FieldSpec, FieldType
from kizuna.model.registry import TableSpec
from kizuna.model.scope import Actor, OwnerOnlyError

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}\Z")
MOST_FIELDS = 60
MOST_CHOICES = 200
LONGEST_LABEL = 60
LONGEST_HELP = 500
ROW_COLUMNS = ("id", "store_id", "revision", "deleted", "field_revisions")
Limited = Annotated[str, msgspec.Meta(max_length=100)]


class BadFieldError(RequestError):
    """A field is declared in a way it cannot be."""

    code = "bad-field"
    text = Text("項目の定義が正しくありません: {reason.ja}", "The field cannot be declared so: {reason.en}")


class FieldTakenError(RequestError):
    """The table already has a field of that name or label."""

    code = "field-taken"
    text = Text(
        "表「{table}」にはすでに「{name}」という項目があります(非表示のものも含む)。別の名前にするか、非表示なら再表示してください。",
        "Table {table!r} already has a field {name!r}, shown or hidden. Choose another name, or show the hidden one again.",
    )


class TooManyFieldsError(RequestError):
    """A table has as many custom fields as it may."""

    code = "too-many-fields"
    text = Text(
        "追加できる項目は1つの表に {limit} 個までです。使っていない項目の名前と種類を見直して再利用してください。",
        "A table takes at most {limit} fields of your own. Reuse one that is no longer needed.",
    )


class NoSuchCustomFieldError(NotFoundError):
    """The table has no custom field of that name."""

    code = "unknown-custom-field"
    text = Text(
        "表「{table}」に追加項目「{name}」はありません。変更できるのはオーナーが追加した項目だけです。",
        "Table {table!r} has no field {name!r} of your own; only those can be changed.",
    )


class NewField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wish for a new field; its column and its name on the wire are ``x_`` and ``name``."""

    name: Limited
    type: FieldType
    label: Words
    help: Words | None = None
    required: bool = False
    personal: bool = False
    choices: tuple[ChoiceWords, ...] = ()
    references: Limited | None = None
    max_length: int | None = None


class FieldEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of a field; absent stays. The type stays as it is: values are there already."""

    label: Words | msgspec.UnsetType = msgspec.UNSET
    help: Words | msgspec.UnsetType | None = msgspec.UNSET
    required: bool | msgspec.UnsetType = msgspec.UNSET
    personal: bool | msgspec.UnsetType = msgspec.UNSET
    choices: tuple[ChoiceWords, ...] | msgspec.UnsetType = msgspec.UNSET
    max_length: int | msgspec.UnsetType = msgspec.UNSET
    hidden: bool | msgspec.UnsetType = msgspec.UNSET


def list_fields(
    database: Database, connection: sa.Connection, actor: Actor, table: str
) -> list[tuple[str, Declaration]]:
    """Return the custom fields of a table, hidden ones too; raise OwnerOnlyError and UnknownTableError."""
    _check_owner(actor)
    name = database.registry.table(table).name
    return [(field, declared) for of, field, declared in declarations(connection) if of == name]


def add_field(database: Database, actor: Actor, table: str, asked: NewField) -> tuple[str, Declaration]:
    """Add a field to a table; return its name and declaration.

    Raises OwnerOnlyError, UnknownTableError, BadFieldError, FieldTakenError and TooManyFieldsError.
    """
    _check_owner(actor)
    spec = database.registry.table(table)
    name = _column(asked.name)
    default = TEXT_LENGTH if asked.type == "text" else None
    length = default if asked.max_length is None else asked.max_length
    declared = Declaration(
        type=asked.type,
        label=asked.label,
        help=asked.help,
        required=asked.required,
        personal=asked.personal,
        choices=asked.choices,
        references=asked.references,
        max_length=length,
    )
    _check(database, declared)

    def work(connection: sa.Connection) -> tuple[str, Declaration]:
        known = _locked(database.backend, connection, table)
        if len(known) >= MOST_FIELDS:
            raise TooManyFieldsError(limit=MOST_FIELDS)
        short = name.removeprefix(PREFIX)
        if name in known or {name, short} & {*ROW_COLUMNS, *(one.name for one in _declared(spec))}:
            raise FieldTakenError(table=table, name=short)
        _check_label(spec, known, name, declared)
        sql = f"insert into custom_fields(table_name, name, position, declaration) values ({database.backend.holes(4)})"
        run(connection, sql, (table, name, len(known) + 1, msgspec.json.encode(declared).decode()))
        kind = SQL_TYPES[declared.type]().compile(dialect=connection.dialect)
        run(connection, f"alter table {spec.name} add column {name} {kind}")
        return name, declared

    return database.backend.write(work)


def edit_field(database: Database, actor: Actor, table: str, field: str, asked: FieldEdit) -> tuple[str, Declaration]:
    """Change a custom field, hide it or show it again; its data stays. Return its name and declaration.

    Raises OwnerOnlyError, UnknownTableError, NoSuchCustomFieldError, BadFieldError and FieldTakenError.
    """
    _check_owner(actor)
    spec = database.registry.table(table)
    name = PREFIX + field.removeprefix(PREFIX)

    def work(connection: sa.Connection) -> tuple[str, Declaration]:
        known = _locked(database.backend, connection, table)
        if name not in known:
            raise NoSuchCustomFieldError(table=table, name=field[:60])
        said = {one: getattr(asked, one) for one in FieldEdit.__struct_fields__}
        changed = {one: value for one, value in said.items() if value is not msgspec.UNSET}
        declared = msgspec.structs.replace(known[name], **changed)
        _check(database, declared)
        _check_label(spec, known, name, declared)
        hole = database.backend.holes(1)
        sql = f"update custom_fields set declaration = {hole} where table_name = {hole} and name = {hole}"
        run(connection, sql, (msgspec.json.encode(declared).decode(), table, name))
        return name, declared

    return database.backend.write(work)


def _check_owner(actor: Actor) -> None:
    if actor.role != "owner":
        raise OwnerOnlyError


def _column(name: str) -> str:
    short = name.removeprefix(PREFIX)
    if not NAME.match(short):
        raise _bad(
            "名前は英小文字で始まる31文字までの英小文字・数字・_",
            "a name is up to 31 of a-z, 0-9 and _, a letter first",
        )
    return PREFIX + short


def _bad(ja: str, en: str) -> BadFieldError:
    return BadFieldError(reason=Text(ja, en))


def _check(database: Database, declared: Declaration) -> None:
    """Raise BadFieldError where a declaration makes no sense, UnknownTableError where it refers to no table."""
    _check_words(declared.label, LONGEST_LABEL)
    if declared.help is not None:
        _check_words(declared.help, LONGEST_HELP)
    if declared.type == "store":
        raise _bad("種類 store は使えません", "the type store is the server's own")
    if (declared.type == "choice") != bool(declared.choices):
        raise _bad("choices は種類 choice のときだけ、1つ以上", "choices go with the type choice, at least one")
    if (declared.type == "reference") != (declared.references is not None):
        raise _bad("references は種類 reference のときだけ", "references goes with the type reference")
    if declared.references is not None:
        database.registry.table(declared.references)
    if declared.max_length is not None and (declared.type != "text" or not 1 <= declared.max_length <= NOTE_LENGTH):
        raise _bad(f"max_length は種類 text で 1〜{NOTE_LENGTH}", f"max_length goes with text, 1 to {NOTE_LENGTH}")
    _check_choices(declared)


def _check_choices(declared: Declaration) -> None:
    if len(declared.choices) > MOST_CHOICES:
        raise _bad(f"選択肢は {MOST_CHOICES} 個まで", f"at most {MOST_CHOICES} choices")
    named: dict[str, str] = {}
    for one in declared.choices:
        _check_words(one.label, LONGEST_LABEL)
        _check_words(Words(one.value), LONGEST_LABEL)
        # A push takes a choice by its value or a label, so no two may be called alike.
        for word in {one.value, one.label.ja, one.label.text().en}:
            if named.setdefault(word, one.value) != one.value:
                raise _bad(f"選択肢「{word}」が重複", f"two choices are called {word!r}")
    if len({one.value for one in declared.choices}) < len(declared.choices):
        raise _bad("選択肢の値が重複", "two choices have the same value")


def _check_words(words: Words, longest: int) -> None:
    for word in (words.ja, words.text().en):
        if not word.strip() or len(word) > longest or not word.isprintable():
            raise _bad(
                f"「{word[:20]}」は1〜{longest}文字の文字列にする", f"{word[:20]!r} must have 1 to {longest} characters"
            )


def _declared(spec: TableSpec) -> list[FieldSpec]:
    """Return the fields the core or a plugin declared."""
    return [one for one in spec.fields if not one.custom]


def _check_label(spec: TableSpec, known: dict[str, Declaration], name: str, declared: Declaration) -> None:
    """Raise FieldTakenError where another field is labelled alike: headings of sheets and files are labels."""
    if declared.hidden:
        return
    others = [one.label for one in _declared(spec)]
    others += [one.label.text() for key, one in known.items() if key != name and not one.hidden]
    taken = {word for label in others for word in (label.ja, label.en)}
    for word in (declared.label.ja, declared.label.text().en):
        if word in taken:
            raise FieldTakenError(table=spec.name, name=word)


def _locked(backend: Backend, connection: sa.Connection, table: str) -> dict[str, Declaration]:
    """Keep others who change fields out until the end of the transaction; return the custom fields of a table."""
    if not backend.one_writer:
        # Whoever waits long for a table in use keeps everybody else waiting: rather try again.
        run(connection, "set local lock_timeout = '2s'")
    run(connection, "insert into schema_version(id, version) values (1, 0) on conflict do nothing")
    run(connection, "update schema_version set version = version + 1 where id = 1")
    return {name: declared for of, name, declared in declarations(connection) if of == table}
