"""Every failure a person can meet: one class each, with a stable code and a message that names the cure.

KizunaError
├── RequestError            the request cannot be read            (400, 413, 415)
├── AccessError             who asks may not                      (401, 403)
├── NotFoundError           what is named is not there            (404)
├── RowProblem              one value of one row breaks a rule    (an outcome inside a push, not a response)
└── OperationError          a command on the server cannot go on  (exit code 1)

The HTTP status of each code is chosen in one place, ``kizuna.api.responses``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Language = Literal["ja", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One text a person sees, in both languages; ``{name}`` places are filled by `format`."""

    ja: str
    en: str

    def format(self, **values: object) -> Text:
        """Return this text with its places filled in both languages."""
        return Text(self.ja.format(**values), self.en.format(**values))

    def in_language(self, language: str) -> str:
        """Return the English text for ``en``, the Japanese one otherwise."""
        return self.en if language.startswith("en") else self.ja

    def as_json(self) -> dict[str, str]:
        """Return both languages as the wire shows labels."""
        return {"ja": self.ja, "en": self.en}


class KizunaError(Exception):
    """Something failed in a way that has a name and a cure.

    A subclass sets `code` and `text`; the values given to the constructor fill the text's places and travel as
    ``details``.
    """

    code: ClassVar[str]
    text: ClassVar[Text]

    def __init__(self, **details: Any) -> None:
        self.details: Mapping[str, Any] = details
        self.message = self.text.format(**details)
        super().__init__(self.message.en)


class RequestError(KizunaError):
    """What was sent cannot be read."""


class AccessError(KizunaError):
    """Who asks may not do this."""


class NotFoundError(KizunaError):
    """What is named is not there."""


class OperationError(KizunaError):
    """A command on the server cannot go on."""


class RowProblem(KizunaError):  # noqa: N818  # it is part of an answer, not a failure of the request
    """One value of one row breaks a rule; the other rows live on."""

    def __init__(self, *, field: str | None = None, **details: Any) -> None:
        super().__init__(field=field, **details)
        self.field = field
