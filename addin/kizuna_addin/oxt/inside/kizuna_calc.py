"""Inside LibreOffice: the menu's verbs and the functions in cells, both handed on to the add-in's own Python.

This file runs in whatever Python LibreOffice carries, so it uses the standard library and UNO alone. What it hands on to is
named in ``kizuna.json`` beside it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import threading
import time
from functools import cache
from pathlib import Path
from typing import Any

import unohelper
from com.sun.star.bridge import XInstanceProvider
from com.sun.star.lang import XServiceInfo
from com.sun.star.task import XJob, XJobExecutor

CELLS, START, VERBS = "org.kizuna.Cells", "org.kizuna.Start", "org.kizuna.Verbs"
LIBRARY, MODULE = "Standard", "KizunaFunctions"
MEMORY = "_kizuna"
PYTHON_VARIABLE = "KIZUNA_ADDIN_PYTHON"
# Of a sheet that is looked at for neighbours; larger ones are asked cell by cell.
MOST_CELLS = 1_500_000
_SHEET_NAME = re.compile(r"\$?('(?:[^']|'')+'|[^\s'\"()+\-*/;,&=<>^.$]+)\.(?=\$?[A-Z]{1,3}\$?\d)")


def settings() -> dict[str, Any]:
    """Return what the extension was built with: the Python of the add-in, the functions' names, texts."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "kizuna.json").read_text(encoding="utf-8"))
    found["python"] = os.environ.get(PYTHON_VARIABLE) or found["python"]
    return found


