"""What a person made of a sheet in a running LibreOffice is untouched by any pull (law)."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import xlwings as xw
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kizuna_addin.hosts.libreoffice.bridge import enum, struct
from kizuna_addin.identifiers import new_id
from kizuna_addin.new import Wish
from kizuna_addin.pull import pull
from tests.end_to_end.programs import Calc, Chosen

WISH = Wish("customers", ("name", "phone"))
# id, state, reason, number, name, phone.
PLACES = ("before the number", "before the phone", "at the right", "beside the table")
COLUMN = dict(zip(PLACES, (4, 6, 7, 7), strict=True))
GREEN, FIRST = (200, 255, 200), 3
words = st.text("あい=+ 1", min_size=1, max_size=4).filter(str.strip)


@pytest.fixture
def host(calc, monkeypatch):
    monkeypatch.setattr(xw.engines, "active", calc.engine)
    monkeypatch.setattr(Chosen, "host", Calc(calc))
    return Chosen.host


def sort(sheet, rows, column, *, down):
    """Sort whole rows of a sheet as the menu of Calc does."""
    area = sheet.impl.xl.getCellRangeByPosition(0, FIRST - 1, 6, FIRST + rows - 2)
    key = struct("com.sun.star.table.TableSortField", Field=column - 1, IsAscending=not down)
    told = [("SortFields", xw_fields(key)), ("ContainsHeader", False), ("BindFormatsToContent", True)]
    area.sort(tuple(struct("com.sun.star.beans.PropertyValue", Name=name, Value=value) for name, value in told))


def xw_fields(*fields):
    import uno

    return uno.Any("[]com.sun.star.table.TableSortField", fields)


def keep_only(book, number):
    """Filter the table by its number as the arrow in its heading does."""
    area = book.impl.xl.DatabaseRanges.getByName("kizuna_customers")
    descriptor = area.FilterDescriptor
    place = 4 if book.sheets[0].range((FIRST - 1, 4)).value != "顧客番号" else 3
    same = enum("com.sun.star.sheet.FilterOperator", "NOT_EQUAL")
    field = struct("com.sun.star.sheet.TableFilterField", Field=place, Operator=same, StringValue=number)
    descriptor.setFilterFields((field,))
    area.refresh()


def look(book, numbers):
    """Return what a person sees of their own: by number, each row's formula, note, colours, and whether it is hidden."""
    sheet = book.sheets[0]
    table = sheet.tables[0]
    headings = sheet.range((FIRST - 1, 1), (FIRST - 1, 8)).value
    own, number, name = (headings.index(one) + 1 for one in ("私の列", "顧客番号", "氏名"))
    first, count = FIRST, table.data_body_range.shape[0]
    found = {}
    for row in range(first, first + count):
        cell = sheet.range((row, own))
        found[sheet.range((row, number)).value] = (
            str(cell.formula).replace(str(row), "#"),
            cell.note.text if cell.note else None,
            cell.color,
            sheet.range((row, name)).color,
            sheet.impl.xl.Rows.getByIndex(row - 1).IsFiltered,
        )
    below = [sheet.range((first + count + 1 + step, 5)).formula for step in range(3)]
    return {one: found[one] for one in found if one in numbers}, below, list(found)


# Shrinking would have Calc open hundreds of workbooks.
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    place=st.sampled_from(PLACES),
    notes=st.lists(st.none() | words, min_size=3, max_size=3),
    below=st.lists(words, min_size=2, max_size=2),
    down=st.booleans(),
    filtered=st.none() | st.integers(0, 2),
    edited=st.sets(st.integers(0, 2)),
    added=st.integers(0, 2),
    deleted=st.none() | st.integers(0, 2),
)
def test_a_persons_own_work_in_calc_is_untouched_by_any_pull(
    shop, host, place, notes, below, down, filtered, edited, added, deleted
):
    with tempfile.TemporaryDirectory() as folder, shop.client() as client:
        path = shop.book(Path(folder) / "a.xlsx", WISH)
        with host.opened(path) as book:
            sheet = book.sheets[0]
            rows = sheet.tables[0].data_body_range.shape[0]
            ids = dict(zip(sheet["D3:D20"].value[:rows], sheet["A3:A20"].value[:rows], strict=True))
            column = COLUMN[place]
            if column < 7:
                letter = "ABCDEFG"[column - 1]
                sheet.range(f"{letter}:{letter}").insert("right")
            heading = sheet.range((FIRST - 1, column))
            heading.value = "私の列"
            if place == "at the right":
                sheet.tables[0].resize(sheet.range((FIRST - 1, 1), (FIRST - 1 + rows, 7)))
            name = 5 if column > 4 else 6
            own = sheet.range((FIRST, column), (FIRST + rows - 1, column))
            own.number_format = "General"
            own.formula = f'=LEN({sheet.range((FIRST, name)).get_address(False, False)})&"字"'
            for step, note in enumerate(notes[:rows]):
                if note:
                    sheet.range((FIRST + step, column)).add_note(note)
                    sheet.range((FIRST + step, name)).color = GREEN
            for step, word in enumerate(below):
                sheet.range((FIRST + rows + 1 + step, 5)).number_format = "@"
                sheet.range((FIRST + rows + 1 + step, 5)).value = word
            numbers = list(ids)
            sort(sheet, rows, 5 if column == 4 else 4, down=down)
            # Hidden rows stay where they are when cells move up below a filter: docs/hosts.md says to apply it again.
            if filtered is not None and deleted is None:
                keep_only(book, numbers[filtered % rows])
            gone = numbers[deleted % rows] if deleted is not None else None
            staying = [one for one in numbers if one != gone]
            before, under, order = look(book, staying)

            touched = {numbers[one % rows] for one in edited} - {gone}
            now = client.pull("customers")
            known = dict(zip(now.ids, now.revisions, strict=True))
            ops = [
                {"op": "update", "id": ids[one], "base": known[ids[one]], "fields": {"phone": new_id()[-8:]}}
                for one in touched
            ]
            ops += [{"op": "insert", "id": new_id(), "fields": {"name": f"新{number}"}} for number in range(added)]
            ops += [{"op": "delete", "id": ids[gone], "base": known[ids[gone]]}] if gone else []
            if ops:
                answer = client._transport.post(
                    "/changesets", {"id": new_id(), "tables": [{"table": "customers", "ops": ops}]}
                )
                assert {one["outcome"] for one in answer["outcomes"]} == {"applied"}
            pull(book, client)

            after, under_now, order_now = look(book, staying)
            assert after == before
            assert under_now == under
            assert [one for one in order_now if one in staying] == [one for one in order if one in staying]
            assert len(order_now) == len(staying) + added
