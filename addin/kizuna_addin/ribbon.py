"""The ribbon, declared once: what each button says, in which group and order it stands, and what it runs.

The XML of the ribbon, the VBA behind its buttons, the icons and the table in the docs are all made from `GROUPS`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kizuna_addin.messages import Text

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Verb:
    """One button: the word `kizuna_addin.excel.run` takes, its label and tip, and whether it is drawn large."""

    name: str
    label: Text
    tip: Text
    large: bool = False
    recalculates: bool = False
    """Whether Excel computes every cell anew afterwards."""
    action: str | None = None
    """For a plugin's button: the plugin's own name of the action."""
    picture: str | None = None
    """For a plugin's button: the name of one of Office's own pictures."""


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons that stand together."""

    name: str
    label: Text
    verbs: tuple[Verb, ...]


CONNECT = Verb(
    "connect",
    Text("接続", "Connect"),
    Text(
        "この PC をサーバーにつなぎます。サインイン中なら、誰としてつながっているかを示します。",
        "Connect this PC to the server, or tell who is signed in.",
    ),
    large=True,
)
PULL = Verb(
    "pull",
    Text("取得", "Pull"),
    Text(
        "サーバーの変更をこのブックに取り込みます。未送信の入力は消えません。",
        "Bring what changed on the server into this workbook. Unsent work stays.",
    ),
    large=True,
)
PUSH = Verb(
    "push",
    Text("送信", "Push"),
    Text("入力した変更をサーバーに送ります。", "Send what was typed to the server."),
    large=True,
)
CHECK = Verb(
    "check",
    Text("確認", "Check"),
    Text(
        "送信したらどうなるかを、何も変えずに調べます。",
        "Tell what a push would do, without doing it.",
    ),
)
CONFLICTS = Verb(
    "conflicts",
    Text("競合", "Conflicts"),
    Text(
        "「競合」シートを開きます。選んだあとでもう一度押すと、その選択を採ります。",
        "Open the sheet “Conflicts”; after choosing there, press again to apply the choices.",
    ),
)
HISTORY = Verb(
    "history",
    Text("履歴", "History"),
    Text("選んだ行の変更の履歴を示します。", "Show who changed the selected row, and when."),
)
UNDO = Verb(
    "undo",
    Text("元に戻す", "Undo"),
    Text(
        "このブックの前回の送信を取り消します。",
        "Take back this workbook's last push.",
    ),
)
REFRESH = Verb(
    "refresh",
    Text("選んだ行を取得", "Pull selected rows"),
    Text(
        "選んだ行だけをサーバーの今の内容にします。ほかの行と未送信の入力はそのままです。",
        "Bring only the selected rows to the server's state. Other rows and unsent work stay.",
    ),
)
RESTORE = Verb(
    "restore",
    Text("消した行・列を戻す", "Bring back deleted"),
    Text(
        "このブックで消して、まだ送信していない行・列・シートをサーバーから戻します。ほかの未送信の入力は消えません。",
        "Bring back rows, columns and sheets that were deleted here and not sent. Other unsent work stays.",
    ),
)
TODAY = Verb(
    "today",
    Text("本日の作業", "Today"),
    Text("今日連絡する相手の一覧を開きます。", "Open today's list of people to contact."),
    large=True,
)
LABELS = Verb(
    "labels",
    Text("宛名ラベル", "Labels"),
    Text("宛名ラベルの PDF を作ります。", "Make a PDF of address labels."),
)
FUNCTIONS = Verb(
    "functions",
    Text("関数を更新", "Refresh functions"),
    Text(
        "セルの関数の答えをサーバーに聞き直します。",
        "Ask the server again for the answers of functions in cells.",
    ),
    recalculates=True,
)
SETTINGS = Verb(
    "settings",
    Text("設定", "Settings"),
    Text(
        "サーバー、版、この PC の点検結果を示します。",
        "Show the server, versions and the check-up of this PC.",
    ),
)

GROUPS: tuple[Group, ...] = (
    Group("server", Text("サーバー", "Server"), (CONNECT,)),
    Group("sync", Text("同期", "Sync"), (PULL, PUSH, CHECK, CONFLICTS)),
    Group("rows", Text("行", "Rows"), (REFRESH, HISTORY, UNDO, RESTORE)),
    Group("work", Text("業務", "Work"), (TODAY, LABELS, FUNCTIONS)),
    Group("program", Text("アドイン", "Add-in"), (SETTINGS,)),
)


def verbs(groups: Sequence[Group] = GROUPS) -> tuple[Verb, ...]:
    """Return every button in the order of the ribbon."""
    return tuple(verb for group in groups for verb in group.verbs)


def with_actions(actions: Sequence[Mapping[str, Any]], groups: Sequence[Group] = GROUPS) -> tuple[Group, ...]:
    """Return the ribbon with a group for the actions of ``GET /actions``; those a button of ours presses stay there.

    An action that must be told more than which rows are selected gets no button: nobody asks for it at a press.
    Raises ValueError for a name that is none: names become part of the macros.
    """
    for one in actions:
        if not _NAME.fullmatch(one["name"]):
            raise ValueError(one["name"])
    own = tuple(
        Verb(
            one["name"],
            Text(one["label"]["ja"], one["label"]["en"]),
            Text(one["help"]["ja"], one["help"]["en"]),
            action=one["name"],
            picture=one.get("icon") or None,
        )
        for one in actions
        if not any(is_offered_as(verb, one["name"]) for verb in verbs(groups)) and can_be_pressed(one)
    )
    return (*groups, Group("plugins", Text("追加機能", "Plug-ins"), own)) if own else tuple(groups)


def can_be_pressed(action: Mapping[str, Any]) -> bool:
    """Say whether a press can give an action of ``GET /actions`` all that it must be told: keys come from the selection."""
    return all(one["type"] == "keys" or not one["required"] for one in action.get("arguments") or ())


def is_offered_as(verb: Verb, action: str) -> bool:
    """Say whether one of our buttons presses a plugin's action: that of its own name, or ending in it after an underscore."""
    return verb in {TODAY, LABELS} and (action == verb.name or action.endswith(f"_{verb.name}"))
