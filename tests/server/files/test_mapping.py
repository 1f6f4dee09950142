import pytest

from kizuna.files import FieldName, map_headers
from kizuna.files.errors import AmbiguousHeaderError, NoSuchFieldError, NoSuchHeaderError
from kizuna.files.mapping import known_headers

CUSTOMERS = (
    FieldName("number", "顧客番号", "Customer number"),
    FieldName("name", "名前", "Name"),
    FieldName("kana", "フリガナ", "Kana"),
    FieldName("postal_code", "郵便番号", "Postal code"),
    FieldName("street", "番地", "Street"),
    FieldName("phone", "電話", "Phone"),
    FieldName("mail", "メール", "Mail"),
    FieldName("birthday", "生年月日", "Birthday"),
    FieldName("notes", "備考", "Notes", ("申し送り",)),
)
PURCHASES = (
    FieldName("number", "購入番号", "Purchase number"),
    FieldName("customer_id", "お客様", "Customer"),
    FieldName("purchased_on", "購入日", "Purchased on"),
    FieldName("amount", "金額", "Amount"),
)


def fields_of(headers: list[str], explicit: dict[str, str] | None = None) -> dict[str, str]:
    return {name: headers[column] for name, column in map_headers(headers, CUSTOMERS, explicit).columns.items()}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("name", "name"),
        ("Name", "name"),
        ("名前", "name"),
        ("氏名", "name"),
        ("お名前", "name"),
        ("氏 名", "name"),
        ("氏　名", "name"),
        ("ふりがな", "kana"),
        ("フリガナ", "kana"),
        ("ﾌﾘｶﾞﾅ", "kana"),
        ("郵便番号", "postal_code"),
        ("〒", "postal_code"),
        ("ＴＥＬ", "phone"),
        ("電話番号(自宅)", "phone"),
        ("E-mail", "mail"),
        ("Ｅメール", "mail"),
        ("e_mail", "mail"),
        ("生年月日", "birthday"),
        ("生年月日【必須】", "birthday"),
        ("顧客No.", "number"),
        ("POSTAL CODE", "postal_code"),
        ("postal-code", "postal_code"),
        ("申し送り", "notes"),
        ("住所", "street"),
    ],
)
def test_a_heading_is_understood_as_people_write_it(header: str, field: str) -> None:
    assert fields_of([header]) == {field: header}


def test_what_the_caller_says_wins_by_name_or_label() -> None:
    headers = ["名前", "旧姓", "ランク"]

    assert fields_of(headers, {"旧姓": "name"})["name"] == "旧姓"
    assert fields_of(headers, {"ランク": "備考"})["notes"] == "ランク"


def test_a_column_can_be_left_out() -> None:
    mapping = map_headers(["氏名", "電話"], CUSTOMERS, {"電話": ""})

    assert mapping.columns == {"name": 0}
    assert (mapping.skipped, mapping.unknown) == (("電話",), ())


def test_an_unknown_heading_is_reported_with_the_nearest_fields() -> None:
    mapping = map_headers(["氏名", "電話番号２", "ほげ"], CUSTOMERS)

    assert [unknown.header for unknown in mapping.unknown] == ["電話番号２", "ほげ"]
    assert mapping.unknown[0].suggestions[0] == "phone"
    assert "電話番号２" in mapping.unknown[0].message.ja
    assert "--map" in mapping.unknown[1].message.en


def test_a_better_fit_wins_and_the_other_is_reported() -> None:
    mapping = map_headers(["お名前", "名前"], CUSTOMERS)

    assert mapping.columns == {"name": 1}
    assert [unknown.header for unknown in mapping.unknown] == ["お名前"]


@pytest.mark.parametrize("headers", [["氏名", "お名前"], ["電話", "電話"]])
def test_two_headings_that_fit_one_field_equally_are_refused(headers: list[str]) -> None:
    with pytest.raises(AmbiguousHeaderError) as caught:
        map_headers(headers, CUSTOMERS)

    assert headers[0] in caught.value.message.ja


def test_a_customers_number_on_a_list_of_purchases_names_the_customer() -> None:
    mapping = map_headers(["伝票番号", "顧客番号", "日付", "金額（税込）"], PURCHASES)

    assert mapping.columns == {"number": 0, "customer_id": 1, "purchased_on": 2, "amount": 3}


def test_a_mapping_to_a_field_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(NoSuchFieldError) as caught:
        map_headers(["氏名"], CUSTOMERS, {"氏名": "nmae"})

    assert "Near it: Name" in caught.value.message.en
    assert "近いもの: 名前" in caught.value.message.ja


def test_a_mapping_of_a_heading_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(NoSuchHeaderError) as caught:
        map_headers(["お客様氏名", "電話"], CUSTOMERS, {"客様氏名": "name"})

    assert "お客様氏名" in caught.value.message.ja


def test_every_name_of_a_field_is_known() -> None:
    assert {"name", "名前", "Name", "氏名"} <= set(known_headers(CUSTOMERS))


def test_what_is_near_an_unknown_heading_is_called_as_people_call_it() -> None:
    [unknown] = map_headers(["電話ばんごう"], CUSTOMERS).unknown

    assert "近い項目: 電話" in unknown.message.ja
    assert "Near it: Phone" in unknown.message.en


def test_one_column_can_be_number_and_name() -> None:
    mapping = map_headers(["account", "phone"], CUSTOMERS, [("account", "number"), ("account", "name")])

    assert (mapping.columns["number"], mapping.columns["name"], mapping.unknown) == (0, 0, ())
