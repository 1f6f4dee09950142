"""What `doctor` found: one finding for each check, with its cure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kizuna_addin.messages import Text

State = Literal["ok", "trouble", "unknown"]

WINDOWS_ONLY = Text("Windows でだけ調べられます。", "Can be checked on Windows only.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: its name, what was found, and what to do about it; `unknown` where it cannot be told here."""

    name: Text
    state: State
    found: Text
    cure: Text | None = None


def ok(name: Text, found: Text) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(name, "ok", found)


def trouble(name: Text, found: Text, cure: Text) -> Finding:
    """Return a finding with its cure."""
    return Finding(name, "trouble", found, cure)


def unknown(name: Text, found: Text = WINDOWS_ONLY) -> Finding:
    """Return the finding of a check that cannot run here."""
    return Finding(name, "unknown", found)


def plain(text: str) -> Text:
    """Return a text that is the same in every language, such as a path."""
    return Text(text, text)
