#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes the vectors of tests/vectors/exchange that need other people's cryptography.

Ente's export and the secretstream vector come from libsodium (PyNaCl), the files of Aegis and 2FAS
and private keys from OpenSSL (hashlib, cryptography); nothing here shares code with the reader under test. The data
is made up. Debian: apt install python3-nacl python3-cryptography. Every run draws fresh salts and
keys, so a run changes the files without changing what they prove.

    make_exchange_vectors.py FOLDER
"""

import base64
import hashlib
import json
import os
import pathlib
import sys
import zlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from nacl import bindings, pwhash

PASSWORD = "rain and sun 雨と晴れ".encode()

LINES = """\
otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&issuer=Moss&algorithm=SHA256&digits=8&period=60&codeDisplay=%7B%22pinned%22%3Atrue%2C%22tags%22%3A%5B%22garden%22%5D%7D
otpauth://hotp/Fern:take?secret=GEZDGNBVGY3TQOJQ&issuer=Fern&algorithm=SHA1&digits=6&counter=41"""


def b64(data):
    return base64.b64encode(data).decode()


def write(folder, name, value):
    (folder / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def push(state, body, tag):
    return bindings.crypto_secretstream_xchacha20poly1305_push(state, body, None, tag)


def secretstream(folder):
    """Messages of awkward lengths, a rekeying in the middle, the last marked final."""
    key = os.urandom(32)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    message, rekey, final = (
        bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
        bindings.crypto_secretstream_xchacha20poly1305_TAG_REKEY,
        bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    )
    parts = [(b"", message), (b"a", message), (b"b" * 15, rekey), (b"c" * 16, message),
             (b"d" * 17, message), (b"e" * 1000, final)]
    write(folder, "secretstream-messages-of-any-length-and-a-rekeying.json", {
        "key": key.hex(),
        "header": header.hex(),
        "messages": [{"plain": plain.decode(), "sealed": push(state, plain, tag).hex(),
                      "is_final": tag == final} for plain, tag in parts],
    })


def ente(folder, name, lines, tag):
    salt, memory, passes = os.urandom(16), 8 * 1024 * 1024, 2
    key = pwhash.argon2id.kdf(32, PASSWORD, salt, opslimit=passes, memlimit=memory)
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    header = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    write(folder, name, {
        "version": 1,
        "kdfParams": {"memLimit": memory, "opsLimit": passes, "salt": b64(salt)},
        "encryptedData": b64(push(state, lines.encode(), tag)),
        "encryptionNonce": b64(header),
    })


def gcm_apart(key, plain):
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, plain, None)
    return sealed[:-16], {"nonce": nonce.hex(), "tag": sealed[-16:].hex()}


def aegis_slot(password, master, n):
    salt = os.urandom(32)
    key, params = gcm_apart(hashlib.scrypt(password, salt=salt, n=n, r=8, p=1, dklen=32), master)
    return {"type": 1, "uuid": "00000000-0000-4000-8000-000000000001", "key": key.hex(),
            "key_params": params, "n": n, "r": 8, "p": 1, "salt": salt.hex(), "repaired": True}


def aegis(folder):
    master = os.urandom(32)
    contents = json.loads((folder / "aegis-contents-3-list-groups-by-identifier.json").read_text())
    db, params = gcm_apart(master, json.dumps(contents["db"]).encode())
    wrapped, wrapped_params = gcm_apart(os.urandom(32), master)
    biometric = {"type": 2, "uuid": "00000000-0000-4000-8000-000000000002", "key": wrapped.hex(),
                 "key_params": wrapped_params}
    slots = [biometric, aegis_slot(b"another", master, 1 << 10), aegis_slot(PASSWORD, master, 1 << 12)]
    file = {"version": 1, "header": {"slots": slots, "params": params}, "db": b64(db)}
    write(folder, "aegis-any-password-slot-opens.json", file)
    file["header"]["slots"] = [biometric]
    write(folder, "aegis-biometric-slots-open-nowhere-else.json", file)


def twofas(folder):
    plain = json.loads((folder / "twofas-4-names-kinds-badges-and-groups.2fas").read_text())
    salt = os.urandom(256)
    key = hashlib.pbkdf2_hmac("sha256", PASSWORD, salt, 10_000, 32)

    def seal(data):
        nonce = os.urandom(12)
        return ":".join(map(b64, (AESGCM(key).encrypt(nonce, data, None), salt, nonce)))

    services = json.dumps(plain.pop("services")).encode()
    plain |= {"services": [], "servicesEncrypted": seal(services), "reference": seal(b"reference" * 9)}
    write(folder, "twofas-4-encrypted.2fas", plain)


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def passkey(key, site, **more):
    pkcs8 = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "passkey", "credentialId": b64url(f"credential at {site}".encode()), "rpId": site,
        "username": "hana@example.com", "userDisplayName": "花", "userHandle": b64url(b"hana"),
        "key": b64url(pkcs8), **more,
    }


