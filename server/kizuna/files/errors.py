"""Why a file cannot be read: one class each, naming the place and the cure.

FileError (a RequestError)
├── FileTooLargeError, TooManyRowsError, TooManyColumnsError, CellTooLongError
├── NoSuchFileError, EmptyFileError, NotATableError, PasswordProtectedError, DamagedWorkbookError
├── ArchiveBombError, DuplicatePartError, WorkbookTooHeavyError, WorkbookTooSlowError
├── NoSuchSheetError, NoSuchHeaderRowError
├── UnknownEncodingError, UndecodableTextError, NullCharacterError
├── BadDelimiterError, UnclosedQuoteError, TooManyCellsInRowError
└── NoSuchFieldError, NoSuchHeaderError, AmbiguousHeaderError          (mapping headings to fields)
"""

from __future__ import annotations

from kizuna.errors import RequestError, Text


class FileError(RequestError):
    """A file that a person gave cannot be read as a table."""


class NoSuchFileError(FileError):
    """There is no file at the path, or it may not be opened."""

    code = "no-such-file"
    text = Text(
        "ファイル「{name}」を開けません。場所と名前、アクセス権を確かめてください。",
        "The file “{name}” cannot be opened. Check where it is, its name and its permissions.",
    )


class FileTooLargeError(FileError):
    """The file has more bytes than are read."""

    code = "file-too-large"
    text = Text(
        "「{name}」は {megabytes} MB あり、上限は {limit_megabytes} MB です。ファイルを分けて取り込んでください。",
        "“{name}” has {megabytes} MB, more than the {limit_megabytes} MB allowed. Split the file and import the parts.",
    )


class EmptyFileError(FileError):
    """The file, or the chosen sheet, holds no cell at all."""

    code = "empty-file"
    text = Text(
        "「{name}」にはデータがありません。保存し忘れていないか、別のシートに入っていないか確かめてください。",
        "“{name}” holds no data. Check that it was saved, and whether the data is on another sheet.",
    )


class NotATableError(FileError):
    """The file is of a kind that holds no table we read."""

    code = "not-a-table"
    text = Text(
        "「{name}」は表のファイルではありません({kind})。Excel で開き、.xlsx か CSV で保存し直してください。",
        "“{name}” is no table file ({kind}). Open it in Excel and save it as .xlsx or CSV.",
    )


class PasswordProtectedError(FileError):
    """The workbook is encrypted with a password."""

    code = "password-protected"
    text = Text(
        "「{name}」にはパスワードがかかっています。Excel で開き、パスワードを外して保存し直してください。",
        "“{name}” is protected by a password. Open it in Excel, remove the password and save it again.",
    )


class DamagedWorkbookError(FileError):
    """The workbook's inside cannot be read."""

    code = "damaged-workbook"
    text = Text(
        "ブック「{name}」を読めません({reason})。Excel で開き、新しい .xlsx か CSV として保存し直してください。",
        "The workbook “{name}” cannot be read ({reason}). Open it in Excel and save it as a new .xlsx or as CSV.",
    )


class ArchiveBombError(FileError):
    """The workbook would unpack to far more than it should."""

    code = "archive-bomb"
    text = Text(
        "ブック「{name}」は展開すると大きすぎます({reason})。必要な範囲だけを新しいブックに写して保存してください。",
        "The workbook “{name}” unpacks to too much ({reason}). Copy the cells you need into a new workbook.",
    )


class DuplicatePartError(FileError):
    """The workbook holds the same part twice, so programs would read different things from it."""

    code = "duplicate-part"
    text = Text(
        "ブック「{name}」の中に部品「{part}」が二つあります。Excel で開き、確かめて保存し直してください。",
        "The workbook “{name}” holds the part “{part}” twice. Open it in Excel, check it and save it again.",
    )


class WorkbookTooHeavyError(FileError):
    """Reading the workbook took more memory than allowed, or stopped the reader."""

    code = "workbook-too-heavy"
    text = Text(
        "ブック「{name}」は大きすぎて読めません(離れた場所に値があることが多いです)。"
        "必要な範囲だけを新しいシートに写すか、CSV で保存してください。",
        "The workbook “{name}” needs too much memory (often a stray value far away). "
        "Copy the cells you need to a new sheet, or save it as CSV.",
    )


class WorkbookTooSlowError(FileError):
    """Reading the workbook took longer than allowed."""

    code = "workbook-too-slow"
    text = Text(
        "ブック「{name}」を {seconds} 秒以内に読めませんでした。シートを分けるか、CSV で保存してください。",
        "The workbook “{name}” could not be read within {seconds} seconds. Split its sheets or save it as CSV.",
    )


class TooManyRowsError(FileError):
    """The table has more rows than are read."""

    code = "too-many-rows"
    text = Text(
        "「{name}」は {limit:,} 行を超えています。ファイルを分けて取り込んでください。",
        "“{name}” has more than {limit:,} rows. Split the file and import the parts.",
    )


