"""What stands on a label: postal code, address, addressee with the right honorific."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from kizuna import Text


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer as the post sees one; ``contact`` is the person written to at a company."""

    number: str
    name: str
    kind: Literal["person", "company"] = "person"
    company: str = ""
    department: str = ""
    contact: str = ""
    postal_code: str = ""
    prefecture: str = ""
    city: str = ""
    street: str = ""
    building: str = ""
    no_post: bool = False
    has_left: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """The texts of one label from top to bottom; the last line of ``addressee`` carries the honorific."""

    postal_code: str
    place: tuple[str, ...]
    organisation: tuple[str, ...]
    addressee: str


OPTED_OUT = Text("郵便を希望されていません", "wants no post")
HAS_LEFT = Text("離脱したお客様です", "is a customer no longer")
NO_ADDRESS = Text("住所がありません", "has no address")
NO_NAME = Text("氏名がありません", "has no name")
TOO_LONG = Text("ラベルに収まりません。大きいラベルを使ってください", "does not fit the label: use a larger one")

HONORIFICS = ("様", "御中", "殿", "先生", "さま")
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def reason_left_off(recipient: Recipient) -> Text | None:
    """Return why this customer gets no label, ``None`` when one can be printed."""
    if recipient.no_post:
        return OPTED_OUT
    if recipient.has_left:
        return HAS_LEFT
    if not clean(recipient.city + recipient.street):
        return NO_ADDRESS
    if not clean(recipient.name + recipient.contact):
        return NO_NAME
    return None


def compose(recipient: Recipient) -> Address:
    """Return the texts of a label: a person is 様, a company 御中, a person at a company stands under it as 様."""
    place = (
        clean(recipient.prefecture) + clean(recipient.city) + clean(recipient.street),
        clean(recipient.building),
    )
    name, contact = clean(recipient.name), clean(recipient.contact)
    above: tuple[str, ...]
    if recipient.kind == "company" and contact:
        above, addressee = (name, clean(recipient.department)), honoured(contact, "様")
    elif recipient.kind == "company":
        above, addressee = (), honoured(name, "御中")
    else:
        above, addressee = (clean(recipient.company), clean(recipient.department)), honoured(name, "様")
    return Address(
        postal_code=postal_code(recipient.postal_code),
        place=tuple(line for line in place if line),
        organisation=tuple(line for line in above if line),
        addressee=addressee,
    )


def addressee(name: str, *, kind: str, department: str = "", contact: str = "") -> str:
    """Return how a letter addresses a customer: 様 a person, 御中 a company, or the company and under it the person with 様."""
    name, contact = clean(name), clean(contact)
    if kind != "company":
        return honoured(name, "様", between="")
    if not contact:
        return honoured(name, "御中")
    return "\n".join(line for line in (name, clean(department), honoured(contact, "様")) if line)


def postal_code(text: str) -> str:
    """Return a postal code as it is printed, 〒123-4567; what has not seven digits stays as typed."""
    typed = unicodedata.normalize("NFKC", text).strip().lstrip("〒").strip()
    digits = "".join(letter for letter in typed if letter.isdigit())
    if len(digits) == 7:
        return f"〒{digits[:3]}-{digits[3:]}"
    return f"〒{typed}" if typed else ""


def honoured(name: str, honorific: str, *, between: str = "　") -> str:
    """Return a name with its honorific, once."""
    return name if not name or name.endswith(HONORIFICS) else f"{name}{between}{honorific}"


def clean(text: str) -> str:
    """Return one line of printable text: composed, without control characters and variation selectors."""
    composed = VARIATION.sub("", unicodedata.normalize("NFC", text))
    one_line = re.sub(r"[ \t\r\n]+", " ", composed)
    # Unassigned and private letters stay: they print as a geta mark, and the shop is told.
    return "".join(letter for letter in one_line if unicodedata.category(letter) not in {"Cc", "Cf"}).strip()
