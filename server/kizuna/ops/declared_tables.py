"""Compare the tables plugins declare with what their migrations made of the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from kizuna.errors import OperationError, Text
from kizuna.model.database import backend_for, sqlite_url
from kizuna.ops.migrate import MigrationFailedError, migrate


class TableNotMadeError(OperationError):
    """The tables a plugin declares are not those its migrations make."""

    code = "table-not-made"
    text = Text(
        "プラグインの表とマイグレーションが合っていません: {flaws}。プラグインの migrations/ を直してください。",
        "Plugins' tables are not as their migrations make them: {flaws}. Mend the files in the plugin's migrations/.",
    )


def flaws_of_tables(connection: sa.Connection, tables: Mapping[str, Any]) -> list[str]:
    """Return what the database lacks of these tables: one sentence for each table or column that is not as declared.

    ``tables`` are the models by name. What the database has beyond them is left alone: an owner's own fields are there too.
    """
    seen = sa.inspect(connection)
    there = set(seen.get_table_names())
    return [
        flaw
        for name, model in tables.items()
        for flaw in (
            _flaws_of_columns(model.__table__, seen.get_columns(name), connection.dialect)
            if name in there
            else [f"no migration makes the table {name}"]
        )
    ]


def flaws_of_migrations(tables: Mapping[str, Any], folders: Sequence[Path]) -> list[str]:
    """Return what the migrations of ``folders`` make otherwise than these tables say, tried on an empty database."""
    if not tables:
        return []
    with TemporaryDirectory() as folder:
        backend = backend_for(sqlite_url(Path(folder) / "kizuna.db"))
        try:
            migrate(backend, folders)
            with backend.read() as connection:
                return flaws_of_tables(connection, tables)
        except MigrationFailedError as error:
            return [str(error)]
        finally:
            backend.close()


def _flaws_of_columns(table: sa.Table, found: Iterable[Any], dialect: sa.Dialect) -> list[str]:
    types = {one["name"]: _told(one["type"], dialect) for one in found}
    return [
        f"{table.name}.{column.name} is {types[column.name]}, and {_told(column.type, dialect)} in the class"
        if column.name in types
        else f"{table.name} has no column {column.name} {_told(column.type, dialect)}"
        for column in table.columns
        if types.get(column.name) != _told(column.type, dialect)
    ]


def _told(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> str:
    return kind.compile(dialect=dialect)
