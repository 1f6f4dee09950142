"""What can be wrong with one value or one row; each names the cure."""

from __future__ import annotations

from kizuna.errors import RowProblem, Text


class WrongTypeError(RowProblem):
    """A value is of the wrong JSON type."""

    code = "wrong-type"
    text = Text(
        "「{label.ja}」には{wanted.ja}を入れてください(値: {value})", "{label.en} takes {wanted.en}, not {value}"
    )


class TooLongError(RowProblem):
    """A text is longer than the field allows."""

    code = "too-long"
    text = Text(
        "「{label.ja}」は{limit}文字までです(いま{length}文字)。短くしてください。",
        "{label.en} holds at most {limit} characters, this has {length}. Shorten it.",
    )


class BadCharacterError(RowProblem):
    """A text holds a character that no sheet and no database can keep."""

    code = "bad-character"
    text = Text(
        "「{label.ja}」に使えない制御文字(NUL)があります。取り除いてください。",
        "{label.en} holds a NUL character. Remove it.",
    )


class OutOfRangeError(RowProblem):
    """A number is too large or has too many decimals."""

    code = "out-of-range"
    text = Text(
        "「{label.ja}」の値 {value} は扱えません。小数は{decimals}桁まで、絶対値は{limit}までです。",
        "{label.en} cannot hold {value}: at most {decimals} decimals, and no more than {limit}.",
    )


class OutOfBoundsError(RowProblem):
    """A whole number is smaller or greater than the field allows."""

    code = "out-of-bounds"
    text = Text(
        "「{label.ja}」は {least} から {most} までの整数にしてください(値: {value})。",
        "{label.en} takes whole numbers from {least} to {most}, not {value}.",
    )


class BadDateError(RowProblem):
    """A text is no date of the calendar."""

    code = "bad-date"
    text = Text(
        "「{label.ja}」の日付 {value} が読めません。2006-03-31 の形で入れてください。",
        "{label.en}: {value} is no date. Write it as 2006-03-31.",
    )


class UnknownChoiceError(RowProblem):
    """A value is none of the field's choices."""

    code = "unknown-choice"
    text = Text(
        "「{label.ja}」に {value} という選択肢はありません。選べる値: {known.ja}",
        "{label.en} has no choice {value}. Choose from: {known.en}",
    )


class RequiredError(RowProblem):
    """A required field is empty."""

    code = "required"
    text = Text("「{label.ja}」は必須です。入力してください。", "{label.en} is required. Fill it in.")


class KeyRequiredError(RowProblem):
    """What people call a row by was emptied."""

    code = "key-required"
    text = Text(
        "「{label.ja}」は空にできません。元の「{value}」に戻すか、別の番号を入力してください。",
        "{label.en} cannot be empty. Put {value!r} back, or type another one.",
    )


class ReadOnlyFieldError(RowProblem):
    """A field that only the server fills was changed."""

    code = "read-only-field"
    text = Text(
        "「{label.ja}」は変更できません。元の値に戻してください。",
        "{label.en} cannot be changed. Put back what was there.",
    )


class NotUniqueError(RowProblem):
    """Another row already has that number."""

    code = "not-unique"
    text = Text(
        "「{label.ja}」{value} はすでに使われています。別の値にしてください(新しい行の番号は、空にすると自動で付きます)。",
        "{label.en} {value} is already in use. Choose another; a new row's number may be left empty to get one.",
    )


class UnknownReferenceError(RowProblem):
    """A reference names no row in scope."""

    code = "unknown-reference"
    text = Text(
        "「{label.ja}」{value} に当たる行が「{table}」にありません。番号を確かめてください。",
        "{label.en}: no row of {table!r} is called {value}. Check the number.",
    )


class BadIdError(RowProblem):
    """A row's id is no UUID."""

    code = "bad-id"
    text = Text(
        "行の id {value} がUUIDではありません。新しい行には新しいUUIDを付け、取り込むファイルでは空にしてください。",
        "The row's id {value} is no UUID. Give a new row a new UUID; in a file to import leave it empty.",
    )


class IdTakenError(RowProblem):
    """Another row already has the id."""

    code = "id-taken"
    text = Text(
        "この行の id はすでに使われています。新しい UUID にしてください。",
        "The row's id is already in use. Give the row a new UUID.",
    )


class RepeatedIdError(RowProblem):
    """The same row appears twice in one changeset."""

    code = "repeated-id"
    text = Text(
        "同じ行が一度の送信に2回あります。片方を新しい行にしてください。",
        "The same row is in this changeset twice. Make one of them a new row.",
    )


class BaseMissingError(RowProblem):
    """An update or delete does not say which revision it was made from."""

    code = "base-missing"
    text = Text(
        "base(編集元のリビジョン)がないか、行の現在より新しい値です。取得し直してください。",
        "base (the revision edited from) is missing or newer than the row. Pull again.",
    )


class StoreMissingError(RowProblem):
    """A new row names no store and the caller has several."""

    code = "store-missing"
    text = Text("「店舗」を選んでください。", "Choose the row's store.")


class OutOfScopeError(RowProblem):
    """The row belongs, or would belong, to a store the caller may not write to."""

    code = "out-of-scope"
    text = Text(
        "この行の店舗を変更する権限がありません。オーナーに依頼してください。",
        "You may not write to this row's store. Ask the owner.",
    )


class RoleMayNotWriteError(RowProblem):
    """The caller's role may not change this table."""

    code = "read-only"
    text = Text(
        "「{table.ja}」を変更する権限がありません(役割: {role})。オーナーに依頼してください。",
        "Your role ({role}) may not change {table.en}. Ask the owner.",
    )


class NoSuchRowError(RowProblem):
    """No row has that id."""

    code = "no-such-row"
    text = Text("この行はサーバーにありません。取得し直してください。", "The server has no such row. Pull again.")


class RuleBrokenError(RowProblem):
    """A plugin's rule is broken; the plugin gives code and message."""

    code = "rule-broken"
    text = Text("{message.ja}", "{message.en}")
