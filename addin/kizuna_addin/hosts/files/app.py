"""The engine: what xlwings calls a program, here only a list of open workbooks."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from xlwings import base_classes

from kizuna_addin.hosts import values
from kizuna_addin.hosts.files.books import Books

NAME = "files"


class Engine:
    """xlwings engine over plain .xlsx files; no program computes formulas."""

    name = NAME
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(x: Any, options: Any) -> values.Prepared:  # noqa: ARG004 - xlwings' signature
        """Return one value as cells take it."""
        return values.prepared(x)

    @staticmethod
    def clean_value_data(
        data: Any,
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,  # noqa: FBT001
    ) -> list[list[Any]]:
        """Return 2-D values as the reader's options ask."""
        return values.cleaned(data, datetime_builder, empty_as, number_builder, errors_as_text=err_to_str)


class Apps(base_classes.Apps):
    """The apps in being, the last one added first."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.list: list[App] = []
        self._pids = itertools.count(1)

    def keys(self) -> list[int]:
        """Return each app's number."""
        return [app.pid for app in self.list]

    def add(self, spec: Any = None, add_book: bool | None = None, xl: Any = None, visible: bool | None = None) -> App:  # noqa: ARG002, FBT001
        """Make an app, with an empty workbook unless told otherwise."""
        app = App(self, next(self._pids))
        self.list.insert(0, app)
        if add_book is None or add_book:
            app.books.add()
        return app

    @staticmethod
    def cleanup() -> None:
        """Do nothing: no process can be left over."""

    def __iter__(self) -> Iterator[App]:
        return iter(tuple(self.list))

    def __len__(self) -> int:
        return len(self.list)

    def __getitem__(self, pid: int) -> App:
        for app in self.list:
            if app.pid == pid:
                return app
        raise KeyError(pid)


class App(base_classes.App):
    """A set of workbooks opened together."""

    startup_path = ""
    hwnd = 0
    path = ""
    api = None
    visible = False
    screen_updating = True
    display_alerts = True
    enable_events = True
    interactive = True
    cut_copy_mode = False
    calculation = "manual"
    status_bar: str | bool = False
    version = "16.0"
    # Named here because xlwings' base class has them as read-only properties.
    pid: int = 0
    engine: Any = None
    books: Any = None

    def __init__(self, apps: Apps, pid: int) -> None:
        self._apps = apps
        self.pid = pid
        self.engine = apps.engine
        self.books = Books(self)

    @property
    def selection(self) -> Any:
        """A1 of the active sheet; nobody selects anything in a file."""
        return self.books.active.sheets.active.range("A1") if self.books.list else None

    def activate(self, steal_focus: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Make this the app that xlwings uses by default."""
        self._apps.list.remove(self)
        self._apps.list.insert(0, self)

    def calculate(self) -> None:
        """Do nothing: the program that next opens the file computes every formula."""

    def quit(self) -> None:
        """Forget every workbook without saving."""
        self.books.list.clear()
        if self in self._apps.list:
            self._apps.list.remove(self)

    def kill(self) -> None:
        """Forget every workbook without saving."""
        self.quit()
