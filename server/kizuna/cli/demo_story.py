"""The demo's story: two people edit the same customer; one merge, one conflict, one resolution; then the ranking."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from kizuna.cli.demo_sheets import customer_with, label, read_customer, read_row, type_into, write_questions
from kizuna.cli.demo_shop import DemoShop, Person
from kizuna.errors import OperationError, Text
from kizuna.model.database import JAPAN
from kizuna.sync.moments import local_moment

BEST = 10
REMAINS = 3
"""The add-in's exit code when conflicts or refused rows remain."""


class AddinFailedError(OperationError):
    """The add-in's command failed."""

    code = "addin-failed"
    text = Text("アドインの操作に失敗しました: {reason}", "The add-in failed: {reason}")


@dataclass
class Story:
    """Where the demo happens and in which language it is told."""

    folder: Path
    language: str
    steps: int = field(default=0)

    def say(self, text: Text, **values: object) -> None:
        """Tell one thing."""
        click.echo(text.format(**values).in_language(self.language))

    def step(self, text: Text, **values: object) -> None:
        """Begin the next step."""
        self.steps += 1
        click.secho(f"\n[{self.steps}] {text.format(**values).in_language(self.language)}", bold=True)

    def addin(self, person: Person, url: str, *words: str) -> Any:
        """Run ``kizuna-addin`` as that person, as a shop's PC would; return what it printed as JSON."""
        command = [sys.executable, "-m", "kizuna_addin", *words, "--json", "--language", self.language]
        told = os.environ | {"KIZUNA_TOKEN": person.token, "KIZUNA_SERVER": url, "PYTHONUTF8": "1"}
        done = subprocess.run(command, cwd=self.folder, env=told, capture_output=True, encoding="utf-8", check=False)  # noqa: S603  # our own program
        if done.returncode not in {0, REMAINS}:
            raise AddinFailedError(reason=(done.stderr or done.stdout).strip()[-500:])
        return json.loads(done.stdout)


def tell(story: Story, shop: DemoShop, url: str) -> None:
    """Play the story against the server at ``url``."""
    _make_books(story, shop, url)
    number = customer_with(story.folder / shop.first.book, "phone", "mail")
    _both_edit(story, shop, number)
    _push_both(story, shop, url)
    _resolve(story, shop, url, number)
    _show_history(story, shop, url, number)
    _rank(story, shop, url, number)


def _make_books(story: Story, shop: DemoShop, url: str) -> None:
    story.step(
        Text(
            "店舗1の二人が、自分のブックに顧客を取得します",
            "Two people of store 1 pull the customers into books of their own",
        )
    )
    for person in (shop.first, shop.second):
        story.addin(person, url, "new", person.book, "--table", "customers")
        story.say(Text("  {name}さん → {book}", "  {name} → {book}"), name=person.name, book=person.book)


def _both_edit(story: Story, shop: DemoShop, number: str) -> None:
    story.step(
        Text(
            "二人が同じ顧客 {number} を、それぞれ編集します",
            "Both edit the same customer, {number}, each in their own book",
        ),
        number=number,
    )
    edits = {
        shop.first: {"phone": "045-012-3456", "notes": "贈り物用の包装をご希望"},
        shop.second: {"mail": "new-address@example.jp", "notes": "玉露がお好み"},
    }
    for person, fields in edits.items():
        type_into(story.folder / person.book, number, fields)
        typed = Text(
            *(
                "、".join(f"{getattr(label(name), one)} = {value}" for name, value in fields.items())
                for one in ("ja", "en")
            )
        )
        story.say(Text(f"  {person.name}さん: {typed.ja}", f"  {person.name}: {typed.en}"))


