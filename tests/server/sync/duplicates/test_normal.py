from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kizuna.sync.duplicates import normal

WRITTEN = st.one_of(
    st.text(max_size=30),
    st.text(
        alphabet="0123456789０１２-ー－‐ ()+内x#丁目番地号の一二三十大字株式会社(株)㈱有限ヴァヴガギがパﾊﾟﾞ髙高ケヶが",
        max_size=30,
    ),
)
FORMS: list[Callable[[str], str]] = [
    normal.wide,
    normal.phone_digits,
    normal.mail_address,
    normal.name_letters,
    normal.variant_letters,
    normal.kana_letters,
    normal.company_letters,
    normal.postal_digits,
    normal.street_letters,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda one: one.__name__)
@given(text=WRITTEN)
@settings(max_examples=300)
@example(text="株株式会社式会社")
@example(text="k株式会社k")
@example(text="十十丁目")
@example(text="１丁丁目目")
@example(text="H¨")
def test_what_is_in_one_form_already_stays_as_it_is(form: Callable[[str], str], text: str) -> None:
    once = form(text)

    assert form(once) == once


@pytest.mark.parametrize(
    ("form", "written"),
    [
        (
            normal.phone_digits,
            ["03-1234-5678", "０３（１２３４）５６７８", "0312345678", "+81 3 1234 5678", "03ー1234ー5678 内線12"],
        ),
        (normal.phone_digits, ["090-1234-5678", "(090)1234-5678", "+81-90-1234-5678", "０９０１２３４５６７８"]),
        (normal.mail_address, ["Yamada@Example.JP", "ｙａｍａｄａ＠example.jp", " yamada@example.jp"]),
        (normal.name_letters, ["山田 花子", "山田　花子", "山田花子"]),
        (normal.variant_letters, ["髙橋 祐", "高橋祐"]),
        (normal.variant_letters, ["渡邊", "渡邉", "渡辺"]),
        (normal.variant_letters, ["山﨑", "山崎"]),
        (normal.kana_letters, ["ヤマダ ハナコ", "ﾔﾏﾀﾞ ﾊﾅｺ", "やまだはなこ"]),
        (normal.kana_letters, ["ヴァイオリン", "バイオリン", "ヴアイオリン".replace("ヴア", "ヴァ")]),
        (normal.company_letters, ["株式会社 絆商事", "(株)絆商事", "㈱絆商事", "絆商事(株)", "絆商事株式会社"]),
        (normal.company_letters, ["Kizuna Co., Ltd.", "KIZUNA Inc.", "kizuna K.K.", "Kizuna"]),
        (
            normal.street_letters,
            ["元町2-14-5", "元町2丁目14番5号", "元町２－１４－５", "元町二丁目14番地5", "元町 2ー14ー5"],
        ),
        (normal.street_letters, ["青葉台十二丁目3", "青葉台12-3"]),
        (normal.postal_digits, ["150-0002", "〒1500002", "１５０－０００２"]),
    ],
)
def test_ways_of_writing_one_thing_come_to_one_form(form: Callable[[str], str], written: list[str]) -> None:
    assert len({form(one) for one in written}) == 1
    assert form(written[0])


@pytest.mark.parametrize("text", ["", "-", "なし", "12", "不明"])
def test_what_is_no_phone_number_comes_to_nothing(text: str) -> None:
    assert normal.phone_digits(text) == ""
