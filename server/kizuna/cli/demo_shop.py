"""The demo's database: a chain of three tea shops, its customers and three years of purchases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kizuna.access.accounts import create_account
from kizuna.access.tokens import create_token
from kizuna.cli.opening import NotTakenError, write_tables
from kizuna.cli.prepare import prepared
from kizuna.errors import Text
from kizuna.model.database import Database, sqlite_url
from kizuna.ops.sample import SampleShop, build_sample_shop

if TYPE_CHECKING:
    from kizuna.cli.demo_story import Story

DEMO_MARK = ".kizuna-demo"
COMMON = ("stores", "staff", "products")
FIRST_STORE = 1


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the story: name, staff number, token, and the workbook they work in."""

    name: str
    number: str
    token: str
    book: str


@dataclass(frozen=True, slots=True)
class DemoShop:
    """The chain, ready to be served; ``first`` and ``second`` both work in store 1, ``owner`` sees all stores."""

    database_url: str
    as_of: date
    owner: Person
    first: Person
    second: Person


def build_shop(folder: Path, story: Story) -> DemoShop:
    """Make the database with the sample chain in it and the people of the story."""
    story.step(Text("データベースを用意します", "Making the database"))
    (folder / DEMO_MARK).write_text("kizuna demo\n", encoding="utf-8")
    url = sqlite_url(folder / "kizuna.db")
    database = prepared(url)
    sample = build_sample_shop()
    tables = sample.changeset_tables()
    _load(database, [one for one in tables if one["table"] in COMMON])
    _load(database, [one for one in tables if one["table"] not in COMMON])
    story.say(
        Text(
            "  {stores}店舗、顧客 {customers:,}人、購入 {purchases:,}件、広告 {ads}本、商談 {deals}件(架空、基準日 {as_of})",
            "  {stores} stores, {customers:,} customers, {purchases:,} purchases, {ads} ads, {deals} deals (made up, {as_of})",
        ),
        **{name: len(sample.tables[name]) for name in ("stores", "customers", "purchases", "ads", "deals")},
        as_of=sample.as_of,
    )
    with_accounts = _people(database, sample)
    database.backend.close()
    return DemoShop(url, sample.as_of, *with_accounts)


def _load(database: Database, tables: list[dict[str, object]]) -> None:
    answer = write_tables(database, tables, origin="import", note="kizuna demo")
    refused = [one for one in answer.outcomes if one.outcome != "applied"]
    if refused:
        raise NotTakenError(reason="; ".join(problem.message for problem in refused[0].problems or []))


def _people(database: Database, sample: SampleShop) -> tuple[Person, Person, Person]:
    staff = sample.tables["staff"]
    ids, numbers, names = staff.column("id"), staff.column("number"), staff.column("name")
    people = []
    for place, (role, stores, device) in enumerate(
        [("owner", [], "owner-pc"), ("staff", [FIRST_STORE], "counter-1"), ("staff", [FIRST_STORE], "counter-2")]
    ):
        account = create_account(database, ids[place], role, stores)  # type: ignore[arg-type]  # the three literals above are roles
        made = create_token(database, account, device, now=datetime.now(UTC))
        family = str(names[place]).split()[0].split("\u3000")[0]
        people.append(Person(str(names[place]), str(numbers[place]), made, f"{family}.xlsx"))
    return people[0], people[1], people[2]
