#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Lets the program that KAGIFUDA names export its tokens, and opens the exports with programs of others.

Age files, closed with a passphrase and to a recipient, are opened by the stock age; the codes that the
exported lines make are those of the stock oathtool. The encrypted files for Aegis and 2FAS are opened by OpenSSL
(hashlib, cryptography) and Google's transfer code is read by hand: none of it shares code with our own readers.
Passkeys are compared with the vector that was imported, member by member, and their blobs inflated by zlib.
"""
import base64, hashlib, json, os, pathlib, pty, re, shutil, subprocess, sys, tempfile, time, urllib.parse, zlib

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PASSPHRASE = "tatami lantern 42 riverbank orbit"
LINES = """\
otpauth://totp/Bath:ume?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8
otpauth://totp/Moss:take?secret=MFRGGZDFMZTWQ2LK&algorithm=SHA256&period=60
otpauth://hotp/Fern:matsu?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=7
"""

counts = {True: 0, False: 0}


def check(holds, name, detail=""):
    counts[bool(holds)] += 1
    print(f"{name}: {'ok' if holds else f'FAILED {detail}'}")


def age_by_passphrase(file, out):
    """Age asks for a passphrase at a terminal only: it gets one."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp("age", ["age", "--decrypt", "--output", out, file])
    told = b""
    try:
        while b"passphrase" not in told:
            told += os.read(terminal, 1024)
        os.write(terminal, f"{PASSPHRASE}\n".encode())
        while chunk := os.read(terminal, 1024):
            told += chunk
    except OSError:
        pass  # The terminal ends with the program.
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    check(status == 0, "age opens an export with its passphrase", told)


