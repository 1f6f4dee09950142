"""The workbook for PCs without Python: a valid package, VBA that is read back whole, and every action in it."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest
from oletools.olevba import VBA_Parser

from kizuna_addin.hosts.payload import extensions
from kizuna_addin.ribbon import GROUPS, verbs, with_actions
from kizuna_addin.xlam.custom_ui import callback
from kizuna_addin.xlam.vba import problems
from kizuna_workbooks.without_python.build import build_client_book
from kizuna_workbooks.without_python.client_vba import SERVICES, XLWINGS_ACTIONS, groups
from kizuna_workbooks.without_python.xlwings_client import ChangedClientError, changed

SERVER = "https://kizuna.example"
PROCEDURE = re.compile(r"^(?:Public |Private )?(?:Sub|Function) (\w+)", re.MULTILINE | re.IGNORECASE)


@pytest.fixture(scope="module")
def built():
    return build_client_book(SERVER + "/", ["customers", "purchases"])


@pytest.fixture(scope="module")
def read_back(built, tmp_path_factory):
    """The modules as another program reads them."""
    path = tmp_path_factory.mktemp("client") / "client.xlsm"
    path.write_bytes(built.book)
    parser = VBA_Parser(str(path))
    found = {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    return found


def procedures(source):
    return [name.lower() for name in PROCEDURE.findall(source)]


def test_another_program_reads_every_module_back_unchanged(built, read_back):
    assert set(built.modules) <= set(read_back)
    for name, source in built.modules.items():
        lines = [line.rstrip() for line in source.splitlines() if not line.startswith("Attribute ")]
        assert "\n".join(lines[-20:]).strip() in "\n".join(
            line.rstrip() for line in read_back[name].splitlines() if not line.startswith("Attribute ")
        )


def test_the_start_sheet_names_the_server_and_holds_no_credential(built):
    book = openpyxl.load_workbook(BytesIO(built.book), keep_vba=True)

    cells = {row[0].value: row[1].value for row in book["kizuna.conf"].iter_rows(max_col=2)}
    assert cells["KIZUNA_SERVER"] == SERVER
    assert cells["KIZUNA_TABLES"] == "customers,purchases"
    assert not any("TOKEN" in key and not key.startswith("MESSAGE") for key in cells)


def test_every_action_that_may_come_has_its_procedure_and_no_other_can_be_started(built):
    defined = {name for source in built.modules.values() for name in procedures(source)}
    cases = re.findall(r'Case "(\w+)": (\w+) wb, action', built.modules["KizunaClient"])

    assert [one for one, _ in cases] == [*XLWINGS_ACTIONS, *extensions.ACTIONS]
    assert all(one == other and one.lower() in defined for one, other in cases)
    assert "Application.Run action" not in built.modules["Remote"]


def test_no_procedure_is_public_twice(built):
    names = [
        name for source in built.modules.values() if "VERSION 1.0 CLASS" not in source for name in procedures(source)
    ]

    own = {
        name
        for module in ("KizunaRibbon", "KizunaClient", "KizunaActions")
        for name in procedures(built.modules[module])
    }
    assert {name for name in own if names.count(name) > 1} == set()


def test_what_xlwings_client_calls_is_there(built):
    remote = built.modules["Remote"]
    defined = {name for source in built.modules.values() for name in procedures(source)}

    for needed in (
        "GetConfig",
        "KizunaSheet",
        "KizunaVersion",
        "KizunaStyleName",
        "KizunaDo",
        "KizunaThen",
        "HexToRgb",
    ):
        assert needed in remote
        assert needed.lower() in defined
    for gone in ("GetAzureAdAccessToken", "base64ToPic", "RunPython", "RunFrozenPython", "GetMacDir"):
        assert gone not in remote


def test_the_modules_keep_the_limits_of_vba(built):
    assert {name: found for name, source in built.modules.items() if (found := problems(source))} == {}


def test_a_changed_xlwings_stops_the_build():
    with pytest.raises(ChangedClientError):
        changed("Function RunServerPython()\nEnd Function\n")


def test_every_button_of_the_one_ribbon_is_there_and_those_of_plugins(built):
    words = {"ja": "手紙", "en": "Letters"}
    actions = [
        {"name": "follow_up_letters", "label": words, "help": words, "arguments": []},
        {
            "name": "rfm_select",
            "label": words,
            "help": words,
            "arguments": [{"name": "selection", "type": "text", "required": True}],
        },
    ]
    with_plugins = build_client_book(SERVER, all_groups=with_actions(actions))

    ribbon = with_plugins.modules["KizunaRibbon"]
    assert {verb.name for verb in verbs(groups(GROUPS))} == {verb.name for verb in verbs(GROUPS)}
    assert 'KizunaPress "workbook.action", "follow_up_letters"' in ribbon
    assert "rfm_select" not in ribbon
    assert {name: found for name, source in with_plugins.modules.items() if (found := problems(source))} == {}
    with zipfile.ZipFile(BytesIO(with_plugins.book)) as package:
        shown = package.read("customUI/customUI14.xml").decode()
    assert "KizunaRibbon.PluginFollowUpLetters" in shown
    assert "Letters" in shown


def test_the_ribbon_shows_the_buttons_that_work_without_python(built):
    with zipfile.ZipFile(BytesIO(built.book)) as package:
        ribbon = package.read("customUI/customUI14.xml").decode()
        types = package.read("[Content_Types].xml").decode()
        assert package.testzip() is None

    shown = {verb.name for verb in verbs(groups(GROUPS))}
    assert shown == {"connect", *(verb.name for verb in SERVICES)}
    for verb in verbs(groups(GROUPS)):
        assert f"KizunaRibbon.{callback(verb)}" in ribbon
        assert callback(verb).lower() in procedures(built.modules["KizunaRibbon"])
    assert "application/vnd.ms-excel.sheet.macroEnabled.main+xml" in types
