"""Bring a database's schema to what the code expects."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from kizuna import migrations
from kizuna.errors import OperationError, Text
from kizuna.model.backend import Backend

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported where it is used: server processes, which never migrate, do without its 12 MB.
CORE = Path(migrations.__file__).parent


class NotMigratedError(OperationError):
    """The database has no tables of ours, or older ones."""

    code = "not-migrated"
    text = Text(
        "データベースがないか、この版のKizunaに合っていません。"
        "初めてなら kizuna init、更新後なら kizuna migrate を実行してください。",
        "There is no database here, or not at this version. Run kizuna init the first time, kizuna migrate after an update.",
    )


class DatabaseTooNewError(OperationError):
    """The database was made by a later version."""

    code = "database-too-new"
    text = Text(
        "データベースは、より新しい版のKizunaで作られています。Kizunaを更新してください。",
        "A later version of Kizuna made this database. Update Kizuna.",
    )


def alembic_config(connection: sa.Connection | None, folders: Sequence[Path] = ()) -> Config:
    """Return the configuration of the core's migrations and those in plugins' ``folders``."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(CORE))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(str(one) for one in (CORE / "versions", *folders)))
    config.attributes["connection"] = connection
    return config


def migrate(backend: Backend, folders: Sequence[Path] = ()) -> None:
    """Run every migration the database lacks; raise DatabaseTooNewError.

    What a plugin left behind that is no longer installed stays as it is, and is found again when the plugin comes back.
    """
    from alembic import command
    from alembic.runtime.migration import MigrationContext

    def work(connection: sa.Connection) -> None:
        config = alembic_config(connection, folders)
        applied = set(MigrationContext.configure(connection).get_current_heads())
        strangers = applied - _known(config)
        if applied and not applied - strangers:
            raise DatabaseTooNewError
        version = sa.table("alembic_version", sa.column("version_num"))
        for one in sorted(strangers):
            connection.execute(version.delete().where(version.c.version_num == one))
        command.upgrade(config, "heads")
        backend.after_migrating(connection)
        for one in sorted(strangers):
            connection.execute(version.insert().values(version_num=one))

    backend.write(work)


def is_current(backend: Backend, folders: Sequence[Path] = ()) -> bool:
    """Return whether the database has every migration."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    with backend.read() as connection:
        applied = set(MigrationContext.configure(connection).get_current_heads())
    return applied >= set(ScriptDirectory.from_config(alembic_config(None, folders)).get_heads())


def _known(config: Config) -> set[str]:
    from alembic.script import ScriptDirectory

    return {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
