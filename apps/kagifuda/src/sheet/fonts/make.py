#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Cuts the sheet's fonts down to what a sheet says.

They come from BIZ UDGothic (SIL Open Font License 1.1, beside this file), as Debian packs it:
    apt install fonts-morisawa-bizud-gothic python3-fonttools
Run it again when the sentences of a sheet change; a test names the letters that are missing.
"""

import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
FONTS = pathlib.Path("/usr/share/fonts/truetype/bizud-gothic")
ASCII = "".join(map(chr, range(0x20, 0x7F)))
KANA = "".join(map(chr, [*range(0x3041, 0x3097), *range(0x309B, 0x309F), *range(0x30A1, 0x30FF)]))

texts = [(HERE / "../../text" / lang / "sheet.ftl").read_text(encoding="utf-8") for lang in ("en", "ja")]
letters = "".join(sorted(set("".join(texts) + ASCII + KANA + "…–—“”‘’") - set("\n")))
for weight in ("Regular", "Bold"):
    subprocess.run(
        [
            "pyftsubset",
            str(FONTS / f"BIZUDGothic-{weight}.ttf"),
            f"--text={letters}",
            f"--output-file={HERE / f'sheet-{weight.lower()}.ttf'}",
            "--layout-features=",
            "--no-hinting",
            "--name-IDs=0,1,2,5,13,14",
            "--drop-tables+=GSUB,GPOS,vhea,vmtx,gasp,meta,DSIG,VORG",
        ],
        check=True,
    )
