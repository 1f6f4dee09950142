"""Selects of plugins: what goes through the models is narrowed to the scope, anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kizuna.model import Customer, Purchase
from kizuna.model.data import UnscopedSelectError, refuse_unscoped

OTHER = aliased(Customer)
VALUES = sa.func.json_each(Customer.tags).table_valued("value")


@pytest.mark.parametrize(
    "select",
    [
        sa.text("select name from customers"),
        sa.select(sa.text("name")).select_from(Customer),
        sa.select(Customer.__table__.c.name),
        sa.select(sa.func.count()).select_from(Customer.__table__),
        sa.select(sa.column("name")).select_from(sa.table("customers")),
        sa.select(sa.table("customers", sa.column("name")).c.name),
        sa.select(Customer.id, sa.column("name")).select_from(sa.table("staff")),
        sa.select(sa.literal_column("(select name from customers limit 1)")),
        sa.select(Customer.id).where(sa.literal_column("exists (select 1 from staff)")),
        sa.select(sa.table("staff", sa.column("name")).alias("hidden").c.name),
    ],
)
def test_what_does_not_go_through_the_models_is_refused(select: Any) -> None:
    with pytest.raises(UnscopedSelectError):
        refuse_unscoped(select)


@pytest.mark.parametrize(
    "select",
    [
        sa.select(Customer.id, sa.literal("x").label("mark"), sa.true(), sa.null()),
        sa.select(sa.func.count()).select_from(Customer),
        sa.select(Customer.id, OTHER.name).join(OTHER, OTHER.company == Customer.company),
        sa.select(Customer.id).where(sa.exists().where(Purchase.customer_id == Customer.id)),
        sa.select(Customer.id.label("one"), sa.func.row_number().over(order_by=Customer.id)).order_by(sa.desc("one")),
        sa.select(Customer.id, VALUES.c.value).select_from(Customer).join(VALUES, sa.true()),
    ],
)
def test_what_goes_through_the_models_is_taken(select: Any) -> None:
    refuse_unscoped(select)
