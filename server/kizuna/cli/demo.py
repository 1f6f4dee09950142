"""``kizuna demo``: the whole product at work on a shop chain made up for it."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path

import click

from kizuna.cli.local_server import LocalServer
from kizuna.cli.speaking import language
from kizuna.errors import OperationError, Text


class FolderTakenError(OperationError):
    """The demo's folder holds something that is not a demo."""

    code = "folder-taken"
    text = Text(
        "フォルダ {folder} には別のものが入っています。空のフォルダか新しい名前を指定してください。",
        "The folder {folder} holds something else. Name an empty or a new one.",
    )


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("kizuna-demo"))
@click.option("--no-serve", is_flag=True, help="物語が終わったらサーバーを止める / End instead of serving on.")
@click.option("--port", type=int, default=0, help="ポート(省略すると空きポート) / Port; default: a free one.")
@click.option("--language", "spoken", type=click.Choice(["ja", "en"]), help="言語 / Language.")
def demo(folder: Path, *, no_serve: bool, port: int, spoken: str | None) -> None:
    """架空の3店舗のチェーンで、同期と分析のすべてを見せる / Show everything at work on a made-up chain.

    FOLDER(省略すると kizuna-demo)にデータベースとブックを作ります。前のデモは作り直します。
    Makes database and workbooks in FOLDER (kizuna-demo); an earlier demo there is made anew.
    """
    # Loaded only here: every other command starts a quarter of a second earlier without the demo's parts.
    from kizuna.cli.demo_shop import build_shop
    from kizuna.cli.demo_story import Story, tell

    spoken = spoken or language()
    started = time.monotonic()
    folder = fresh_folder(folder.resolve())
    story = Story(folder, spoken)
    shop = build_shop(folder, story)
    with LocalServer(shop.database_url, port=port, log=folder / "server.log") as server:
        tell(story, shop, server.url)
        story.say(
            Text(
                "\nここまで {seconds:.0f} 秒。ファイルは {folder} にあります。",
                "\n{seconds:.0f} seconds so far. The files are in {folder}.",
            ),
            seconds=time.monotonic() - started,
            folder=folder,
        )
        if no_serve:
            return
        story.say(
            Text(
                "サーバーは {url} で動いています(ブラウザで開けます)。終了は Ctrl+C。",
                "The server goes on at {url} (open it in a browser). Ctrl+C ends it.",
            ),
            url=server.url,
        )
        story.say(
            Text(
                "帳票は {url}/reports/ で見られます。トークン(このデモだけのもの): {token}",
                "The reports are at {url}/reports/. The token, good for this demo only: {token}",
            ),
            url=server.url,
            token=shop.owner.token,
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            server.wait()
        except KeyboardInterrupt:
            story.say(Text("終了しました。", "Ended."))


def fresh_folder(folder: Path) -> Path:
    """Return an empty folder; an earlier demo in it is removed, anything else is left alone (FolderTakenError)."""
    if folder.exists() and any(folder.iterdir()):
        from kizuna.cli.demo_shop import DEMO_MARK

        if not (folder / DEMO_MARK).exists():
            raise FolderTakenError(folder=folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
