"""Labels: who gets one, what stands on it, and that it fits."""

import subprocess
from io import BytesIO
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kizuna_follow_up.errors import LabelSheetError, StartPositionError
from kizuna_follow_up.labels.address import Recipient, clean, compose, postal_code, reason_left_off
from kizuna_follow_up.labels.fonts import LabelFont, NoFontError, find_font
from kizuna_follow_up.labels.layout import PADDING, POINT, lay_out
from kizuna_follow_up.labels.printing import preview, print_labels
from kizuna_follow_up.labels.sheets import SHEETS, LabelSheet
from kizuna_follow_up.labels.wrapping import wrap

TANAKA = Recipient(
    "C0001",
    "田中　花子",
    postal_code="１５０ー０００１",
    prefecture="東京都",
    city="渋谷区",
    street="神宮前１−２−３",
    building="メゾン青山４０５号室",
)


def letters(text: str, size: float) -> float:
    """Measure as a typewriter for Japanese: half a letter for Latin ones."""
    return sum(size * (0.5 if ord(letter) < 128 else 1) for letter in text)


@pytest.mark.parametrize("count", [12, 18, 21, 24, 44])
def test_the_common_sheets_have_their_labels_on_the_paper(count: int) -> None:
    sheet = SHEETS[f"A4-{count}"]
    x, y = sheet.corner(count)

    assert sheet.count == count
    assert x + sheet.width <= 210.1
    assert y + sheet.height <= 297.1
    assert sheet.corner(2)[0] == pytest.approx(sheet.left + sheet.step_x)


def test_own_measures_are_taken_and_impossible_ones_refused() -> None:
    assert LabelSheet("own", 2, 5, 91, 55, 14, 11).count == 10

    with pytest.raises(LabelSheetError, match=r"need 224\.0 x"):
        LabelSheet("own", 3, 5, 70, 55, 14, 11)
    with pytest.raises(LabelSheetError):
        LabelSheet("overlapping", 2, 5, 91, 55, 14, 11, pitch_x=80)


def test_a_person_is_sama_and_a_company_onchu() -> None:
    company = Recipient("C2", "株式会社絆", "company", city="堺市", street="1")

    assert compose(TANAKA).addressee == "田中　花子　様"
    assert compose(company).addressee == "株式会社絆　御中"


def test_a_person_at_a_company_stands_under_its_name() -> None:
    found = compose(Recipient("C2", "株式会社絆", "company", contact="佐藤", department="総務部", city="堺市"))

    assert (found.organisation, found.addressee) == (("株式会社絆", "総務部"), "佐藤　様")


def test_an_honorific_is_not_doubled() -> None:
    assert compose(Recipient("C2", "絆商店 御中", "company", city="堺市")).addressee == "絆商店 御中"


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("1500001", "〒150-0001"),
        ("１５０ー０００１", "〒150-0001"),
        ("〒150-0001", "〒150-0001"),
        ("", ""),
        ("D-123", "〒D-123"),
    ],
)
def test_a_postal_code_is_printed_the_post_offices_way(typed: str, printed: str) -> None:
    assert postal_code(typed) == printed


def test_who_wants_no_post_has_left_or_lacks_an_address_is_left_off_and_listed() -> None:
    others = [
        Recipient("C2", "鈴木", city="堺市", no_post=True),
        Recipient("C3", "佐藤"),
        Recipient("C4", "", city="堺市"),
        Recipient("C5", "山田", prefecture="大阪府"),
        Recipient("C6", "森", city="堺市", has_left=True),
    ]
    found = lay_out([TANAKA, *others], SHEETS["A4-12"], letters)

    assert found.printed == 1
    assert [(one.recipient.number, one.reason.en) for one in found.left_off] == [
        ("C2", "wants no post"),
        ("C3", "has no address"),
        ("C4", "has no name"),
        ("C5", "has no address"),
        ("C6", "is a customer no longer"),
    ]


def test_printing_starts_at_the_given_label_and_goes_on_with_the_next_sheet() -> None:
    found = lay_out([TANAKA] * 14, SHEETS["A4-12"], letters, start=11)

    assert [page.positions for page in found.pages] == [(11, 12), tuple(range(1, 13))]
    with pytest.raises(StartPositionError, match="start at 1 to 12"):
        lay_out([TANAKA], SHEETS["A4-12"], letters, start=13)


