"""Find and load plugins one by one: a broken one is named and left out, the rest live on."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

import pluggy

from kizuna import hookspecs
from kizuna.services import Service
from kizuna.worksheet import WorksheetFunction

GROUP = "kizuna.plugins"
log = logging.getLogger("kizuna.plugins")


@dataclass(frozen=True, slots=True)
class PluginState:
    """One plugin as it was found: loaded, or left out with the reason."""

    name: str
    version: str | None
    error: str | None = None


class NameTakenError(Exception):
    """Two plugins declare the same name."""

    def __init__(self, kind: str, name: str, first: str, second: str) -> None:
        super().__init__(f"{kind} {name} of plugin {second!r} is already declared by {first!r}: rename one of them")


@dataclass(frozen=True, slots=True)
class Implementation:
    """One plugin's implementation of a hook."""

    plugin: str
    function: Callable[..., Any]
    argument_names: tuple[str, ...]

    def __call__(self, **arguments: Any) -> Any:
        """Call it with those of the arguments it names."""
        return self.function(**{name: arguments[name] for name in self.argument_names})


class Plugins:
    """The plugins of one server."""

    def __init__(self, manager: pluggy.PluginManager, states: Sequence[PluginState]) -> None:
        self.manager = manager
        self.states = tuple(states)
        self.functions: dict[str, WorksheetFunction] = {}
        self.function_plugins: dict[str, str] = {}
        self.settings: dict[str, type[Any]] = {}
        self.tables: dict[str, type[Any]] = {}
        self.services: dict[str, Service] = {}
        self.migrations: list[Path] = []

    def implementations(self, hook: str) -> list[Implementation]:
        """Return the implementations of a hook one by one, so that each can fail alone; first registered first."""
        found = getattr(self.manager.hook, hook).get_hookimpls()
        return [Implementation(one.plugin_name, one.function, tuple(one.argnames)) for one in found]


def load_plugins(found: Iterable[EntryPoint] | None = None, *, strict: bool | None = None) -> Plugins:
    """Load the installed plugins; ``strict`` (or ``KIZUNA_STRICT_PLUGINS=1``) raises where one is broken."""
    if strict is None:
        strict = os.environ.get("KIZUNA_STRICT_PLUGINS") == "1"
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    states: list[PluginState] = []
    plugins = Plugins(manager, states)
    for entry in sorted(found if found is not None else entry_points(group=GROUP), key=lambda one: one.name):
        version = entry.dist.version if entry.dist else None
        try:
            _load(plugins, entry)
        except Exception as error:  # whatever a plugin does wrong must not take the others down
            if strict:
                raise
            log.warning("plugin %s is left out: %s", entry.name, error, exc_info=True)
            if manager.has_plugin(entry.name):
                manager.unregister(name=entry.name)
            states.append(PluginState(entry.name, version, f"{type(error).__name__}: {error}"))
        else:
            states.append(PluginState(entry.name, version))
    plugins.states = tuple(states)
    return plugins


def _load(plugins: Plugins, entry: EntryPoint) -> None:
    """Register a plugin and what it declares, all of it or nothing."""
    module = entry.load()
    manager = plugins.manager
    if manager.register(module, name=entry.name) is None:
        return
    manager.check_pending()
    functions: dict[str, WorksheetFunction] = {}
    for function in _declared(manager, module, "worksheet_functions"):
        if not isinstance(function, WorksheetFunction):
            raise TypeError(f"worksheet_functions() gave {function!r}: decorate it with @worksheet_function")
        taken = plugins.function_plugins.get(function.name) or (entry.name if function.name in functions else None)
        if taken:
            raise NameTakenError("function", function.name, taken, entry.name)
        functions[function.name] = function
    models: dict[str, type[Any]] = {}
    for model in _declared(manager, module, "settings"):
        if model.name in plugins.settings or model.name in models:
            raise NameTakenError("settings", model.name, "another plugin", entry.name)
        models[model.name] = model
    tables: dict[str, type[Any]] = {}
    for table in _declared(manager, module, "tables"):
        name = str(table.__tablename__)
        if name in plugins.tables or name in tables:
            raise NameTakenError("table", name, "another plugin", entry.name)
        tables[name] = table
    services: dict[str, Service] = {}
    for service in _declared(manager, module, "services"):
        if service.name in plugins.services or service.name in services:
            raise NameTakenError("service", service.name, "another plugin", entry.name)
        services[service.name] = service
    plugins.services.update(services)
    plugins.tables.update(tables)
    folder = Path(str(module.__file__)).parent / "migrations"
    if tables and folder.is_dir():
        plugins.migrations.append(folder)
    plugins.functions.update(functions)
    plugins.function_plugins.update(dict.fromkeys(functions, entry.name))
    plugins.settings.update(models)


def _declared(manager: pluggy.PluginManager, module: Any, hook: str) -> list[Any]:
    """Return what one plugin gives back for a hook of the start."""
    found: list[Any] = []
    for implementation in getattr(manager.hook, hook).get_hookimpls():
        if implementation.plugin is module:
            found.extend(implementation.function())
    return found
