"""Plugins' tables: made with the core's, later, and left alone when the plugin goes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from kizuna.model.backend import run
from kizuna.model.database import Database
from kizuna.ops.migrate import DatabaseTooNewError, is_current, migrate

SCRIPT = """
import sqlalchemy as sa
from alembic import op

revision = "{name}_1"
down_revision = None
branch_labels = ("{name}",)
depends_on = "0001_core"


def upgrade():
    op.create_table("{name}", sa.Column("id", sa.Text(), primary_key=True))


def downgrade():
    op.drop_table("{name}")
"""


def folder(place: Path, name: str) -> Path:
    """Write a plugin's migrations and return their folder."""
    made = place / name / "migrations"
    made.mkdir(parents=True)
    (made / f"{name}_1.py").write_text(SCRIPT.format(name=name))
    return made


def has_table(database: Database, name: str) -> bool:
    with database.backend.read() as connection:
        return sa.inspect(connection).has_table(name)


def test_a_plugin_installed_later_gets_its_tables(database: Database, tmp_path: Path) -> None:
    surveys = folder(tmp_path, "surveys")
    before = is_current(database.backend, [surveys])
    migrate(database.backend, [surveys])

    assert not before
    assert is_current(database.backend, [surveys])
    assert has_table(database, "surveys")


def test_a_plugin_that_goes_leaves_its_table_and_comes_back_to_it(database: Database, tmp_path: Path) -> None:
    surveys, others = folder(tmp_path, "surveys"), folder(tmp_path, "others")
    migrate(database.backend, [surveys])
    without = is_current(database.backend)
    migrate(database.backend, [others])

    assert without
    assert has_table(database, "surveys")
    assert is_current(database.backend, [surveys, others])


def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    database.backend.write(lambda connection: run(connection, "delete from alembic_version"))
    database.backend.write(
        lambda connection: run(connection, "insert into alembic_version(version_num) values ('9999_core')")
    )

    with pytest.raises(DatabaseTooNewError):
        migrate(database.backend)
    assert not is_current(database.backend)
