#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Opens every vault of tests/vectors/vault with read_vault.py and compares what each side says.

Then changes the records of one vault, one at a time: none may pass unnoticed. Then lets the program that
KAGIFUDA names make a vault, and opens that too.
"""
import json, os, pathlib, shutil, sqlite3, subprocess, sys, tempfile, time

HERE = pathlib.Path(__file__).parent
VAULTS = HERE / "../vectors/vault"
WORD_LIST = HERE / "bip39-english.txt"

counts = {True: 0, False: 0}


def check(holds, name, detail=""):
    counts[bool(holds)] += 1
    print(f"{name}: {'ok' if holds else f'FAILED {detail}'}")


def read(vault, known, *options):
    command = [sys.executable, HERE / "read_vault.py", vault, *options]
    return subprocess.run(command, input=known, capture_output=True, text=True, timeout=120)


def ways(held):
    """Everything that may be typed for what somebody holds, with the options it needs."""
    if "passphrase" in held:
        return [(held["passphrase"], [])]
    if kept := held.get("keyring") or held.get("tpm"):
        return [(kept, ["--hex"])]
    sheet = [(held["sheet"], ["--words", WORD_LIST])] if "sheet" in held else []
    return [(held["words"], ["--hex"]), *sheet]


def vectors():
    for path in sorted(VAULTS.glob("*.json")):
        expected = json.loads(path.read_text("utf-8"))
        vault, at = path.with_suffix(".kagifuda"), ["--at", str(expected["at"])]
        for held in expected["opens_with"]:
            for known, options in ways(held):
                run = read(vault, known, *options, *at)
                told = json.loads(run.stdout) if run.returncode == 0 else None
                check(told == expected["tells"], f"{path.stem} ({next(iter(held))})", run.stderr or run.stdout)
        for held in expected["stays_closed_to"]:
            for known, options in ways(held):
                run = read(vault, known, *options)
                check("nothing here opens" in run.stderr, f"{path.stem} stays closed", run.stderr)


def damage():
    path = VAULTS / "two-pcs-wrote-at-once.kagifuda"
    [held] = json.loads(path.with_suffix(".json").read_text("utf-8"))["opens_with"]
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "vault.kagifuda"
        rows = sqlite3.connect(path).execute("SELECT seq, class, body FROM record").fetchall()
        for seq, kind, body in rows:
            shutil.copy(path, copy)
            with sqlite3.connect(copy) as database:
                changed = body[:-1] + bytes([body[-1] ^ 1])
                database.execute("UPDATE record SET body = ? WHERE seq = ?", (changed, seq))
            database.close()
            run = read(copy, held["words"], "--hex")
            # A head's last byte is the time it was made, which nothing binds.
            check((run.returncode == 0) == (kind == 1), f"a changed record of class {kind}", run.stdout)


PASSPHRASE = "tatami lantern 42 riverbank orbit"
LINES = """\
otpauth://totp/Bath:ume?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&digits=8
otpauth://totp/Moss:take?secret=MFRGGZDFMZTWQ2LK&algorithm=SHA256&period=60
otpauth://hotp/Fern:matsu?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&counter=7
"""


def program(kagifuda):
    with tempfile.TemporaryDirectory() as folder:
        vault, lines = f"{folder}/vault.kagifuda", f"{folder}/lines.txt"
        pathlib.Path(lines).write_text(LINES, "utf-8")
        env = os.environ | {"HOME": folder, "XDG_RUNTIME_DIR": folder, "LANG": "en_GB.UTF-8"}
        env = {name: value for name, value in env.items() if not name.startswith(("XDG_DATA", "XDG_STATE"))}

        def run(*words):
            command = [kagifuda, "--vault", vault, "--passphrase-stdin", "--yes", *words]
            typed = f"{PASSPHRASE}\n" * 2
            done = subprocess.run(command, input=typed, env=env, capture_output=True, text=True, timeout=120)
            check(done.returncode == 0, f"kagifuda {' '.join(words[:2])}", done.stderr)
            return done.stdout

        agent = subprocess.Popen([kagifuda, "--vault", vault, "agent"], env=env, stdout=subprocess.PIPE, text=True)
        try:
            agent.stdout.readline()  # it says when it is ready
            sheet = run("init")
            run("token", "import", lines)
            before = int(time.time())
            shown = {it["id"]: it["code"] for it in json.loads(run("code", "--json"))["codes"] if it["code"]}
            after = int(time.time())
        finally:
            agent.terminate()
            agent.wait(10)
        for known, options in (PASSPHRASE, []), (sheet, ["--words", WORD_LIST]):
            told = [read(vault, known, *options, "--at", str(at)) for at in (before, after)]
            good = [json.loads(it.stdout)["codes"].items() for it in told if it.returncode == 0]
            is_right = len(shown) == 2 and len(good) == 2 and shown.items() <= {*good[0], *good[1]}
            check(is_right, "the codes it shows follow from its vault", told[0].stderr or shown)


vectors()
damage()
if "KAGIFUDA" in os.environ:
    program(os.environ["KAGIFUDA"])
else:
    print("KAGIFUDA names no program: its own vault is not looked at")
print(f"{counts[True]} passed, {counts[False]} failed")
sys.exit(1 if counts[False] or not counts[True] else 0)
