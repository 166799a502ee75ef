#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes tests/vectors/fingers/requests.txt: what python-fido2 sends for every subcommand of
authenticatorBioEnrollment, under tokens that are told, so that ours can be held to the same bytes.

    make_finger_vectors.py FOLDER

Needs the package fido2, as tests/conformance/fido2/tools.py installs it. Every run makes the same file.
"""

import pathlib
import sys

from fido2 import cbor
from fido2.ctap import CtapDevice
from fido2.ctap2 import Ctap2
from fido2.ctap2.bio import FPBioEnrollment
from fido2.ctap2.pin import PinProtocolV1, PinProtocolV2
from fido2.hid import CAPABILITY

TOKEN = bytes(range(32))
FINGER = bytes.fromhex("00a0")
NAME = "左の親指"
TIMEOUT = 10_000

HEAD = """\
# CTAP 2.3 section 6.7. Written by python-fido2 (make_finger_vectors.py): the whole request of each subcommand, the command's byte first. The
# draft's byte is that of FIDO_2_1_PRE. A line holds until another of its name.
"""


class Ear(CtapDevice):
    """A key that only listens."""

    def __init__(self, is_preview):
        self.heard = []
        option = "userVerificationMgmtPreview" if is_preview else "bioEnroll"
        versions = ["FIDO_2_0", "FIDO_2_1_PRE"] if is_preview else ["FIDO_2_1"]
        self.info = cbor.encode({1: versions, 3: bytes(16), 4: {option: False}, 6: [2, 1]})

    @property
    def capabilities(self):
        return CAPABILITY.CBOR

    def call(self, cmd, data=b"", event=None, on_keepalive=None):
        if data[0] == Ctap2.CMD.GET_INFO:
            return b"\0" + self.info
        self.heard.append(data)
        answer = {1: 1, 2: 1, 3: 4, 4: FINGER, 5: 0, 6: 3, 7: [{1: FINGER, 2: NAME}]}
        return b"\0" + cbor.encode(answer)

    def close(self):
        pass

    @classmethod
    def list_devices(cls):
        return []


def stories(is_preview, protocol):
    """Every subcommand, as (what it is, the request)."""
    ear = Ear(is_preview)
    bio = FPBioEnrollment(Ctap2(ear), protocol, TOKEN)
    yield "modality", ear.heard.pop()
    for what, act in {
        "sensor-info": bio.get_fingerprint_sensor_info,
        "begin": lambda: bio.enroll_begin(TIMEOUT),
        "next": lambda: bio.enroll_capture_next(FINGER, TIMEOUT),
        "cancel": bio.enroll_cancel,
        "list": bio.enumerate_enrollments,
        "rename": lambda: bio.set_name(FINGER, NAME),
        "remove": lambda: bio.remove_enrollment(FINGER),
    }.items():
        act()
        yield what, ear.heard.pop()


def main():
    lines = [f"token: {TOKEN.hex()}", f"finger: {FINGER.hex()}", f"name: {NAME}", f"timeout: {TIMEOUT}"]
    for dialect, is_preview in [("standard", False), ("draft", True)]:
        for protocol in [PinProtocolV1(), PinProtocolV2()]:
            lines += ["", f"dialect: {dialect}", f"protocol: {protocol.VERSION}"]
            lines += [f"{what}: {request.hex()}" for what, request in stories(is_preview, protocol)]
    folder = pathlib.Path(sys.argv[1])
    (folder / "requests.txt").write_text(HEAD + "\n".join(lines) + "\n")


main()
