"""Many cells' requests as few calls, and the answers back to each cell: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna_addin.formulas import UnreadableArgumentError, wire_value

PER_CELL = frozenset({"keys", "texts", "numbers"})


@dataclass(frozen=True, slots=True)
class FunctionShape:
    """A function of the catalogue: what it takes, in order, and what it gives."""

    name: str
    kind: str
    arguments: tuple[tuple[str, str], ...]
    """Name and type of each argument."""


@dataclass(frozen=True, slots=True)
class Question:
    """One cell's request with its arguments as values; a per-cell argument over a range has several, one line each."""

    function: FunctionShape
    arguments: Mapping[str, Any]
    lines: int = 1


def question_key(question: Question) -> Any:
    """Return what tells one question from another, for looking up its answer."""
    return question.function.name, tuple(
        (name, tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(question.arguments.items(), key=lambda pair: pair[0])
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes into the cells of one request: lines of values, or the words why not."""

    lines: tuple[tuple[Any, ...], ...]
    error: str | None = None
    waits: bool = False
    """Whether the words say that the server did not answer yet."""


def read_catalogue(raw: Sequence[Mapping[str, Any]]) -> dict[str, FunctionShape]:
    """Return the functions of ``GET /functions`` by name."""
    return {
        one["name"]: FunctionShape(
            one["name"], one["kind"], tuple((argument["name"], argument["type"]) for argument in one["arguments"])
        )
        for one in raw
    }


def question_of(shape: FunctionShape, given: Sequence[Sequence[Any]]) -> Question:
    """Return the question that argument values in order ask; each argument is a list of cells, empty when left out.

    Raises UnreadableArgumentError, naming the argument, for more cells than an argument takes or ranges of different lengths.
    """
    # An empty cell in the last place asks the same as no argument there.
    while len(given) > 1 and not any(value is not None for value in given[-1]):
        given = given[:-1]
    if len(given) > len(shape.arguments):
        raise UnreadableArgumentError(str(len(shape.arguments) + 1))
    arguments: dict[str, Any] = {}
    lines = 1
    for cells, (name, kind) in zip(given, shape.arguments, strict=False):
        values = [wire_value(value, kind) for value in cells]
        if len(values) == 1:
            if kind in PER_CELL or values[0] is not None:
                arguments[name] = values[0]
        elif values and kind in PER_CELL:
            arguments[name] = values
            lines = max(lines, len(values))
        elif values:
            raise UnreadableArgumentError(name)
    for name, value in arguments.items():
        if isinstance(value, list) and len(value) != lines:
            raise UnreadableArgumentError(name)
    return Question(shape, arguments, lines)


@dataclass(frozen=True)
class Plan:
    """The calls of one request to the server; `places` tells for each question its call and first line in it."""

    calls: tuple[dict[str, Any], ...]
    places: tuple[tuple[int, int], ...]


def plan(questions: Sequence[Question]) -> Plan:
    """Put questions about the same function into one call, with one value per line; tables are asked for one by one."""
    groups: dict[Any, list[int]] = {}
    for number, question in enumerate(questions):
        groups.setdefault(_group(question), []).append(number)
    calls: list[dict[str, Any]] = []
    places: list[tuple[int, int]] = [(0, 0)] * len(questions)
    for members in groups.values():
        first = questions[members[0]]
        listed = {name for name, kind in first.function.arguments if kind in PER_CELL and name in first.arguments}
        arguments: dict[str, Any] = {}
        for name in first.arguments:
            values = [value for number in members for value in _values(questions[number], name)]
            same = all(value == values[0] for value in values) and name not in listed
            arguments[name] = values[0] if same or not listed else values
        line = 0
        for number in members:
            places[number] = (len(calls), line)
            line += questions[number].lines if listed else 0
        calls.append({"function": first.function.name, "arguments": arguments})
    return Plan(tuple(calls), tuple(places))


def replies(questions: Sequence[Question], asked: Plan, results: Sequence[Mapping[str, Any]]) -> list[Reply]:
    """Return the reply to each question from the results of its call."""
    found = []
    for question, (call, line) in zip(questions, asked.places, strict=True):
        result = results[call]
        if "error" in result:
            found.append(Reply((), str(result["error"].get("message", ""))))
        elif question.function.kind == "table":
            heading = tuple(result.get("returns") or ())
            body = tuple(zip(*result["columns"], strict=True))
            found.append(Reply((heading, *body) if heading else body))
        else:
            found.append(_lines(result, line, question.lines))
    return found


def _lines(result: Mapping[str, Any], first: int, count: int) -> Reply:
    reasons = result.get("reasons") or {}
    columns = result["columns"]
    lines = []
    for line in range(first, first + count):
        values = [column[line] for column in columns]
        reason = reasons.get(str(line))
        if reason and all(value is None for value in values):
            values[0] = reason.get("message")
        lines.append(tuple(values))
    return Reply(tuple(lines))


def _group(question: Question) -> Any:
    name = question.function.name
    per_cell = any(kind in PER_CELL and one in question.arguments for one, kind in question.function.arguments)
    if question.function.kind == "table" or not per_cell:
        return name, repr(sorted(question.arguments.items(), key=lambda pair: pair[0]))
    return name, tuple(sorted(question.arguments))


def _values(question: Question, name: str) -> list[Any]:
    value = question.arguments[name]
    return value if isinstance(value, list) else [value] * question.lines
