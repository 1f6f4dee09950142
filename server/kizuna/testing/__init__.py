"""What plugin authors test with: a shop made of plain lists, without Excel and without a server.

The fixtures of `kizuna.testing.fixtures` come with ``pytest_plugins = ["kizuna.testing.fixtures"]`` in a ``conftest.py``.
"""

from kizuna.testing.serving import LiveServer, live_server, workbook
from kizuna.testing.shop import CallFailedError, RowRefusedError, Shop, data_from, sample_shop, shop_from

__all__ = [
    "CallFailedError",
    "LiveServer",
    "RowRefusedError",
    "Shop",
    "data_from",
    "live_server",
    "sample_shop",
    "shop_from",
    "workbook",
]
