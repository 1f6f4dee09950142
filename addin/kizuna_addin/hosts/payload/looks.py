"""How cells look: set by actions; read back only where this run set it, since no client tells looks."""

from __future__ import annotations

from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts.files.areas import Area
from kizuna_addin.hosts.files.formats import rgb
from kizuna_addin.hosts.payload.missing import names_what_is_missing, unsupported


class KnownLooks:
    """What was set on one sheet in this run, latest first."""

    def __init__(self) -> None:
        self._set: dict[str, list[tuple[Area, Any]]] = {}

    def keep(self, name: str, area: Area, value: Any) -> None:
        """Remember what cells were given."""
        known = self._set.setdefault(name, [])
        known[:] = [(area, value), *((old, one) for old, one in known if not area.holds(old))]

    def find(self, name: str, area: Area) -> Any:
        """Return what all the cells were given; raises NotImplementedError where that is not known."""
        for known, value in self._set.get(name, ()):
            if known.holds(area):
                return value
            if known.meets(area):
                break
        raise unsupported(f"Reading {name} of cells that were not given one just now")

    def forget(self) -> None:
        """Know nothing more: cells were moved."""
        self._set.clear()


def color_text(color: Any) -> str:
    """Return a colour as the protocol writes it."""
    return "#{:02X}{:02X}{:02X}".format(*rgb(color))


@names_what_is_missing
class Font(base_classes.Font):
    """The letters of a range."""

    def __init__(self, cells: Any) -> None:
        self._cells = cells

    def _get(self, name: str) -> Any:
        return self._cells.looks.find(f"font.{name}", self._cells.first_area)

    def _set(self, name: str, value: Any, shown: Any = None) -> None:
        self._cells.record("kizunaFont", name, value)
        self._cells.looks.keep(f"font.{name}", self._cells.area, value if shown is None else shown)

    bold = property(lambda self: self._get("bold"), lambda self, value: self._set("bold", bool(value)))
    italic = property(lambda self: self._get("italic"), lambda self, value: self._set("italic", bool(value)))
    size = property(lambda self: self._get("size"), lambda self, value: self._set("size", float(value)))
    name = property(lambda self: self._get("name"), lambda self, value: self._set("name", str(value)))
    color = property(
        lambda self: self._get("color"), lambda self, value: self._set("color", color_text(value), rgb(value))
    )
