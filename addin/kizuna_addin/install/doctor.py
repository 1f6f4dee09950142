"""``kizuna-addin doctor``: small checks, each with its name, what was found and the cure."""

from __future__ import annotations

from collections.abc import Sequence

from kizuna_addin.install import office_checks, program_checks, server_checks
from kizuna_addin.install.findings import Finding
from kizuna_addin.install.machine import Machine
from kizuna_addin.messages import Text

_CURE = Text("　→ {cure}", "  → {cure}")
_SIGNS = {"ok": "○", "trouble": "×", "unknown": "－"}


def examine(machine: Machine) -> tuple[Finding, ...]:
    """Run every check and return what was found, in the order in which troubles are best cured."""
    return (
        program_checks.addin(machine),
        program_checks.interpreter(machine),
        program_checks.library(machine),
        office_checks.com(machine),
        office_checks.macros(machine),
        office_checks.trusted_places(machine),
        office_checks.child_processes(machine),
        office_checks.win32_calls(machine),
        *server_checks.server(machine),
        server_checks.keeping(machine),
        program_checks.libreoffice(machine),
        program_checks.uno(machine),
        program_checks.extension(machine),
    )


def lines(findings: Sequence[Finding], language: str) -> list[str]:
    """Return findings as people read them: a sign, a name, what was found, and the cure below."""
    told = []
    for one in findings:
        told.append(f"{_SIGNS[one.state]} {one.name.in_language(language)}: {one.found.in_language(language)}")
        if one.cure is not None:
            told.append(_CURE.format(cure=one.cure.in_language(language)).in_language(language))
    return told
