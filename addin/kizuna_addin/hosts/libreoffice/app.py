"""The engine and its applications: one App is one soffice."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from xlwings import base_classes

from . import values, windows
from .books import Books
from .bridge import load_uno, properties
from .process import Office, join, start
from .unsupported import names_what_is_missing

# What user code branches on: this host answers like Excel 2016 and later.
EXCEL_VERSION = "16.0"


class LibreOfficeEngine:
    """What xlwings asks of an engine."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self, *, soffice: str | Path | None = None, allow_macros: bool = True) -> None:
        self.soffice = soffice
        self.allow_macros = allow_macros
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any = None) -> Any:  # noqa: ARG004 - xlwings passes its options
        return values.prepare(value)

    @staticmethod
    def clean_value_data(
        data: Any,
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        return values.clean(data, datetime_builder, empty_as, number_builder, errors_as_text=err_to_str)


@names_what_is_missing
class Apps(base_classes.Apps):
    """The offices this engine started or joined, the active one first."""

    def __init__(self, engine: LibreOfficeEngine) -> None:
        self.engine = engine
        self._apps: list[App] = []

    def keys(self) -> list[int]:
        return [app.pid for app in self._apps]

    def add(
        self,
        spec: str | Path | None = None,
        add_book: bool | None = True,
        xl: Any = None,  # noqa: ARG002
        visible: bool | None = None,  # noqa: ARG002 - a soffice of our own has no window
    ) -> App:
        app = App(self, start(spec or self.engine.soffice))
        self._apps.insert(0, app)
        if add_book:
            app.books.add()
        return app

    def join(self, connection: str, *, timeout: float = 10.0) -> App:
        """Join an office somebody else started, with the books it has open."""
        app = App(self, join(connection, timeout=timeout))
        app.books.adopt()
        self._apps.insert(0, app)
        return app

    def activate(self, app: App) -> None:
        if app in self._apps:
            self._apps.remove(app)
            self._apps.insert(0, app)

    def forget(self, app: App) -> None:
        if app in self._apps:
            self._apps.remove(app)

    @staticmethod
    def cleanup() -> None:
        """Do nothing: an office of ours ends with its App, its profile is swept at the next start."""

    def __iter__(self) -> Iterator[App]:
        return iter(list(self._apps))

    def __len__(self) -> int:
        return len(self._apps)

    def __getitem__(self, pid: int) -> App:
        for app in self._apps:
            if app.pid == pid:
                return app
        raise KeyError(f"No LibreOffice with process id {pid}")


@names_what_is_missing
class App(base_classes.App):
    """One soffice, ours or joined."""

    hwnd = None
    version = EXCEL_VERSION
    startup_path = ""

    def __init__(self, apps: Apps, office: Office) -> None:
        self.apps = apps
        self.office = office
        manager = office.context.ServiceManager
        self.desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", office.context)
        self.dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", office.context)
        self.graphics = manager.createInstanceWithContext("com.sun.star.graphic.GraphicProvider", office.context)
        self._books = Books(self)
        # What was last copied: a soffice without a window shares no clipboard with other programs.
        self.copied: Any = None
        self._pid = office.pid
        self._calculation = "automatic"
        self._status_bar: str | bool = False
        self._indicator: Any = None
        self._switches = {"screen_updating": True, "display_alerts": True, "enable_events": True, "interactive": True}
        if office.is_ours:
            atexit.register(self.kill)

    @property
    def engine(self) -> LibreOfficeEngine:
        return self.apps.engine

    @property
    def xl(self) -> Any:
        return self.desktop

    @xl.setter
    def xl(self, value: Any) -> None:
        raise NotImplementedError("Setting App.xl is not available in LibreOffice")

    @property
    def api(self) -> Any:
        return self.desktop

    @property
    def books(self) -> Books:
        return self._books

    @property
    def pid(self) -> int:
        return self._pid

    @property
    def path(self) -> str:
        return str(Path(load_uno().__file__).parent)

    @property
    def visible(self) -> bool:
        """True as soon as somebody asks for it: there is no window to show, and nothing depends on one."""
        return self._switches.get("visible", not self.office.is_ours)

    @visible.setter
    def visible(self, value: bool) -> None:
        self._switches["visible"] = bool(value)

    @property
    def screen_updating(self) -> bool:
        return self._switches["screen_updating"]

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        if bool(value) == self._switches["screen_updating"]:
            return
        self._switches["screen_updating"] = bool(value)
        for book in self.books:
            book.freeze_view(not value)

    @property
    def display_alerts(self) -> bool:
        return self._switches["display_alerts"]

    @display_alerts.setter
    def display_alerts(self, value: bool) -> None:
        self._switches["display_alerts"] = bool(value)

    @property
    def enable_events(self) -> bool:
        return self._switches["enable_events"]

    @enable_events.setter
    def enable_events(self, value: bool) -> None:
        self._switches["enable_events"] = bool(value)

    @property
    def interactive(self) -> bool:
        return self._switches["interactive"]

    @interactive.setter
    def interactive(self, value: bool) -> None:
        self._switches["interactive"] = bool(value)

    @property
    def status_bar(self) -> str | bool:
        return self._status_bar

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        self._status_bar = value
        if self._indicator is not None:
            # Only the indicator that put a text there can take it away.
            self._indicator.end()
            self._indicator = None
        active = self.books.active
        if active is not None and value:
            self._indicator = active.show_status(str(value))

    @property
    def calculation(self) -> str:
        return self._calculation

    @calculation.setter
    def calculation(self, value: str) -> None:
        self._calculation = value
        for book in self.books:
            book.xl.enableAutomaticCalculation(value != "manual")

    def calculate(self) -> None:
        for book in self.books:
            book.xl.calculateAll()

    @property
    def cut_copy_mode(self) -> str | None:
        return "copy" if self.copied is not None else None

    @cut_copy_mode.setter
    def cut_copy_mode(self, value: Any) -> None:
        if not value:
            self.copied = None

    @property
    def selection(self) -> Any:
        active = self.books.active
        return None if active is None else active.selection

    def alert(self, prompt: str, title: str | None, buttons: str | None, mode: str | None, callback: Any) -> str:  # noqa: ARG002
        """Show a message box over the workbook in front and return the button that was pressed."""
        return windows.ask(self.books.active, prompt, title or "", buttons or "ok", critical=mode == "critical")

    def activate(self, steal_focus: bool = False) -> None:  # noqa: ARG002 - xlwings' own signature
        self.apps.activate(self)

    def run(self, macro: str, args: Any) -> Any:
        book, mark, name = macro.rpartition("!")
        owner = self.books(book.strip("'")) if mark else self.books.active
        if owner is None:
            raise KeyError(macro)
        return owner.run_macro(name, args)

    def dispatch(self, book: Any, command: str, **arguments: Any) -> None:
        """Send one of Calc's menu commands to a book's window."""
        frame = book.xl.CurrentController.Frame
        self.dispatcher.executeDispatch(frame, command, "", 0, properties(**arguments))

    def quit(self) -> None:
        self.kill()

    def kill(self) -> None:
        """End our own soffice, its books closed first: a soffice that is just killed leaves lock files behind."""
        if self.office.is_ours:
            for book in list(self.books):
                try:
                    book.close()
                except Exception:  # noqa: BLE001, S112 - a book that cannot be closed must not keep the process alive
                    continue
            self.office.end()
            atexit.unregister(self.kill)
        self.apps.forget(self)
