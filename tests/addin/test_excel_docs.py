"""The pages about Excel say what the program says."""

from __future__ import annotations

import re

import pytest

from kizuna_addin import messages
from kizuna_addin.install.office_checks import CHILD_PROCESSES, WIN32_CALLS
from kizuna_addin.ribbon import verbs
from kizuna_addin.xlam.settings_sheet import MESSAGES
from tests.checkout import ROOT

EXCEL = (ROOT / "docs" / "excel.md").read_text(encoding="utf-8")
FUNCTIONS = (ROOT / "docs" / "functions-in-cells.md").read_text(encoding="utf-8")


def test_every_button_is_described_in_order():
    lines = re.findall(
        r"^\| (\S+) (.+?) \| (.+) \|$", EXCEL.partition("## The ribbon")[2].partition("\n## ")[0], re.MULTILINE
    )

    described = [line for line in lines if line[0] != "---"]
    assert [line for line in described if line[1] != "does"] == [
        (verb.label.ja, verb.label.en, verb.tip.ja) for verb in verbs()
    ]


@pytest.mark.parametrize(
    "text", [messages.WAITING, messages.NO_SUCH_FUNCTION, messages.WRONG_CELLS, *MESSAGES.values()]
)
def test_every_text_of_a_cell_is_explained(text):
    if text is MESSAGES["MESSAGE_NO_BOOK"]:
        return
    assert f"`{text.ja.format(function='…', argument='…')}" in FUNCTIONS


def test_the_rules_that_block_are_named():
    assert CHILD_PROCESSES in EXCEL
    assert WIN32_CALLS in EXCEL
