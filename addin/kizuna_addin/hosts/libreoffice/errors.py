"""What can go wrong between the add-in and LibreOffice, one class each, with its cure inside.

LibreOfficeError            (a HostError; the last three are a BookError, a BookError and a SaveError, too)
├── UnoMissingError        Python cannot talk to LibreOffice
├── SofficeMissingError    no LibreOffice on this computer
├── SofficeNotReadyError   LibreOffice was started and did not answer
├── CannotOpenError        LibreOffice could not read a file
├── BookLockedError        somebody else has the workbook open
└── CannotSaveError        LibreOffice could not write a file
"""

from __future__ import annotations

from pathlib import Path

from kizuna_addin.hosts.errors import BookError, HostError, SaveError
from kizuna_addin.messages import Text


class LibreOfficeError(HostError):
    """A failure of the LibreOffice host; `message` says what and the cure in both languages."""

    def __init__(self, *, ja: str, en: str) -> None:
        # Not by HostError's own way: the texts here hold paths and program names, in which a brace is a brace.
        Exception.__init__(self, en)
        self.details = {}
        self.message = Text(ja, en)


class UnoMissingError(LibreOfficeError, ImportError):
    """Python has no `uno` module that fits it."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            ja=f"Python から LibreOffice を操作する部品（uno）を読み込めません（{reason}）。"
            "Debian・Ubuntu では「apt install python3-uno」を実行し、同じ版の Python で動かすか、"
            "環境変数 KIZUNA_UNO_PATH に uno.py のあるフォルダーを指定してください。",
            en=f"Python cannot load LibreOffice's module uno ({reason}). On Debian or Ubuntu run "
            "'apt install python3-uno' and use the same version of Python, or name the folder that holds uno.py "
            "in the environment variable KIZUNA_UNO_PATH.",
        )


class SofficeMissingError(LibreOfficeError, FileNotFoundError):
    """No program `soffice` was found."""

    def __init__(self, looked_for: str) -> None:
        super().__init__(
            ja=f"LibreOffice が見つかりません（{looked_for}）。LibreOffice Calc をインストールするか、"
            "環境変数 KIZUNA_SOFFICE に soffice の場所を指定してください。",
            en=f"LibreOffice was not found ({looked_for}). Install LibreOffice Calc, or name the program soffice "
            "in the environment variable KIZUNA_SOFFICE.",
        )


class SofficeNotReadyError(LibreOfficeError, TimeoutError):
    """LibreOffice did not answer in time."""

    def __init__(self, connection: str, seconds: float) -> None:
        super().__init__(
            ja=f"LibreOffice が {seconds:.0f} 秒以内に応答しませんでした（{connection}）。"
            "ほかの LibreOffice を閉じてから、もう一度実行してください。",
            en=f"LibreOffice did not answer within {seconds:.0f} seconds ({connection}). "
            "Close other LibreOffice windows and try again.",
        )


class CannotOpenError(LibreOfficeError, BookError):
    """LibreOffice refused a file."""

    def __init__(self, path: Path | str, reason: str = "") -> None:
        why = f": {reason}" if reason else ""
        super().__init__(
            ja=f"「{path}」を開けません{why}。壊れていないか、パスワードが正しいかを確かめてください。",
            en=f"LibreOffice could not open {path}{why}. Check that the file is a workbook, is not damaged, "
            "and that the password is right.",
        )


class BookLockedError(LibreOfficeError, BookError):
    """A lock file says that the workbook is open elsewhere."""

    def __init__(self, path: Path | str, owner: str) -> None:
        super().__init__(
            ja=f"「{path}」は {owner} が開いています。閉じてから、もう一度実行してください。",
            en=f"{path} is open at {owner}. Close it there and try again.",
        )


class CannotSaveError(LibreOfficeError, SaveError):
    """LibreOffice could not write a file."""

    def __init__(self, path: Path | str, reason: str = "") -> None:
        why = f": {reason}" if reason else ""
        super().__init__(
            ja=f"「{path}」に保存できません{why}。フォルダーに書き込めるか、ほかで開いていないかを確かめてください。",
            en=f"LibreOffice could not save {path}{why}. Check that the folder can be written to and that the file "
            "is not open elsewhere.",
        )
