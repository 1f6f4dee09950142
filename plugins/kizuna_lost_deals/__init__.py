"""Why deals are lost, how often they are won, and when to try again.

Definitions: design page 5. A deal counts on the day it stopped; both ends of a period are in it.
"""

from __future__ import annotations

from typing import Any

from kizuna import Asker, BrokenRule, Data, Report, RowChanges, SheetTemplate, WorksheetFunction, concerns, hookimpl
from kizuna_lost_deals.checking import FIELDS, LEFT_FIELDS, check_customers, check_deals
from kizuna_lost_deals.list_functions import lost_again, lost_list
from kizuna_lost_deals.offers import REPORTS, SHEETS
from kizuna_lost_deals.rate_functions import lost_by, lost_trend, win_rate
from kizuna_lost_deals.reason_functions import churn_reasons, lost_reasons
from kizuna_lost_deals.settings import LostDealSettings

CHECKS = {"deals": check_deals, "customers": check_customers}


@hookimpl
def worksheet_functions() -> list[WorksheetFunction]:
    """Return every function about lost deals and leaving customers."""
    return [lost_reasons, lost_list, lost_trend, lost_by, win_rate, lost_again, churn_reasons]


@hookimpl
def settings() -> list[Any]:
    """Return the settings the owner can edit."""
    return [LostDealSettings]


@hookimpl
@concerns("deals", kinds=("insert", "update", "restore"), fields=FIELDS)
@concerns("customers", kinds=("update", "restore"), fields=LEFT_FIELDS)
@concerns("customers", kinds=["insert"], fields=("left_reason",))
def check_rows(table: str, changes: RowChanges, actor: Asker, data: Data) -> list[BrokenRule]:  # noqa: ARG001  # the hook's
    """Return what lost deals and leaving customers do not tell: a reason from the list, a note where it needs one, the day."""
    return CHECKS[table](changes, data.settings(LostDealSettings.name))


@hookimpl
def sheets() -> tuple[SheetTemplate, ...]:
    """Return the sheets for workbooks."""
    return SHEETS


@hookimpl
def reports() -> tuple[Report, ...]:
    """Return the tables and charts for pages and paper."""
    return REPORTS
