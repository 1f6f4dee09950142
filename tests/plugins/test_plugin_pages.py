"""Every code block of the plugins' pages runs and prints what the page says."""

import doctest
from pathlib import Path

import pytest

DOCS = next(folder for folder in Path(__file__).resolve().parents if (folder / "setup.cfg").exists()) / "docs"


@pytest.mark.parametrize("page", ["ads.md", "lost-deals.md", "follow-up.md"])
def test_every_block_of_a_page_runs(page: str) -> None:
    result = doctest.testfile(str(DOCS / page), module_relative=False, encoding="utf-8")

    assert result.attempted > 0
    assert result.failed == 0
