"""The orders of all buyers, kept while customers and purchases stay as they are."""

from __future__ import annotations

from kizuna import Data
from kizuna_rfm.answers import numbers_in
from kizuna_rfm.buyers import Points, day_number
from kizuna_rfm.decile import boundaries, deciles
from kizuna_rfm.points import RfmPoints, rfm_points
from kizuna_rfm.ranking import Ranking, amount_ranking, rfm_ranking
from kizuna_rfm.settings import RfmSettings
from kizuna_rfm.source import READ_FROM, Ledger


def points_in(ledger: Ledger, settings: RfmSettings) -> RfmPoints:
    """Return the points of everybody in the ledger on its day."""
    return rfm_points(ledger.buyers, day_number(ledger.as_of), settings)


def ranked_by_rfm(data: Data, everybody: Ledger) -> Ranking:
    """Return the order of all buyers by RFM total, equals not yet told apart by number."""
    settings = data.settings("rfm")
    name = ("kizuna_rfm", "by rfm", everybody.as_of, settings)
    return data.keep(name, READ_FROM, lambda: rfm_ranking(points_in(everybody, settings).total, everybody.buyers))


def ranked_by_amount(data: Data, everybody: Ledger) -> Ranking:
    """Return the order of all buyers by amount, equals not yet told apart by number."""
    return data.keep(("kizuna_rfm", "by amount", everybody.as_of), READ_FROM, lambda: amount_ranking(everybody.buyers))


def deciles_of_all(data: Data, everybody: Ledger) -> Points:
    """Return each buyer's decile; equals at a boundary are told apart by number."""

    def made() -> Points:
        order = ranked_by_amount(data, everybody)
        return deciles(order.settled(numbers_in(data, everybody), boundaries(len(everybody))).order)

    return data.keep(("kizuna_rfm", "deciles", everybody.as_of), READ_FROM, made)
