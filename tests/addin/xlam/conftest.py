"""The add-in built once from the real catalogue of all plugins."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from kizuna.functions.catalogue import catalogue
from kizuna.plugins import load_plugins
from kizuna_addin.xlam.build import Xlam, build
from kizuna_addin.xlam.catalogue import Function, read_functions


@dataclass(frozen=True)
class Built:
    functions: tuple[Function, ...]
    xlam: Xlam
    addin: Path
    twin: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Built:
    folder = tmp_path_factory.mktemp("xlam")
    functions = read_functions(json.loads(json.dumps(catalogue(load_plugins()))))
    xlam = build(functions)
    found = Built(functions, xlam, folder / "kizuna.xlam", folder / "kizuna_twin.xlsm")
    found.addin.write_bytes(xlam.addin)
    found.twin.write_bytes(xlam.twin)
    return found
