"""What changed in a sheet since its base: pure, by columns, matched by row id and never by position."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kizuna_addin.base import Base
from kizuna_addin.cells import Cell, canonical_column, is_cut, parsed, rendered_column
from kizuna_addin.identifiers import is_id
from kizuna_addin.messages import COPIED, CUT_SHORT, ERROR_VALUE, NOT_EDITABLE, RESTORED_ID, Text
from kizuna_addin.schema import Field, Table

ERROR_VALUES = frozenset(
    {"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


@dataclass(frozen=True, slots=True)
class SheetRows:
    """The rows of a table as a sheet shows them: ids, and the cells of each shown field (as the host reads them)."""

    ids: Sequence[Any]
    columns: Mapping[str, Sequence[Any]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row typed into the sheet at `position` (from 0); it has an `id` when it was sent before."""

    position: int
    id: str | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about a row; `blocks` keeps the row from being sent."""

    text: Text
    field: str | None = None
    blocks: bool = False

    def at(self, cell: str) -> Text:
        """Return the text with the cell's address in its place."""
        return Text(self.text.ja.replace("{cell}", cell), self.text.en.replace("{cell}", cell))


@dataclass(frozen=True)
class Changes:
    """What a sheet holds that its base does not."""

    updates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inserts: tuple[NewRow, ...] = ()
    deletes: tuple[str, ...] = ()
    positions: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[int, tuple[Remark, ...]] = field(default_factory=dict)
    ids: Mapping[int, str | None] = field(default_factory=dict)
    """Ids to write into the sheet: restored ones, and none where a copied or damaged one stands."""
    cleared: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Fields of copied rows that must not be taken along, because they are unique."""

    @property
    def count(self) -> int:
        """Rows that differ."""
        return len(self.updates) + len(self.inserts) + len(self.deletes)

    def is_blocked(self, position: int) -> bool:
        """Return whether the row at a position must not be sent."""
        return any(remark.blocks for remark in self.remarks.get(position, ()))


def compare(base: Base, table: Table, sheet: SheetRows, language: str) -> Changes:
    """Return how a sheet differs from its base.

    A row without a known id is new; an id that stands twice belongs to the row nearer to the base, the other is a copy and
    becomes new; a row that lost its id is found again by its key. Rows that are blank are no rows.
    """
    fields = [table.by_name[name] for name in sheet.columns if name in table.by_name and name in base.fields]
    cells = {one.name: canonical_column(one, sheet.columns[one.name]) for one in fields}
    was = {one.name: rendered_column(one, base.column(one.name), language) for one in fields}
    owners = _Owners(base, table, sheet, cells, was)
    remarks: dict[int, list[Remark]] = {}
    updates: dict[str, dict[str, Any]] = {}
    pairs = list(owners.known.items())
    positions, places = [position for position, _ in pairs], [place for _, place in pairs]
    for one in fields:
        shown = [cells[one.name][position] for position in positions]
        before = [was[one.name][place] for place in places]
        if shown == before:
            continue
        for (position, place), now, then in zip(pairs, shown, before, strict=True):
            if now != then:
                _note_change(one, base, place, position, now, language, updates, remarks)
    for position in owners.copies:
        remarks.setdefault(position, []).append(Remark(COPIED))
    for position in owners.restored:
        remarks.setdefault(position, []).append(Remark(RESTORED_ID))
    inserts = []
    for position in owners.new:
        left_out = owners.cleared.get(position, ())
        values = {}
        for one in fields:
            cell = cells[one.name][position]
            if cell is None or one.name in left_out or (one.read_only and position in owners.copies):
                continue
            if cell in ERROR_VALUES:
                remarks.setdefault(position, []).append(_error_remark(one, cell, language))
            elif not one.read_only:
                values[one.name] = parsed(one, cell, language)
        inserts.append(NewRow(position, owners.own_id(position), values))
    present = set(owners.known.values())
    return Changes(
        updates=updates,
        inserts=tuple(inserts),
        deletes=tuple(row for place, row in enumerate(base.ids) if place not in present),
        positions={base.ids[place]: position for position, place in pairs},
        remarks={position: tuple(some) for position, some in remarks.items()},
        ids={**{p: base.ids[place] for p, place in owners.restored.items()}, **dict.fromkeys(owners.blanked)},
        cleared=owners.cleared,
    )


def compare_again(
    base: Base, table: Table, sheet: SheetRows, language: str, *, before: Changes, touched: Collection[str]
) -> Changes:
    """Return how a sheet differs from a base that has moved for some rows since it was compared.

    Only those rows and the ones that differed `before` are looked at, where rows were neither added, copied nor deleted.
    """
    if before.inserts or before.deletes or before.ids or before.cleared or len(before.positions) != len(base):
        return compare(base, table, sheet, language)
    marked = {sheet.ids[position] for position in before.remarks}
    rows = sorted({*touched, *before.updates, *marked}, key=lambda row: before.positions.get(row, -1))
    if not all(row in before.positions and row in base.places for row in rows):
        return compare(base, table, sheet, language)
    positions = [before.positions[row] for row in rows]
    places = [base.places[row] for row in rows]
    few = Base(
        base.fields,
        rows,
        [base.revisions[place] for place in places],
        [[column[place] for place in places] for column in base.columns],
    )
    shown = {name: [column[position] for position in positions] for name, column in sheet.columns.items()}
    found = compare(few, table, SheetRows([sheet.ids[position] for position in positions], shown), language)
    remarks = {positions[position]: some for position, some in found.remarks.items()}
    return Changes(updates=found.updates, positions=before.positions, remarks=remarks)


def _note_change(
    one: Field,
    base: Base,
    place: int,
    position: int,
    cell: Cell,
    language: str,
    updates: dict[str, dict[str, Any]],
    remarks: dict[int, list[Remark]],
) -> None:
    value = base.column(one.name)[place]
    if cell in ERROR_VALUES:
        remarks.setdefault(position, []).append(_error_remark(one, cell, language))
    elif one.read_only:
        shown = rendered_column(one, [value], language)[0]
        text = NOT_EDITABLE.format(field=one.label.in_language(language), value="" if shown is None else shown)
        remarks.setdefault(position, []).append(Remark(text, one.name))
    elif is_cut(one, value) and isinstance(cell, str) and cell.endswith("…"):
        text = CUT_SHORT.format(cell="{cell}", field=one.label.in_language(language))
        remarks.setdefault(position, []).append(Remark(text, one.name, blocks=True))
    else:
        mine = parsed(one, cell, language)
        if mine != value:
            updates.setdefault(base.ids[place], {})[one.name] = mine


def _error_remark(one: Field, cell: Cell, language: str) -> Remark:
    text = ERROR_VALUE.format(cell="{cell}", field=one.label.in_language(language), value=cell)
    return Remark(text, one.name, blocks=True)


class _Owners:
    """Which sheet row is which base row: `known` maps position to place; the rest is new or blank."""

    def __init__(
        self,
        base: Base,
        table: Table,
        sheet: SheetRows,
        cells: Mapping[str, Sequence[Cell]],
        was: Mapping[str, Sequence[Cell]],
    ) -> None:
        self.known: dict[int, int] = {}
        self.new: list[int] = []
        self.copies: set[int] = set()
        self.restored: dict[int, int] = {}
        self.blanked: list[int] = []
        self.cleared: dict[int, tuple[str, ...]] = {}
        self._base, self._cells, self._was, self._sheet = base, cells, was, sheet
        self._unique = [one.name for one in table.fields if one.name in cells and (one.unique or one.name == table.key)]
        self._own_ids: dict[int, str] = {}
        strangers = self._match_by_id()
        self._match_by_key(table.key, strangers)

    def own_id(self, position: int) -> str | None:
        """Return the id a new row already carries from an earlier push."""
        return self._own_ids.get(position)

    def _match_by_id(self) -> list[int]:
        places = self._base.places
        owner: dict[int, int] = {}
        strangers: list[int] = []
        seen: set[str] = set()
        for position, row in enumerate(self._sheet.ids):
            place = places.get(row) if isinstance(row, str) else None
            if place is None:
                if not self._is_blank(position):
                    strangers.append(position)
                if is_id(row) and row not in seen:
                    seen.add(row)
                    self._own_ids[position] = row
                continue
            if place not in owner:
                owner[place] = position
            elif self._differences(position, place) < self._differences(owner[place], place):
                self._is_copy(owner[place], place)
                owner[place] = position
            else:
                self._is_copy(position, place)
        self.known = {position: place for place, position in owner.items()}
        return strangers

    def _is_copy(self, position: int, place: int) -> None:
        self.new.append(position)
        self.copies.add(position)
        self.blanked.append(position)
        same = tuple(one for one in self._unique if self._cells[one][position] == self._was[one][place])
        if same:
            self.cleared[position] = same

    def _match_by_key(self, key: str | None, strangers: Sequence[int]) -> None:
        lost: dict[Cell, int] = {}
        if key in self._cells and key is not None:
            taken = set(self.known.values())
            lost = {cell: place for place, cell in enumerate(self._was[key]) if cell is not None and place not in taken}
        for position in strangers:
            place = lost.pop(self._cells[key][position], None) if lost and key is not None else None
            if place is not None:
                self.known[position] = place
                self.restored[position] = place
                self._own_ids.pop(position, None)
            else:
                self.new.append(position)
                if self._sheet.ids[position] not in {None, ""} and position not in self._own_ids:
                    self.blanked.append(position)
        self.new.sort()

    def _is_blank(self, position: int) -> bool:
        return all(column[position] is None for column in self._cells.values())

    def _differences(self, position: int, place: int) -> int:
        return sum(column[position] != self._was[name][place] for name, column in self._cells.items())
