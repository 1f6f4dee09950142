"""The flows of test_sync.py, test_conflicts.py and test_healing.py again, with the workbook in a client without Python."""

import pytest

from tests.end_to_end.programs import Chosen, Payload
from tests.end_to_end.test_conflicts import *  # noqa: F403  # the same flows
from tests.end_to_end.test_healing import *  # noqa: F403
from tests.end_to_end.test_sync import *  # noqa: F403


@pytest.fixture
def host(monkeypatch):
    monkeypatch.setattr(Chosen, "host", Payload())
    return Chosen.host