def item(title, credentials, **more):
    return {"id": b64url(os.urandom(16)), "title": title, "credentials": credentials, **more}


def cxf(folder):
    """Passkeys of every algorithm, a token, and what is no business of ours."""
    secrets = {"algorithm": "hmac-sha256", "credWithUV": b64url(b"\1" * 32), "credWithoutUV": b64url(b"\2" * 32)}
    inn = passkey(ec.generate_private_key(ec.SECP256R1()), "inn.example",
                  fido2Extensions={"hmacCredentials": secrets, "credBlob": b64url(b"a key"), "payments": True})
    post = passkey(ed25519.Ed25519PrivateKey.generate(), "post.example")
    bank = passkey(ec.generate_private_key(ec.SECP384R1()), "bank.example")
    old = passkey(rsa.generate_private_key(65537, 2048), "old.example")
    token = {"type": "totp", "secret": "MFRGGZDFMZTWQ2LK", "period": 60, "digits": 8, "username": "ume",
             "algorithm": "sha256", "issuer": "Moss"}
    password = {"type": "basic-auth", "username": {"fieldType": "string", "value": "hana"},
                "password": {"fieldType": "concealed-string", "value": "not kept here"}}
    items = [
        item("The inn", [inn], favorite=True, tags=["travel"]),
        item("post.example", [post]),
        item("Bank", [bank, token, password]),
        item("Old", [old]),
    ]
    account = {"id": b64url(os.urandom(16)), "username": "", "email": "", "collections": [], "items": items}
    write(folder, "cxf-passkeys-of-every-algorithm-and-what-is-not-kept.json", {
        "version": {"major": 1, "minor": 0}, "exporterRpId": "manager.example",
        "exporterDisplayName": "A manager", "timestamp": 1_780_000_000, "accounts": [account],
    })
    other = passkey(ec.generate_private_key(ec.SECP256R1()), "inn.example", fido2Extensions={
        "hmacCredentials": secrets | {"algorithm": "hmac-sha512"},
        "largeBlob": {"uncompressedSize": 3, "data": b64url(b"abc")},
    })
    write(folder, "cxf-an-account-may-stand-by-itself.json", account | {"items": [item("", [other])]})


def deflate(data, wbits=-15):
    """Compressed as RFC 1951 has it, without the header and checksum of RFC 1950."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return compressor.compress(data) + compressor.flush()


def blob(data, claimed=None, wbits=-15):
    size = len(data) if claimed is None else claimed
    return {"uncompressedSize": size, "data": b64url(deflate(data, wbits))}


def protected(level):
    """The extension in which this program says how well the passkeys of an item are protected."""
    return {"extensions": [{"name": "shared", "accounts": []},
                           {"name": "kagifuda.invalid/cred-protect", "level": level}]}


def cxf_extensions(folder):
    """What a passkey's extensions hold, and blobs that are not what they claim."""
    def with_blob(site, *data, **more):
        key = ec.generate_private_key(ec.SECP256R1())
        return passkey(key, site, fido2Extensions={"largeBlob": blob(*data, **more)})

    certificate = b"ssh-ed25519-cert-v01@openssh.com " + b"A" * 2000
    secrets = {"algorithm": "hmac-sha256", "credWithUV": b64url(b"\3" * 32), "credWithoutUV": b64url(b"\4" * 32)}
    whole = with_blob("inn.example", certificate)
    whole["fido2Extensions"] |= {"hmacCredentials": secrets, "credBlob": b64url(b"a key"), "payments": True}
    empty = with_blob("post.example", b"")
    items = [item("The inn", [whole], **protected(3)), item("", [empty], **protected(2))]
    account = {"id": b64url(os.urandom(16)), "username": "", "email": "", "collections": []}
    write(folder, "cxf-blobs-and-protection-come-along.json", account | {"items": items})

    items = [
        item("", [with_blob("longer.example", b"abc", claimed=4)]),
        item("", [with_blob("shorter.example", b"abc", claimed=2)]),
        item("", [with_blob("vast.example", b"abc", claimed=1 << 60)]),
        item("", [with_blob("header.example", b"abc", wbits=15)]),
        item("", [passkey(ec.generate_private_key(ec.SECP256R1()), "words.example",
                          fido2Extensions={"largeBlob": "abc"})]),
        item("", [with_blob("level.example", b"abc")], **protected(7)),
        item("", [with_blob("word.example", b"abc")], **protected("strict")),
    ]
    write(folder, "cxf-blobs-that-are-not-what-they-claim-are-left.json", account | {"items": items})


def main():
    folder = pathlib.Path(sys.argv[1])
    final = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
    message = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
    secretstream(folder)
    ente(folder, "ente-encrypted.json", LINES, final)
    ente(folder, "ente-encrypted-stream-without-end-is-damaged.json", LINES, message)
    aegis(folder)
    twofas(folder)
    cxf(folder)
    cxf_extensions(folder)


if __name__ == "__main__":
    main()
