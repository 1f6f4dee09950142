"""Read what a plugin declares, and refuse what could not work, with a message that names the cure."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import ModuleType
from typing import Any

import pluggy

from kizuna import hookspecs
from kizuna.offers import Action, Report, SheetTemplate
from kizuna.services import Service
from kizuna.soundness import flaw_of
from kizuna.worksheet import DeclarationError, WorksheetFunction

Declarations = dict[str, dict[str, Any]]
"""What a plugin declares: kind, then name."""


class NameTakenError(DeclarationError):
    """Two plugins declare the same name."""

    def __init__(self, kind: str, name: str, first: str, second: str) -> None:
        super().__init__(f"{kind} {name} of plugin {second!r} is already declared by {first!r}: rename one of them")


class FlawError(DeclarationError):
    """Something declared could not work, or would make a catalogue of all plugins fail."""

    def __init__(self, kind: str, name: str, flaw: str) -> None:
        super().__init__(f"{kind} {name}: {flaw}")


class WrongReturnError(DeclarationError):
    """A hook gives back something else than its specification says."""

    def __init__(self, hook: str, value: Any, wanted: str) -> None:
        super().__init__(f"{hook}() gave {_short(value)}: it must give a list of {wanted}")


class UnknownHookError(DeclarationError):
    """A hookimpl fits no hook of ours."""

    def __init__(self, hook: str, known: str) -> None:
        near = get_close_matches(hook, known.split(", "), n=1)
        meant = f"did you mean {near[0]!r}? T" if near else "t"
        super().__init__(f"there is no hook {hook!r}: {meant}he hooks are {known}")


class HookArgumentError(DeclarationError):
    """A hookimpl's parameters do not fit its hook."""

    def __init__(self, hook: str, argument: str, reason: str) -> None:
        super().__init__(f"{hook}(): parameter {argument!r} {reason}")


def _short(value: Any) -> str:
    if isinstance(value, WorksheetFunction):
        return f"the function {value.name} itself"
    if isinstance(value, ModuleType):
        return f"the module {value.__name__}"
    return f"{value!r:.80}"


def _is_settings(value: Any) -> bool:
    return (
        isinstance(value, type)
        and hasattr(value, "__struct_fields__")
        and isinstance(getattr(value, "name", None), str)
    )


def _is_table(value: Any) -> bool:
    # The model lies a floor above; a table is known by what makes it one.
    return isinstance(value, type) and hasattr(value, "__sync__") and hasattr(value, "__tablename__")


def _is_command(value: Any) -> bool:
    import click

    return isinstance(value, click.Command) and bool(value.name)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing plugins declare: its hook, where the name is, and what counts as one."""

    word: str
    hook: str
    wanted: str
    fits: Callable[[Any], bool]
    name: str = "name"

    @property
    def hook_names(self) -> str:
        """The attribute of `Plugins` that holds these."""
        return "functions" if self.hook == "worksheet_functions" else self.hook


KINDS = (
    Kind(
        "function",
        "worksheet_functions",
        "functions decorated with @worksheet_function",
        lambda one: isinstance(one, WorksheetFunction),
    ),
    Kind("settings", "settings", "frozen msgspec Struct classes with a class-level name", _is_settings),
    Kind("table", "tables", "subclasses of kizuna.model.SyncedRow with __sync__", _is_table, "__tablename__"),
    Kind("sheet", "sheets", "SheetTemplate", lambda one: isinstance(one, SheetTemplate)),
    Kind("action", "actions", "Action", lambda one: isinstance(one, Action)),
    Kind("report", "reports", "Report", lambda one: isinstance(one, Report)),
    Kind("service", "services", "Service", lambda one: isinstance(one, Service)),
    Kind("command", "commands", "click commands", _is_command),
)


def declared_by(plugin: str, module: Any, owners: Mapping[tuple[str, str], str]) -> tuple[set[str], Declarations]:
    """Return the hooks a plugin implements and what it declares; raise DeclarationError where something cannot work.

    Nothing is registered: the plugin is looked at in a manager of its own.
    """
    alone = pluggy.PluginManager(hookspecs.PROJECT)
    alone.register(module, name=plugin)
    hooks = implemented_hooks(alone)
    declared: Declarations = {}
    for kind in KINDS:
        if kind.hook not in hooks:
            continue
        declared[kind.word] = {}
        for value in _listed(kind, getattr(module, kind.hook)()):
            if not kind.fits(value):
                raise WrongReturnError(kind.hook, value, kind.wanted)
            name = str(getattr(value, kind.name))
            taken = owners.get((kind.word, name)) or (plugin if name in declared[kind.word] else None)
            if taken:
                raise NameTakenError(kind.word, name, taken, plugin)
            if flaw := flaw_of(value):
                raise FlawError(kind.word, name, flaw)
            _check_arguments(kind, value)
            declared[kind.word][name] = value
    return hooks, declared


def implemented_hooks(alone: pluggy.PluginManager) -> set[str]:
    """Return the hooks implemented in a manager without specifications, each checked against ours.

    Raises UnknownHookError and HookArgumentError.
    """
    specified = {name: value for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")}
    hooks: set[str] = set()
    for caller in vars(alone.hook).values():
        if not isinstance(caller, pluggy.HookCaller):
            continue
        if caller.name not in specified:
            raise UnknownHookError(caller.name, ", ".join(sorted(specified)))
        hooks.add(caller.name)
        for implementation in caller.get_hookimpls():
            if implementation.kwargnames:
                reason = "has a default value: pluggy would never pass it; take the default away"
                raise HookArgumentError(caller.name, implementation.kwargnames[0], reason)
            allowed = inspect.signature(specified[caller.name]).parameters
            for argument in implementation.argnames:
                if argument not in allowed:
                    reason = f"is none the hook gives; it gives: {', '.join(allowed) or 'nothing'}"
                    raise HookArgumentError(caller.name, argument, reason)
    return hooks


def _listed(kind: Kind, answer: Any) -> list[Any]:
    if isinstance(answer, str | bytes | Mapping):
        raise WrongReturnError(kind.hook, answer, kind.wanted)
    try:
        return list(answer)
    except TypeError:
        raise WrongReturnError(kind.hook, answer, kind.wanted) from None


def _check_arguments(kind: Kind, value: Any) -> None:
    """Refuse a report whose arguments are not those of its function."""
    if isinstance(value, Report):
        names = [one.name for one in value.arguments]
        try:
            inspect.signature(value.build).bind(None, **dict.fromkeys(names))
        except TypeError as error:
            raise DeclarationError(f"{kind.word} {value.name}: build() must take data and {names}: {error}") from None