def _push_both(story: Story, shop: DemoShop, url: str) -> None:
    story.step(Text("一人目が送信します", "The first pushes"))
    story.addin(shop.first, url, "push", shop.first.book)
    story.say(Text("  電話とメモが登録されました", "  phone and notes are taken"))
    story.step(
        Text(
            "二人目が送信します: 別々の項目は合わさり、同じ項目(メモ)は競合になります",
            "The second pushes: different fields merge, the same field (notes) is a conflict",
        )
    )
    story.addin(shop.second, url, "push", shop.second.book)
    for one in conflicts_in(story.addin(shop.second, url, "conflicts", shop.second.book)):
        story.say(
            Text(
                "  競合「{name.ja}」: 自分={mine} / 相手={theirs}({who})",
                "  conflict in {name.en}: mine={mine} / theirs={theirs} ({who})",
            ),
            name=label(one["field"]),
            **one,
        )


def _resolve(story: Story, shop: DemoShop, url: str, number: str) -> None:
    story.step(
        Text(
            "二人目が競合シートで自分の値を選んで送信し、一人目が取得します",
            "The second keeps their own value and pushes; the first pulls",
        )
    )
    story.addin(shop.second, url, "resolve", "--take", "mine", shop.second.book)
    for person in (shop.first, shop.second):
        story.addin(person, url, "pull", person.book)
    shown = [
        read_customer(story.folder / one.book, number, "phone", "mail", "notes") for one in (shop.first, shop.second)
    ]
    if shown[0] != shown[1]:
        raise AddinFailedError(reason=f"{shown[0]} != {shown[1]}")
    story.say(
        Text(
            "  二人のブックは同じになりました: {phone} / {mail} / {notes}",
            "  Both books now say the same: {phone} / {mail} / {notes}",
        ),
        **shown[0],
    )


def _rank(story: Story, shop: DemoShop, url: str, number: str) -> None:
    book = story.folder / shop.owner.book
    story.step(
        Text(
            "オーナーが、誰が最も良い顧客かをセルの関数に聞きます({book})",
            "The owner asks functions in cells who the best customers are ({book})",
        ),
        book=shop.owner.book,
    )
    sheet = Text("ランキング", "Ranking").in_language(story.language)
    day = shop.as_of.isoformat()
    questions = {
        "A1": number,
        "B1": f'=RFM(A1, "{day}")',
        "A3": f'=RFM_TOP({BEST}, "{day}")',
        "A16": f'=RFM_GRID("人数", "{day}")',
    }
    write_questions(book, sheet, questions)
    story.addin(shop.owner, url, "calculate", shop.owner.book)
    if not any(read_row(book, sheet, 3)[1:]):
        story.say(
            Text(
                "  RFM のプラグイン(kizuna_rfm)が入っていないため、答えはありません。",
                "  The plugin for RFM (kizuna_rfm) is not installed, so there are no answers.",
            )
        )
        return
    story.say(
        Text("  {number} の R・F・M・合計: {points}", "  R, F, M, total of {number}: {points}"),
        number=number,
        points=read_row(book, sheet, 1)[2:6],
    )
    for place in range(BEST + 1):
        story.say(Text("  {row}", "  {row}"), row="  ".join(str(one) for one in read_row(book, sheet, 3 + place)[1:9]))


def _show_history(story: Story, shop: DemoShop, url: str, number: str) -> None:
    story.step(Text("誰がいつ何を変えたか、サーバーが覚えています", "The server remembers who changed what"))
    for book in story.addin(shop.first, url, "history", shop.first.book, number):
        for change in book["result"]:
            told = [
                Text(*(f"{shown}: {before or '―'} → {after or '―'}" for shown in (label(name).ja, label(name).en)))
                for name, (before, after) in change["fields"].items()
            ]
            story.say(
                Text("  {when}  {who}  {fields.ja}", "  {when}  {who}  {fields.en}"),
                when=local_moment(change["when"], JAPAN),
                who=change["who"],
                fields=Text("、".join(one.ja for one in told) or "登録", ", ".join(one.en for one in told) or "made"),
            )


def conflicts_in(answer: Any) -> list[dict[str, Any]]:
    """Return the open conflicts an add-in command printed as JSON."""
    return [conflict for book in answer for conflict in book["result"]]
