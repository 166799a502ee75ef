# SPDX-License-Identifier: MIT OR Apache-2.0
"""A pytest plugin: lets python-fido2 find our key on the test transport instead of among hidraw files.

KAGIFUDA_UDP is the port of the reports, KAGIFUDA_CONTROL that of button and plug. The key has another
path after each power cycle, as a real one may.
"""

import os
import socket
import urllib.request

import fido2.hid
from fido2.hid.base import CtapHidConnection, HidDescriptor

UDP = int(os.environ["KAGIFUDA_UDP"])
CONTROL = int(os.environ["KAGIFUDA_CONTROL"])


class Datagrams(CtapHidConnection):
    """Reports as datagrams on loopback."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", UDP))
        self.socket.settimeout(60)

    def write_packet(self, data):
        self.socket.send(data)

    def read_packet(self):
        return self.socket.recv(64)

    def close(self):
        self.socket.close()


def list_descriptors():
    """The key, while it is plugged in."""
    with urllib.request.urlopen(f"http://127.0.0.1:{CONTROL}/", timeout=5) as answer:
        state, count = answer.read().split()
    if state != b"on":
        return []
    return [HidDescriptor(f"kagifuda-{int(count)}", 0x1209, 0xFFFF, 64, 64, "Kagifuda", None)]


def open_connection(descriptor):
    """Opens the key."""
    return Datagrams()


def get_descriptor(path):
    """The key of a path."""
    return next(it for it in list_descriptors() if it.path == path)


fido2.hid.list_descriptors = list_descriptors
fido2.hid.open_connection = open_connection
fido2.hid.get_descriptor = get_descriptor
