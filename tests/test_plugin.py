"""The suite's own safety: no test can leave this machine."""

import socket

import pytest
from django.conf import settings

from tests.plugin import BlockedNetwork


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("10.0.0.1", 443)])
def test_a_connection_beyond_this_machine_is_refused(address: tuple[str, int]) -> None:
    with socket.socket() as client, pytest.raises(BlockedNetwork, match=address[0]):
        client.connect(address)


def test_a_look_up_beyond_this_machine_is_refused() -> None:
    with pytest.raises(BlockedNetwork, match=r"vendor\.example"):
        socket.create_connection(("vendor.example", 443), timeout=1)


def test_loopback_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_the_settings_are_those_of_a_test() -> None:
    assert (settings.TESTING, settings.SANDBOX_MODE, settings.DEBUG) == (True, True, False)
    assert settings.VAR_DIR != settings.BASE_DIR / "var"
