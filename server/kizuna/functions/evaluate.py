"""Answer calls of worksheet functions: ten thousand cells are one call of the function."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import numpy as np

from kizuna.errors import KizunaError, NotFoundError, OperationError, Text
from kizuna.functions.arguments import Call, read_call
from kizuna.model.data import ScopedData
from kizuna.patience import LateError, Patience
from kizuna.plugins import Plugins, calls, traced
from kizuna.worksheet import Blank, Data, Label, WorksheetFunction

log = logging.getLogger("kizuna.functions")
MOST_SECONDS = 20.0
PLAIN = frozenset({str, int, bool, type(None), Blank})
"""What JSON shows as it is, and blanks, which leave nothing behind."""


class UnknownFunctionError(NotFoundError):
    """No plugin declares a function of that name."""

    code = "unknown-function"
    text = Text(
        "「{function}」という関数はありません。GET /api/v1/functions で確かめてください。",
        "There is no function {function!r}. See GET /api/v1/functions.",
    )


class FunctionFailedError(OperationError):
    """A plugin's function raised, or gave back something that is no answer."""

    code = "function-failed"
    text = Text(
        "関数 {function}(プラグイン {plugin})が失敗しました: {reason}。プラグインの作者に知らせてください。",
        "{function} (plugin {plugin}) failed: {reason}. Tell the plugin's author.",
    )


class FunctionTimeoutError(OperationError):
    """A plugin's function took too long."""

    code = "function-timeout"
    text = Text(
        "関数 {function}(プラグイン {plugin})は {seconds} 秒以内に終わりません。範囲を狭めるか、作者に知らせてください。",
        "{function} (plugin {plugin}) gave no answer in {seconds} seconds. Ask about less, or tell the plugin's author.",
    )


class FunctionCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call as the wire asks for it."""

    function: str
    arguments: dict[str, Any] = {}


class FunctionsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Many calls in one request."""

    calls: list[FunctionCall]


def evaluate(
    plugins: Plugins,
    data: ScopedData,
    calls: Sequence[FunctionCall],
    *,
    language: str = "ja",
    seconds: float = MOST_SECONDS,
) -> list[dict[str, Any]]:
    """Return one result per call; a call that fails, or takes longer than ``seconds``, says so in its own result."""
    with Patience(seconds) as patience:
        # Each call has a handle of its own, so that one that came too late can be shut out.
        return [_evaluate_one(plugins, data.again(), call, language, patience) for call in calls]


def find_function(plugins: Plugins, name: str) -> WorksheetFunction:
    """Return the function called ``name``; raise UnknownFunctionError."""
    try:
        return plugins.functions[name.upper()]
    except KeyError:
        raise UnknownFunctionError(function=name[:60]) from None


def _evaluate_one(
    plugins: Plugins, data: ScopedData, asked: FunctionCall, language: str, patience: Patience
) -> dict[str, Any]:
    try:
        function = find_function(plugins, asked.function)
        columns = _in_time(plugins, data, read_call(function, asked.arguments), patience)
    except KizunaError as error:
        shown = {"code": error.code, "message": error.message.in_language(language), "details": {}}
        return {"function": asked.function, "error": shown}
    values, reasons = _wire(columns, language)
    return {
        "function": function.name,
        "kind": function.kind,
        "returns": [one.in_language(language) for one in function.headings],
        "columns": values,
        "reasons": reasons,
    }


def _in_time(plugins: Plugins, data: ScopedData, call: Call, patience: Patience) -> list[list[Any]]:
    function = call.function
    try:
        with data.apart() if function.takes_data else nullcontext():
            return patience.run(lambda: _answer(plugins, data, call), stop=data.abandon)
    except LateError as late:
        plugin = plugins.function_plugins[function.name]
        log.error("function %s of plugin %s gave no answer in %s seconds", function.name, plugin, late.seconds)
        raise FunctionTimeoutError(function=function.name, plugin=plugin, seconds=f"{late.seconds:g}") from None


