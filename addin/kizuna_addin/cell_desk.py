"""A cell's call answered: by which server, for which function, and which neighbours ask the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlowError
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import xlwings as xw

from kizuna_addin.client import Client
from kizuna_addin.errors import NOT_AS_AGREED, AddinError, BadAnswerError, ConnectionTrouble, OfflineError
from kizuna_addin.formulas import UnreadableArgumentError, find_requests, flat
from kizuna_addin.function_cells import FunctionCells, Patience
from kizuna_addin.functions import cell_value, read_question
from kizuna_addin.grid import Grid, read_grid
from kizuna_addin.kept_answers import KeptAnswers
from kizuna_addin.memory import Memory
from kizuna_addin.messages import NO_SUCH_FUNCTION, WAITING, WRONG_CELLS
from kizuna_addin.questions import FunctionShape, Question, Reply, question_of, read_catalogue
from kizuna_addin.runner import remembered_server

SignIn = Callable[[str | None], Client]
"""Returns a client for the server a workbook remembers (or for this PC's own); raises AddinError when not signed in."""

_REMEMBER = 60.0
"""Seconds for which a workbook's server and the catalogue are not looked at again."""


@dataclass
class _Server:
    client: Client
    cells: FunctionCells
    catalogue: Mapping[str, FunctionShape]
    looked: float


@dataclass
class CellDesk:
    """Answers calls of worksheet functions from any workbook of one person."""

    sign_in: SignIn
    language: str = "ja"
    today: Callable[[], date] = date.today
    now: Callable[[], float] = time.monotonic
    patience: Patience = field(default_factory=Patience)
    _worker: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="kizuna-sign-in")
    )
    _connecting: dict[str | None, Future[_Server]] = field(default_factory=dict)
    _books: dict[str, tuple[str | None, float]] = field(default_factory=dict)
    _answers: dict[str, tuple[KeptAnswers, float]] = field(default_factory=dict)
    _servers: dict[str | None, _Server] = field(default_factory=dict)
    _refusals: dict[str | None, tuple[AddinError, float]] = field(default_factory=dict)

    def call(self, function: str, arguments: Sequence[Any], sheet: xw.Sheet) -> Any:
        """Return what goes into the cells of one call: a value, a row, a table, or words that name the cure.

        Arguments are values as xlwings reads them: a scalar, a list, a list of lists, None when left out or empty.
        """
        return self.answer(
            function,
            arguments,
            lambda: self._book_server(sheet.book),
            lambda: _Grids(sheet),
            lambda: self._book_answers(sheet.book),
        )

    def answer(
        self,
        function: str,
        arguments: Sequence[Any],
        remembered: Callable[[], str | None],
        grids: Callable[[], Mapping[str, Grid]],
        kept: Callable[[], KeptAnswers] = lambda: KeptAnswers({}, {}),
    ) -> Any:
        """Do the same for a program whose sheets come in another way than through xlwings.

        `remembered` returns the server that the workbook names; `grids` the sheets whose calls may be asked for in the same
        request. It is called only when the server has to be asked. `kept` returns what the workbook keeps of its last pull;
        it is called only while the server is silent.
        """
        named = function.strip().upper()
        given = [_cells(one) for one in arguments]
        try:
            server = self._server(remembered())
            shape = server.catalogue.get(named) or self._look_again(server, named)
            if shape is None:
                return NO_SUCH_FUNCTION.format(function=named).in_language(self.language)
            question = question_of(shape, given)
        except UnreadableArgumentError as error:
            return WRONG_CELLS.format(argument=error).in_language(self.language)
        except ConnectionTrouble:
            return self._of_last_pull(named, given, kept)
        except AddinError as error:
            return error.message.in_language(self.language)
        reply = server.cells.reply(question, lambda: self._neighbours(grids(), server.catalogue))
        return self._of_last_pull(named, given, kept) if reply.waits else _for_cells(reply, shape)

    def _of_last_pull(self, named: str, given: Sequence[Sequence[Any]], kept: Callable[[], KeptAnswers]) -> Any:
        """Return what the workbook keeps for a call, else 接続待ち."""
        try:
            found = kept().answer(named, given)
        except UnreadableArgumentError:
            found = None
        return WAITING.in_language(self.language) if found is None else _for_cells(found[1], found[0])

    def expire(self) -> None:
        """Have everything asked for again: answers, catalogues, servers."""
        for server in self._servers.values():
            server.cells.expire()
            server.looked = float("-inf")
        self._books.clear()
        self._answers.clear()
        self._refusals.clear()

    def _book_server(self, book: xw.Book) -> str | None:
        name = book.name
        known, at = self._books.get(name, (None, float("-inf")))
        if self.now() - at >= _REMEMBER:
            known = remembered_server(book)
            self._books[name] = known, self.now()
        return known

    def _book_answers(self, book: xw.Book) -> KeptAnswers:
        name = book.name
        known, at = self._answers.get(name, (KeptAnswers({}, {}), float("-inf")))
        if self.now() - at >= _REMEMBER:
            known = KeptAnswers.read(Memory.read(book))
            self._answers[name] = known, self.now()
        return known

    def _server(self, remembered: str | None) -> _Server:
        """Return the connection to a server, made on the side so that no cell waits long; raises AddinError."""
        if remembered in self._servers:
            return self._servers[remembered]
        refusal, at = self._refusals.get(remembered, (None, float("-inf")))
        if refusal is not None and self.now() - at < self.patience.retry:
            raise refusal
        known = self._connecting.get(remembered)
        future = known or self._connecting.setdefault(remembered, self._worker.submit(self._connect, remembered))
        try:
            server = future.result(0 if known else self.patience.wait)
        except TooSlowError:
            raise OfflineError(server=remembered) from None
        except AddinError as error:
            self._refusals[remembered] = error, self.now()
            del self._connecting[remembered]
            raise
        del self._connecting[remembered]
        self._servers[remembered] = server
        return server

    def _connect(self, remembered: str | None) -> _Server:
        client = self.sign_in(remembered)
        cells = FunctionCells(client.answers, language=self.language, patience=self.patience, now=self.now)
        return _Server(client, cells, _catalogue(client), self.now())

    def _look_again(self, server: _Server, named: str) -> FunctionShape | None:
        """Ask for the catalogue again, now and then: a plugin may have been installed since."""
        if self.now() - server.looked < _REMEMBER:
            return None
        server.looked = self.now()
        server.catalogue = _catalogue(server.client)
        return server.catalogue.get(named)

    def _neighbours(self, grids: Mapping[str, Grid], catalogue: Mapping[str, FunctionShape]) -> Iterator[Question]:
        """Yield the questions of every call that stands readable in the formulas of the sheets at hand."""
        today = self.today()
        # References read further sheets meanwhile; their calls are asked when they are looked at themselves.
        for grid in list(grids.values()):
            for row, _column, text in grid.formulas():
                for request in find_requests(text, catalogue):
                    try:
                        yield read_question(request, catalogue[request.function], grids, grid, row, today)
                    except UnreadableArgumentError:
                        # What would have to be computed is asked when its own turn comes.
                        continue


