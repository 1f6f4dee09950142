"""Workbooks: open, save, close, and what belongs to a whole document."""

from __future__ import annotations

import numbers
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from kizuna_addin.hosts.durable import sync_folder

from . import extras, files, locks, macros
from .bridge import file_path, file_url, properties, struct, typed_any
from .errors import BookLockedError, CannotOpenError, CannotSaveError, LibreOfficeError
from .names import Names
from .one_font import OneFont
from .sheets import Sheets
from .unsupported import names_what_is_missing

if TYPE_CHECKING:
    from .app import App

# com.sun.star.document.MacroExecMode
_NEVER_RUN_MACROS, _RUN_MACROS = 0, 4
# com.sun.star.document.UpdateDocMode
_NO_UPDATE, _FULL_UPDATE = 0, 3
# com.sun.star.sheet.FormulaLanguage and the address convention of Office Open XML
_EXCEL_NAMES, _EXCEL_ADDRESSES, _ALL_GROUPS = 4, 3, 0x7FFFFFFF


@names_what_is_missing
class Books(base_classes.Books):
    """The open workbooks of one office, in the order they were opened."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._books: list[Book] = []
        self._active: Book | None = None
        self._made = 0

    @property
    def api(self) -> Any:
        return self.app.desktop.Components

    @property
    def active(self) -> Book | None:
        if self._active is None and self._books:
            self._active = self._books[-1]
        return self._active

    def activate(self, book: Book) -> None:
        self._active = book
        self.app.activate()

    def __call__(self, key: Any) -> Book:
        if isinstance(key, numbers.Number):
            return self._books[int(key) - 1]  # type: ignore[call-overload]
        for book in self._books:
            if str(key).lower() in (book.name.lower(), book.fullname.lower()):
                return book
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self._books)

    def __iter__(self) -> Iterator[Book]:
        return iter(list(self._books))

    def add(self) -> Book:
        self._made += 1
        # Not hidden: a hidden document loses its frozen panes when it is saved, and our office shows no window anyway.
        document = self._load("private:factory/scalc")
        book = Book(self, document, title=f"Book{self._made}")
        book.look_like_excel()
        return self._opened(book)

    def open(
        self,
        fullname: str | Path,
        update_links: bool | None = None,
        read_only: bool | None = None,
        format: str | None = None,  # noqa: A002, ARG002
        password: str | None = None,
        *_more: Any,
        **_options: Any,
    ) -> Book:
        """Open a workbook. Raises BookLockedError and CannotOpenError."""
        path = Path(fullname).resolve()
        settings: dict[str, Any] = {
            "ReadOnly": bool(read_only),
            "MacroExecutionMode": _RUN_MACROS if self.app.engine.allow_macros else _NEVER_RUN_MACROS,
            "UpdateDocMode": _FULL_UPDATE if update_links else _NO_UPDATE,
        }
        if password:
            settings["Password"] = password
        if filter_name := files.READERS.get(path.suffix.lower()):
            settings["FilterName"] = filter_name
        if path.suffix.lower() == ".csv":
            settings["FilterOptions"] = files.CSV_OPTIONS
        locks.remove_stale(path)
        holder = None if read_only else locks.holder(path)
        if holder is not None:
            raise BookLockedError(path, holder)
        document = self._load(file_url(path), **settings)
        if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            raise CannotOpenError(path)
        book = Book(self, document, path=path)
        if files.is_package(path):
            book.extras = extras.read(path)
            if not read_only:
                OneFont(document).begin()
        return self._opened(book)

    def adopt(self) -> None:
        """Take in the workbooks that a joined office already has open."""
        components = self.app.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            document = components.nextElement()
            if document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                path = Path(file_path(document.URL)) if document.URL.startswith("file:") else None
                self._made += path is None
                book = Book(self, document, path=path, title=f"Book{self._made}")
                if path is not None and files.is_package(path):
                    book.extras = extras.read(path)
                self._books.append(book)

    def forget(self, book: Book) -> None:
        if book in self._books:
            self._books.remove(book)
        if self._active is book:
            self._active = None

    def _load(self, url: str, **settings: Any) -> Any:
        try:
            return self.app.desktop.loadComponentFromURL(url, "_blank", 0, properties(**settings))
        except Exception as error:
            # UNO's exceptions are generated classes without a common importable base.
            raise CannotOpenError(url, str(error)) from error

    def _opened(self, book: Book) -> Book:
        book.xl.enableAutomaticCalculation(self.app.calculation != "manual")
        # Nobody can press Undo in a document without a window, and keeping every bulk write would eat the memory.
        book.xl.UndoManager.lock()
        self._books.append(book)
        self._active = book
        return book


@names_what_is_missing
class Book(base_classes.Book):
    """One workbook."""

    def __init__(self, books: Books, document: Any, *, path: Path | None = None, title: str = "") -> None:
        self.books = books
        self.xl = document
        self.path = path
        self.extras = extras.Extras()
        self._title = title
        self._parser: Any = None
        self._format_kinds: dict[int, int] = {}
        self._view_frozen = False
        self.shifts = 0  # of cells that moved up: LibreOffice then cuts the objects of sheets short (see `Sheet.xl`)

    @property
    def api(self) -> Any:
        return self.xl

    @property
    def app(self) -> App:
        return self.books.app

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self)

    @property
    def fullname(self) -> str:
        return str(self.path) if self.path else self._title

    @property
    def name(self) -> str:
        return self.path.name if self.path else self._title

    @property
    def controller(self) -> Any:
        return self.xl.CurrentController

    @property
    def parser(self) -> Any:
        """LibreOffice's own translator of formulas, set to Excel's notation."""
        if self._parser is None:
            mapper = self.xl.createInstance("com.sun.star.sheet.FormulaOpCodeMapper")
            parser = self.xl.createInstance("com.sun.star.sheet.FormulaParser")
            parser.OpCodeMap = mapper.getAvailableMappings(_EXCEL_NAMES, _ALL_GROUPS)
            parser.FormulaConvention = _EXCEL_ADDRESSES
            self._parser = parser
        return self._parser

    def format_kind(self, key: int) -> int:
        """Return the kind of a number format (com.sun.star.util.NumberFormat) without the mark "defined by a user"."""
        if key not in self._format_kinds:
            self._format_kinds[key] = self.xl.NumberFormats.getByKey(key).Type & ~1
        return self._format_kinds[key]

    def look_like_excel(self) -> None:
        """Give a new workbook the font and the sheet name that a new workbook of Excel has."""
        style = self.xl.StyleFamilies.getByName("CellStyles").getByName("Default")
        style.CharFontName, style.CharHeight = "Calibri", 11.0
        OneFont(self.xl).begin()
        self.xl.Sheets.getByIndex(0).Name = "Sheet1"
        while self.xl.Sheets.Count > 1:
            self.xl.Sheets.removeByName(self.xl.Sheets.getByIndex(1).Name)

    def activate(self) -> None:
        self.books.activate(self)

    def close(self) -> None:
        self.books.forget(self)
        if self.app.copied is not None and self.app.copied.sheet.book is self:
            self.app.copied = None
        self.xl.close(True)

    def save(self, path: str | Path | None = None, password: str | None = None) -> None:
        """Save under the present or another name; a crash while saving leaves the file that was there.

        Raises CannotSaveError, and NotImplementedError for a type LibreOffice cannot write.
        """
        target = Path(os.path.realpath(path or self.path or f"{self._title}.xlsx"))
        if not target.suffix:
            target = target.with_name(target.name + ".xlsx")
        kind = files.writer(target)
        settings: dict[str, Any] = {"FilterName": kind.filter_name, "Overwrite": True}
        if target.suffix.lower() == ".csv":
            settings["FilterOptions"] = files.CSV_OPTIONS
        if password:
            settings["Password"] = password
        patched = files.is_package(target) and not password
        try:
            if file_url(target) == self.xl.URL and not self.app.office.is_ours:
                self._store_in_place(target, kind if patched else None)
            elif file_url(target) == self.xl.URL:
                self._replace(target, settings, kind if patched else None)
            else:
                # Only LibreOffice's own "save as" moves its lock from the old file to the new one.
                files.folder_of(target)
                self.xl.storeAsURL(file_url(target), properties(**settings))
                if patched:
                    extras.write(target, self.extras, main_content_type=kind.main_content_type)
        except LibreOfficeError:
            raise
        except Exception as error:
            raise CannotSaveError(target, str(error)) from error
        self.path = target
        self.xl.setModified(False)

    def _store_in_place(self, target: Path, patched: files.FileType | None) -> None:
        """Save as the person at the window would: a file changed behind its back would make Calc warn at the next save."""
        with OneFont(self.xl) if patched is not None else nullcontext():
            self.xl.store()
        stored = target.stat()
        if patched is not None:
            extras.write(target, self.extras, main_content_type=patched.main_content_type)
        os.utime(target, ns=(stored.st_atime_ns, stored.st_mtime_ns))

    def _replace(self, target: Path, settings: dict[str, Any], patched: files.FileType | None) -> None:
        """Write a new file beside the old one and put it in its place in one step."""
        handle, beside = tempfile.mkstemp(prefix=".kizuna-", suffix=target.suffix, dir=files.folder_of(target))
        os.close(handle)
        try:
            self.xl.storeToURL(file_url(beside), properties(**settings))
            if patched is not None:
                extras.write(Path(beside), self.extras, main_content_type=patched.main_content_type)
            if target.exists():
                shutil.copymode(target, beside)
            with open(beside, "rb+") as written:  # noqa: PTH123 - as tempfile names it
                # A journal is removed after this save: whatever the power does then, the workbook has to be there.
                os.fsync(written.fileno())
            os.replace(beside, target)  # noqa: PTH105
            sync_folder(target.parent)
        finally:
            Path(beside).unlink(missing_ok=True)

    def to_pdf(self, path: str | Path, quality: str | None = None) -> None:
        data = properties(Quality=90 if quality == "standard" else 50, UseLosslessCompression=False)
        value = typed_any("[]com.sun.star.beans.PropertyValue", data)
        self.xl.storeToURL(file_url(Path(path).resolve()), properties(FilterName="calc_pdf_Export", FilterData=value))

    def run_macro(self, name: str, args: Any) -> Any:
        return macros.run(self, name, args)

    @property
    def selection(self) -> Any:
        return self.sheets.active.selection

    def freeze_view(self, frozen: bool) -> None:
        """Stop or start repainting the workbook's windows."""
        if frozen and not self._view_frozen:
            self.xl.lockControllers()
        elif self._view_frozen and not frozen:
            self.xl.unlockControllers()
        self._view_frozen = frozen

    def show_status(self, text: str) -> Any:
        (indicator := self.controller.Frame.createStatusIndicator()).start(text, 0)
        return indicator

    def cell_address(self, sheet_index: int, row: int, column: int) -> Any:
        """Return a UNO cell address; everything counted from 0."""
        return struct("com.sun.star.table.CellAddress", Sheet=sheet_index, Row=row, Column=column)
