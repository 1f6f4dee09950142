"""What can be wrong with a workbook, each with its cure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Self

from kizuna_addin.errors import AddinError
from kizuna_addin.messages import Text

MOST_NAMED = 6
"""Of the losses in one question; a message box shows a thousand characters."""


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
        "「{label}」の表がブックにありません。シート（表の名前は kizuna_ で始まる）を元に戻すか、"
        "「消した行・列を戻す」（kizuna-addin pull --restore）で作り直してください。",
        "The table “{label}” is missing from the workbook. Bring the sheet back (its table's name begins with kizuna_), or press "
        "Bring back deleted (“kizuna-addin pull --restore”).",
    )


class SheetProtectedError(WorkbookTrouble):
    """A sheet is protected in a program that keeps to it."""

    code = "sheet-protected"
    text = Text(
        "シート「{sheet}」が保護されているため書き込めません。このシートはそのままです。保護を解除してから、もう一度実行してください"
        "（Excel:［校閲］→［シート保護の解除］、LibreOffice:［ツール］→［シートの保護］）。",
        "The sheet “{sheet}” is protected and cannot be written to. It was left as it was. Take the protection off and try again "
        "(Excel: Review → Unprotect Sheet; LibreOffice: Tools → Protect Sheet).",
    )


class ReadOnlyBookError(WorkbookTrouble):
    """The workbook is open for reading only."""

    code = "read-only-book"
    text = Text(
        "{book} は読み取り専用のため書き込めません。ブックはそのままです。ファイルの［読み取り専用］を外す（または管理者に"
        "書き込みの権限をもらう）か、書き込める場所に保存して、開き直してから、もう一度実行してください。",
        "{book} is read-only and cannot be written to. It was left as it was. Take the file's read-only mark off (or have its "
        "owner let you write to it), or save it where you may write; then open it anew and try again.",
    )


class HeldBookError(ReadOnlyBookError):
    """The workbook is open for reading only because somebody else has it open."""

    code = "held-book"
    text = Text(
        "{book} はほかで開かれているため（{who}）、ここでは読み取り専用です。ブックはそのままです。そちらで閉じてもらい、ここで"
        "開き直してから、もう一度実行してください。だれも開いていないのにこの表示が出るなら、同じフォルダーの {lock} を"
        "消してください。",
        "{book} is open elsewhere ({who}), so it is read-only here. It was left as it was. Have it closed there, open it anew "
        "here and try again; if nobody has it open, delete {lock} in the same folder.",
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


class JournalClosedError(WorkbookTrouble):
    """Another person's push of this workbook was cut, and only they may read what went out."""

    code = "journal-closed"
    text = Text(
        "{book} には、{who} さんの途中で切れた送信があります（{journal}）。内容は {who} さんだけが読めます。何も変えていません。"
        "{who} さんに、このブックを開いて一度「取得」してもらってください。それで前の送信が完了し、ここからも送れます。"
        "それができないときは、管理者がこのファイルを消せば先へ進めますが、前の送信の新しい行が二重になることがあります。",
        "A push of {book} by {who} was cut ({journal}), and only {who} may read what it held. Nothing was changed. Have {who} open "
        "this workbook and press Pull once: that finishes the push, and you can go on here. If they cannot, an administrator "
        "may delete the file; new rows of that push may then be sent twice.",
    )


