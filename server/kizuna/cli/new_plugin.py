"""The package ``kizuna plugin new`` writes: it passes its tests as it is."""

from __future__ import annotations

import re
from pathlib import Path

from kizuna._version import __version__
from kizuna.errors import OperationError, Text

NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*\Z")


class BadPluginNameError(OperationError):
    """A name cannot be a plugin's."""

    code = "bad-plugin-name"
    text = Text(
        "プラグインの名前「{name}」は使えません。my-plugin のように英小文字・数字・ハイフンで付けてください。",
        "{name!r} cannot be a plugin's name. Use lower-case letters, digits and hyphens, such as my-plugin.",
    )


class PluginThereError(OperationError):
    """The folder for a new plugin is there already."""

    code = "plugin-there"
    text = Text(
        "{folder} はすでにあります。別の名前にしてください。", "{folder} is there already. Choose another name."
    )


FILES = {
    "pyproject.toml": """\
[build-system]
requires = ["setuptools>=68"]
build-backend = "setuptools.build_meta"

[project]
name = "@name@"
version = "0.1.0"
description = "A plugin for Kizuna"
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["kizuna>=@version@"]

[project.optional-dependencies]
test = ["pytest>=8"]

[project.entry-points."kizuna.plugins"]
@module@ = "@module@"

[tool.setuptools.packages.find]
include = ["@module@*"]

[tool.setuptools.package-data]
@module@ = ["py.typed"]

[tool.pytest.ini_options]
pythonpath = ["."]
""",
    "README.md": """\
# @name@

A plugin for Kizuna: `=@FUNCTION@(A2)` counts a customer's purchases.

    pip install -e ".[test]"
    pytest
    kizuna plugin check .
""",
    "@module@/__init__.py": """\
\"\"\"Count what customers bought: =@FUNCTION@(A2).\"\"\"

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from kizuna import Blank, Data, Keys, Text, WorksheetFunction, hookimpl, worksheet_function
from kizuna.model import Purchase, among

UNKNOWN = Blank("unknown-key", Text("この顧客番号は見つかりません", "No customer has this number"))


@worksheet_function(
    "@FUNCTION@",
    ja="購入回数",
    en="Number of purchases",
    help_ja="顧客ごとに、取消を除く購入の回数を返します。",
    example="=@FUNCTION@(A2)",
    arguments={"customer": Text("顧客番号(範囲でも可)", "Customer number, or a range of them")},
)
def purchases(data: Data, customer: Keys) -> list[int | Blank]:
    \"\"\"Return how many purchases each customer made, cancelled ones left out.\"\"\"
    ids = data.resolve("customers", customer)
    bought = sa.select(Purchase.customer_id).where(
        among(Purchase.customer_id, [one for one in ids if one]), Purchase.kind == "sale", Purchase.status == "completed"
    )
    [found] = data.columns(bought)
    counts = Counter(found)
    return [counts[one] if one else UNKNOWN for one in ids]


@hookimpl
def worksheet_functions() -> list[WorksheetFunction]:
    \"\"\"Return the functions people can write into a cell.\"\"\"
    return [purchases]
""",
    "@module@/py.typed": "",
    "tests/test_@module@.py": """\
\"\"\"The functions answer from plain lists: no Excel, no server.\"\"\"

from kizuna.testing import shop_from

import @module@

SATO, SUZUKI = {"number": "C0001", "name": "佐藤"}, {"number": "C0002", "name": "鈴木"}


def bought(**more):
    return {"customer_id": "C0001", "purchased_on": "2026-01-02", "amount": 1000, **more}


def test_purchases_are_counted_and_cancelled_ones_are_not():
    rows = [bought(), bought(), bought(status="cancelled")]
    with shop_from(plugins=[@module@], customers=[SATO, SUZUKI], purchases=rows) as shop:
        answer = shop.call("@FUNCTION@", customer=["C0002", "C0001"])

    assert answer == [[0, 2]]


def test_an_unknown_number_is_blank_and_the_others_are_answered():
    with shop_from(plugins=[@module@], customers=[SATO], purchases=[bought()]) as shop:
        answer = shop.call("@FUNCTION@", customer=["C9999", "C0001"])

    assert answer == [[None, 1]]
""",
    ".github/workflows/test.yml": """\
name: test
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install -e ".[test]"
      - run: pytest
      - run: kizuna plugin check .
""",
}


def write_plugin(name: str, into: Path) -> Path:
    """Write a new plugin into a folder of its name; raise BadPluginNameError and PluginThereError."""
    if not NAME.match(name):
        raise BadPluginNameError(name=name)
    folder = into / name
    if folder.exists():
        raise PluginThereError(folder=folder)
    module = name.replace("-", "_")
    places = {"@name@": name, "@module@": module, "@FUNCTION@": f"{module.upper()}_COUNT", "@version@": __version__}
    for path, text in FILES.items():
        file = folder / _filled(path, places)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_filled(text, places), encoding="utf-8", newline="\n")
    return folder


def _filled(text: str, places: dict[str, str]) -> str:
    for place, value in places.items():
        text = text.replace(place, value)
    return text