class _Grids(Mapping[str, Grid]):
    """The sheets of a workbook, each read when it is first looked at."""

    def __init__(self, sheet: xw.Sheet) -> None:
        self._book = sheet.book
        self._read = {sheet.name: read_grid(sheet)}

    def __getitem__(self, name: str) -> Grid:
        if name not in self._read:
            if name not in [sheet.name for sheet in self._book.sheets]:
                raise KeyError(name)
            self._read[name] = read_grid(self._book.sheets[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def _catalogue(client: Client) -> Mapping[str, FunctionShape]:
    """Return what functions the server has; raises AddinError."""
    try:
        return read_catalogue(client.functions())
    except NOT_AS_AGREED as error:
        raise BadAnswerError from error


def _cells(argument: Any) -> list[Any]:
    """Return an argument's cells in order."""
    if isinstance(argument, list | tuple):
        lines = argument if argument and isinstance(argument[0], list | tuple) else [argument]
        return flat(lines)
    return [argument]


def _for_cells(reply: Reply, shape: FunctionShape) -> Any:
    if reply.error is not None:
        return reply.error
    # An empty value would show as 0.
    lines = [["" if value is None else cell_value(value) for value in line] for line in reply.lines]
    if not lines or not lines[0]:
        return ""
    width = max(map(len, lines))
    if shape.kind != "table" and len(lines) == 1 and width == 1:
        return lines[0][0]
    return [[*line, *[""] * (width - len(line))] for line in lines]
