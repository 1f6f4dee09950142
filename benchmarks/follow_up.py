"""Time follow-up: a push of ten thousand purchases that start a plan, and the day's list of ten thousand customers.

``python benchmarks/follow_up.py`` prints the seconds; it works on a SQLite file in a temporary folder.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from kizuna.ids import new_id
from kizuna.sync.changeset import Inserts, TableChanges
from tests.fixtures.shop import Shop, empty_database, opened_copy

COUNT = 10_000
AFTER = ((1, "days", "post"), (8, "days", "phone"), (11, "days", "mail"), (1, "months", "post"), (1, "months", "mail"))


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Do something and print how long it took."""
    started = time.perf_counter()
    done = work()
    print(f"{what}: {time.perf_counter() - started:.2f} s")
    return done


def purchases(shop: Shop, customers: list[str]) -> TableChanges:
    """Return one purchase per customer."""
    day = [shop.today.isoformat()] * len(customers)
    columns = [[new_id() for _ in customers], customers, day, [5_000] * len(customers), [1] * len(customers)]
    return TableChanges(
        "purchases", inserts=Inserts(["id", "customer_id", "purchased_on", "amount", "store_id"], columns)
    )


def main() -> None:
    """Print every measure."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.db"
        empty_database(empty)
        with opened_copy(empty, Path(folder) / "shop.db") as shop:
            customers = [new_id() for _ in range(COUNT)]
            names = ["id", "name", "store_id"]
            columns = [customers, [f"顧客{one}" for one in range(COUNT)], [1] * COUNT]
            timed("10,000 customers", lambda: shop.good(TableChanges("customers", inserts=Inserts(names, columns))))
            timed("10,000 purchases, no plan", lambda: shop.good(purchases(shop, customers)))
            shop.plan("after", *AFTER, name="お礼")
            timed("10,000 purchases that start 50,000 tasks", lambda: shop.good(purchases(shop, customers)))
            shop.today = date(2006, 3, 3)
            for _ in range(2):
                list_ = timed("TODAY_TASKS, 10,000 due", lambda: shop.ask("TODAY_TASKS"))
            assert len(list_["columns"][0]) == COUNT
            keys = [f"C{one:04d}" for one in range(1, COUNT + 1)]
            timed("NEXT_TASK of 10,000", lambda: shop.ask("NEXT_TASK", customer=keys))
            timed("TASKS_DUE of 10,000", lambda: shop.ask("TASKS_DUE", key=keys))
            timed("every_day", lambda: shop.day(date(2006, 3, 4)))
            timed("10,000 purchases again", lambda: shop.good(purchases(shop, customers)))
            [(step,)] = shop.sql("select id from follow_up_steps where position = 5")
            timed("an edit of 20,000 future tasks", lambda: shop.change("follow_up_steps", step, wait=2))
            plan = shop.sql(
                "explain query plan select t.id from follow_up_tasks t join customers c on c.id = t.customer_id "
                "where t.status = 'open' and t.due_on <= '2006-03-03' and t.deleted = 0 and t.store_id in (0, 1, 2)"
            )
            print(*(row[-1] for row in plan), sep="\n")


if __name__ == "__main__":
    main()
