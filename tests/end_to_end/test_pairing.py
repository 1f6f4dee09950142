"""A PC signed in by a code, with a real server and a keyring that lasts for the test."""

from __future__ import annotations

import contextlib
import re
import threading

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import pytest
from click.testing import CliRunner

from kizuna.model.backend import fetch_all
from kizuna_addin import worksheet_functions
from kizuna_addin.cli import main
from kizuna_addin.errors import RefusedError
from kizuna_addin.excel import run
from kizuna_addin.pairing import CodeExpiredError, Waiting, approve, ask_for_code, wait_for_token
from kizuna_addin.signin import kept_token, prove_keyring
from kizuna_addin.transport import Transport
from tests.end_to_end.sheets import opened


class Drawer(keyring.backend.KeyringBackend):
    """Keeps passwords while the test runs."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError


class Breaking(keyring.backend.KeyringBackend):
    """Raises what the system below it raises, as the one of Windows does in a logon over the network."""

    priority = 1

    def get_password(self, service, username):
        raise OSError(1312, "CredRead")

    def set_password(self, service, username, password):
        raise OSError(1312, "CredWrite")


@contextlib.contextmanager
def keeping(backend):
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield backend
    finally:
        keyring.set_keyring(before)


@pytest.fixture
def nothing_set(monkeypatch, tmp_path):
    monkeypatch.delenv("KIZUNA_TOKEN", raising=False)
    monkeypatch.setenv("KIZUNA_ADDIN_FOLDER", str(tmp_path / "settings"))


@pytest.fixture
def drawer(nothing_set):
    with keeping(Drawer()) as found:
        yield found


@pytest.fixture(params=[keyring.backends.fail.Keyring, keyring.backends.null.Keyring, Breaking])
def no_keyring(request, nothing_set):
    with keeping(request.param()):
        yield


def codes_waiting(shop):
    """Return how many devices wait on the server."""
    with shop.database.backend.read() as connection:
        return fetch_all(connection, "select count(*) from pairings")[0][0]


def test_a_pc_is_signed_in_once_another_has_approved_its_code(shop, drawer):
    approved = []

    def somebody_else(code):
        with Transport(shop.server, shop.tokens["S002"]) as transport:
            approved.append(approve(transport, code))

    with Transport(shop.server, "") as transport:
        waiting = ask_for_code(transport, "counter-pc")
        timer = threading.Timer(0.3, somebody_else, [waiting.code])
        timer.start()
        token = wait_for_token(transport, waiting, sleep=lambda _: timer.join())

    with Transport(shop.server, token) as transport:
        assert transport.get("/me")["staff"]["name"] == "店員S002"
    assert approved == ["counter-pc"]


def test_login_and_approve_and_logout_on_the_command_line(shop, drawer):
    login = CliRunner().invoke(main, ["login", "--server", shop.server, "--token", shop.tokens["S001"]])
    assert login.exit_code == 0, login.output
    assert kept_token(shop.server) == shop.tokens["S001"]

    refused = CliRunner().invoke(main, ["approve", "AAAA-BBBB", "--server", shop.server])
    with Transport(shop.server, "") as transport:
        code = ask_for_code(transport, "second-pc").code
    done = CliRunner().invoke(main, ["approve", code, "--server", shop.server])
    logout = CliRunner().invoke(main, ["logout", "--server", shop.server])

    assert refused.exit_code == 1
    assert done.exit_code == 0
    assert "second-pc" in done.output
    assert logout.exit_code == 0
    assert kept_token(shop.server) is None


def test_a_code_nobody_approves_ends(shop, drawer):
    times = iter(range(0, 10_000, 100))
    with Transport(shop.server, "") as transport:
        waiting = ask_for_code(transport, "pc")
        with pytest.raises(CodeExpiredError):
            wait_for_token(transport, waiting, sleep=lambda _: None, now=lambda: next(times))


def test_a_wrong_secret_is_refused(shop, drawer):
    with Transport(shop.server, "") as transport, pytest.raises(RefusedError):
        wait_for_token(transport, Waiting("A", "wrong", 10, 0))


def test_the_connect_button_shows_a_code_and_signs_in(shop, drawer, tmp_path):
    path = shop.book(tmp_path / "a.xlsx")
    questions, told = [], []

    class Person:
        def tell(self, lines, *, trouble=False):
            told.extend(lines)

        def agrees(self, question):
            questions.append(question)
            if len(questions) == 2:
                code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", question)[0]
                with Transport(shop.server, shop.tokens["S001"]) as transport:
                    approve(transport, code)
            return True

    with opened(path) as book:
        run("connect", book=book, person=Person())
    worksheet_functions.desk.cache_clear()

    assert len(questions) == 2
    assert told == [f"{shop.server} に 店員S001 さんとしてつながっています。"]
    assert kept_token(shop.server)


def test_the_connect_button_says_that_the_code_is_not_approved_yet(shop, drawer, tmp_path):
    path, asked = shop.book(tmp_path / "a.xlsx"), []

    class Person:
        def tell(self, lines, *, trouble=False):
            asked.append(lines)

        def agrees(self, question):
            asked.append(question)
            return len(asked) < 3

    with opened(path) as book:
        run("connect", book=book, person=Person())

    first, second, third = asked
    assert not first.startswith("まだ")
    assert second == third == f"まだ承認されていません。\n\n{first}"


def test_without_a_keyring_the_connect_button_asks_for_no_code(shop, no_keyring, tmp_path):
    path, told = shop.book(tmp_path / "a.xlsx"), []

    class Person:
        def tell(self, lines, *, trouble=False):
            told.append((trouble, "".join(lines)))

        def agrees(self, question):
            raise AssertionError(question)

    with opened(path) as book:
        run("connect", book=book, person=Person())

    [(trouble, words)] = told
    assert trouble
    assert "KIZUNA_TOKEN" in words
    assert codes_waiting(shop) == 0


@pytest.mark.parametrize("given", [(), ("--token", "S001")])
def test_without_a_keyring_login_says_what_to_use_instead(shop, no_keyring, given):
    words = [shop.tokens.get(word, word) for word in given]
    done = CliRunner().invoke(main, ["login", "--server", shop.server, *words])

    assert done.exit_code == 1
    assert "KIZUNA_TOKEN" in done.output
    assert codes_waiting(shop) == 0


def test_a_proof_of_the_keyring_leaves_nothing_in_it(drawer):
    prove_keyring()

    assert drawer.kept == {}
