"""Draw the customers: persons and companies, each with a store, an address and a way to buy."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kizuna.ops.sample.ad_runs import AdRun
from kizuna.ops.sample.company_names import SIZES, CompanyNames
from kizuna.ops.sample.habits import Habit, draw_habit
from kizuna.ops.sample.people import draw_mail, draw_person
from kizuna.ops.sample.towns import Address, draw_address, draw_mobile, draw_phone

_COMPANY_SHARE = 0.08
_MAIL_ORDER_SHARE = {1: 0.04, 2: 0.04, 3: 0.3}
_DAYS_AN_AD_WORKS = 45


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer; `id` and `number` are empty until all are drawn and stand in the order they came."""

    store_id: int
    kind: str
    name: str
    kana: str
    postal_code: str
    prefecture: str
    city: str
    street: str
    building: str | None
    phone: str | None
    mobile: str | None
    fax: str | None
    mail: str | None
    birthday: date | None
    gender: str | None
    workplace: str | None
    industry: str | None
    size: str | None
    first_contact_on: date
    source_ad: AdRun | None
    habit: Habit
    id: str = ""
    number: str = ""


def draw_customers(
    rng: random.Random, count: int, first_day: date, as_of: date, ads: Sequence[AdRun]
) -> list[Customer]:
    """Return `count` customers in no particular order."""
    companies = CompanyNames(rng)
    customers = []
    for _ in range(count):
        store_id = rng.choices((1, 2, 3), (36, 30, 34))[0]
        habit = draw_habit(rng, first_day, as_of)
        first_contact_on, ad = _first_contact(rng, store_id, habit, first_day, as_of, ads)
        address = draw_address(rng, store_id, by_mail_order=rng.random() < _MAIL_ORDER_SHARE[store_id])
        if rng.random() < _COMPANY_SHARE:
            customers.append(_company(rng, store_id, companies, habit, first_contact_on, ad))
        else:
            workplace = companies.draw()[0] if rng.random() < 0.03 else None
            customers.append(_person(rng, store_id, address, as_of, habit, first_contact_on, ad, workplace))
    return customers


def _first_contact(
    rng: random.Random, store_id: int, habit: Habit, first_day: date, as_of: date, ads: Sequence[AdRun]
) -> tuple[date, AdRun | None]:
    """Return the day somebody was first heard of, and the ad that brought them."""
    reaching = [ad for ad in ads if ad.reaches(store_id)]
    if habit.first is None:
        if reaching and rng.random() < 0.8:
            ad = rng.choices(reaching, [ad.pull for ad in reaching])[0]
            return min(as_of, ad.ran_on + timedelta(days=int(rng.expovariate(1 / 9)))), ad
        return as_of - timedelta(days=rng.randint(5, (as_of - first_day).days)), None
    if (habit.first - first_day).days < 250 and rng.random() < 0.8:
        # Customers of old, whose first purchase in the sample is not their first in the shop.
        return habit.first - timedelta(days=rng.randint(30, 2200)), None
    recent = [ad for ad in reaching if 0 <= (habit.first - ad.ran_on).days <= _DAYS_AN_AD_WORKS]
    if recent and rng.random() < 0.85:
        ad = rng.choice(recent)
        return ad.ran_on + timedelta(days=min((habit.first - ad.ran_on).days, int(rng.expovariate(1 / 9)))), ad
    return habit.first - timedelta(days=int(rng.expovariate(1 / 6))), None


def _person(
    rng: random.Random,
    store_id: int,
    address: Address,
    as_of: date,
    habit: Habit,
    first_on: date,
    ad: AdRun | None,
    workplace: str | None,
) -> Customer:
    person = draw_person(rng, as_of, female_share=0.67, ages=(21, 60, 92))
    age = (as_of - person.birthday).days // 365
    has_phone = rng.random() < (0.85 if age >= 60 else 0.4)
    return Customer(
        store_id=store_id,
        kind="person",
        name=person.name,
        kana=person.kana,
        postal_code=address.town.postal_code,
        prefecture=address.town.prefecture,
        city=address.town.city,
        street=address.street,
        building=address.building,
        phone=draw_phone(rng, address.town.area_code) if has_phone else None,
        mobile=draw_mobile(rng) if not has_phone or rng.random() < 0.5 else None,
        fax=None,
        mail=draw_mail(rng, person) if rng.random() < (0.35 if age >= 70 else 0.75) else None,
        birthday=person.birthday if rng.random() < 0.82 else None,
        gender=person.gender,
        workplace=workplace,
        industry=None,
        size=None,
        first_contact_on=first_on,
        source_ad=ad,
        habit=habit,
    )


def _company(
    rng: random.Random, store_id: int, names: CompanyNames, habit: Habit, first_on: date, ad: AdRun | None
) -> Customer:
    name, kana, industry = names.draw()
    address = draw_address(rng, store_id, by_mail_order=False, office=True)
    phone = draw_phone(rng, address.town.area_code)
    return Customer(
        store_id=store_id,
        kind="company",
        name=name,
        kana=kana,
        postal_code=address.town.postal_code,
        prefecture=address.town.prefecture,
        city=address.town.city,
        street=address.street,
        building=address.building,
        phone=phone,
        mobile=None,
        fax=draw_phone(rng, address.town.area_code) if rng.random() < 0.7 else None,
        mail=f"info@company{rng.randint(1, 9999):04d}.example.jp" if rng.random() < 0.6 else None,
        birthday=None,
        gender=None,
        workplace=None,
        industry=industry,
        size=rng.choices(SIZES, (46, 36, 15, 3))[0],
        first_contact_on=first_on,
        source_ad=ad,
        habit=habit,
    )
