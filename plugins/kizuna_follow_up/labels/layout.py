"""Lay the texts of labels out on sheets: sizes, line breaks, places. Pure; a font is asked for widths only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kizuna import Text
from kizuna_follow_up.labels.address import TOO_LONG, Address, Recipient, compose, reason_left_off
from kizuna_follow_up.labels.sheets import LabelSheet
from kizuna_follow_up.labels.wrapping import Measure, wrap

POINT = 25.4 / 72
"""One point in millimetres."""

PADDING = 4.0
"""Millimetres kept free inside a label: printers feed paper a little askew."""

LEADING = 1.25
SCALES = tuple(step / 20 for step in range(28, 9, -1))
"""Sizes tried, from 140 % for large labels down to 50 %, below which nobody reads an address."""

POSTAL, PLACE, NAME = 9.0, 9.0, 12.0
NARROWEST_NAME = 0.75
"""A long name may shrink to three quarters of its size before it is broken into lines."""


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A line of text: the left end of its base line in mm from the paper's upper left corner, size in points."""

    text: str
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet: its texts, and the labels used on it by position."""

    texts: tuple[PlacedText, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LeftOff:
    """A customer without a label, and why."""

    recipient: Recipient
    reason: Text


@dataclass(frozen=True, slots=True)
class Labels:
    """Sheets of labels, how many were printed, and who was left off."""

    sheet: LabelSheet
    pages: tuple[Page, ...]
    printed: int
    left_off: tuple[LeftOff, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    space_above: float = 0


def lay_out(recipients: Iterable[Recipient], sheet: LabelSheet, measure: Measure, *, start: int = 1) -> Labels:
    """Return the labels of these customers in order, the first at position ``start``.

    Left off, with the reason: who wants no post, has left, lacks address or name, or has an address that does not fit
    at half size. Raises StartPositionError for a position the sheet does not have.
    """
    places = sheet.places(start)
    texts: dict[int, list[PlacedText]] = {}
    positions: dict[int, list[int]] = {}
    left_off: list[LeftOff] = []
    printed = 0
    for recipient in recipients:
        reason = reason_left_off(recipient)
        lines = None if reason else fit(compose(recipient), sheet, measure)
        if lines is None:
            left_off.append(LeftOff(recipient, reason or TOO_LONG))
            continue
        page, position = next(places)
        printed += 1
        texts.setdefault(page, []).extend(_placed(lines, sheet, position))
        positions.setdefault(page, []).append(position)
    pages = tuple(Page(tuple(texts[number]), tuple(positions[number])) for number in sorted(texts))
    return Labels(sheet, pages, printed, tuple(left_off))


def fit(address: Address, sheet: LabelSheet, measure: Measure) -> list[_Line] | None:
    """Return the lines of a label in the largest size that fits, ``None`` when even the smallest does not."""
    width = (sheet.width - 2 * PADDING) / POINT
    height = (sheet.height - 2 * PADDING) / POINT
    for scale in SCALES:
        lines = _lines(address, width, scale, measure)
        tall = sum(line.size * LEADING + line.space_above for line in lines)
        if tall <= height and all(measure(line.text, line.size) <= width for line in lines):
            return lines
    return None


def _lines(address: Address, width: float, scale: float, measure: Measure) -> list[_Line]:
    lines = [_Line(address.postal_code, POSTAL * scale)] if address.postal_code else []
    for text in address.place:
        lines += [_Line(one, PLACE * scale) for one in wrap(text, width, PLACE * scale, measure)]
    gap = PLACE * scale * 0.5
    for text in address.organisation:
        for one in wrap(text, width, PLACE * scale, measure):
            lines.append(_Line(one, PLACE * scale, gap))
            gap = 0
    size = NAME * scale
    natural = measure(address.addressee, size)
    if natural > width:
        size *= max(width / natural * 0.999, NARROWEST_NAME)
    for one in wrap(address.addressee, width, size, measure):
        lines.append(_Line(one, size, gap or PLACE * scale * 0.3))
        gap = 0
    return lines


def _placed(lines: list[_Line], sheet: LabelSheet, position: int) -> list[PlacedText]:
    left, top = sheet.corner(position)
    tall = sum(line.size * LEADING + line.space_above for line in lines) * POINT
    at = top + PADDING + max(0.0, (sheet.height - 2 * PADDING - tall) / 2)
    found = []
    for line in lines:
        at += line.space_above * POINT
        # A Japanese letter stands about 88 % of its size above the base line.
        found.append(PlacedText(line.text, left + PADDING, at + line.size * 0.88 * POINT, line.size))
        at += line.size * LEADING * POINT
    return found
