"""Every button that is declared, pressed on its own way: the menu's address in Calc, the macro's Python line of the add-in."""

from __future__ import annotations

import ast
import io
import re
import sys
import time
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xlwings as xw
from oletools.olevba import VBA_Parser

from kizuna import Action, ActionResult, Argument, TableResult, Text
from kizuna_addin import worksheet_functions
from kizuna_addin.messages import BUSY_IN_CALC
from kizuna_addin.oxt.build import build as build_oxt
from kizuna_addin.push import push
from kizuna_addin.ribbon import GROUPS, verbs, with_actions
from kizuna_addin.xlam.build import build as build_xlam
from tests.end_to_end.sheets import Hand, opened
from tests.end_to_end.test_calc_extension import (  # noqa: F401  # fixtures
    asked,
    calc_with_extension,
    server,
    waited_for,
)
from tests.fixtures.plugins import loaded, plugin

OOR = "{http://openoffice.org/2001/registry}"

SAYS = {
    "connect": "店員S001 さんとしてつながっています",
    "check": "変更 1",
    "push": "反映 1",
    "pull": "変更 1",
    "conflicts": "反映 1",
    "history": "行が選ばれていません",
    "refresh": "行が選ばれていません",
    "restore": "変更 0",
    "undo": "取り消しました",
    "today": "今日の分です",
    "labels": "ラベルです",
    "functions": "",
    "settings": "アドイン ",
    "plugin:letters": "手紙です",
}
"""What each button tells here, in the order it is pressed; 関数を更新 tells nothing."""


@pytest.fixture
def actions(shop):
    """A plugin with an action for each button of ours that presses one, and one with a button of its own."""

    def offered(words):
        return lambda _write, _arguments: ActionResult(words, (), TableResult((Text("番号", "No"),), (["C0001"],)))

    words = {"follow_up_today": "今日の分です", "follow_up_labels": "ラベルです", "letters": "手紙です"}
    found = [
        Action(
            name,
            Text(one, name),
            Text(one, name),
            offered(Text(f"{one}。", name)),
            (Argument("customers", "keys", required=False),),
        )
        for name, one in words.items()
    ]
    shop.database.plugins = loaded(plugin("pressed", actions=lambda: found), strict=True)
    with shop.client() as client:
        return with_actions(client.actions())


@pytest.fixture
def working(shop, tmp_path):
    """A workbook with unsent work, a conflict that was decided on its sheet, and news waiting on the server."""
    path = shop.book(tmp_path / "a.xlsx")
    edited(shop, tmp_path / "b.xlsx", "S002", ("C0001", "電話", "03-theirs"))
    edited(shop, path, "S001", ("C0001", "電話", "03-mine"))
    edited(shop, tmp_path / "c.xlsx", "S002", ("C0003", "携帯", "090-news"))
    with Hand(path, "競合") as hand:
        hand.sheet["J2"] = "自分"
    with Hand(path) as hand:
        hand.set("C0002", "電話", "03-second")
    return path


def edited(shop, path, who, edit):
    if not path.exists():
        shop.book(path, who=who)
    with Hand(path) as hand:
        hand.set(*edit)
    with opened(path) as book, shop.client(who) as client:
        push(book, client)


def pressed(path, press, told, order):
    """Press buttons one after the other and return what each told."""
    said = {}
    for word in order:
        told.unlink(missing_ok=True)
        press(path, word)
        said[word] = told.read_text(encoding="utf-8") if told.exists() else ""
    return said


def words_of(groups):
    return [f"plugin:{verb.action}" if verb.action else verb.name for verb in verbs(groups)]


