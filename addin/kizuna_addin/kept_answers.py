"""Answers of the functions in a workbook's cells, kept in the workbook by each pull: what a cell shows while nobody answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import xlwings as xw

from kizuna_addin.client import Client
from kizuna_addin.desk import Desk
from kizuna_addin.errors import AddinError
from kizuna_addin.formulas import UnreadableArgumentError, find_requests
from kizuna_addin.functions import read_question
from kizuna_addin.grid import read_grids
from kizuna_addin.hosts import capabilities
from kizuna_addin.memory import SHEET, Memory
from kizuna_addin.questions import (
    FunctionShape,
    Question,
    Reply,
    plan,
    question_key,
    question_of,
    read_catalogue,
    replies,
)
from kizuna_addin.table_sheet import formula_lines

MOST = 100_000
"""Answers that a workbook keeps."""


@dataclass(frozen=True)
class KeptAnswers:
    """The functions that stand in a workbook's cells, and their answers of the last pull."""

    functions: Mapping[str, FunctionShape]
    replies: Mapping[Any, Reply]

    @classmethod
    def read(cls, memory: Memory) -> KeptAnswers:
        """Return what a workbook keeps; nothing where that cannot be read."""
        raw = memory.cell_answers()
        try:
            functions = {
                name: FunctionShape(name, kind, tuple((one, sort) for one, sort in arguments))
                for name, (kind, arguments) in raw["functions"].items()
            }
            found = {}
            for name, arguments, lines, error in raw["answers"]:
                question = Question(functions[name], arguments)
                found[question_key(question)] = Reply(tuple(map(tuple, lines)), error)
        except (KeyError, TypeError, ValueError):
            return cls({}, {})
        return cls(functions, found)

    def answer(self, function: str, given: Sequence[Sequence[Any]]) -> tuple[FunctionShape, Reply] | None:
        """Return the answer that was kept for a call, None where there is none; raises UnreadableArgumentError."""
        shape = self.functions.get(function)
        if shape is None:
            return None
        reply = self.replies.get(question_key(question_of(shape, given)))
        return None if reply is None else (shape, reply)


def keep_answers(desk: Desk, client: Client, *, today: Callable[[], date] = date.today) -> None:
    """Ask for the answers of every function that stands in the workbook's cells and note them in its memory.

    One request, and none where no cell calls a function. What fails here is no failure of the pull: the older answers stay.
    """
    host = capabilities.of(desk.book)
    formulas = {sheet.name: _formulas(host.formula_areas(sheet)) for sheet in desk.book.sheets if sheet.name != SHEET}
    if not any(formulas.values()):
        return
    try:
        catalogue = read_catalogue(client.functions())
        questions = _questions(desk.book, formulas, catalogue, today())
        asked = plan(questions)
        results = client.call(asked.calls) if questions else []
    except AddinError:
        return
    found = replies(questions, asked, results)
    used = {one.function.name: [one.function.kind, one.function.arguments] for one in questions}
    answers = [
        [one.function.name, one.arguments, reply.lines, reply.error]
        for one, reply in zip(questions, found, strict=True)
    ]
    desk.memory.put_cell_answers({"functions": used, "answers": answers})


def _formulas(areas: Iterable[xw.Range]) -> list[tuple[int, str]]:
    """Return row and text of each formula that calls something."""
    found = []
    for area in areas:
        for row, line in enumerate(formula_lines(area), area.row):
            found += [(row, str(text)) for text in line if "(" in str(text)]
    return found


def _questions(
    book: xw.Book,
    formulas: Mapping[str, Sequence[tuple[int, str]]],
    catalogue: Mapping[str, FunctionShape],
    today: date,
) -> list[Question]:
    requests = [
        (name, row, request)
        for name, some in formulas.items()
        for row, text in some
        for request in find_requests(text, catalogue)
    ]
    grids = read_grids(book) if requests else {}
    questions: dict[Any, Question] = {}
    for name, row, request in requests[:MOST]:
        if name not in grids:
            continue
        try:
            question = read_question(request, catalogue[request.function], grids, grids[name], row, today)
        except UnreadableArgumentError:
            # What would have to be computed is asked when its own turn comes.
            continue
        questions.setdefault(question_key(question), question)
    return list(questions.values())
