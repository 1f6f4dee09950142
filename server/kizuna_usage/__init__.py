"""What click itself says about a command line, in Japanese first and in English beside it; for the server's and the add-in's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import click

HEADINGS: Mapping[str, str] = {"Options": "オプション", "Commands": "コマンド", "Positional arguments": "引数"}
HELP: Mapping[str, str] = {
    "Show this message and exit.": "この説明を表示して終わる",
    "Show the version and exit.": "版を表示して終わる",
    "Confirm the action without prompting.": "確認せずに行う",
}
MARKS: Mapping[str, str] = {"required": "必須", "default: ": "初期値", "env var: ": "環境変数"}
FAULTS: tuple[tuple[str, str], ...] = (
    (r"No such option:? '?(?P<one>\S+?)'?\.?", "オプション {one} はありません。"),
    (r"No such command '(?P<one>.*)'\.", "コマンド {one} はありません。"),
    (r"Missing command\.", "コマンドがありません。"),
    (r"Got unexpected extra arguments? \((?P<one>.*)\)", "余分な引数があります: {one}"),
    (r"Option '(?P<one>.*)' does not take a value\.", "オプション {one} に値は付けられません。"),
    (r"Option '(?P<one>.*)' requires an argument\.", "オプション {one} には値が必要です。"),
    (r"Option '(?P<one>.*)' requires (?P<two>\d+) arguments\.", "オプション {one} には値が {two} 個必要です。"),
    (r"Argument '(?P<one>.*)' takes (?P<two>\d+) values\.", "引数 {one} には値が {two} 個必要です。"),
    (r"(?P<two>\d+) values (?:are )?required,? but (?P<one>\d+).*given\.", "値は {two} 個必要ですが、{one} 個です。"),
    (r"(?P<one>.*) is not a valid (?:integer|int)(?: range)?\.", "{one} は整数ではありません。"),
    (r"(?P<one>.*) is not a valid float(?: range)?\.", "{one} は数ではありません。"),
    (
        r"(?P<one>.*) is not a valid boolean\..*",
        "{one} は「はい」「いいえ」を表す値（true、false など）ではありません。",
    ),
    (r"(?P<one>.*) is not a valid UUID\.", "{one} は UUID ではありません。"),
    (r"(?P<one>.*) is not in the range (?P<two>.*)\.", "{one} は範囲 {two} にありません。"),
    (r"(?P<one>.*) is not one of (?P<two>.*)\.", "{one} は使えません。次のどれかにしてください: {two}"),
    (r"(?P<one>.*) does not match the formats? (?P<two>.*)\.", "{one} の書き方が違います。正しい形: {two}"),
    (r"(?:File|Directory|Path) (?P<one>.*) does not exist\.", "{one} が見つかりません。"),
    (r"(?:File|Directory|Path) (?P<one>.*) is a file\.", "{one} はフォルダーではなくファイルです。"),
    (r"(?:File|Directory|Path) (?P<one>.*) is a directory\.", "{one} はファイルではなくフォルダーです。"),
    (r"(?:File|Directory|Path) (?P<one>.*) is not readable\.", "{one} は読めません。"),
    (r"(?:File|Directory|Path) (?P<one>.*) is not (?:writable|executable)\.", "{one} には書き込めません。"),
    (r"(?P<one>.*): No such file or directory", "{one} が見つかりません。"),
)
"""What click may find wrong, and how to say it; a text of our own holds both languages already."""
REASONS: Mapping[type[OSError], str] = {
    FileNotFoundError: "フォルダーかファイルがありません",
    FileExistsError: "同じ名前のものがもうあります",
    IsADirectoryError: "ファイルではなくフォルダーです",
    NotADirectoryError: "途中の名前がフォルダーではありません",
    PermissionError: "権限がありません",
}
_ODD_BYTES = re.compile("[\udc80-\udcff]")
"""How Python keeps bytes of a command line that are no text: a file may be called so, nothing that is sent or kept can."""
NO_TEXT = "誤り: 文字として読めない値があります。\nError: A value cannot be read as text."
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


class BothLanguages(click.HelpFormatter):
    """The help of a command with click's own words in both languages."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line that shows how the command is called."""
        super().write_usage(prog, args, prefix or "使い方 / Usage: ")

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        super().write_heading(f"{HEADINGS[heading]} / {heading}" if heading in HEADINGS else heading)

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **widths: Any) -> None:
        """Write options or commands with their help."""
        super().write_dl([(name, _help(text)) for name, text in rows], *args, **widths)


class UsageContext(click.Context):
    """The context of a command of ours."""

    formatter_class = BothLanguages


