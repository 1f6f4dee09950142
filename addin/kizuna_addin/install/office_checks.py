"""Checks of Excel on Windows: what is trusted, what is blocked, and whether Excel can be reached from Python."""

from __future__ import annotations

from kizuna_addin.install.findings import Finding, ok, plain, trouble, unknown
from kizuna_addin.install.machine import Machine
from kizuna_addin.messages import Text

_SECURITY = r"Software\{policies}Microsoft\Office\16.0\Excel\Security"
_RULES = (
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
    r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
)
CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
WIN32_CALLS = "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b"
_BLOCKING = {1, 6}
"""Block and warn; 2 only audits."""


def macros(machine: Machine) -> Finding:
    """Look whether Excel runs the macros of an add-in."""
    name = Text("マクロの設定", "Macro settings")
    if machine.platform != "win32":
        return unknown(name)
    found = [
        machine.registry("HKEY_CURRENT_USER\\" + _SECURITY.format(policies=policies), "VBAWarnings")
        for policies in ("Policies\\", "")
    ]
    level = next((one for one in found if one is not None), 2)
    if level in {3, 4}:
        return trouble(
            name,
            Text("マクロが無効です（VBAWarnings={level}）。", "Macros are disabled (VBAWarnings={level}).").format(
                level=level
            ),
            Text(
                "Excel の「ファイル > オプション > トラスト センター > マクロの設定」で「警告して、"
                "マクロを無効にする」を選びます。"
                "灰色で変えられないときは、会社のポリシーなので管理者に頼んでください。",
                "In Excel: File > Options > Trust Center > Macro Settings, choose “Disable with notification”. "
                "When it is greyed out a policy sets it: ask your administrator.",
            ),
        )
    return ok(name, plain(f"VBAWarnings={level}"))


def trusted_places(machine: Machine) -> Finding:
    """Look whether Excel trusts its start folder, as it does by itself."""
    name = Text("信頼できる場所", "Trusted locations")
    if machine.platform != "win32":
        return unknown(name)
    for policies in ("Policies\\", ""):
        security = "HKEY_CURRENT_USER\\" + _SECURITY.format(policies=policies)
        if machine.registry(security + "\\Trusted Locations", "AllLocationsDisabled"):
            return trouble(
                name,
                Text("信頼できる場所がすべて無効です。", "All trusted locations are disabled."),
                Text(
                    "「トラスト センター > 信頼できる場所」で「すべての信頼できる場所を無効にする」を外します。",
                    "Trust Center > Trusted Locations: clear “Disable all Trusted Locations”.",
                ),
            )
        if machine.registry(security, "DisableAllAddins"):
            return trouble(
                name,
                Text("アドインがすべて無効です。", "All add-ins are disabled."),
                Text(
                    "「トラスト センター > アドイン」で「すべてのアプリケーション アドインを無効にする」を外します。",
                    "Trust Center > Add-ins: clear “Disable all Application Add-ins”.",
                ),
            )
    return ok(name, Text("有効です。", "In force."))


def child_processes(machine: Machine) -> Finding:
    """Look for the rule that forbids Office to start programs, Python among them."""
    return _rule(
        machine,
        Text("Office の子プロセスの規則", "Rule against Office starting programs"),
        CHILD_PROCESSES,
        Text(
            "この規則があると、リボンのボタンが Python を起動できません。",
            "Under this rule the ribbon cannot start Python.",
        ),
    )


def win32_calls(machine: Machine) -> Finding:
    """Look for the rule that forbids macros to call libraries, xlwings' own among them."""
    return _rule(
        machine,
        Text("マクロの Win32 API の規則", "Rule against macros calling libraries"),
        WIN32_CALLS,
        Text(
            "この規則があると、セルの関数が xlwings の DLL を呼べません。",
            "Under this rule functions in cells cannot call xlwings' library.",
        ),
    )


def com(machine: Machine) -> Finding:
    """Look whether Excel is registered for other programs, and Python can speak to it."""
    name = Text("Excel との接続（COM）", "Reaching Excel (COM)")
    if machine.platform != "win32":
        return unknown(name)
    if machine.registry(r"HKEY_CLASSES_ROOT\Excel.Application\CLSID", "") is None:
        return trouble(
            name,
            Text("Excel が登録されていません。", "Excel is not registered."),
            Text(
                "「設定 > アプリ > Microsoft 365 > 変更 > クイック修復」を行ってください。",
                "Settings > Apps > Microsoft 365 > Modify > Quick Repair.",
            ),
        )
    if not machine.importable("win32com"):
        return trouble(
            name,
            Text("この Python に pywin32 がありません。", "This Python lacks pywin32."),
            plain(f'"{machine.executable}" -m pip install pywin32'),
        )
    return ok(name, Text("使えます。", "Works."))


def _rule(machine: Machine, name: Text, rule: str, consequence: Text) -> Finding:
    if machine.platform != "win32":
        return unknown(name)
    for key in _RULES:
        value = machine.registry(key, rule)
        if value is not None and str(value).isdigit() and int(value) in _BLOCKING:
            return trouble(
                name,
                consequence,
                Text(
                    f"管理者に、攻撃面の減少ルール {rule} から Excel と Python を除外するよう頼んでください。"
                    "できないときは kizuna-addin のコマンドか LibreOffice を使えます。",
                    f"Ask the administrator to exclude Excel and Python from the attack-surface rule {rule}; "
                    "without that, use the commands of kizuna-addin or LibreOffice.",
                ),
            )
    return ok(name, Text("規則はありません。", "No such rule is in force."))
