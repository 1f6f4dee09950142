"""Pictures and other shapes that lie on a sheet."""

from __future__ import annotations

import itertools
import numbers
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from .bridge import file_url, properties, struct
from .fonts import Characters, Font
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .sheets import Sheet

_PICTURE = "com.sun.star.drawing.GraphicObjectShape"
_TYPES = {
    _PICTURE: "picture",
    "com.sun.star.drawing.OLE2Shape": "chart",
    "com.sun.star.drawing.LineShape": "line",
    "com.sun.star.drawing.GroupShape": "group",
    "com.sun.star.drawing.TextShape": "text_box",
    "com.sun.star.drawing.ControlShape": "form_control",
}
# A screen's pixel in 1/100 mm, for pictures that do not say how large they are.
_PIXEL = 2540 / 96


def points(hundredths: float) -> float:
    """Return points from 1/100 mm, rounded so that a whole point set is a whole point read."""
    return round(hundredths * 72 / 2540, 1)


class _Placed:
    """What a shape on a sheet and a picture have in common: a name, a place and a size in points."""

    def __init__(self, sheet: Sheet, xl: Any) -> None:
        self.sheet = sheet
        self.xl = xl

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def parent(self) -> Sheet:
        return self.sheet

    @property
    def name(self) -> str:
        return str(self.xl.Name)

    @name.setter
    def name(self, value: str) -> None:
        self.xl.Name = value

    @property
    def left(self) -> float:
        return points(self.xl.Position.X)

    @left.setter
    def left(self, value: float) -> None:
        self._place(left=value)

    @property
    def top(self) -> float:
        return points(self.xl.Position.Y)

    @top.setter
    def top(self, value: float) -> None:
        self._place(top=value)

    @property
    def width(self) -> float:
        return points(self.xl.Size.Width)

    @width.setter
    def width(self, value: float) -> None:
        self._place(width=value)

    @property
    def height(self) -> float:
        return points(self.xl.Size.Height)

    @height.setter
    def height(self, value: float) -> None:
        self._place(height=value)

    def _place(self, **sides: float) -> None:
        at, size = self.xl.Position, self.xl.Size
        x, y = _hundredths(sides.get("left"), at.X), _hundredths(sides.get("top"), at.Y)
        width, height = _hundredths(sides.get("width"), size.Width), _hundredths(sides.get("height"), size.Height)
        self.xl.setSize(struct("com.sun.star.awt.Size", Width=width, Height=height))
        self.xl.setPosition(struct("com.sun.star.awt.Point", X=x, Y=y))

    def delete(self) -> None:
        self.sheet.xl.DrawPage.remove(self.xl)


def _hundredths(value: float | None, present: int) -> int:
    return present if value is None else round(value * 2540 / 72)


@names_what_is_missing
class Shape(_Placed, base_classes.Shape):
    """Anything drawn on a sheet."""

    @property
    def type(self) -> str:
        return _TYPES.get(str(self.xl.ShapeType), "auto_shape")

    @property
    def index(self) -> int:
        return [shape.name for shape in self.sheet.shapes].index(self.name) + 1

    def activate(self) -> None:
        self.sheet.activate()
        self.sheet.book.controller.select(self.xl)

    def _scale(self, factor: float, relative_to_original_size: bool, side: str) -> None:
        if relative_to_original_size:
            raise NotImplementedError("Shape.scale relative to the original size is not available in LibreOffice")
        # Excel locks a picture's proportions, so one side takes the other along.
        if self.type == "picture":
            self._place(width=self.width * factor, height=self.height * factor)
        else:
            self._place(**{side: getattr(self, side) * factor})

    def scale_height(self, factor: float, relative_to_original_size: bool, scale: str) -> None:  # noqa: ARG002
        self._scale(factor, relative_to_original_size, "height")

    def scale_width(self, factor: float, relative_to_original_size: bool, scale: str) -> None:  # noqa: ARG002
        self._scale(factor, relative_to_original_size, "width")

    @property
    def text(self) -> str | None:
        return str(self.xl.String) if hasattr(self.xl, "String") else None

    @text.setter
    def text(self, value: str) -> None:
        self.xl.String = value

    @property
    def font(self) -> Font:
        return Font(self.xl)

    @property
    def characters(self) -> Characters:
        return Characters(self.xl)


