"""The pane for Excel without Python: its files, its JavaScript in Node, and the whole of it in a headless browser."""

import json
import os
import queue
import shutil
import subprocess
import threading
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx
import pytest
from werkzeug.serving import make_server

import kizuna_workbook_service
from kizuna import Action, ActionResult, Argument, FileResult, TableResult, Text
from kizuna.app import create_app
from kizuna.config import Config
from kizuna.model.database import sqlite_url
from kizuna_addin.hosts.payload import extensions
from kizuna_addin.ribbon import verbs
from tests.conftest import skip_or_fail
from tests.end_to_end.conftest import furnished, host, shop
from tests.fixtures.plugins import Made, loaded, plugin

__all__ = ["furnished", "host", "shop"]

HERE = Path(__file__).parent
OFFICE_FILES = HERE.parents[1] / "server/kizuna/web/office_files"
MOCK = "office-addin-mock@4.0.0"
CDN = '<script src="https://appsforoffice.microsoft.com/lib/1/hosted/office.js"></script>'
NAMESPACE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"


def program(*names):
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    skip_or_fail(f"{names[0]} is not installed")
    return ""


@pytest.fixture(scope="session")
def mock_folder(tmp_path_factory):
    """Where npm put office-addin-mock."""
    folder = tmp_path_factory.mktemp("npm")
    done = subprocess.run(
        [program("npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder, MOCK],
        check=False,
        capture_output=True,
        text=True,
        timeout=200,
    )
    if done.returncode:
        skip_or_fail(f"npm cannot bring {MOCK}: {done.stderr[-300:]}")
    return folder / "node_modules"


def seen_in_the_pane(shop, folder, scenario):
    """Return what a scenario reports from the pane in a running browser; it fails the test when something failed there."""
    heard = queue.Queue()
    with serving(shop, folder, heard) as server:
        page = f"{server}/office/taskpane.html?{scenario}&token={shop.tokens['S001']}"
        running = browser(folder, "--window-size=380,760", "--virtual-time-budget=60000", "--dump-dom", page)
        try:
            seen = heard.get(timeout=90)
        finally:
            running.kill()
            running.wait()
    assert "error" not in seen, seen
    return seen


def test_the_clients_javascript_holds_in_node_and_on_the_office_mock(mock_folder):
    tests = sorted(HERE.glob("*.test.mjs"))

    done = subprocess.run(
        [program("node"), "--test", *tests],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "NODE_PATH": str(mock_folder)},
    )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_client_can_do_every_action_of_ours():
    script = (
        "globalThis.window = globalThis;"
        f"const m = await import({json.dumps((OFFICE_FILES / 'workbook.js').as_uri())});"
        "console.log(JSON.stringify(m.actionNames))"
    )

    done = subprocess.run(
        [program("node"), "--input-type=module", "-e", script], capture_output=True, text=True, timeout=60, check=True
    )

    names = set(json.loads(done.stdout))
    assert {name for name in names if name.startswith("kizuna")} == set(extensions.ACTIONS)


def pages(app, heard):
    """The server with the test's page in place of Microsoft's script, and a place to report to."""

    def answer(environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/test/result":
            heard.put(json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))))
            start_response("204 No Content", [])
            return [b""]
        if path.startswith("/test/"):
            start_response("200 OK", [("Content-Type", "text/javascript")])
            return [(HERE / Path(path).name).read_bytes()]
        if path == "/office/taskpane.html":
            page = (OFFICE_FILES / "taskpane.html").read_text(encoding="utf-8")
            assert CDN in page
            start_response("200 OK", [("Content-Type", "text/html")])
            return [page.replace(CDN, '<script type="module" src="/test/scenario.mjs"></script>').encode()]
        return app(environ, start_response)

    return answer