def oathtool(line, moment):
    """The code of an otpauth address, by a program that has never heard of ours."""
    secret = re.search(r"secret=(\w+)", line)[1]
    digits = re.search(r"digits=(\d+)", line)[1]
    if counter := re.search(r"counter=(\d+)", line):
        command = ["oathtool", "--hotp", "--base32", f"--counter={counter[1]}"]
    else:
        algorithm, period = re.search(r"algorithm=(\w+)", line)[1], re.search(r"period=(\d+)", line)[1]
        command = ["oathtool", f"--totp={algorithm.lower()}", "--base32", f"--now=@{moment}", f"--time-step-size={period}s"]
    done = subprocess.run([*command, f"--digits={digits}", secret], capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


VECTORS = pathlib.Path(__file__).resolve().parents[1] / "vectors" / "exchange"


def passkeys(file):
    """Every passkey of a file of the Credential Exchange Format by its site, with its item's extensions."""
    file = json.loads(file.read_text("utf-8"))
    items = [item for account in file.get("accounts", [file]) for item in account["items"]]
    return {it["rpId"]: (it, item.get("extensions", [])) for item in items for it in item["credentials"]}


def blob(passkey):
    """What a site left beside a passkey, inflated as RFC 1951 has it; it must have the size that is claimed."""
    claimed = passkey["fido2Extensions"]["largeBlob"]
    data = claimed["data"]
    inflater = zlib.decompressobj(-15)
    bytes_ = inflater.decompress(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
    check(inflater.eof and not inflater.unused_data, f"the blob of {passkey['rpId']} is whole")
    check(len(bytes_) == claimed["uncompressedSize"], "and as long as it claims")
    return bytes_


def compare_passkeys(before, after):
    """Passkeys that went through a vault hold what they held."""
    check(before.keys() == after.keys() and before, "every passkey comes out again", after.keys())
    for site, (old, extensions) in before.items():
        new, kept = after[site]
        members = ("type", "credentialId", "rpId", "username", "userDisplayName", "userHandle")
        check(all(old[name] == new[name] for name in members), f"{site} is the same passkey", new)
        check(blob(old) == blob(new), "with the blob that its site left")
        for name in ("hmacCredentials", "credBlob", "payments"):
            value = old["fido2Extensions"].get(name)
            check(value in (None, new["fido2Extensions"].get(name)), f"with its {name}", new)
        ours = [it for it in extensions if it["name"] == "kagifuda.invalid/cred-protect"]
        check(ours and kept == ours, "with its protection", kept)


def b32(secret):
    return base64.b32encode(secret).decode().rstrip("=")


def aegis(text, password):
    """The tokens of an encrypted file, as Aegis's docs/vault.md says: a master key in a slot, scrypt and AES-GCM."""
    file = json.loads(text)
    slot = next(it for it in file["header"]["slots"] if it["type"] == 1)
    key = hashlib.scrypt(password.encode(), salt=bytes.fromhex(slot["salt"]), n=slot["n"], r=slot["r"], p=slot["p"],
                         dklen=32, maxmem=1 << 27)

    def opened(key, params, sealed):
        nonce, tag = bytes.fromhex(params["nonce"]), bytes.fromhex(params["tag"])
        return AESGCM(key).decrypt(nonce, sealed + tag, None)

    master = opened(key, slot["key_params"], bytes.fromhex(slot["key"]))
    inner = json.loads(opened(master, file["header"]["params"], base64.b64decode(file["db"])))
    return sorted((it["issuer"], it["name"], it["info"]["secret"].rstrip("=")) for it in inner["entries"])


def twofas(text, password):
    """The tokens of an encrypted file of 2FAS: sealed, salt and nonce, parted by colons; PBKDF2 and AES-GCM."""
    sealed, salt, nonce = map(base64.b64decode, json.loads(text)["servicesEncrypted"].split(":"))
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 10_000, 32)
    services = json.loads(AESGCM(key).decrypt(nonce, sealed, None))
    return sorted((it["otp"]["issuer"], it["otp"]["account"], it["secret"].rstrip("=")) for it in services)


def protobuf(data):
    """The fields of a message, as (number, value); lengths and varints are all that Google's has."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at, value, shift = at + 1, value | (byte & 0x7F) << shift, shift + 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 2:
            length = varint()
            yield key >> 3, data[at:at + length]
            at += length
        else:
            yield key >> 3, varint()


def google(uri):
    """The tokens of a transfer code: field 1 of the batch, and in it secret (1), name (2), issuer (3)."""
    data = urllib.parse.parse_qs(urllib.parse.urlsplit(uri.strip()).query)["data"][0]
    entries = [dict(protobuf(value)) for number, value in protobuf(base64.b64decode(data)) if number == 1]
    return sorted((it[3].decode(), it[2].decode().split(":")[-1], b32(it[1])) for it in entries)


def exports(kagifuda):
    with tempfile.TemporaryDirectory() as folder:
        room = pathlib.Path(folder)
        (room / "lines.txt").write_text(LINES, "utf-8")
        env = os.environ | {"HOME": folder, "XDG_RUNTIME_DIR": folder, "LANG": "en_GB.UTF-8"}
        env = {name: value for name, value in env.items() if not name.startswith(("XDG_DATA", "XDG_STATE"))}

        def run(*words):
            command = [kagifuda, "--vault", room / "vault", "--passphrase-stdin", "--yes", *words]
            typed = f"{PASSPHRASE}\n" * 2
            done = subprocess.run(command, input=typed, env=env, capture_output=True, text=True, timeout=120)
            check(done.returncode == 0, f"kagifuda {' '.join(words[:2])}", done.stderr)
            return done.stdout

        vault = ["--vault", room / "vault"]
        agent = subprocess.Popen([kagifuda, *vault, "agent"], env=env, stdout=subprocess.PIPE, text=True)
        try:
            agent.stdout.readline()  # it says when it is ready
            run("init")
            run("token", "import", str(room / "lines.txt"))
            made = subprocess.run(["age-keygen", "-o", room / "key"], capture_output=True, text=True, check=True)
            recipient = made.stderr.split()[-1]
            plain, closed, sealed = (str(room / name) for name in ("plain", "closed.age", "sealed.age"))
            run("token", "export", plain, "--format", "otpauth", "--plain")
            run("token", "export", closed, "--format", "otpauth", "--age")
            run("token", "export", sealed, "--format", "otpauth", "--to", recipient)
            extended = VECTORS / "cxf-blobs-and-protection-come-along.json"
            run("passkey", "import", str(extended))
            run("passkey", "export", str(room / "passkeys.json"), "--plain")
            files = {name: str(room / name) for name in ("aegis", "2fas", "google")}
            run("token", "export", files["aegis"], "--format", "aegis")
            run("token", "export", files["2fas"], "--format", "2fas")
            # Google's code has no room for a period of a minute.
            run("token", "export", files["google"], "--format", "google", "--plain", "--query", "bath")
            moment = int(time.time())
            shown = json.loads(run("code", "--json"))["codes"]
            shown.append(json.loads(run("code", "fern", "--json"))["codes"][0])
            later = int(time.time())
        finally:
            agent.terminate()
            agent.wait(10)
        compare_passkeys(passkeys(extended), passkeys(room / "passkeys.json"))
        expected = pathlib.Path(plain).read_text("utf-8")
        tokens = sorted(
            (*re.search(r"/(\w+):(\w+)\?", line).groups(), re.search(r"secret=(\w+)", line)[1])
            for line in LINES.split()
        )
        read = {name: pathlib.Path(file).read_text("utf-8") for name, file in files.items()}
        for name, of in (("aegis", aegis), ("2fas", twofas)):
            found = of(read[name], PASSPHRASE)
            check(found == tokens, f"OpenSSL opens the file for {name}, and every token is in it", found)
            check(not any(secret in read[name] for _, _, secret in tokens), f"no secret is in clear for {name}")
        found = google(read["google"])
        check(found == tokens[:1], "Google's transfer code says the same when read by hand", found)
        age_by_passphrase(closed, str(room / "opened"))
        opened = room / "opened"
        check(opened.exists() and opened.read_text("utf-8") == expected, "and it says what the lines say")
        done = subprocess.run(["age", "-d", "-i", room / "key", sealed], capture_output=True, text=True, timeout=60)
        check(done.stdout == expected, "age opens an export to its recipient", done.stderr)
        codes = {it["code"] for it in shown if it["code"]}
        lines = expected.split()
        check(len(lines) == 3 and len(codes) == 3, "three tokens, three codes", (lines, codes))
        for line in lines:
            agreed = {oathtool(line, at) for at in (moment, later)} & codes
            check(agreed, "oathtool makes the code the program shows", line)


missing = [name for name in ("age", "age-keygen", "oathtool") if not shutil.which(name)]
if "KAGIFUDA" not in os.environ:
    print("KAGIFUDA names no program: nothing to export")
elif missing:
    check(False, "programs of others", f"not installed: {missing}")
else:
    exports(os.environ["KAGIFUDA"])
print(f"{counts[True]} passed, {counts[False]} failed")
sys.exit(1 if counts[False] or not counts[True] else 0)
