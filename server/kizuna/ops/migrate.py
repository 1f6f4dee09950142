"""Bring a database's schema to what the code expects."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from kizuna import migrations
from kizuna.errors import OperationError, Text
from kizuna.model.backend import Backend
from kizuna.patience import told

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


class MigrationFailedError(OperationError):
    """A migration of a plugin failed; the database is as it was before."""

    code = "migration-failed"
    text = Text(
        "プラグインの移行 {migration} が失敗しました: {reason}。データベースは元のままです。"
        "このプラグインを外すか、作者に知らせてください。",
        "The plugin's migration {migration} failed: {reason}. The database is as it was. "
        "Take the plugin out, or tell its author.",
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
    """Run every migration the database lacks; raise DatabaseTooNewError and MigrationFailedError.

    What a plugin left behind that is no longer installed stays as it is, and is found again when the plugin comes back.
    """
    from alembic import command
    from alembic.runtime.migration import MigrationContext

    def work(connection: sa.Connection) -> None:
        backend.before_migrating(connection)
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

    try:
        backend.write(work)
    except Exception as error:
        migration = _migration_at_fault(error, folders)
        if migration is None:
            raise
        raise MigrationFailedError(migration=migration, reason=told(error)) from error


def _migration_at_fault(error: Exception, folders: Sequence[Path]) -> str | None:
    """Return the file of a plugin's migration a failure came from, with the plugin's folder, or None."""
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError) and error.filename:
        files.append(Path(error.filename))
    own = {one.resolve() for one in folders}
    return next((f"{one.parent.parent.name}/{one.name}" for one in files if one.parent.resolve() in own), None)


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
