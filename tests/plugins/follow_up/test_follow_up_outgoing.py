"""Letters, labels, mails and lists as a person gets them: by the command line, and sent through a real mail server."""

from __future__ import annotations

import csv
import email
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner, Result

from kizuna.cli.for_plugins import change_rows
from kizuna.cli.main import main
from kizuna.model.backend import run
from kizuna.model.data import ScopedData
from kizuna_follow_up import command_line
from kizuna_follow_up.mails import Draft, MailRecipient
from kizuna_follow_up.sending import send
from kizuna_follow_up.settings import FollowUpSettings
from kizuna_follow_up.source import text_values
from kizuna_follow_up.texts import fill
from tests.fixtures.shop import Shop

MAIL = b"From: shop@example.jp\r\nTo: a@example.jp\r\nSubject: a\r\n\r\nHello.\r\n"
ADDRESS = {"postal_code": "1000001", "prefecture": "東京都", "city": "千代田区", "street": "千代田1-1"}


class Mailbox:
    """Takes mails, but for one address it does not know."""

    def __init__(self) -> None:
        self.taken: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("nobody@"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=default)))
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[Controller]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Mailbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """A shop with a letter, a call and a mail due today for each of three customers."""
    shop.today = datetime.now(UTC).astimezone(shop.database.timezone).date()
    store = shop.sql("select id from stores where code = 1")[0][0]
    shop.change("stores", store, city="京都市", phone="075-111-2222")
    plan = shop.plan("manual", (0, "days", "post"), (0, "days", "phone"), (0, "days", "mail"), name="ご案内")
    for step, title, template in (
        ("post", "案内状", "{氏名}様\nご案内です。"),
        ("mail", "ご案内", "{氏名}様、{店名}です。"),
    ):
        [(row,)] = shop.sql(f"select id from follow_up_steps where channel = '{step}'")
        shop.change("follow_up_steps", row, title=title, template=template)
    people = (
        {"name": "田中", "mail": "tanaka@example.jp", "phone": "03-1111-2222", **ADDRESS},
        {"name": "鈴木", "mail": "nobody@example.jp", **ADDRESS},
        {"name": "佐藤", "mail": "sato@example.jp", "no_mail": True},
    )
    for fields in people:
        who = shop.insert("customers", store_id=1, **fields)
        shop.insert("follow_up_tasks", customer_id=who, plan_id=plan, due_on=shop.today.isoformat(), store_id=1)
    return shop


def settle(shop: Shop, **values: Any) -> None:
    """Set the owner's settings as the settings page does."""
    import json

    hole = shop.database.backend.holes(1)
    told = json.dumps(values)
    sql = f"insert into setting_values(name, value) values ('follow_up', {hole})"
    shop.database.backend.write(
        lambda connection: run(connection, f"{sql} on conflict(name) do update set value = excluded.value", (told,))
    )


