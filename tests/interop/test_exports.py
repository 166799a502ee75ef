#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Lets the program that KAGIFUDA names export its tokens, and opens the exports with programs of others.

Age files, closed with a passphrase and to a recipient, are opened by the stock age; the codes that the
exported lines make are those of the stock oathtool. Passkeys are compared with the vector that was
imported, member by member, and their blobs inflated by zlib.
"""
import base64, json, os, pathlib, pty, re, shutil, subprocess, sys, tempfile, time, zlib

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
            moment = int(time.time())
            shown = json.loads(run("code", "--json"))["codes"]
            shown.append(json.loads(run("code", "fern", "--json"))["codes"][0])
            later = int(time.time())
        finally:
            agent.terminate()
            agent.wait(10)
        compare_passkeys(passkeys(extended), passkeys(room / "passkeys.json"))
        expected = pathlib.Path(plain).read_text("utf-8")
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
