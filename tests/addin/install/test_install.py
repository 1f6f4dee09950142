"""The add-in put into Excel's start folder of a home that is not ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kizuna_addin.cli import main
from kizuna_addin.install.errors import NoExcelHereError
from kizuna_addin.install.installing import install, read_settings, settings_text, uninstall
from kizuna_addin.install.places import places_on
from kizuna_addin.preferences import Preferences, read_preferences, write_preferences


@pytest.fixture(params=["win32", "darwin"])
def places(request, tmp_path):
    return places_on(request.param, home=tmp_path, environ={})


def test_windows_starts_what_lies_in_xlstart(tmp_path):
    places = places_on("win32", home=tmp_path, environ={"APPDATA": str(tmp_path / "Roaming")})

    assert places.addin == tmp_path / "Roaming" / "Microsoft" / "Excel" / "XLSTART" / "kizuna.xlam"
    assert places.settings == tmp_path / ".kizuna" / "kizuna.conf"


def test_where_there_is_no_excel_it_says_what_to_use(tmp_path):
    with pytest.raises(NoExcelHereError, match="LibreOffice"):
        places_on("linux", home=tmp_path, environ={})


def test_install_and_uninstall_leave_nothing_behind(places, tmp_path):
    written = install(places, b"addin", interpreter=Path("C:/Python/python.exe"))

    assert places.addin.read_bytes() == b"addin"
    assert read_settings(places) == {places.interpreter_key: "C:/Python/python.exe"}
    assert set(uninstall(places)) == {places.addin, places.settings}
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert left == [path for path in written if path.suffix == ".applescript"]
    assert uninstall(places) == ()


def test_installing_again_keeps_a_persons_other_settings(places):
    install(places, b"old", interpreter=Path("old"))
    with places.settings.open("a", encoding="utf-8") as file:
        file.write('"SHOW CONSOLE","True"\r\n')

    install(places, b"new", interpreter=Path("new"))

    assert places.addin.read_bytes() == b"new"
    assert read_settings(places) == {places.interpreter_key: "new", "SHOW CONSOLE": "True"}


@given(st.dictionaries(st.text("ABC _", min_size=1), st.text(st.characters(exclude_characters='"\r\n', codec="utf-8"))))
def test_settings_are_read_back_as_they_were_written(tmp_path_factory, settings):
    places = places_on("win32", home=tmp_path_factory.mktemp("home"), environ={})
    places.settings.parent.mkdir()
    places.settings.write_bytes(settings_text(settings).encode())

    assert read_settings(places) == settings


@given(st.builds(Preferences, st.none() | st.text(min_size=1), st.sampled_from(["ja", "en"])))
def test_preferences_are_read_back_as_they_were_written(tmp_path_factory, preferences):
    path = tmp_path_factory.mktemp("preferences") / "folder" / "preferences.json"
    write_preferences(path, preferences)

    assert read_preferences(path) == preferences


def test_damaged_preferences_are_those_of_a_new_pc(tmp_path):
    (tmp_path / "p.json").write_text("[1]", encoding="utf-8")

    assert read_preferences(tmp_path / "p.json") == Preferences()
    assert read_preferences(tmp_path / "missing.json") == Preferences()


def test_build_xlam_from_a_saved_catalogue(tmp_path):
    text = {"ja": "関数", "en": "Function"}
    function = {"name": "ECHO", "label": text, "description": text, "arguments": []}
    cell = {**function, "name": "AD1"}
    (tmp_path / "c.json").write_text(json.dumps({"functions": [function, cell]}), encoding="utf-8")

    done = CliRunner().invoke(
        main, ["build-xlam", "--catalogue", str(tmp_path / "c.json"), "--out", str(tmp_path / "k.xlam")]
    )

    assert done.exit_code == 0, done.output
    assert "関数 1 個" in done.output
    assert "AD1" in done.output
    assert (tmp_path / "k.xlam").read_bytes().startswith(b"PK")


def test_something_else_than_a_catalogue_is_refused(tmp_path):
    (tmp_path / "c.json").write_text("{}", encoding="utf-8")

    done = CliRunner().invoke(main, ["build-xlam", "--catalogue", str(tmp_path / "c.json"), "--out", "k.xlam"])

    assert done.exit_code == 1
    assert "関数カタログではありません" in done.output


def test_doctor_tells_and_its_exit_code_says_whether_there_is_trouble(monkeypatch, tmp_path):
    monkeypatch.setenv("KIZUNA_ADDIN_FOLDER", str(tmp_path))
    monkeypatch.delenv("KIZUNA_SERVER", raising=False)

    done = CliRunner().invoke(main, ["doctor", "--language", "en"])

    assert done.exit_code == 1
    assert "Server" in done.output


def test_a_missing_part_names_the_cure_for_a_folder_and_for_a_package(tmp_path, monkeypatch):
    (tmp_path / "saved.json").write_text("[]", encoding="utf-8")
    monkeypatch.setitem(sys.modules, "pyopenvba", None)
    for name in [name for name in sys.modules if name.startswith("kizuna_addin.xlam")]:
        monkeypatch.delitem(sys.modules, name)
    made = str(tmp_path / "a.xlam")

    done = CliRunner().invoke(main, ["build-xlam", "--catalogue", str(tmp_path / "saved.json"), "--out", made])

    assert done.exit_code == 1
    assert 'pip install ".[xlam]"' in done.output
    assert 'pip install "kizuna[xlam]"' in done.output
