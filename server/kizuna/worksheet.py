"""Worksheet functions as an author declares them: types, decorator, and the handle on the data."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Protocol, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from kizuna.errors import Text

T = TypeVar("T")

Keys: TypeAlias = Annotated[Sequence[str | None], "keys"]
"""What people type to name rows: numbers (``C0001``) or row ids; one per cell."""

Texts: TypeAlias = Annotated[Sequence[str | None], "texts"]
"""One text per cell."""

Numbers: TypeAlias = Annotated[Sequence[float | None], "numbers"]
"""One number per cell."""

Columns: TypeAlias = Sequence[Sequence[Any]]
"""An answer: one sequence per returned column, each as long as the keys (or as the table)."""

FunctionKind = Literal["scalar", "row", "table"]
ArgumentType = Literal["keys", "texts", "numbers", "text", "integer", "number", "date", "boolean"]


class Data(Protocol):
    """The scoped, read-only handle on the data that functions, rules and reports get.

    Every select is narrowed to the rows the caller may see; deleted rows never show.
    """

    @property
    def today(self) -> date:
        """The day the question is asked, in the shop's time zone."""

    def columns(self, select: Any) -> list[list[Any]]:
        """Return the answer of a SQLAlchemy ``select`` over the models, one list per selected column."""

    def arrays(self, select: Any) -> list[Any]:
        """Return the answer of a SQLAlchemy ``select`` as one numpy array per selected column."""

    def resolve(self, table: str, keys: Keys) -> list[str | None]:
        """Return the row id each key (number or id) names, ``None`` where no visible row has it."""

    def settings(self, name: str) -> Any:
        """Return the settings model registered under ``name``, with the owner's values in it."""

    def pieces(self, select: Any, by: Any) -> Iterator[list[Any]]:
        """Yield `arrays` of an answer too large to hold as a whole, a part at a time, in order of the column ``by``.

        Rows that have the same value there come together. The column must have an index and must not be empty anywhere.
        """

    def keep(
        self,
        name: Hashable,
        tables: Sequence[str],
        make: Callable[[], T],
        mend: Callable[[T, Changed], T] | None = None,
    ) -> T:
        """Return what ``make`` gives, made anew only once one of ``tables`` has changed.

        ``name`` must tell everything the value depends on beside these tables and what the caller may see: the plugin,
        arguments, settings. Others get the same value, so nobody may change it. What its ``nbytes`` says counts against
        the memory a server has for this.

        Where ``mend`` is given it gets the value that is out of date and what changed since, and returns the new value (the
        old one must stay as it is: somebody may still read it). It is not asked where too much has changed.
        """


class Changed(Protocol):
    """What changed in the tables a kept value rests on since it was made, in every store."""

    def rows(self, table: str) -> frozenset[str]:
        """Return the ids of the rows of a table that are new, changed, deleted or back."""

    def named(self, table: str, field: str) -> frozenset[str]:
        """Return the ids that a reference of those rows holds now or held at any time since: ``"purchases", "customer_id"``."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A cell left empty for a reason, returned in a column in place of a value."""

    code: str
    text: Text


