"""Two ad runs side by side, with an exact test of whether their difference can be told from chance."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import comb, exp, fsum, lgamma
from typing import Literal

from kizuna import Text
from kizuna_ad_roi.metrics import Figures, shown

Verdict = Literal["first", "second", "too_few", "nothing"]

EXACT_UP_TO = 2_000
"""Up to this many possible tables whole numbers are fast enough; beyond it logarithms are."""

SMALLEST_SHOWN = 0.0001

_TEXTS: dict[Verdict, Text] = {
    "first": Text(
        "{first} のほうが{rate}が高いといえます（{a}/{m} 件と {b}/{n} 件、p {p}）。",
        "{first} has the higher {rate} ({a} of {m} against {b} of {n}, p {p}).",
    ),
    "second": Text(
        "{second} のほうが{rate}が高いといえます（{a}/{m} 件と {b}/{n} 件、p {p}）。",
        "{second} has the higher {rate} ({a} of {m} against {b} of {n}, p {p}).",
    ),
    "too_few": Text(
        "件数が少なく、{rate}の差はまだ判断できません（{a}/{m} 件と {b}/{n} 件、p {p}。偶然でも出る差です）。",
        "Too few to tell whose {rate} is higher ({a} of {m} against {b} of {n}, p {p}: chance alone can do this).",
    ),
    "nothing": Text(
        "{rate}を比べられません（分母が 0 件の広告があります）。",
        "The {rate} cannot be compared: one of the two has nothing to divide by.",
    ),
}

CLOSE_RATE = Text("成約率", "close rate")
RESPONSE_RATE = Text("反応率", "response rate")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One rate of two runs: both counts, the chance of such a difference, and what may be said about it."""

    rate: Text
    first: tuple[int, int]
    second: tuple[int, int]
    p: float | None
    verdict: Verdict
    text: Text


def compare(
    first: Figures, second: Figures, *, names: tuple[str, str] = ("A", "B"), level: float = 0.05
) -> tuple[Comparison, ...]:
    """Return the comparison of the close rates, and of the response rates where both circulations are known.

    ``level`` is how small p (two-sided, Fisher's exact test) must be before one run is called better.
    """
    found = [compare_rate(CLOSE_RATE, (first.closed, first.responses), (second.closed, second.responses), names, level)]
    if first.circulation and second.circulation:
        reached = (first.responses_with_circulation, first.circulation)
        other = (second.responses_with_circulation, second.circulation)
        # More answers than copies (a passed-on leaflet) is no share of anything.
        if reached[0] <= reached[1] and other[0] <= other[1]:
            found.append(compare_rate(RESPONSE_RATE, reached, other, names, level))
    return tuple(found)


def compare_rate(
    rate: Text, first: tuple[int, int], second: tuple[int, int], names: tuple[str, str], level: float
) -> Comparison:
    """Return the comparison of two shares, each given as (part, whole)."""
    (a, m), (b, n) = first, second
    p = fisher_two_sided(a, m - a, b, n - b) if m and n else None
    verdict: Verdict
    if p is None:
        verdict = "nothing"
    elif p >= level:
        verdict = "too_few"
    else:
        verdict = "first" if a * n > b * m else "second"
    told = "" if p is None else _shown_p(p)
    template = _TEXTS[verdict]
    text = Text(
        template.ja.format(first=names[0], second=names[1], rate=rate.ja, a=a, m=m, b=b, n=n, p=told),
        template.en.format(first=names[0], second=names[1], rate=rate.en, a=a, m=m, b=b, n=n, p=told),
    )
    return Comparison(rate, first, second, p, verdict, text)


def fisher_two_sided(a: int, b: int, c: int, d: int) -> float:
    """Return Fisher's exact two-sided p of the table [[a, b], [c, d]].

    The sum of the probabilities of all tables with the same margins that are no likelier than this one
    (R. A. Fisher, 1935). Raises ValueError for a negative count.
    """
    if min(a, b, c, d) < 0:
        raise ValueError(f"counts cannot be negative: {(a, b, c, d)}")
    row, other_row, column = a + b, c + d, a + c
    lowest, highest = max(0, column - other_row), min(row, column)
    if highest - lowest <= EXACT_UP_TO:
        weights = _weights(row, other_row, column, lowest, highest)
        limit = weights[a - lowest]
        # Python divides whole numbers of any size correctly rounded.
        return sum(one for one in weights if one <= limit) / sum(weights)
    logs = [_log_comb(row, k) + _log_comb(other_row, column - k) for k in range(lowest, highest + 1)]
    total = _log_comb(row + other_row, column)
    # Equal tables may differ in the last bits of their logarithms; the margin keeps them equal.
    return min(1.0, fsum(exp(one - total) for one in logs if one <= logs[a - lowest] + 1e-9))


def _weights(row: int, other_row: int, column: int, lowest: int, highest: int) -> list[int]:
    """Return how many ways lead to each table, as exact whole numbers."""
    weight = comb(row, lowest) * comb(other_row, column - lowest)
    found = [weight]
    for k in range(lowest, highest):
        weight = weight * (row - k) * (column - k) // ((k + 1) * (other_row - column + k + 1))
        found.append(weight)
    return found


def _log_comb(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _shown_p(p: float) -> str:
    return "< 0.0001" if p < SMALLEST_SHOWN else f"= {shown(Decimal(p), 4)}"
