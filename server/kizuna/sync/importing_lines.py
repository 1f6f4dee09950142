"""Files of lines, as shop systems export them: several rows of one number are one purchase, its amount their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kizuna.errors import RequestError, Text
from kizuna.files.mapping import FieldName, HeaderMapping
from kizuna.files.table import Cell, FileTable
from kizuna.files.values import parse_values

LINE_FIELDS = (FieldName("quantity", "数量", "Quantity"), FieldName("unit_price", "単価", "Unit price"))
"""What a line may say of its amount, beside the fields of a purchase."""

HUNDREDTH = Decimal("0.01")


class NoLineNumbersError(RequestError):
    """Lines are to be put together by a number that the file does not have."""

    code = "import-has-no-numbers"
    text = Text(
        "このファイルに購入の「番号」の列がないため、明細をまとめられません。--map 見出し=number で指定してください。",
        "No column of this file is the purchase's number, so lines cannot be put together. "
        "Say which with --map HEADING=number.",
    )


class NoLineAmountsError(RequestError):
    """Lines say neither their amount nor quantity and unit price."""

    code = "import-lines-have-no-amounts"
    text = Text(
        "明細に「金額」も「数量」と「単価」もありません。--map 見出し=amount、または =quantity と =unit_price で指定してください。",
        "The lines have no amount, nor quantity and unit price. Say which with --map HEADING=amount, or =quantity and =unit_price.",
    )


def receipts_of_lines(file: FileTable, mapping: HeaderMapping) -> tuple[FileTable, HeaderMapping]:
    """Return the file with one row per purchase: the first of its lines, and the sum of all.

    A line's amount is its own, or quantity × unit price; the sum is rounded to hundredths. A line without a number is a
    purchase of its own. Where an amount cannot be read, that cell stands for the sum, so that its row is refused and named.
    Raises NoLineNumbersError and NoLineAmountsError.
    """
    places = dict(mapping.columns)
    if "number" not in places:
        raise NoLineNumbersError
    amounts = _amounts(file, places)
    sums: dict[object, Decimal | Cell] = {}
    first: dict[object, int] = {}
    for row, (number, amount) in enumerate(zip(file.columns[places["number"]], amounts, strict=True)):
        key: object = str(number).strip() if number is not None and str(number).strip() else (row,)
        first.setdefault(key, row)
        known = sums.get(key, Decimal(0))
        sums[key] = known + amount if isinstance(known, Decimal) and isinstance(amount, Decimal) else (
            amount if isinstance(known, Decimal) else known
        )  # fmt: skip
    rows = list(first.values())
    columns = [[column[row] for row in rows] for column in file.columns]
    summed: list[Cell] = [
        str(one.quantize(HUNDREDTH).normalize().__format__("f")) if isinstance(one, Decimal) else one
        for one in (sums[key] for key in first)
    ]
    places = {name: place for name, place in places.items() if name not in {"quantity", "unit_price"}}
    places["amount"] = len(columns)
    there = replace(
        file,
        headers=(*file.headers, "amount"),
        columns=[*columns, summed],
        row_numbers=[file.row_numbers[row] for row in rows],
    )
    return there, replace(mapping, columns=places)


def _amounts(file: FileTable, places: dict[str, int]) -> Sequence[Decimal | Cell]:
    """Return each line's amount, or the cell it cannot be read from."""
    if "amount" in places:
        return _numbers(file, places["amount"])
    if not {"quantity", "unit_price"} <= set(places):
        raise NoLineAmountsError
    found: list[Decimal | Cell] = []
    for pieces, price in zip(_numbers(file, places["quantity"]), _numbers(file, places["unit_price"]), strict=True):
        if isinstance(pieces, Decimal) and isinstance(price, Decimal):
            found.append(pieces * price)
        else:
            found.append(pieces if not isinstance(pieces, Decimal) else price)
    return found


def _numbers(file: FileTable, place: int) -> list[Decimal | Cell]:
    """Return a column's numbers, nothing as zero, and cells that are no number as they are."""
    cells = file.columns[place]
    read = parse_values("decimal", cells, header=file.headers[place], row_numbers=file.row_numbers)
    bad = {one.index for one in read.problems}
    return [
        cell if row in bad else value or Decimal(0)
        for row, (cell, value) in enumerate(zip(cells, read.values, strict=True))
    ]
