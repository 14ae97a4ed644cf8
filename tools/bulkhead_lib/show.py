# SPDX-License-Identifier: Apache-2.0
"""Tells what each guest will get: memory, harts, devices, interrupts, its device tree."""
import json
import subprocess

from . import check, say

TREE = say.BUILD / "tools" / "bulkhead-tree"
# CONFIG_TREE_ROOM of hv/config.h: the device tree's, at the end of a guest's first memory.
FDT_ROOM = 64 << 10
PAGE = 4096


def size_text(size):
    for shift, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if size and size % (1 << shift) == 0:
            return f"{size >> shift} {unit}"
    return f"{size:#x} bytes"


def harts_text(harts):
    return ", ".join(map(str, harts)) or "none"


def show_machine(plan):
    host = plan["host"]
    memory = ", ".join(f"{size_text(part['size'])} at {part['base']:#x}" for part in host["memory"])
    print(f"{plan['description'] or 'A system without a description'}\n")
    print(f"machine: harts {harts_text(host['harts'])}; {memory}; {host['irqchip']}; "
          f"{host['timebase_hz']} Hz")
    print(f"         hart {plan['housekeeping']} does Bulkhead's own work")


def show_memory(guest):
    for part in guest["memory"]:
        where = "wherever there is room" if part["hpa"] is None else f"{part['hpa']:#x}"
        mapped = ", mapped one to one" if part["direct_map"] else ""
        print(f"  memory   {part['gpa']:#012x}  {size_text(part['size'])}, "
              f"in the machine's at {where}{mapped}")


def irq_text(irq):
    origin = f"the machine's {irq['host']}" if irq["host"] else "emulated"
    return f"interrupt {irq['guest']} ({origin}, {'level' if irq['level'] else 'edge'})"


def show_device(device):
    words = [device["passthrough"] and f"the machine's {device['passthrough']}" or
             f"emulated {device['kind']}"]
    words += [irq_text(irq) for irq in device["irqs"] if irq["guest"]]
    if device["image"]:
        words.append(f"from {device['image']}")
    for region in device["regions"] or [None]:
        where = f"{region['gpa']:#012x}  {size_text(region['size'])}" if region else "-"
        print(f"  device   {where}  {device['name']}: {', '.join(words)}")


def show_files(system, guest):
    for name, role, _, _, value, path in system.files():
        if name == guest["name"]:
            size = f"{path.stat().st_size} bytes" if path else "missing"
            print(f"  {role:8} {value} ({size})")


def show_guest(system, guest):
    refused = " - refused: see the mistakes" if guest["refused"] else ""
    print(f"\n{guest['name']}{refused}")
    print(f"  vCPUs    {guest['vcpus']}, on harts {harts_text(guest['harts'])}"
          f"{', real-time' if guest['real_time'] else ''}")
    show_memory(guest)
    show_files(system, guest)
    for name in ("bootargs", "console"):
        if guest[name]:
            print(f"  {name:8} {guest[name]}")
    for device in guest["devices"]:
        show_device(device)
    restarts = guest["max_restarts"]
    limit = "without limit" if restarts == 0xffffffff else f"{restarts} times at most"
    print(f"  policy   crash: {guest['on_crash']}, shutdown: {guest['on_shutdown']}, "
          f"watchdog: {guest['on_watchdog']}; restarts {limit}")


def ramdisk_of(files, guest):
    """(base, size) of the ramdisk in the guest's memory: vcpu/load.c's rule."""
    path = files.get("ramdisk")
    if not path or not guest["memory"]:
        return 0, 0
    first = guest["memory"][0]
    tree = (first["gpa"] + first["size"] - FDT_ROOM) // PAGE * PAGE
    size = path.stat().st_size
    return (tree - size) // PAGE * PAGE, size


def show_tree(system, host, guest):
    """The guest's device tree, as dtc writes it."""
    files = {role: path for name, role, *_, path in system.files() if name == guest["name"]}
    base, size = ramdisk_of(files, guest)
    made = subprocess.run([str(say.need(TREE, "run `make tools`")), str(host), str(system.dtb),
                           guest["name"], str(base), str(size), str(files.get("overlay") or ""),
                           str(files.get("dtb") or "")], check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if made.returncode:
        raise say.Failure(made.stderr.decode().strip())
    text = subprocess.run(["dtc", "-q", "-I", "dtb", "-O", "dts"], check=True, input=made.stdout,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
    print(f"\ndevice tree of {guest['name']}:\n{text}", end="")


def show(options, system):
    answer, host = check.ask(options, system)
    plan = answer["plan"]
    guests = [guest for guest in plan["guests"] if options.guest in (None, guest["name"])]
    if not guests:
        names = ", ".join(guest["name"] for guest in plan["guests"])
        raise say.Failure(f"there is no guest {options.guest}: there are {names}")
    if options.json:
        print(json.dumps({**plan, "guests": guests}, indent=1))
        check.report(system, answer["findings"])
        return say.OK
    if not options.tree:
        show_machine(plan)
        for guest in guests:
            show_guest(system, guest)
    for guest in guests:
        if not guest["refused"]:
            show_tree(system, host, guest)
    check.report(system, answer["findings"])
    return say.OK