NO_TEXT = Text("", "")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a worksheet function."""

    name: str
    type: ArgumentType
    required: bool
    default: Any = None
    label: Text = NO_TEXT

    @property
    def per_cell(self) -> bool:
        """Whether the argument takes one value per cell."""
        return self.type in {"keys", "texts", "numbers"}


@dataclass(frozen=True, slots=True)
class WorksheetFunction:
    """A function people can write into a cell."""

    name: str
    label: Text
    description: Text
    example: str
    kind: FunctionKind
    returns: tuple[str, ...]
    arguments: tuple[Argument, ...]
    call: Callable[..., Any] = field(repr=False)
    takes_data: bool = True
    headings: tuple[Text, ...] = ()
    """``returns`` in both languages."""
    example_en: str = ""
    """The example with English words in it; the same one where it has no words."""


class Label(str):
    """A word in a cell that people read in their own language: a Japanese string that knows its English.

    To code it is the Japanese string; whoever asks in English is answered in English.
    """

    __slots__ = ("en",)
    en: str

    def __new__(cls, ja: str, en: str) -> Label:
        """Return the Japanese word with its English one."""
        made = super().__new__(cls, ja)
        made.en = en
        return made

    @classmethod
    def of(cls, text: Text) -> Label:
        """Return a text as a cell holds it."""
        return cls(text.ja, text.en)

    def in_language(self, language: str) -> str:
        """Return the English word for ``en``, the Japanese one otherwise."""
        return self.en if language.startswith("en") else str.__str__(self)

    def __str__(self) -> str:
        """Return the Japanese word alone."""
        return str.__str__(self)


NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*\Z")


LIKE_A_CELL = re.compile(r"([A-Z]{1,3}[0-9]+|R[0-9]*|C[0-9]*|R[0-9]*C[0-9]*)\Z")


class DeclarationError(Exception):
    """A worksheet function is declared in a way that cannot work; the message says what to change."""


def worksheet_function(
    name: str,
    *,
    ja: str,
    en: str = "",
    help_ja: str = "",
    example: str = "",
    example_en: str = "",
    returns: Sequence[str] = (),
    english: Sequence[str] = (),
    table: bool = False,
    arguments: Mapping[str, Text] | None = None,
) -> Callable[[Callable[..., Any]], WorksheetFunction]:
    """Declare a function people can write into a cell.

    ``name`` is the name in the cell: upper-case words joined by ``_``. ``ja`` and ``en`` are its short labels, ``help_ja``
    the Japanese description beside the docstring's English one. ``example`` is a formula; where there are Japanese words in it
    ``example_en`` is the same in English. ``returns`` heads the columns of the answer: none or one for
    a scalar, several for a row, and ``table=True`` when the answer has as many lines as it likes; ``english`` are the same
    headings in English. ``arguments`` explains arguments in both languages.

    A cell may be a `Label`, which is shown in the language of whoever asks, or a `Blank` that says why it is empty.

    A parameter named ``data`` receives the scoped handle. A parameter annotated ``Keys``, ``Texts`` or ``Numbers`` receives
    one value per cell, and the function returns one value per cell (or per column and cell); without such a parameter and
    without ``table`` the function is called once per cell.

    Raises DeclarationError when the name or an annotation cannot be used in a worksheet.
    """
    if not NAME.match(name):
        raise DeclarationError(f"{name!r}: use upper-case words joined by _, such as RFM_RANK")
    if LIKE_A_CELL.match(name):
        raise DeclarationError(
            f"{name!r} is the name of a cell to a spreadsheet program: use another, such as {name}_POINTS"
        )

    def declare(call: Callable[..., Any]) -> WorksheetFunction:
        doc = inspect.getdoc(call) or ""
        explained = arguments or {}
        declared = _arguments(name, call, explained)
        strangers = set(explained) - {one.name for one in declared}
        if strangers:
            raise DeclarationError(f"{name}: explains {sorted(strangers)}, which {call.__name__}() does not take")
        if english and len(english) != len(returns):
            raise DeclarationError(f"{name}: {len(english)} headings in English for {len(returns)}")
        kind: FunctionKind = "table" if table else "row" if len(returns) > 1 else "scalar"
        label = Text(ja, en or name)
        shown = (
            example or f"={name}({', '.join('A2' if one.per_cell else one.name for one in declared if one.required)})"
        )
        return WorksheetFunction(
            name=name,
            label=label,
            description=Text(help_ja or ja, " ".join(doc.split("\n\n")[0].split()) or label.en),
            example=shown,
            kind=kind,
            returns=tuple(returns),
            arguments=declared,
            call=call,
            takes_data="data" in inspect.signature(call).parameters,
            headings=tuple(map(Text, returns, english or returns)),
            example_en=example_en or shown,
        )

    return declare


_SCALARS: Mapping[Any, ArgumentType] = {str: "text", int: "integer", float: "number", date: "date", bool: "boolean"}


def _arguments(name: str, call: Callable[..., Any], explained: Mapping[str, Text]) -> tuple[Argument, ...]:
    hints = get_type_hints(call, include_extras=True)
    found = []
    for parameter in inspect.signature(call).parameters.values():
        if parameter.name == "data":
            continue
        if parameter.kind not in {parameter.POSITIONAL_OR_KEYWORD, parameter.POSITIONAL_ONLY}:
            raise DeclarationError(f"{name}: {parameter.name} must be an ordinary argument; a cell passes by position")
        required = parameter.default is parameter.empty
        found.append(
            Argument(
                name=parameter.name,
                type=_argument_type(name, parameter.name, hints.get(parameter.name)),
                required=required,
                default=None if required else parameter.default,
                label=explained.get(parameter.name, Text(parameter.name, parameter.name)),
            )
        )
    return tuple(found)


def _argument_type(name: str, argument: str, hint: Any) -> ArgumentType:
    if get_origin(hint) in {Union, UnionType}:
        choices = [one for one in get_args(hint) if one is not NoneType]
        hint = choices[0] if len(choices) == 1 else None
    if get_origin(hint) is Annotated:
        return get_args(hint)[1]  # type: ignore[no-any-return]  # our own aliases carry exactly these words
    if hint in _SCALARS:
        return _SCALARS[hint]
    kinds = "Keys, Texts, Numbers, str, int, float, date or bool"
    raise DeclarationError(f"{name}: annotate {argument}, such as {argument}: Keys, as one of {kinds}")
