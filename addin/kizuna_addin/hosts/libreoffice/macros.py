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
            if wanted_module in ("", module) and definition.search(modules.getByName(module)):
                url = f"vnd.sun.star.script:{library}.{module}.{macro}?language=Basic&location=document"
                script = book.xl.ScriptProvider.getScript(url)
                result = script.invoke(tuple(_argument(value) for value in args), (), ())[0]
                # A Sub returns nothing, which xlwings gives as "" wherever there is no COM.
                return "" if result is None and sys.platform != "win32" else result
    raise KeyError(name)


def _argument(value: Any) -> Any:
    """Return a range as its UNO object; Basic knows nothing of xlwings."""
    impl = getattr(value, "impl", value)
    return getattr(impl, "xl", impl)
