"""Rows as they are compared: which fields of a table say who somebody is, each in its one form. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna.errors import NotFoundError, Text
from kizuna.sync.duplicates.normal import (
    company_letters,
    kana_letters,
    mail_address,
    name_letters,
    phone_digits,
    postal_digits,
    street_letters,
    unspaced,
    variant_letters,
)

COMPANY = "company"


class NoMatchRulesError(NotFoundError):
    """A table's rows are not compared with one another."""

    code = "no-match-rules"
    text = Text(
        "「{table}」の重複は調べられません。調べられる表: {known}",
        "Duplicates of {table!r} are not looked for. Tables they are looked for in: {known}",
    )


@dataclass(frozen=True, slots=True)
class MatchFields:
    """The fields of a table that say who a row is; ``within`` names a reference that rows must share to be compared."""

    phones: tuple[str, ...] = ()
    mail: str | None = None
    name: str | None = None
    kana: str | None = None
    company: str | None = None
    kind: str | None = None
    postal_code: str | None = None
    city: str | None = None
    street: str | None = None
    birthday: str | None = None
    gender: str | None = None
    within: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every field that is read."""
        single = (self.mail, self.name, self.kana, self.company, self.kind, self.postal_code, self.city, self.street)
        return (*self.phones, *(one for one in (*single, self.birthday, self.gender, self.within) if one))


MATCH_FIELDS: Mapping[str, MatchFields] = {
    "customers": MatchFields(
        phones=("phone", "mobile"),
        mail="mail",
        name="name",
        kana="kana",
        company="company",
        kind="kind",
        postal_code="postal_code",
        city="city",
        street="street",
        birthday="birthday",
        gender="gender",
    ),
    "contacts": MatchFields(phones=("phone",), mail="mail", name="name", kana="kana", within="customer_id"),
}


def match_fields(table: str) -> MatchFields:
    """Return what a table's rows are compared by; raise NoMatchRulesError."""
    try:
        return MATCH_FIELDS[table]
    except KeyError:
        raise NoMatchRulesError(table=table, known=", ".join(MATCH_FIELDS)) from None


@dataclass(frozen=True, slots=True)
class Entry:
    """One row in the forms that are compared; empty where it holds nothing."""

    phones: frozenset[str]
    mail: str
    name: str
    variant: str
    kana: str
    company: str
    postal: str
    city: str
    street: str
    birthday: str
    gender: str
    within: str


def read_entries(fields: MatchFields, columns: Mapping[str, Sequence[Any]], count: int) -> list[Entry]:
    """Return the rows of a table's stored columns as they are compared, in order."""

    def of(name: str | None) -> Sequence[Any]:
        return columns[name] if name else [None] * count

    phones: list[frozenset[str]] = [
        frozenset(filter(None, (phone_digits(one) for one in given if one)))
        for given in (zip(*(columns[name] for name in fields.phones), strict=True) if fields.phones else [()] * count)
    ]
    return [
        Entry(
            phones=numbers,
            mail=mail_address(mail) if mail else "",
            name=name_letters(name) if name and kind != COMPANY else "",
            variant=variant_letters(name) if name and kind != COMPANY else "",
            kana=kana_letters(kana) if kana and kind != COMPANY else "",
            company=company_letters(company or name) if kind == COMPANY and (company or name) else "",
            postal=postal_digits(postal) if postal else "",
            city=unspaced(city) if city else "",
            street=street_letters(street) if street else "",
            birthday=str(birthday) if birthday else "",
            gender=gender or "",
            within=within or "",
        )
        for numbers, mail, name, kana, company, kind, postal, city, street, birthday, gender, within in zip(
            phones,
            *map(of, (fields.mail, fields.name, fields.kana, fields.company, fields.kind)),
            *map(of, (fields.postal_code, fields.city, fields.street, fields.birthday, fields.gender, fields.within)),
            strict=True,
        )
    ]