class WrongUsage(click.UsageError):
    """A command line that click could not read, told in both languages."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print what is wrong and how the command is called."""
        if self.ctx is not None:
            click.echo(self.ctx.get_usage(), file=file, err=True)
            asking = f"{self.ctx.command_path} {max(self.ctx.help_option_names, key=len)}"
            click.echo(f"詳しくは「{asking}」を実行してください。/ Try '{asking}' for help.\n", file=file, err=True)
        click.echo(self.message, file=file, err=True)


class FileTrouble(click.ClickException):
    """A file or folder that a command line names cannot be used."""

    def __init__(self, error: OSError) -> None:
        reason = error.strerror or str(error)
        super().__init__(
            f"誤り: {error.filename} を使えません（{REASONS.get(type(error), reason)}）。名前と権限を確かめてください。\n"
            f"Error: Cannot use {error.filename} ({reason}). Check the name and the permissions."
        )

    def show(self, file: IO[Any] | None = None) -> None:
        """Print what is wrong."""
        click.echo(self.message, file=file, err=True)


class UsageGroup(click.Group):
    """A group whose commands, those below it included, are explained in both languages."""

    context_class = UsageContext

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command that explains itself as we do."""
        found = super().get_command(ctx, name)
        return None if found is None else explained(found)

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        """Read what stands before the command's name."""
        try:
            return super().make_context(*args, **more)
        except click.UsageError as error:
            raise in_both_languages(error) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Read the rest and run the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise in_both_languages(error) from error
        except (click.Abort, KeyboardInterrupt):
            click.echo("\n中止しました。/ Aborted.", err=True)
            ctx.exit(1)
        except OSError as error:
            if error.filename is None:
                raise
            raise FileTrouble(error) from error
        except UnicodeEncodeError as error:
            if not _ODD_BYTES.match(error.object, error.start):
                raise
            raise WrongUsage(NO_TEXT) from error
        except TypeError as error:
            # So orjson says it.
            if "surrogates not allowed" not in str(error):
                raise
            raise WrongUsage(NO_TEXT) from error


def explained(command: click.Command) -> click.Command:
    """Have a command and all below it explained in both languages, whoever made it; return it."""
    command.context_class = UsageContext
    for one in command.commands.values() if isinstance(command, click.Group) else ():
        explained(one)
    return command


def in_both_languages(error: click.UsageError) -> click.UsageError:
    """Return what click found wrong as it is shown; a command called without anything shows its help as ever."""
    if isinstance(error, WrongUsage | click.exceptions.NoArgsIsHelpError):
        return error
    if _JAPANESE.search(error.message):
        hint = _hint(error)
        return WrongUsage(
            f"誤り / Error: {hint}: {error.message}" if hint else f"誤り / Error: {error.message}", error.ctx
        )
    return WrongUsage(f"誤り: {japanese(error)}\nError: {error.format_message()}", error.ctx)


def japanese(error: click.UsageError) -> str:
    """Return what is wrong with a command line, in Japanese."""
    hint = _hint(error)
    if isinstance(error, click.MissingParameter):
        kind = "引数" if error.param is not None and error.param.param_type_name == "argument" else "オプション"
        choices = getattr(getattr(error.param, "type", None), "choices", ())
        return f"{kind} {hint} が必要です。" + (f"次のどれか: {'、'.join(map(str, choices))}" if choices else "")
    fault = next(_faults(error.message), "書き方が正しくありません。")
    meant = getattr(error, "possibilities", None) or ()
    fault += f"もしかして: {'、'.join(sorted(meant))}" if meant else ""
    return f"{hint} の値が正しくありません。{fault}" if isinstance(error, click.BadParameter) and hint else fault


def _faults(message: str) -> Iterator[str]:
    for pattern, told in FAULTS:
        if found := re.fullmatch(pattern, message.strip(), re.DOTALL):
            yield told.format(**{name: value or "''" for name, value in found.groupdict().items()})


def _hint(error: click.UsageError) -> str:
    named = getattr(error, "param_hint", None)
    if named is None and getattr(error, "param", None) is not None:
        named = error.param.get_error_hint(error.ctx)  # type: ignore[attr-defined]  # asked for the line before
    return " / ".join(named).replace("'", "") if isinstance(named, list | tuple) else (named or "").replace("'", "")


def _help(text: str) -> str:
    for english, ja in HELP.items():
        text = text.replace(english, f"{ja} / {english}")
    found = re.fullmatch(r"(.*?)  \[([^\[\]]*)\]", text, re.DOTALL)
    if found is None:
        return text
    marks = [_mark(one) for one in found[2].split("; ")]
    return f"{found[1]}  [{'; '.join(marks)}]"


def _mark(mark: str) -> str:
    return next((f"{ja} / {mark}" for english, ja in MARKS.items() if mark.startswith(english)), mark)
