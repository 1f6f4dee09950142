"""Every flow of test_sync.py again, with the workbook in a (simulated) client without Python."""

import pytest

from tests.end_to_end.sheets import HOST
from tests.end_to_end.test_sync import *  # noqa: F403  # the tests and fixtures of the same flows


@pytest.fixture(autouse=True)
def _payload_host():
    before = HOST.set("payload")
    yield
    HOST.reset(before)
