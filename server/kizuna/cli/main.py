"""The command line of the server: ``kizuna``."""

from __future__ import annotations

import logging

import click

from kizuna._version import __version__
from kizuna.cli.administer import pair, staff, store, token
from kizuna.cli.ask import call
from kizuna.cli.bring_in import import_file
from kizuna.cli.daily import every_day
from kizuna.cli.demo import demo
from kizuna.cli.duplicates import duplicates, merge_command
from kizuna.cli.export import export_command, exports
from kizuna.cli.fields import field
from kizuna.cli.group import PluginGroup, use_plugins_folder
from kizuna.cli.history import changes, history, undo_command
from kizuna.cli.plugin import plugin
from kizuna.cli.prepare import init, migrate
from kizuna.cli.prune import prune_command
from kizuna.cli.restore import restore
from kizuna.cli.serve import serve
from kizuna.cli.settings import settings
from kizuna.cli.workbook import workbook

HELP = """絆 Kizuna — 店舗のExcelと顧客データベースを同期するサーバー。

Keep every shop's Excel workbooks in step with one customer database.

まず試す / Try it:  kizuna demo
"""


@click.group(cls=PluginGroup, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kizuna")
@click.option(
    "--plugins",
    "plugins_folder",
    type=click.Path(file_okay=False),
    callback=use_plugins_folder,
    is_eager=True,
    expose_value=False,
    help="1ファイルのプラグインを置くフォルダ / Folder of one-file plugins (KIZUNA_PLUGINS).",
)
@click.option("--verbose", is_flag=True, help="詳しい記録を表示 / Show what happens inside.")
def main(*, verbose: bool) -> None:
    """Run a command of the server."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )


for command in (
    serve,
    demo,
    init,
    store,
    staff,
    token,
    pair,
    import_file,
    export_command,
    exports,
    call,
    field,
    history,
    changes,
    undo_command,
    restore,
    duplicates,
    merge_command,
    prune_command,
    settings,
    workbook,
    plugin,
    every_day,
    migrate,
):
    main.add_command(command)
