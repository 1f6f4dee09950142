"""Run a workbook's own Basic macros."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .books import Book


def run(book: Book, name: str, args: Any) -> Any:
    """Call `Module.Macro` or `Macro` of a workbook and return what it returns; raises KeyError where there is none."""
    wanted_module, _, macro = name.rpartition(".")
    libraries = book.xl.BasicLibraries
    definition = re.compile(rf"(?im)^\s*((public|private)\s+)?(sub|function)\s+{re.escape(macro)}\b")
    for library in libraries.ElementNames:
        if not libraries.isLibraryLoaded(library):
            libraries.loadLibrary(library)
        modules = libraries.getByName(library)
        for module in modules.ElementNames:
            source = modules.getByName(module)
            if wanted_module in ("", module) and definition.search(source):
                given = tuple(_argument(book, value, vba="Option VBASupport 1" in source) for value in args)
                url = f"vnd.sun.star.script:{library}.{module}.{macro}?language=Basic&location=document"
                script = book.xl.ScriptProvider.getScript(url)
                result = script.invoke(given, (), ())[0]
                # A Sub returns nothing, which xlwings gives as "" wherever there is no COM.
                return "" if result is None and sys.platform != "win32" else result
    raise KeyError(name)


def _argument(book: Book, value: Any, *, vba: bool) -> Any:
    """Return what Basic takes for an argument: a range as LibreOffice's object, for VBA as VBA's Range."""
    impl = getattr(value, "impl", value)
    xl = getattr(impl, "xl", impl)
    if vba and hasattr(xl, "supportsService") and xl.supportsService("com.sun.star.sheet.SheetCellRange"):
        context = book.app.office.context
        service = "ooo.vba.excel.Range"
        return context.ServiceManager.createInstanceWithArgumentsAndContext(service, (None, xl), context)
    return xl
