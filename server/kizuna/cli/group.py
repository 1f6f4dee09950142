"""The ``kizuna`` group: its own commands and those of plugins."""

from __future__ import annotations

import os
from typing import Any

import click

from kizuna.app import PLUGINS_VARIABLE, default_plugins_folder
from kizuna.cli.speaking import SpeakingGroup, language
from kizuna.errors import Text
from kizuna.plugins import load_plugins
from kizuna_usage import explained

TAKEN = Text(
    "プラグイン {plugin} のコマンド {name} は kizuna のコマンドと同じ名前のため使えません。",
    "Command {name} of plugin {plugin} has the name of a command of kizuna's own and is left out.",
)


class PluginGroup(SpeakingGroup):
    """A group that looks for commands it does not have among those of plugins."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(context), *self._from_plugins(context)})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return a command; plugins are looked at only for one that is not ours."""
        found = super().get_command(context, name) or self._from_plugins(context).get(name)
        return None if found is None else explained(found)

    def _from_plugins(self, context: click.Context) -> dict[str, click.Command]:
        found: dict[str, click.Command] = context.meta.get(__name__, {})
        if __name__ in context.meta:
            return found
        plugins = load_plugins(folder=default_plugins_folder())
        for name, command in plugins.commands.items():
            if name in self.commands:
                told = TAKEN.format(plugin=plugins.owner("command", name), name=name)
                click.echo(f"kizuna: {told.in_language(language())}", err=True)
            else:
                found[name] = command
        context.meta[__name__] = found
        return found


def use_plugins_folder(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
    """Make ``--plugins`` hold for this process and for the server processes it starts."""
    if value is not None:
        os.environ[PLUGINS_VARIABLE] = str(value)
    return value
