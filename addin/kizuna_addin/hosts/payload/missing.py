"""Whatever an engine's class leaves undefined says its name when it is used."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any, NoReturn, TypeVar

Class = TypeVar("Class", bound=type)


def names_what_is_missing(cls: Class) -> Class:
    """Give a class, for each member that xlwings' base class only announces, one that names itself when it is used."""
    for base in cls.__mro__:
        if base.__module__ != "xlwings.base_classes":
            continue
        for name, member in vars(base).items():
            if getattr(cls, name, None) is member and _only_announced(member):
                setattr(cls, name, _raising(cls.__name__, name, member))
    return cls


def _only_announced(member: Any) -> bool:
    function = member.fget if isinstance(member, property) else member
    return isinstance(function, FunctionType) and "NotImplementedError" in function.__code__.co_names


def _raising(cls: str, name: str, member: Any) -> Any:
    raising: Callable[..., NoReturn] = _raiser(f"{cls}.{name}")
    return property(raising, raising) if isinstance(member, property) else raising


def _raiser(what: str) -> Callable[..., NoReturn]:
    def raising(*_arguments: object, **_keywords: object) -> NoReturn:
        raise unsupported(what)

    return raising


def unsupported(what: str) -> NotImplementedError:
    """Return the error that names what a workbook's client cannot do."""
    return NotImplementedError(f"{what} is not in the protocol of workbooks without Python")
