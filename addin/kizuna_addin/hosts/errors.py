"""What can go wrong between the add-in and a workbook: one class each, its text in Japanese and English.

HostError
├── BookError               the file cannot be opened as a workbook
│   ├── UnreadableBookError     the system does not let us read it
│   ├── NotAWorkbookError       something else with an .xlsx name
│   ├── EncryptedBookError      protected by a password
│   ├── OldExcelBookError       .xls of Excel 97-2003
│   ├── BinaryBookError         .xlsb
│   ├── StrictBookError         Strict Open XML, which the file library reads as empty
│   ├── DamagedBookError        truncated or broken inside
│   ├── HostileBookError        made to exhaust memory or to read other files
│   └── LossyBookError          opens, but saving would lose something the person has in it
├── PayloadError            a client without Python described its workbook in a way that cannot be read
├── FileTypeError           the name to save under asks for another kind of file
├── SaveError               the file could not be written
│   └── ChangedMeanwhileError   another program saved it since it was opened here
├── UnwritableValueError    no cell can hold the value
└── TableOverlapError       a table is in the way
"""

from __future__ import annotations

import re
from typing import ClassVar

from kizuna_addin.messages import Text


class HostError(Exception):
    """A workbook or its program refused something; `message` says what and the cure in both languages."""

    text: ClassVar[Text]

    @property
    def code(self) -> str:
        """The failure's stable name for programs, such as ``not-a-workbook``."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__.removesuffix("Error")).lower()

    def __init__(self, **details: object) -> None:
        self.details = details
        self.message = self.text.format(**details)
        super().__init__(self.message.en)


class BookError(HostError):
    """The file cannot be opened as a workbook; it was not changed."""


class UnreadableBookError(BookError):
    """The system refuses to give the file's bytes."""

    text = Text(
        "「{name}」を読めません（{reason}）。ファイルとフォルダーを見る権限があるか、ほかのプログラムが使っていないかを確かめてください。",
        '"{name}" cannot be read ({reason}). Check that you may read the file and its folder, and that no other program '
        "holds it.",
    )


class NotAWorkbookError(BookError):
    """The bytes are neither a workbook nor anything near."""

    text = Text(
        "「{name}」は Excel ブックではありません。Excel で開けるか確かめ、「Excel ブック "
        "(*.xlsx)」で保存し直してください。",
        '"{name}" is not an Excel workbook. Check that Excel opens it and save it again as "Excel Workbook (*.xlsx)".',
    )


class EncryptedBookError(BookError):
    """A password keeps the file closed."""

    text = Text(
        "「{name}」はパスワードで保護されています。"
        "Excel で開き、［ファイル］→［情報］→［ブックの保護］でパスワードを外して保存してください。",
        '"{name}" is protected by a password. Open it in Excel, remove the password under File > '
        "Info > Protect Workbook "
        "and save it.",
    )


class OldExcelBookError(BookError):
    """The file is of Excel 97-2003."""

    text = Text(
        "「{name}」は古い形式（Excel 97-2003）です。Excel で開き、「Excel ブック (*.xlsx)」で保存し直してください。",
        '"{name}" is in the old Excel 97-2003 format. Open it in Excel and save it as "Excel Workbook (*.xlsx)".',
    )


class BinaryBookError(BookError):
    """The file is a binary workbook (.xlsb)."""

    text = Text(
        "「{name}」はバイナリ ブック（.xlsb）です。Excel で開き、「Excel ブック (*.xlsx)」で保存し直してください。",
        '"{name}" is a binary workbook (.xlsb). Open it in Excel and save it as "Excel Workbook (*.xlsx)".',
    )


class StrictBookError(BookError):
    """The file is Strict Open XML."""

    text = Text(
        "「{name}」は「Strict Open XML スプレッドシート」です。Excel で開き、「Excel ブック "
        "(*.xlsx)」で保存し直してください。",
        '"{name}" is a Strict Open XML Spreadsheet. Open it in Excel and save it as "Excel Workbook (*.xlsx)".',
    )


class DamagedBookError(BookError):
    """The file is truncated or broken inside."""

    text = Text(
        "「{name}」は壊れているか、対応していない形式です（{reason}）。"
        "Excel で開いて（開けなければ［開いて修復する］で）保存し直すか、バックアップから戻してください。",
        '"{name}" is damaged or written in a way that cannot be read ({reason}). Open it in Excel '
        '(if need be with "Open and '
        'Repair") and save it again, or restore a backup.',
    )


class HostileBookError(BookError):
    """The file would exhaust this computer or reach outside itself."""

    text = Text(
        "「{name}」は開けません（{reason}）。"
        "送り主に確かめ、Excel で新しいブックに必要なシートだけを写して保存してください。",
        '"{name}" was not opened ({reason}). Ask who sent it; copy the sheets you need into a new workbook in Excel.',
    )


class LossyBookError(BookError):
    """Saving this workbook from here would lose what `details["losses"]` lists; `options` name it on the command line."""

    text = Text(
        "「{name}」をここで保存すると次のものが失われます: {losses_ja}。"
        "Excel で開いて使うか、失ってよいときだけ {options} を付けて実行してください。",
        'Saving "{name}" from here would lose: {losses_en}. Use it in Excel, or add {options} if that may be lost.',
    )


class PayloadError(HostError):
    """A client without Python described its workbook in a way that cannot be read."""

    text = Text(
        "ブックの内容を読み取れません（{reason}）。サーバーから新しいテンプレート ブックを受け取って使ってください。",
        "The description of the workbook cannot be read ({reason}). Get the template workbook from the server anew.",
    )


class FileTypeError(HostError):
    """The name to save under asks for a kind of file this host does not write."""

    text = Text(
        "「{name}」の形式では保存できません。名前の終わりを {wanted} にしてください。",
        '"{name}" is not a kind of file this host writes. End the name with {wanted}.',
    )


class SaveError(HostError):
    """The file could not be written; the old one is untouched."""

    text = Text(
        "「{name}」を保存できません（{reason}）。Excel で開いていないか、書き込める場所かを確かめてください。"
        "元のファイルはそのままです。",
        '"{name}" could not be saved ({reason}). Check that Excel does not have it open and that the folder can be '
        "written to. The old file is untouched.",
    )


class ChangedMeanwhileError(SaveError):
    """Another program saved the file since it was opened here; its work stays."""

    text = Text(
        "「{name}」は、開いているあいだに別のプログラムで保存されました。その内容を消さないよう、上書きしていません。"
        "もう一度実行してください。",
        '"{name}" was saved by another program in the meantime. So that nothing of that is lost it was not overwritten; '
        "run the command again.",
    )


class UnwritableValueError(HostError):
    """A value no cell can hold."""

    text = Text(
        "セルに入らない値です: {value}（{reason}）。値を直してもう一度実行してください。",
        "A cell cannot hold {value} ({reason}). Correct the value and try again.",
    )


class TableOverlapError(HostError):
    """Cells cannot be moved or made a table here because a table is in the way."""

    text = Text(
        "テーブル「{table}」と重なるため、{address} を変更できません。"
        "行全体で挿入・削除するか、別の場所を使ってください。",
        'Table "{table}" is in the way of {address}. Insert or delete whole rows, or use another place.',
    )