def kizuna(shop: Shop, *words: str) -> Result:
    url = str(shop.database.backend.engine.url)
    result = CliRunner().invoke(main, ["follow-up", *words, "--database", url], env={"KIZUNA_LANGUAGE": "ja"})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_phone_list_is_todays_list_by_phone(busy: Shop, tmp_path: Path) -> None:
    kizuna(busy, "today", "--channel", "電話", "--csv", str(tmp_path / "電話.csv"))

    rows = list(csv.reader((tmp_path / "電話.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[5:8] for row in rows[1:]] == [
        ["C0001", "田中", "03-1111-2222"], ["C0002", "鈴木", ""], ["C0003", "佐藤", ""],
    ]  # fmt: skip


def test_labels_come_for_post_due_today_and_name_who_is_left_out(busy: Shop, tmp_path: Path) -> None:
    result = kizuna(busy, "labels", "--out", str(tmp_path))

    assert (tmp_path / "宛名ラベル.pdf").read_bytes().startswith(b"%PDF")
    assert "2枚作りました" in result.output
    assert "佐藤(住所がありません)" in result.output


def test_letters_are_made_and_their_tasks_done(busy: Shop, tmp_path: Path) -> None:
    result = kizuna(busy, "letters", "--done", "--out", str(tmp_path))

    assert (tmp_path / "手紙_本店.pdf").read_bytes().startswith(b"%PDF")
    assert "手紙を2通作りました" in result.output
    assert len([one for one in busy.tasks(status="done") if one[1] == "post"]) == 2


def test_mails_need_a_sender(busy: Shop) -> None:
    result = kizuna(busy, "mails")

    assert result.exit_code == 1
    assert "mail_from" in result.output


def test_drafts_are_eml_files_and_leave_out_who_wants_none(busy: Shop, tmp_path: Path) -> None:
    from zipfile import ZipFile

    settle(busy, mail_from="shop@example.jp", mail_from_name="本店")

    result = kizuna(busy, "mails", "--out", str(tmp_path))

    with ZipFile(tmp_path / "メール下書き.zip") as packed:
        assert packed.namelist() == ["C0001.eml", "C0002.eml"]
    assert "下書きを2通" in result.output
    assert busy.tasks(status="done") == []


def test_mails_are_sent_through_the_shops_server_and_only_to_who_wants_them(
    busy: Shop, mail_server: Controller
) -> None:
    settle(
        busy, mail_from="shop@example.jp", mail_from_name="本店", smtp_host="127.0.0.1", smtp_port=mail_server.port,
        smtp_security="none",
    )  # fmt: skip

    result = kizuna(busy, "mails", "--send")

    [(to, message)] = mail_server.handler.taken
    assert to == ["tanaka@example.jp"]
    assert (message["Subject"], message["From"].addresses[0].addr_spec) == ("ご案内", "shop@example.jp")
    assert message.get_content().strip() == "田中様、本店です。"
    assert message["X-Unsent"] is None
    assert "1通送信しました" in result.output
    assert "鈴木: 送信できませんでした(550 no such user)" in result.output
    assert [one[1:] for one in busy.tasks(status="done")] == [("mail", "done")]
    assert [one[1] for one in busy.tasks(status="ended")] == ["mail"]


class Killed(BaseException):
    """Stands for the end of the process between two mails."""


def test_sending_that_is_killed_in_between_sends_no_mail_twice_that_was_done(
    busy: Shop, mail_server: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}
    settle(busy, mail_from="shop@example.jp", mail_from_name="本店", **server)
    [(plan,)] = busy.sql("select id from follow_up_plans")
    for name in ("高橋", "渡辺"):
        who = busy.insert("customers", store_id=1, name=name, mail=f"{name.encode().hex()}@example.jp")
        busy.insert("follow_up_tasks", customer_id=who, plan_id=plan, due_on=busy.today.isoformat(), store_id=1)
    changed: list[set[str]] = []

    def killed(named: str | None, table: str, ids: set[str], fields: dict[str, Any]) -> None:
        if len(changed) == 1:
            raise Killed  # the second mail is out, and not marked yet
        changed.append(ids)
        change_rows(named, table, ids, fields)

    with monkeypatch.context() as patched:
        patched.setattr(command_line, "change_rows", killed)
        with pytest.raises(Killed):
            kizuna(busy, "mails", "--send")
    first = list(mail_server.handler.taken)
    done = busy.tasks(status="done")
    kizuna(busy, "mails", "--send")
    taken = mail_server.handler.taken

    assert (len(first), len(done)) == (2, 1)
    assert sorted(Counter(str(to) for to, _ in taken).values()) == [1, 1, 2]
    assert len({message["Message-ID"] for _, message in taken}) == 3
    assert len(busy.tasks(status="done")) == 3


def test_a_mail_that_is_out_and_cannot_be_noted_ends_the_sending_whatever_the_reason(mail_server: Controller) -> None:
    settings = FollowUpSettings(
        mail_from="shop@example.jp", smtp_host="127.0.0.1", smtp_port=mail_server.port, smtp_security="none"
    )
    ready = [Draft(MailRecipient(number, number, f"{number}@example.jp"), f"{number}.eml", MAIL) for number in "ab"]

    def full(draft: Draft) -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        send(ready, settings, taken_one=full)

    assert len(mail_server.handler.taken) == 1


@pytest.mark.parametrize("asks", ["(ここに使い方を書いてください)", "（ここに お客様の声を書いてください。）"])
def test_a_text_that_still_asks_to_be_written_is_never_sent(
    busy: Shop, mail_server: Controller, tmp_path: Path, asks: str
) -> None:
    settle(
        busy, mail_from="shop@example.jp", smtp_host="127.0.0.1", smtp_port=mail_server.port, smtp_security="none",
    )  # fmt: skip
    [(step,)] = busy.sql("select id from follow_up_steps where channel = 'mail'")
    busy.change("follow_up_steps", step, template="{宛名}\n\n" + asks)

    result = kizuna(busy, "mails", "--send")

    assert mail_server.handler.taken == []
    assert (result.exit_code, "2通は送信しませんでした" in result.output) == (1, True)
    assert busy.tasks(status="done") == []
    assert "下書きを2通" in kizuna(busy, "mails", "--out", str(tmp_path)).output


def test_sending_without_a_server_says_what_to_set(busy: Shop) -> None:
    settle(busy, mail_from="shop@example.jp")

    assert "smtp_host" in kizuna(busy, "mails", "--send").output


def test_a_server_that_is_not_there_is_named(busy: Shop) -> None:
    settle(busy, mail_from="shop@example.jp", smtp_host="127.0.0.1", smtp_port=9, smtp_security="none")

    result = kizuna(busy, "mails", "--send")

    assert "follow_up_mail_server" in result.output
    assert busy.tasks(status="done") == []


def test_the_standard_plans_are_added_once_and_their_texts_fill(shop: Shop) -> None:
    kizuna(shop, "defaults")
    again = kizuna(shop, "defaults")

    assert "すでにあります" in again.output
    assert shop.sql("select number, name from follow_up_plans order by number") == [
        ("F001", "見込客4通"), ("F002", "購入後5回"),
    ]  # fmt: skip
    assert shop.sql("select count(*) from follow_up_steps") == [(9,)]


def bring_in(shop: Shop, tmp_path: Path) -> Any:
    """Import two purchases as a member of staff would, from a file."""
    file = tmp_path / "purchases.csv"
    file.write_text("顧客番号,購入日,金額\nC0001,2026-11-01,5000\nC0002,2026-11-01,7000\n", encoding="utf-8")
    url = shop.database.backend.engine.url.render_as_string(hide_password=False)
    words = ["import", "purchases", str(file), "--store", "1", "--again", "--database", url]
    return CliRunner().invoke(main, words, env={"KIZUNA_LANGUAGE": "ja"})


def test_the_owner_is_told_by_mail_what_an_import_brought(busy: Shop, mail_server: Controller, tmp_path: Path) -> None:
    server = {"smtp_host": "127.0.0.1", "smtp_port": mail_server.port, "smtp_security": "none"}
    settle(busy, mail_from="shop@example.jp", notify_mail="owner@example.jp", **server)
    busy.plan("after", (1, "days", "post"), (30, "days", "phone"))

    result = bring_in(busy, tmp_path)

    assert result.exit_code == 0, result.output
    [(to, mail)] = mail_server.handler.taken
    assert to == ["owner@example.jp"]
    assert mail["Subject"] == "取り込みでフォロー予定が4件増えました / An import brought 4 follow-up tasks"
    assert "purchases.csv" in mail.get_content()


def test_an_import_nobody_wants_to_hear_of_and_one_whose_notice_fails_stand_all_the_same(
    busy: Shop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    busy.plan("after", (1, "days", "post"))
    quiet = bring_in(busy, tmp_path)
    settle(busy, notify_mail="owner@example.jp", smtp_host="127.0.0.1", smtp_port=1, smtp_security="none")

    failing = bring_in(busy, tmp_path)

    assert (quiet.exit_code, failing.exit_code) == (0, 0), failing.output
    assert busy.sql("select count(*) from purchases") == [(4,)]
    assert "follow_up failed in changeset_done" in caplog.text


def test_a_letter_about_goods_the_receipt_does_not_name_is_a_whole_sentence(shop: Shop) -> None:
    who = shop.insert("customers", store_id=1, name="田中")
    shop.insert("purchases", store_id=1, customer_id=who, purchased_on="2026-03-05", amount=100)

    with shop.database.backend.read() as connection:
        data = ScopedData(shop.database, connection, shop.actor, today=shop.today)
        values = text_values(data, [who])[who]

    assert fill("{購入日}には{商品}をお買い上げいただき", values) == "2026年3月5日には商品をお買い上げいただき"


def test_a_selection_becomes_labels_and_a_plan(busy: Shop, tmp_path: Path) -> None:
    busy.plan("manual", (0, "days", "phone"), (7, "days", "post"), name="お中元")
    chosen = tmp_path / "list.csv"
    chosen.write_text("順位,顧客番号\n1,C0001\n2,C0002\n", encoding="utf-8-sig")

    labels = kizuna(busy, "labels", "--list", str(chosen), "--out", str(tmp_path))
    started = kizuna(busy, "start", "お中元", "C0003", "C9999", "--list", str(chosen))
    again = kizuna(busy, "start", "お中元", "C0001")

    assert (tmp_path / "宛名ラベル.pdf").exists(), labels.output
    assert "「お中元」を3人に始めました" in started.output
    assert "C9999(この番号の顧客はいません)" in started.output
    assert "0人に始めました" in again.output
    joined = "follow_up_tasks t join follow_up_plans p on p.id = t.plan_id"
    running = busy.sql(f"select count(*) from {joined} where p.name = 'お中元'")
    assert running == [(6,)]


def test_a_list_saved_by_japanese_excel_is_read(busy: Shop, tmp_path: Path) -> None:
    busy.plan("manual", (0, "days", "phone"), name="お中元")
    chosen = tmp_path / "list.csv"
    chosen.write_text("順位,氏名,顧客番号\n1,髙橋,C0001\n2,鈴木,C0002\n", encoding="cp932")

    started = kizuna(busy, "start", "お中元", "--list", str(chosen))

    assert "「お中元」を2人に始めました" in started.output


def test_a_list_of_nobody_is_not_taken_for_everybody_due(busy: Shop, tmp_path: Path) -> None:
    empty = tmp_path / "list.csv"
    empty.write_text("顧客番号\n", encoding="utf-8")

    result = kizuna(busy, "labels", "--list", str(empty), "--out", str(tmp_path))

    assert result.exit_code == 1
    assert not (tmp_path / "宛名ラベル.pdf").exists()


def test_an_unknown_plan_is_answered_with_those_there_are(busy: Shop) -> None:
    result = kizuna(busy, "start", "お歳暮", "C0001")

    assert result.exit_code == 1
    assert "ご案内" in result.output


def test_mails_due_without_a_text_are_told(busy: Shop, tmp_path: Path) -> None:
    settle(busy, mail_from="shop@example.jp")
    [(who,)] = busy.sql("select id from customers where number = 'C0001'")
    busy.insert("follow_up_tasks", customer_id=who, channel="mail", due_on=busy.today.isoformat(), store_id=1)

    result = kizuna(busy, "mails", "--out", str(tmp_path))

    assert "文面のない予定が1件あります" in result.output


@pytest.mark.parametrize(("command", "channel"), [("mails", "mail"), ("letters", "post")])
def test_only_tasks_something_was_made_of_are_done(busy: Shop, tmp_path: Path, command: str, channel: str) -> None:
    settle(busy, mail_from="shop@example.jp")
    plan = busy.plan("manual", (0, "days", channel), name="文面なし")
    [(who,)] = busy.sql("select id from customers where number = 'C0001'")
    busy.insert("follow_up_tasks", customer_id=who, plan_id=plan, due_on=busy.today.isoformat(), store_id=1)

    kizuna(busy, command, "--done", "--out", str(tmp_path))

    assert len(busy.tasks(status="done")) == 2
    assert busy.sql(f"select status from follow_up_tasks where plan_id = '{plan}'") == [("open",)]
