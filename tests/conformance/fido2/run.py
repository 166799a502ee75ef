# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs python-fido2's own device tests against our key, hands-free.

    run.py KAGIFUDA TOOLS [PYTEST ARGUMENT...]

KAGIFUDA is the program, built with the feature `testing`. TOOLS is a folder for the Python packages of
requirements.txt; it is made where it is not there. The tests come out of python-fido2's source package;
they are run, not kept. The last line is `N passed, N failed, N skipped`, where skipped are the cases that
exceptions.md explains; any other that was left out has failed. A whole run, one without further arguments,
has to come to exactly the cases that exceptions.md counts: fewer are as wrong as more.
"""

import collections
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import xml.etree.ElementTree

from tools import HERE, REQUIREMENTS, python_of

PASSPHRASE = "the passphrase of a vault that lives ten minutes"


def free_port(kind):
    """A port nobody listens on."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def tests_of(python, folder):
    """The device tests, out of the source package."""
    package = REQUIREMENTS.read_text().split()[0]
    # Fetching builds the package's description too, which may lack a tool; the archive is there all the same.
    subprocess.run(
        [python, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, package],
        check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    name = package.replace("==", "-")
    archive = folder / f"{name}.tar.gz"
    if not archive.exists():
        sys.exit(f"the source package of {package} did not come")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / name


def explained():
    """How many cases exceptions.md lets be left out, by reason."""
    rows = re.findall(r"^\| (.+?) \| (\d+) \|", (HERE / "exceptions.md").read_text(), re.MULTILINE)
    return {reason: int(count) for reason, count in rows}


def expected_passes():
    """How many cases have to pass in a whole run, as exceptions.md says."""
    return int(re.search(r"(\d+) cases pass", (HERE / "exceptions.md").read_text()).group(1))


def count(report, is_whole):
    """Passed, failed and skipped cases of a JUnit report; in a whole run, what is missing has failed."""
    passed, failed, left_out = 0, 0, collections.Counter()
    for case in xml.etree.ElementTree.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            left_out[skipped.get("message")] += 1
        elif case.find("failure") is None and case.find("error") is None:
            passed += 1
        else:
            failed += 1
    known = explained()
    for reason, times in left_out.items():
        if times > known.get(reason, 0):
            print(f"left out {times} times, explained {known.get(reason, 0)} times: {reason}")
            failed += times - known.get(reason, 0)
            left_out[reason] = known.get(reason, 0)
    if is_whole:
        for reason, times in known.items():
            if left_out[reason] < times:
                print(f"left out {left_out[reason]} times, counted {times} times: {reason}")
                failed += times - left_out[reason]
        if passed != expected_passes():
            print(f"{passed} cases passed, {expected_passes()} are counted")
            failed += max(1, expected_passes() - passed - failed)
    return passed, failed, left_out.total()


def answers(port):
    """Whether the key's controls answer."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=1).close()
        return True
    except OSError:
        return False


def main():
    program, python = os.path.abspath(sys.argv[1]), python_of(pathlib.Path(sys.argv[2]).absolute())
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
            [program, "key", "run", "--post-quantum", "--udp", str(udp), "--control", str(control)],
            env=environment, stdin=subprocess.DEVNULL,
        )
        try:
            for _ in range(200):
                if answers(control) or key.poll() is not None:
                    break
                time.sleep(0.05)
            subprocess.run(
                [python, "-m", "pytest", "-p", "kagifuda_key", "-p", "no:cacheprovider",
                 "--controller", f"http://127.0.0.1:{control}", "--pico-port", "1",
                 "-q", "-rfE", "--junitxml", room / "report.xml", "tests/device", *sys.argv[3:]],
                cwd=tests_of(python, room), env=environment, check=False,
            )
        finally:
            key.send_signal(signal.SIGTERM)
            key.wait(timeout=10)
            status = subprocess.run([program, "status", "--json"], env=environment, check=True,
                                    capture_output=True)
            os.kill(json.loads(status.stdout)["agent_pid"], signal.SIGTERM)
        passed, failed, skipped = count(room / "report.xml", is_whole=not sys.argv[3:])
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    sys.exit(failed > 0)


main()
