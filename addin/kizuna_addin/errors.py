"""Every failure the add-in can meet: one class each, with a stable code and a message that names the cure.

AddinError
├── ConnectionTrouble
│   ├── OfflineError              the server cannot be reached
│   ├── ServerTroubleError        the server answers, but is not well (5xx)
│   │   └── ServerFullError       its disk is full (507), see transport.py
│   └── NotAServerError           something answers that does not speak our wire, or another version of it
├── RefusedError                  the server says no; code and message are the server's
│   ├── WrongTokenError           401
│   ├── NotAllowedError           403
│   └── TooLargeError             413
├── WorkbookTrouble
│   ├── NoBookError               the file is not there
│   ├── NotOursError              a workbook without Kizuna sheets
│   │   └── MemoryLostError       its tables are there, what it remembers cannot be read
│   ├── BaseDamagedError          what was last synced cannot be read
│   ├── TableLostError            the table on a sheet is gone
│   ├── BookExistsError           `new` onto an existing file
│   ├── SheetProtectedError       the sheet takes no changes
│   ├── OpenElsewhereError        another program has the workbook open
│   ├── OtherServerError          its rows are those of another server
│   ├── UnsentWorkError           `detach` with unsent work
│   ├── MassDeletionError         an unusual number of rows is missing
│   └── NothingSelectedError      no row of ours is selected
├── UnknownTableError, UnknownFieldError, UnknownRowError
├── NothingToUndoError, NotYetError
├── NoExcelHereError, FileInUseError, BadCatalogueError, MissingPartsError   see install/errors.py
└── NoServerError, BadAddressError, NoTokenError, UnconfirmedServerError, NoKeyringError   not signed in
"""

from __future__ import annotations

from typing import Any, ClassVar

from kizuna_addin.messages import Text


class AddinError(Exception):
    """Something failed in a way that has a name and a cure; the values fill the text's places."""

    code: ClassVar[str]
    text: ClassVar[Text]

    def __init__(self, **details: Any) -> None:
        self.details = details
        self.message = self.text.format(**details)
        super().__init__(self.message.en)


class ConnectionTrouble(AddinError):  # noqa: N818  # a family, never raised itself
    """The server could not do its part; nothing is lost and the same command can be run again."""


class OfflineError(ConnectionTrouble):
    """Nothing answers at the server's address."""

    code = "offline"
    text = Text(
        "サーバー {server} につながりません。入力はそのまま残っています。ネットワークを確かめて、もう一度実行してください。",
        "The server {server} cannot be reached. What you typed is kept; check the network and run the command again.",
    )


class ServerTroubleError(ConnectionTrouble):
    """The server answers with a status of its own trouble."""

    code = "server-trouble"
    text = Text(
        "サーバーが応答できません（{status}）。しばらくしてからもう一度実行してください。",
        "The server cannot answer now ({status}). Run the command again in a while.",
    )


class NotAServerError(ConnectionTrouble):
    """What answers does not speak this version of the wire."""

    code = "not-a-server"
    text = Text(
        "{server} は対応する Kizuna サーバーではありません。アドレスと、サーバーとアドインの版が合っているかを確かめてください。",
        "{server} is no Kizuna server of a matching version. Check the address and the versions of server and add-in.",
    )


