"""Failures of building and installing the Excel add-in."""

from __future__ import annotations

from kizuna_addin.errors import AddinError
from kizuna_addin.messages import Text


class NoExcelHereError(AddinError):
    """There is no Excel for this system."""

    code = "no-excel-here"
    text = Text(
        "この OS には Excel がありません。LibreOffice（「kizuna-addin build-oxt」で拡張機能を作る）か、"
        "kizuna-addin のコマンドを使ってください。",
        "There is no Excel for this system. Use LibreOffice (“kizuna-addin build-oxt” makes its extension) or the commands of "
        "kizuna-addin.",
    )


class FileInUseError(AddinError):
    """The add-in's file cannot be replaced."""

    code = "file-in-use"
    text = Text(
        "{file} を書き換えられません。Excel をすべて閉じてから、もう一度実行してください。",
        "{file} cannot be replaced. Close Excel everywhere and run the command again.",
    )


class BadCatalogueError(AddinError):
    """What should be a catalogue of functions is something else."""

    code = "bad-catalogue"
    text = Text(
        "{source} は関数カタログではありません。サーバーの /api/v1/functions の答えを保存したものを指定してください。",
        "{source} is no catalogue of functions; give a saved answer of the server's /api/v1/functions.",
    )


class MissingPartsError(AddinError):
    """A Python package that building needs is not installed."""

    code = "missing-parts"
    text = Text(
        'アドインを作るための部品 {module} がありません。Kizuna のフォルダーで「pip install ".[xlam]"」を、'
        'パッケージから入れたときは「pip install "kizuna[xlam]"」を、Kizuna と同じ Python で実行してください。',
        "The package {module} for building the add-in is missing; with the Python that Kizuna runs in, run "
        '“pip install ".[xlam]"” in Kizuna\'s folder, or “pip install "kizuna[xlam]"” where it came as a package.',
    )