def test_every_button_of_the_excel_addin_does_its_work_by_the_line_its_macro_runs(
    shop, actions, working, tmp_path, monkeypatch
):
    told = tmp_path / "told.txt"
    monkeypatch.setenv("KIZUNA_TOKEN", shop.tokens["S001"])
    monkeypatch.setenv("KIZUNA_ADDIN_FOLDER", str(tmp_path / "settings"))
    monkeypatch.setenv("KIZUNA_TELL_FILE", str(told))
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path)
    worksheet_functions.desk.cache_clear()
    xlam = build_xlam([], actions)
    ribbon = ET.fromstring(zipfile.ZipFile(io.BytesIO(xlam.addin)).read("customUI/customUI14.xml"))
    on_action = [one.get("onAction") for one in ribbon.iter() if one.get("onAction")]
    source = VBA_Parser("kizuna.xlam", data=xlam.addin)
    code = next(text for _, _, name, text in source.extract_macros() if name.startswith("KizunaRibbon"))
    run = dict(re.findall(r"Public Sub (\w+)\(control As IRibbonControl\)\s+RunVerb \"([^\"]+)\"", code))
    prefix, suffix = re.search(r'PythonFor = "(.*)" & verb & "(.*)"', code).groups()

    def press(path, word):
        line = f"{prefix}{word}{suffix}"
        ast.parse(line)
        with opened(path) as book:
            monkeypatch.setattr(xw.Book, "_mock_caller", book, raising=False)
            exec(line, {})

    said = pressed(working, press, told, SAYS)

    worksheet_functions.desk.cache_clear()
    assert sorted(run[one.rpartition(".")[2]] for one in on_action) == sorted(words_of(actions)) == sorted(SAYS)
    assert {word: text for word, text in said.items() if SAYS[word] not in text} == {}
    assert said["functions"] == ""
    assert all("に書きました" in said[word] for word in ("today", "labels", "plugin:letters"))


def test_every_entry_of_calcs_menu_does_its_work_by_its_own_address(
    shop,
    actions,
    working,
    calc_with_extension,  # noqa: F811  # the fixture
    tmp_path,
):
    told = tmp_path / "told.txt"
    made, _ = build_oxt([], actions, python=Path(sys.executable))
    tree = ET.fromstring(zipfile.ZipFile(io.BytesIO(made)).read("Addons.xcu"))
    addresses = [
        one.findtext("value")
        for one in tree.iter("prop")
        if one.get(f"{OOR}name") == "URL" and "service:" in one.findtext("value")
    ]
    by_word = {address.partition("?")[2]: address for address in addresses}
    book = calc_with_extension.books.open(working)

    def press(_path, word):
        # 関数を更新 tells nothing; that it works is seen in test_calc_extension.py.
        patience = 3 if word == "functions" else 60
        for _ in range(20):
            calc_with_extension.impl.dispatch(book.impl, by_word[word])
            waited_for(
                lambda: told.exists() and re.search(f"{SAYS[word]}|{BUSY_IN_CALC.ja}|!", told.read_text()), patience
            )
            if not told.exists() or BUSY_IN_CALC.ja not in told.read_text():
                return
            told.unlink()
            time.sleep(0.5)

    said = pressed(working, press, told, SAYS)
    names = [sheet.name for sheet in book.sheets]
    book.close()

    # Menu and toolbar hold the same entries.
    assert sorted(addresses) == sorted(2 * [f"service:org.kizuna.Verbs?{word}" for word in words_of(actions)])
    assert {word: text for word, text in said.items() if SAYS[word] not in text} == {}
    assert {"今日の分です", "ラベルです", "手紙です"} <= set(names)


def test_a_second_press_while_the_first_is_at_work_is_told_to_wait(
    shop,
    working,
    calc_with_extension,  # noqa: F811  # the fixture
    tmp_path,
):
    told = tmp_path / "told.txt"
    with Hand(working) as hand:
        hand.type_row(氏名="新田新子")
    book = calc_with_extension.books.open(working)

    for _ in range(3):
        calc_with_extension.impl.dispatch(book.impl, "service:org.kizuna.Verbs?push")
    waited_for(lambda: told.exists() and "反映 2" in told.read_text())
    book.close()

    assert told.read_text().count(BUSY_IN_CALC.ja) == 2
    with shop.client() as client:
        pulled = client.pull("customers")
    assert pulled.columns[pulled.fields.index("name")].count("新田新子") == 1


def test_the_declaration_is_told_whole():
    assert set(words_of(GROUPS)) == {word for word in SAYS if not word.startswith("plugin:")}
