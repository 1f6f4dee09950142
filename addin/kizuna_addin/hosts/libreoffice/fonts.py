"""Fonts of cells, of parts of a cell's text, and of shapes."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from .bridge import enum, shared
from .colors import AUTOMATIC, Rgb, color_number, color_parts
from .unsupported import names_what_is_missing

_BOLD, _NORMAL = 150.0, 100.0
# LibreOffice keeps a font of its own for Western, East Asian and right-to-left text; Excel has one for all.
_SCRIPTS = ("", "Asian", "Complex")


@names_what_is_missing
class Font(base_classes.Font):
    """The font of anything in LibreOffice that has character properties; None where its parts differ."""

    def __init__(self, xl: Any) -> None:
        self.xl = xl

    @property
    def api(self) -> Any:
        return self.xl

    def _set(self, name: str, value: Any) -> None:
        for script in _SCRIPTS:
            setattr(self.xl, name + script, value)

    @property
    def bold(self) -> bool | None:
        weight = shared(self.xl, "CharWeight")
        return None if weight is None else weight >= _BOLD

    @bold.setter
    def bold(self, value: bool) -> None:
        self._set("CharWeight", _BOLD if value else _NORMAL)

    @property
    def italic(self) -> bool | None:
        posture = shared(self.xl, "CharPosture")
        return None if posture is None else posture.value != "NONE"

    @italic.setter
    def italic(self, value: bool) -> None:
        self._set("CharPosture", enum("com.sun.star.awt.FontSlant", "ITALIC" if value else "NONE"))

    @property
    def size(self) -> float | None:
        height = shared(self.xl, "CharHeight")
        return None if height is None else float(height)

    @size.setter
    def size(self, value: float) -> None:
        self._set("CharHeight", float(value))

    @property
    def name(self) -> str | None:
        name = shared(self.xl, "CharFontName")
        return None if name is None else str(name)

    @name.setter
    def name(self, value: str) -> None:
        self._set("CharFontName", value)

    @property
    def color(self) -> Rgb | None:
        number = shared(self.xl, "CharColor")
        return (0, 0, 0) if number == AUTOMATIC else color_parts(number)

    @color.setter
    def color(self, value: Any) -> None:
        self.xl.CharColor = color_number(value)


@names_what_is_missing
class Characters(base_classes.Characters):
    """A stretch of a text, counted from 0 as Python does."""

    def __init__(self, text: Any, start: int | None = None, stop: int | None = None) -> None:
        self._text = text
        self._start = start
        self._stop = stop

    @property
    def xl(self) -> Any:
        """LibreOffice's object for the stretch: the whole cell or shape, or a cursor over a part of its text."""
        if self._start is None and self._stop is None:
            return self._text
        start, stop, _ = slice(self._start, self._stop).indices(len(self._text.String))
        cursor = self._text.createTextCursor()
        cursor.gotoStart(False)
        cursor.goRight(start, False)
        cursor.goRight(max(0, stop - start), True)
        return cursor

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def text(self) -> str:
        return str(self.xl.String)

    @property
    def font(self) -> Font:
        return Font(self.xl)

    def __getitem__(self, item: int | slice) -> Characters:
        length = len(self._text.String)
        chosen = item if isinstance(item, slice) else slice(item, item + 1 or None)
        if isinstance(item, int) and not -length <= item < length:
            raise IndexError(item)
        return Characters(self._text, *chosen.indices(length)[:2])
