"""Letters and mail drafts: filled, left out where they must be, readable afterwards."""

import subprocess
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from shutil import which

import pytest

from kizuna_follow_up.labels.address import Recipient, addressee
from kizuna_follow_up.labels.fonts import LabelFont, NoFontError, find_font
from kizuna_follow_up.labels.layout import POINT
from kizuna_follow_up.letters import MARGIN, Letter, Sender, lay_out_letter, print_letters
from kizuna_follow_up.mails import Mail, MailRecipient, drafts
from kizuna_follow_up.texts import addressed, fill

DAY = date(2026, 3, 5)
NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
TANAKA = Recipient(
    "C0001", "田中　花子", postal_code="1500001", prefecture="東京都", city="渋谷区", street="神宮前1-2-3"
)
SHOP = Sender("絆商店 渋谷店", ("東京都渋谷区1-1", "電話 03-0000-0000"))


def letters(text: str, size: float) -> float:
    return sum(size * (0.5 if ord(letter) < 128 else 1) for letter in text)


def test_a_letter_has_address_day_sender_and_text_inside_its_margins() -> None:
    (page,) = lay_out_letter(Letter(TANAKA, "田中様\n\nこの度は" + "あ" * 300), SHOP, DAY, letters)
    texts = [one.text for one in page]

    assert {"〒150-0001", "2026年3月5日", "絆商店 渋谷店", "田中様"} <= set(texts)
    assert all(one.x >= MARGIN and one.x + letters(one.text, one.size) * POINT <= 210 - MARGIN + 0.01 for one in page)


def test_a_long_text_goes_on_over_further_sheets_and_loses_no_line() -> None:
    text = "\n".join(f"{number}行目" for number in range(100))
    pages = lay_out_letter(Letter(TANAKA, text), SHOP, DAY, letters)

    assert len(pages) == 3
    assert sum(one.text.endswith("行目") for page in pages for one in page) == 100


@pytest.fixture(scope="module")
def font() -> LabelFont:
    try:
        return find_font()
    except NoFontError as error:
        pytest.skip(error.message.en)


def test_who_wants_no_post_gets_no_letter(font: LabelFont, tmp_path: Path) -> None:
    found = print_letters(
        [Letter(TANAKA, "本文"), Letter(Recipient("C2", "x", city="堺市", no_post=True), "")], SHOP, DAY, font
    )

    assert (found.printed, found.pages) == (1, 1)
    assert [one.recipient.number for one in found.left_off] == ["C2"]
    if which("pdftotext"):
        file = tmp_path / "letters.pdf"
        file.write_bytes(found.pdf)
        text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
        assert "本文" in text


def test_a_draft_opens_with_everything_in_it() -> None:
    mail = Mail(MailRecipient("C0001", "田中 花子", "hanako@example.jp"), "お礼", "田中様\nありがとうございます。\n")
    (draft,), left_out = drafts([mail], sender="shop@example.jp", sender_name="絆商店", on=NOW)
    message = message_from_bytes(draft.content, policy=default)

    assert left_out == []
    assert (message["To"], message["From"]) == ("田中 花子 <hanako@example.jp>", "絆商店 <shop@example.jp>")
    assert (message["Subject"], message["X-Unsent"]) == ("お礼", "1")
    assert message.get_content().replace("\r\n", "\n") == "田中様\nありがとうございます。\n"


def test_who_opted_out_left_or_has_no_possible_address_gets_no_mail() -> None:
    people = [
        MailRecipient("C1", "a", "a@example.jp", no_mail=True), MailRecipient("C2", "b", "b@example.jp", has_left=True),
        MailRecipient("C3", "c"), MailRecipient("C4", "d", "d@@example"), MailRecipient("C5", "e", "e@example.jp, x@y.jp"),
        MailRecipient("C6", "f", ".f.@example.jp")]  # fmt: skip
    ready, left_out = drafts([Mail(one, "s", "t") for one in people], sender="shop@example.jp", on=NOW)

    assert [one.recipient.number for one in ready] in ([], ["C6"])
    assert [one.reason.en.split()[0] for one in left_out][:5] == ["wants", "is", "has", "has", "has"]


def test_a_line_break_in_a_name_or_subject_adds_no_header() -> None:
    mail = Mail(MailRecipient("C1", "a\r\nBcc: x@y.jp", "a@example.jp"), "s\nBcc: x@y.jp", "t")
    (draft,), _ = drafts([mail], sender="shop@example.jp", on=NOW)
    message = message_from_bytes(draft.content, policy=default)

    assert message["Bcc"] is None
    assert message["Subject"] == "s Bcc: x@y.jp"


@pytest.mark.parametrize(
    ("told", "addressed_as"),
    [
        ({"name": "田中太郎"}, "田中太郎様"),
        ({"name": "株式会社さくら", "kind": "company"}, "株式会社さくら　御中"),
        (
            {"name": "株式会社さくら", "kind": "company", "department": "総務部", "contact": "佐藤花子"},
            "株式会社さくら\n総務部\n佐藤花子　様",
        ),
        ({"name": "株式会社さくら 御中", "kind": "company"}, "株式会社さくら 御中"),
    ],
)
def test_a_letter_opens_with_sama_or_onchu_never_both(told: dict[str, str], addressed_as: str) -> None:
    name, kind = told.pop("name"), told.pop("kind", "person")
    values = {"宛名": addressee(name, kind=kind, **told), "氏名": name}

    assert (
        fill(addressed("{氏名}様\n\nいつもお世話になっております。"), values)
        == f"{addressed_as}\n\nいつもお世話になっております。"
    )
    assert fill(addressed("{宛名}"), values) == addressed_as
    assert fill(addressed("さて、{氏名}様のお買い物は"), values) == f"さて、{name}様のお買い物は"
