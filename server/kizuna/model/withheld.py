"""Personal fields in plugins' selects, for callers who may not see them: shown empty, and used for nothing else."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from kizuna.model.fields import Declared
from kizuna.model.scope import PersonalWithheldError


def withheld_places(select: Any) -> frozenset[int]:
    """Return the places of the selected columns that are personal fields, which come back empty.

    Raises PersonalWithheldError where a personal field decides anything: in a condition, an order, an expression or a
    subquery, its values could be guessed from the answer.
    """
    if any(isinstance(one.get("expr"), type) for one in select.column_descriptions):
        raise PersonalWithheldError  # a whole object holds every field
    columns = list(select.selected_columns)
    places = frozenset(place for place, one in enumerate(columns) if _is_personal(_unlabelled(one)))
    rest = [one for place, one in enumerate(columns) if place not in places] or [sa.literal(1)]
    for element in visitors.iterate(select.with_only_columns(*rest, maintain_column_froms=True)):
        if _is_personal(element):
            raise PersonalWithheldError
    return places


def blanked(columns: list[list[Any]], places: frozenset[int]) -> list[list[Any]]:
    """Return columns whose ``places`` are empty."""
    return [[None] * len(column) if place in places else column for place, column in enumerate(columns)]


def _unlabelled(column: Any) -> Any:
    while isinstance(column, sa.Label):
        column = column.element
    return column


def _is_personal(element: Any) -> bool:
    if not isinstance(element, sa.Column):
        return False
    declared = element.info.get("field")
    return isinstance(declared, Declared) and bool(declared.options["personal"])
