"""What can be wrong with one typed value: one class each, with a message that names the cell and the cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kizuna.errors import Text


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """One cell that could not be read: its place among the values (from 0), its row in the file, code and message."""

    index: int
    row: int
    code: str
    message: Text


class ValueFault(Exception):  # noqa: N818  # it never leaves the package: `parse_values` turns it into a problem
    """A value cannot be read; raised by the parser of one kind, which does not know the cell."""

    code: ClassVar[str]
    text: ClassVar[Text]

    def __init__(self, **details: object) -> None:
        super().__init__(self.code)
        self.details = details

    def problem(self, *, index: int, row: int, header: str, value: object) -> ValueProblem:
        """Return this fault as the problem of one cell."""
        shown = str(value)
        shown = shown if len(shown) <= 60 else shown[:57] + "…"
        place = Text("{row} 行目「{header}」の「{value}」: ", "Row {row}, “{header}”, “{value}”: ")
        named = place.format(row=row, header=header, value=shown)
        cure = self.text.format(**self.details)
        return ValueProblem(index, row, self.code, Text(named.ja + cure.ja, named.en + cure.en))


class NotADate(ValueFault):
    """The text has none of the forms a date is written in."""

    code = "not-a-date"
    text = Text(
        "日付として読めません。2006-03-31、2006/3/31、平成18年3月31日 のように書いてください。",
        "not a date. Write it like 2006-03-31, 2006/3/31 or 平成18年3月31日.",
    )


class NoSuchDate(ValueFault):
    """The form is a date's, but the calendar has no such day."""

    code = "no-such-date"
    text = Text(
        "その日は暦にありません。年月日を確かめてください。", "the calendar has no such day. Check year, month and day."
    )


class AmbiguousDate(ValueFault):
    """Year, month or day could be told apart in more than one way, or one is missing."""

    code = "ambiguous-date"
    text = Text(
        "どれが年・月・日か一つに決まりません。2006-03-31 のように年を 4 桁で先頭に書いてください。",
        "which part is year, month and day cannot be told. Write the year first with four digits: 2006-03-31.",
    )


class NotANumber(ValueFault):
    """The text has none of the forms a number is written in."""

    code = "not-a-number"
    text = Text(
        "数として読めません。1234、1,234、△1,234、29.33 のように書いてください。",
        "not a number. Write it like 1234, 1,234, -1,234 or 29.33.",
    )


class TooManyDecimals(ValueFault):
    """The number has more decimals than the field keeps."""

    code = "too-many-decimals"
    text = Text(
        "小数は {places} 桁までです。四捨五入して入れてください。", "at most {places} decimals are kept. Round it."
    )


class NumberTooLarge(ValueFault):
    """The number is beyond what is stored exactly."""

    code = "number-too-large"
    text = Text("大きすぎます。桁数を確かめてください。", "the number is too large. Check its digits.")


class NotABoolean(ValueFault):
    """The text says neither yes nor no."""

    code = "not-a-boolean"
    text = Text(
        "はい・いいえが分かりません。はい／いいえ、○／×、1／0 で書いてください。",
        "neither yes nor no. Write yes or no, 1 or 0.",
    )


class UnknownChoice(ValueFault):
    """The text is none of the field's choices."""

    code = "unknown-choice"
    text = Text(
        "選択肢にありません。{choices.ja} のどれかを入れてください。",
        "not among the choices. Use one of: {choices.en}.",
    )
