"""Read the answers the caller may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from kizuna import Data
from kizuna_nps.tables import NpsAnswer


@dataclass(frozen=True, slots=True)
class Answer:
    """A score and its month."""

    month: str
    score: int


def read_answers(data: Data, start: date | None, end: date) -> list[Answer]:
    """Return the answers of a period, both ends in it."""
    select = sa.select(NpsAnswer.answered_on, NpsAnswer.score).where(NpsAnswer.answered_on <= end)
    if start is not None:
        select = select.where(NpsAnswer.answered_on >= start)
    days, scores = data.columns(select)
    return [Answer(day.isoformat()[:7], score) for day, score in zip(days, scores, strict=True)]
