"""Checks of the way to the server: address, proxy, versions, token, and where the token is kept."""

from __future__ import annotations

from urllib.parse import urlsplit

from kizuna_addin.errors import AddinError, NoServerError, NoTokenError, OfflineError, WrongTokenError
from kizuna_addin.install.findings import Finding, ok, plain, trouble, unknown
from kizuna_addin.install.machine import Machine
from kizuna_addin.messages import Text

_NO_KEYRING = ("fail.Keyring", "null.Keyring")


def server(machine: Machine) -> tuple[Finding, ...]:
    """Ask the server who we are: tells reachability, versions, token and proxy in one request."""
    reach, token = Text("サーバー", "Server"), Text("サインイン", "Sign-in")
    try:
        client = machine.client()
    except NoServerError as error:
        return (trouble(reach, error.message, Text("--server で指定してください。", "Name it with --server.")),)
    except NoTokenError as error:
        return (unknown(reach, Text("サインイン後に調べます。", "Checked once signed in.")), _told(token, error))
    except AddinError as error:
        return (_told(reach, error),)
    with client:
        proxy = _proxy(machine, client.server)
        try:
            me = client.me()
        except OfflineError as error:
            return (_told(reach, error), *proxy)
        except WrongTokenError as error:
            return (ok(reach, plain(client.server)), _told(token, error), *proxy)
        except AddinError as error:
            return (_told(reach, error), *proxy)
    theirs = str(me.get("server", {}).get("version", "?"))
    name = str(me.get("staff", {}).get("name") or "")
    return (_versions(machine, client.server, theirs), ok(token, plain(name)), *proxy)


def keeping(machine: Machine) -> Finding:
    """Look whether the system keeps passwords for us."""
    name = Text("資格情報の保管", "Keyring")
    found = machine.keyring_name()
    if found.endswith(_NO_KEYRING):
        return trouble(
            name,
            Text("この PC では保管できません（{found}）。", "Nothing is kept on this PC ({found}).").format(
                found=found
            ),
            Text(
                "環境変数 KIZUNA_TOKEN を使うか、Linux では gnome-keyring などを入れてください。",
                "Use the variable KIZUNA_TOKEN, or on Linux install a keyring such as gnome-keyring.",
            ),
        )
    return ok(name, plain(found))


def _versions(machine: Machine, address: str, theirs: str) -> Finding:
    name = Text("サーバー", "Server")
    both = Text("{address}（サーバー {theirs}、アドイン {ours}）", "{address} (server {theirs}, add-in {ours})").format(
        address=address, theirs=theirs, ours=machine.version
    )
    if theirs.split(".")[:2] == machine.version.split(".")[:2]:
        return ok(name, both)
    return trouble(
        name,
        both,
        Text(
            "版が違います。この PC で「pip install --upgrade kizuna」のあと、"
            "「kizuna-addin install」を実行してください。",
            "The versions differ: run “pip install --upgrade kizuna” on this PC, then “kizuna-addin install”.",
        ),
    )


def _proxy(machine: Machine, address: str) -> tuple[Finding, ...]:
    name = Text("プロキシ", "Proxy")
    parts = urlsplit(address)
    proxy = machine.proxies().get(parts.scheme) or machine.proxies().get("all")
    if not proxy or machine.bypassed(parts.hostname or ""):
        return (ok(name, Text("通りません。", "Not used.")),)
    return (
        Finding(
            name,
            "ok",
            Text("{proxy} を通ります。", "Goes through {proxy}.").format(proxy=proxy),
            Text(
                "つながらないときは、環境変数 NO_PROXY に {host} を加えてください。",
                "If the server cannot be reached, add {host} to the variable NO_PROXY.",
            ).format(host=parts.hostname or ""),
        ),
    )


def _told(name: Text, error: AddinError) -> Finding:
    return Finding(name, "trouble", error.message)
