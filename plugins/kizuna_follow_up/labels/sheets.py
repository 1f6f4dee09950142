"""Label sheets: how many labels lie where on the paper. All measures in millimetres."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kizuna_follow_up.errors import LabelSheetError, StartPositionError

A4 = (210.0, 297.0)

TOLERANCE = 0.1
"""Makers round their measures; a tenth of a millimetre over the edge is nothing."""


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """One kind of paper with labels in rows and columns.

    ``left`` and ``top`` are the first label's distance from the paper's edges; ``pitch_x`` and ``pitch_y`` the distance
    from one label's corner to the next one's, 0 for labels that touch. Raises LabelSheetError for measures that do not
    fit.
    """

    name: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float = 0
    pitch_y: float = 0
    paper: tuple[float, float] = A4

    def __post_init__(self) -> None:
        """Refuse measures that cannot be."""
        right = self.left + (self.columns - 1) * self.step_x + self.width
        bottom = self.top + (self.rows - 1) * self.step_y + self.height
        sane = min(self.columns, self.rows) >= 1 and min(self.width, self.height) > 0 and min(self.left, self.top) >= 0
        apart = self.step_x >= self.width - TOLERANCE and self.step_y >= self.height - TOLERANCE
        if not sane or not apart or right > self.paper[0] + TOLERANCE or bottom > self.paper[1] + TOLERANCE:
            raise LabelSheetError(name=self.name, width=f"{right:.1f}", height=f"{bottom:.1f}")

    @property
    def step_x(self) -> float:
        """From one label's left edge to the next one's."""
        return self.pitch_x or self.width

    @property
    def step_y(self) -> float:
        """From one label's upper edge to the next one's."""
        return self.pitch_y or self.height

    @property
    def count(self) -> int:
        """How many labels one sheet has."""
        return self.columns * self.rows

    def corner(self, position: int) -> tuple[float, float]:
        """Return the upper left corner of label 1, 2, … counted along the rows."""
        row, column = divmod(position - 1, self.columns)
        return self.left + column * self.step_x, self.top + row * self.step_y

    def places(self, start: int = 1) -> Iterator[tuple[int, int]]:
        """Yield (page, position) without end, the first page from label ``start`` on.

        Raises StartPositionError for a label the sheet does not have.
        """
        if not 1 <= start <= self.count:
            raise StartPositionError(start=start, labels=self.count)
        return self._places(start)

    def _places(self, start: int) -> Iterator[tuple[int, int]]:
        page = 0
        while True:
            for position in range(start, self.count + 1):
                yield page, position
            page, start = page + 1, 1


# The measures are those makers print on the packet; the numbers are A-one's, sold in every Japanese stationer's.
SHEETS: Mapping[str, LabelSheet] = {
    sheet.name: sheet
    for sheet in (
        LabelSheet("A4-12", 2, 6, 86.4, 42.3, 18.6, 21.2),  # 28362
        LabelSheet("A4-18", 3, 6, 63.5, 46.5, 7.2, 9.0, pitch_x=66.05),  # 28370
        LabelSheet("A4-18-wide", 3, 6, 70.0, 42.3, 0.0, 21.2),  # 28364
        LabelSheet("A4-21", 3, 7, 63.5, 38.1, 7.2, 15.2, pitch_x=66.05),  # 28379
        LabelSheet("A4-21-wide", 3, 7, 70.0, 42.3, 0.0, 0.0),  # 28363
        LabelSheet("A4-24", 3, 8, 66.0, 33.9, 6.0, 12.9),  # 28369
        LabelSheet("A4-24-wide", 3, 8, 70.0, 33.9, 0.0, 12.7),  # 28366
        LabelSheet("A4-44", 4, 11, 48.3, 25.4, 8.4, 8.8),  # 28368
    )
}
"""The common A4 sheets by name; the number in it is how many labels they have."""
