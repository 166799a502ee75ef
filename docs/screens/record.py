#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Records the first steps on a real terminal (tmux), in each language: as a picture here, and as text in
the README of that language.

    cargo build --release && python3 docs/screens/record.py target/release/kagifuda

Everything happens in a fresh home directory of the same length as /home/hanako, which is what the
recording shows in its place. The tokens of old-app.json are made up, and so is everything else.
"""

import html
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
READMES = {"en": HERE.parents[1] / "README.md", "ja": HERE.parents[1] / "README.ja.md"}
COLUMNS, ROWS = 80, 60
PASSPHRASE = "ripple-canyon-seven-otter-mosaic"
SHOWN_HOME = "/home/hanako"
CELL_WIDTH, LINE_HEIGHT = 8.4, 19

# What each question looks like, per language, and what is answered.
QUESTIONS = {
    "en": {"passphrase": "New passphrase", "again": "The same once more:", "word": r"number (\d+)\?", "import": r"\[y/N\]"},
    "ja": {"passphrase": "新しいパスフレーズ", "again": "同じものをもう一度", "word": r"(\d+) 番目の言葉は何ですか", "import": "はい=y"},
}


class Terminal:
    """A shell in a tmux of its own, in a home directory of its own."""

    def __init__(self, program, language):
        self.language = language
        self.home = Path(f"/tmp/h{secrets.token_hex(3)}")
        assert len(str(self.home)) == len(SHOWN_HOME)
        self.home.mkdir(mode=0o700)
        shutil.copy(HERE / "old-app.json", self.home / "aegis-export.json")
        bin_folder = self.home / ".bin"
        bin_folder.mkdir()
        shutil.copy(program, bin_folder / "kagifuda")
        locale = {"en": "C.UTF-8", "ja": "ja_JP.UTF-8"}[language]
        shell = (
            f"env -i HOME={self.home} PATH={bin_folder}:/usr/bin:/bin TERM=xterm-256color "
            f"LANG={locale} LC_CTYPE=C.UTF-8 PS1='$ ' XDG_RUNTIME_DIR={self.home} bash --norc --noprofile"
        )
        self.name = f"kagifuda-{os.getpid()}-{language}"
        size = ["-x", str(COLUMNS), "-y", str(ROWS)]
        self.tmux("new-session", "-d", "-s", "screen", *size, "-c", str(self.home), shell)
        self.wait_for(r"^\$ $")

    def tmux(self, *arguments):
        command = ["tmux", "-u", "-L", self.name, "-f", "/dev/null", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def screen(self, *flags):
        return self.tmux("capture-pane", "-p", *flags, "-t", "screen").rstrip("\n") + "\n"

    def wait_for(self, pattern, since=0):
        """Waits until the screen, from a line on, shows the pattern."""
        for _ in range(200):
            text = "\n".join(line if line == "$" else line for line in self.screen().splitlines()[since:])
            found = re.search(pattern.replace(r"\$ $", r"\$$"), text, re.MULTILINE)
            if found:
                return found
            time.sleep(0.1)
        raise SystemExit(f"{pattern!r} did not appear:\n{self.screen()}")

    def type(self, text):
        self.tmux("send-keys", "-t", "screen", "-l", text)
        self.tmux("send-keys", "-t", "screen", "Enter")

    def lines(self):
        return len(self.screen().splitlines())

    def close(self):
        self.type("kagifuda lock; exit")
        time.sleep(0.5)
        subprocess.run(["tmux", "-L", self.name, "kill-server"], capture_output=True)
        shutil.rmtree(self.home)


def play(terminal):
    """The first steps: a vault, the old app's tokens, a code."""
    asked = QUESTIONS[terminal.language]
    terminal.type("kagifuda init")
    terminal.wait_for(asked["passphrase"])
    terminal.type(PASSPHRASE)
    terminal.wait_for(asked["again"])
    terminal.type(PASSPHRASE)
    number = int(terminal.wait_for(asked["word"])[1])
    terminal.type(re.search(rf"(?<!\d){number} +(\w+)", terminal.screen())[1])
    terminal.wait_for(r"^\$ $")
    for command, question in [
        ("kagifuda token import aegis-export.json", asked["import"]),
        ("kagifuda code git", None),
        ("kagifuda code", None),
    ]:
        begun = terminal.lines()
        terminal.type(command)
        if question:
            terminal.wait_for(question, begun)
            terminal.type("y")
        terminal.wait_for(r"^\$ $", begun)


def cells(text):
    """How many columns a text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def runs(line):
    """Cuts a line of a terminal into pieces of one style: (text, is bold, is faint)."""
    bold = faint = False
    for piece in re.split(r"(\x1b\[[\d;]*m)", line):
        if piece.startswith("\x1b["):
            for code in (piece[2:-1] or "0").split(";"):
                bold = code == "1" or (bold and code not in ("0", "22"))
                faint = code in ("2", "90") or (faint and code not in ("0", "22", "39"))
        elif piece:
            # Wide letters, narrow letters and gaps are placed on their own, so that columns stay
            # columns whatever font draws them.
            for part in re.findall(r" {2,}|[\u1100-\uffdc]+|(?:(?! {2})[^\u1100-\uffdc])+", piece):
                yield part, bold, faint


def picture(lines):
    """Draws lines as SVG."""
    width, height = COLUMNS * CELL_WIDTH + 32, len(lines) * LINE_HEIGHT + 32
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" viewBox="0 0 {width:.0f} {height}">',
        "<style>text{font:14px ui-monospace,'DejaVu Sans Mono','Noto Sans Mono CJK JP',monospace;fill:#e6e1d6;white-space:pre}"
        ".b{font-weight:700;fill:#fff}.f{fill:#9a958a}</style>",
        '<rect width="100%" height="100%" rx="8" fill="#23201b"/>',
    ]
    for row, line in enumerate(lines):
        column = 0
        for text, bold, faint in runs(line):
            if text.strip():
                start = column + cells(text) - cells(text.lstrip(" "))
                shown = text.strip(" ")
                kind = ' class="b"' if bold else ' class="f"' if faint else ""
                out.append(
                    f'<text x="{16 + start * CELL_WIDTH:.1f}" y="{30 + row * LINE_HEIGHT}" '
                    f'textLength="{cells(shown) * CELL_WIDTH:.1f}"{kind}>{html.escape(shown)}</text>'
                )
            column += cells(text)
    return "\n".join([*out, "</svg>", ""])


def put_into(page, text):
    """Replaces what stands in the page's only <pre>."""
    before, rest = page.read_text().split("<pre>\n", 1)
    page.write_text(f"{before}<pre>\n{text}\n</pre>{rest.split('</pre>', 1)[1]}")


def main():
    program = Path(sys.argv[1]).resolve()
    for language in QUESTIONS:
        terminal = Terminal(program, language)
        try:
            play(terminal)
            home = str(terminal.home)
            plain, styled = (terminal.screen(*flags).replace(home, SHOWN_HOME) for flags in ([], ["-e"]))
        finally:
            terminal.close()
        keep = [line.rstrip() for line in plain.splitlines()]
        count = len(keep) - 1 if keep[-1] == "$" else len(keep)
        put_into(READMES[language], html.escape("\n".join(keep[:count]), quote=False))
        (HERE / f"first-steps.{language}.svg").write_text(picture(styled.splitlines()[:count]))


main()
