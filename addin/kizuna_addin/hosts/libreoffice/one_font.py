"""One font for all scripts, as Excel has it.

Calc keeps a font for Western and one for East Asian letters. Where they differ, its .xlsx filter cuts every text that mixes
scripts ("顧客12") into formatted runs and gives cells that begin with Japanese the other font: a file twice the size, whose
cells are rich text from then on, which Calc opens and saves at a third of the speed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import TracebackType
from typing import Any

_KINDS = ("FontName", "FontFamily", "FontCharSet", "FontPitch", "FontStyleName", "Height")
_SCRIPTS = ("Asian", "Complex")
# setPropertyValues wants them in the order of the alphabet.
_NAMES = tuple(sorted(f"Char{kind}{script}" for kind in _KINDS for script in _SCRIPTS))
_WESTERN = {name: name.removesuffix("Asian").removesuffix("Complex") for name in _NAMES}

_TEXT_IN_RUNS = re.compile(r"<si><r>(?:(?!</si>).)*</si>", re.DOTALL)
_RUN = re.compile(r"<r>(?:<rPr>(.*?)</rPr>)?<t[^>]*>(.*?)</t></r>", re.DOTALL)
_FONT = re.compile(r'<rFont val="([^"]*)"/>')
_OF_THE_FONT = re.compile(r"<(?:rFont|family|charset|scheme)\b[^>]*/>")
# Kana, Chinese characters, full-width forms, and what lies outside the basic plane.
_EAST_ASIAN = re.compile(
    "[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)


class OneFont:
    """While it lasts, cells without a font of their own have the Western one for all scripts."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._style = document.StyleFamilies.getByName("CellStyles").getByName("Default")
        self._before: Sequence[Any] = ()

    def begin(self) -> None:
        """Set it; what is set in a document stays unless `end` is called."""
        self._before = self._style.getPropertyValues(_NAMES)
        wanted = tuple(getattr(self._style, _WESTERN[name]) for name in _NAMES)
        # Where a sheet is protected Calc lets nobody change a style.
        if wanted == tuple(self._before) or any(sheet.isProtected() for sheet in self._document.Sheets):
            self._before = ()
        else:
            self._put(wanted)

    def end(self) -> None:
        """Give the document the fonts that it had."""
        if self._before:
            self._put(tuple(self._before))

    def _put(self, values: tuple[Any, ...]) -> None:
        document, changed = self._document, self._document.isModified()
        # Else Calc measures every cell of the workbook anew, at each of the properties.
        document.IsAdjustHeightEnabled = False
        document.lockControllers()
        document.addActionLock()
        try:
            self._style.setPropertyValues(_NAMES, values)
        finally:
            document.removeActionLock()
            document.unlockControllers()
            document.IsAdjustHeightEnabled = True
        document.setModified(changed)

    def __enter__(self) -> None:
        self.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


def without_runs(strings: bytes) -> bytes | None:
    """Return a package's strings with those put together that are in runs for their scripts' fonts alone; None if none is.

    What a person formatted (a word in bold, in red, in a font of its own) stays.
    """
    if b"<si><r>" not in strings:
        return None
    text = strings.decode("utf-8")
    whole = _TEXT_IN_RUNS.sub(_put_together, text)
    return None if whole == text else whole.encode("utf-8")


def _put_together(found: re.Match[str]) -> str:
    runs: list[tuple[str, str]] = _RUN.findall(found[0])
    if len({_OF_THE_FONT.sub("", looks) for looks, _ in runs}) != 1:
        return found[0]
    fonts: dict[bool, set[str]] = {True: set(), False: set()}
    for looks, text in runs:
        name = _FONT.search(looks)
        fonts[_EAST_ASIAN.search(text) is not None].add(name[1] if name else "")
    if len(fonts[True]) > 1 or len(fonts[False]) > 1 or fonts[True] == fonts[False]:
        return found[0]
    return f'<si><t xml:space="preserve">{"".join(text for _, text in runs)}</t></si>'
