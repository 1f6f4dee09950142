"""What is listed newest first: which entries to show, and the conditions that changesets and exports have in common."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_LISTING = 200


@dataclass(frozen=True, slots=True)
class Listing:
    """Which entries to list: before another one, by a person, of a table, since a moment (UTC, ISO 8601)."""

    before: str | None = None
    who: str | None = None
    table: str | None = None
    since: str | None = None
    limit: int = 50


def older_than(at: str, entry: str, *, hole: str) -> tuple[str, list[str]]:
    """Return a condition true of what is listed after an entry, with its parameters; ``x`` is the table's name in it."""
    return f"(x.at < {hole} or (x.at = {hole} and x.id < {hole}))", [at, at, entry]


def by_whom_and_since(asked: Listing, *, hole: str) -> tuple[list[str], list[str]]:
    """Return the conditions for the person, by name, staff number or staff id, and the moment, with their parameters."""
    conditions: list[str] = []
    parameters: list[str] = []
    if asked.who is not None:
        conditions.append(
            f"(x.who = {hole} or x.account_id in (select a.id from accounts a join staff s on s.id = a.staff_id "
            f"where s.number = {hole} or s.id = {hole}))"
        )
        parameters += [asked.who] * 3
    if asked.since is not None:
        conditions.append(f"x.at >= {hole}")
        parameters.append(asked.since)
    return conditions, parameters
