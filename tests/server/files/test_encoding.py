import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kizuna.files import read_table
from kizuna.files.encoding import decode
from kizuna.files.errors import NullCharacterError, UndecodableTextError, UnknownEncodingError

from .shared_data import shared_data

NAMES = "顧客番号,氏名,フリガナ,住所,備考\nC0001,髙橋 﨑子,タカハシ サキコ,東京都千代田区丸の内1-1,贈り物を買った\n" * 3


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_a_japanese_list_is_read_in_every_encoding_windows_and_others_write(encoding: str) -> None:
    table = read_table(NAMES.encode(encoding), name="list.csv")

    assert table.headers == ("顧客番号", "氏名", "フリガナ", "住所", "備考")
    assert table.column("氏名")[0] == "髙橋 﨑子"


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp"])
def test_a_list_from_an_old_unix_program_is_read_and_its_encoding_told(encoding: str) -> None:
    table = read_table(NAMES.replace("髙", "高").replace("﨑", "崎").encode(encoding), name="list.csv")

    assert table.column("氏名")[0] == "高橋 崎子"
    assert encoding in table.notes[0].en


@pytest.mark.parametrize(
    "text", ["氏名\n山田", "ﾖﾐ,金額\nﾔﾏﾀﾞ ﾀﾛｳ,100\nｽｽﾞｷ ｲﾁﾛｳ,200\n", "表示,能力\nソース,十\n", "カナ\nアメリカ\n"]
)
def test_short_shift_jis_texts_are_recognised(text: str) -> None:
    assert decode(text.encode("cp932"), name="x").text == text


@pytest.mark.parametrize("text", ["氏名,住所\n山田 太郎,大阪市北区\n", "かな\nやまだ たろう\n", "商品\nコーヒー豆\n"])
def test_short_euc_jp_texts_are_recognised(text: str) -> None:
    assert decode(text.encode("euc_jp"), name="x").text == text


@pytest.mark.parametrize("text", ["Nom;Prénom\nFrançois;Hélène\nZoë;André\n", "Straße,Größe\nMüller,Käse über Öl\n"])
def test_western_texts_are_recognised(text: str) -> None:
    assert decode(text.encode("cp1252"), name="x").text == text


@given(
    st.text(
        st.sampled_from("あいうえおアイウエオ東京都千代田区山田太郎花子一二三,\n123ABCー、。"),
        min_size=12,
        max_size=200,
    )
)
@settings(max_examples=150)
def test_plain_japanese_text_survives_shift_jis(text: str) -> None:
    assert decode(text.encode("cp932"), name="x").text == text


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200))
@settings(max_examples=150)
def test_every_text_survives_utf_8_with_a_mark(text: str) -> None:
    assert decode(text.encode("utf-8-sig"), name="x").text == text


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_decoded_or_refused_by_name(data: bytes) -> None:
    try:
        line = data.count(b"\n") + 1 if decode(data, name="x") else 0
    except (UndecodableTextError, NullCharacterError) as error:
        line = error.details["line"]

    assert line >= 1


def test_damaged_utf_8_is_refused_by_line_and_not_read_as_something_else() -> None:
    data = ("氏名\n" + "山田太郎\n" * 5).encode() + b"\xe5\xb1\n" + "佐藤\n".encode()

    with pytest.raises(UndecodableTextError) as caught:
        decode(data, name="list.csv")

    assert caught.value.details["line"] == 7


def test_one_damaged_byte_in_shift_jis_is_refused_by_line() -> None:
    data = ("氏名\n" + "山田太郎様\n" * 50).encode("cp932") + b"\xff\n"

    with pytest.raises(UndecodableTextError) as caught:
        decode(data, name="list.csv")

    assert caught.value.details["line"] == 52
    assert "52" in caught.value.message.ja


def test_a_nul_character_is_refused_by_line() -> None:
    with pytest.raises(NullCharacterError) as caught:
        decode(b"a,b\n" + b"1,2\n" * 200 + b"x\0,3\n", name="list.csv")

    assert caught.value.details["line"] == 202


def test_an_encoding_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownEncodingError):
        decode(b"a", name="x", encoding="klingon")


def test_shift_jis_asked_for_means_what_windows_writes() -> None:
    assert decode("髙①".encode("cp932"), name="x", encoding="Shift_JIS").text == "髙①"


def test_the_naughty_strings_come_back_unchanged() -> None:
    import csv
    import io

    strings = [text for text in json.loads(shared_data("payloads", "blns.json").read_text("utf-8")) if text.strip()]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["number", "text"], *([str(at), text] for at, text in enumerate(strings))])
    table = read_table(buffer.getvalue().encode(), name="blns.csv")

    assert table.column("text") == strings


def test_the_injection_vectors_come_back_unchanged() -> None:
    import csv
    import io

    lines = shared_data("payloads", "csv_injection_vectors.txt").read_text("utf-8").splitlines()
    strings = [line for line in lines if line.strip()]
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["number", "text"], *([str(at), text] for at, text in enumerate(strings))])
    table = read_table(buffer.getvalue().encode(), name="vectors.csv")

    assert table.column("text") == strings
