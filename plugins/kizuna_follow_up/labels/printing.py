"""The PDF of labels and the picture that shows them beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from kizuna_follow_up.labels.address import Recipient
from kizuna_follow_up.labels.fonts import LabelFont
from kizuna_follow_up.labels.layout import POINT, Labels, PlacedText, lay_out
from kizuna_follow_up.labels.sheets import LabelSheet

PREVIEW_DPI = 110
OUTLINE = (190, 200, 215)
USED = (250, 252, 255)


@dataclass(frozen=True, slots=True)
class Printout:
    """Labels ready to print; ``lacking`` are letters printed as 〓 because the font has none."""

    labels: Labels
    pdf: bytes
    lacking: str


def print_labels(recipients: Iterable[Recipient], sheet: LabelSheet, font: LabelFont, *, start: int = 1) -> Printout:
    """Return the PDF of these customers' labels, with the font embedded and who was left off."""
    labels = lay_out(recipients, sheet, font.measure, start=start)
    lacking = font.lacks("".join(text.text for page in labels.pages for text in page.texts))
    return Printout(labels, pdf(labels, font), lacking)


def pdf(labels: Labels, font: LabelFont) -> bytes:
    """Return the labels as PDF; sheets without a label give one blank page, since a PDF has at least one."""
    return draw([page.texts for page in labels.pages], labels.sheet.paper, font, title="Kizuna labels")


def draw(pages: Iterable[Iterable[PlacedText]], paper: tuple[float, float], font: LabelFont, *, title: str) -> bytes:
    """Return a PDF of placed texts, with the font embedded; ``paper`` is width and height in millimetres."""
    # Every server process knows how to print, few ever do: reportlab and Pillow come when they are wanted.
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(font.face)
    wide, tall = (side / POINT for side in paper)
    out = BytesIO()
    canvas = Canvas(out, pagesize=(wide, tall), pageCompression=1, initialFontName=font.name)
    canvas.setTitle(title)
    canvas.setAuthor("Kizuna")
    # Printers otherwise shrink a page to their margins, and every label moves.
    canvas.setViewerPreference("PrintScaling", "None")
    for texts in pages:
        for text in texts:
            canvas.setFont(font.name, text.size)
            canvas.drawString(text.x / POINT, tall - text.y / POINT, font.printable(text.text))
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def preview(labels: Labels, font: LabelFont, *, page: int = 0, dpi: int = PREVIEW_DPI) -> bytes:
    """Return a PNG of one sheet with the labels' outlines; positions left free by the start position stay grey."""
    from PIL import Image, ImageDraw, ImageFont

    pixels = dpi / 25.4
    size = tuple(round(side * pixels) for side in labels.sheet.paper)
    picture = Image.new("RGB", (size[0], size[1]), "white")
    draw = ImageDraw.Draw(picture)
    sheet = labels.sheet
    used = labels.pages[page].positions if page < len(labels.pages) else ()
    for position in range(1, sheet.count + 1):
        x, y = sheet.corner(position)
        box = [x * pixels, y * pixels, (x + sheet.width) * pixels - 1, (y + sheet.height) * pixels - 1]
        draw.rounded_rectangle(
            box, radius=2 * pixels, outline=OUTLINE, fill=USED if position in used else (236, 236, 236)
        )
    for text in labels.pages[page].texts if page < len(labels.pages) else ():
        letters = ImageFont.truetype(font.path, text.size * POINT * pixels)
        draw.text(
            (text.x * pixels, text.y * pixels), font.printable(text.text), fill="black", font=letters, anchor="ls"
        )
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
