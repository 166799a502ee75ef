# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs python-fido2's own device tests against our key, hands-free.

    run.py KAGIFUDA [PYTEST ARGUMENT...]

KAGIFUDA is the program, built with the feature `testing`. The tests come out of the PyPI source package
of the version below; they are run, not kept. Prints pytest's report and ends as it does.
"""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request

VERSION = "2.2.1"
HERE = pathlib.Path(__file__).resolve().parent
PASSPHRASE = "the passphrase of a vault that lives ten minutes"


def free_port(kind):
    """A port nobody listens on."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tests_of(folder):
    """The device tests, out of the source package."""
    package = "fido2==" + VERSION
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:",
         "-d", folder, package],
        check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    archive = folder / f"fido2-{VERSION}.tar.gz"
    if not archive.exists():
        sys.exit(f"the source package of {package} did not come")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / f"fido2-{VERSION}"


def answers(port):
    """Whether the key's controls answer."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
        return True
    except OSError:
        return False


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="kagifuda-fido2-") as room:
        room = pathlib.Path(room)
        (room / "run").mkdir(mode=0o700)
        udp, control = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
            "HOME": str(room), "XDG_RUNTIME_DIR": str(room / "run"), "LANG": "C.UTF-8",
            "KAGIFUDA_UDP": str(udp), "KAGIFUDA_CONTROL": str(control),
            "PYTHONPATH": str(HERE),
        }
        secret = {"input": PASSPHRASE + "\n", "text": True, "check": True, "env": environment,
                  "stdout": subprocess.DEVNULL}
        subprocess.run([program, "--passphrase-stdin", "init"], **secret)
        subprocess.run([program, "--passphrase-stdin", "unlock", "--idle", "600"], **secret)
        key = subprocess.Popen(
            [program, "key", "run", "--udp", str(udp), "--control", str(control)],
            env=environment, stdin=subprocess.DEVNULL,
        )
        try:
            for _ in range(200):
                if answers(control) or key.poll() is not None:
                    break
                time.sleep(0.05)
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-p", "kagifuda_key", "-p", "no:cacheprovider",
                 "--controller", f"http://127.0.0.1:{control}", "--pico-port", "1",
                 "-q", "-rfEs", "tests/device", *sys.argv[2:]],
                cwd=tests_of(room), env=environment, check=False,
            )
        finally:
            key.send_signal(signal.SIGTERM)
            key.wait(timeout=10)
            status = subprocess.run([program, "status", "--json"], env=environment, check=True,
                                    capture_output=True)
            os.kill(json.loads(status.stdout)["agent_pid"], signal.SIGTERM)
        sys.exit(done.returncode)


main()
