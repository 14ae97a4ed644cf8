# SPDX-License-Identifier: Apache-2.0
"""The checker: the C code that Bulkhead runs at boot, asked about a system and a machine."""
import json
import subprocess
import sys
from pathlib import Path

from . import fdt, machine, say

CHECKER = say.BUILD / "tools" / "bulkhead-check"
IMAGE = say.BUILD / "bulkhead.bin"
IMAGE_SIZE = slice(16, 24)  # in its header, hv/start.S
MIB = 1 << 20
FIRMWARE = MIB  # OpenSBI, at the start of the memory


def host_tree(options, system):
    """The machine's device tree: the user's, or QEMU's; its path."""
    if options.host:
        if not Path(options.host).is_file():
            raise say.Failure(f"{options.host} is not there: give --host the machine's device "
                              f"tree, compiled")
        return Path(options.host)
    say.progress("asking QEMU for the machine's device tree")
    return machine.dump_tree(options, system, options.qemu, system.folder / "host.dtb")


def memory_of(host):
    """(base, size) of the machine's first memory."""
    for node in fdt.parse(Path(host).read_bytes()).children.values():
        if node.name.startswith("memory@"):
            cells = node.cells("reg")
            return cells[0] << 32 | cells[1], cells[2] << 32 | cells[3]
    raise say.Failure(f"{say.shown(host)}: no memory node")


def image_size():
    """What Bulkhead's image takes in memory, which is more than the file has."""
    return int.from_bytes(IMAGE.read_bytes()[IMAGE_SIZE], "little") if IMAGE.exists() else MIB


def taken(host, system):
    """Host memory that is neither the guests' nor Bulkhead's on QEMU's machine."""
    base, size = memory_of(host)
    bundle, bundle_size = machine.bundle_address(system, size), machine.bundle_size(system)
    if bundle + bundle_size > base + size:
        raise say.Failure(f"QEMU would put the bundle, {bundle_size:#x} bytes, at {bundle:#x}, too "
                          f"near the end of this machine's memory; give it more with --memory")
    # OpenSBI's place for the tree.
    tree = (base + min(size, 3 << 30)) // machine.TREE * machine.TREE - machine.TREE
    return [(base, FIRMWARE), (bundle, bundle_size), (tree, machine.TREE)]


def folders(system):
    """Where the files that the system names are looked for."""
    found = [system.file_of(node, name).resolve().parent
             for _, _, node, name, _, _ in system.files()]
    found += [system.path.resolve().parent, say.BUILD, say.TOP]
    return [str(folder) for folder in dict.fromkeys(found)]


def ask(options, system):
    """The checker's answer, and the path of the machine's tree."""
    say.need(CHECKER, "run `make tools`")
    host = host_tree(options, system)
    command = [str(CHECKER), "--host", str(host)]
    for base, size in [] if options.host else taken(host, system):
        command += ["--taken", f"{base:#x},{size:#x}"]
    if not options.host or "bulkhead-address" in system.tree.props:
        command += ["--bulkhead", f"{machine.bulkhead_address(system):#x},{image_size():#x}"]
    for folder in folders(system):
        command += ["-I", folder]
    done = subprocess.run(command + [str(system.dtb)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        raise say.Failure(done.stderr.strip() or "the checker failed",
                          say.WRONG_INPUT if options.host else say.SYSTEM_FAILED)
    answer = json.loads(done.stdout)
    if "h" not in answer["plan"]["host"]["isa"]:
        raise say.Failure("this machine's harts have no H extension, which a hypervisor needs; "
                          "use another machine, or on QEMU a --cpu that has it")
    return answer, host


def finding_line(system, finding):
    """file:line: node: property: what is wrong; mend."""
    place = system.place(finding["node"], finding["property"])
    parts = [place, finding["node"], finding["property"]]
    return ": ".join(part for part in parts if part) + f": {finding['what']}; {finding['mend']}"


def report(system, findings):
    """Prints every finding; raises a failure when one is an error."""
    lines = []
    for finding in findings:
        line = finding_line(system, finding)
        if finding["severity"] == "error":
            lines.append(line)
        else:
            print(f"{say.colour('warning:', '1;33')} {line}", file=sys.stderr)
    if lines:
        raise say.Failure("\n".join(lines))


def check(options, system):
    """Raises a failure with a line for each mistake."""
    say.progress("checking the configuration")
    answer, _ = ask(options, system)
    report(system, answer["findings"])
    return answer["plan"]