def test_a_house_number_is_never_broken_and_no_line_begins_with_what_may_not() -> None:
    lines = wrap("東京都千代田区霞が関１２−３４−５６マーキュリー", 70, 10, letters)

    assert "".join(lines) == "東京都千代田区霞が関１２−３４−５６マーキュリー"
    assert any("１２−３４−５６" in line or letters("１２−３４−５６", 10) > 70 for line in lines)
    assert not any(line.startswith(("ー", "ュ")) for line in lines)


@settings(max_examples=60)
@given(st.text("東京都アーッ１２−ab 、。", max_size=40), st.integers(30, 200))
def test_wrapping_loses_no_letter_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrap(text, width, 10, letters)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(letters(line, 10) <= width for line in lines)


LONG = Recipient(
    "C9",
    "寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末",
    postal_code="6058501",
    prefecture="京都府",
    city="京都市東山区",
    street="三条通南二筋目白川筋西入二丁目南側南木之元町６４９番地１２",
    building="東山三条グランドレジデンス弐番館１２０３号室",
)


@pytest.mark.parametrize("name", list(SHEETS))
def test_every_text_lies_inside_its_label(name: str) -> None:
    sheet = SHEETS[name]
    found = lay_out([TANAKA, LONG], sheet, letters)

    for page in found.pages:
        for text in page.texts:
            boxes = [sheet.corner(position) for position in page.positions]
            assert any(
                x + PADDING - 0.01 <= text.x
                and text.x + letters(text.text, text.size) * POINT <= x + sheet.width - PADDING + 0.01
                and y + PADDING <= text.y <= y + sheet.height - PADDING + 0.01
                for x, y in boxes
            )


def test_what_does_not_fit_even_at_half_size_is_left_off() -> None:
    found = lay_out([Recipient("C1", "田中", city="堺市", street="長" * 2000)], SHEETS["A4-44"], letters)

    assert found.left_off[0].reason.ja.startswith("ラベルに収まりません")


def test_variation_selectors_and_control_characters_do_not_print() -> None:
    assert clean("葛\U000e0100飾\u0000区\n 一 ") == "葛飾区 一"
    assert reason_left_off(Recipient("C1", "\u0000", city="堺市")) is not None


@pytest.fixture(scope="module")
def font() -> LabelFont:
    try:
        return find_font()
    except NoFontError as error:
        pytest.skip(error.message.en)


def test_a_font_that_cannot_be_used_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(NoFontError, match="fonts-ipafont-gothic"):
        find_font(str(tmp_path / "none.ttf"))


def test_the_pdf_has_its_font_embedded_and_its_text_can_be_read(font: LabelFont, tmp_path: Path) -> None:
    if which("pdffonts") is None:
        pytest.skip("poppler's pdffonts is not installed")
    file = tmp_path / "labels.pdf"
    printed = print_labels([TANAKA, Recipient("C2", "髙﨑　彅", city="つくば市")], SHEETS["A4-24"], font)
    file.write_bytes(printed.pdf)
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout

    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), "emb is the fifth column from the right"
    assert "〒150-0001" in text
    assert "髙﨑" in text
    assert printed.lacking == ""


def test_a_letter_the_font_lacks_is_printed_as_geta_and_told(font: LabelFont) -> None:
    printed = print_labels([Recipient("C2", "\U0001f600田", city="つくば市")], SHEETS["A4-24"], font)

    assert printed.lacking == "\U0001f600"


def test_nobody_to_write_to_gives_a_pdf_all_the_same(font: LabelFont) -> None:
    assert print_labels([], SHEETS["A4-24"], font).pdf.startswith(b"%PDF")


def test_the_preview_is_a_picture_of_the_sheet(font: LabelFont) -> None:
    labels = lay_out([TANAKA] * 3, SHEETS["A4-12"], font.measure, start=2)
    picture = Image.open(BytesIO(preview(labels, font, dpi=50)))

    assert picture.size == (413, 585)
    assert len(picture.getcolors(100_000) or ()) > 3
