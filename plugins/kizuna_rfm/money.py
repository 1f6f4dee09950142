"""Money between exact hundredths and the numbers a cell can hold.

Inside this plugin money is int64 hundredths of a yen: sums, comparisons with thresholds and ties are exact. A cell
holds a double; dividing the integer once at the very end gives the double nearest to the exact value, so 2933
hundredths show as 29.33 and whole yen stay integers.
"""

from __future__ import annotations

from decimal import Decimal

from kizuna_rfm.buyers import Integers

HUNDREDTHS = 100


def in_hundredths(yen: int | Decimal) -> int:
    """Return ``yen`` as integer hundredths; a part below a hundredth is a ValueError, never rounded away."""
    exact = Decimal(yen) * HUNDREDTHS
    if exact != exact.to_integral_value():
        raise ValueError(f"{yen} has more than two decimals")
    return int(exact)


def cell(hundredths: int) -> int | float:
    """Return the number a cell shows: an int for whole yen, else the double nearest to the exact amount."""
    whole, part = divmod(hundredths, HUNDREDTHS)
    return whole if part == 0 else hundredths / HUNDREDTHS


def cells(hundredths: Integers) -> list[int | float]:
    """Return `cell` of every amount."""
    return [cell(one) for one in hundredths.tolist()]


def ratio(part: int, whole: int) -> float | None:
    """Return ``part / whole``, correctly rounded once, or ``None`` when there is nothing to divide by."""
    # Zero of a negative whole is plain zero.
    return None if whole == 0 else part / whole + 0.0


def average(hundredths: int, count: int) -> float | None:
    """Return the average in yen of ``count`` amounts that sum to ``hundredths``, ``None`` for none."""
    return ratio(hundredths, count * HUNDREDTHS)