def _answer(plugins: Plugins, data: Data, call: Call) -> list[list[Any]]:
    """Call the plugin once for all cells that share their other arguments; put the cells back in order."""
    function = call.function
    cells = call.cells or 1
    shared = [one.name for one in function.arguments if not one.per_cell]
    per_cell = [one.name for one in function.arguments if one.per_cell]
    if function.kind == "table":
        return _checked(
            plugins,
            function,
            _call(
                plugins, data, function, {n: call.values[n][0] if n in shared else call.values[n] for n in call.values}
            ),
            None,
        )
    width = max(len(function.returns), 1)
    if per_cell and all(len(set(call.values[name])) == 1 for name in shared):
        # All cells ask the same: the usual case, in which a million of them need no sorting out.
        together = {name: call.values[name][0] for name in shared} | {name: call.values[name] for name in per_cell}
        found = _call(plugins, data, function, together)
        return _checked(plugins, function, [found] if width == 1 else found, cells)
    groups: dict[tuple[Any, ...], list[int]] = {}
    for cell in range(cells):
        groups.setdefault(tuple(call.values[name][cell] for name in shared), []).append(cell)
    columns: list[list[Any]] = [[None] * cells for _ in range(width)]
    for values, members in groups.items():
        arguments: dict[str, Any] = dict(zip(shared, values, strict=True))
        arguments |= {name: [call.values[name][cell] for cell in members] for name in per_cell}
        found = _call(plugins, data, function, arguments)
        if not per_cell:
            found = [[one] * len(members) for one in (found if width > 1 and isinstance(found, Sequence) else [found])]
        elif width == 1:
            found = [found]
        for column, part in zip(columns, _checked(plugins, function, found, len(members)), strict=True):
            for cell, value in zip(members, part, strict=True):
                column[cell] = value
    return columns


def _call(plugins: Plugins, data: Data, function: WorksheetFunction, arguments: Mapping[str, Any]) -> Any:
    def answer() -> Any:
        return function.call(data, **arguments) if function.takes_data else function.call(**arguments)

    try:
        if calls.isEnabledFor(logging.DEBUG):
            return traced(function.name, plugins.function_plugins[function.name], answer)
        return answer()
    except KizunaError:
        raise
    except (Exception, SystemExit) as error:
        plugin = plugins.function_plugins[function.name]
        log.exception("function %s of plugin %s failed", function.name, plugin)
        raise FunctionFailedError(
            function=function.name, plugin=plugin, reason=f"{type(error).__name__}: {error}"[:200]
        ) from error


def _checked(plugins: Plugins, function: WorksheetFunction, found: Any, cells: int | None) -> list[list[Any]]:
    """Return the answer as lists, or raise FunctionFailedError when it has not the declared shape."""
    try:
        columns = [one.tolist() if isinstance(one, np.ndarray) else list(one) for one in found]
    except TypeError:
        columns = []
    lengths = set(map(len, columns))
    width = max(len(function.returns), 1)
    if len(columns) != width or len(lengths) > 1 or (cells is not None and lengths != {cells}):
        reason = f"gave {len(columns)} columns of {sorted(lengths)} values, declared are {width} of {cells or 'equal length'}"
        raise FunctionFailedError(function=function.name, plugin=plugins.function_plugins[function.name], reason=reason)
    return columns


def _wire(columns: list[list[Any]], language: str) -> tuple[list[list[Any]], dict[str, Any]]:
    """Return the answer as JSON shows it, and why cells are blank, by line: ``2`` is the first blank of the third line.

    Where a line has several cells, each blank's own reason is there too: ``2:1`` is the second cell of the third line.
    """
    reasons: dict[str, Any] = {}
    said: dict[int, dict[str, str]] = {}
    shown = []
    for place, column in enumerate(columns):
        kinds = set(map(type, column))
        if Blank in kinds:
            blanks = {cell: value for cell, value in enumerate(column) if isinstance(value, Blank)}
            for cell, value in blanks.items():
                if id(value) not in said:
                    said[id(value)] = {"code": value.code, "message": value.text.in_language(language)}
                reasons.setdefault(str(cell), said[id(value)])
                if len(columns) > 1:
                    reasons[f"{cell}:{place}"] = said[id(value)]
        values = [None if type(one) is Blank else one for one in column] if Blank in kinds else column
        shown.append(values if kinds <= PLAIN else [_shown(one, language) for one in values])
    return shown, reasons


def _shown(value: Any, language: str) -> Any:
    return value.in_language(language) if isinstance(value, Label | Text) else plain(value)


def plain(value: Any) -> Any:
    """Return a value as JSON shows it: dates as ISO text, what is no number as null."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | bool | int) else str(value)
