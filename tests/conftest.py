"""What tests of every part share: the real data beside the checkout, and how long properties are searched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
# The same examples at every run: what is new is found by searching, not by a run that was to check a change.
settings.register_profile("ci", deadline=None, suppress_health_check=SLOW, print_blob=True, derandomize=True)
settings.register_profile(
    "deep", settings.get_profile("ci"), max_examples=2_000, stateful_step_count=80, derandomize=False
)
settings.register_profile("quick", settings.get_profile("ci"), phases=(Phase.generate,))
# KIZUNA_PROPERTIES=deep searches for long; its seeds differ from run to run.
settings.load_profile(os.environ.get("KIZUNA_PROPERTIES", "ci"))


def everything_required() -> bool:
    """Return whether a missing part is a failure: so it is in CI."""
    return os.environ.get("KIZUNA_REQUIRE_ALL") == "1"


def skip_or_fail(reason: str) -> None:
    """Skip the test, or fail it where everything is required."""
    if everything_required():
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout."""
    for folder in Path(__file__).resolve().parents:
        found = folder.parent / "shared" / "data"
        if found.is_dir():
            return found
    skip_or_fail("no ../shared/data beside the checkout")
    raise AssertionError  # not reached


@pytest.fixture(autouse=True)
def _own_plugins_folder() -> Iterator[None]:
    """Take back the plugins folder a command line was told: it is kept in the environment, which the next test shares."""
    before = os.environ.get("KIZUNA_PLUGINS")
    yield
    if before is None:
        os.environ.pop("KIZUNA_PLUGINS", None)
    else:
        os.environ["KIZUNA_PLUGINS"] = before


@pytest.fixture(autouse=True, scope="session")
def _own_settings_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep what the add-in notes on this PC, such as a push on its way, out of the folders of whoever runs the tests."""
    before = os.environ.get("KIZUNA_ADDIN_FOLDER")
    os.environ["KIZUNA_ADDIN_FOLDER"] = before or str(tmp_path_factory.mktemp("kizuna-addin"))
    yield
    if before is None:
        del os.environ["KIZUNA_ADDIN_FOLDER"]
