#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes the vectors of tests/vectors/exchange and tests/vectors/databases for exports of phone apps.

Keys and seals come from OpenSSL (hashlib, cryptography) and from the reference code of Argon2, databases from
SQLite as Python has it, Java's stream is put together by hand from its specification; nothing here shares code
with the readers under test. The data is made up. Debian: apt install python3-cryptography python3-argon2.
Every run draws fresh salts and nonces, so a run changes the files without changing what they prove.

    make_app_vectors.py FOLDER-OF-VECTORS
"""

import base64
import hashlib
import json
import os
import pathlib
import sqlite3
import struct
import sys
from xml.sax.saxutils import quoteattr, escape

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PASSWORD = "rain and sun 雨と晴れ".encode()

# The tokens of most files: of time, of a counter, and of Steam.
MOSS = {"issuer": "Moss", "account": "ume", "secret": "MFRGGZDFMZTWQ2LK", "algorithm": "SHA256", "digits": 8, "period": 60}
FERN = {"issuer": "Fern", "account": "take", "secret": "GEZDGNBVGY3TQOJQ", "algorithm": "SHA1", "digits": 6, "counter": 41}
STEAM = {"issuer": "Steam", "account": "hana", "secret": "MFRGGZDFMZTWQ2LK", "digits": 5}


def b64(data):
    return base64.b64encode(data).decode()


def raw(secret):
    return base64.b32decode(secret)


def java_bytes(data):
    return [byte - 256 if byte > 127 else byte for byte in data]


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def gcm(key, plain, associated=None):
    nonce = os.urandom(12)
    return nonce, AESGCM(key).encrypt(nonce, plain, associated)


def cbc(key, vector, plain):
    padder = padding.PKCS7(128).padder()
    padded = padder.update(plain) + padder.finalize()
    sealer = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return sealer.update(padded) + sealer.finalize()


def argon2id(salt, memory_kib, passes, lanes):
    return hash_secret_raw(PASSWORD, salt, time_cost=passes, memory_cost=memory_kib, parallelism=lanes,
                           hash_len=32, type=Type.ID)


def preferences(texts, more=""):
    lines = [f"    <string name={quoteattr(name)}>{escape(text, {chr(34): '&quot;'})}</string>\n" for name, text in texts]
    return ("<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n" + more + "".join(lines) + "</map>\n").encode()


def andotp(write):
    def entry(token, kind, **more):
        fields = {"secret": token["secret"] + "======", "issuer": token["issuer"], "label": token["account"],
                  "digits": token["digits"], "type": kind, "algorithm": token.get("algorithm", "SHA1"),
                  "thumbnail": "Default", "last_used": 1700000000000, "used_frequency": 0, "tags": []}
        return fields | {key: token[key] for key in ("period", "counter") if key in token} | more

    entries = [entry(MOSS, "TOTP", tags=["garden"]), entry(FERN, "HOTP"), entry(STEAM, "STEAM")]
    later = entry(MOSS, "LATER") | {"issuer": "Later"}
    broken = {"secret": 5, "issuer": "Broken", "label": "ume", "type": "TOTP"}
    write("andotp-a-bad-entry-does-not-take-the-others-with-it.json", json.dumps(entries + [later, broken], indent=1).encode())

    plain = compact(entries).encode()
    salt, rounds = os.urandom(12), 1500
    nonce, sealed = gcm(hashlib.pbkdf2_hmac("sha1", PASSWORD, salt, rounds, 32), plain)
    write("andotp-newer-form.bin", struct.pack(">I", rounds) + salt + nonce + sealed)

    for old in entries:
        old["label"] = f"{old.pop('issuer')} - {old['label']}"
    nonce, sealed = gcm(hashlib.sha256(PASSWORD).digest(), compact(entries).encode())
    # The first four bytes are random; where they were a small count, reading would take both ways.
    write("andotp-older-form-has-the-issuer-in-the-label.bin", nonce + sealed)


def stratum_entries():
    def entry(kind, token, **more):
        hashes = {"SHA1": 0, "SHA256": 1, "SHA512": 2}
        return {"Type": kind, "Icon": None, "Issuer": token["issuer"], "Username": token["account"],
                "Secret": token["secret"], "Pin": None, "Algorithm": hashes[token.get("algorithm", "SHA1")],
                "Digits": token["digits"], "Period": token.get("period", 30), "Counter": token.get("counter", 0),
                "Ranking": 0} | more

    motp = {"issuer": "Pine", "account": "matsu", "secret": "MFRGGZDFMZTWQ2LK", "digits": 6, "period": 10}
    moss = entry(2, MOSS, Icon="@custom")
    return [moss, entry(1, FERN, Secret="GEZDGNBVGY3TQOJR"), entry(4, STEAM, Secret="MFRGGZDFMZTWQ2LL"),
            entry(3, motp, Pin="1234", Secret="MFRGGZDFMZTWQ2LM")]


def stratum(write):
    entries = stratum_entries()
    moss = entries[0]
    odd = [moss | {"Type": 9, "Issuer": "Later"}, moss | {"Algorithm": 7, "Issuer": "Odd"},
           moss | {"Digits": "six", "Issuer": "Broken"}]
    backup = {
        "Authenticators": entries + odd,
        "Categories": [{"Id": "1a", "Name": "garden", "Ranking": 0}],
        "AuthenticatorCategories": [
            {"CategoryId": "1a", "AuthenticatorSecret": moss["Secret"], "Ranking": 0},
            {"CategoryId": "2b", "AuthenticatorSecret": entries[1]["Secret"], "Ranking": 0},
        ],
        "CustomIcons": [],
    }
    write("stratum-categories-become-folders.json", json.dumps(backup, indent=1).encode())
    backup["Authenticators"] = entries
    plain = compact(backup).encode()
    salt = os.urandom(16)
    nonce, sealed = gcm(argon2id(salt, 64 * 1024, 3, 4), plain)
    write("stratum-strong-container.bin", b"AUTHENTICATORPRO" + salt + nonce + sealed)
    salt, vector = os.urandom(20), os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha1", PASSWORD, salt, 64_000, 32)
    write("stratum-legacy-container.bin", b"AuthenticatorPro" + salt + vector + cbc(key, vector, plain))


def freeotp_token(token, kind, **more):
    fields = {"algo": token.get("algorithm"), "counter": token.get("counter", 0), "digits": token["digits"],
              "issuerExt": token["issuer"], "issuerInt": token["issuer"], "label": token["account"],
              "period": token.get("period", 30), "secret": java_bytes(raw(token["secret"])), "type": kind}
    return {key: value for key, value in (fields | more).items() if value is not None}


def freeotp(write):
    tokens = {
        "Moss:ume": freeotp_token(MOSS, "TOTP"),
        "Fern:take": freeotp_token(FERN, "HOTP", issuerAlt="My fern"),
        "Later:ume": freeotp_token(MOSS, "LATER", issuerExt="Later", issuerInt=None),
        "Broken:ume": freeotp_token(MOSS, "TOTP", issuerExt="", issuerInt="Broken", secret=[1, 400]),
    }
    texts = [(name, compact(token)) for name, token in tokens.items()] + [("Torn", "{")]
    order = ("tokenOrder", compact(list(tokens)))
    # What is no text is passed over: numbers, and sets of texts.
    more = '    <int name="version" value="2" />\n    <set name="old"><string>none</string></set>\n    <!-- kept -->\n'
    write("freeotp-1-preferences.xml", preferences(texts + [order], more))
    plus = {"tokenOrder": list(tokens), "tokens": list(tokens.values())}
    write("freeotp-plus.json", json.dumps(plus, indent=1).encode())


class JavaMap:
    """A HashMap of strings in a stream of Java; strings that come twice are referred to."""

    def __init__(self, fields):
        self.handles = {}
        names = {"loadFactor": (b"F", struct.pack(">f", 0.75)), "threshold": (b"I", struct.pack(">i", 12))}
        described = b"".join(names[name][0] + self.short_text(name) for name in fields)
        self.head = (b"\xac\xed\x00\x05sr" + self.short_text("java.util.HashMap") + bytes.fromhex("0507dac1c31660d103")
                     + struct.pack(">H", len(fields)) + described + b"xp" + b"".join(names[name][1] for name in fields))
        self.body, self.count = b"", 0

    @staticmethod
    def modified(text):
        """UTF-8 of every unit of UTF-16."""
        units = struct.unpack(f">{len(text.encode('utf-16-be')) // 2}H", text.encode("utf-16-be"))
        return b"".join(b"\xc0\x80" if unit == 0 else chr(unit).encode("utf-8", "surrogatepass") for unit in units)

    def short_text(self, text):
        data = self.modified(text)
        return struct.pack(">H", len(data)) + data

    def text(self, text):
        if text in self.handles:
            return b"q" + struct.pack(">I", self.handles[text])
        self.handles[text] = 0x7E0002 + len(self.handles)
        data = self.modified(text)
        if len(data) > 0xFFFF:
            return b"|" + struct.pack(">Q", len(data)) + data
        return b"t" + self.short_text(text)

    def put(self, name, text):
        self.body += self.text(name) + self.text(text)
        self.count += 1

    def stream(self):
        return self.head + b"w\x08" + struct.pack(">ii", 16, self.count) + self.body + b"x"


def freeotp2(write):
    def sealed(key, plain, purpose, wrapped):
        nonce, text = gcm(key, plain, purpose.encode())
        parameters = b"\x04\x0c" + nonce
        if wrapped:
            parameters = b"\x30\x11" + parameters + b"\x02\x01\x10"
        return {"mCipher": "AES/GCM/NoPadding", "mCipherText": java_bytes(text),
                "mParameters": java_bytes(parameters), "mToken": purpose}

    def backup(algorithm, digest, fields, wrapped):
        master, salt, rounds = os.urandom(32), os.urandom(32), 1500
        key = hashlib.pbkdf2_hmac(digest, PASSWORD, salt, rounds, 32)
        file = JavaMap(fields)

        def token(name, json_text, secret, purpose):
            file.put(name, compact({"key": compact(sealed(master, secret, purpose, True))}))
            file.put(name + "-token", json_text)

        moss = freeotp_token(MOSS, "TOTP", secret=None, counter=None, label="梅🌸")
        token("1", compact(moss), raw(MOSS["secret"]), "HmacSHA256")
        file.put("masterKey", compact({
            "mAlgorithm": algorithm, "mEncryptedKey": sealed(key, master, "AES", wrapped),
            "mIterations": rounds, "mSalt": java_bytes(salt)}))
        token("2", compact(freeotp_token(FERN, "HOTP", secret=None)), raw(FERN["secret"]), "HmacSHA1")
        # All that the app leaves out is as most issuers have it.
        bare = compact({"issuerExt": "Bare", "issuerInt": "Bare", "label": "ume", "type": "TOTP"})
        token("3", bare, raw(MOSS["secret"]), "HmacSHA1")
        # The same text again is a reference in the stream.
        token("4", bare, raw(FERN["secret"]), "HmacSHA1")
        file.put("5", compact({"key": compact(sealed(os.urandom(32), b"0123456789", "HmacSHA1", True))}))
        file.put("5-token", compact({"issuerExt": "Strange", "label": "ume", "type": "TOTP"}))
        file.put("6-token", compact({"issuerExt": "Lost", "label": "ume", "type": "TOTP"}))
        return file.stream()

    old = backup("PBKDF2withHmacSHA1", "sha1", ["loadFactor"], False)
    write("freeotp2-older-phones-name-one-field-and-a-bare-nonce.bin", old)
    new = backup("PBKDF2withHmacSHA512", "sha512", ["loadFactor", "threshold"], True)
    write("freeotp2-newer-phones.bin", new)


def proton(write):
    moss = "otpauth://totp/Moss:ume?secret=MFRGGZDFMZTWQ2LK&issuer=Moss&algorithm=SHA256&digits=8&period=60"
    entries = [
        {"id": "1", "content": {"uri": moss, "entry_type": "Totp", "name": "ume"}, "note": "spare in the drawer"},
        {"id": "2", "content": {"uri": "steam://GEZDGNBVGY3TQOJQ", "entry_type": "Steam", "name": "hana"}, "note": None},
        {"id": "3", "content": {"uri": moss.replace("ume", "take"), "entry_type": "Totp", "name": "mine"}, "note": None},
    ]
    odd = [{"id": "4", "content": {"uri": "https://moss.example", "entry_type": "Totp", "name": "Odd"}, "note": None},
           {"id": "5", "content": "Broken"}]
    file = {"version": 1, "entries": entries + odd}
    write("proton-names-and-notes.json", json.dumps(file, indent=1).encode())
    salt = os.urandom(16)
    nonce, sealed = gcm(argon2id(salt, 19 * 1024, 2, 1), compact({"version": 1, "entries": entries}).encode(),
                        b"proton.authenticator.export.v1")
    write("proton-encrypted.json", json.dumps({"version": 1, "salt": b64(salt), "content": b64(nonce + sealed)}).encode())


def raivo(write):
    def entry(token, kind, **more):
        return {"issuer": token["issuer"], "account": token["account"], "secret": token["secret"],
                "algorithm": token.get("algorithm", "SHA1"), "digits": str(token["digits"]), "kind": kind,
                "timer": str(token.get("period", 0)), "counter": str(token.get("counter", 0)),
                "iconType": "", "iconValue": "", "pinned": "false"} | more

    entries = [entry(MOSS, "TOTP", pinned="true", iconType="raivo", iconValue="moss.png"), entry(FERN, "HOTP"),
               entry(MOSS, "LATER", issuer="Later"), entry(MOSS, "TOTP", issuer="Broken", digits="six")]
    write("raivo-everything-is-text.json", json.dumps(entries, indent=1).encode())


def duo(write):
    def account(name, **generator):
        return {"version": 1.0, "accountType": "OtpAccount", "name": name, "otpGenerator": generator, "pkey": name}

    accounts = [
        account("ume", otpSecret=MOSS["secret"]), account("take", otpSecret=FERN["secret"], counter=3),
        {"version": 1.0, "accountType": "DuoAccount", "name": "A company", "pkey": "1"},
        {"version": 1.0, "accountType": "OtpAccount", "name": "Broken", "otpGenerator": 5},
    ]
    write("duo-push-accounts-stay-in-the-app.json", json.dumps(accounts, indent=1).encode())


def steam(write):
    def account(name, **more):
        return {"steamid": "1", "shared_secret": b64(raw(STEAM["secret"])), "revocation_code": "R12345",
                "account_name": name, "identity_secret": b64(b"not kept")} | more

    accounts = {"1": account("hana"), "2": account("none", shared_secret=""), "3": account("bad", shared_secret="?"),
                "4": account("broken", shared_secret=5)}
    write("steam-accounts-in-a-map.json", json.dumps({"accounts": accounts}, indent=1).encode())
    write("steam-one-account.maFile", json.dumps(account("hana", revocation_code=None)).encode())


def battle_net(write):
    mask = bytes.fromhex("398e27fc50276a656065b0e525f4c06c04c61075286b8e7aeda59da9813b5dd6c80d2fb38068773f")
    masked = lambda text: bytes(a ^ b for a, b in zip(text.encode(), mask)).hex()
    secret = bytes(range(20)).hex()
    name = "com.blizzard.messenger.AUTHENTICATOR_"
    texts = [(name + "CREDENTIALS_ENCRYPTION_TYPE", "MASK"), (name + "DEVICE_SECRET", masked(secret)),
             (name + "SERIAL", masked("EU-1234-5678-9012"))]
    write("battle-net-serial-and-secret-are-masked.xml", preferences(texts))


def authy(write):
    def account(token, **more):
        return {"accountType": "authenticator", "digits": token["digits"], "originalIssuer": token["issuer"],
                "originalName": f"{token['issuer']}:{token['account']}",
                "name": f"{token['issuer']}: {token['account']}"} | more

    def sealed(secret, password=PASSWORD):
        salt = b64(os.urandom(24))
        key = hashlib.pbkdf2_hmac("sha1", password, salt.encode(), 1000, 32)
        return {"encryptedSecret": b64(cbc(key, bytes(16), secret.encode())), "salt": salt}

    def file(accounts, own=None):
        texts = [("com.authy.storage.tokens.authenticator.key", compact(accounts))]
        if own is not None:
            texts.append(("com.authy.storage.tokens.authy.key", compact(own)))
        return preferences(texts, '    <int name="key_version" value="121" />\n')

    plain = [
        account(MOSS, decryptedSecret=MOSS["secret"]),
        account(FERN, decryptedSecret=FERN["secret"], name="My own name"),
        account(MOSS, decryptedSecret=MOSS["secret"], originalIssuer=None, name="Pine: matsu"),
        account(MOSS, decryptedSecret=MOSS["secret"], name="Broken: ume", originalIssuer="Broken", digits="six"),
    ]
    own = [{"accountType": "authy", "name": "A company", "secretSeed": raw(FERN["secret"]).hex()},
           {"accountType": "authy", "name": "Odd", "secretSeed": "no hex"}]
    write("authy-its-own-tokens-have-seven-digits.xml", file(plain, own))
    closed = [account(MOSS, **sealed(MOSS["secret"])), account(FERN, **sealed(FERN["secret"])),
              account(MOSS, **sealed(MOSS["secret"], b"another")) | {"name": "Strange: ume", "originalIssuer": "Strange"}]
    write("authy-encrypted-each-secret-by-itself.xml", file(closed))


def totp_authenticator(write):
    def entry(token, **more):
        return {"base": 16, "digits": str(token["digits"]), "issuer": token["issuer"], "isFavorite": False,
                "key": raw(token["secret"]).hex().upper(), "name": token["account"],
                "period": str(token.get("period", 30))} | more

    entries = [entry(MOSS, isFavorite=True), entry(FERN, base=32, key=FERN["secret"])]
    odd = [entry(MOSS, issuer="Odd", base=58), entry(MOSS, issuer="Bad", key="XYZ"), entry(MOSS, issuer="Broken", digits="six")]
    for name, password in [("a-chosen-password", PASSWORD), ("nobody-chose-a-password", b"TotpAuthenticator")]:
        plain = compact({compact(entries): ""}).encode()
        sealed = cbc(hashlib.sha256(password).digest(), bytes(16), plain)
        write(f"totp-authenticator-{name}.bin", b64(sealed).encode())
    write("totp-authenticator-preferences.xml", preferences([("STATIC_TOTP_CODES_LIST", compact(entries + odd))]))


def database(path, script, rows=()):
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA page_size = 512; VACUUM;" + script)
    for statement, values in rows:
        connection.execute(statement, values)
    connection.commit()
    connection.close()


def databases(folder):
    google = ("CREATE TABLE accounts (_id INTEGER PRIMARY KEY, email TEXT NOT NULL, secret TEXT NOT NULL, "
              "counter INTEGER DEFAULT 0, type INTEGER, issuer TEXT DEFAULT NULL, isencrypted INTEGER DEFAULT 0);")
    insert = "INSERT INTO accounts(email, secret, counter, type, issuer, isencrypted) VALUES (?, ?, ?, ?, ?, ?)"
    database(folder / "google-authenticator-newer-phones-seal-secrets.sqlite", google, [
        (insert, ("Moss:ume", MOSS["secret"], 0, 0, "Moss", 0)), (insert, ("take", FERN["secret"], 41, 1, "Fern", 0)),
        (insert, ("Pine: matsu", MOSS["secret"], 0, 0, None, 0)), (insert, ("Later:ume", MOSS["secret"], 0, 7, None, 0)),
        (insert, ("Sealed:ume", "c2VhbGVk", 0, 0, "Sealed", 1)), (insert, ("Bad:ume", "1!", 0, 0, "Bad", 0)),
    ])
    microsoft = ("CREATE TABLE accounts (_id INTEGER PRIMARY KEY, name TEXT NOT NULL, username TEXT NOT NULL, "
                 "oath_secret_key TEXT NOT NULL, account_type INTEGER NOT NULL);")
    insert = "INSERT INTO accounts(name, username, oath_secret_key, account_type) VALUES (?, ?, ?, ?)"
    database(folder / "microsoft-authenticator-its-own-accounts-have-eight-digits.sqlite", microsoft, [
        (insert, ("Moss", "ume", MOSS["secret"], 0)), (insert, ("Microsoft", "take", b64(raw(FERN["secret"])), 1)),
        (insert, ("A company", "hana", "", 2)), (insert, ("Odd", "ume", "??", 1)), (insert, ("Later", "ume", "A", 9)),
    ])
    columns = ["type", "icon", "issuer", "username", "secret", "pin", "algorithm", "digits", "period", "counter", "ranking"]
    stratum = ('CREATE TABLE "authenticator" ("type" integer, "icon" varchar, "issuer" varchar(32), "username" varchar(40), '
               '"secret" varchar primary key not null, "pin" varchar, "algorithm" integer, "digits" integer, '
               '"period" integer, "counter" integer, "ranking" integer);'
               'CREATE TABLE "category" ("id" varchar(8) primary key not null, "name" varchar(32), "ranking" integer);'
               'CREATE TABLE "authenticatorcategory" ("categoryId" varchar, "authenticatorSecret" varchar, "ranking" integer);'
               "INSERT INTO category VALUES ('1a', 'garden', 0);"
               f"INSERT INTO authenticatorcategory VALUES ('1a', '{MOSS['secret']}', 0);")
    names = ", ".join(columns)
    insert = f"INSERT INTO authenticator({names}) VALUES ({', '.join('?' * len(columns))})"
    rows = [(insert, [entry[column.capitalize()] for column in columns]) for entry in stratum_entries()]
    database(folder / "stratum-categories-become-folders.db", stratum, rows)


def main():
    vectors = pathlib.Path(sys.argv[1])
    (vectors / "databases").mkdir(exist_ok=True)

    def write(name, data):
        (vectors / "exchange" / name).write_bytes(data)

    for make in (andotp, stratum, freeotp, freeotp2, proton, raivo, duo, steam, battle_net, authy, totp_authenticator):
        make(write)
    databases(vectors / "databases")


if __name__ == "__main__":
    main()
