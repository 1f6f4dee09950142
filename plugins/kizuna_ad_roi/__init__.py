"""What an ad costs and what it brings.

Definitions: design page 5. A purchase closes the ad its buyer answered, and is never counted twice in a total.
"""

from __future__ import annotations

from typing import Any

from kizuna import Report, SheetTemplate, WorksheetFunction, hookimpl
from kizuna_ad_roi.ad_functions import ad_closed, ad_responses, cpi, cpo, roas, roi
from kizuna_ad_roi.ad_tables import ad_compare, ad_funnel, ad_table
from kizuna_ad_roi.offers import REPORTS, SHEETS
from kizuna_ad_roi.settings import AdSettings


@hookimpl
def worksheet_functions() -> list[WorksheetFunction]:
    """Return every function about ads."""
    return [ad_responses, ad_closed, cpi, cpo, roas, roi, ad_table, ad_compare, ad_funnel]


@hookimpl
def settings() -> list[Any]:
    """Return the settings the owner can edit."""
    return [AdSettings]


@hookimpl
def sheets() -> tuple[SheetTemplate, ...]:
    """Return the sheets for workbooks."""
    return SHEETS


@hookimpl
def reports() -> tuple[Report, ...]:
    """Return the tables and charts for pages and paper."""
    return REPORTS
