# SPDX-License-Identifier: Apache-2.0
"""QEMU's monitor beside a running system: the machine as it is, whatever Bulkhead says of it."""
import re
import socket

from lib.bulkhead import TIMEOUT

PROMPT = "(qemu) "


class Monitor:
    """`Monitor(path)`, once a system started with `options(path)` has printed something."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(str(path))
        self._answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _answer(self):
        text = ""
        while not text.endswith(PROMPT):
            more = self.socket.recv(65536).decode(errors="replace")
            assert more, "QEMU has ended"
            text += more
        return text.replace("\r", "").removesuffix(PROMPT)

    def ask(self, command):
        """What the monitor answers; its echo of the command is the first line."""
        self.socket.sendall(f"{command}\n".encode())
        return self._answer().partition("\n")[2]

    def word(self, address, size="g"):
        """The word at a physical address: g, 64 bits; w, 32 bits."""
        answer = self.ask(f"xp /1{size}x {address:#x}")
        return int(re.search(r"^[0-9a-f]+: (0x[0-9a-f]+)", answer, re.M).group(1), 16)


def options(path):
    """What `tools/bulkhead run` is told, to have a monitor at a socket."""
    return ["--qemu", "-monitor", f"unix:{path},server=on,wait=off"]
