"""Answer calls of worksheet functions: ten thousand cells are one call of the function."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import msgspec
import numpy as np

from kizuna.errors import KizunaError, NotFoundError, OperationError, Text
from kizuna.functions.arguments import Call, read_call
from kizuna.model.data import ScopedData
from kizuna.patience import LateError, Patience, told
from kizuna.plugins import Plugins, calls, traced
from kizuna.worksheet import Blank, Data, WorksheetFunction

log = logging.getLogger("kizuna.functions")
MOST_SECONDS = 20.0
MOST_LINES = 1_048_576
"""A worksheet has no more lines."""

LARGEST = 2**63 - 1
"""The largest whole number that every reader of JSON takes."""

Wired = tuple[list[list[Any]], dict[str, Any]]
"""Columns as JSON shows them, and the reasons of blank cells by their place."""


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
        values, reasons = _in_time(plugins, data, read_call(function, asked.arguments), language, patience)
    except KizunaError as error:
        shown = {"code": error.code, "message": error.message.in_language(language), "details": {}}
        return {"function": asked.function, "error": shown}
    return {
        "function": function.name,
        "kind": function.kind,
        "returns": function.returns,
        "columns": values,
        "reasons": reasons,
    }


def _in_time(plugins: Plugins, data: ScopedData, call: Call, language: str, patience: Patience) -> Wired:
    function = call.function
    plugin = plugins.function_plugins[function.name]
    try:
        with data.apart() if function.takes_data else nullcontext():
            # An answer may be a generator, or hold one: making it JSON is the plugin's time too.
            return patience.run(lambda: _wire(_answer(plugins, data, call), language), stop=data.abandon)
    except KizunaError:
        raise
    except LateError as late:
        log.error("function %s of plugin %s gave no answer in %s seconds", function.name, plugin, late.seconds)
        raise FunctionTimeoutError(function=function.name, plugin=plugin, seconds=f"{late.seconds:g}") from None
    except Exception as error:
        log.exception("function %s of plugin %s failed", function.name, plugin)
        raise FunctionFailedError(function=function.name, plugin=plugin, reason=told(error)) from error


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
    groups: dict[tuple[Any, ...], list[int]] = {}
    for cell in range(cells):
        groups.setdefault(tuple(call.values[name][cell] for name in shared), []).append(cell)
    width = max(len(function.returns), 1)
    columns: list[list[Any]] = [[None] * cells for _ in range(width)]
    for values, members in groups.items():
        arguments: dict[str, Any] = dict(zip(shared, values, strict=True))
        arguments |= {name: [call.values[name][cell] for cell in members] for name in per_cell}
        found = _call(plugins, data, function, arguments)
        if not per_cell:
            once = islice(found, width + 1) if width > 1 and _is_list(found) else [found]
            found = [[one] * len(members) for one in once]
        elif width == 1:
            found = [found]
        for column, part in zip(columns, _checked(plugins, function, found, len(members)), strict=True):
            for cell, value in zip(members, part, strict=True):
                column[cell] = value
    return columns


def _call(plugins: Plugins, data: Data, function: WorksheetFunction, arguments: Mapping[str, Any]) -> Any:
    def answer() -> Any:
        return function.call(data, **arguments) if function.takes_data else function.call(**arguments)

    if calls.isEnabledFor(logging.DEBUG):
        return traced(function.name, plugins.function_plugins[function.name], answer)
    return answer()


def _checked(plugins: Plugins, function: WorksheetFunction, found: Any, cells: int | None) -> list[list[Any]]:
    """Return the answer as lists, or raise FunctionFailedError when it has not the declared shape."""
    width = max(len(function.returns), 1)
    columns = [_column(one) for one in islice(found, width + 1)] if _is_list(found) else [[]]
    lengths = set(map(len, columns))
    if max(lengths, default=0) > MOST_LINES:
        reason = f"gave more than {MOST_LINES:,} lines"
    elif len(columns) != width or len(lengths) > 1 or (cells is not None and lengths != {cells}) or not _is_list(found):
        counted = f"{len(columns)} columns of {sorted(lengths)} values" if _is_list(found) else type(found).__name__
        reason = f"gave {counted}, declared are {width} of {cells or 'equal length'}"
    else:
        return columns
    raise FunctionFailedError(function=function.name, plugin=plugins.function_plugins[function.name], reason=reason)


def _is_list(value: Any) -> bool:
    """Whether a value is a row of values; a text would come apart into its letters, a mapping into its keys."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping | set | frozenset)


def _column(values: Any) -> list[Any]:
    """Return one column as a list of at most one line more than a worksheet has; what is no column has no lines."""
    if isinstance(values, np.ndarray):
        return values[: MOST_LINES + 1].tolist() if values.ndim else []
    return list(islice(values, MOST_LINES + 1)) if _is_list(values) else []


def _wire(columns: list[list[Any]], language: str) -> Wired:
    reasons: dict[str, Any] = {}
    shown = []
    for column in columns:
        values: list[Any] = []
        for cell, value in enumerate(column):
            if isinstance(value, Blank):
                reasons[str(cell)] = {"code": value.code, "message": value.text.in_language(language)}
                values.append(None)
            else:
                values.append(plain(value))
        shown.append(values)
    return shown, reasons


def is_cell(value: Any) -> bool:
    """Whether a cell can hold a value: no list, mapping, bytes or the like."""
    return isinstance(value, str) or not isinstance(value, Iterable)


def plain(value: Any) -> Any:
    """Return a value as JSON shows it: dates as ISO text, what is no number as null.

    Raises TypeError for what no cell can hold, such as a list or bytes.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value if value.isascii() else _writable(value)
    if isinstance(value, int):
        return value if -LARGEST <= value <= LARGEST else _finite(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        if not value.is_finite():
            return None
        return plain(int(value)) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if not is_cell(value):
        raise TypeError(f"a cell cannot hold {type(value).__name__}")
    return _writable(str(value))


def _finite(value: int) -> float | None:
    """Return a whole number beyond 64 bits as the nearest a cell can hold, None where none is near."""
    try:
        return float(value)
    except OverflowError:
        return None


def _writable(text: str) -> str:
    """Return a text with halves of characters, which no encoding can write, replaced."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
