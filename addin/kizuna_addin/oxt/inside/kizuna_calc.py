"""Inside LibreOffice: the menu's verbs and the functions in cells, both handed on to the add-in's own Python.

This file runs in whatever Python LibreOffice carries, so it uses the standard library and UNO alone. What it hands on to is
named in ``kizuna.json`` beside it.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
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
from org.kizuna import XFunctions

CELLS, START, VERBS = "org.kizuna.Cells", "org.kizuna.Start", "org.kizuna.Verbs"
FUNCTIONS = "org.kizuna.Functions"
# What stands before a function's name in a formula that was entered with the wizard's help.
WIZARDS_PREFIX = "ORG.KIZUNA.FUNCTIONS."
LIBRARY, MODULE = "Standard", "KizunaFunctions"
MEMORY = "_kizuna"
# CellFlags.FORMULA.
FORMULAS = 16
RENAME_SECONDS = 0.2
# The process gives up on the server after eight.
PATIENCE_SECONDS = 60.0
PYTHON_VARIABLE = "KIZUNA_ADDIN_PYTHON"
# Names a file that takes what a person would be told, for a Calc that nobody sits at.
TELL_VARIABLE = "KIZUNA_TELL_FILE"
# Of a sheet that is looked at for neighbours; larger ones are asked cell by cell.
MOST_CELLS = 1_500_000
# So many looks at sheets within so many seconds mean that the asking cells are not there yet.
HURRY_LOOKS, HURRY_SECONDS = 5, 1.0
_WIZARDS = re.compile(re.escape(WIZARDS_PREFIX), re.IGNORECASE)
_SHEET_NAME = re.compile(r"\$?('(?:[^']|'')+'|[^\s'\"()+\-*/;,&=<>^.$]+)\.(?=\$?[A-Z]{1,3}\$?\d)")


def settings() -> dict[str, Any]:
    """Return what the extension was built with: the Python of the add-in, the functions' names, texts."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "kizuna.json").read_text(encoding="utf-8"))
    found["python"] = os.environ.get(PYTHON_VARIABLE) or found["python"]
    return found


def start(python: str, *arguments: str, **pipes: Any) -> subprocess.Popen[bytes]:
    """Start the add-in's Python without the paths that LibreOffice sets for its own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.Popen(  # the Python the extension was built with, words of its own menu
        [python, "-m", "kizuna_addin.oxt", *arguments], env=kept, stderr=subprocess.DEVNULL, **pipes
    )


class Worker:
    """The add-in's own process for functions, started at the first call and again when it has ended."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
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
                line = self._lines.get(timeout=PATIENCE_SECONDS)
                if line:
                    answer: dict[str, Any] = json.loads(line)
                    return answer
            except queue.Empty:
                # It hangs, whatever on: Calc must not hang with it. The next call starts another.
                process.kill()
                self._process = None
                return None
            except (OSError, ValueError):
                pass
            self._process = None
        return None

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message to the process where it runs; one that is started later knows nothing that could be out of date."""
        if self._process is not None and self._process.poll() is None:
            self.ask(message)

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
            return None
        self._lines = queue.SimpleQueue()
        threading.Thread(target=_read_lines, args=(self._process.stdout, self._lines), daemon=True).start()
        return self._process


def _read_lines(stream: Any, lines: queue.SimpleQueue[bytes]) -> None:
    """Hand on what a process says, line by line, and an empty line at its end."""
    with contextlib.suppress(OSError, ValueError):
        for line in stream:
            lines.put(line)
    lines.put(b"")


class Service(unohelper.Base, XServiceInfo):  # type: ignore[misc]
    """What every service tells of itself."""

    name = ""
    also: tuple[str, ...] = ()

    def getImplementationName(self) -> str:  # noqa: N802
        """Return the name in ``kizuna.components``."""
        return self.name

    def supportsService(self, name: str) -> bool:  # noqa: N802
        """Say yes to the service of the same name, and to what it is besides."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
        """Return the service of the same name, and what it is besides."""
        return (self.name, *self.also)


