# SPDX-License-Identifier: MIT OR Apache-2.0
"""python-fido2 meets a key in a smart card reader.

    visit_card.py [PIN]

Registers a credential of U2F and one of FIDO2 with hmac-secret, which is a passkey where there is a PIN,
and signs in with each. pyscard is Debian's, because it is made for Debian's pcsc-lite.
"""

import hashlib
import sys

sys.path.append("/usr/lib/python3/dist-packages")

from fido2.client import DefaultClientDataCollector, Fido2Client, UserInteraction
from fido2.ctap1 import Ctap1
from fido2.ctap2.extensions import HmacSecretExtension
from fido2.pcsc import CtapPcscDevice
from fido2.server import Fido2Server

ORIGIN = "https://inn.example"
RP = {"id": "inn.example", "name": "Inn"}
USER = {"id": b"hana", "name": "hana", "displayName": "Hana"}
PIN = sys.argv[1] if len(sys.argv) > 1 else None


class Person(UserInteraction):
    """Types the PIN."""

    def prompt_up(self):
        pass

    def request_pin(self, permissions, rp_id):
        return PIN

    def request_uv(self, permissions, rp_id):
        return True


def u2f(device):
    """Registers and signs as in CTAP1."""
    key = Ctap1(device)
    assert key.get_version() == "U2F_V2", key.get_version()
    app, challenge = (hashlib.sha256(it).digest() for it in (b"https://inn.example", b"challenge"))
    made = key.register(challenge, app)
    made.verify(app, challenge)
    key.authenticate(challenge, app, made.key_handle).verify(app, challenge, made.public_key)


def passkey(device):
    """Registers and signs in as a browser does."""
    server = Fido2Server(RP)
    client = Fido2Client(
        device,
        DefaultClientDataCollector(ORIGIN),
        user_interaction=Person(),
        extensions=[HmacSecretExtension(allow_hmac_secret=True)],
    )
    is_kept, verified = ("required", "required") if PIN else ("discouraged", "discouraged")
    options, state = server.register_begin(
        USER, resident_key_requirement=is_kept, user_verification=verified
    )
    made = client.make_credential(
        {**options["publicKey"], "extensions": {"hmacCreateSecret": True}}
    )
    kept = server.register_complete(state, made).credential_data
    for allowed in ([kept], None) if PIN else ([kept],):
        options, state = server.authenticate_begin(allowed, user_verification=verified)
        salts = {"salt1": b"\1" * 32, "salt2": b"\2" * 32}
        selection = client.get_assertion(
            {**options["publicKey"], "extensions": {"hmacGetSecret": salts}}
        )
        signed = selection.get_response(0)
        server.authenticate_complete(state, [kept], signed)
        secrets = signed.client_extension_results["hmacGetSecret"]
        assert secrets["output1"] != secrets["output2"]


devices = list(CtapPcscDevice.list_devices())
assert len(devices) == 1, devices
u2f(devices[0])
passkey(devices[0])
print("made and signed")
