"""Plugins that are one file in a folder, beside those that are installed as packages."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any, Protocol

from kizuna._version import __version__

PREFIX = "kizuna_dropped_in_"
TEST = re.compile(r"test_.*|.*_test\.py|conftest\.py|tests")
"""What pytest looks for: tests written beside a plugin are no plugins."""


class Found(Protocol):
    """A plugin that was found and is not loaded yet; an installed one's `EntryPoint` is one."""

    @property
    def name(self) -> str:
        """The plugin's name."""

    @property
    def dist(self) -> Distribution | None:
        """The package it came with, for the version."""

    def load(self) -> Any:
        """Return the plugin's module."""


class OtherVersionError(ImportError):
    """An installed plugin asks for another version of Kizuna."""

    def __init__(self, plugin: Distribution, wanted: str) -> None:
        super().__init__(
            f"{plugin.name} {plugin.version} asks for kizuna{wanted}, and this is kizuna {__version__}: "
            "install a version of the plugin made for this one, or update Kizuna"
        )


class PluginFileError(ImportError):
    """A file of the plugins folder cannot be loaded."""


@dataclass(frozen=True, slots=True)
class DroppedIn:
    """A file of the plugins folder, or a folder with an ``__init__.py``."""

    name: str
    path: Path
    dist: None = None

    def load(self) -> Any:
        """Return the file's module, or raise what its import raises."""
        if not re.fullmatch(r"[A-Za-z_]\w*", self.name):
            raise PluginFileError(f"{self.path.name}: name the file like a Python module, such as my_plugin.py")
        module_name = PREFIX + self.name
        spec = importlib.util.spec_from_file_location(module_name, self.path)
        if spec is None or spec.loader is None:
            raise PluginFileError(f"{self.path} is no Python module")
        module = importlib.util.module_from_spec(spec)
        sys.modules[module_name] = module  # dataclasses and annotations look their module up here
        try:
            spec.loader.exec_module(module)
        except ModuleNotFoundError as error:
            del sys.modules[module_name]
            if (error.name or "").split(".")[0] == self.name:
                # The folder is no place Python imports from, so the package does not find itself by its name.
                cure = "import its modules with a dot (`from .module import …`), or install it (pip install -e .)"
                raise PluginFileError(
                    f"in the plugins folder {self.name} does not know its own name: {cure}"
                ) from error
            raise
        except BaseException:
            del sys.modules[module_name]
            raise
        return module


def check_version(plugin: Distribution) -> None:
    """Raise OtherVersionError where an installed plugin asks for another version of Kizuna than this one."""
    asked = [one for one in plugin.requires or () if one.lower().startswith("kizuna")]
    if not asked:
        return
    # Servers start faster without it, and most plugins are our own.
    from packaging.requirements import InvalidRequirement, Requirement

    for text in asked:
        try:
            wanted = Requirement(text)
        except InvalidRequirement:  # its installer's business, not ours
            continue
        if wanted.name.lower() != "kizuna" or (wanted.marker is not None and not wanted.marker.evaluate({"extra": ""})):
            continue
        if not wanted.specifier.contains(__version__, prereleases=True):
            raise OtherVersionError(plugin, str(wanted.specifier))


def dropped_in(folder: Path) -> Iterator[DroppedIn]:
    """Yield the plugins of a folder, by name; files that begin with ``_`` or ``.`` are none, and an author's tests are none."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith(("_", ".")) or TEST.fullmatch(path.name):
            continue
        if path.is_file() and path.suffix == ".py":
            yield DroppedIn(path.stem, path)
        elif path.is_dir() and (path / "__init__.py").is_file():
            yield DroppedIn(path.name, path / "__init__.py")
