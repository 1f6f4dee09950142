"""What Calc's sheets hold, as it is sent on: a text stays a text, whatever Python or JSON would make of it."""

from __future__ import annotations

import json

import orjson
import pytest

from kizuna_addin.oxt.inside.pythonpath.kizuna_in_calc.sheets import read


class Area:
    """One line of a sheet, as Calc gives it."""

    Name = "顧客"
    StartRow = StartColumn = EndRow = 0

    def __init__(self, *formulas):
        self._formulas, self.EndColumn = formulas, len(formulas) - 1
        self.RangeAddress = self

    def createCursor(self):
        return self

    def gotoStartOfUsedArea(self, expand):
        pass

    def gotoEndOfUsedArea(self, expand):
        pass

    def getFormulaArray(self):
        return (self._formulas,)


@pytest.mark.parametrize(
    "text", ["nan", "NaN", "inf", "-Infinity", "1_000", "１２", "1e999", "C0001", " 1", "+", "1.2.3"]
)
def test_a_text_that_python_reads_as_a_number_stays_a_text_and_can_be_sent(text):
    found = read(Area(text), ["RFM"])

    assert found["values"] == [[text]]
    assert orjson.loads(json.dumps(found))["values"] == [[text]]


@pytest.mark.parametrize(("text", "value"), [("12", 12.0), ("-0.5", -0.5), ("1E+20", 1e20), ("1.5E-07", 1.5e-7)])
def test_a_number_is_a_number(text, value):
    assert read(Area(text), ["RFM"])["values"] == [[value]]


def test_a_text_that_calc_keeps_from_being_a_number_and_an_empty_cell():
    assert read(Area("'0123", ""), ["RFM"])["values"] == [["0123", None]]
