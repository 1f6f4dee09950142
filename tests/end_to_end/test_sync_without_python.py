"""Every flow of test_sync.py again, with the workbook in a (simulated) client without Python."""

import pytest

from tests.end_to_end.programs import Chosen, Payload
from tests.end_to_end.test_sync import *  # noqa: F403  # the tests and fixtures of the same flows


@pytest.fixture
def host(monkeypatch):
    monkeypatch.setattr(Chosen, "host", Payload())
    return Chosen.host