def start(python: str, *arguments: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """Start the add-in's Python without the paths that LibreOffice sets for its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.Popen(
        [python, "-m", "kizuna_addin.oxt", *arguments], env=kept, stderr=subprocess.DEVNULL, **pipes
    )


class Worker:
    """The add-in's own process for functions, started at the first call and again when it has ended."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        self._tried = float("-inf")

    def ask(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Return the answer to one message, None when the process cannot be had."""
        for _ in range(2):
            process = self._running()
            if process is None:
                return None
            try:
                process.stdin.write(json.dumps(message).encode() + b"\n")  # type: ignore[union-attr]
                process.stdin.flush()  # type: ignore[union-attr]
                line = process.stdout.readline()  # type: ignore[union-attr]
                if line:
                    answer: dict[str, Any] = json.loads(line)
                    return answer
            except (OSError, ValueError):
                pass
            self._process = None
        return None

    def _running(self) -> subprocess.Popen[bytes] | None:
        if self._process is not None and self._process.poll() is None:
            return self._process
        if time.monotonic() - self._tried < 5:
            return None
        self._tried = time.monotonic()
        try:
            self._process = start(self._python, "cells", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        except OSError:
            self._process = None
        return self._process


class Service(unohelper.Base, XServiceInfo):  # type: ignore[misc]
    """What every service tells of itself."""

    name = ""

    def getImplementationName(self) -> str:  # noqa: N802
        """Return the name in ``kizuna.components``."""
        return self.name

    def supportsService(self, name: str) -> bool:  # noqa: N802
        """Say yes to the service of the same name."""
        return name == self.name

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        """Return the service of the same name."""
        return (self.name,)


class Questions:
    """The functions in the cells of one LibreOffice."""

    def __init__(self, known: dict[str, Any]) -> None:
        self._names: list[str] = known["functions"]
        self._no_python: str = known["no_python"]
        self._worker = Worker(known["python"])
        self._lock = threading.RLock()
        self._looking = False

    def answer(self, function: str, given: list[Any], document: Any) -> Any:
        """Return what goes into the calling cell: a value, or lines of values."""
        book = "" if document is None else document.URL or document.RuntimeUID
        with self._lock:
            answer = self._worker.ask({"function": function, "arguments": given, "book": book})
            if answer is not None and "need" in answer:
                sheets, memory = ([], []) if document is None else (self._sheets(document), _memory(document))
                answer = self._worker.ask({"memory": memory, "sheets": sheets})
        if answer is None:
            return self._no_python
        value = answer.get("answer", "")
        return tuple(tuple(line) for line in value) if isinstance(value, list) else value

    def _sheets(self, document: Any) -> list[dict[str, Any]]:
        # Looking at a cell may make Calc compute another of ours; that one is asked for on its own.
        if self._looking:
            return []
        self._looking = True
        try:
            return [_read(sheet, self._names) for sheet in _looked_at(document)]
        finally:
            self._looking = False


@cache
def questions() -> Questions:
    """Return this LibreOffice's only one: its process and answers last between calls."""
    return Questions(settings())


class Cells(Service, XJob):  # type: ignore[misc]
    """What the Basic of a function calls."""

    name = CELLS

    def __init__(self, _context: Any) -> None:
        pass

    def execute(self, orders: Any) -> Any:
        """Answer one call: ``function``, ``arguments`` and the ``document`` that is being computed."""
        given = {one.Name: one.Value for one in orders}
        document = given.get("document")
        if not hasattr(document, "Sheets"):
            document = None
        return questions().answer(str(given["function"]), list(given.get("arguments") or ()), document)


class Start(Service, XJob):  # type: ignore[misc]
    """Puts the functions' module into the person's own Basic library when LibreOffice starts."""

    name = START

    def __init__(self, context: Any) -> None:
        self._context = context

    def execute(self, _orders: Any) -> None:
        """Write the module where it is missing or older than the extension."""
        source = (Path(__file__).parent / "functions.bas").read_text(encoding="utf-8")
        manager = self._context.ServiceManager
        libraries = manager.createInstanceWithContext(
            "com.sun.star.script.ApplicationScriptLibraryContainer", self._context
        )
        if not libraries.hasByName(LIBRARY):
            libraries.createLibrary(LIBRARY)
        libraries.loadLibrary(LIBRARY)
        library = libraries.getByName(LIBRARY)
        if not library.hasByName(MODULE):
            library.insertByName(MODULE, source)
        elif library.getByName(MODULE) != source:
            library.replaceByName(MODULE, source)


def _looked_at(document: Any) -> list[Any]:
    sheets = [document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)]
    return [sheet for sheet in sheets if sheet.Name != MEMORY]


def _used(sheet: Any) -> Any:
    cursor = sheet.createCursor()
    cursor.gotoStartOfUsedArea(False)
    cursor.gotoEndOfUsedArea(True)
    return cursor


def _read(sheet: Any, names: list[str]) -> dict[str, Any]:
    """Return a sheet's formulas in Excel's notation and its values; no formula of ours is computed for that."""
    used = _used(sheet)
    area = used.RangeAddress
    found = {"name": sheet.Name, "top": area.StartRow + 1, "left": area.StartColumn + 1, "texts": [], "values": []}
    if (area.EndRow - area.StartRow + 1) * (area.EndColumn - area.StartColumn + 1) > MOST_CELLS:
        return found
    ours = re.compile(r"(?<![A-Z0-9_.])(?:" + "|".join(map(re.escape, names)) + r")\(", re.IGNORECASE)
    for row, line in enumerate(used.getFormulaArray()):
        texts, values = [], []
        for column, text in enumerate(line):
            if text.startswith(("=", "{=")):
                text = as_excel(text)
                texts.append(text)
                values.append(None if ours.search(text) else _value(used.getCellByPosition(column, row)))
            else:
                texts.append(None)
                values.append(_constant(text))
        found["texts"].append(texts)
        found["values"].append(values)
    return found


def as_excel(formula: str) -> str:
    """Return a formula of Calc in Excel's notation of other sheets, without the braces of an array."""
    return _SHEET_NAME.sub(lambda sheet: f"{sheet[1]}!", formula.strip("{}"))


def _constant(text: str) -> Any:
    if text == "":
        return None
    if text.startswith("'"):
        return text[1:]
    try:
        return float(text)
    except ValueError:
        return text


def _value(cell: Any) -> Any:
    if cell.getError():
        return None
    return cell.Value if cell.FormulaResultType2 == 1 else cell.String


def _memory(document: Any) -> list[list[str]]:
    """Return the lines of the workbook's memory that name its server."""
    if not document.Sheets.hasByName(MEMORY):
        return []
    lines = _used(document.Sheets.getByName(MEMORY)).getDataArray()
    return [[cell for cell in line if isinstance(cell, str) and cell] for line in lines if line and line[0] == "book"]


class Verbs(Service, XJobExecutor):  # type: ignore[misc]
    """The menu: each verb runs in the add-in's own process, which joins this LibreOffice through a pipe."""

    name = VERBS

    def __init__(self, context: Any) -> None:
        self._context = context

    def trigger(self, verb: str) -> None:
        """Do a verb on the document in front; return at once."""
        known = settings()
        manager = self._context.ServiceManager
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", self._context)
        document = desktop.getCurrentComponent()
        if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return
        name = f"kizuna{os.getpid()}x{secrets.token_hex(8)}"
        threading.Thread(target=self._let_in, args=(name,), daemon=True).start()
        connection = f"uno:pipe,name={name};urp;StarOffice.ComponentContext"
        try:
            start(known["python"], "press", verb, "--connection", connection, "--document", document.RuntimeUID)
        except OSError:
            self._say(document, known["no_python"])

    def _let_in(self, name: str) -> None:
        """Accept one connection through a pipe that nobody else knows."""
        manager = self._context.ServiceManager
        acceptor = manager.createInstanceWithContext("com.sun.star.connection.Acceptor", self._context)
        connection = acceptor.accept(f"pipe,name={name}")
        acceptor.stopAccepting()
        if connection is not None:
            factory = manager.createInstanceWithContext("com.sun.star.bridge.BridgeFactory", self._context)
            factory.createBridge("", "urp", connection, Door(self._context))

    @staticmethod
    def _say(document: Any, text: str) -> None:
        window = document.CurrentController.Frame.ContainerWindow
        window.Toolkit.createMessageBox(window, _message_box("ERRORBOX"), 1, "Kizuna", text).execute()


def _message_box(kind: str) -> Any:
    import uno

    return uno.Enum("com.sun.star.awt.MessageBoxType", kind)


class Door(unohelper.Base, XInstanceProvider):  # type: ignore[misc]
    """Gives whoever comes through the pipe this LibreOffice's component context."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def getInstance(self, name: str) -> Any:  # noqa: N802
        """Return the context under its usual name."""
        return self._context if name == "StarOffice.ComponentContext" else None


g_ImplementationHelper = unohelper.ImplementationHelper()  # noqa: N816  # LibreOffice looks for this name
for _service in (Cells, Start, Verbs):
    g_ImplementationHelper.addImplementation(_service, _service.name, (_service.name,))
