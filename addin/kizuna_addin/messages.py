"""What the add-in says to people, in Japanese and English, and always with the next step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; ``{name}`` places are filled by `format`."""

    ja: str
    en: str

    def format(self, **values: object) -> Text:
        """Return this text with its places filled in both languages."""
        return Text(self.ja.format(**values), self.en.format(**values))

    def in_language(self, language: str) -> str:
        """Return the English text for ``en``, the Japanese one otherwise."""
        return self.en if language.startswith("en") else self.ja


# Headings and words in the sheets.
STATE = Text("同期状態", "Sync state")
REASON = Text("同期理由", "Sync reason")
NEW = Text("新規", "New")
CHANGED = Text("変更", "Changed")
DELETED = Text("削除", "Deleted")
SENT = Text("送信済", "Sent")
ERROR = Text("エラー", "Error")
CONFLICT = Text("競合", "Conflict")
DELETED_IN_SHEET = Text("シートで削除", "deleted here")
YES = Text("はい", "Yes")
NO = Text("いいえ", "No")
READ_ONLY = Text("（変更不可）", "(read-only)")

CONFLICT_SHEET = Text("競合", "Conflicts")
CONFLICT_TABLE = Text("表", "Table")
CONFLICT_ROW = Text("行", "Row")
CONFLICT_FIELD = Text("項目", "Field")
CONFLICT_MINE = Text("自分の値", "Mine")
CONFLICT_THEIRS = Text("サーバーの値", "Theirs")
CONFLICT_BASE = Text("前回の値", "Base")
CONFLICT_WHO = Text("変更者", "Who")
CONFLICT_WHEN = Text("日時", "When")
CONFLICT_CHOICE = Text("採用", "Take")
TAKE_MINE = Text("自分", "mine")
TAKE_THEIRS = Text("サーバー", "theirs")
WHOLE_ROW = Text("（行全体）", "(whole row)")
UNKNOWN = Text("（不明）", "(unknown)")

# The line over each table.
STATUS_LINE = Text(
    "{label}｜{server}｜最終取得 {pulled}｜未送信 {unsent} 件｜競合 {conflicts} 件",
    "{label} | {server} | last pull {pulled} | unsent {unsent} | conflicts {conflicts}",
)
UNFORESEEN = Text(
    "思わぬ失敗が起きました（{error}）。入力はシートに残っています。ブックを保存して開き直し、もう一度実行してください。"
    "続くときは、この文面を管理者に伝えてください。",
    "Something went wrong that nobody foresaw ({error}). What you typed is still in the sheet. Save the workbook, open it anew "
    "and try again; if it goes on, tell an administrator these words.",
)
LARGE_PULL = Text(
    "「{label}」は {rows:,} 行を超えています。表計算ソフトでは時間とメモリーを多く使います。続けますか。"
    "（条件で行を絞ったシートを作ると軽くなります: kizuna-addin new BOOK --table … --filter prefecture=東京都）",
    "“{label}” has more than {rows:,} rows, which takes a spreadsheet program much time and memory. Go on? "
    "(A sheet of fewer rows is lighter: kizuna-addin new BOOK --table … --filter prefecture=東京都)",
)
UNDER_WAY = Text("Kizuna: {label} {rows:,} 行…", "Kizuna: {label}, {rows:,} rows…")
NEVER = Text("なし", "never")

# Reasons in the reason column.
COPIED = Text(
    "コピーされた行です。新しい番号の別の行として登録します。",
    "Copied row: becomes a record of its own, with a new number.",
)
FIELD_NAMED = Text("「{label}」", " “{label}”")
RESTORED_ID = Text(
    "行の識別子が壊れていたため、番号から復元しました。",
    "The hidden row id was damaged and was restored from the number.",
)
NOT_EDITABLE = Text(
    "「{field}」は変更できません（送信しません）。元の値は「{value}」です。",
    "“{field}” is read-only and is not sent; its value is “{value}”.",
)
ERROR_VALUE = Text(
    "{cell}「{field}」がエラー値 {value} です。式か値を直してください。",
    "{cell} “{field}” holds the error {value}; correct the formula or the value.",
)
NOT_CALCULATED = Text(
    "{cell}「{field}」の式がまだ計算されていません。Excel か LibreOffice で開いて保存してから送信してください。",
    "The formula in {cell} “{field}” has no calculated value; open and save the workbook in Excel or LibreOffice, then push.",
)
CUT_SHORT = Text(
    "{cell}「{field}」はセルに入りきらない長さのため、ここでは変更できません。",
    "{cell} “{field}” is longer than a cell can hold and cannot be edited here.",
)
IN_CONFLICT = Text(
    "「{fields}」が競合しています。「競合」シートで選んでください。",
    "Conflict in “{fields}”: choose on the sheet “Conflicts”.",
)
ROW_DELETED_THERE = Text(
    "サーバーではこの行は削除されたか、見られなくなりました。「競合」シートで選んでください。",
    "On the server this row was deleted or is out of reach: choose on the sheet “Conflicts”.",
)
HELD_BACK = Text("ほかの行に誤りがあるため、送信を見合わせました。", "Held back because other rows have errors.")

# Worksheet functions without a spreadsheet program.
UNREADABLE_ARGUMENT = Text(
    "引数「{argument}」を読めません。値かセル参照にしてください（式の計算は Excel か LibreOffice が必要です）。",
    "The argument “{argument}” cannot be read; use a value or a cell reference (expressions need Excel or LibreOffice).",
)
BLOCKED_ANSWER = Text(
    "{cell} の答えを書く場所（右へ {columns} 列、{rows} 行）が空いていません。そこを空けるか、関数のセルを移してください。",
    "There is no room for the answer of {cell} ({columns} columns to the right, {rows} rows). Clear it or move the request.",
)

# Worksheet functions in a spreadsheet program.
WAITING = Text("接続待ち", "Waiting for the server")
NO_SUCH_FUNCTION = Text(
    "関数「{function}」はありません。名前を確かめるか、プラグインをサーバーに入れてください。",
    "There is no function “{function}”. Check the name, or install its plugin on the server.",
)
WRONG_CELLS = Text(
    "引数「{argument}」のセルの数が合いません。1 セルか、同じ行数の範囲にしてください。",
    "The argument “{argument}” has a wrong number of cells; give one cell, or ranges of the same number of rows.",
)

BUSY_IN_CALC = Text(
    "このブックでは前の操作がまだ動いています。終わってから、もう一度押してください。",
    "The last button is still at work in this workbook. Press again when it has finished.",
)
NO_PYTHON_IN_CALC = Text(
    "Kizuna のプログラムを起動できません。この PC で「kizuna-addin build-oxt」を実行し、できた拡張機能を入れ直してください。",
    "Kizuna's program cannot be started. Run “kizuna-addin build-oxt” on this PC and install the extension it makes.",
)
