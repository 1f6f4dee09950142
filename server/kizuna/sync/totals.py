"""Keep the totals per customer right after a push."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from kizuna.model.backend import Backend, run

CHUNK = 50_000


def refresh_totals(
    backend: Backend, connection: sa.Connection, customers: Collection[str], stores: Sequence[int] | None = None
) -> None:
    """Compute the totals of ``customers`` anew from their purchases, by one pass over the covering index.

    Only those in ``stores`` are touched, when they are given.

    A purchase counts when neither it nor its customer is deleted and it is not cancelled; a return lowers the amount,
    not the count.
    """
    false = "0" if backend.name == "sqlite" else "false"
    ordered = sorted(customers)
    there, there_values = ("1 = 1", ()) if stores is None else backend.in_list("store_id", stores)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        condition, values = backend.in_list("customer_id", part)
        condition, values = f"{condition} and {there}", (*values, *there_values)
        # Named once more, so that a thousand are looked up: PostgreSQL would rather read all customers there are.
        named, ids = backend.in_list("id", part)
        run(connection, f"delete from customer_totals where {condition}", values)
        run(
            connection,
            "insert into customer_totals(customer_id, store_id, first_on, last_on, last_activity_on, purchases, amount) "
            "select customer_id, store_id, "
            "min(case when kind = 'return' then null else purchased_on end), "
            "max(case when kind = 'return' then null else purchased_on end), "
            "max(purchased_on), "
            "sum(case when kind = 'return' then 0 else 1 end), "
            "sum(case when kind = 'return' then -abs(amount) else amount end) "
            f"from purchases where {condition} and deleted = {false} and coalesce(status, '') <> 'cancelled' "
            f"and customer_id in (select id from customers where {named} and customers.deleted = {false}) "
            "group by customer_id, store_id",
            (*values, *ids),
        )
