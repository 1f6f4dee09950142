from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kizuna.errors import Text
from kizuna.model.backend import fetch_all
from kizuna.model.core import CORE_TABLES
from kizuna.model.database import Database
from kizuna.model.fields import FieldSpec
from kizuna.sync.exporting.cells import guarded, says, unguarded
from tests.fixtures.people import People, contents
from tests.fixtures.wire import Caller
from tests.server.cli.test_history import kizuna
from tests.server.sync.test_round_trip import EXACTLY_ONCE, shop

__all__ = ["shop"]
AWKWARD = [
    "=1+1", "+81 3 1234 5678", "-5", "@sum", "'quoted", "''=x", "＝１", " spaces ", "行1\n行2", "a\r\nb", "カンマ,と\"引用\"",
    "_x0041_", "TRUE", "2006-03-31", "0012", "\x01", "、a、", "なし", "03(1234)5678", "1e5", "#N/A",
]  # fmt: skip


@given(text=st.one_of(st.text(max_size=20), st.sampled_from(AWKWARD)))
@example(text="'")
@example(text="''")
def test_a_guarded_text_begins_no_formula_and_comes_back_as_it_was(text: str) -> None:
    shown = guarded(text)

    assert unguarded(shown) == text
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@given(text=st.text(min_size=1, max_size=20))
def test_a_cell_that_shows_the_text_says_it(text: str) -> None:
    assert says(FieldSpec("phone", "text", Text("電話", "Phone")), text, text)


@pytest.mark.parametrize("headings", [(), ("--names",)])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_every_table_of_the_sample_shop_exported_and_imported_changes_nothing(
    shop: Caller, database: Database, database_url: str, tmp_path: Path, suffix: str, headings: tuple[str, ...]
) -> None:
    for model in CORE_TABLES:
        table = model.__tablename__
        file = tmp_path / f"{table}.{suffix}"
        kizuna("export", table, str(file), *headings, "--database", database_url)
        before = contents(database, but=EXACTLY_ONCE)
        told = json.loads(kizuna("import", table, str(file), "--json", "--database", database_url))

        assert contents(database, but=EXACTLY_ONCE) == before, table
        assert (told["applied"], told["updated"], told["refused"]) == (0, 0, 0), table
        assert told["unchanged"] == len(shop.rows(table)) > 0


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_awkward_texts_survive_the_way_out_and_back(
    owner: Caller, database: Database, database_url: str, tmp_path: Path, suffix: str
) -> None:
    for place, text in enumerate(AWKWARD):
        owner.insert(
            "customers", store_id=1, name=text, phone=text, notes=text, number=f"C{place + 100}", tags=[text, "b、c"]
        )
    file = tmp_path / f"customers.{suffix}"

    kizuna("export", "customers", str(file), "--database", database_url)
    before = contents(database, but=EXACTLY_ONCE)
    told = json.loads(kizuna("import", "customers", str(file), "--json", "--database", database_url))

    assert (told["unchanged"], told["refused"]) == (len(AWKWARD), 0), told
    assert contents(database, but=EXACTLY_ONCE) == before


def test_a_cell_edited_in_an_export_is_the_only_thing_its_import_changes(
    owner: Caller, database_url: str, tmp_path: Path
) -> None:
    made = owner.insert("customers", store_id=1, name="=山田", phone="03(1234)5678", number="C0001", notes="前")
    file = tmp_path / "customers.csv"
    kizuna("export", "customers", str(file), "--names", "--database", database_url)
    file.write_text(file.read_text(encoding="utf-8").replace("前", "+後").replace("'=山田", "'=山口"), encoding="utf-8")

    kizuna("import", "customers", str(file), "--database", database_url)

    [newest, _] = owner.get(f"/tables/customers/rows/{made['id']}/history").get_json()["changes"]
    assert newest["fields"] == {"notes": ["前", "+後"], "name": ["=山田", "=山口"]}


def test_a_csv_file_opens_in_excel_with_labels_and_no_formulas(manager: Caller) -> None:
    manager.insert("customers", store_id=1, name="=cmd|' /C calc'!A0", status="customer", number="C0001")

    answer = manager.get("/tables/customers/export", headers={"Accept-Language": "ja"})

    text = answer.get_data().decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    assert (row["氏名"], row["状態"], row["顧客番号"]) == ("'=cmd|' /C calc'!A0", "顧客", "C0001")
    assert "customers-" in answer.headers["Content-Disposition"]


def test_a_workbook_holds_days_as_days_and_no_formulas(manager: Caller) -> None:
    manager.insert("customers", store_id=1, name="=1+1", birthday="1980-02-29", number="C0001")

    answer = manager.get("/tables/customers/export", format="xlsx", headings="names")

    sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    heads = [one.value for one in sheet[1]]
    name, birthday = sheet[2][heads.index("name")], sheet[2][heads.index("birthday")]
    assert (name.value, name.data_type) == ("=1+1", "s")
    assert birthday.value.date().isoformat() == "1980-02-29"


def log(database: Database) -> list[Any]:
    with database.backend.read() as connection:
        sql = "select who, device, table_name, format, row_count, stores from exports order by id"
        return [tuple(row) for row in fetch_all(connection, sql)]


def test_who_exported_what_is_written_down(manager: Caller, database: Database) -> None:
    manager.insert("customers", store_id=1, name="山田")

    manager.get("/tables/customers/export")
    manager.get("/tables/products/export", format="xlsx")

    assert log(database) == [
        ("manager", "manager-pc", "customers", "csv", 1, "[0,1,2]"),
        ("manager", "manager-pc", "products", "xlsx", 0, "[0,1,2]"),
    ]


def test_nobody_exports_without_the_right(both: Caller, reader: Caller, database: Database) -> None:
    for who in (both, reader):
        answer = who.get("/tables/customers/export")
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "export-forbidden")

    assert log(database) == []


def test_an_export_holds_the_callers_stores_and_fields_alone(
    owner: Caller, manager: Caller, database: Database, people: People
) -> None:
    owner.insert("customers", store_id=1, name="ここ")
    owner.insert("customers", store_id=3, name="よそ")
    hole = database.backend.holes(1)

    mine = manager.get("/tables/customers/export").get_data().decode()
    from kizuna.model.backend import run

    database.backend.write(
        lambda connection: run(
            connection,
            f"update accounts set may_see_personal = {hole} where id = {hole}",
            (False, people.accounts["manager"]),
        )
    )
    discreet = manager.get("/tables/customers/export", headings="names").get_data().decode("utf-8-sig")

    assert "ここ" in mine
    assert "よそ" not in mine
    assert "ここ" not in discreet
    assert "name" not in discreet.splitlines()[0].split(",")


def test_a_file_of_another_kind_is_refused(database_url: str) -> None:
    assert "unknown-format" in kizuna("export", "customers", "x.pdf", "--database", database_url, fails=True)
