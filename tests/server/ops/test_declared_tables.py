"""A plugin's table that its migrations do not make is named, column by column, before anybody misses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from kizuna.cli.main import main
from kizuna.model.database import Database
from kizuna.ops.declared_tables import TableNotMadeError, flaws_of_tables
from kizuna.plugins import load_plugins
from kizuna.testing import shop_from

PLUGIN = '''
"""Coupons."""
from datetime import date
from decimal import Decimal

from kizuna import Text, hookimpl
from kizuna.model import Sync, SyncedRow, field
from sqlalchemy.orm import Mapped


class Coupon(SyncedRow):
    """One coupon."""

    __tablename__ = "coupons_{name}"
    __sync__ = Sync(Text("クーポン", "Coupons"))

    until: Mapped[date | None] = field("date", "期限", "Until")
    amount: Mapped[Decimal | None] = field("money", "金額", "Amount")


@hookimpl
def tables():
    return [Coupon]
'''
MIGRATION = """
import sqlalchemy as sa

from kizuna.model import create_synced_table

revision = "coupons_{name}_1"
down_revision = None
branch_labels = ("coupons_{name}",)
depends_on = "0001_core"


def upgrade():
    create_synced_table("coupons_{name}", {columns})
"""


def written(folder: Path, name: str, columns: str | None) -> Path:
    """Write a plugin whose migration makes these columns, or that has none."""
    package = folder / f"plugin_{name}"
    (package / "migrations").mkdir(parents=True)
    (package / "__init__.py").write_text(PLUGIN.replace("{name}", name), encoding="utf-8")
    if columns is not None:
        told = MIGRATION.format(name=name, columns=columns)
        (package / "migrations" / f"coupons_{name}_1.py").write_text(told, encoding="utf-8")
    return folder


CASES = {
    "none": (None, "no migration makes the table coupons_none"),
    "lacks": ('sa.Column("amount", sa.BigInteger())', "coupons_lacks has no column until DATE"),
    "other": (
        'sa.Column("until", sa.Date()), sa.Column("amount", sa.Numeric(12, 2))',
        "coupons_other.amount is NUMERIC(12, 2), and BIGINT in the class",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_test_of_the_author_says_what_the_migrations_lack(tmp_path: Path, name: str) -> None:
    columns, flaw = CASES[name]
    plugins = load_plugins([], folder=written(tmp_path, name, columns))
    module = plugins.manager.get_plugin(f"plugin_{name}")

    with pytest.raises(TableNotMadeError) as caught:
        shop_from(plugins=[module])

    assert flaw in str(caught.value)


@pytest.mark.parametrize("name", CASES)
def test_the_check_of_plugins_says_it_too(tmp_path: Path, name: str) -> None:
    columns, flaw = CASES[name]
    folder = written(tmp_path, f"{name}_checked", columns) / f"plugin_{name}_checked"

    said = CliRunner().invoke(main, ["plugin", "check", str(folder)], env={"COLUMNS": "400"})

    assert flaw.replace(f"coupons_{name}", f"coupons_{name}_checked") in said.output
    assert said.exit_code == 1


def test_the_tables_that_come_with_kizuna_are_as_declared_on_every_database(database: Database) -> None:
    with database.backend.read() as connection:
        assert flaws_of_tables(connection, database.plugins.tables) == []
        assert flaws_of_tables(connection, {one.name: one.model for one in database.registry}) == []


def test_a_table_of_a_name_that_is_taken_says_who_has_it(tmp_path: Path) -> None:
    written(tmp_path, "first", "")
    (tmp_path / "second.py").write_text(PLUGIN.replace("{name}", "first"), encoding="utf-8")

    states = {one.name: one.error or "" for one in load_plugins([], folder=tmp_path).states}

    assert states["plugin_first"] == ""
    assert "the table 'coupons_first' is there already, declared in plugin_first: rename yours" in states["second"]
