"""What every backend promises, run on each."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from kizuna.errors import Text
from kizuna.ids import new_id
from kizuna.model import Product, among
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.model.fields import FieldSpec, FieldType

NAME = Text("項目", "Field")


class StopError(Exception):
    """The test has seen enough."""


def read(database: Database, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
    with database.backend.read() as connection:
        return fetch_all(connection, sql, parameters)


def add_products(database: Database, rows: list[tuple[Any, ...]]) -> None:
    columns = ("id", "store_id", "revision", "deleted", "number", "name", "price", "discontinued")
    database.backend.write(lambda connection: database.backend.insert_many(connection, "products", columns, rows))


def product(number: int, name: str | None = "鉛筆", price: int | None = 12_050) -> tuple[Any, ...]:
    return (new_id(), 0, number, False, f"X{number}", name, price, number % 2 == 0)


def test_locking_feeds_makes_those_that_are_missing_and_returns_their_revisions(database: Database) -> None:
    found = database.backend.write(lambda connection: database.backend.lock_feeds(connection, [41, 0, 40]))

    assert found[40] == found[41] == 0
    assert found[0] > 0


def test_locking_no_feed_locks_none(database: Database) -> None:
    assert database.backend.write(lambda connection: database.backend.lock_feeds(connection, [])) == {}


def test_a_locked_feed_keeps_other_writers_of_it_waiting_until_commit(database: Database) -> None:
    backend, hole = database.backend, database.backend.holes(1)
    order: list[str] = []
    locked = threading.Event()

    def count_up(connection: sa.Connection, name: str) -> None:
        last = backend.lock_feeds(connection, [1])[1]
        locked.set()
        order.append(f"{name} has it")
        threading.Event().wait(0.05)
        run(connection, f"update feeds set revision = {hole} where store_id = 1", (last + 1,))
        order.append(f"{name} done")

    def work(name: str) -> None:
        backend.write(lambda connection: count_up(connection, name))

    threads = [threading.Thread(target=work, args=(f"writer {place}",)) for place in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert read(database, "select revision from feeds where store_id = 1") == [(4,)]
    assert [one.removesuffix(" has it").removesuffix(" done") for one in order[::2]] == [
        one.removesuffix(" has it").removesuffix(" done") for one in order[1::2]
    ]


def test_pushes_that_lock_feeds_in_any_order_never_wait_in_a_circle(database: Database) -> None:
    backend, hole = database.backend, database.backend.holes(1)

    def work(stores: list[int]) -> None:
        def move(connection: sa.Connection) -> None:
            found = backend.lock_feeds(connection, stores)
            for store, last in found.items():
                run(connection, f"update feeds set revision = {hole} where store_id = {hole}", (last + 1, store))

        for _ in range(10):
            backend.write(move)

    threads = [threading.Thread(target=work, args=(one,)) for one in ([1, 2, 3], [3, 2, 1], [2, 1, 3], [3, 1])]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(read(database, "select store_id, revision from feeds where store_id in (1, 2, 3)")) == [
        (1, 40), (2, 30), (3, 40),
    ]  # fmt: skip


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    def work(connection: sa.Connection) -> None:
        run(connection, "update stores set name = 'x'")
        raise StopError

    with pytest.raises(StopError):
        database.backend.write(work)

    assert read(database, "select count(*) from stores where name = 'x'") == [(0,)]


def test_a_write_not_to_be_kept_leaves_nothing_and_returns_its_value(database: Database) -> None:
    value = database.backend.write(lambda connection: run(connection, "update stores set name = 'x'"), keep=False)

    assert value == 3
    assert read(database, "select count(*) from stores where name = 'x'") == [(0,)]


def test_a_read_sees_one_state_of_the_data_whatever_is_written_meanwhile(database: Database) -> None:
    with database.backend.read() as connection:
        before = fetch_all(connection, "select name from stores order by code")
        database.backend.write(lambda writer: run(writer, "update stores set name = 'x'"))
        after = fetch_all(connection, "select name from stores order by code")

    assert before == after
    assert read(database, "select distinct name from stores") == [("x",)]


@pytest.mark.parametrize("count", [0, 1, 2, 499, 500, 1_200])
def test_any_number_of_rows_is_inserted_as_given(database: Database, count: int) -> None:
    rows = [product(place, name=f"行{place}\t\\N\n\"'", price=None if place % 3 else place) for place in range(count)]
    add_products(database, rows)

    found = read(database, "select id, name, price from products order by revision")
    assert found == [(row[0], row[5], row[6]) for row in rows]


@pytest.mark.parametrize("count", [0, 1, 2, 70_000])
def test_a_list_of_any_length_finds_its_rows(database: Database, count: int) -> None:
    add_products(database, [product(place) for place in range(3)])
    wanted = [f"X{place}" for place in range(count)]
    condition, values = database.backend.in_list("number", wanted)
    numbers, more = database.backend.in_list("revision", list(range(count)))

    assert len(read(database, f"select id from products where {condition}", values)) == min(count, 3)
    assert len(read(database, f"select id from products where {numbers}", more)) == min(count, 3)


def test_a_list_of_texts_that_look_like_something_else_is_compared_as_text(database: Database) -> None:
    add_products(database, [(*product(1)[:4], one, "x", 1, None) for one in ()] + [product(7)])
    condition, values = database.backend.in_list("number", ['X7"', "null", "7", "[]", "髙"])

    assert read(database, f"select id from products where {condition}", values) == []


@pytest.mark.parametrize("names", [['"'], ["\\"], ['a","b', "c"], ["{}", "{a,b}"], ["", " "], ["NULL", "髙\t\n'%s"]])
def test_texts_in_a_list_stand_for_themselves(database: Database, names: list[str]) -> None:
    add_products(database, [product(place, name=one) for place, one in enumerate(names)])
    condition, values = database.backend.in_list("name", names)
    with database.backend.read() as connection:
        asked = sa.select(Product.name).where(among(Product.name, names))
        told = sorted(connection.execute(asked).scalars())

    assert sorted(row[0] for row in read(database, f"select name from products where {condition}", values)) == told
    assert told == sorted(names)


@pytest.mark.parametrize(
    ("kind", "column", "stored", "shown"),
    [
        ("money", "price", 12_050, 120.5),
        ("money", "price", 12_000, 120),
        ("money", "price", -1, -0.01),
        ("money", "price", 999_999_999_999_999, 9_999_999_999_999.99),
        ("money", "price", None, None),
        ("decimal", "price", 1_500_000, 1.5),
        ("decimal", "price", 1, 0.000001),
        ("decimal", "price", 999_999_999_999_999, 999_999_999.999999),
        ("decimal", "price", -2_000_000, -2),
        ("boolean", "discontinued", True, True),
        ("boolean", "discontinued", False, False),
        ("boolean", "discontinued", None, None),
        ("tags", "name", '["赤","a\\"b"]', ["赤", 'a"b']),
        ("tags", "name", None, None),
        ("text", "name", '髙﨑"\\\n\t🎌\x01', '髙﨑"\\\n\t🎌\x01'),
        ("integer", "price", 2**53, 2**53),
    ],
)
@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_stored_value_is_shown_as_the_wire_wants_it(
    database: Database, kind: FieldType, column: str, stored: Any, shown: Any, layout: str
) -> None:
    row = dict(zip(("id", "s", "r", "d", "number", "name", "price", "discontinued"), product(1), strict=True))
    add_products(database, [tuple((row | {column: stored}).values())])
    expression = database.backend.json_expression(kind, column)

    rows, values = database.backend.json_rows(["id", expression]), database.backend.json_column(kind, column)
    text = rows if layout == "rows" else values
    [(found,)] = read(database, f"select {text} from products")
    assert json.loads(found) == ([[row["id"], shown]] if layout == "rows" else [shown])


def test_a_date_is_read_as_iso_text(database: Database) -> None:
    field = FieldSpec("birthday", "date", NAME)
    database.backend.write(
        lambda connection: database.backend.insert_many(
            connection, "customers", ("id", "store_id", "revision", "deleted", "birthday"),
            [("a", 1, 1, False, "1980-02-29"), ("b", 1, 2, False, None)],
        )
    )  # fmt: skip

    expression = database.backend.stored_expression(field)
    assert read(database, f"select {expression} from customers order by id") == [("1980-02-29",), (None,)]


@pytest.mark.parametrize("count", [1, 95, 96, 127, 128, 300])
def test_a_row_may_have_any_number_of_fields(database: Database, count: int) -> None:
    add_products(database, [product(1), product(2)])
    text = database.backend.json_rows(["revision"] * count)

    [(found,)] = read(database, f"select {text} from (select * from products order by revision) as page")
    assert json.loads(found) == [[1] * count, [2] * count]


def test_no_rows_make_an_empty_list(database: Database) -> None:
    rows, flags = database.backend.json_rows(["id"]), database.backend.json_column("boolean", "discontinued")
    ids, tags = database.backend.json_column("text", "id"), database.backend.json_column("tags", "name")

    assert read(database, f"select {rows}, {ids}, {flags}, {tags} from products") == [("[]", "[]", "[]", "[]")]
