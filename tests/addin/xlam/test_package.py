"""The add-in's file is a valid package, and others can open it."""

from __future__ import annotations

import posixpath
import zipfile
from io import BytesIO
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from PIL import Image

from kizuna_addin.messages import Text
from kizuna_addin.ribbon import GROUPS, Group, Verb, verbs
from kizuna_addin.xlam.build import build
from kizuna_addin.xlam.custom_ui import NAMESPACE, callback, custom_ui
from kizuna_addin.xlam.package import ADDIN_TYPE, BOOK_TYPE

RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
BUTTON = f"{{{NAMESPACE}}}button"


@pytest.fixture(params=["addin", "twin"])
def package(built, request):
    with zipfile.ZipFile(getattr(built, request.param)) as found:
        yield found


def relationships(package, part):
    """Yield id and target part of each relationship that belongs to a part ("" for the package)."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels in package.namelist():
        for one in ET.fromstring(package.read(rels)).iter(RELS):
            assert one.get("TargetMode") != "External"
            yield one.get("Id"), posixpath.normpath(posixpath.join("/", folder, one.get("Target"))).lstrip("/")


def test_every_relationship_has_its_target(package):
    names = set(package.namelist())
    rels = [name for name in names if name.endswith(".rels")]
    owners = [name.replace("_rels/", "").removesuffix(".rels") for name in rels]

    targets = {target for owner in owners for _, target in relationships(package, owner)}

    assert targets
    assert targets <= names
    assert {owner for owner in owners if owner} <= names


def test_every_part_is_reached_and_has_one_content_type(package):
    types = ET.fromstring(package.read("[Content_Types].xml"))
    defaults = {one.get("Extension"): one.get("ContentType") for one in types.iter(f"{TYPES}Default")}
    overrides = {one.get("PartName").lstrip("/"): one.get("ContentType") for one in types.iter(f"{TYPES}Override")}
    parts = [name for name in package.namelist() if name != "[Content_Types].xml"]

    reached, waiting = set(), [""]
    while waiting:
        for _, target in relationships(package, waiting.pop()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)

    assert {name for name in parts if not name.endswith(".rels")} == reached
    assert set(overrides) <= set(parts)
    assert all(name in overrides or name.rpartition(".")[2] in defaults for name in parts)
    assert overrides["xl/workbook.xml"] in {ADDIN_TYPE, BOOK_TYPE}


def test_the_twin_differs_from_the_addin_in_its_content_type_only(built):
    with zipfile.ZipFile(built.addin) as addin, zipfile.ZipFile(built.twin) as twin:
        different = [name for name in addin.namelist() if addin.read(name) != twin.read(name)]

        assert addin.namelist() == twin.namelist()
        assert different == ["[Content_Types].xml"]
        assert addin.read(different[0]).replace(ADDIN_TYPE.encode(), BOOK_TYPE.encode()) == twin.read(different[0])


def test_the_same_declarations_give_the_same_bytes(built):
    again = build(built.functions)

    assert again.addin == built.xlam.addin


def test_every_xml_part_is_well_formed(package):
    for name in package.namelist():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(package.read(name))


def test_each_button_has_its_picture_its_procedure_and_both_languages(built):
    with zipfile.ZipFile(built.addin) as package:
        ribbon = ET.fromstring(package.read("customUI/customUI14.xml"))
        pictures = dict(relationships(package, "customUI/customUI14.xml"))
        buttons = list(ribbon.iter(BUTTON))

        assert [one.get("tag") for one in buttons] == [verb.name for verb in verbs()]
        for button, verb in zip(buttons, verbs(), strict=True):
            module, _, procedure = button.get("onAction").partition(".")
            assert f"Public Sub {procedure}(control As IRibbonControl)\r\n" in built.xlam.modules[module]
            assert Image.open(BytesIO(package.read(pictures[button.get("image")]))).size == (32, 32)
            assert verb.label.ja in button.get("label")
            assert verb.label.en in button.get("label")
            assert verb.tip.ja in button.get("supertip")
            assert verb.tip.en in button.get("supertip")
    ids = [one.get("id") for one in ribbon.iter() if one.get("id")]
    assert len(ids) == len(set(ids))


def test_a_plugins_action_gets_a_button_of_its_own(built):
    mailing = Verb("mailing", Text("発送", "Mailing"), Text("発送リスト", "Mailing list"), action="follow_up-mailing")

    xlam = build(built.functions[:1], (*GROUPS, Group("plugins", Text("追加", "Plugins"), (mailing,))))

    assert callback(mailing) == "PluginFollowUpMailing"
    assert "PluginFollowUpMailing" in xlam.modules["KizunaRibbon"]
    assert 'RunVerb "plugin:follow_up-mailing"' in xlam.modules["KizunaRibbon"]
    assert b"icon_plugin" in custom_ui((Group("plugins", Text("追加", "Plugins"), (mailing,)),))


def test_openpyxl_opens_the_twin_with_its_vba(built):
    book = openpyxl.load_workbook(built.twin, keep_vba=True)

    settings = dict(book["kizuna.conf"].iter_rows(max_col=2, values_only=True))
    assert "xl/vbaProject.bin" in book.vba_archive.namelist()
    assert settings["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"
    assert settings["UDF MODULES"] == "kizuna_addin.worksheet_functions"
    # xlwings reads the settings down to the first empty cell of column A.
    assert None not in list(settings)[: len(settings) - 1]


def test_the_help_of_every_function_stands_on_the_sheet_and_fits(built):
    book = openpyxl.load_workbook(built.twin, keep_vba=True)

    lines = {line[0]: line for line in book["kizuna.conf"].iter_rows(min_row=2, min_col=4, values_only=True)}

    for function in built.functions:
        line = lines[function.name]
        texts = [one.label for one in function.arguments]
        assert line[1] == len(function.arguments)
        assert line[2:4] == (
            f"{function.description.ja} 例: {function.example.ja}",
            f"{function.description.en} Example: {function.example.en}",
        )
        assert list(line[4 : 4 + 2 * len(texts)]) == [text for both in texts for text in (both.ja, both.en)]
        assert max(map(len, filter(None, line[2:]))) <= 255
