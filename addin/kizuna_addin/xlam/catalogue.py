"""The catalogue of worksheet functions as the add-in's file needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna_addin.messages import Text

NO_EXAMPLE = Text("", "")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: its name on the wire, whether it must be given, what it means."""

    name: str
    required: bool
    label: Text


@dataclass(frozen=True, slots=True)
class Function:
    """One worksheet function."""

    name: str
    label: Text
    description: Text
    arguments: tuple[Argument, ...]
    example: Text = NO_EXAMPLE


def read_functions(raw: Sequence[Mapping[str, Any]]) -> tuple[Function, ...]:
    """Return the functions of ``GET /functions``, by name; KeyError or TypeError when it is something else."""
    found = (
        Function(
            one["name"],
            _text(one["label"]),
            _text(one["description"]),
            tuple(Argument(some["name"], bool(some["required"]), _text(some["label"])) for some in one["arguments"]),
            Text(one.get("example", ""), one.get("example_en") or one.get("example", "")),
        )
        for one in raw
    )
    return tuple(sorted(found, key=lambda function: function.name))


def _text(raw: Mapping[str, str]) -> Text:
    return Text(raw["ja"], raw["en"])
