"""Inside LibreOffice: the menu's verbs and the functions in cells, both handed on to the add-in's own Python.

This file runs in whatever Python LibreOffice carries, so it uses the standard library and UNO alone, and so does what it is
made of, in ``pythonpath`` beside it. What it hands on to is named in ``kizuna.json``.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import subprocess
import threading
from functools import cache
from pathlib import Path
from typing import Any

import unohelper
from com.sun.star.bridge import XInstanceProvider
from com.sun.star.lang import XServiceInfo
from com.sun.star.task import XJob, XJobExecutor
from kizuna_in_calc.questions import Questions
from kizuna_in_calc.wizard import as_macros
from kizuna_in_calc.worker import start
from org.kizuna import XFunctions

CELLS, START, VERBS = "org.kizuna.Cells", "org.kizuna.Start", "org.kizuna.Verbs"
FUNCTIONS = "org.kizuna.Functions"
LIBRARY, MODULE = "Standard", "KizunaFunctions"
RENAME_SECONDS = 0.2
PYTHON_VARIABLE = "KIZUNA_ADDIN_PYTHON"
# Names a file that takes what a person would be told, for a Calc that nobody sits at.
TELL_VARIABLE = "KIZUNA_TELL_FILE"


def settings() -> dict[str, Any]:
    """Return what the extension was built with: the Python of the add-in, the functions' names, texts."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "kizuna.json").read_text(encoding="utf-8"))
    found["python"] = os.environ.get(PYTHON_VARIABLE) or found["python"]
    return found


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
                known["python"],
                "press",
                verb,
                "--connection",
                connection,
                "--document",
                document.RuntimeUID,
                language=known["language"],
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
