"""What may be typed into cells: dropdown lists and rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from . import addresses
from .bridge import enum, shared
from .formulas import NotEverydayError, from_calc, to_calc
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .formats import FormatMixin

_TYPES = {
    "whole_number": "WHOLE",
    "decimal": "DECIMAL",
    "list": "LIST",
    "date": "DATE",
    "time": "TIME",
    "text_length": "TEXT_LEN",
    "custom": "CUSTOM",
}
_OPERATORS = {
    "between": "BETWEEN",
    "not_between": "NOT_BETWEEN",
    "equal_to": "EQUAL",
    "not_equal_to": "NOT_EQUAL",
    "greater_than": "GREATER",
    "less_than": "LESS",
    "greater_than_or_equal": "GREATER_EQUAL",
    "less_than_or_equal": "LESS_EQUAL",
}
_COMPARED = ("whole_number", "decimal", "date", "time", "text_length")
_ALERTS = {"stop": "STOP", "warning": "WARNING", "information": "INFO"}


@names_what_is_missing
class DataValidation(base_classes.DataValidation):
    """The rule of a range of cells."""

    def __init__(self, owner: FormatMixin) -> None:
        self.owner = owner

    @property
    def api(self) -> Any:
        return self._rule

    @property
    def _rule(self) -> Any:
        """A copy of the cells' rule, None where they have different ones."""
        return shared(self.owner.xl, "Validation")

    @property
    def type(self) -> str:
        """The rule's kind, "none" without one, "inconsistent" where the cells have different ones."""
        rule = self._rule
        if rule is None:
            return "inconsistent"
        native = rule.Type.value
        return next((name for name, known in _TYPES.items() if known == native), "none")

    @property
    def operator(self) -> str | None:
        if self.type not in _COMPARED:
            return None
        native = self._rule.getOperator().value
        return next((name for name, known in _OPERATORS.items() if known == native), None)

    @property
    def formula1(self) -> str | None:
        return self._excel(self._rule.getFormula1()) if self.type in _COMPARED else None

    @property
    def formula2(self) -> str | None:
        return self._excel(self._rule.getFormula2()) if self.operator in ("between", "not_between") else None

    @property
    def formula(self) -> str | None:
        return self._excel(self._rule.getFormula1()) if self.type == "custom" else None

    @property
    def source(self) -> str | None:
        if self.type != "list":
            return None
        text = str(self._rule.getFormula1())
        if text.startswith('"'):
            return ",".join(part.strip('"') for part in text.split(";"))
        return self._excel(text)

    def _excel(self, text: str) -> str:
        try:
            return from_calc("=" + text)
        except NotEverydayError:
            return "=" + text

    @property
    def in_cell_dropdown(self) -> bool | None:
        return bool(self._rule.ShowList) if self.type == "list" else None

    @property
    def ignore_blank(self) -> bool | None:
        return bool(self._rule.IgnoreBlankCells) if self.type in _TYPES else None

    @property
    def input_title(self) -> str | None:
        return str(self._rule.InputTitle) if self.type in _TYPES else None

    @property
    def input_message(self) -> str | None:
        return str(self._rule.InputMessage) if self.type in _TYPES else None

    @property
    def show_input(self) -> bool | None:
        return bool(self._rule.ShowInputMessage) if self.type in _TYPES else None

    @property
    def error_title(self) -> str | None:
        return str(self._rule.ErrorTitle) if self.type in _TYPES else None

    @property
    def error_message(self) -> str | None:
        return str(self._rule.ErrorMessage) if self.type in _TYPES else None

    @property
    def show_error(self) -> bool | None:
        return bool(self._rule.ShowErrorMessage) if self.type in _TYPES else None

    @property
    def alert_style(self) -> str | None:
        if self.type not in _TYPES:
            return None
        native = self._rule.ErrorAlertStyle.value
        return next((name for name, known in _ALERTS.items() if known == native), None)

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:
        self._apply("list", formula1=_list_formula(source), show_list=in_cell_dropdown)

    def set_rule(self, rule_type: str, operator: str | None, formula1: str, formula2: str | None) -> None:
        self._apply(rule_type, operator, self._native(formula1), self._native(formula2) if formula2 else "")

    def _native(self, formula: str) -> str:
        return to_calc(formula if formula.startswith("=") else "=" + formula)[1:]

    def _apply(
        self,
        rule_type: str,
        operator: str | None = None,
        formula1: str = "",
        formula2: str = "",
        *,
        show_list: bool = True,
    ) -> None:
        rule = self._rule
        if rule is None:
            raise ValueError("The cells have different validation rules; set them one by one or delete them first")
        fresh = self.type == "none"
        rule.Type = enum("com.sun.star.sheet.ValidationType", _TYPES[rule_type])
        if operator is not None:
            rule.setOperator(enum("com.sun.star.sheet.ConditionOperator", _OPERATORS[operator]))
        rule.setSourcePosition(self.owner.first_cell.CellAddress)
        rule.setFormula1(formula1)
        rule.setFormula2(formula2)
        rule.ShowList = 1 if show_list else 0
        if fresh:
            rule.ShowErrorMessage = True
            rule.IgnoreBlankCells = True
        # The rule read from the cells is a copy; giving it back makes it theirs.
        self.owner.xl.Validation = rule

    def tell(self, *, prompt: str = "", refusal: str = "") -> None:
        """Set what a person is told at a cell, and what when the rule refuses; without a refusal all is allowed."""
        rule = self._rule
        rule.ShowInputMessage = bool(prompt)
        rule.InputMessage = prompt
        rule.ShowErrorMessage = bool(refusal)
        rule.ErrorMessage = refusal
        self.owner.xl.Validation = rule

    def offer(self, source: Any, *, refusal: str = "") -> None:
        """Put a drop-down list in the place of whatever rules the cells have, in one step: each step costs as much again."""
        rule = self.owner.first_cell.Validation
        rule.Type = enum("com.sun.star.sheet.ValidationType", "LIST")
        rule.setSourcePosition(self.owner.first_cell.CellAddress)
        rule.setFormula1(_list_formula(source))
        rule.setFormula2("")
        rule.ShowList = 1
        rule.IgnoreBlankCells = True
        rule.ShowInputMessage, rule.InputMessage = False, ""
        rule.ShowErrorMessage, rule.ErrorMessage = bool(refusal), refusal
        self.owner.xl.Validation = rule

    def delete(self) -> None:
        rule = self._rule or self.owner.first_cell.Validation
        rule.Type = enum("com.sun.star.sheet.ValidationType", "ANY")
        rule.setFormula1("")
        rule.setFormula2("")
        self.owner.xl.Validation = rule


def _list_formula(source: Any) -> str:
    if isinstance(source, base_classes.Range):
        cells: Any = source
        return f"${addresses.quoted(cells.sheet.name)}.{cells.get_address()}"
    if isinstance(source, base_classes.Name):
        return str(source.name)
    return ";".join('"' + text.replace('"', '""') + '"' for text in source)
