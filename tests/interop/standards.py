# SPDX-License-Identifier: MIT OR Apache-2.0
"""The published standards the vault's format stands on, as little of each as the reader needs."""
import hashlib, hmac, unicodedata
from nacl import bindings as sodium

def cbor(data):
    """The one CBOR item (RFC 8949) that all of `data` is."""
    value, end = cbor_at(data, 0)
    if end != len(data):
        raise ValueError("something after the end, or an end too early")
    return value

def cbor_at(data, at):
    """The item at `at`, and where it ends. Of simple values only false, true and null are known."""
    major, low, at = data[at] >> 5, data[at] & 31, at + 1
    size = 1 << low - 24 if 24 <= low < 28 else 0
    n, at = int.from_bytes(data[at:at + size], "big") if size else low, at + size
    if size and n < {1: 24}.get(size, 1 << 4 * size) or not size and low > 23:
        raise ValueError("not in core deterministic encoding")
    if major in (0, 1):
        return (n if major == 0 else -1 - n), at
    if major in (2, 3):
        return (data[at:at + n] if major == 2 else data[at:at + n].decode()), at + n
    if major == 7:
        return {20: False, 21: True, 22: None}[n], at
    parts = []
    for _ in range({4: n, 5: 2 * n}[major]):
        part, at = cbor_at(data, at)
        parts.append(part)
    return (parts if major == 4 else dict(zip(parts[::2], parts[1::2]))), at

def cbor_array(*items):
    """An array of numbers below 24 and byte strings shorter than 24, such as ids."""
    parts = (bytes([it]) if isinstance(it, int) else bytes([0x40 | len(it)]) + it for it in items)
    return bytes([0x80 | len(items)]) + b"".join(parts)

def extract(salt, key):
    return hmac.digest(salt, key, "sha256")

def expand(key, info, size=32):  # up to one block, which is all that is used
    return hmac.digest(key, info + b"\1", "sha256")[:size]

def hkdf(salt, key, info):
    """HKDF-SHA-256 (RFC 5869)."""
    return expand(extract(salt, key), info)

# RFC 9180: DHKEM(X25519, HKDF-SHA256); with HKDF-SHA256 and ChaCha20Poly1305.
KEM, HPKE = b"HPKE-v1KEM\0\x20", b"HPKE-v1HPKE\0\x20\0\1\0\3"

def labelled_expand(suite, key, label, info=b"", size=32):
    return expand(key, size.to_bytes(2, "big") + suite + label + info, size)

def hpke_secret_key(seed):
    """DeriveKeyPair of section 7.1.3, the secret half."""
    return labelled_expand(KEM, extract(b"", KEM + b"dkp_prk" + seed), b"sk")

def hpke_open(secret, enc, info, aad, sealed):
    """OpenBase of section 6.1, with Decap of 4.1 and the key schedule of 5.1."""
    both = enc + sodium.crypto_scalarmult_base(secret)
    shared = extract(b"", KEM + b"eae_prk" + sodium.crypto_scalarmult(secret, enc))
    shared = labelled_expand(KEM, shared, b"shared_secret", both)
    context = b"\0" + extract(b"", HPKE + b"psk_id_hash") + extract(b"", HPKE + b"info_hash" + info)
    secret = extract(shared, HPKE + b"secret")
    key = labelled_expand(HPKE, secret, b"key", context)
    nonce = labelled_expand(HPKE, secret, b"base_nonce", context, 12)
    return sodium.crypto_aead_chacha20poly1305_ietf_decrypt(sealed, aad, nonce, key)

def argon2id(password, salt, kibibytes, passes):
    """Argon2id version 1.3 (RFC 9106) with one lane."""
    method = sodium.crypto_pwhash_ALG_ARGON2ID13
    return sodium.crypto_pwhash_alg(32, password, salt, passes, kibibytes << 10, method)

def entropy_of_words(typed, bip39_list):
    """The 32 bytes that 24 words of a BIP-39 list stand for."""
    split = lambda text: unicodedata.normalize("NFKD", text).split()
    index, bits = {word: n for n, word in enumerate(split(bip39_list))}, 0
    for word in split(typed):
        bits = bits << 11 | index[word]
    entropy = (bits >> 8).to_bytes(32, "big")
    if bits & 255 != hashlib.sha256(entropy).digest()[0]:
        raise ValueError("the words do not check")
    return entropy

def totp(secret, steps, digits, hash):
    """RFC 6238 after so many steps of time."""
    mac = hmac.digest(secret, steps.to_bytes(8, "big"), hash)
    start = mac[-1] & 15
    return str((int.from_bytes(mac[start:start + 4], "big") & 0x7FFFFFFF) % 10**digits).zfill(digits)