class JournalOfSomebodyError(JournalClosedError):
    """The same where the system does not tell whose push it was."""

    text = Text(
        "{book} には、別の利用者の途中で切れた送信があります（{journal}）。内容はその人だけが読めます。何も変えていません。"
        "このブックを前に送信した人に、ブックを開いて一度「取得」してもらってください。それで前の送信が完了し、ここからも送れます。"
        "それができないときは、管理者がこのファイルを消せば先へ進めますが、前の送信の新しい行が二重になることがあります。",
        "A push of {book} by another person was cut ({journal}), and only they may read what it held. Nothing was changed. Have "
        "whoever last pushed this workbook open it and press Pull once: that finishes the push, and you can go on here. If they "
        "cannot, an administrator may delete the file; new rows of that push may then be sent twice.",
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
        "間違いなら「消した行・列を戻す」（kizuna-addin pull --restore）で戻せます。",
        "{count} of {total} rows of “{label}” are missing. To delete them indeed, push with --allow-deletes; "
        "if it was a mistake, Bring back deleted (“kizuna-addin pull --restore”) undoes it.",
    )
    asking = Text(
        "「{label}」から {count} 行（全 {total} 行）が消えています。サーバーからも削除しますか。"
        "間違いなら「いいえ」を選び、元に戻す（Ctrl+Z）か「消した行・列を戻す」で戻せます。",
        "{count} of {total} rows of “{label}” are missing. Delete them on the server too? If it was a mistake choose No, then "
        "undo it (Ctrl+Z) or press Bring back deleted.",
    )

    short = Text("「{label}」の {count} 行", "{count} rows of “{label}”")
    further = Text(
        "ほかに{losses}も消えています。同意はすべてに及びます。",
        " Also gone: {losses}. Consent is for all of it.",
    )
    changed = Text(
        "先ほどお尋ねしたあとで、消えているものが変わりました。まだ何も送信していません。",
        "What is missing has changed since you were asked. Nothing has been sent yet. ",
    )
    others: tuple[MassDeletionError, ...] = ()
    consent = ""
    """What a yes to the question is passed on as; it is good for exactly these losses."""
    asked_before = False

    def __init__(self, *, lost: Collection[str] = (), **details: object) -> None:
        super().__init__(**details)
        self.lost = lost

    def among(self, others: Sequence[MassDeletionError]) -> Self:
        """Return this loss, having named in its words those that the same consent would be for."""
        self.others = tuple(others)
        every: tuple[MassDeletionError, ...] = (self, *self.others)
        named = "\n".join(sorted(line for one in every for line in one.lost))
        count = sum(int(str(one.details["count"])) for one in every)
        self.consent = f"{count}-{sha256(named.encode()).hexdigest()[:16]}"
        self.message = self._with_others(self.text.format(**self.details))
        return self

    @property
    def question(self) -> Text:
        """What is asked of a person who can answer yes or no."""
        asked = self._with_others(self.asking.format(**self.details))
        return Text(self.changed.ja + asked.ja, self.changed.en + asked.en) if self.asked_before else asked

    def _with_others(self, said: Text) -> Text:
        if not self.others:
            return said
        named = [one.short.format(**one.details) for one in self.others[:MOST_NAMED]]
        left = len(self.others) - len(named)
        more = Text(f"と、あと {left} 件", f" and {left} more") if left else Text("", "")
        ja, en = "、".join(one.ja for one in named) + more.ja, ", ".join(one.en for one in named) + more.en
        return Text(said.ja + self.further.ja.format(losses=ja), said.en + self.further.en.format(losses=en))


class MassEmptyingError(MassDeletionError):
    """A column lost so many of its values that a mistake is likely."""

    code = "mass-emptying"
    text = Text(
        "「{label}」の「{column}」列で {count} 件（全 {total} 件）の値が空になっています。"
        "本当に消すなら --allow-deletes を付けて送信してください。"
        "間違いなら、元に戻す（Ctrl+Z）か、その列を削除して「消した行・列を戻す」（kizuna-addin pull --restore）で戻せます。",
        "{count} of {total} values of the column “{column}” of “{label}” are gone. To empty them indeed, push with "
        "--allow-deletes; if it was a mistake, undo it (Ctrl+Z), or delete the column and press Bring back deleted "
        "(“kizuna-addin pull --restore”).",
    )
    asking = Text(
        "「{label}」の「{column}」列で {count} 件（全 {total} 件）の値が空になっています。サーバーの値も消しますか。"
        "間違いなら「いいえ」を選び、元に戻す（Ctrl+Z）か、その列を削除して「消した行・列を戻す」で戻せます。",
        "{count} of {total} values of the column “{column}” of “{label}” are gone. Empty them on the server too? If it was a "
        "mistake choose No, then undo it (Ctrl+Z), or delete the column and press Bring back deleted.",
    )
    short = Text("「{label}」の「{column}」列の値 {count} 件", "{count} values of “{column}” of “{label}”")


class UnsentWorkError(WorkbookTrouble):
    """Detaching would drop work that was never sent."""

    code = "unsent-work"
    text = Text(
        "まだ送信していない行が {count} 件あります。送信してから切り離すか、--drop-unsent を付けてください。",
        "{count} rows are unsent. Push them first, or detach with --drop-unsent.",
    )


class TooManySelectedError(WorkbookTrouble):
    """More rows are selected than are brought one by one."""

    code = "too-many-selected"
    text = Text(
        "選ばれている行が多すぎます（{count:,} 行、{most:,} 行まで）。全体を新しくするには「取得」を押してください。",
        "Too many rows are selected ({count:,}; at most {most:,}). To bring everything up to date, press Pull.",
    )


class NothingSelectedError(WorkbookTrouble):
    """The selected cell is in no row of a table of ours."""

    code = "nothing-selected"
    text = Text(
        "行が選ばれていません。表の中の、送信済みの行のセルを選んでからもう一度押してください。",
        "No row is selected. Select a cell in a row of a table that was sent before, then press again.",
    )
