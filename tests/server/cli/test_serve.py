"""A port that is taken is told, not shared."""

from __future__ import annotations

import socket

import pytest

from kizuna.cli.serve import PortTakenError, refuse_taken_port


def test_a_port_somebody_listens_on_is_refused_even_where_sharing_is_allowed() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTakenError, match=str(port)):
            refuse_taken_port("127.0.0.1", port)

    refuse_taken_port("127.0.0.1", port)
