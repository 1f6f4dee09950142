"""The catalogue of worksheet functions, as clients build wrappers and help from it."""

from __future__ import annotations

from datetime import date
from typing import Any

from kizuna.plugins import Plugins
from kizuna.worksheet import Argument, WorksheetFunction


def catalogue(plugins: Plugins) -> list[dict[str, Any]]:
    """Return every function, by name, as the wire describes it."""
    return [describe(plugins.functions[name], plugins.function_plugins[name]) for name in sorted(plugins.functions)]


def describe(function: WorksheetFunction, plugin: str) -> dict[str, Any]:
    """Return one function as the wire describes it."""
    return {
        "name": function.name,
        "label": function.label.as_json(),
        "plugin": plugin,
        "description": function.description.as_json(),
        "example": function.example,
        "example_en": function.example_en,
        "kind": function.kind,
        "returns": function.returns,
        "headings": [one.as_json() for one in function.headings],
        "arguments": [describe_argument(one) for one in function.arguments],
    }


def describe_argument(argument: Argument) -> dict[str, Any]:
    """Return one argument as the wire describes it."""
    default = argument.default
    return {
        "name": argument.name,
        "type": argument.type,
        "required": argument.required,
        "label": argument.label.as_json(),
        "default": default.isoformat() if isinstance(default, date) else default,
    }
