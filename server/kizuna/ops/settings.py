"""Settings of plugins as the owner sees and changes them: typed, checked, with who and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from kizuna.decoding import convert, decode
from kizuna.errors import NotFoundError, RequestError, Text
from kizuna.ids import new_id
from kizuna.model.backend import fetch_all, run
from kizuna.model.database import Database
from kizuna.model.scope import Actor, OwnerOnlyError
from kizuna.model.settings import read_settings
from kizuna.unreadable import AT, known_reason


class UnknownSettingsError(NotFoundError):
    """No plugin has settings of that name."""

    code = "unknown-settings"
    text = Text(
        "「{name}」という設定はありません。使える設定: {known}", "There are no settings {name!r}. There are: {known}"
    )


class BadSettingsError(RequestError):
    """A value of a setting cannot be used; nothing was changed."""

    code = "bad-settings"
    text = Text(
        "設定「{label.ja}」を保存できません。{title.ja}{reason.ja}",
        "{label.en} cannot be saved so. {title.en}{reason.en}",
    )


@dataclass(frozen=True, slots=True)
class SettingsView:
    """Settings as the owner sees them: the values, and what is known of each field."""

    name: str
    label: Text
    values: Mapping[str, Any]
    defaults: Mapping[str, Any]
    schema: Mapping[str, Any]
    titles: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """Who changed settings when: fields with their value before and after."""

    at: str
    who: str
    fields: Mapping[str, tuple[Any, Any]]


def show_settings(database: Database, connection: sa.Connection, actor: Actor, name: str) -> SettingsView:
    """Return settings as they are; raise OwnerOnlyError and UnknownSettingsError."""
    model = _model(database, actor, name)
    value = read_settings(connection, {name: model})[name]
    _, components = msgspec.json.schema_components([model])
    described = {**components[model.__name__], "$defs": {k: v for k, v in components.items() if k != model.__name__}}
    return SettingsView(
        name, label_of(model), msgspec.to_builtins(value), msgspec.to_builtins(model()), described, titles_of(model)
    )


def set_settings(
    database: Database, actor: Actor, name: str, given: Mapping[str, Any], *, now: datetime, merge: bool = False
) -> Any:
    """Set all values of ``name``, or with ``merge`` those given; return the settings.

    Raises OwnerOnlyError, UnknownSettingsError and BadSettingsError; then nothing was changed.
    """
    model = _model(database, actor, name)

    def work(connection: sa.Connection) -> Any:
        before = read_settings(connection, {name: model})[name]
        wanted = {**msgspec.to_builtins(before), **given} if merge else given
        after = read_given(model, wanted)
        if after == before:
            return after
        holes = database.backend.holes
        was, is_now = (msgspec.json.encode(one).decode() for one in (before, after))
        run(connection, f"delete from setting_values where name = {holes(1)}", (name,))
        run(connection, f"insert into setting_values(name, value) values ({holes(2)})", (name, is_now))
        at = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        run(
            connection,
            f"insert into setting_changes(id, name, at, who, account_id, before, after) values ({holes(7)})",
            (new_id(), name, at, actor.name, actor.account_id, was, is_now),
        )
        return after

    return database.backend.write(work)


def settings_history(database: Database, connection: sa.Connection, actor: Actor, name: str) -> list[SettingsChange]:
    """Return who changed settings when, newest first; raise OwnerOnlyError and UnknownSettingsError."""
    _model(database, actor, name)
    hole = database.backend.holes(1)
    sql = f"select at, who, before, after from setting_changes where name = {hole} order by id desc"
    return [
        SettingsChange(at, who, _differences(before, after))
        for at, who, before, after in fetch_all(connection, sql, (name,))
    ]


def read_given(model: type[Any], given: Any) -> Any:
    """Return the settings that ``given`` stands for; raise BadSettingsError with the field's title and the cure."""
    try:
        return convert(given, model)
    except msgspec.ValidationError as error:
        said = str(error)
        place = AT.match(said)
        path = place["path"] if place else ""
        title = titles_of(model).get(path.split("[")[0].split(".")[0])
        named = Text(f"「{title.ja}」: ", f"{title.en} ({path}): ") if title else Text("", "")
        reason = said_in_both(error.__cause__, place["reason"] if place else said)
        raise BadSettingsError(label=label_of(model), title=named, reason=reason, field=path or None) from None


def said_in_both(cause: BaseException | None, said: str) -> Text:
    """Return the reason in both languages: the plugin's own, or msgspec's put into Japanese."""
    own = getattr(cause, "text", None)
    if isinstance(own, Text):
        return own
    japanese, slash, english = said.partition(" / ")
    if slash:
        return Text(japanese, english)
    reason = known_reason(said)
    return Text(said, said) if reason is None else Text(f"{reason.ja}。", f"{said}.")


def label_of(model: type[Any]) -> Text:
    """Return what people call these settings."""
    label = getattr(model, "label", None)
    return label if isinstance(label, Text) else Text(model.name, model.name)


def titles_of(model: type[Any]) -> dict[str, Text]:
    """Return each field's title: Japanese from ``Meta.title``, English from ``Meta.description``."""
    titles = {}
    for field in msgspec.inspect.type_info(model).fields:  # type: ignore[attr-defined]  # settings are Structs
        extra = getattr(field.type, "extra_json_schema", None) or {}
        titles[field.name] = Text(extra.get("title", field.name), extra.get("description", field.name))
    return titles


def _model(database: Database, actor: Actor, name: str) -> type[Any]:
    if actor.role != "owner":
        raise OwnerOnlyError
    try:
        return database.plugins.settings[name]
    except KeyError:
        known = ", ".join(sorted(database.plugins.settings))
        raise UnknownSettingsError(name=name[:60], known=known) from None


def _differences(before: str | None, after: str) -> dict[str, tuple[Any, Any]]:
    was, is_now = decode(before or "{}"), decode(after)
    return {name: (was.get(name), value) for name, value in is_now.items() if was.get(name) != value}
