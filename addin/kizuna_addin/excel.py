"""What the ribbon's VBA calls: ``kizuna_addin.excel.run('pull')``."""

from __future__ import annotations

import xlwings as xw

from kizuna_addin.client import Client
from kizuna_addin.errors import AddinError, NotYetError
from kizuna_addin.hosts import capabilities
from kizuna_addin.hosts.errors import HostError
from kizuna_addin.offered import press_offered
from kizuna_addin.person import Person, person_at
from kizuna_addin.preferences import preferences_file, read_preferences
from kizuna_addin.press import Press
from kizuna_addin.ribbon_actions import ACTIONS
from kizuna_addin.runner import remembered_server
from kizuna_addin.signin import sign_in
from kizuna_addin.worksheet_functions import desk


def run(verb: str, *, book: xw.Book | None = None, person: Person | None = None) -> None:
    """Do what a button says on the calling workbook; every failure that has a name is told, not raised."""
    book = book or xw.Book.caller()
    person = person or person_at(book.app)
    preferences = read_preferences(preferences_file())

    def client() -> Client:
        remembered = remembered_server(book) or preferences.server
        return sign_in(named=None, remembered=remembered, language=preferences.language)

    try:
        press = Press(book, book.app.selection, person, client, preferences.language)
        if verb.startswith("plugin:"):
            press_offered(press, verb.removeprefix("plugin:"))
        elif verb in ACTIONS:
            ACTIONS[verb](press)
        else:
            raise NotYetError
        if changes_answers(verb):
            # What was asked for cells before a push is out of date after it.
            desk().expire()
    except (AddinError, HostError) as error:
        person.tell([error.message.in_language(preferences.language)], trouble=True)
    finally:
        capabilities.of(book).status(book.app, None)


def changes_answers(verb: str) -> bool:
    """Say whether answers of functions in cells may be out of date after a verb."""
    return verb in {
        "pull",
        "refresh",
        "restore",
        "push",
        "undo",
        "conflicts",
        "functions",
        "today",
        "labels",
    } or verb.startswith("plugin:")
