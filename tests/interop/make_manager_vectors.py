#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes the vectors of tests/vectors/exchange that password managers would write.

Ciphers come from OpenSSL (hashlib, cryptography) and argon2-cffi, archives from 7-Zip and Info-ZIP, one database
from KeePassXC itself; nothing here shares code with the reader under test. The data is made up.
Debian: apt install python3-cryptography python3-argon2 keepassxc 7zip zip. Every run draws fresh salts and keys,
so a run changes the files without changing what they prove.

    make_manager_vectors.py FOLDER
"""

import base64
import gzip
import hashlib
import hmac
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PASSWORD = "rain and sun 雨と晴れ".encode()
# 7-Zip takes no other letters for an archive of this kind.
ARCHIVE_PASSWORD = "rain and sun"
MOSS = "otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&issuer=Moss&algorithm=SHA256&digits=8&period=60"
FERN = "otpauth://hotp/Fern:take?secret=GEZDGNBVGY3TQOJQ&issuer=Fern&algorithm=SHA1&digits=6&counter=41"


def b64(data):
    return base64.b64encode(data).decode()


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def write(folder, name, value):
    (folder / name).write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def pkcs8(key, encoding=serialization.Encoding.DER):
    return key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def cbc(key, iv, plain):
    padder = padding.PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(padded) + encryptor.finalize()


# Bitwarden

def bitwarden_items():
    key = pkcs8(ec.generate_private_key(ec.SECP256R1()))
    fido2 = {
        "credentialId": "b7a1c2d3-e4f5-4678-9abc-def012345678", "keyType": "public-key", "keyAlgorithm": "ECDSA",
        "keyCurve": "P-256", "keyValue": b64url(key), "rpId": "inn.example", "userHandle": b64url(b"hana"),
        "userName": "hana@example.com", "counter": "0", "rpName": "The inn", "userDisplayName": "花",
        "discoverable": "true", "creationDate": "2026-01-02T03:04:05.678Z",
    }
    counted = fido2 | {"credentialId": "b64." + b64url(b"another credential"), "counter": "7"}
    base = {"organizationId": None, "folderId": None, "favorite": False, "notes": None, "reprompt": 0}
    return [
        base | {"id": "1", "type": 1, "name": "Moss", "folderId": "f-1", "favorite": True, "notes": "by the pond",
                "fields": [{"name": "street", "value": "Moss lane", "type": 0}, {"name": "PIN", "value": "0000", "type": 1}],
                "login": {"uris": [{"match": None, "uri": "https://moss.example"}, {"uri": "androidapp://example.moss"}],
                          "username": "ume", "password": "not kept here", "totp": MOSS, "fido2Credentials": []}},
        base | {"id": "2", "type": 1, "name": "The inn", "folderId": "gone",
                "login": {"uris": [{"uri": "https://inn.example/login"}], "username": "hana@example.com",
                          "password": None, "totp": None, "fido2Credentials": [fido2, counted]}},
        base | {"id": "3", "type": 1, "name": "Fern", "deletedDate": "2026-02-03T04:05:06.789Z",
                "login": {"uris": None, "username": "take", "password": None, "totp": "GEZD GNBV GY3T QOJQ"}},
        base | {"id": "4", "type": 2, "name": "Spare codes", "notes": "1111\n2222", "secureNote": {"type": 0}},
        base | {"id": "5", "type": 3, "name": "Card", "card": {"cardholderName": "Hana", "brand": "Visa",
                "number": "4111111111111111", "expMonth": "1", "expYear": "2030", "code": "123"}},
        base | {"id": "6", "type": 5, "name": "Server", "sshKey": {"privateKey": "-----BEGIN", "publicKey": "ssh-ed25519 AAAA",
                "keyFingerprint": "SHA256:abc"}},
        base | {"id": "7", "type": 9, "name": "Of the future", "orb": {"glow": 3}},
        base | {"id": "8", "type": 1, "name": "Broken", "login": {"uris": [], "username": "kiri", "totp": "not base32!"}},
        base | {"id": "9", "type": "one", "name": "Odd"},
    ]


def enc_string(plain, enc_key, mac_key):
    iv = os.urandom(16)
    sealed = cbc(enc_key, iv, plain)
    mac = hmac.new(mac_key, iv + sealed, "sha256").digest()
    return "2." + "|".join(map(b64, (iv, sealed, mac)))


def expand(key, info):
    return hmac.new(key, info + b"\x01", "sha256").digest()


def bitwarden(folder):
    plain = {"encrypted": False, "folders": [{"id": "f-1", "name": "garden"}], "items": bitwarden_items()}
    write(folder, "bitwarden-items-of-every-kind.json", plain)
    salt = b64(os.urandom(16))
    head = {"encrypted": True, "passwordProtected": True, "salt": salt}
    few = plain | {"items": plain["items"][:2]}

    def sealed(name, key, costs):
        keys = expand(key, b"enc"), expand(key, b"mac")
        check = enc_string(b"f6f2b4f8-5f0d-4d6e-8b4e-111111111111", *keys)
        data = enc_string(json.dumps(few).encode(), *keys)
        write(folder, name, head | costs | {"encKeyValidation_DO_NOT_EDIT": check, "data": data})

    sealed("bitwarden-under-a-password-by-pbkdf2.json",
           hashlib.pbkdf2_hmac("sha256", PASSWORD, salt.encode(), 5000, 32), {"kdfType": 0, "kdfIterations": 5000})
    argon2 = hash_secret_raw(PASSWORD, hashlib.sha256(salt.encode()).digest(), 2, 8 * 1024, 4, 32, Type.ID)
    sealed("bitwarden-under-a-password-by-argon2.json", argon2,
           {"kdfType": 1, "kdfIterations": 2, "kdfMemory": 8, "kdfParallelism": 4})
    account = os.urandom(32), os.urandom(32)
    write(folder, "bitwarden-bound-to-the-account.json", {
        "encrypted": True, "encKeyValidation_DO_NOT_EDIT": enc_string(b"x", *account), "folders": [],
        "items": [{"id": "1", "type": 1, "name": enc_string(b"Moss", *account)}],
    })


# KeePass

def salsa20(key, nonce, length):
    """The stream cipher, from its specification."""
    def rotl(x, n):
        return ((x << n) | (x >> (32 - n))) & 0xffffffff

    k, n, out, block = struct.unpack("<8I", key), struct.unpack("<2I", nonce), b"", 0
    constant = struct.unpack("<4I", b"expand 32-byte k")
    while len(out) < length:
        start = [constant[0], *k[:4], constant[1], *n, block & 0xffffffff, block >> 32, constant[2], *k[4:], constant[3]]
        x = list(start)

        def quarter(a, b, c, d):
            x[b] ^= rotl((x[a] + x[d]) & 0xffffffff, 7)
            x[c] ^= rotl((x[b] + x[a]) & 0xffffffff, 9)
            x[d] ^= rotl((x[c] + x[b]) & 0xffffffff, 13)
            x[a] ^= rotl((x[d] + x[c]) & 0xffffffff, 18)

        for _ in range(10):
            quarter(0, 4, 8, 12), quarter(5, 9, 13, 1), quarter(10, 14, 2, 6), quarter(15, 3, 7, 11)
            quarter(0, 1, 2, 3), quarter(5, 6, 7, 4), quarter(10, 11, 8, 9), quarter(15, 12, 13, 14)
        out += struct.pack("<16I", *((a + b) & 0xffffffff for a, b in zip(x, start)))
        block += 1
    return out[:length]


def chacha20(key, nonce, data):
    encryptor = Cipher(algorithms.ChaCha20(key, bytes(4) + nonce), None).encryptor()
    return encryptor.update(data)


class Masks:
    """Masks values in the order of the document."""

    def __init__(self, stream):
        self.stream, self.at = stream, 0

    def mask(self, text):
        data = text.encode()
        part = self.stream[self.at:self.at + len(data)]
        self.at += len(data)
        return b64(bytes(a ^ b for a, b in zip(data, part)))


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def string(key, value, masks):
    if masks and key in ("Password", "otp", "KPEX_PASSKEY_PRIVATE_KEY_PEM", "TimeOtp-Secret-Base32"):
        return f'<String><Key>{key}</Key><Value Protected="True">{masks.mask(value)}</Value></String>'
    return f"<String><Key>{key}</Key><Value>{escape(value)}</Value></String>"


def entry(values, masks, more="", history=()):
    texts = "".join(string(key, value, masks) for key, value in values.items())
    old = "".join(entry(values, masks) for values in history)
    history = f"<History>{old}</History>" if old else ""
    return f"<Entry><UUID>{b64(os.urandom(16))}</UUID>{more}{texts}{history}</Entry>"


def keepass_entries():
    pem = pkcs8(ec.generate_private_key(ec.SECP256R1()), serialization.Encoding.PEM).decode()
    moss = {"Title": "Moss & Co", "UserName": "ume", "Password": "not kept <here>", "URL": "https://moss.example",
            "Notes": "by the pond", "otp": MOSS, "Street": "Moss lane"}
    inn = {"Title": "The inn", "UserName": "hana@example.com", "Password": "", "URL": "https://inn.example", "Notes": "",
           "KPEX_PASSKEY_USERNAME": "hana@example.com", "KPEX_PASSKEY_CREDENTIAL_ID": b64url(b"credential at inn.example"),
           "KPEX_PASSKEY_PRIVATE_KEY_PEM": pem, "KPEX_PASSKEY_RELYING_PARTY": "inn.example",
           "KPEX_PASSKEY_USER_HANDLE": b64url(b"hana"), "KPEX_PASSKEY_FLAG_BE": "1", "KPEX_PASSKEY_FLAG_BS": "1"}
    fern = {"Title": "Fern", "UserName": "take", "TimeOtp-Secret-Base32": "GEZDGNBVGY3TQOJQ", "TimeOtp-Length": "8",
            "TimeOtp-Algorithm": "HMAC-SHA-512"}
    return moss, inn, fern


def keepass_xml(masks, header_hash="", flags=""):
    moss, inn, fern = keepass_entries()
    bin_id, old = b64(os.urandom(16)), {"Title": "Moss", "Password": "older"}
    meta = f"<Meta><Generator>vectors</Generator>{header_hash}<RecycleBinUUID>{bin_id}</RecycleBinUUID></Meta>"
    first = entry(moss, masks, "<Tags>garden;old</Tags>", [old, old])
    attached = '<Binary><Key>map.png</Key><Value Ref="0"/></Binary>'
    second = entry(inn, masks, attached)
    third = entry(fern, masks)
    group = lambda uuid, name, inside: f"<Group><UUID>{uuid}</UUID><Name>{name}</Name>{inside}</Group>"
    inner = group(b64(os.urandom(16)), "home", group(b64(os.urandom(16)), "garden", second))
    trash = group(bin_id, "Recycle Bin", third)
    root = group(b64(os.urandom(16)), "Root", first + inner + trash)
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<KeePassFile>{meta}<Root>{root}</Root></KeePassFile>'.encode()


AES_ID = bytes.fromhex("31c1f2e6bf714350be5805216afc5aff")
CHACHA_ID = bytes.fromhex("d6038a2b8b6f4cb5a524339a31dbb59a")
TWOFISH_ID = bytes.fromhex("ad68f29f576f4bb9a36ad47af965346c")
MAGIC = bytes.fromhex("03d9a29a67fb4bb5")


def composite():
    return hashlib.sha256(hashlib.sha256(PASSWORD).digest()).digest()


def aes_kdf(seed, rounds):
    encryptor, key = Cipher(algorithms.AES(seed), modes.ECB()).encryptor(), composite()
    for _ in range(rounds):
        key = encryptor.update(key)
    return hashlib.sha256(key).digest()


def kdbx3(folder, name, is_compressed):
    seed, transform, iv, stream_key, start = os.urandom(32), os.urandom(32), os.urandom(16), os.urandom(32), os.urandom(32)
    rounds = 1000
    field = lambda number, value: struct.pack("<BH", number, len(value)) + value
    header = MAGIC + struct.pack("<HH", 1, 3) + b"".join([
        field(2, AES_ID), field(3, struct.pack("<I", is_compressed)), field(4, seed), field(5, transform),
        field(6, struct.pack("<Q", rounds)), field(7, iv), field(8, stream_key), field(9, start),
        field(10, struct.pack("<I", 2)), field(0, b"\r\n\r\n")])
    masks = Masks(salsa20(hashlib.sha256(stream_key).digest(), bytes.fromhex("e830094b97205d2a"), 4096))
    document = keepass_xml(masks, f"<HeaderHash>{b64(hashlib.sha256(header).digest())}</HeaderHash>")
    document = gzip.compress(document) if is_compressed else document
    parts = [document[:1000], document[1000:], b""]
    blocks = b"".join(struct.pack("<I", number) + (hashlib.sha256(part).digest() if part else bytes(32))
                      + struct.pack("<I", len(part)) + part for number, part in enumerate(parts))
    master = hashlib.sha256(seed + aes_kdf(transform, rounds)).digest()
    (folder / name).write_bytes(header + cbc(master, iv, start + blocks))


def dictionary(values):
    out = struct.pack("<H", 0x0100)
    for kind, name, value in values:
        out += struct.pack("<BI", kind, len(name)) + name + struct.pack("<I", len(value)) + value
    return out + b"\0"


def kdbx4(folder, name, cipher, kdf, is_compressed, inner_stream):
    seed, salt = os.urandom(32), os.urandom(32)
    iv = os.urandom(12 if cipher == CHACHA_ID else 16)
    if kdf == "aes":
        parameters = [(0x42, b"$UUID", bytes.fromhex("c9d9f39a628a4460bf740d08c18a4fea")),
                      (0x05, b"R", struct.pack("<Q", 1000)), (0x42, b"S", salt)]
        transformed = aes_kdf(salt, 1000)
    else:
        uuid = {"d": "ef636ddf8c29444b91f7a9a403e30a0c", "id": "9e298b1956db4773b23dfc3ec6f0a1e6"}[kdf]
        parameters = [(0x42, b"$UUID", bytes.fromhex(uuid)), (0x04, b"V", struct.pack("<I", 0x13)), (0x42, b"S", salt),
                      (0x05, b"I", struct.pack("<Q", 2)), (0x05, b"M", struct.pack("<Q", 1 << 20)), (0x04, b"P", struct.pack("<I", 2))]
        transformed = hash_secret_raw(composite(), salt, 2, 1024, 2, 32, {"d": Type.D, "id": Type.ID}[kdf])
    field = lambda number, value: struct.pack("<BI", number, len(value)) + value
    header = MAGIC + struct.pack("<HH", 1, 4) + b"".join([
        field(2, cipher), field(3, struct.pack("<I", is_compressed)), field(4, seed), field(7, iv),
        field(11, dictionary(parameters)), field(0, b"\r\n\r\n")])
    stream_key = os.urandom(64)
    if inner_stream == 3:
        keys = hashlib.sha512(stream_key).digest()
        masks = Masks(chacha20(keys[:32], keys[32:44], bytes(4096)))
    else:
        masks = Masks(salsa20(hashlib.sha256(stream_key).digest(), bytes.fromhex("e830094b97205d2a"), 4096))
    inner = field(1, struct.pack("<I", inner_stream)) + field(2, stream_key) + field(3, b"\0picture") + field(0, b"")
    plain = inner + keepass_xml(masks)
    plain = gzip.compress(plain) if is_compressed else plain
    master = hashlib.sha256(seed + transformed).digest()
    sealed = chacha20(master, iv, plain) if cipher == CHACHA_ID else cbc(master, iv, plain)
    base = hashlib.sha512(seed + transformed + b"\1").digest()

    def proof(number, data):
        return hmac.new(hashlib.sha512(struct.pack("<Q", number) + base).digest(), data, "sha256").digest()

    out = header + hashlib.sha256(header).digest() + proof(0xffffffffffffffff, header)
    for number, part in enumerate([sealed[:700], sealed[700:], b""]):
        length = struct.pack("<I", len(part))
        out += proof(number, struct.pack("<Q", number) + length + part) + length + part
    (folder / name).write_bytes(out)


def keepass(folder):
    kdbx3(folder, "keepass-3-aes.kdbx", 1)
    kdbx3(folder, "keepass-3-not-compressed.kdbx", 0)
    kdbx4(folder, "keepass-4-argon2d-aes.kdbx", AES_ID, "d", 1, 3)
    kdbx4(folder, "keepass-4-argon2id-chacha20.kdbx", CHACHA_ID, "id", 0, 3)
    kdbx4(folder, "keepass-4-aes-kdf.kdbx", AES_ID, "aes", 1, 2)
    kdbx4(folder, "keepass-4-twofish-is-not-read.kdbx", TWOFISH_ID, "aes", 1, 3)
    (folder / "keepass-xml-readable-by-anybody.xml").write_bytes(keepass_xml(None))
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        (scratch / "in.xml").write_bytes(keepass_xml(None))
        words = PASSWORD + b"\n" + PASSWORD + b"\n"
        command = ["keepassxc-cli", "import", "--quiet", "-p", "-t", "100", scratch / "in.xml", scratch / "out.kdbx"]
        subprocess.run(command, input=words, check=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"})
        (folder / "keepass-written-by-keepassxc.kdbx").write_bytes((scratch / "out.kdbx").read_bytes())
        command = ["keepassxc-cli", "export", "--quiet", "--format", "csv", scratch / "out.kdbx"]
        table = subprocess.run(command, input=PASSWORD + b"\n", check=True, capture_output=True).stdout
        (folder / "keepassxc-csv-written-by-keepassxc.csv").write_bytes(table)
    key = pkcs8(ed25519.Ed25519PrivateKey.generate(), serialization.Encoding.PEM).decode()
    write(folder, "keepassxc-one-passkey.passkey", {
        "credentialId": b64url(b"credential at inn.example"), "privateKey": key, "relyingParty": "inn.example",
        "url": "https://inn.example", "userHandle": b64url(b"hana"), "username": "hana@example.com"})


# Archives

def archive(path, files, *how):
    """Packs files by 7-Zip, which knows both ways of sealing."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for name, content in files.items():
            (scratch / name).write_bytes(content)
        path.unlink(missing_ok=True)
        subprocess.run(["7zz" if os.path.exists("/usr/bin/7zz") else "7z", "a", "-tzip", *how, path.resolve(), *files],
                       cwd=scratch, check=True, stdout=subprocess.DEVNULL)


