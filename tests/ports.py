"""Ports for servers that tests start as processes of their own."""

import random
import socket


def free_port() -> int:
    """Nobody listens on it now, and no system gives it to an outgoing connection meanwhile."""
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise AssertionError("a hundred ports are taken")