class RefusedError(AddinError):
    """The server refused a request and said why."""

    code = "refused"
    text = Text("{message}", "{message}")

    def __init__(self, *, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        self.status = status
        self.server_code = code
        super().__init__(status=status, server_code=code, message=message, server_details=details or {})


class WrongTokenError(RefusedError):
    """The token is missing, revoked or mistyped."""

    code = "wrong-token"
    text = Text(
        "サインインできません: {message} 「kizuna-addin login」でもう一度サインインしてください。",
        "Not signed in: {message} Sign in again with “kizuna-addin login”.",
    )


class NotAllowedError(RefusedError):
    """The token's owner may not do this."""

    code = "not-allowed"


class TooLargeError(RefusedError):
    """The request is larger than the server takes."""

    code = "too-large"
    text = Text(
        "一度に送る量が多すぎます: {message} 行を分けて送信してください。",
        "Too much for one request: {message} Push fewer rows at a time.",
    )


class WorkbookTrouble(AddinError):  # noqa: N818  # a family, never raised itself
    """The workbook is not as it must be for the command."""


class TooManyRowsError(WorkbookTrouble):
    """A table has more rows than a sheet."""

    code = "too-many-rows"
    text = Text(
        "「{label}」の行（{rows:,} 行以上）はシート（{most:,} 行まで）に入りません。"
        "条件で行を絞ったシートを作ってください（例: kizuna-addin new BOOK --table … --filter prefecture=東京都）。",
        "“{label}” has more rows ({rows:,} and more) than a sheet takes ({most:,}). "
        "Make a sheet of fewer rows (such as kizuna-addin new BOOK --table … --filter prefecture=東京都).",
    )


class PullStoppedError(WorkbookTrouble):
    """A person would rather not have so many rows."""

    code = "pull-stopped"
    text = Text(
        "「{label}」の取得をやめました。シートは元のままです。条件で行を絞ったシートを作ると軽くなります"
        "（kizuna-addin new BOOK --table … --filter …）。",
        "The pull of “{label}” was stopped; its sheet is as it was. A sheet of fewer rows is lighter "
        "(kizuna-addin new BOOK --table … --filter …).",
    )


class NoBookError(WorkbookTrouble):
    """The named file does not exist."""

    code = "no-book"
    text = Text(
        "ブック {book} が見つかりません。パスを確かめてください。", "There is no workbook {book}. Check the path."
    )


class NotOursError(WorkbookTrouble):
    """The workbook holds no sheet of ours."""

    code = "not-ours"
    text = Text(
        "{book} には Kizuna の表がありません。「kizuna-addin new」でブックを作ってください。",
        "{book} holds no Kizuna table. Make a workbook with “kizuna-addin new”.",
    )


class MemoryLostError(NotOursError):
    """The tables are there, but the memory of the whole workbook is gone or damaged."""

    code = "memory-lost"
    text = Text(
        "{book} の控え（前回の同期の記録）が壊れているか、ありません。入力は残っています。まず「取得」（kizuna-addin pull）で"
        "控えを作り直してください。",
        "What {book} remembers of its last sync is damaged or gone. What you typed is kept; pull first "
        "(“kizuna-addin pull”) to make it anew.",
    )


class BaseDamagedError(WorkbookTrouble):
    """The last synced copy of a table cannot be read."""

    code = "base-damaged"
    text = Text(
        "「{label}」の前回の控えが壊れています。入力は残っています。「kizuna-addin pull」で控えを作り直してください。",
        "The last synced copy of “{label}” is damaged. What you typed is kept; run “kizuna-addin pull” to heal it.",
    )


class TableLostError(WorkbookTrouble):
    """The table of a sheet, or its sheet, is no longer in the workbook."""

    code = "table-lost"
    text = Text(
        "「{label}」の表がブックにありません。シート（表の名前は kizuna_ で始まる）を元に戻すか、「kizuna-addin pull --restore」で"
        "作り直してください。",
        "The table “{label}” is missing from the workbook. Bring the sheet back (its table's name begins with kizuna_), or run "
        "“kizuna-addin pull --restore”.",
    )


class SheetProtectedError(WorkbookTrouble):
    """A sheet is protected in a program that keeps to it."""

    code = "sheet-protected"
    text = Text(
        "シート「{sheet}」が保護されているため書き込めません。何も送信していません。保護を解除してから、もう一度実行してください"
        "（Excel:［校閲］→［シート保護の解除］、LibreOffice:［ツール］→［シートの保護］）。",
        "The sheet “{sheet}” is protected and cannot be written to. Nothing was sent. Take the protection off and try again "
        "(Excel: Review → Unprotect Sheet; LibreOffice: Tools → Protect Sheet).",
    )


class OpenElsewhereError(WorkbookTrouble):
    """A lock file beside the workbook says that a program has it open."""

    code = "open-elsewhere"
    text = Text(
        "{book} はほかで開かれています（{who}）。何も変えていません。閉じてから、もう一度実行してください。だれも開いていないのに"
        "この表示が出るなら、同じフォルダーの {lock} を消してください。",
        "{book} is open elsewhere ({who}). Nothing was changed. Close it there and try again; if nobody has it open, delete "
        "{lock} in the same folder.",
    )


class OtherServerError(WorkbookTrouble):
    """What a workbook was last synced with is not what the named server has."""

    code = "other-server"
    text = Text(
        "{book} は {remembered} のブックで、{server} にはその行がありません。何も変えていません。--server や KIZUNA_SERVER を"
        "確かめるか、「kizuna-addin new」でそのサーバーのブックを作ってください。",
        "{book} belongs to {remembered}; {server} has none of its rows. Nothing was changed. Check --server and KIZUNA_SERVER, "
        "or make a workbook of that server with “kizuna-addin new”.",
    )


class BookExistsError(WorkbookTrouble):
    """`new` would overwrite a file."""

    code = "book-exists"
    text = Text("{book} はもうあります。別の名前にしてください。", "{book} exists already. Choose another name.")


class MassDeletionError(WorkbookTrouble):
    """So many rows are missing that a mistake is likely."""

    code = "mass-deletion"
    text = Text(
        "「{label}」から {count} 行（全 {total} 行）が消えています。本当に削除するなら --allow-deletes を付けて送信してください。"
        "間違いなら「kizuna-addin pull --restore」で戻せます。",
        "{count} of {total} rows of “{label}” are missing. To delete them indeed, push with --allow-deletes; "
        "if it was a mistake, “kizuna-addin pull --restore” brings them back.",
    )


class UnsentWorkError(WorkbookTrouble):
    """Detaching would drop work that was never sent."""

    code = "unsent-work"
    text = Text(
        "まだ送信していない行が {count} 件あります。送信してから切り離すか、--drop-unsent を付けてください。",
        "{count} rows are unsent. Push them first, or detach with --drop-unsent.",
    )


class UnknownTableError(AddinError):
    """The server shows no table of that name."""

    code = "unknown-table"
    text = Text("表「{table}」はありません。使える表: {known}", "There is no table “{table}”. Known: {known}")


class UnknownFieldError(AddinError):
    """A table has no field of that name."""

    code = "unknown-field"
    text = Text(
        "表「{table}」に項目「{field}」はありません。使える項目: {known}",
        "“{table}” has no field “{field}”. Known: {known}",
    )


class UnknownRowError(AddinError):
    """No row of the workbook has that key or id."""

    code = "unknown-row"
    text = Text(
        "「{row}」という行はこのブックにありません。番号を確かめてください。",
        "No row “{row}” in this workbook. Check the number.",
    )


class NothingToUndoError(AddinError):
    """The workbook has pushed nothing that could be undone."""

    code = "nothing-to-undo"
    text = Text("このブックから取り消せる送信はありません。", "This workbook has no push to undo.")


class NoServerError(AddinError):
    """No server address is known."""

    code = "no-server"
    text = Text(
        "サーバーのアドレスがわかりません。--server か環境変数 KIZUNA_SERVER で指定してください。",
        "No server is known. Name it with --server or KIZUNA_SERVER.",
    )


class BadAddressError(AddinError):
    """What was given as the server's address is none."""

    code = "bad-address"
    text = Text(
        "「{server}」はサーバーのアドレスではありません。http:// か https:// から始まる形"
        "（例: https://kizuna.example）で指定してください。",
        "“{server}” is no server address. Give it with http:// or https://, such as https://kizuna.example.",
    )


class NoTokenError(AddinError):
    """No token is kept for the server."""

    code = "no-token"
    text = Text(
        "{server} にサインインしていません。「kizuna-addin login」を実行するか、KIZUNA_TOKEN を設定してください。",
        "Not signed in to {server}. Run “kizuna-addin login” or set KIZUNA_TOKEN.",
    )


class UnconfirmedServerError(AddinError):
    """Only the workbook names the server, and the token would go there."""

    code = "unconfirmed-server"
    text = Text(
        "このブックはサーバー {server} を指していますが、KIZUNA_TOKEN をそこへ送ってよいか確かめられません。"
        "正しければ --server {server} を付けて実行してください。",
        "This workbook names the server {server}; to send KIZUNA_TOKEN there, confirm it with --server {server}.",
    )


class NoKeyringError(AddinError):
    """The operating system keeps no passwords for us."""

    code = "no-keyring"
    text = Text(
        "この PC では資格情報を保管できません。代わりに環境変数 KIZUNA_TOKEN を使ってください。",
        "This computer keeps no credentials. Use the environment variable KIZUNA_TOKEN instead.",
    )


class NothingSelectedError(WorkbookTrouble):
    """The selected cell is in no row of a table of ours."""

    code = "nothing-selected"
    text = Text(
        "行が選ばれていません。表の中の、送信済みの行のセルを選んでからもう一度押してください。",
        "No row is selected. Select a cell in a row of a table that was sent before, then press again.",
    )


class NotYetError(AddinError):
    """A button whose work the server does not offer."""

    code = "not-offered"
    text = Text(
        "この操作は、つながっているサーバーではまだ使えません。サーバーの版とプラグインを管理者に確かめてください。",
        "The server does not offer this yet. Ask its administrator about version and plugins.",
    )
