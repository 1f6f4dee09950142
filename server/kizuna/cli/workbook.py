"""``kizuna workbook``: a workbook of the plugins' sheets."""

from __future__ import annotations

from pathlib import Path

import click

from kizuna.app import default_plugins_folder
from kizuna.cli.speaking import language, say
from kizuna.errors import Text
from kizuna.plugins import load_plugins

BUILT = Text("ブックを作りました: {file}({sheets})", "The workbook is built: {file} ({sheets})")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--sheet", "names", multiple=True, help="入れるシート(複数可、省略で全部) / A sheet to put in; repeat; default all."
)
@click.option("--language", "spoken", type=click.Choice(["ja", "en"]), help="言語 / Language.")
def workbook(file: Path, *, names: tuple[str, ...], spoken: str | None) -> None:
    """プラグインのシートを集めた分析ブックを作る / Build a workbook of the plugins' sheets.

    例: kizuna workbook 分析.xlsx
    """
    from kizuna_workbooks.building import build

    sheets = load_plugins(folder=default_plugins_folder()).sheets
    for name in names:
        if name not in sheets:
            raise click.BadParameter(f"{name}: {', '.join(sheets)}", param_hint="--sheet")
    chosen = [sheets[name] for name in names or sheets]
    tongue = spoken or language()
    file.write_bytes(build(chosen, language=tongue))
    say(BUILT, file=file, sheets=", ".join(one.label.in_language(tongue) for one in chosen))
