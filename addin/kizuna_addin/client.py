"""The server as the add-in sees it: one method per request of the wire."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

from kizuna_addin.asking import in_parts
from kizuna_addin.errors import NotAServerError, RefusedError
from kizuna_addin.gather import Gathering, Pulled
from kizuna_addin.schema import Schema, read_schema
from kizuna_addin.transport import Transport
from kizuna_addin.wire import Answer, Changeset, HistoryEntry, read_answer, read_history, read_page, request_json

T = TypeVar("T")

Condition = tuple[str, str, Any]
"""One condition of a filter: field, operator, value."""


class Client:
    """A signed-in connection to one server."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.server = transport.server

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self._transport.close()

    def me(self) -> dict[str, Any]:
        """Return who the token belongs to and what it may do."""
        return self._object(self._transport.get("/me"))

    def schema(self) -> Schema:
        """Return the tables the caller may read."""
        return self._reading(read_schema, self._transport.get("/tables"))

    def pull(
        self,
        table: str,
        *,
        cursor: str | None = None,
        fields: Sequence[str] = (),
        conditions: Sequence[Condition] = (),
        arrived: Callable[[int], None] | None = None,
    ) -> Pulled:
        """Return everything that changed in a table since `cursor`, all pages put together.

        `arrived` hears the number of rows after each page. References come as the keys that people use. A page that was
        cut is asked for again from the last cursor.
        """
        parameters = {"layout": "columns", "refs": "key"}
        if fields:
            parameters["fields"] = ",".join(fields)
        if conditions:
            parameters["filter"] = json.dumps([list(one) for one in conditions], ensure_ascii=False)
        gathering = Gathering()
        while True:
            if cursor:
                parameters["cursor"] = cursor
            raw = self._transport.get(f"/tables/{table}/rows", parameters)
            if raw is None:
                return gathering.finish(cursor)
            page = self._reading(read_page, raw)
            gathering.add(page)
            if arrived:
                arrived(gathering.count)
            if not page.more or page.cursor == cursor:
                return gathering.finish(page.cursor)
            cursor = page.cursor

    def push(self, changeset: Changeset) -> Answer:
        """Send a changeset (or ask what it would do, with its `dry_run`)."""
        raw = self._transport.post("/changesets", request_json(changeset))
        return self._reading(lambda answer: read_answer(answer, changeset), raw)

    def undo(self, changeset: str, *, id: str, dry_run: bool = False) -> Answer:  # noqa: A002  # the wire's word
        """Take back a whole changeset by its inverse, which gets the given id."""
        return self._reading(
            read_answer, self._transport.post(f"/changesets/{changeset}/undo", {"id": id, "dry_run": dry_run})
        )

    def is_alive(self, table: str, row: str) -> bool:
        """Return whether a row exists and may be seen, whatever filter a sheet has."""
        try:
            return not self._object(self._transport.get(f"/tables/{table}/rows/{row}"))["deleted"]
        except RefusedError as error:
            if error.status in {403, 404}:
                return False
            raise

    def key(self, table: str, row: str, field: str) -> str:
        """Return what people call a row, its id where that cannot be told."""
        try:
            found = self._object(self._transport.get(f"/tables/{table}/rows/{row}"))
        except RefusedError:
            return row
        return str(found["fields"].get(field) or row)

    def history(self, table: str, row: str) -> tuple[HistoryEntry, ...]:
        """Return the changes of one row, newest first."""
        return self._reading(read_history, self._transport.get(f"/tables/{table}/rows/{row}/history"))

    def functions(self) -> list[dict[str, Any]]:
        """Return the catalogue of worksheet functions."""
        return self._reading(lambda raw: list(raw["functions"]), self._transport.get("/functions"))

    def call(self, calls: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the answers of many worksheet functions, asked for in one request or as few as the server takes."""
        return self.answers(calls)[1]

    def answers(self, calls: Sequence[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
        """Return the same with the position of the data: the same position, the same answers.

        Of several requests it is that of the first: what changed in between is then noticed by the next question.
        """
        return in_parts(calls, self._answers)

    def _answers(self, calls: Sequence[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
        def read(raw: Any) -> tuple[str, list[dict[str, Any]]]:
            results = list(raw["results"])
            if len(results) != len(calls):
                # One too few would put what follows into other cells.
                raise ValueError(len(results))
            return str(raw.get("position", "")), results

        return self._reading(read, self._transport.post("/functions", {"calls": list(calls)}))

    def actions(self) -> list[dict[str, Any]]:
        """Return what plugins offer as buttons, as far as the caller may press them."""
        return self._reading(lambda raw: list(raw["actions"]), self._transport.get("/actions"))

    def act(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Press a plugin's button; return its message, files and table. Not sent twice: what was cut may have been done."""
        return self._object(self._transport.post(f"/actions/{action}", {"arguments": dict(arguments)}, once=True))

    def _reading(self, read: Callable[[Any], T], raw: Any) -> T:
        try:
            return read(raw)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotAServerError(server=self.server) from error

    def _object(self, raw: Any) -> dict[str, Any]:
        if not isinstance(raw, dict):
            raise NotAServerError(server=self.server)
        return raw