@contextmanager
def serving(shop, tmp_path, heard):
    app = create_app(Config(sqlite_url(tmp_path / "kizuna.db")), shop.database)
    server = make_server("127.0.0.1", 0, pages(app, heard), threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def browser(tmp_path, *arguments):
    return subprocess.Popen(
        [
            program("chromium", "chromium-browser", "google-chrome"),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={tmp_path / 'profile'}",
            *arguments,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_person_signs_in_makes_edits_and_pushes_a_workbook_in_a_browser(shop, tmp_path):
    heard = queue.Queue()
    picture = tmp_path / "pane.png"
    with serving(shop, tmp_path, heard) as server:
        page = f"{server}/office/taskpane.html?token={shop.tokens['S001']}"
        running = browser(
            tmp_path, f"--screenshot={picture}", "--window-size=380,760", "--virtual-time-budget=60000", page
        )
        try:
            seen = heard.get(timeout=90)
            running.wait(timeout=60)
        finally:
            running.kill()
            running.wait()

    assert "error" not in seen, seen
    assert seen["code"] in seen["asked"]
    assert seen["made"]["lines"] == ["「顧客」 3 行"]
    assert seen["pushed"]["code"] == "done", seen["pushed"]
    assert any("新規 1・変更 1" in line for line in seen["pushed"]["lines"])
    assert [row["顧客番号"] for row in seen["rows"]] == ["C0001", "C0002", "C0003", "C0004"]
    assert [seen["rows"][0][name] for name in ("電話", "同期状態")] == ["090-0000-0001", ""]
    assert seen["sheets"][:2] == [["顧客", "Visible"], ["_kizuna", "VeryHidden"]]
    assert seen["tables"] == [["kizuna_customers", 5]]
    assert (seen["hidden"], seen["frozen"], seen["active"]) == ([0], [2, 0], "顧客")
    assert seen["formats"][0] == "@"
    assert seen["birthday"] == 29312
    assert seen["saved"] >= 3
    assert 0 < seen["told"] < 250
    assert seen["functions"]["cells"] == 300
    assert seen["functions"]["requests"] <= 2
    assert seen["functions"]["generic"] == seen["functions"]["first"]
    with shop.client() as client:
        table = client.pull("customers")
    phones = dict(zip(table.ids, table.columns[table.fields.index("phone")], strict=True))
    assert "090-0000-0001" in phones.values()
    kept = os.environ.get("KIZUNA_KEEP_PICTURES")
    if kept:
        shutil.copy(picture, Path(kept) / "pane.png")


def test_every_button_that_is_declared_is_in_the_pane_and_does_its_work(shop, tmp_path):
    words = {"follow_up_today": "今日の分です", "follow_up_labels": "ラベルです", "letters": "手紙です"}

    def pressed(word):
        def act(_write, arguments):
            keys = "".join(arguments.get("customers", ()))
            file = FileResult(f"{word}.pdf", "application/pdf", b"%PDF")
            return ActionResult(Text(f"{word}。{keys}", word), (file,), TableResult((Text("番号", "No"),), (["C1"],)))

        return act

    keys = (Argument("customers", "keys", required=False),)
    actions = [Action(name, Text(word, name), Text(word, name), pressed(word), keys) for name, word in words.items()]
    services = Made("workbook", kizuna_workbook_service)
    functions = [Made(name, import_module(name)) for name in ("kizuna_rfm",)]
    shop.database.plugins = loaded(plugin("pressed", actions=lambda: actions), services, *functions, strict=True)
    seen = seen_in_the_pane(shop, tmp_path, "every")

    declared = {f"workbook.{'resolve' if verb.name == 'conflicts' else verb.name}": verb.label.ja for verb in verbs()}
    buttons = dict(seen["buttons"])
    # kizuna_rfm, which came along for its functions, has an action that must be told more than a press can tell.
    assert buttons == {
        **declared, "workbook.new": "新しいブック", "workbook.status": "状態", "action.letters": "手紙です"
    }  # fmt: skip
    said = {name: " ".join(one["lines"]) for name, one in seen["others"].items()}
    assert {name: one for name, one in seen["others"].items() if one["code"] == "failed"} == {}
    assert "店員S001 さんとしてつながっています" in said["workbook.connect"]
    assert "アドイン " in said["workbook.settings"]
    assert "店員S001 Excel" in said["workbook.history"] or "店員S001 pc-S001" in said["workbook.history"]
    assert "競合はありません" in said["workbook.resolve"]
    assert "「顧客」 変更 0・追加 0・削除 0" in said["workbook.refresh"]
    assert "「顧客」 変更 0・追加 0・削除 0" in said["workbook.restore"]
    assert "取り消しました" in said["workbook.undo"]
    assert seen["calculated"] == ["Full"]
    for name, word in (
        ("workbook.today", "今日の分です"),
        ("workbook.labels", "ラベルです"),
        ("action.letters", "手紙です"),
    ):
        assert f"{word}。C0001" in said[name]
        assert seen["others"][name]["files"] == [f"{word}.pdf"]
        assert [word, "Visible"] in seen["sheets"]
    assert seen["shown"] == "手紙です"


def test_the_pane_asks_before_a_column_is_emptied_everywhere(shop, tmp_path):
    seen = seen_in_the_pane(shop, tmp_path, "many")

    refused, agreed = seen["answers"]["no"], seen["answers"]["yes"]
    assert "サーバーの値も消しますか" in refused["question"]
    assert (refused["code"], refused["lines"]) == ("waiting", "送信していません。")
    assert agreed["code"] == "done"
    assert "変更 30" in agreed["lines"]
    assert seen["asking"] is False
    with shop.client() as client:
        table = client.pull("customers")
    phones = dict(
        zip(table.columns[table.fields.index("name")], table.columns[table.fields.index("phone")], strict=True)
    )
    assert "29 件" in seen["older"]
    assert "変わりました" in seen["newer"]
    assert "30 件" in seen["newer"]
    assert all(phone.startswith("04-") for name, phone in phones.items() if name.startswith("客"))


def test_the_manifest_names_this_server_and_files_that_are_there(shop):
    manifest = httpx.get(f"{shop.server}/office/manifest.xml", timeout=10)
    root = ET.fromstring(manifest.content)
    urls = {
        value
        for node in root.iter()
        for value in (node.get("DefaultValue"),)
        if value and value.startswith(f"{shop.server}/office/")
    }

    answers = {url: httpx.get(url, timeout=10) for url in urls}

    assert [node.tag.removeprefix(NAMESPACE) for node in root][:9] == [
        "Id",
        "Version",
        "ProviderName",
        "DefaultLocale",
        "DisplayName",
        "Description",
        "IconUrl",
        "HighResolutionIconUrl",
        "SupportUrl",
    ]
    assert len(urls) == 7
    assert {answer.status_code for answer in answers.values()} == {200}
    resources = {node.get("id") for node in root.iter() if node.get("id")}
    assert {node.get("resid") for node in root.iter() if node.get("resid")} <= resources


def test_the_functions_of_the_catalogue_are_told_to_excel(shop):
    told = httpx.get(f"{shop.server}/office/functions.json", headers={"Accept-Language": "en"}, timeout=10).json()

    found = {one["id"]: one for one in told["functions"]}
    with shop.client() as client:
        catalogue = client.functions()
    assert set(found) == {one["name"] for one in catalogue} | {"CALL"}
    for one in catalogue:
        parameters = found[one["name"]]["parameters"]
        assert [(p["name"], not p["optional"]) for p in parameters] == [
            (argument["name"], argument["required"]) for argument in one["arguments"]
        ]


def test_no_other_file_is_served(shop):
    answers = [
        httpx.get(f"{shop.server}/office/{name}", timeout=10) for name in ("office.py", "..%2foffice.py", "icon-17.png")
    ]

    assert {answer.status_code for answer in answers} == {404}
