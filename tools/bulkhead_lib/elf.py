# SPDX-License-Identifier: Apache-2.0
"""An image as an ELF file of one segment, because a loader puts that where it says."""
import struct

HEAD = 4096
IMAGE_SIZE = 16  # offset in the header of a RISC-V Linux Image: bytes that it takes in memory
RISCV, EXECUTABLE, CURRENT = 243, 2, 1
LOAD, ALL_RIGHTS = 1, 7


def wrap(image, address):
    """image, a RISC-V Linux Image, to be loaded and entered at a physical address."""
    memory, = struct.unpack_from("<Q", image, IMAGE_SIZE)
    head = struct.pack("<4sBBBB8xHHIQQQIHHHHHH", b"\x7fELF", 2, 1, CURRENT, 0, EXECUTABLE, RISCV,
                       CURRENT, address, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    head += struct.pack("<IIQQQQQQ", LOAD, ALL_RIGHTS, HEAD, address, address, len(image),
                        max(memory, len(image)), HEAD)
    return head.ljust(HEAD, b"\0") + image
