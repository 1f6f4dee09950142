"""Let each feature of xlwings that this host does not have say so by its own name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

Impl = TypeVar("Impl", bound=type)

_MISSING = object()


def _refusal(name: str) -> Callable[..., NoReturn]:
    def refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"{name} is not available in LibreOffice")

    return refuse


def names_what_is_missing(cls: Impl) -> Impl:
    """Class decorator: replace xlwings' nameless NotImplementedError by one that names the feature.

    What the class (or one of our own classes under it) defines stays; a property with a getter of ours and no
    setter gets a setter that refuses.
    """
    for base in cls.__mro__:
        if base.__module__ != "xlwings.base_classes":
            continue
        for name, member in vars(base).items():
            ours = _own(cls, name)
            title = f"{base.__name__}.{name}"
            if isinstance(member, property):
                if ours is _MISSING and _only_refuses(member.fget):
                    setattr(cls, name, property(_refusal(title), _refusal(title)))
                elif isinstance(ours, property) and ours.fset is None and member.fset is not None:
                    setattr(cls, name, property(ours.fget, _refusal(f"Setting {title}")))
            elif inspect.isfunction(member) and ours is _MISSING and _only_refuses(member):
                setattr(cls, name, _refusal(title))
    return cls


def _only_refuses(function: Any) -> bool:
    """Tell whether xlwings' own body does nothing but raise; some of its base classes have working defaults."""
    return function.__code__.co_names == ("NotImplementedError",) and not inspect.iscoroutinefunction(function)


def _own(cls: type, name: str) -> Any:
    for owner in cls.__mro__:
        if owner.__module__ != "xlwings.base_classes" and owner is not object and name in vars(owner):
            return vars(owner)[name]
    return _MISSING
