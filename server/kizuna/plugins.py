"""Find and load plugins one by one: a broken one is named and left out, the rest live on."""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pluggy

from kizuna import hookspecs
from kizuna.declarations import KINDS, Declarations, declared_by
from kizuna.finding import Found, check_version, dropped_in
from kizuna.interest import Interest, interests_by_table
from kizuna.offers import Action, Report, SheetTemplate
from kizuna.patience import Helpers, told, within
from kizuna.rows import RowChanges
from kizuna.services import Service
from kizuna.worksheet import WorksheetFunction

GROUP = "kizuna.plugins"
PATIENCE = 60.0
log = logging.getLogger("kizuna.plugins")
calls = logging.getLogger("kizuna.hooks")


@dataclass(frozen=True, slots=True)
class PluginState:
    """One plugin as it was found: loaded, or left out with the reason."""

    name: str
    version: str | None
    error: str | None = None
    hooks: tuple[str, ...] = ()
    declared: tuple[tuple[str, str], ...] = field(default=())
    """What it declares: kind (``function``, ``table``, …) and name."""


@dataclass(frozen=True, slots=True)
class Implementation:
    """One plugin's implementation of a hook."""

    hook: str
    plugin: str
    function: Callable[..., Any]
    argument_names: tuple[str, ...]
    interests: Mapping[str, Sequence[Interest]] = field(default_factory=dict)
    """What it wants to hear of, by table; nothing means everything."""

    def concerned(self, changes: RowChanges) -> bool:
        """Whether it wants to hear of any of these changes."""
        return not self.interests or any(one.met_by(changes) for one in self.interests.get(changes.table, ()))

    def may_hear_of(self, table: str, kinds: Collection[str], fields: Collection[str]) -> bool:
        """Whether it wants to hear of changes of these kinds that write ``fields`` of a table."""
        return not self.interests or any(it.meets(table, kinds, fields) for it in self.interests.get(table, ()))

    def hears_of(self, written: Mapping[str, Collection[str]]) -> bool:
        """Whether it wants to hear of a changeset that wrote these kinds of changes per table."""
        if not self.interests:
            return True
        return any(
            one.meets(table, kinds, None) for table, kinds in written.items() for one in self.interests.get(table, ())
        )

    def __call__(self, **arguments: Any) -> Any:
        """Call it with those of the arguments it names."""
        given = {name: arguments[name] for name in self.argument_names}
        if not calls.isEnabledFor(logging.DEBUG):
            return self.function(**given)
        return traced(self.hook, self.plugin, lambda: self.function(**given))


def traced(hook: str, plugin: str, call: Callable[[], Any]) -> Any:
    """Return what a plugin's code returns and log how long it took: ``kizuna plugin trace`` shows these lines."""
    began = time.perf_counter()
    try:
        answer = call()
    except BaseException as error:
        calls.debug("%s %s %.1f ms: %s", hook, plugin, _since(began), told(error))
        raise
    calls.debug("%s %s %.1f ms", hook, plugin, _since(began))
    return answer


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1_000


