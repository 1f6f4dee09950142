"""What follow-up is tested on."""

from __future__ import annotations

import pytest

from tests.fixtures.shop import Shop


@pytest.fixture
def shop(real_shop: Shop) -> Shop:
    """A fresh shop on 1 March 2006."""
    return real_shop
