"""The pane and functions for Excel without Python: static files, and what is made from this server's address and catalogue."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from kizuna._version import __version__
from kizuna.api.context import context
from kizuna.api.responses import json_response, language
from kizuna.worksheet import WorksheetFunction

office = Blueprint("office", __name__, url_prefix="/office")

NAMESPACE = "KIZUNA"
CALL = "CALL"
_FOLDER = files("kizuna.web") / "office_files"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
_NAMES = frozenset({"taskpane.html", "pane.css", "pane.js", "server.js", "workbook.js", "functions.js"})
_ICON_SIDES = (16, 32, 64, 80)


@office.get("/<name>")
def static_file(name: str) -> Response:
    """Return one of the pane's files."""
    if name not in _NAMES:
        return Response("not found", status=404, mimetype="text/plain")
    text = (_FOLDER / name).read_text(encoding="utf-8")
    kind = _TYPES[name[name.rindex(".") :]]
    return Response(text, mimetype=kind, headers={"Cache-Control": "no-cache"})


@office.get("/manifest.xml")
def manifest() -> Response:
    """Return the manifest that tells Excel where the pane and the functions are: at the address it was asked for."""
    return Response(manifest_xml(request.host_url.rstrip("/")), mimetype="application/xml")


@office.get("/functions.json")
def functions_json() -> Response:
    """Return the functions as Excel's custom functions, made from the catalogue."""
    spoken = language()
    found = sorted(context().database.plugins.functions.values(), key=lambda one: one.name)
    return json_response({"functions": [*(_metadata(one, spoken) for one in found), _CALL_METADATA]})


@office.get("/icon-<int:side>.png")
def icon(side: int) -> Response:
    """Return the add-in's picture."""
    if side not in _ICON_SIDES:
        return Response("not found", status=404, mimetype="text/plain")
    return Response(_drawn(side), mimetype="image/png", headers={"Cache-Control": "max-age=86400"})


def _metadata(function: WorksheetFunction, spoken: str) -> dict[str, Any]:
    return {
        "id": function.name,
        "name": function.name,
        "description": function.description.in_language(spoken),
        "parameters": [
            {
                "name": one.name,
                "description": one.label.in_language(spoken),
                "type": "any",
                "dimensionality": "matrix" if one.per_cell else "scalar",
                "optional": not one.required,
            }
            for one in function.arguments
        ],
        "result": {"type": "any", "dimensionality": "matrix"},
    }


_CALL_METADATA = {
    "id": CALL,
    "name": CALL,
    "description": "入っている関数を名前で呼びます。/ Call any installed function by its name.",
    "parameters": [
        {"name": "function", "description": "関数名 / name", "type": "string", "dimensionality": "scalar"},
        {
            "name": "arguments",
            "description": "引数 / arguments",
            "type": "any",
            "dimensionality": "matrix",
            "repeating": True,
        },
    ],
    "result": {"type": "any", "dimensionality": "matrix"},
}


