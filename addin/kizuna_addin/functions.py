"""Worksheet functions where no program computes: requests stay in their cells, answers are written to their right.

A cell that holds ``=RFM(A2)`` (a formula, or the same as text) keeps it. `calculate` asks the server for all of them in
one request and writes each answer beginning in the next cell to the right: one value, a row of values, or a whole table with
its heading. Cells of a person's own are never overwritten: the place must be empty or still hold the last answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import xlwings as xw

from kizuna_addin.answers import Answers, Spot
from kizuna_addin.book_errors import NotOursError
from kizuna_addin.client import Client
from kizuna_addin.desk import Desk
from kizuna_addin.formulas import Constant, Request, UnreadableArgumentError, read_argument, read_request
from kizuna_addin.grid import Grid, protected_cells, read_grids
from kizuna_addin.memory import Memory
from kizuna_addin.messages import BLOCKED_ANSWER, UNREADABLE_ARGUMENT
from kizuna_addin.questions import FunctionShape, Question, Reply, plan, question_of, read_catalogue, replies
from kizuna_addin.read_only import mind_read_only


@dataclass(frozen=True, slots=True)
class Trouble:
    """A request that got no answer: where it is and why."""

    cell: str
    reason: str


@dataclass(frozen=True)
class Calculated:
    """How many requests were answered, in how many calls, and which were not."""

    answered: int
    calls: int
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    grid: Grid
    row: int
    column: int
    text: str
    question: Question

    @property
    def cell(self) -> str:
        return self.grid.address(self.row, self.column)


def calculate(book: xw.Book, client: Client, *, today: date, language: str = "ja") -> Calculated:
    """Answer every request in a workbook with one request to the server, and save the workbook."""
    mind_read_only(book)
    catalogue = read_catalogue(client.functions())
    memory = Memory.read(book)
    grids = read_grids(book)
    asked, troubles = _collect(grids, catalogue, today, language)
    asking = plan([one.question for one in asked])
    results = client.call(asking.calls) if asking.calls else []
    found = replies([one.question for one in asked], asking, results)
    answers = Answers.read(memory)
    taken = _protected(book)
    answered = 0
    for one, reply in zip(asked, found, strict=True):
        reason = reply.error or _write(one, reply, answers, taken.get(one.grid.sheet.name, frozenset()), language)
        if reason:
            troubles.append(Trouble(one.cell, reason))
        else:
            answered += 1
    answers.keep(memory)
    memory.keep(book)
    book.save()
    return Calculated(answered, len(asking.calls), tuple(troubles))


def _collect(
    grids: Mapping[str, Grid], catalogue: Mapping[str, FunctionShape], today: date, language: str
) -> tuple[list[_Asked], list[Trouble]]:
    asked: list[_Asked] = []
    troubles: list[Trouble] = []
    for grid in grids.values():
        for row, column, text in grid.formulas():
            request = read_request(text)
            shape = catalogue.get(request.function) if request else None
            if request is None or shape is None:
                continue
            try:
                question = read_question(request, shape, grids, grid, row, today)
            except UnreadableArgumentError as error:
                reason = UNREADABLE_ARGUMENT.format(argument=error).in_language(language)
                troubles.append(Trouble(grid.address(row, column), reason))
                continue
            asked.append(_Asked(grid, row, column, str(text), question))
    return asked, troubles


def read_question(
    request: Request, shape: FunctionShape, grids: Mapping[str, Grid], grid: Grid, row: int, today: date
) -> Question:
    """Return what a request in some row of a sheet asks; raise UnreadableArgumentError for what would have to be computed."""
    given: list[list[Any]] = []
    for text in request.arguments:
        meant = read_argument(text, today=today)
        if isinstance(meant, Constant):
            given.append([] if meant.value is None else [meant.value])
        else:
            given.append(grid.look_up(meant, grids, row))
    return question_of(shape, given)


def _write(one: _Asked, reply: Reply, answers: Answers, taken: frozenset[int], language: str) -> str | None:
    lines = [[cell_value(value) for value in line] for line in reply.lines]
    height, width = len(lines), max(map(len, lines), default=0)
    lines = [[*line, *[None] * (width - len(line))] for line in lines]
    spot = Spot(one.grid.sheet.name, one.row, one.column, one.text)
    old = answers.place_of(spot, one.grid)
    span = range(one.column + 1, one.column + 1 + width)
    if any(column in taken for column in span) or not one.grid.is_free(one.row, one.column + 1, height, width, old):
        return BLOCKED_ANSWER.format(cell=one.cell, columns=width, rows=height).in_language(language)
    if old is not None:
        one.grid.clear(one.row, one.column + 1, *old)
    if lines:
        one.grid.write(one.row, one.column + 1, lines)
    answers.remember(spot, lines)
    return None


def cell_value(value: Any) -> Any:
    """Return an answer's value as a cell takes it; a day becomes a date, a list words."""
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return "、".join(map(str, value)) if isinstance(value, list) else value


def _protected(book: xw.Book) -> Mapping[str, frozenset[int]]:
    try:
        return protected_cells(Desk.open(book))
    except NotOursError:
        return {}
