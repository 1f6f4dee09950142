"""What the add-in makes of a server's answers."""

from __future__ import annotations

import httpx
import pytest

from kizuna_addin.client import Client
from kizuna_addin.errors import NotAServerError
from kizuna_addin.transport import Transport

ONE = {"columns": [[1]]}


@pytest.mark.parametrize("results", [[], [ONE], [ONE] * 3])
def test_an_answer_with_more_or_fewer_results_than_calls_is_taken_into_no_cell(results):
    server = httpx.MockTransport(lambda _request: httpx.Response(200, json={"position": "1", "results": results}))
    client = Client(Transport("http://shop", "t", http=server))
    calls = [{"function": "RFM", "arguments": {"customer": number}} for number in ("C0001", "C0002")]

    with pytest.raises(NotAServerError):
        client.answers(calls)
