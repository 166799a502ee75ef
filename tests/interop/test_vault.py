#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Opens every vault of tests/vectors/vault with read_vault.py and compares what each side says.

Then it changes every sealed byte string of one vault, one at a time: none may pass unnoticed.
"""
import json, pathlib, shutil, sqlite3, subprocess, sys, tempfile

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


vectors()
damage()
print(f"{counts[True]} passed, {counts[False]} failed")
sys.exit(1 if counts[False] or not counts[True] else 0)