class Questions:
    """The functions in the cells of one LibreOffice.

    While a workbook is being loaded nobody can see its sheets, so every cell would be a request of its own. Such cells are
    told to wait, and are computed again when the workbook is there.
    """

    def __init__(self, known: dict[str, Any]) -> None:
        self._names: list[str] = known["functions"]
        self._no_python: str = known["no_python"]
        self._waiting: str = known["waiting"]
        self._worker = Worker(known["python"])
        self._lock = threading.RLock()
        self._looking = False
        self._looked: list[float] = []
        self._behind = False
        self._timers_running = False

    def answer(self, function: str, given: list[Any], document: Any) -> Any:
        """Return what goes into the calling cell: a value, or lines of values."""
        with self._lock:
            if document is None:
                self._behind = True
                return self._waiting
            answer = self._worker.ask(
                {"function": function, "arguments": given, "book": document.URL or document.RuntimeUID}
            )
            if answer is not None and "need" in answer:
                hurried = self._is_hurried()
                sheets = [] if hurried else self._sheets(document)
                memory = [] if hurried else _memory(document)
                answer = self._worker.ask({"memory": memory, "sheets": sheets, "wait": hurried})
                if hurried:
                    self._again(document)
        if answer is None:
            return self._no_python
        value = answer.get("answer", "")
        return tuple(tuple(line) for line in value) if isinstance(value, list) else value

    def expire(self, document: Any) -> None:
        """Have everything asked for again and the workbook computed anew: a verb may have changed what is true."""
        with self._lock:
            self._worker.tell({"order": "expire"})
        document.calculateAll()

    def loaded(self, document: Any) -> None:
        """Have the cells of a workbook computed again that were told to wait while it was being loaded."""
        with self._lock:
            behind, self._behind = self._behind, False
        if behind:
            self._again(document)

    def _is_hurried(self) -> bool:
        """Say whether sheets were looked at so often just now that the calling cell cannot be in one of them."""
        now = time.monotonic()
        self._looked = [at for at in self._looked if now - at < HURRY_SECONDS]
        if len(self._looked) >= HURRY_LOOKS:
            return True
        self._looked.append(now)
        return False

    def _again(self, document: Any) -> None:
        self._behind = True
        if not self._timers_running:
            self._timers_running = True
            threading.Timer(HURRY_SECONDS, self._compute, (document,)).start()

    def _compute(self, document: Any) -> None:
        self._timers_running = False
        with contextlib.suppress(Exception):  # closed meanwhile
            document.calculateAll()

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
        if given.get("order") == "expire":
            questions().expire(document)
            return None
        return questions().answer(str(given["function"]), list(given.get("arguments") or ()), document)


class Functions(Service, XFunctions):  # type: ignore[misc]
    """The functions as the wizard enters them; each cell is given the plain name as soon as it has its answer."""

    name = FUNCTIONS
    also = ("com.sun.star.sheet.AddIn",)

    def __init__(self, _context: Any) -> None:
        self._to_rename: dict[str, Any] = {}

    def asked(self, function: str, document: Any, given: tuple[Any, ...]) -> Any:
        """Answer a cell that was entered through the wizard."""
        if hasattr(document, "Sheets"):
            if document.RuntimeUID not in self._to_rename:
                self._to_rename[document.RuntimeUID] = document
                threading.Timer(RENAME_SECONDS, self._rename).start()
            if function == "KIZUNA":
                function, given = str(given[0]), tuple(given[1])
            answer = questions().answer(function, list(given), document)
        else:
            answer = settings()["waiting"]
        return answer if isinstance(answer, tuple) else ((answer,),)

    def _rename(self) -> None:
        waiting, self._to_rename = dict(self._to_rename), {}
        for document in waiting.values():
            with contextlib.suppress(Exception):  # closed meanwhile
                as_macros(document)


def _asking(function: str) -> Any:
    return lambda self, document, *given: self.asked(function, document, given)


for _function in settings()["functions"]:
    setattr(Functions, _function, _asking(_function))


def as_macros(document: Any) -> None:
    """Put the plain names, which Excel reads, into formulas that were entered through the wizard; undo does not see it."""
    external = document.createInstance("com.sun.star.sheet.FormulaOpCodeMapper").OpCodeExternal
    parser = document.createInstance("com.sun.star.sheet.FormulaParser")
    document.UndoManager.lock()
    try:
        for sheet in _looked_at(document):
            for area in sheet.queryContentCells(FORMULAS).RangeAddresses:
                cells = sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
                # A function of Basic that no add-in has tells by which number Calc calls Basic.
                macro = parser.parseFormula("KizunaDocument()", cells.getCellByPosition(0, 0).CellAddress)[0]
                _rename_in(sheet, cells, external, macro)
    finally:
        document.UndoManager.unlock()


