# SPDX-License-Identifier: Apache-2.0
"""A debugger at `run --gdb`: a breakpoint in a guest, its hart, its memory."""
import re
import socket
import subprocess
import time

from lib.bulkhead import ROOT, TIMEOUT
from lib.talk import Talk

ELF = ROOT / "build/guests/freertos.elf"
PC = 32  # gdb's number of the register


def connected(port):
    """A connection to QEMU, as soon as it listens."""
    end = time.monotonic() + TIMEOUT
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), TIMEOUT)
        except ConnectionRefusedError:
            assert time.monotonic() < end, "nobody listens"
            time.sleep(0.05)


class Debugger:
    """What gdb says to a server (GDB manual, appendix "Remote Serial Protocol")."""

    def __init__(self, port):
        self.socket = connected(port)
        self.text = b""

    def ask(self, packet):
        """Sends a packet; the next that comes back."""
        data = packet.encode()
        self.socket.sendall(b"$%s#%02x" % (data, sum(data) % 256))
        while not (found := re.search(rb"\$([^#]*)#..", self.text)):
            more = self.socket.recv(4096)
            assert more, "QEMU has ended"
            self.text += more
        self.text = self.text[found.end():]
        self.socket.sendall(b"+")
        return found.group(1).decode()

    def register(self, number):
        return int.from_bytes(bytes.fromhex(self.ask(f"p{number:x}")), "little")


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def symbol(name):
    text = subprocess.run(["riscv64-linux-gnu-nm", ELF], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return int(re.search(rf"^(\w+) . {name}$", text, re.M).group(1), 16)


def test_breakpoint_in_a_guest():
    """It stops the guest's hart, which then sees the guest's memory, and lets it go on."""
    port, place = free_port(), symbol("vTaskDelay")
    image = (ROOT / "build/guests/freertos.bin").read_bytes()
    code = image[place - 0x80200000:][:16]
    with Talk("configs/freertos.dts", "--set", "freertos.harts=1", "--gdb", str(port),
              name="gdb") as talk:
        talk.expect("QEMU waits for gdb")
        debugger = Debugger(port)
        assert debugger.ask("?").startswith("T")
        assert debugger.ask(f"Z1,{place:x},2") == "OK"
        assert "thread:02;" in debugger.ask("vCont;c")
        assert debugger.register(PC) == place
        assert debugger.ask(f"m{place:x},10") == code.hex()
        assert debugger.ask(f"z1,{place:x},2") == "OK"
        assert debugger.ask("D") == "OK"
        talk.freertos_ready()
