# SPDX-License-Identifier: MIT OR Apache-2.0
"""Makes a Python that has python-fido2, for suites here and elsewhere.

    tools.py FOLDER

FOLDER is made where it is not there. The last line is the path of the Python.
"""

import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements.txt"


def python_of(folder):
    """A Python that has what requirements.txt asks for."""
    python, stamp = folder / "bin" / "python", folder / "requirements.txt"
    if not stamp.exists() or stamp.read_text() != REQUIREMENTS.read_text():
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", REQUIREMENTS], check=True)
        stamp.write_text(REQUIREMENTS.read_text())
    return python


if __name__ == "__main__":
    print(python_of(pathlib.Path(sys.argv[1]).absolute()))
