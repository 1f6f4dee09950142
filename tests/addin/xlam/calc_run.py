"""Run under LibreOffice's own Python: open a macro workbook, call its VBA, recalculate formulas, print JSON.

``calc_run.py SOFFICE FILE FILTER JSON``; JSON is ``{"calls": [["Module.Function", [arguments]]], "formulas": {"A1": "=…"}}``.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.beans import PropertyValue

soffice, path, filter_name, orders = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])


def prop(name, value):
    found = PropertyValue()
    found.Name, found.Value = name, value
    return found


with tempfile.TemporaryDirectory() as profile:
    pipe = f"kizunaxlam{os.getpid()}"
    program = subprocess.Popen(
        [soffice, "--headless", "--norestore", "--nologo", "--nodefault", f"-env:UserInstallation=file://{profile}",
         f"--accept=pipe,name={pipe};urp;"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    deadline = time.monotonic() + 90
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            break
        except Exception:
            if time.monotonic() > deadline or program.poll() not in (None, 0):
                raise
            time.sleep(0.1)
    desktop = context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
    try:
        book = desktop.loadComponentFromURL(
            f"file://{path}", "_blank", 0,
            (prop("Hidden", True), prop("FilterName", filter_name), prop("MacroExecutionMode", 4)),
        )  # fmt: skip
        sheet = book.Sheets.getByIndex(0)
        library = book.BasicLibraries.getByName("VBAProject")
        found = {
            "sheets": list(book.Sheets.ElementNames),
            "modules": {name: library.getByName(name) for name in library.ElementNames},
            "calls": [],
            "formulas": {},
        }
        for name, arguments in orders.get("calls", ()):
            url = f"vnd.sun.star.script:VBAProject.{name}?language=Basic&location=document"
            found["calls"].append(book.ScriptProvider.getScript(url).invoke(tuple(arguments), (), ())[0])
        for address, formula in orders.get("formulas", {}).items():
            sheet.getCellRangeByName(address).Formula = formula
        book.calculateAll()
        for address in orders.get("formulas", {}):
            cell = sheet.getCellRangeByName(address)
            found["formulas"][address] = cell.String
        book.close(True)
        print(json.dumps(found))
    finally:
        try:
            desktop.terminate()
        except Exception:  # noqa: BLE001  # UNO's exceptions share no base class
            program.kill()
        program.wait(30)
