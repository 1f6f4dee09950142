"""Odd and hostile workbooks: opened right, or refused with a name, a reason and a cure."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from kizuna_addin.hosts import errors, files
from kizuna_addin.hosts.files import cells, loading, package, saving

STRICT = '<?xml version="1.0"?><workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
ALL_MERGED = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/>'
    '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
)
BOMBS = {
    "billion_laughs_sst.xlsx": errors.HostileBookError,
    "dup_entry.xlsx": errors.HostileBookError,
    "many_cols_sheets.xlsx": errors.HostileBookError,
    "many_entries.xlsx": errors.HostileBookError,
    "ratio_sheet.xlsx": errors.HostileBookError,
    "ratio_sst.xlsx": errors.HostileBookError,
    "traversal_entry.xlsx": errors.HostileBookError,
    "xxe_file.xlsx": errors.HostileBookError,
    "deep_nest.xlsx": None,
    "dim_lies.xlsx": None,
    "far_cell.xlsx": None,
}


def shared_data(name: str) -> Path:
    import os

    for folder in Path(__file__).resolve().parents:
        found = folder.parent / "shared/data" / name
        if found.exists():
            return found
    if os.environ.get("KIZUNA_REQUIRE_ALL") == "1":
        pytest.fail(f"shared/data/{name} is not here")
    pytest.skip(f"shared/data/{name} is not beside this checkout")


def workbook_bytes(**changes: str | bytes | None) -> bytes:
    """Return a small workbook with parts replaced, added or (``None``) left out; ``__`` stands for ``/``."""
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    parts = {}
    with zipfile.ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in changes.items():
        path = name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin").replace("_png", ".png")
        if content is None:
            parts.pop(path)
        else:
            parts[path] = content.encode() if isinstance(content, str) else content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_every_odd_workbook_opens_and_saves_or_is_refused_in_seconds() -> None:
    opened, refused, slow = 0, [], []
    for path in sorted(shared_data("odd_files").rglob("*")):
        if path.suffix not in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"):
            continue
        started = time.process_time()
        try:
            workbook = loading.load(path, accept_losses=frozenset({"all"}))
        except errors.BookError as refusal:
            refused.append((path.name, refusal.message))
            continue
        formats = cells.Formats(workbook)
        for sheet in workbook.worksheets:
            area = cells.used(sheet)
            if area.rows * area.columns < 1_000_000:
                cells.read(sheet, area, formats)
        saved = io.BytesIO()
        saving.write_package(workbook, saved)
        package.checked(path.name, saved.getvalue())
        opened += 1
        if time.process_time() - started > 20:
            slow.append(path.name)

    assert (opened > 130, len(refused) < 30, slow) == (True, True, [])
    assert all(name in message.ja and name in message.en for name, message in refused)


def test_what_openpyxl_and_the_corpus_list_as_readable_is_read_the_same() -> None:
    path = next(shared_data("odd_files").rglob("*1_NoIden.xlsx"))
    ours = loading.load(path)
    theirs = openpyxl.load_workbook(path)

    for sheet in theirs.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None and not cell.is_date:
                    assert ours[sheet.title][cell.coordinate].value == cell.value


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bombs")
    script = shared_data("payloads") / "gen_bombs.py"
    subprocess.run([sys.executable, str(script), str(folder)], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_no_bomb_takes_time_or_memory(bombs: Path, name: str) -> None:
    program = (
        "import resource, sys; from pathlib import Path; from kizuna_addin.hosts import errors;"
        "from kizuna_addin.hosts.files import loading\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "try: loading.load(Path(sys.argv[1])); print('opened')\n"
        "except errors.BookError as error: print(type(error).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(bombs / name)], capture_output=True, text=True, timeout=60, check=False,
        env={"PYTHONPATH": ":".join(p for p in sys.path if p)},
    )  # fmt: skip

    wanted = BOMBS[name]
    assert done.stdout.strip() == (wanted.__name__ if wanted else "opened"), done.stderr


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", errors.NotAWorkbookError),
        (b"a,b\n1,2\n", errors.NotAWorkbookError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, errors.OldExcelBookError),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), errors.EncryptedBookError),
        (workbook_bytes()[:2000], errors.DamagedBookError),
        (workbook_bytes()[:-30], errors.DamagedBookError),
        (workbook_bytes(xl__workbook_xml=STRICT), errors.StrictBookError),
        (workbook_bytes(xl__workbook_xml=None), errors.DamagedBookError),
        (workbook_bytes(xl__styles_xml="<broken"), errors.DamagedBookError),
        (workbook_bytes(xl__worksheets__sheet1_xml=ALL_MERGED), errors.HostileBookError),
    ],
    ids=["empty", "csv", "xls", "password", "cut", "no directory", "strict", "no workbook", "broken styles", "all merged"],
)  # fmt: skip
def test_what_cannot_be_opened_is_refused_by_name_and_stays_as_it_was(
    tmp_path: Path, content: bytes, error: type[errors.BookError]
) -> None:
    path = tmp_path / "顧客.xlsx"
    path.write_bytes(content)

    with pytest.raises(error) as refusal:
        files.open_book(path)

    assert "顧客.xlsx" in refusal.value.message.ja
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("part", "content", "key"),
    [
        ("xl__charts__chart1_xml", "<c:chart/>", "charts"),
        ("xl__pivotTables__pivotTable1_xml", "<pivot/>", "pivots"),
        ("xl__slicers__slicer1_xml", "<slicer/>", "slicers"),
        ("xl__threadedComments__threadedComment1_xml", "<t/>", "threads"),
        ("xl__ctrlProps__ctrlProp1_xml", "<t/>", "controls"),
        ("xl__vbaProject_bin", b"\0", "macros"),
        ("xl__drawings__drawing1_xml", "<xdr:wsDr><xdr:pic/></xdr:wsDr>", "pictures"),
        ("xl__metadata_xml", "<metadata><t name='XLDAPR'/></metadata>", "dynamic_arrays"),
    ],
)
def test_what_saving_would_lose_is_named_before_anything_opens(
    tmp_path: Path, part: str, content: str | bytes, key: str
) -> None:
    path = tmp_path / "大事.xlsx"
    path.write_bytes(workbook_bytes(**{part: content}))

    with pytest.raises(errors.LossyBookError) as refusal:
        files.open_book(path)

    assert key in refusal.value.details["losses"]
    book = files.open_book(path, accept_losses={key})
    assert book.sheets[0].used_range.value is None
    book.app.quit()