def archives(folder):
    secret = "-p" + ARCHIVE_PASSWORD
    lines = {"Accounts.txt": (MOSS + "\n" + FERN + "\n").encode()}
    archive(folder / "authenticator-plus-aes256.zip", lines, "-mem=AES256", secret)
    raivo = (folder / "raivo-everything-is-text.json").read_bytes()
    archive(folder / "raivo-aes128.zip", {"raivo-otp-export.json": raivo, "page.html": b"<html></html>"}, "-mem=AES128", secret)
    winauth = b"otpauth://totp/WinAuth:Moss?secret=MFRGGZDFMZTWQ2LK&digits=6&issuer=WinAuth\r\n"
    (folder / "winauth-the-account-is-the-service.txt").write_bytes(winauth)
    archive(folder / "winauth-under-the-old-cipher.zip", {"winauth.txt": winauth}, "-mem=ZipCrypto", secret)
    archive(folder / "zip-stored-under-the-old-cipher.zip", {"lines.txt": MOSS.encode()}, "-mx=0", "-mem=ZipCrypto", secret)


def onepassword(folder):
    base = {"state": "active", "favIndex": 0}
    section = lambda *fields: [{"title": "More", "name": "more", "fields": list(fields)}]
    field = lambda title, **value: {"title": title, "id": title, "value": value}
    items = [
        base | {"uuid": "1", "favIndex": 1, "categoryUuid": "001",
                "overview": {"title": "Moss", "url": "https://moss.example", "tags": ["garden"],
                             "urls": [{"label": "", "url": "https://moss.example"}, {"url": "https://moss.example/in"}]},
                "details": {"loginFields": [
                    {"value": "ume", "name": "username", "fieldType": "T", "designation": "username"},
                    {"value": "not kept here", "name": "password", "fieldType": "P", "designation": "password"},
                    {"value": "yes", "name": "remember", "fieldType": "C"}],
                    "notesPlain": "by the pond",
                    "sections": section(field("one-time password", totp=MOSS), field("PIN", concealed="0000"),
                                        field("since", monthYear=202601))}},
        base | {"uuid": "2", "categoryUuid": "003", "state": "archived", "overview": {"title": "Spare codes"},
                "details": {"notesPlain": "1111\n2222", "sections": []}},
        base | {"uuid": "3", "categoryUuid": "002", "overview": {"title": "Card"},
                "details": {"notesPlain": "", "sections": section(
                    field("number", creditCardNumber="4111111111111111"),
                    field("address", address={"street": "Moss lane 1", "city": "Fern"}),
                    field("scan", file={"fileName": "scan.png", "documentId": "x", "decryptedSize": 3}))}},
        {"item": base | {"uuid": "4", "categoryUuid": "005", "overview": {"title": "Old"}, "details": {"password": "not kept"}}},
        base | {"uuid": "5", "overview": 7},
    ]
    data = {"accounts": [{"attrs": {"name": "Hana"}, "vaults": [{"attrs": {"uuid": "v", "name": "Private"}, "items": items}]}]}
    path = folder / "1password-1pux.1pux"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("export.attributes", json.dumps({"version": 3, "description": "1Password Unencrypted Export"}))
        packed.writestr("export.data", json.dumps(data, ensure_ascii=False))
        packed.writestr("files/x__scan.png", b"abc")


