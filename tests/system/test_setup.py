# SPDX-License-Identifier: Apache-2.0
"""Set-up where there is no Debian, and FreeRTOS from a folder of the user's."""
import shutil
import subprocess
from pathlib import Path

import pytest

from lib.bulkhead import ROOT
from lib.talk import Talk

DEBIAN = ("apt", "dpkg")
HIDDEN = {"qemu-system-riscv64": "qemu-system-riscv", "dtc": "device-tree-compiler",
          "mkimage": "u-boot-tools"}
SOURCE = ROOT / "build/third-party/freertos/Source"


def commands(folder, *hidden):
    """A folder of this machine's commands, without Debian's own and those hidden."""
    folder.mkdir()
    for place in ("/usr/sbin", "/usr/bin"):
        for command in Path(place).iterdir():
            link = folder / command.name
            if not command.name.startswith(DEBIAN) and command.name not in hidden:
                link.unlink(missing_ok=True)
                link.symlink_to(command)
    return folder


def setup(folder, *words):
    """tools/setup where only those commands are found; (exit status, lines)."""
    done = subprocess.run([ROOT / "tools/setup", *words], env={"PATH": str(folder)}, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("component", ["run", "test"])
def test_no_debian(tmp_path, component):
    """One message names all that is missing and nothing else, by Debian's names."""
    status, lines = setup(commands(tmp_path / "bin", *HIDDEN), component)
    assert status == 1
    assert "this is not Debian, so nothing was installed" in lines[0] and "QEMU 10" in lines[1]
    assert sorted(lines[2].split()[1:]) == sorted([*HIDDEN.values(), "dpkg"])
    assert lines[3:] == ["setup: error: 4 packages are missing"]


def test_no_debian_is_needed(tmp_path):
    """Where all is there, that nobody has apt-get is no matter."""
    folder = commands(tmp_path / "bin")
    (folder / "dpkg-deb").symlink_to("/usr/bin/dpkg-deb")
    assert setup(folder, "packages") == (0, [])


@pytest.mark.parametrize("layout", ["Source", "."])
def test_freertos_dir(tmp_path, layout):
    """The guest is built from the kernel in FREERTOS_DIR, of either layout."""
    kernel, build = tmp_path / "kernel", tmp_path / "build"
    shutil.copytree(SOURCE, kernel / layout, dirs_exist_ok=True)
    header = kernel / layout / "include/task.h"
    header.write_text(header.read_text().replace('"V9.0.0', '"V9.0.0-mine'))
    image = build / "guests/freertos.bin"
    subprocess.run(["make", "-s", f"BUILD={build}", f"FREERTOS_DIR={kernel}", image], cwd=ROOT,
                   check=True)
    with Talk("configs/freertos.dts", "--set", f"freertos.kernel={image}",
              name=f"freertos-dir-{layout}") as talk:
        talk.expect("FreeRTOS V9.0.0-mine on Bulkhead")
        talk.freertos_ready()
