# SPDX-License-Identifier: Apache-2.0
"""What the QEMU of this machine can do."""
import functools
import subprocess
import tempfile
from pathlib import Path

# M-mode sets mstatus.MPV; the exit status is 0 if it stays, 2 if not: 1 is any other trouble.
PROBE = """
	.globl	_start
_start:	li	t0, 1 << 39
	csrs	mstatus, t0
	csrr	t1, mstatus
	and	t1, t1, t0
	li	a0, 0x5555
	bnez	t1, 1f
	li	a0, 0x23333
1:	li	t0, 0x100000
	sw	a0, 0(t0)
2:	j	2b
"""


@functools.cache
def lets_firmware_redirect():
    """
    Whether firmware can hand a guest's trap to the hypervisor. In QEMU 10.0.13 a write to mstatus
    leaves MPV as it was, so the trap's handler is entered in the guest instead.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, program = Path(folder, "probe.S"), Path(folder, "probe")
        source.write_text(PROBE)
        subprocess.run(["riscv64-linux-gnu-gcc", "-nostdlib", "-static", "-march=rv64g",
                        "-Wl,--build-id=none,-Ttext=0x80000000", "-o", program, source],
                       check=True)
        done = subprocess.run(["qemu-system-riscv64", "-M", "virt", "-cpu", "max", "-display",
                               "none", "-bios", program], check=False, timeout=60)
        assert done.returncode in (0, 2)
        return done.returncode == 0
