# SPDX-License-Identifier: MIT OR Apache-2.0
"""A site where guests register a passkey and sign in with it: what it asks for, and how it judges with
python-fido2 what a browser brings. One visit of one browser knows one guest.
"""

import json

from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import PublicKeyCredentialRpEntity, PublicKeyCredentialUserEntity

GUEST = PublicKeyCredentialUserEntity(id=b"guest-1", name="guest", display_name="A Guest")
STEPS = ["register", "register-again", "sign-in"]
# What takes a passkey, which Chromium's headless shell does not know ("not supported at this time").
STEPS_WITH_PASSKEYS = [*STEPS, "sign-in-without-a-name"]


class Site:
    """What the site knows, and how each step begins and ends."""

    def __init__(self, wants_passkeys):
        self.resident = "required" if wants_passkeys else "discouraged"
        self.steps = STEPS_WITH_PASSKEYS if wants_passkeys else STEPS
        self.server = Fido2Server(PublicKeyCredentialRpEntity(name="An inn", id="localhost"))
        self.state = None
        self.credentials = []

    def registration(self, known):
        """Asks for a passkey on a key, which `known` are not on."""
        asked, self.state = self.server.register_begin(
            GUEST, known, resident_key_requirement=self.resident, user_verification="discouraged",
            authenticator_attachment="cross-platform",
        )
        return asked

    def sign_in(self, known):
        """Asks for one of the passkeys `known`, or for any."""
        asked, self.state = self.server.authenticate_begin(known, user_verification="discouraged")
        return asked

    def begin(self, step):
        """What the page is to ask the browser for."""
        if step == "register":
            return self.registration(None)
        if step == "register-again":
            return self.registration(self.credentials)
        if step == "sign-in":
            return self.sign_in(self.credentials)
        if step == "sign-in-without-a-name":
            return self.sign_in(None)
        raise ValueError("no such step")

    def brought(self, step, answer):
        """Judges what the browser brought."""
        if step == "register":
            made = self.server.register_complete(self.state, answer)
            self.credentials = [made.credential_data]
            if made.counter != 0:
                raise ValueError("a key that counts")
            return
        if step == "register-again":
            raise ValueError("a second passkey on the same key")
        self.refuses_another_signature(answer)
        used = self.server.authenticate_complete(self.state, self.credentials, answer)
        if used.credential_id != self.credentials[0].credential_id:
            raise ValueError("another passkey")
        if step == "sign-in-without-a-name":
            if websafe_decode(answer["response"]["userHandle"]) != GUEST.id:
                raise ValueError("another guest")

    def refuses_another_signature(self, answer):
        """Shows that this site would notice a signature that is none."""
        other = json.loads(json.dumps(answer))
        signature = bytearray(websafe_decode(other["response"]["signature"]))
        signature[-1] ^= 1
        other["response"]["signature"] = websafe_encode(bytes(signature))
        try:
            self.server.authenticate_complete(self.state, self.credentials, other)
        except ValueError as error:
            if "signature" in str(error):
                return
            raise
        raise ValueError("another signature is taken too")

    def refused(self, step, error):
        """Judges an error of the browser."""
        if step == "register-again" and error["name"] == "InvalidStateError":
            return
        raise ValueError(f"{error['name']}: {error['message']}")
