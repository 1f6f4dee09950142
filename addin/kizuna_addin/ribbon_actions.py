"""What each button of the ribbon does to the workbook in front; the same flows as the commands, asked and told in windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from kizuna_addin import console
from kizuna_addin.book_errors import MassDeletionError, NothingSelectedError
from kizuna_addin.conflict_sheet import activate_conflicts
from kizuna_addin.desk import Desk
from kizuna_addin.errors import NoTokenError
from kizuna_addin.history import history, undo_last_push
from kizuna_addin.messages import Text
from kizuna_addin.offered import press_offered
from kizuna_addin.pairing import ask_for_code, collect
from kizuna_addin.press import Press
from kizuna_addin.pull import pull
from kizuna_addin.pull_rows import pull_rows
from kizuna_addin.push import check, push
from kizuna_addin.resolve import resolve
from kizuna_addin.signin import device_name, keep_token, prove_keyring
from kizuna_addin.transport import Transport, own_version
from kizuna_addin.worksheet_functions import desk

CONNECTED = Text("{server} に {name} さんとしてつながっています。", "Connected to {server} as {name}.")
SHOW_CODE = Text(
    "この PC はまだサインインしていません。コード {code} を、サインイン済みの PC で「kizuna-addin approve {code}」、"
    "またはサーバーで「kizuna pair {code} スタッフ番号」として承認してもらってから「はい」を押してください。",
    "This PC is not signed in. Have the code {code} approved with “kizuna-addin approve {code}” on a PC that is signed in, "
    "or “kizuna pair {code} STAFF” on the server, then press Yes.",
)
NOT_APPROVED = Text("まだ承認されていません。", "Not approved yet.")
VERSIONS = Text(
    "アドイン {addin}、サーバー {server_version}（{server}）", "Add-in {addin}, server {server_version} ({server})"
)
NO_TROUBLE = Text("この PC に問題は見つかりませんでした。", "No trouble was found with this PC.")
DOCTOR = Text(
    "点検の全項目は「kizuna-addin doctor」で見られます。", "“kizuna-addin doctor” shows all that was examined."
)
UNDO_PUSH = Text("このブックの前回の送信を取り消しますか。", "Take back this workbook's last push?")


Action: TypeAlias = Callable[[Press], None]


def connect(press: Press) -> None:
    """Tell who is signed in; a PC that is not signed in shows a code, and signs in once that is approved."""
    try:
        client = press.client()
    except NoTokenError as error:
        if not _sign_in(press, str(error.details["server"])):
            return
        client = press.client()
    with client:
        me = client.me()
    name = str(me.get("staff", {}).get("name") or "")
    press.person.tell([press.say(CONNECTED, server=client.server, name=name)])


def _sign_in(press: Press, server: str) -> bool:
    """Have a code approved and keep the token; return whether it came to that."""
    prove_keyring()
    with Transport(server, "", language=press.language) as transport:
        waiting = ask_for_code(transport, device_name())
        question = press.say(SHOW_CODE, code=waiting.code)
        asked = question
        while press.person.agrees(asked):
            token = collect(transport, waiting)
            if token is not None:
                keep_token(server, token)
                return True
            asked = f"{press.say(NOT_APPROVED)}\n\n{question}"
    return False


def pull_book(press: Press, *, restore: bool = False) -> None:
    """Bring in what changed; `restore` also what was deleted here."""
    with press.client() as client:
        done = pull(
            press.book,
            client,
            restore=restore,
            language=press.language,
            progress=press.progress,
            agrees=press.agrees,
        )
    press.person.tell(console.pull_lines(done, press.language))


def pull_selected(press: Press) -> None:
    """Bring in the selected rows alone; raise NothingSelectedError outside a table of ours."""
    handle, rows = press.selected()
    ids = [row for row, _ in rows if row]
    if not ids:
        raise NothingSelectedError
    with press.client() as client:
        done = pull_rows(press.book, client, {handle: ids})
    press.person.tell(console.pull_lines(done, press.language))


def push_book(press: Press) -> None:
    """Send what was typed; many missing rows are asked about first, and again where more went missing meanwhile."""
    report, consent = None, ""
    with press.client() as client:
        while report is None:
            try:
                report = push(press.book, client, device=device_name(), consent=consent, progress=press.progress)
            except MassDeletionError as error:
                if not press.agrees(error.question):
                    return
                consent = error.consent
    press.person.tell(console.push_lines(report, press.language))


def check_book(press: Press) -> None:
    """Tell what a push would do."""
    with press.client() as client:
        report = check(press.book, client, device=device_name())
    press.person.tell(console.push_lines(report, press.language))


def decide_conflicts(press: Press) -> None:
    """Apply the choices on the conflict sheet and push them; without choices, show the sheet."""
    done = resolve(press.book)
    if not done.decided:
        activate_conflicts(press.book)
        press.person.tell(console.conflict_lines(Desk.open(press.book), press.language))
        return
    press.person.tell(console.resolved_lines(done, press.language))
    push_book(press)


def show_history(press: Press) -> None:
    """Tell the history of the selected row; raise NothingSelectedError outside a table of ours."""
    row = next((row for row, _ in press.selected_rows() if row), None)
    if row is None:
        raise NothingSelectedError
    with press.client() as client:
        found = history(press.book, client, row)
    press.person.tell(console.history_lines(found, press.language))


def undo_push(press: Press) -> None:
    """Take back the last push, once the person agrees."""
    if not press.person.agrees(press.say(UNDO_PUSH)):
        return
    with press.client() as client:
        answer, pulls = undo_last_push(press.book, client)
    press.person.tell(console.undo_lines(answer, press.language) + console.pull_lines(pulls, press.language))


def show_settings(press: Press) -> None:
    """Tell versions and server, and what troubles this PC with its cures."""
    # What examines the PC is loaded for this button alone.
    from kizuna_addin.install.doctor import examine, lines
    from kizuna_addin.install.machine import this_machine

    with press.client() as client:
        about = client.me().get("server", {})
    versions = press.say(VERSIONS, addin=own_version(), server_version=about.get("version", "?"), server=client.server)
    findings = examine(this_machine(press.client))
    troubles = lines([one for one in findings if one.state == "trouble"], press.language)
    press.person.tell([versions, *(troubles or [press.say(NO_TROUBLE)]), press.say(DOCTOR)])


def refresh_functions(_press: Press) -> None:
    """Have every answer asked for again; Excel computes its cells after this."""
    desk().expire()


ACTIONS: Mapping[str, Action] = {
    "connect": connect,
    "pull": pull_book,
    "push": push_book,
    "check": check_book,
    "conflicts": decide_conflicts,
    "history": show_history,
    "undo": undo_push,
    "refresh": pull_selected,
    "restore": lambda press: pull_book(press, restore=True),
    "functions": refresh_functions,
    "settings": show_settings,
    "today": lambda press: press_offered(press, "today"),
    "labels": lambda press: press_offered(press, "labels"),
}
