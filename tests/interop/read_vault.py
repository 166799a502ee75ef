#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Opens a Kagifuda vault, knowing only docs/decisions/0002-vault-format.md; § names its sections.

    read_vault.py VAULT [--words LIST | --hex] [--at UNIX_SECONDS]   < what the holder knows

Standard input is a passphrase, or the recovery words (LIST: their BIP-39 list), or the 32 bytes they
stand for in hexadecimal, or those that a keyring or a TPM keeps. Checks every seal, signature and link, and prints items and codes as JSON.
"""
import argparse, collections, hashlib, json, sqlite3, sys, unicodedata, urllib.parse
from nacl import bindings as sodium, exceptions
from standards import argon2id, cbor, cbor_array, entropy_of_words, hkdf, hpke_open, hpke_secret_key, totp

MAGIC = b"KGF\x01"
HEAD, SLOT, WRAP, EPOCH, CHANGE = range(1, 6)
SET, PUT, RAISE, GROW = range(4)
Change = collections.namedtuple("Change", "id digest item kind device number previous clock act deed edits")

def need(claim, otherwise):
    if not claim:
        raise SystemExit(otherwise)

def records(path):
    """The vault id, and its records by class as (id, body, what follows the vault id) (§1, §2)."""
    file = sqlite3.connect(f"file:{urllib.parse.quote(path)}?mode=ro", uri=True)
    marks = [file.execute(f"PRAGMA {it}").fetchone()[0] for it in ("application_id", "user_version")]
    need(marks == [0x4B474644, 1], "this is not a vault, or a newer one")
    found = collections.defaultdict(list)
    for id, kind, body in file.execute("SELECT id, class, body FROM record"):
        if body[:4] == MAGIC:  # a greater version is left alone
            stated, vault, *rest = cbor(body[4:])
            need(stated == kind and (kind > CHANGE or id in [vault, *rest[:3]]), "columns that differ from a body")
            found[kind].append((id, body, vault, rest))
    [[vault, *_]] = found[HEAD]
    own = {kind: [(id, body, rest) for id, body, of, rest in found[kind] if of == vault] for kind in range(6)}
    return vault, own

def slot_secret(known, slot, body, kind, parameters):
    """The secret key of a slot, if what the holder knows is of its kind (§3)."""
    if kind == 1 and isinstance(known, str):
        salt, memory, passes = parameters
        need(19 << 10 <= memory <= 1 << 20 and 2 <= passes <= 16, "a cost beyond all reason")
        plain = "".join(" " if unicodedata.category(it) == "Zs" else it for it in known)
        known = argon2id(unicodedata.normalize("NFC", plain).encode(), salt, memory, passes)
    elif kind not in (2, 3, 4) or isinstance(known, str):
        return None
    return hpke_secret_key(hkdf(slot, known, b"kagifuda slot v1" + body))

def roots(vault, found, known):
    """The root keys behind every slot that opens (§4)."""
    for slot, body, (_, kind, parameters) in found[SLOT]:
        secret = slot_secret(known, slot, body, kind, parameters)
        for _, _, (_, collection, root, to, enc, sealed) in found[WRAP] if secret else ():
            aad = MAGIC + cbor_array(WRAP, vault, collection, root, slot)
            try:
                if to == slot:
                    key = hpke_open(secret, enc, b"kagifuda root v1", aad, sealed)
                    need(hkdf(b"", key, b"kagifuda root id v1")[:16] == root, "a root under another's name")
                    yield root, key
            except exceptions.CryptoError:
                break  # this slot has another passphrase

def unseal(key, purpose, aad, nonce, sealed):
    key = hkdf(b"", key, purpose)
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, aad, nonce, key)

def changes(vault, found, roots):
    """Every change that those roots read, with what its device signed (§4, §5)."""
    epochs = {}
    for id, _, (collection, root, _, *sealed) in found[EPOCH]:
        if root in roots:
            aad = MAGIC + cbor_array(EPOCH, vault, collection, root, id)
            epochs[id] = unseal(roots[root], b"kagifuda epoch v1", aad, *sealed)
    for id, body, (collection, epoch, _, bucket, *sealed) in found[CHANGE]:
        if epoch in epochs:
            aad = MAGIC + cbor_array(CHANGE, vault, collection, epoch, id, bucket)
            padded = unseal(epochs[epoch], b"kagifuda change v1", aad, *sealed)
            end = 4 + int.from_bytes(padded[:4], "big")
            need(8 <= bucket <= 20 and len(padded) == 1 << bucket and not any(padded[end:]), "bad padding")
            inner, signature = cbor(padded[4:end])
            change = Change(id, hashlib.sha256(body).digest(), *cbor(inner))
            yield change, signature + b"kagifuda change v1\0" + aad + inner

def text(value):
    bytes_as = lambda it: {"bytes": it.hex()}
    return json.dumps(value, default=bytes_as, ensure_ascii=False, separators=",:")

def fold(every):
    """Items as (id, kind, is deleted, {field: {rule: value}}), elements sorted (§6)."""
    items = {}
    for it in sorted(every, key=lambda it: (it.clock, it.device, it.id)):  # the greatest has the last word
        fields = items.setdefault(it.item, (it.kind, {}))[1]
        for number, (rule, value) in it.edits.items():
            field = fields.setdefault((number, rule), {})
            pairs = [(None, value)] if rule == SET else [(it, True) for it in value] if rule == GROW else value
            for key, new in pairs:
                old = field.get(text(key), (key, new))[1]
                field[text(key)] = key, max(old, new) if rule == RAISE else new
    for id, (kind, fields) in sorted(items.items()):
        shown = collections.defaultdict(dict)
        for (number, rule), field in sorted(fields.items()):
            pairs = [field[key] for key in sorted(field)]
            value = {SET: pairs[0][1], RAISE: pairs}.get(rule, [key for key, is_there in pairs if is_there])
            if value not in (None, []):
                shown[number][("set", "put", "raise", "grow")[rule]] = value
        deleted = shown[0].get("set") is True
        yield id, kind, deleted, {} if deleted else {number: it for number, it in shown.items() if it}

def chain_is_whole(every, purged):
    """Every change follows that device's change before it, and no number is used twice (§9)."""
    numbers = {(it.device, it.number): it.digest for it in every}
    need(len(numbers) == len(every), "a device that was copied")
    numbers.update({(it.device, 0): bytes(32) for it in every})
    for it in every:
        before = numbers.get((it.device, it.number - 1))
        need(it.previous == before or before is None and it.previous in purged, "a change is missing")

