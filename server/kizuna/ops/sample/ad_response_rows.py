"""Who answered which ad: the newcomers each ad brought, and customers of old who answered one as well."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from kizuna.ops.sample.ad_runs import AdRun
from kizuna.ops.sample.columns import Columns, RowCollector
from kizuna.ops.sample.customer_drafts import Customer
from kizuna.ops.sample.row_ids import RowIds

_NOTES = ("クーポン持参", "QRコードから", "お電話で", "はがきで")


def make_ad_responses(
    rng: random.Random, ids: RowIds, count: int, customers: Sequence[Customer], ads: Sequence[AdRun], as_of: date
) -> Columns:
    """Return about `count` responses, oldest first, one at most for each customer and ad."""
    answered = {
        (customer.source_ad.id, customer.id): (customer.first_contact_on, customer)
        for customer in customers
        if customer.source_ad
    }
    pulls = [ad.pull for ad in ads]
    for _ in range(count * 4 if ads else 0):
        if len(answered) >= count:
            break
        ad, customer = rng.choices(ads, pulls)[0], rng.choice(customers)
        if ad.reaches(customer.store_id) and customer.first_contact_on < ad.ran_on <= customer.habit.last:
            day = min(as_of, ad.ran_on + timedelta(days=int(rng.expovariate(1 / 7))))
            answered.setdefault((ad.id, customer.id), (day, customer))
    table = RowCollector("id", "store_id", "ad_id", "customer_id", "responded_on", "notes")
    in_order = sorted(answered.items(), key=lambda answer: (answer[1][0], answer[1][1].number, answer[0]))
    for (ad_id, customer_id), (day, customer) in in_order:
        notes = rng.choice(_NOTES) if rng.random() < 0.2 else None
        table.add(ids.on(day), customer.store_id, ad_id, customer_id, day.isoformat(), notes)
    return table.columns()
