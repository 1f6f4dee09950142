"""Rules for what may be typed into cells, drop-down lists above all."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation as Rule
from xlwings import base_classes

from kizuna_addin.hosts.errors import UnwritableValueError
from kizuna_addin.hosts.files.areas import Area, quoted_sheet

_TYPES = {
    "whole_number": "whole",
    "decimal": "decimal",
    "list": "list",
    "date": "date",
    "time": "time",
    "text_length": "textLength",
    "custom": "custom",
}
_OPERATORS = {
    "between": "between", "not_between": "notBetween", "equal_to": "equal", "not_equal_to": "notEqual",
    "greater_than": "greaterThan", "less_than": "lessThan", "greater_than_or_equal": "greaterThanOrEqual",
    "less_than_or_equal": "lessThanOrEqual",
}  # fmt: skip
_TYPE_NAMES = {stored: name for name, stored in _TYPES.items()}
_OPERATOR_NAMES = {stored: name for name, stored in _OPERATORS.items()}
LONGEST_LIST = 255


class DataValidation(base_classes.DataValidation):
    """The rule of a range; setting one replaces what was there, on these cells only."""

    def __init__(self, cells: Any) -> None:
        self._cells = cells

    @property
    def _rules(self) -> Any:
        return self._cells.sheet.api.data_validations.dataValidation

    @property
    def api(self) -> Rule | None:
        """Openpyxl's rule for the first cell."""
        place = Area(self._cells.row, self._cells.column, self._cells.row, self._cells.column).address()
        return next((rule for rule in self._rules if place in rule.sqref), None)

    @property
    def type(self) -> str:
        """The kind of the first cell's rule, ``none`` for no rule."""
        rule = self.api
        return "none" if rule is None else _TYPE_NAMES.get(rule.type, "unknown")

    @property
    def operator(self) -> str | None:
        """How values are compared."""
        rule = self.api
        return (
            None if rule is None or rule.type in ("list", "custom") else _OPERATOR_NAMES.get(rule.operator or "between")
        )

    @property
    def formula1(self) -> str | None:
        """The first operand."""
        return _as_formula(self.api.formula1 if self.api else None)

    @property
    def formula2(self) -> str | None:
        """The second operand."""
        return _as_formula(self.api.formula2 if self.api else None)

    @property
    def formula(self) -> str | None:
        """The formula of a custom rule."""
        return self.formula1 if self.type == "custom" else None

    @property
    def source(self) -> Any:
        """A list's choices, or the formula that names them."""
        rule = self.api
        if rule is None or rule.type != "list" or not rule.formula1:
            return None
        if rule.formula1.startswith('"'):
            return rule.formula1[1:-1].replace('""', '"').split(",")
        return f"={rule.formula1}"

    @property
    def in_cell_dropdown(self) -> bool:
        """Whether the arrow shows; the file stores the opposite."""
        return self.api is not None and not self.api.showDropDown

    ignore_blank = property(lambda self: bool(self.api and self.api.allowBlank))
    input_title = property(lambda self: self.api.promptTitle if self.api else None)
    input_message = property(lambda self: self.api.prompt if self.api else None)
    show_input = property(lambda self: bool(self.api and self.api.showInputMessage))
    error_title = property(lambda self: self.api.errorTitle if self.api else None)
    error_message = property(lambda self: self.api.error if self.api else None)
    show_error = property(lambda self: bool(self.api and self.api.showErrorMessage))
    alert_style = property(lambda self: (self.api.errorStyle or "stop") if self.api else None)

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:  # noqa: FBT001
        """Offer choices: texts, a range, or a formula that names one."""
        if isinstance(source, str):
            formula = source.removeprefix("=")
        elif isinstance(source, list | tuple):
            formula = listed([str(choice) for choice in source])
        else:
            formula = f"{quoted_sheet(source.sheet.name)}!{source.address}"
        self._set(Rule(type="list", formula1=formula, allow_blank=True, showDropDown=not in_cell_dropdown))

    def set_rule(self, rule_type: str, operator: str | None, formula1: str, formula2: str | None) -> None:
        """Compare what is typed."""
        self._set(
            Rule(
                type=_TYPES[rule_type],
                operator=_OPERATORS[operator] if operator else None,
                formula1=formula1.removeprefix("="),
                formula2=formula2.removeprefix("=") if formula2 else None,
                allow_blank=True,
            )
        )

    def _set(self, rule: Rule) -> None:
        self.delete()
        rule.sqref = MultiCellRange(self._cells.area.address())
        rule.showErrorMessage = rule.showInputMessage = True
        self._rules.append(rule)

    def delete(self) -> None:
        """Take every rule off these cells; rules go on ruling their other cells."""
        area = self._cells.area
        for rule in tuple(self._rules):
            kept = [part for old in rule.sqref.ranges for part in _without(old, area)]
            if not kept:
                self._rules.remove(rule)
            else:
                rule.sqref = MultiCellRange(kept)


def listed(choices: list[str]) -> str:
    """Return choices as a rule's formula; raises `UnwritableValueError` for what Excel cannot hold in one."""
    text = ",".join(choices)
    if len(text) > LONGEST_LIST or any("," in choice for choice in choices):
        raise UnwritableValueError(value=text[:30], reason=f"list > {LONGEST_LIST} characters, or a comma in a choice")
    return '"' + text.replace('"', '""') + '"'


def _as_formula(formula: str | None) -> str | None:
    return None if formula is None else f"={formula.removeprefix('=')}"


def _without(old: CellRange, area: Area) -> list[CellRange]:
    """Return what is left of a range outside an area, as up to four ranges."""
    whole = Area(old.min_row, old.min_col, old.max_row, old.max_col)
    if not whole.meets(area):
        return [old]
    parts = [
        Area(whole.top, whole.left, area.top - 1, whole.right),
        Area(area.bottom + 1, whole.left, whole.bottom, whole.right),
        Area(max(whole.top, area.top), whole.left, min(whole.bottom, area.bottom), area.left - 1),
        Area(max(whole.top, area.top), area.right + 1, min(whole.bottom, area.bottom), whole.right),
    ]
    return [
        CellRange(min_row=p.top, min_col=p.left, max_row=p.bottom, max_col=p.right)
        for p in parts
        if p.rows > 0 and p.columns > 0
    ]