# The Credential Exchange Format

def editable(value, label="", kind="string"):
    return {"id": "ZmllbGQ", "fieldType": kind, "value": value} | ({"label": label} if label else {})


def cxf(folder):
    item = lambda number, title, *credentials, **more: {"id": f"aXRlbS{number}", "title": title, "credentials": list(credentials), **more}
    passkey = {"type": "passkey", "credentialId": b64url(b"credential at inn.example"), "rpId": "inn.example",
               "username": "hana@example.com", "userDisplayName": "花", "userHandle": b64url(b"hana"),
               "key": b64url(pkcs8(ec.generate_private_key(ec.SECP256R1())))}
    items = [
        item(1, "The inn", {"type": "basic-auth", "username": editable("hana@example.com"),
                            "password": editable("not kept here", kind="concealed-string")}, passkey,
             {"type": "totp", "secret": "MFRGGZDFMZTWQ2LK", "period": 30, "digits": 6, "username": "hana@example.com", "algorithm": "sha1"},
             {"type": "note", "content": editable("ask for the room by the pond")},
             scope={"urls": ["https://inn.example"], "androidApps": [{"bundleId": "example.inn", "name": "The inn"}]}),
        item(2, "Spare codes", {"type": "note", "content": editable("1111\n2222")}),
        item(3, "Server", {"type": "ssh-key", "keyType": "ssh-ed25519", "privateKey": "LS0t", "keyComment": "hana@desk"},
             {"type": "api-key", "key": editable("k-1", kind="concealed-string"), "username": editable("hana"), "url": editable("https://api.example")}),
        item(4, "Home", {"type": "wifi", "ssid": editable("moss"), "networkSecurityType": editable("wpa2-personal"),
                         "passphrase": editable("fern fern", kind="concealed-string"), "hidden": editable("false", kind="boolean")}),
        item(5, "Papers", {"type": "identity-document", "documentNumber": editable("X-1"), "fullName": editable("Hana")},
             {"type": "address", "streetAddress": editable("Moss lane 1"), "city": editable("Fern")},
             {"type": "person-name", "given": editable("Hana")},
             {"type": "credit-card", "number": editable("4111111111111111", kind="concealed-string"), "expiryDate": editable("2030-01", kind="year-month")},
             {"type": "custom-fields", "label": "More", "fields": [editable("42", "shoe size"), editable("teal", "colour")]},
             {"type": "generated-password", "password": "made once"}, {"type": "item-reference", "reference": {"item": "aXRlbS1"}},
             {"type": "file", "id": "ZmlsZQ", "name": "map.png", "decryptedSize": 3, "integrityHash": "AAAA"}),
        item(6, "Of the future", {"type": "orb", "glow": {"deep": [1, 2]}}),
        item(7, "", {"type": "totp", "secret": "!"}),
    ]
    account = {"id": b64url(os.urandom(16)), "username": "", "email": "", "items": items, "collections": [
        {"id": "Yw", "title": "travel", "items": [{"item": "aXRlbS1"}], "subCollections": [
            {"id": "ZA", "title": "papers", "items": [{"item": "aXRlbS5"}]}]}]}
    account["collections"][0]["items"][0]["item"] = items[0]["id"]
    account["collections"][0]["subCollections"][0]["items"][0]["item"] = items[4]["id"]
    write(folder, "cxf-credentials-of-every-kind.json", {
        "version": {"major": 1, "minor": 0}, "exporterRpId": "manager.example", "exporterDisplayName": "A manager",
        "timestamp": 1_780_000_000, "accounts": [account]})


def main():
    folder = pathlib.Path(sys.argv[1])
    bitwarden(folder)
    keepass(folder)
    archives(folder)
    onepassword(folder)
    cxf(folder)


if __name__ == "__main__":
    main()