def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("vault")
    options.add_argument("--words", type=argparse.FileType(encoding="utf-8"))
    options.add_argument("--hex", action="store_true")
    options.add_argument("--at", type=int, default=0)
    given, known = options.parse_args(), sys.stdin.read().rstrip("\r\n")
    known = entropy_of_words(known, given.words.read()) if given.words else bytes.fromhex(known) if given.hex else known
    vault, found = records(given.vault)
    opened = dict(roots(vault, found, known))
    need(opened, "nothing here opens with that")
    signed = list(changes(vault, found, opened))
    purged = {(id, digest, it.item) for it, _ in signed for id, digest in it.edits.get(9, (GROW, ()))[1]}
    kept = [it for it, _ in signed if it.kind < 16 or (it.id, it.digest, it.item) not in purged]
    items = list(fold(kept))
    devices = {id: fields[16]["set"] for id, kind, _, fields in items if kind == 2}
    for change, message in signed:
        own = hashlib.sha256(b"kagifuda device v1\0" + devices[change.device]).digest()[:16]
        need(own == change.device, "a device under another's name")
        sodium.crypto_sign_open(message, devices[change.device])
    chain_is_whole(kept, {digest for _, digest, _ in purged})
    codes = {}
    for id, kind, _, fields in items:
        value = lambda number, usual=None: fields.get(number, {}).get("set", usual)
        if kind == 16 and value(18) == "totp":
            steps = (given.at - value(22, 0)) // value(21, 30)
            codes[id.hex()] = totp(value(23), steps, value(20, 6), value(19, "SHA1"))
    names = "id", "kind", "deleted", "fields"
    shown = [dict(zip(names, (id.hex(), *rest))) for id, *rest in items]
    print(text({"vault": vault.hex(), "changes": len(signed), "items": shown, "codes": codes}))

if __name__ == "__main__":
    main()
