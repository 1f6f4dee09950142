"""Every failure the add-in can meet: one class each, with a stable code and a message that names the cure.

Those of a workbook are in `book_errors`.

AddinError
├── ConnectionTrouble
│   ├── OfflineError              the server cannot be reached
│   ├── ServerTroubleError        the server answers, but is not well (5xx)
│   │   ├── ServerFailedError     it could not do what was asked, and says why
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
│   ├── ReadOnlyBookError         the workbook is open for reading only
│   │   └── HeldBookError         because somebody else has it open
│   ├── OpenElsewhereError        another program has the workbook open
│   ├── JournalClosedError        somebody else's push of it was cut
│   │   └── JournalOfSomebodyError the system does not tell whose
│   ├── OtherServerError          its rows are those of another server
│   ├── UnsentWorkError           `detach` with unsent work
│   ├── MassDeletionError         an unusual number of rows is missing
│   │   └── MassEmptyingError     most values of a column are gone
│   ├── TooManySelectedError      more rows than are brought one by one
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


class ServerFailedError(ServerTroubleError):
    """The server could not do what was asked, and said why."""

    code = "server-failed"
    text = Text(
        "サーバーで処理できませんでした（{status}）。{message}",
        "The server could not do it ({status}). {message}",
    )


class NotAServerError(ConnectionTrouble):
    """What answers does not speak this version of the wire."""

    code = "not-a-server"
    text = Text(
        "{server} は対応する Kizuna サーバーではありません。アドレスと、サーバーとアドインの版が合っているかを確かめてください。",
        "{server} is no Kizuna server of a matching version. Check the address and the versions of server and add-in.",
    )


class BadAnswerError(AddinError):
    """The server's answer is not of the form that was agreed; another version, or something between that changed it."""

    code = "bad-answer"
    text = Text(
        "サーバーの答えを読めません。サーバーとアドインの版が合っているか、「kizuna-addin doctor」で確かめてください。",
        "The server's answer cannot be read. See with “kizuna-addin doctor” whether the versions of server and add-in match.",
    )


NOT_AS_AGREED = (KeyError, IndexError, TypeError, ValueError, AttributeError)
"""What reading an answer raises that has another form than agreed."""


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
        "{server} にサインインしていません。［接続］を押すか、「kizuna-addin login」を実行してください（または KIZUNA_TOKEN）。",
        "Not signed in to {server}. Press Connect, run “kizuna-addin login”, or set KIZUNA_TOKEN.",
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


class MoreToTellError(AddinError):
    """A button whose action must be told something that a press cannot give."""

    code = "more-to-tell"
    text = Text(
        "この操作には「{argument}」の指定が要るため、ボタンでは行えません。サーバーの画面か、同じ名前のセルの関数を使ってください。",
        "This needs to be told “{argument}”, which a button cannot do. Use the server's pages, or the cell function of that name.",
    )


class NotYetError(AddinError):
    """A button whose work the server does not offer."""

    code = "not-offered"
    text = Text(
        "この操作は、つながっているサーバーではまだ使えません。サーバーの版とプラグインを管理者に確かめてください。",
        "The server does not offer this yet. Ask its administrator about version and plugins.",
    )
