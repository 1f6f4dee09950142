"""Labels and today's list behind buttons."""

from __future__ import annotations

import pytest

from kizuna.printing.fonts import NoFontError
from kizuna.testing import shop_from
from kizuna_follow_up.errors import UnknownLabelSheetError
from tests.conftest import skip_or_fail

ADDRESS = {"postal_code": "6000000", "prefecture": "京都府", "city": "京都市", "street": "四条1-2-3"}
CUSTOMERS = [
    {"number": "C0001", "name": "佐藤 花子", **ADDRESS},
    {"number": "C0002", "name": "鈴木 一郎", "no_post": True, **ADDRESS},
]


def test_labels_are_made_and_who_was_left_off_is_told() -> None:
    with shop_from(customers=CUSTOMERS) as shop:
        try:
            result = shop.act("labels", customers=["C0001", "C0002", "C9999"])
        except NoFontError as error:
            skip_or_fail(str(error))

    assert result.files[0].content.startswith(b"%PDF")
    assert result.table is not None
    assert list(result.table.columns[0]) == ["C0002", "C9999"]
    assert "1 labels" in result.message.en


def test_an_unknown_label_sheet_is_named_with_those_there_are() -> None:
    with shop_from(customers=CUSTOMERS) as shop, pytest.raises(UnknownLabelSheetError, match="A4-12"):
        shop.act("labels", customers=["C0001"], sheet="B5")


def test_todays_list_is_shown_on_a_button_and_as_a_report() -> None:
    task = {"customer_id": "C0001", "due_on": "2026-11-19", "channel": "phone", "title": "お礼の電話"}
    with shop_from(customers=CUSTOMERS, follow_up_tasks=[task]) as shop:
        pressed, report = shop.act("today"), shop.report("today_tasks")

    assert pressed.table is not None
    assert "佐藤 花子" in pressed.table.columns[6]
    assert "佐藤 花子" in pressed.files[0].content.decode("utf-8-sig")
    assert list(report.columns[6]) == ["佐藤 花子"]


def test_staff_of_another_store_see_nothing() -> None:
    stores = [{"code": 1, "name": "a"}, {"code": 2, "name": "b"}]
    with shop_from(stores=stores, customers=CUSTOMERS) as shop:
        result = shop.act("labels", stores=[2], customers=["C0001"])

    assert result.table is not None
    assert list(result.table.columns[0]) == ["C0001"]
