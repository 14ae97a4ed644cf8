# SPDX-License-Identifier: Apache-2.0
"""The image that clang and lld make does what gcc's does."""
import subprocess

from lib.bulkhead import ROOT
from lib.talk import Talk


def test_clang():
    subprocess.run(["make", "--no-print-directory", "LLVM=1", "build/llvm/bulkhead.bin"], cwd=ROOT,
                   check=True, stdout=subprocess.DEVNULL)
    with Talk("configs/freertos.dts", "--kernel", "build/llvm/bulkhead.bin",
              name="clang") as system:
        system.freertos_ready()
        assert ": ok" in system.freertos("fp")
        assert system.guests()["freertos"]["state"] == "running"
