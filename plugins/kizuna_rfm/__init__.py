"""Tell who the best customers are: RFM ranking, layers, deciles and CPM.

Definitions: design page 5. Money is exact, a day means "nothing after it counts", nothing to divide by is blank.
"""

from __future__ import annotations

from typing import Any

from kizuna import Action, Report, SheetTemplate, WorksheetFunction, hookimpl
from kizuna_rfm.btyd_functions import btyd_age, btyd_frequency, btyd_monetary, btyd_recency
from kizuna_rfm.offers import ACTIONS, REPORTS, SHEETS
from kizuna_rfm.portfolio_functions import cpm_group, cpm_groups, decile, decile_groups, rankings
from kizuna_rfm.rfm_functions import rfm, rfm_layer, rfm_rank, rfm_treatment
from kizuna_rfm.rfm_tables import rfm_grid, rfm_layer_table, rfm_select, rfm_top
from kizuna_rfm.settings import CpmSettings, RfmSettings


@hookimpl
def worksheet_functions() -> list[WorksheetFunction]:
    """Return every function of this family."""
    return [
        rfm,
        rfm_rank,
        rfm_layer,
        rfm_treatment,
        rfm_top,
        rfm_select,
        rfm_grid,
        rfm_layer_table,
        decile,
        decile_groups,
        cpm_group,
        cpm_groups,
        btyd_frequency,
        btyd_recency,
        btyd_age,
        btyd_monetary,
        rankings,
    ]


@hookimpl
def settings() -> list[Any]:
    """Return the settings the owner can edit."""
    return [RfmSettings, CpmSettings]


@hookimpl
def sheets() -> tuple[SheetTemplate, ...]:
    """Return the sheets for workbooks."""
    return SHEETS


@hookimpl
def reports() -> tuple[Report, ...]:
    """Return the tables and charts for pages and paper."""
    return REPORTS


@hookimpl
def actions() -> tuple[Action, ...]:
    """Return what the buttons do."""
    return ACTIONS
