"""Workbooks on PCs without Python: the add-in's own code, run here on what the workbook's client sends."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna import Service, hookimpl


@hookimpl
def services() -> Sequence[Service]:
    """Return the verbs of the add-in as services."""
    # Looked at only where a server starts; even there the add-in itself waits for the first call.
    from kizuna_workbook_service.offered import SERVICES

    return SERVICES
