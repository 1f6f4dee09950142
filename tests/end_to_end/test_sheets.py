"""How a sheet may look: filters, languages, several sheets, columns added and moved."""

from dataclasses import replace

from kizuna_addin.conflict_sheet import row_key
from kizuna_addin.desk import Desk
from kizuna_addin.hosts import files
from kizuna_addin.new import Wish, fill_new_book
from kizuna_addin.pull import pull
from kizuna_addin.push import push
from tests.end_to_end.programs import on_every_host
from tests.end_to_end.sheets import Hand, opened

TOKYO = Wish("customers", ("name", "phone", "prefecture"), (("prefecture", "=", "東京都"),))


def do(shop, path, action, who="S001", **more):
    with opened(path) as book, shop.client(who) as client:
        return action(book, client, **more)


def test_unsent_work_in_a_row_that_left_the_filter_can_still_be_sent(shop, tmp_path):
    path, other = shop.book(tmp_path / "a.xlsx", TOKYO), shop.book(tmp_path / "b.xlsx")
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-mine")
    with Hand(other) as hand:
        hand.set("C0001", "都道府県", "大阪府")
    do(shop, other, push)

    pulled = do(shop, path, pull)
    pushed = do(shop, path, push)
    do(shop, other, pull)

    assert pulled[0].conflicts == 0
    assert pushed.is_clean
    assert Hand(other).get("C0001", "電話") == "03-mine"


@on_every_host
def test_a_row_that_left_the_filter_leaves_the_sheet(shop, tmp_path):
    path, other = shop.book(tmp_path / "a.xlsx", TOKYO), shop.book(tmp_path / "b.xlsx")
    with Hand(other) as hand:
        hand.set("C0001", "都道府県", "大阪府")
    do(shop, other, push)

    pulled = do(shop, path, pull)

    assert pulled[0].removed == 1
    assert [row["顧客番号"] for row in Hand(path).rows] == [None]


def test_an_english_workbook_has_english_headings_and_choices(shop, tmp_path):
    book = files.new_book()
    with shop.client() as client:
        fill_new_book(book, client, [Wish("customers", ("name", "status"))], language="en")
    book.save(tmp_path / "a.xlsx")
    book.app.quit()

    hand = Hand(tmp_path / "a.xlsx", sheet="Customers")

    assert [cell.value for cell in hand.sheet[2]][1:] == [
        "Sync state",
        "Sync reason",
        "Customer number",
        "Name",
        "Status",
    ]
    assert hand.sheet.cell(3, 6).value == "Customer"


@on_every_host
def test_one_table_in_two_sheets_is_sent_once(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", "customers", TOKYO)
    with Hand(path) as hand:
        hand.set("C0001", "電話", "03-first")
        hand.set("C0002", "電話", "03-second")
    with Hand(path, sheet="顧客 2") as hand:
        hand.set("C0001", "氏名", "山田花")

    first = do(shop, path, push)
    second = do(shop, path, push)
    do(shop, path, pull)

    assert [one.count("applied", "merged") for one in first.sheets] == [2, 0]
    assert second.sheets[1].count("applied", "merged") == 1
    assert Hand(path).get("C0001", "氏名") == "山田花"
    assert Hand(path, sheet="顧客 2").get("C0001", "電話") == "03-first"


@on_every_host
def test_a_table_that_got_fields_gets_columns(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", Wish("customers", ("name", "phone")))
    with opened(path) as book:
        desk = Desk.open(book)
        desk.memory.put_sheet(replace(desk.memory.sheet("customers"), all_fields=True))
        desk.keep()

    do(shop, path, pull)

    hand = Hand(path)
    assert hand.get("C0002", "生年月日").date().isoformat() == "1980-04-01"
    assert hand.get("C0002", "タグ") == "常連、VIP"
    assert do(shop, path, push).changeset is None


def test_a_renamed_sheet_and_moved_columns_are_still_known(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx", Wish("customers", ("name", "phone")))
    with Hand(path) as hand:
        hand.sheet.title = "お得意様"
        name, phone = hand.column("氏名"), hand.column("電話")
        for row in range(2, hand.last + 1):
            one, two = hand.sheet.cell(row, name), hand.sheet.cell(row, phone)
            one.value, two.value = two.value, one.value
        columns = hand.table.tableColumns
        columns[name - 1].name, columns[phone - 1].name = columns[phone - 1].name, columns[name - 1].name
        hand.set("C0001", "電話", "03-moved")

    report = do(shop, path, push)

    assert (report.sheets[0].changed, report.sheets[0].count("applied")) == (1, 1)
    assert report.sheets[0].ops[0].fields == {"phone": "03-moved"}


def test_a_row_is_called_by_its_number(shop, tmp_path):
    path = shop.book(tmp_path / "a.xlsx")

    with opened(path) as book:
        desk = Desk.open(book)
        row = desk.memory.sheet("customers").base.ids[0]

        assert row_key(desk.memory, "customers", desk.shape("customers"), row) == "C0001"