class Plugins:
    """The plugins of one server, and what they declare by name."""

    def __init__(self, manager: pluggy.PluginManager) -> None:
        self.manager = manager
        self._implementations: dict[str, tuple[Implementation, ...]] = {}
        self.helpers = Helpers()
        self.states: tuple[PluginState, ...] = ()
        self.functions: dict[str, WorksheetFunction] = {}
        self.function_plugins: dict[str, str] = {}
        self.settings: dict[str, type[Any]] = {}
        self.tables: dict[str, type[Any]] = {}
        self.sheets: dict[str, SheetTemplate] = {}
        self.actions: dict[str, Action] = {}
        self.reports: dict[str, Report] = {}
        self.services: dict[str, Service] = {}
        self.commands: dict[str, Any] = {}
        self.migrations: list[Path] = []
        self.owners: dict[tuple[str, str], str] = {}
        """Which plugin declares what, by kind and name."""

    def implementations(self, hook: str) -> tuple[Implementation, ...]:
        """Return the implementations of a hook one by one, so that each can fail alone; first registered first."""
        known = self._implementations.get(hook)
        found = getattr(self.manager.hook, hook).get_hookimpls()
        if known is None or len(known) != len(found):
            known = self._implementations[hook] = tuple(
                Implementation(
                    hook, one.plugin_name, one.function, tuple(one.argnames), interests_by_table(one.function)
                )
                for one in found
            )
        return known

    def may_hear_of(self, table: str, kinds: Collection[str], fields: Collection[str]) -> bool:
        """Whether some plugin wants to hear of changes of these kinds that write ``fields`` of a table."""
        hooks = (*self.implementations("check_rows"), *self.implementations("rows_written"))
        return any(one.may_hear_of(table, kinds, fields) for one in hooks)

    def concerned(self, hook: str, changes: RowChanges) -> list[Implementation]:
        """Return the implementations of a hook that want to hear of these changes."""
        return [one for one in self.implementations(hook) if one.concerned(changes)]

    def owner(self, kind: str, name: str) -> str:
        """Return the plugin that declares ``name``."""
        return self.owners[kind, name]

    def add(self, plugin: str, module: Any, declared: Declarations) -> None:
        """Take what a plugin declares; it was checked before."""
        for kind in KINDS:
            by_name: dict[str, Any] = getattr(self, kind.hook_names)
            for name, value in declared.get(kind.word, {}).items():
                by_name[name] = value
                self.owners[kind.word, name] = plugin
        self.function_plugins.update(dict.fromkeys(declared.get("function", {}), plugin))
        if declared.get("table") and (folder := _migrations_of(module)).is_dir():
            self.migrations.append(folder)


def _migrations_of(module: Any) -> Path:
    """Return the folder of a plugin's migrations, beside the file its module or its class is written in."""
    module = module if hasattr(module, "__file__") else sys.modules[type(module).__module__]
    return Path(str(module.__file__)).parent / "migrations"


def load_plugins(
    found: Iterable[Found] | None = None,
    *,
    folder: Path | None = None,
    strict: bool | None = None,
    patience: float = PATIENCE,
) -> Plugins:
    """Load the installed plugins and the one-file plugins of ``folder``.

    ``strict`` (or ``KIZUNA_STRICT_PLUGINS=1``) raises where one is broken; ``patience`` is how many seconds each may take.
    """
    if strict is None:
        strict = os.environ.get("KIZUNA_STRICT_PLUGINS") == "1"
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    plugins = Plugins(manager)
    states: list[PluginState] = []
    installed: Iterable[Found] = found if found is not None else entry_points(group=GROUP)
    for entry in [*sorted(installed, key=lambda one: one.name), *(dropped_in(folder) if folder else ())]:
        version = entry.dist.version if entry.dist else None
        try:
            states.append(_load(plugins, entry, version, patience))
        except Exception as error:  # whatever a plugin does wrong must not take the others down
            if strict:
                raise
            reason = f"{told(error, letters=2_000)}{_place_of(error)}"
            # The way through our own loader says nothing to an author; it is there for whoever looks deeper.
            log.warning("plugin %s is left out: %s", entry.name, reason, exc_info=log.isEnabledFor(logging.DEBUG))
            states.append(PluginState(entry.name, version, reason))
    plugins.states = tuple(states)
    return plugins


def _load(plugins: Plugins, entry: Found, version: str | None, patience: float) -> PluginState:
    """Register a plugin and what it declares, all of it or nothing."""
    manager = plugins.manager

    def look() -> tuple[Any, set[str], Declarations]:
        if entry.dist is not None:
            check_version(entry.dist)
        module = traced("import", entry.name, entry.load)
        return module, *traced("start", entry.name, lambda: declared_by(entry.name, module, plugins.owners))

    module, hooks, declared = within(patience, look)
    if manager.has_plugin(entry.name) or manager.register(module, name=entry.name) is None:
        return PluginState(entry.name, version, "a plugin of this name is loaded already")
    plugins.add(entry.name, module, declared)
    names = tuple((kind, name) for kind, found in declared.items() for name in found)
    return PluginState(entry.name, version, None, tuple(sorted(hooks)), names)


def _place_of(error: BaseException) -> str:
    """Return where in the plugin's own code an error came from, as a suffix; nothing where it came from none."""
    ours = str(Path(__file__).parent)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith((ours, "<")) and "site-packages" not in Path(frame.filename).parts:
            return f" ({Path(frame.filename).name}, line {frame.lineno})"
    return ""
