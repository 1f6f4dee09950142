"""Letters: a text filled for each customer, laid out on A4 with the address where a window envelope shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kizuna_follow_up.labels.address import Recipient, clean, compose, reason_left_off
from kizuna_follow_up.labels.fonts import LabelFont
from kizuna_follow_up.labels.layout import POINT, LeftOff, PlacedText
from kizuna_follow_up.labels.printing import draw
from kizuna_follow_up.labels.sheets import A4
from kizuna_follow_up.labels.wrapping import Measure, wrap
from kizuna_follow_up.texts import shown_day

MARGIN, TOP, BOTTOM = 22.0, 22.0, 25.0
ADDRESS_WIDTH = 85.0
"""A4 folded in three shows its upper left 90 mm in the window of a 長形3号 envelope."""

BODY_FROM = 92.0
BODY, LEADING = 10.5, 1.7
NAME = 13.0


@dataclass(frozen=True, slots=True)
class Sender:
    """The shop as it stands on a letter."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to one customer; ``text`` is filled already."""

    recipient: Recipient
    text: str


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters ready to print: the PDF, how many, who was left off, and letters printed as 〓."""

    pdf: bytes
    printed: int
    pages: int
    left_off: tuple[LeftOff, ...]
    lacking: str


def print_letters(letters: Iterable[Letter], sender: Sender, on: date, font: LabelFont) -> Letters:
    """Return one PDF of all letters, each on sheets of its own; who wants no post or lacks an address is left off."""
    pages: list[list[PlacedText]] = []
    left_off = []
    printed = 0
    for letter in letters:
        reason = reason_left_off(letter.recipient)
        if reason is not None:
            left_off.append(LeftOff(letter.recipient, reason))
            continue
        pages += lay_out_letter(letter, sender, on, font.measure)
        printed += 1
    lacking = font.lacks("".join(text.text for page in pages for text in page))
    document = draw(pages, A4, font, title="Kizuna letters")
    return Letters(document, printed, len(pages), tuple(left_off), lacking)


def lay_out_letter(letter: Letter, sender: Sender, on: date, measure: Measure) -> list[list[PlacedText]]:
    """Return the sheets of a letter: address left above, day and sender right, the text below and on further sheets."""
    first = [*_address(letter.recipient, measure), *_sender(sender, on, measure)]
    width = (A4[0] - 2 * MARGIN) / POINT
    lines: list[str] = []
    for paragraph in letter.text.splitlines():
        lines += wrap(clean(paragraph), width, BODY, measure) or [""]
    step = BODY * LEADING * POINT
    pages, at = [first], BODY_FROM
    for line in lines:
        if at > A4[1] - BOTTOM:
            pages.append([])
            at = TOP
        if line:
            pages[-1].append(PlacedText(line, MARGIN, at, BODY))
        at += step
    return pages


def _address(recipient: Recipient, measure: Measure) -> list[PlacedText]:
    address = compose(recipient)
    width = ADDRESS_WIDTH / POINT
    found, at = [], TOP
    sized = [(address.postal_code, BODY), *((text, BODY) for text in (*address.place, *address.organisation))]
    for text, size in [*sized, (address.addressee, NAME)]:
        for line in wrap(text, width, size, measure):
            at += size * 1.45 * POINT
            found.append(PlacedText(line, MARGIN, at, size))
    return found


def _sender(sender: Sender, on: date, measure: Measure) -> list[PlacedText]:
    at = TOP + 38.0
    found = []
    for text in (shown_day(on), sender.name, *sender.lines):
        line = clean(text)
        wide = measure(line, BODY) * POINT
        found.append(PlacedText(line, max(MARGIN, A4[0] - MARGIN - wide), at, BODY))
        at += BODY * 1.4 * POINT
    return found
