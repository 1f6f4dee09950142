"""Find a Japanese font that may be embedded, and measure with it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kizuna.errors import OperationError, Text

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

GETA = "〓"
"""Printed for a letter the font lacks, as typesetters do."""

FREE = ("ipaexg.ttf", "ipag.ttf", "ipagp.ttf", "ipaexm.ttf", "ipam.ttf", "fonts-japanese-gothic.ttf")
"""IPA fonts: their licence allows embedding, and unlike Noto CJK they have the TrueType outlines a PDF writer needs."""

SYSTEM = ("BIZ-UDGothicR.ttc", "YuGothM.ttc", "meiryo.ttc", "msgothic.ttc", "Arial Unicode.ttf")
"""Fonts that come with Windows or macOS and allow embedding into documents."""

PACKAGES = ("matplotlib_fontja", "japanize_matplotlib")
"""Python packages that carry an IPA font."""


class NoFontError(OperationError):
    """Paper needs a Japanese font whose licence lets it be embedded."""

    code = "no-font"
    text = Text(
        "PDF に埋め込める日本語フォントが見つかりません。"
        "IPA フォント（Debian/Ubuntu: apt install fonts-ipafont-gothic）を入れるか、"
        "設定の label_font に TrueType フォントのパスを入れてください。探した場所: {looked}",
        "No Japanese font that can be embedded was found. Install the IPA fonts (Debian/Ubuntu: apt install "
        "fonts-ipafont-gothic) or put the path of a TrueType font into the setting label_font. Looked at: {looked}",
    )


@dataclass(frozen=True, slots=True, eq=False)
class LabelFont:
    """A font file opened for PDF; ``name`` is what the PDF knows it by."""

    path: str
    name: str
    face: TTFont

    def measure(self, text: str, size: float) -> float:
        """Return how wide a text is at a size in points, in points."""
        return float(self.face.stringWidth(text, size))

    def lacks(self, text: str) -> str:
        """Return the letters of a text this font has no picture of."""
        glyphs = self.face.face.charToGlyph
        return "".join(dict.fromkeys(letter for letter in text if ord(letter) not in glyphs))

    def printable(self, text: str) -> str:
        """Return the text with a geta mark for each letter the font lacks."""
        missing = self.lacks(text)
        return text.translate({ord(letter): GETA for letter in missing}) if missing else text


def find_font(path: str = "") -> LabelFont:
    """Return the font at ``path``, or the first Japanese one found on this computer.

    Raises NoFontError, naming where it looked, when there is none that can be embedded.
    """
    looked = []
    for candidate in [Path(path)] if path else _candidates():
        looked.append(str(candidate))
        font = _opened(str(candidate))
        if font is not None and not font.lacks("日本語様"):
            return font
    raise NoFontError(looked="、".join(looked) or "-")


@lru_cache(maxsize=4)
def _opened(path: str) -> LabelFont | None:
    """Return the font of a file, ``None`` for one that is absent, has no TrueType outlines or forbids embedding."""
    if not Path(path).is_file():
        return None
    # Most processes that could print never do, and reportlab is large.
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    name = f"Kizuna-{Path(path).stem}"
    try:
        return LabelFont(path, name, TTFont(name, path))
    except TTFError:
        return None


def _candidates() -> Iterator[Path]:
    """Yield font files to try: free ones first."""
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            yield Path(folder) / "fonts" / "ipaexg.ttf"
    found = {file.name: file for folder in _folders() if folder.is_dir() for file in folder.rglob("*.tt[fc]")}
    for name in (*FREE, *SYSTEM):
        if name in found:
            yield found[name]


def _folders() -> list[Path]:
    """Return where computers keep their fonts."""
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path("/Library/Fonts")]
    folders += [Path("/System/Library/Fonts"), Path.home() / ".local" / "share" / "fonts", Path.home() / ".fonts"]
    for place in ("WINDIR", "LOCALAPPDATA"):
        if os.environ.get(place):
            windows = Path(os.environ[place])
            folders += [windows / "Fonts", windows / "Microsoft" / "Windows" / "Fonts"]
    return folders
