"""What a workbook holds that openpyxl would drop on saving, found in the package before it is opened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kizuna_addin.hosts.files.package import Package
from kizuna_addin.messages import Text


@dataclass(frozen=True, slots=True)
class Loss:
    """One kind of content that saving would lose; `key` is what a caller names to accept it."""

    key: str
    text: Text


CHARTS = Loss("charts", Text("グラフ", "charts"))
PICTURES = Loss("pictures", Text("図・写真", "pictures"))
SHAPES = Loss("shapes", Text("図形・テキスト ボックス", "shapes and text boxes"))
PIVOTS = Loss("pivots", Text("ピボットテーブル", "pivot tables"))
CONTROLS = Loss("controls", Text("フォーム コントロール", "form controls"))
SLICERS = Loss("slicers", Text("スライサー・タイムライン", "slicers and timelines"))
THREADS = Loss("threads", Text("スレッド形式のコメント", "threaded comments"))
SPARKLINES = Loss("sparklines", Text("スパークライン", "sparklines"))
EXTENDED_FORMATS = Loss("extended_formats", Text("新しい形式の条件付き書式", "newer conditional formats"))
EXTENDED_CHOICES = Loss(
    "extended_choices", Text("他シートを参照する入力規則", "validation lists that use other sheets")
)
EMBEDDED = Loss("embedded", Text("埋め込みオブジェクト", "embedded objects"))
QUERIES = Loss("queries", Text("外部データの接続・クエリ", "data connections and queries"))
DYNAMIC_ARRAYS = Loss("dynamic_arrays", Text("スピルする数式（動的配列）", "spilling formulas (dynamic arrays)"))
DIALOGS = Loss("dialogs", Text("Excel 4.0 マクロ・ダイアログ シート", "Excel 4.0 macro and dialog sheets"))
RICH_VALUES = Loss("rich_values", Text("リンクされたデータ型・セル内の画像", "linked data types and pictures in cells"))
RIBBON = Loss("ribbon", Text("ブック独自のリボン", "the workbook's own ribbon"))
MACROS = Loss("macros", Text("マクロ", "macros"))

_BY_FOLDER: tuple[tuple[str, Loss], ...] = (
    ("xl/charts/", CHARTS), ("xl/chartsheets/", CHARTS), ("xl/pivotTables/", PIVOTS), ("xl/pivotCache/", PIVOTS),
    ("xl/ctrlProps/", CONTROLS), ("xl/activeX/", CONTROLS), ("xl/slicers/", SLICERS), ("xl/timelines/", SLICERS),
    ("xl/threadedComments/", THREADS), ("xl/embeddings/", EMBEDDED), ("xl/diagrams/", SHAPES),
    ("xl/queryTables/", QUERIES), ("xl/connections.xml", QUERIES), ("xl/dialogsheets/", DIALOGS),
    ("xl/macrosheets/", DIALOGS), ("xl/richData/", RICH_VALUES), ("customUI/", RIBBON),
)  # fmt: skip

_IN_SHEETS: tuple[tuple[bytes, Loss], ...] = (
    (b"sparklineGroup", SPARKLINES),
    (b"x14:conditionalFormatting", EXTENDED_FORMATS),
    (b"x14:dataValidation", EXTENDED_CHOICES),
)

_DRAWING = re.compile(r"xl/drawings/[^/]+\.xml$")


def losses_in(package: Package, *, keeps_macros: bool) -> list[Loss]:
    """Return what saving this workbook would lose, each kind once, in the order a person should hear it."""
    found: dict[str, Loss] = {}
    for loss in _found(package, keeps_macros=keeps_macros):
        found.setdefault(loss.key, loss)
    return list(found.values())


def _found(package: Package, *, keeps_macros: bool) -> Iterator[Loss]:
    for part in package.parts:
        yield from (loss for folder, loss in _BY_FOLDER if part.startswith(folder))
        if part.endswith("vbaProject.bin") and not keeps_macros:
            yield MACROS
        if _DRAWING.match(part):
            yield from _in_drawing(package.read(part))
    with package.archive() as archive:
        for part in package.parts:
            if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                with archive.open(part) as source:
                    yield from _in_sheet(source.read)
    if "xl/metadata.xml" in package.parts and b"XLDAPR" in package.read("xl/metadata.xml"):
        yield DYNAMIC_ARRAYS


def _in_drawing(content: bytes) -> Iterator[Loss]:
    if b"<xdr:pic" in content or b":pic>" in content:
        yield PICTURES
    if any(mark in content for mark in (b":sp>", b"<xdr:sp ", b":cxnSp", b":grpSp")):
        yield SHAPES
    if b":graphicFrame" in content:
        yield CHARTS


def _in_sheet(read: Callable[[int], bytes]) -> Iterator[Loss]:
    tail = b""
    while piece := read(4 * 2**20):
        window = tail + piece
        yield from (loss for mark, loss in _IN_SHEETS if mark in window)
        tail = piece[-64:]
