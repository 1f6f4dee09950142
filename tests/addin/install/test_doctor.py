"""What `doctor` says of PCs put in the place of this one."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from kizuna_addin.client import Client
from kizuna_addin.errors import NoServerError, NoTokenError, OfflineError, WrongTokenError
from kizuna_addin.install import office_checks, program_checks, server_checks
from kizuna_addin.install.doctor import examine, lines
from kizuna_addin.install.installing import install
from kizuna_addin.install.machine import Machine, this_machine
from kizuna_addin.install.places import places_on

POLICY = r"HKEY_CURRENT_USER\Software\Policies\Microsoft\Office\16.0\Excel\Security"
OWN = r"HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Excel\Security"
RULES = r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"


class Answering(Client):
    """A client whose server says of itself what a test wants, or fails."""

    def __init__(self, answer):
        self.server, self._answer = "https://kizuna.shop", answer

    def __exit__(self, *_):
        return None

    def me(self):
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def signed_in(version="1.2.3"):
    return lambda: Answering({"staff": {"name": "佐藤"}, "server": {"version": version}})


def failing(error):
    def client():
        raise error

    return client


@pytest.fixture
def windows(tmp_path) -> Machine:
    """A PC in order: add-in installed, everything found."""
    python = tmp_path / "Python" / "python.exe"
    python.parent.mkdir()
    python.write_bytes(b"")
    (python.parent / "xlwings64-0.37.8.dll").write_bytes(b"")
    machine = Machine(
        platform="win32",
        home=tmp_path,
        environ={"APPDATA": str(tmp_path / "Roaming")},
        executable=python,
        version="1.2.3",
        xlwings_version="0.37.8",
        client=signed_in(),
        registry=lambda key, name: {(r"HKEY_CLASSES_ROOT\Excel.Application\CLSID", ""): "{0}"}.get((key, name)),
        find=lambda name: str(python) if name == "python" else None,
        importable=lambda name: name == "win32com",
        system_python_has=lambda name: False,
        program_python_has=lambda name: False,
        keyring_name=lambda: "keyring.backends.Windows.WinVaultKeyring",
        proxies=dict,
        bypassed=lambda host: False,
    )
    places = places_on("win32", home=tmp_path, environ=machine.environ)
    install(places, addin_of("1.2.3", "0.37.8"), interpreter=python)
    return machine


def addin_of(version, xlwings_version):
    from kizuna_addin.xlam.package import _zipped
    from kizuna_addin.xlam.settings_sheet import settings_cells, sheet_xml

    cells = settings_cells((), {"KIZUNA_VERSION": version, "XLWINGS_VERSION": xlwings_version})
    return _zipped({"xl/worksheets/sheet1.xml": sheet_xml(cells)})


def registry(values):
    return lambda key, name: values.get((key, name))


def test_a_pc_in_order_has_no_trouble(windows):
    findings = examine(windows)

    assert [one for one in findings if one.state == "trouble"] == []
    assert len(findings) >= 12


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_what_cannot_be_checked_here_says_so(windows, platform):
    findings = examine(replace(windows, platform=platform))

    by_name = {one.name.en: one for one in findings}
    assert by_name["Macro settings"].state == "unknown"
    assert by_name["Macro settings"].found.ja == "Windows でだけ調べられます。"


def test_every_trouble_has_a_cure_in_both_languages(windows):
    broken = replace(
        windows,
        executable=Path("/elsewhere/python.exe"),
        client=failing(NoServerError()),
        registry=registry(
            {
                (OWN, "VBAWarnings"): 4,
                (POLICY + "\\Trusted Locations", "AllLocationsDisabled"): 1,
                (RULES, office_checks.CHILD_PROCESSES): "1",
                (RULES, office_checks.WIN32_CALLS): 6,
            }
        ),
        keyring_name=lambda: "keyring.backends.fail.Keyring",
        xlwings_version="9.9.9",
        find=lambda name: "soffice" if name == "soffice" else None,
    )

    findings = examine(broken)

    troubles = [one for one in findings if one.state == "trouble"]
    assert len(troubles) == 11
    assert all(one.cure and one.cure.ja and one.cure.en for one in troubles)
    assert sum(line.startswith("×") for line in lines(findings, "ja")) == 11


def test_a_policy_outranks_a_persons_own_macro_setting(windows):
    machine = replace(windows, registry=registry({(POLICY, "VBAWarnings"): 4, (OWN, "VBAWarnings"): 1}))

    assert office_checks.macros(machine).state == "trouble"


def test_a_rule_that_only_audits_is_no_trouble(windows):
    machine = replace(windows, registry=registry({(RULES, office_checks.CHILD_PROCESSES): "2"}))

    assert office_checks.child_processes(machine).state == "ok"


def test_an_addin_of_another_version_is_told(windows):
    assert "1.2.3" in program_checks.addin(replace(windows, version="1.3.0")).found.ja


def test_another_python_on_the_path_does_no_harm(windows):
    found = program_checks.interpreter(replace(windows, find=lambda name: "C:/Other/python.exe"))

    assert found.state == "ok"
    assert "C:/Other/python.exe" in found.found.ja


def test_a_library_of_another_version_is_named(windows):
    found = program_checks.library(replace(windows, xlwings_version="0.38.0"))

    assert "xlwings64-0.37.8.dll" in found.found.ja
    assert "xlwings==0.38.0" in found.cure.ja


def test_another_version_of_the_server_is_told(windows):
    found, token, _proxy = server_checks.server(replace(windows, client=signed_in("2.0.0")))

    assert (found.state, token.state) == ("trouble", "ok")
    assert "2.0.0" in found.found.ja
    assert "1.2.3" in found.found.ja


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (OfflineError(server="s"), "Server"),
        (WrongTokenError(status=401, code="bad-token", message="取り消されたトークンです。"), "Sign-in"),
    ],
)
def test_what_the_server_says_is_told_under_the_right_name(windows, error, name):
    findings = server_checks.server(replace(windows, client=lambda: Answering(error)))

    assert [one.name.en for one in findings if one.state == "trouble"] == [name]


def test_not_signed_in_is_told(windows):
    findings = server_checks.server(replace(windows, client=failing(NoTokenError(server="s"))))

    assert [one.state for one in findings] == ["unknown", "trouble"]


def test_a_proxy_in_the_way_is_named_with_its_cure(windows):
    machine = replace(windows, proxies=lambda: {"https": "http://proxy:8080"})

    *_, proxy = server_checks.server(machine)

    assert "http://proxy:8080" in proxy.found.ja
    assert "kizuna.shop" in proxy.cure.ja


def test_this_pc_can_be_examined():
    findings = examine(this_machine(failing(NoServerError())))

    assert {one.name.en for one in findings} >= {"Add-in", "Server", "Keyring", "LibreOffice", "python-uno"}


@pytest.mark.parametrize(
    ("alone", "within", "state"), [(False, False, "unknown"), (True, True, "ok"), (True, False, "trouble")]
)
def test_an_extension_that_would_abort_libreoffice_is_found(windows, alone, within, state):
    machine = replace(
        windows,
        platform="linux",
        find=lambda name: f"/venv/bin/{name}",
        system_python_has=lambda name: alone,
        program_python_has=lambda name: within,
    )

    found = program_checks.extension(machine)

    assert found.state == state
    assert (state == "trouble") == ("/venv/bin/python3" in found.found.en)


def test_a_virtual_environment_of_the_systems_python_hides_uno_from_what_a_program_starts(tmp_path, monkeypatch):
    machine = this_machine(failing(NoServerError()))
    if not machine.system_python_has("uno"):
        pytest.skip("the system's Python has no uno")
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)

    monkeypatch.setenv("PATH", f"{tmp_path / 'venv' / 'bin'}:/usr/bin:/bin")
    within = machine.program_python_has("uno")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    without = machine.program_python_has("uno")

    assert (within, without, machine.system_python_has("uno")) == (False, True, True)