@names_what_is_missing
class Picture(_Placed, base_classes.Picture):
    """A picture on a sheet."""

    def index(self) -> int:
        return [picture.name for picture in self.sheet.pictures].index(self.name) + 1

    @property
    def lock_aspect_ratio(self) -> bool:
        return bool(getattr(self.xl, "SizeProtect", False))

    @lock_aspect_ratio.setter
    def lock_aspect_ratio(self, value: bool) -> None:
        self.xl.SizeProtect = bool(value)

    def update(self, filename: str) -> Picture:
        """Show another file in the same place."""
        self.xl.Graphic = _graphic(self.sheet, filename)
        return self


class _Drawn(base_classes.Collection):
    """The shapes of a sheet that a kind of collection shows."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    @property
    def api(self) -> Any:
        return self.sheet.xl.DrawPage

    @property
    def parent(self) -> Sheet:
        return self.sheet

    def _shapes(self) -> list[Any]:
        page = self.sheet.xl.DrawPage
        return [page.getByIndex(number) for number in range(page.Count)]

    def _all(self) -> list[Any]:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Any]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __contains__(self, key: Any) -> bool:
        if isinstance(key, numbers.Number):
            return 1 <= int(key) <= len(self)  # type: ignore[call-overload,no-any-return]
        return any(item.name == key for item in self._all())

    def __call__(self, key: Any) -> Any:
        if isinstance(key, numbers.Number):
            return self._all()[int(key) - 1]  # type: ignore[call-overload]
        for item in self._all():
            if item.name == key:
                return item
        raise KeyError(key)


@names_what_is_missing
class Shapes(_Drawn):
    """Everything drawn on a sheet."""

    def _all(self) -> list[Any]:
        # A note's box is a shape, too, of which Excel's list says nothing.
        return [Shape(self.sheet, xl) for xl in self._shapes() if xl.ShapeType != "com.sun.star.drawing.CaptionShape"]


@names_what_is_missing
class Pictures(_Drawn, base_classes.Pictures):
    """The pictures on a sheet."""

    def _all(self) -> list[Any]:
        return [Picture(self.sheet, xl) for xl in self._shapes() if xl.ShapeType == _PICTURE]

    def add(
        self,
        filename: str,
        link_to_file: Any,
        save_with_document: Any,  # noqa: ARG002
        left: float | None,
        top: float | None,
        width: float | None,
        height: float | None,
        anchor: Any = None,
    ) -> Picture:
        """Put a picture on the sheet, in its own size where none (or -1) is given."""
        if link_to_file:
            raise NotImplementedError("Pictures.add with link_to_file is not available in LibreOffice")
        graphic = _graphic(self.sheet, filename)
        natural = _natural_size(graphic)
        xl = self.sheet.book.xl.createInstance(_PICTURE)
        self.sheet.xl.DrawPage.add(xl)
        xl.Graphic = graphic
        picture = Picture(self.sheet, xl)
        picture.name = next(name for n in itertools.count(1) if (name := f"Picture {n}") not in self)
        if anchor is not None:
            cells = getattr(anchor, "impl", anchor)
            left, top = cells.left, cells.top
        picture._place(  # noqa: SLF001 - one call places all four sides
            left=left or 0,
            top=top or 0,
            width=natural[0] if width in (None, -1) else width,
            height=natural[1] if height in (None, -1) else height,
        )
        return picture


def _graphic(sheet: Sheet, filename: str) -> Any:
    return sheet.book.app.graphics.queryGraphic(properties(URL=file_url(Path(filename).resolve())))


def _natural_size(graphic: Any) -> tuple[float, float]:
    """Return a picture's width and height in points: what it says itself, else its pixels on a screen."""
    size = graphic.Size100thMM
    width, height = size.Width, size.Height
    if not width or not height:
        width, height = graphic.SizePixel.Width * _PIXEL, graphic.SizePixel.Height * _PIXEL
    return width * 72 / 2540, height * 72 / 2540