class TooManyColumnsError(FileError):
    """The table has more columns than are read."""

    code = "too-many-columns"
    text = Text(
        "「{name}」は {columns:,} 列あり、上限の {limit:,} 列を超えています。使わない列を消して保存し直してください。",
        "“{name}” has {columns:,} columns, more than the {limit:,} allowed. Delete the columns you do not need.",
    )


class CellTooLongError(FileError):
    """One cell of a CSV file does not end."""

    code = "cell-too-long"
    text = Text(
        '「{name}」の {line} 行目に、長すぎるセルがあります。引用符 " が閉じているか確かめてください。',
        '“{name}”, line {line}: a cell is too long. Check that the quotation mark " before it is closed.',
    )


class NoSuchSheetError(FileError):
    """The workbook has no sheet of that name."""

    code = "no-such-sheet"
    text = Text(
        "ブック「{name}」にシート「{sheet}」はありません。ある名前: {available}。",
        "The workbook “{name}” has no sheet “{sheet}”. It has: {available}.",
    )


class NoSuchHeaderRowError(FileError):
    """The row named as the heading is empty or beyond the end."""

    code = "no-such-header-row"
    text = Text(
        "「{name}」の {row} 行目に見出しがありません。見出しのある行の番号を指定してください。",
        "“{name}” has no headings in row {row}. Give the number of the row that holds them.",
    )


class UnknownEncodingError(FileError):
    """The encoding asked for does not exist."""

    code = "unknown-text-encoding"
    text = Text(
        "文字コード「{encoding}」はありません。utf-8、cp932(Shift_JIS)、euc_jp などを指定してください。",
        "There is no encoding “{encoding}”. Use utf-8, cp932 (Shift_JIS), euc_jp or the like.",
    )


class UndecodableTextError(FileError):
    """Some bytes are no text in the file's encoding."""

    code = "undecodable-text"
    text = Text(
        "「{name}」の {line} 行目に、文字コード {encoding} では読めない文字があります。"
        "Excel で「CSV UTF-8」として保存し直すか、文字コードを指定してください。",
        "“{name}”, line {line}: bytes that are no text in {encoding}. "
        "Save it as “CSV UTF-8” from Excel, or name the encoding.",
    )


class NullCharacterError(FileError):
    """The text holds a NUL character, so it is damaged or no text."""

    code = "null-character"
    text = Text(
        "「{name}」の {line} 行目に NUL 文字があります。ファイルが壊れています。元のソフトから書き出し直してください。",
        "“{name}”, line {line}: a NUL character; the file is damaged. Export it again from where it came.",
    )


class BadDelimiterError(FileError):
    """The delimiter asked for is not one character."""

    code = "bad-delimiter"
    text = Text(
        "区切り文字「{delimiter}」は使えません。コンマ、タブ、セミコロンなど 1 文字を指定してください。",
        "“{delimiter}” cannot be a delimiter. Give one character: a comma, a tab, a semicolon.",
    )


class UnclosedQuoteError(FileError):
    """A quotation mark opens a cell and nothing closes it."""

    code = "unclosed-quote"
    text = Text(
        '「{name}」の {line} 行目で始まる引用符 " が閉じていません。" を補うか、消してください。',
        '“{name}”: the quotation mark " that opens in line {line} is never closed. Close it or remove it.',
    )


class TooManyCellsInRowError(FileError):
    """A row has more cells than there are headings."""

    code = "too-many-cells-in-row"
    text = Text(
        "「{name}」の {row} 行目には {found} 個の値がありますが、見出しは {expected} 個です。"
        '値の中の「{delimiter}」を " " で囲んでください。',
        "“{name}”, row {row}: {found} values under {expected} headings. "
        'Put quotation marks " " around values that contain “{delimiter}”.',
    )


class NoSuchFieldError(FileError):
    """A mapping names a field that the table does not have."""

    code = "no-such-field"
    text = Text(
        "項目「{field}」はありません({header} の対応先)。近いもの: {suggestions.ja}。",
        "There is no field “{field}” (for {header}). Near it: {suggestions.en}.",
    )


class NoSuchHeaderError(FileError):
    """A mapping names a heading that the file does not have."""

    code = "no-such-header"
    text = Text(
        "ファイルに見出し「{header}」はありません。近いもの: {suggestions}。",
        "The file has no heading “{header}”. Near it: {suggestions}.",
    )


class AmbiguousHeaderError(FileError):
    """Two headings claim one field, or one heading fits two fields."""

    code = "ambiguous-header"
    text = Text(
        "見出し {headers} と項目 {fields.ja} の対応が一つに決まりません。--map 見出し=項目 で指定してください。",
        "Headings {headers} and fields {fields.en} do not match one to one. Say which with --map HEADING=FIELD.",
    )
