# SPDX-License-Identifier: Apache-2.0
"""The checker: the C code that Bulkhead runs at boot, asked about a system and a machine."""
import json
import subprocess
import sys
from pathlib import Path

from . import fdt, machine, say

CHECKER = say.BUILD / "tools" / "bulkhead-check"
ELF_IMAGE = say.BUILD / "bulkhead.bin"
MIB = 1 << 20
# Bulkhead's page pool, behind its image: hv/main.c.
POOL_BASE, POOL_HART = MIB, 64 << 10
FIRMWARE = MIB  # OpenSBI, at the start of the memory


def host_tree(options, system):
    """The machine's device tree: the user's, or QEMU's; its path."""
    if options.host:
        return say.need(options.host, "give --host the machine's device tree, compiled")
    say.progress("asking QEMU for the machine's device tree")
    return machine.dump_tree(options, system, options.qemu, system.folder / "host.dtb")


def memory_of(host):
    """(base, size) of the machine's first memory."""
    for node in fdt.parse(Path(host).read_bytes()).children.values():
        if node.name.startswith("memory@"):
            cells = node.cells("reg")
            return cells[0] << 32 | cells[1], cells[2] << 32 | cells[3]
    raise say.Failure(f"{say.shown(host)}: no memory node")


def own_memory(system, harts):
    """Bulkhead's image, its .bss and its pool."""
    image = ELF_IMAGE.stat().st_size if ELF_IMAGE.exists() else MIB
    return machine.bulkhead_address(system), image + MIB + POOL_BASE + POOL_HART * harts


def taken(host, system, harts):
    """Host memory that is not the guests' on QEMU's machine: firmware, Bulkhead, bundle."""
    base, size = memory_of(host)
    bundle, bundle_size = machine.bundle_address(system, size), machine.bundle_size(system)
    if bundle + bundle_size > base + size:
        raise say.Failure(f"QEMU would put the bundle, {bundle_size:#x} bytes, at {bundle:#x}, too "
                          f"near the end of this machine's memory; give it more with --memory")
    # OpenSBI's place for the tree.
    tree = (base + min(size, 3 << 30)) // machine.TREE * machine.TREE - machine.TREE
    return [(base, FIRMWARE), own_memory(system, harts), (bundle, bundle_size),
            (tree, machine.TREE)]


def folders(system):
    """Where the files that the system names are looked for."""
    found = []
    for *_, node, name, _, path in system.files():
        found.append(system.file_of(node, name).resolve().parent)
        del path
    found += [system.path.resolve().parent, say.BUILD, say.TOP]
    return [str(folder) for folder in dict.fromkeys(found)]


def ask(options, system):
    """The checker's answer, and the path of the machine's tree."""
    say.need(CHECKER, "run `make tools`")
    host = host_tree(options, system)
    command = [str(CHECKER), "--host", str(host)]
    harts = options.smp or machine.default_smp(system)
    if not options.host:
        ranges = taken(host, system, harts)
    else:
        ranges = [own_memory(system, harts)] if "bulkhead-address" in system.tree.props else []
    for base, size in ranges:
        command += ["--taken", f"{base:#x},{size:#x}"]
    for folder in folders(system)[:16]:
        command += ["-I", folder]
    done = subprocess.run(command + [str(system.dtb)], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode not in (0, 1):
        raise say.Failure(done.stderr.strip() or "the checker failed", say.SYSTEM_FAILED)
    return json.loads(done.stdout), host


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