def _rename_in(sheet: Any, cells: Any, external: int, macro: Any) -> None:
    done: set[str] = set()
    for row, line in enumerate(cells.getFormulaArray()):
        for column, text in enumerate(line):
            if WIZARDS_PREFIX not in text.upper():
                continue
            cell = cells.getCellByPosition(column, row)
            if not text.startswith("{"):
                cell.setTokens(_plain(cell.getTokens(), external, macro))
                continue
            whole = sheet.createCursorByRange(cell)
            whole.collapseToCurrentArray()
            if whole.AbsoluteName not in done:
                done.add(whole.AbsoluteName)
                whole.setArrayTokens(_plain(whole.getArrayTokens(), external, macro))


def _plain(tokens: Any, external: int, macro: Any) -> Any:
    """Return a formula's tokens with Basic's function for each of the add-in's."""
    for token in tokens:
        if token.OpCode == external and str(token.Data).upper().startswith(WIZARDS_PREFIX):
            token.OpCode, token.Data = macro.OpCode, str(token.Data)[len(WIZARDS_PREFIX) :]
    return tokens


class Start(Service, XJob):  # type: ignore[misc]
    """Puts the functions' module into the person's own Basic library when LibreOffice starts."""

    name = START

    def __init__(self, context: Any) -> None:
        self._context = context

    def execute(self, orders: Any) -> None:
        """Write the module where it is missing or older than the extension; after a workbook was loaded, see to its cells."""
        told = {one.Name: one.Value for one in next((one.Value for one in orders if one.Name == "Environment"), ())}
        if told.get("Model") is not None:
            if told["Model"].supportsService("com.sun.star.sheet.SpreadsheetDocument"):
                questions().loaded(told["Model"])
            return
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
    cursor.gotoStartOfUsedArea(False)  # UNO takes no keywords
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
        line = [_WIZARDS.sub("", text) for text in line]
        texts: list[str | None] = []
        values: list[Any] = []
        for column, text in enumerate(line):
            if text.startswith(("=", "{=")):
                texts.append(as_excel(text))
                values.append(None if ours.search(text) else _value(used.getCellByPosition(column, row)))
            else:
                texts.append(None)
                values.append(_constant(text))
        found["texts"].append(texts)
        found["values"].append(values)
    return found


def as_excel(formula: str) -> str:
    """Return a formula of Calc in Excel's notation of other sheets, without the braces of an array."""
    return _SHEET_NAME.sub(lambda sheet: f"{sheet[1]}!", _WIZARDS.sub("", formula.strip("{}")))


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
    """Return the lines of the workbook's memory that name its server and the last answers."""
    if not document.Sheets.hasByName(MEMORY):
        return []
    lines = _used(document.Sheets.getByName(MEMORY)).getDataArray()
    return [
        [cell for cell in line if isinstance(cell, str) and cell]
        for line in lines
        if line and line[0] in ("book", "cells")
    ]


@cache
def at_work() -> dict[str, subprocess.Popen[bytes]]:
    """Return the processes of verbs by the document they work on."""
    return {}


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
        earlier = at_work().get(document.RuntimeUID)
        if earlier is not None and earlier.poll() is None:
            # Two verbs at once would each send the same new rows, under ids of their own.
            self._say(document, known["busy"])
            return
        name = f"kizuna{os.getpid()}x{secrets.token_hex(8)}"
        threading.Thread(target=self._let_in, args=(name,), daemon=True).start()
        connection = f"uno:pipe,name={name};urp;StarOffice.ComponentContext"
        try:
            at_work()[document.RuntimeUID] = start(
                known["python"], "press", verb, "--connection", connection, "--document", document.RuntimeUID
            )
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
        record = os.environ.get(TELL_VARIABLE)
        if record:
            with Path(record).open("a", encoding="utf-8") as file:
                file.write(f"! {text}\n")
            return
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
for _service in (Cells, Functions, Start, Verbs):
    g_ImplementationHelper.addImplementation(_service, _service.name, (_service.name, *_service.also))
