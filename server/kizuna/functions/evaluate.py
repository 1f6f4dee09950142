"""Answer calls of worksheet functions: ten thousand cells are one call of the function."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

import msgspec
import numpy as np

from kizuna.errors import KizunaError, NotFoundError, OperationError, Text
from kizuna.functions.arguments import Call, read_call
from kizuna.functions.wired import Wired, wired
from kizuna.model.data import ScopedData
from kizuna.patience import LateError, Patience, told
from kizuna.plugins import Plugins, calls, traced
from kizuna.worksheet import Blank, Data, WorksheetFunction

log = logging.getLogger("kizuna.functions")
MOST_SECONDS = 20.0
TOLD_COLUMNS = 5
NOT_GIVEN = Blank("argument-missing", Text("指定するセルが空です", "The cell to ask about is empty"))
MOST_LINES = 1_048_576
"""A worksheet has no more lines."""


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


class NotReachedError(OperationError):
    """The calls before this one in the request took all there was for it."""

    code = "not-reached"
    text = Text(
        "一度の問い合わせの上限({limit.ja})に達したため、{function} はまだ計算していません。"
        "残りだけをもう一度問い合わせてください。",
        "{function} was not computed: the calls before it used up what one request has ({limit.en}). Ask for the rest again.",
    )


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one request has for all its calls together; the call that goes beyond is the last. The first is always made."""

    seconds: float = 60.0
    cells: int = 5_000_000
    """Of answers."""


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
    return list(each(plugins, data, calls, language=language, seconds=seconds, bounds=Bounds(math.inf, MOST_LINES**2)))


def each(
    plugins: Plugins,
    data: ScopedData,
    calls: Sequence[FunctionCall],
    *,
    language: str = "ja",
    seconds: float = MOST_SECONDS,
    bounds: Bounds,
) -> Iterator[dict[str, Any]]:
    """Yield the same one after the other; the calls there is no time or room left for say that they were not reached."""
    until, cells = time.monotonic() + bounds.seconds, bounds.cells
    with Patience(seconds) as patience:
        for place, call in enumerate(calls):
            if place and (spent := _spent(bounds, cells, until)):
                yield _failed(call, NotReachedError(function=call.function[:60], limit=spent), language)
                continue
            # Each call has a handle of its own, so that one that came too late can be shut out.
            result = _evaluate_one(plugins, data.again(), call, language, patience)
            cells -= sum(map(len, result.get("columns", ())))
            yield result


def _spent(bounds: Bounds, cells: int, until: float) -> Text | None:
    """Return the bound that is reached, None when none is."""
    if cells <= 0:
        return Text("{cells} セル", "{cells} cells").format(cells=f"{bounds.cells:,}")
    if time.monotonic() >= until:
        return Text("{seconds} 秒", "{seconds} seconds").format(seconds=f"{bounds.seconds:g}")
    return None


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
        return _failed(asked, error, language)
    return {
        "function": function.name,
        "kind": function.kind,
        "returns": [one.in_language(language) for one in function.headings],
        "columns": values,
        "reasons": reasons,
    }


def _failed(asked: FunctionCall, error: KizunaError, language: str) -> dict[str, Any]:
    shown = {"code": error.code, "message": error.message.in_language(language), "details": {}}
    return {"function": asked.function, "error": shown}


def _in_time(plugins: Plugins, data: ScopedData, call: Call, language: str, patience: Patience) -> Wired:
    function = call.function
    plugin = plugins.function_plugins[function.name]
    try:
        with data.apart() if function.takes_data else nullcontext():
            # An answer may be a generator, or hold one: making it JSON is the plugin's time too.
            return patience.run(lambda: wired(_answer(plugins, data, call), language), stop=data.abandon)
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
    cells = 1 if call.cells is None else call.cells
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
    needed = [one.name for one in function.arguments if one.required and not one.per_cell]
    given = all(call.values[name][0] is not None for name in needed if call.values[name])
    if per_cell and given and all(len(set(call.values[name])) == 1 for name in shared):
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
        if any(arguments[name] is None for name in needed):
            for column, cell in product(columns, members):
                column[cell] = NOT_GIVEN
            continue
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
        reason = f"gave {_told_shape(found, columns)}; must give {_wanted_shape(function, width, cells)}"
    else:
        return columns
    raise FunctionFailedError(function=function.name, plugin=plugins.function_plugins[function.name], reason=reason)


def _told_shape(found: Any, columns: Sequence[Sequence[Any]]) -> str:
    """Return what came, for the author to see the mistake: how many values, or of what kind where that is no column."""
    if not _is_list(found):
        return type(found).__name__
    given = [f"{len(one)} values" if _is_list(part) else type(part).__name__ for part, one in _some(found, columns)]
    return f"{len(columns)} columns ({', '.join(given)})" if len(columns) > 1 else ", ".join(given) or "no column"


def _some(found: Any, columns: Sequence[Sequence[Any]]) -> Iterable[tuple[Any, Sequence[Any]]]:
    """Return the parts there are to tell of; what gives its parts but once is told by its columns."""
    parts = found if isinstance(found, Sequence | np.ndarray) else columns
    return zip(islice(parts, TOLD_COLUMNS), columns, strict=False)


def _wanted_shape(function: WorksheetFunction, width: int, cells: int | None) -> str:
    each = "as many values each" if cells is None else f"{cells} values each, one per cell"
    if width == 1:
        return "a list of values" if cells is None else f"a list of {cells} values, one per cell"
    return f"{width} columns ({', '.join(function.returns)}) of {each}"


def _is_list(value: Any) -> bool:
    """Whether a value is a row of values; a text would come apart into its letters, a mapping into its keys."""
    return isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping | set | frozenset)


def _column(values: Any) -> list[Any]:
    """Return one column as a list of at most one line more than a worksheet has; what is no column has no lines."""
    if isinstance(values, np.ndarray):
        return values[: MOST_LINES + 1].tolist() if values.ndim else []
    return list(islice(values, MOST_LINES + 1)) if _is_list(values) else []
