"""What a PC remembers outside of workbooks: its server and the language; no credentials."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import platformdirs

FOLDER_VARIABLE = "KIZUNA_ADDIN_FOLDER"
LANGUAGE_VARIABLE = "KIZUNA_LANGUAGE"
"""Stands over the language in the file; Calc's extension hands its own on by it."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """The server that is used where no workbook names one, and the language of messages."""

    server: str | None = None
    language: str = "ja"


def preferences_file() -> Path:
    """Return where the preferences lie: in the person's own folder for settings."""
    named = os.environ.get(FOLDER_VARIABLE)
    folder = Path(named) if named else Path(platformdirs.user_config_dir("kizuna-addin", appauthor=False))
    return folder / "preferences.json"


def read_preferences(path: Path) -> Preferences:
    """Return the preferences; those of a new PC when the file is missing or unreadable."""
    named = os.environ.get(LANGUAGE_VARIABLE)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        language, server = named or raw.get("language"), raw.get("server") or None
    except (OSError, ValueError, AttributeError):
        language, server = named, None
    return Preferences(server, language if language in {"ja", "en"} else "ja")


def write_preferences(path: Path, preferences: Preferences) -> None:
    """Keep the preferences."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(preferences), ensure_ascii=False, indent=2), encoding="utf-8")