@cache
def _drawn(side: int) -> bytes:
    from PIL import Image, ImageDraw

    large = side * 8
    picture = Image.new("RGBA", (large, large), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    # Two linked rings: a bond.
    for left, color in ((0.06, (31, 78, 121, 255)), (0.40, (242, 169, 0, 255))):
        box = (left * large, 0.23 * large, (left + 0.54) * large, 0.77 * large)
        pen.ellipse(box, outline=color, width=max(1, large // 10))
    out = BytesIO()
    picture.resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG")
    return out.getvalue()


def manifest_xml(server: str) -> str:
    """Return the add-in only manifest for a server's address; Excel asks for https."""
    base = f"{escape(server)}/office"
    number = uuid5(NAMESPACE_URL, f"{server}/office")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0"
  xmlns:ov="http://schemas.microsoft.com/office/taskpaneappversionoverrides" xsi:type="TaskPaneApp">
  <Id>{number}</Id>
  <Version>{__version__}.0</Version>
  <ProviderName>Kizuna</ProviderName>
  <DefaultLocale>ja-JP</DefaultLocale>
  <DisplayName DefaultValue="Kizuna 絆"><Override Locale="en-US" Value="Kizuna"/></DisplayName>
  <Description DefaultValue="店の顧客ブックをサーバーと同期します。">
    <Override Locale="en-US" Value="Keeps the shop's workbooks in step with the server."/>
  </Description>
  <IconUrl DefaultValue="{base}/icon-32.png"/>
  <HighResolutionIconUrl DefaultValue="{base}/icon-64.png"/>
  <SupportUrl DefaultValue="{escape(server)}/"/>
  <AppDomains><AppDomain>{escape(server)}</AppDomain></AppDomains>
  <Hosts><Host Name="Workbook"/></Hosts>
  <Requirements><Sets DefaultMinVersion="1.1"><Set Name="SharedRuntime" MinVersion="1.1"/></Sets></Requirements>
  <DefaultSettings><SourceLocation DefaultValue="{base}/taskpane.html"/></DefaultSettings>
  <Permissions>ReadWriteDocument</Permissions>
  <VersionOverrides xmlns="http://schemas.microsoft.com/office/taskpaneappversionoverrides" xsi:type="VersionOverridesV1_0">
    <Hosts>
      <Host xsi:type="Workbook">
        <Runtimes><Runtime resid="Pane.Url" lifetime="long"/></Runtimes>
        <AllFormFactors>
          <ExtensionPoint xsi:type="CustomFunctions">
            <Script><SourceLocation resid="Functions.Script"/></Script>
            <Page><SourceLocation resid="Pane.Url"/></Page>
            <Metadata><SourceLocation resid="Functions.Metadata"/></Metadata>
            <Namespace resid="Functions.Namespace"/>
          </ExtensionPoint>
        </AllFormFactors>
        <DesktopFormFactor>
          <ExtensionPoint xsi:type="PrimaryCommandSurface">
            <OfficeTab id="TabHome">
              <Group id="Kizuna.Group">
                <Label resid="Label"/>
                <Icon>
                  <bt:Image size="16" resid="Icon.16"/>
                  <bt:Image size="32" resid="Icon.32"/>
                  <bt:Image size="80" resid="Icon.80"/>
                </Icon>
                <Control xsi:type="Button" id="Kizuna.Open">
                  <Label resid="Label"/>
                  <Supertip><Title resid="Label"/><Description resid="Tip"/></Supertip>
                  <Icon>
                    <bt:Image size="16" resid="Icon.16"/>
                    <bt:Image size="32" resid="Icon.32"/>
                    <bt:Image size="80" resid="Icon.80"/>
                  </Icon>
                  <Action xsi:type="ShowTaskpane"><TaskpaneId>Kizuna</TaskpaneId><SourceLocation resid="Pane.Url"/></Action>
                </Control>
              </Group>
            </OfficeTab>
          </ExtensionPoint>
        </DesktopFormFactor>
      </Host>
    </Hosts>
    <Resources>
      <bt:Images>
        <bt:Image id="Icon.16" DefaultValue="{base}/icon-16.png"/>
        <bt:Image id="Icon.32" DefaultValue="{base}/icon-32.png"/>
        <bt:Image id="Icon.80" DefaultValue="{base}/icon-80.png"/>
      </bt:Images>
      <bt:Urls>
        <bt:Url id="Pane.Url" DefaultValue="{base}/taskpane.html"/>
        <bt:Url id="Functions.Script" DefaultValue="{base}/functions.js"/>
        <bt:Url id="Functions.Metadata" DefaultValue="{base}/functions.json"/>
      </bt:Urls>
      <bt:ShortStrings>
        <bt:String id="Label" DefaultValue="Kizuna 絆"/>
        <bt:String id="Functions.Namespace" DefaultValue="{NAMESPACE}"/>
      </bt:ShortStrings>
      <bt:LongStrings>
        <bt:String id="Tip" DefaultValue="取得・送信などを行う画面を開きます。">
          <bt:Override Locale="en-US" Value="Open the pane that pulls, pushes and more."/>
        </bt:String>
      </bt:LongStrings>
    </Resources>
  </VersionOverrides>
</OfficeApp>
"""
