# SPDX-License-Identifier: Apache-2.0
"""Bulkhead's image, as the linker tells of it and as QEMU places it."""
import re
import subprocess

from lib.bulkhead import ROOT

IMAGE = 0x80200000  # where QEMU puts it


def symbol(name):
    """A size or offset that the linker tells of the image."""
    table = subprocess.run(["riscv64-linux-gnu-nm", ROOT / "build/bulkhead.elf"], check=True,
                           text=True, stdout=subprocess.PIPE).stdout
    return int(re.search(rf"^([0-9a-f]+) . {name}$", table, re.M).group(1), 16)
