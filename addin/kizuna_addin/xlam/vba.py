"""VBA as text: names, literals, and the limits of the editor that a module must keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

LONGEST_LINE = 1023
MOST_CONTINUATIONS = 24
MOST_ARGUMENTS = 60
_WRAP_AT = 100

# Words that VBA keeps for itself; an argument of that name gets an underscore behind it.
KEYWORDS = frozenset(
    """
    addressof alias and any append as attribute base binary boolean byref byte byval call case cdate cdbl cint clng close
    compare const csng cstr currency cvar date debug decimal declare defbool defint deflng defobj defstr defvar dim do double
    each else elseif empty end endif enum eqv erase error event exit explicit false for friend function get global gosub goto
    if imp implements in input integer is lbound len let like line lock long loop lset me mid mod module name new next not
    nothing null object of on open option optional or output paramarray preserve print private property public put raiseevent
    random redim rem resume return rset seek select set shared single spc static step stop string sub tab text then time to
    true type typeof ubound unlock until variant version wend while width with withevents write xor
    """.split()  # noqa: SIM905  # a paragraph of words reads better than a list of hundred strings
)

_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)\Z", re.IGNORECASE)
_ROW_COLUMN = re.compile(r"(R[0-9]*)?(C[0-9]*)?\Z", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,199}\Z")


def argument_names(function: str, names: Sequence[str]) -> list[str]:
    """Return a function's argument names as VBA takes them: no keywords, plain letters, and no two alike in any case."""
    taken, found = {function.lower()}, []
    for place, name in enumerate(names, 1):
        good = name if _IDENTIFIER.match(name) else f"argument{place}"
        while good.lower() in KEYWORDS or good.lower() in taken:
            good += "_"
        taken.add(good.lower())
        found.append(good)
    return found


def works_in_a_cell(name: str) -> bool:
    """Say whether Excel reads a name before a bracket as a function of ours and not as a cell such as AD1 or R1C1."""
    if not _IDENTIFIER.match(name) or name.lower() in KEYWORDS or _ROW_COLUMN.match(name):
        return False
    found = _CELL.match(name)
    if found is None:
        return True
    number = 0
    for letter in found[1].upper():
        number = number * 26 + ord(letter) - 64
    return number > 16_384 or not 1 <= int(found[2]) <= 1_048_576


def module(name: str, lines: Iterable[str]) -> str:
    """Return a standard module's source with the line ends that VBA has."""
    return "\r\n".join((f'Attribute VB_Name = "{name}"', "Option Explicit", *lines, ""))


def wrapped(start: str, parts: Sequence[str], end: str) -> Iterator[str]:
    """Yield ``start part, part end`` as one line, or as continued lines when it gets long."""
    line, room = start, MOST_CONTINUATIONS
    for place, part in enumerate(parts):
        piece = part + (", " if place < len(parts) - 1 else end)
        if len(line) + len(piece) > _WRAP_AT and room and place:
            yield f"{line.rstrip()} _"
            line, room = "        ", room - 1
        line += piece
    yield line if parts else start + end


def problems(source: str) -> list[str]:
    """Return where a module breaks a limit of VBA, or could change under another code page."""
    found, continued = [], 0
    for number, line in enumerate(source.split("\r\n"), 1):
        if len(line) > LONGEST_LINE:
            found.append(f"line {number} has {len(line)} characters")
        if not line.isascii():
            found.append(f"line {number} is not plain ASCII")
        if "\n" in line or "\r" in line:
            found.append(f"line {number} has a bare line end")
        continued = continued + 1 if line.endswith(" _") else 0
        if continued > MOST_CONTINUATIONS:
            found.append(f"line {number} is continued too often")
    return found
