# SPDX-License-Identifier: Apache-2.0
"""Makes the bundle: a FIT image by mkimage, in the form that hv/bundle.h states."""
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from . import say

TYPES = {"kernel": "kernel", "ramdisk": "ramdisk", "dtb": "flat_dt", "overlay": "flat_dt"}
# Data begins at page boundaries, so that it is copied by whole words. The same files make the
# same bundle, so its time is fixed.
ALIGNMENT = "1000"


def image(name, path, kind, description):
    os_line = 'os = "linux"; load = <0>; entry = <0>; ' if kind in ("kernel", "ramdisk") else ""
    return (f'\t\t{name} {{ description = "{description}"; data = /incbin/("{path}");\n'
            f'\t\t\ttype = "{kind}"; arch = "riscv"; compression = "none"; {os_line}\n'
            '\t\t\thash-1 { algo = "sha256"; }; };\n')


def source(system):
    """The text of the image tree source, each different file once."""
    images, guests, known = image("system", system.dtb, "flat_dt", "system"), {}, {}
    for guest in system.guests():
        guests[guest.name] = ""
    for guest, role, node, name, value, path in system.files():
        if path is None:
            raise say.Failure(f"{system.place(node, name)}: {node}: {name}: there is no file "
                              f"{value}; put it beside this file or in build/")
        digest = hashlib.sha256(path.read_bytes()).digest()
        if digest not in known:
            known[digest] = f"image-{len(known) + 1}"
            images += image(known[digest], path, TYPES.get(role, "firmware"), path.name)
        guests[guest] += f' {role} = "{known[digest]}";'
    configurations = "".join(f'\t\tguest-{name} {{ description = "{name}";{roles} }};\n'
                             for name, roles in guests.items())
    return ('/dts-v1/;\n/ {\n\tdescription = "Bulkhead bundle"; #address-cells = <1>;\n'
            f'\timages {{\n{images}\t}};\n\tconfigurations {{ default = "bulkhead";\n'
            '\t\tbulkhead { description = "system"; fdt = "system"; };\n'
            f'{configurations}\t}};\n}};\n')


def build(system, output):
    """Writes the bundle of a compiled system to output."""
    its = system.folder / "bundle.its"
    its.write_text(source(system))
    if not shutil.which("mkimage"):
        raise say.Failure("mkimage is not installed: run `tools/setup run`", say.NOT_BUILT)
    made = system.folder / "bundle.itb"
    done = subprocess.run(["mkimage", "-E", "-B", ALIGNMENT, "-D", "-q -I dts -O dtb -p 500",
                           "-f", str(its), str(made)],
                          check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "SOURCE_DATE_EPOCH": "0"})
    if done.returncode:
        raise say.Failure(f"mkimage could not make the bundle:\n{done.stdout.strip()}",
                          say.SYSTEM_FAILED)
    if made != Path(output):
        shutil.copyfile(made, output)
    return Path(output)
