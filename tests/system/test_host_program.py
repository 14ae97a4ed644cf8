# SPDX-License-Identifier: Apache-2.0
"""tools/bulkhead: what each subcommand prints and how it ends; no machine runs."""
import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = "configs/linux-freertos.dts"
ONE = "configs/freertos.dts"


def bulkhead(*arguments):
    """(exit status, standard output, standard error)."""
    done = subprocess.run(["tools/bulkhead", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False,
                          env={**os.environ, "TERM": "dumb"})
    return done.returncode, done.stdout, done.stderr


def test_help_tells_the_exit_statuses():
    status, out, _ = bulkhead("--help")
    assert status == 0
    assert re.findall(r"^  (\d)  ", out, re.M) == list("01234")


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["run"],
                                       ["run", SYSTEM, "--machine", "x"],
                                       ["run", SYSTEM, "--smp", "0"],
                                       ["run", SYSTEM, "--gdb", "x"],
                                       ["run", SYSTEM, "--gdb", "65536"],
                                       ["run", SYSTEM, "--log", "/no/such/log"],
                                       ["run", SYSTEM, "--stats", "/"],
                                       ["bundle", SYSTEM, "-o", "/no/such/bundle"],
                                       ["bench", "--jobs", "0"]])
def test_wrong_usage(arguments):
    status, out, error = bulkhead(*arguments)
    assert status == 2 and out == "" and "usage:" in error


def test_check_a_good_system():
    assert bulkhead("check", SYSTEM) == (0, f"{SYSTEM}: 2 guests, no mistake\n", "")
    assert bulkhead("check", ONE)[1] == f"{ONE}: 1 guest, no mistake\n"


def test_output_that_nobody_takes():
    """A full disk is an error; a reader that has enough is none."""
    command = ["tools/bulkhead", "show", ONE]
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (3, b"error: output: No space left on device\n")
    assert bulkhead("bundle", ONE, "-o", "/dev/full")[0] == 3
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(command, cwd=ROOT, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("name", ["bad.dts", "a b, c.dts"])
def test_check_places_a_mistake(tmp_path, name):
    system = tmp_path / name
    system.write_text(f'/dts-v1/;\n/include/ "{ROOT / SYSTEM}"\n'
                      "&linux {\n\tvcpuz = <2>;\n};\n")
    status, out, error = bulkhead("check", str(system))
    assert status == 2 and out == ""
    assert error == (f"error: {system}:4: /guests/linux: vcpuz: unknown property; "
                     'did you mean "vcpus"?\n')


def test_check_tells_all_mistakes_of_settings():
    status, _, error = bulkhead("run", SYSTEM, "--set", "linux.vcpus=9", "--smp", "3",
                                "--set", "freertos.kernel=no/such")
    assert status == 2
    assert "--set linux.vcpus=9: /guests/linux: vcpus:" in error
    assert "--set freertos.kernel=no/such: /guests/freertos: kernel:" in error


@pytest.mark.parametrize("setting", ["linux", "linux=1", ".x=1", "linux.=2", "linux.a b=2"])
def test_malformed_setting(setting):
    status, _, error = bulkhead("check", SYSTEM, "--set", setting)
    assert status == 2 and error == f"error: --set {setting}: must be GUEST.property=value\n"


MEND = "mend that, or what stands before it"


@pytest.mark.parametrize("source, told", [
    ("/dts-v1/;\n/ { guests { a { vcpus = <; }; }; };",
     f":2: syntax error at `; }}; }}; }};`; {MEND}"),
    ("/dts-v1/;\n/ { a {\n\tx = <1>\n\ty = <2>;\n}; };", f":4: syntax error at `y = <2>;`; {MEND}"),
    ('/dts-v1/;\n#include "guests/linux.dtsi"',
     ':2: syntax error; write /include/ "FILE": nothing reads this source before dtc'),
    ("/ { };", ":1: syntax error; a system's file begins with /dts-v1/;"),
    ("/dts-v1/;\n/ { guests { };", ": syntax error at its end; close what is open with };"),
    ("/dts-v1/;\n/ {\n\tx; x;\n};",
     ":3: /:x: Duplicate property name; mend the device-tree source"),
    ('/dts-v1/;\n/include/ "no.dtsi"',
     ': Couldn\'t open "no.dtsi": No such file or directory; correct its /include/')])
def test_source_that_dtc_refuses(tmp_path, source, told):
    system = tmp_path / "broken source.dts"
    system.write_text(source + "\n")
    assert bulkhead("check", str(system)) == (2, "", f"error: {system}{told}\n")


def test_source_that_is_open_before_a_setting(tmp_path):
    system = tmp_path / "open.dts"
    system.write_text("/dts-v1/;\n/ { guests { a { vcpus = <1>; };\n")
    told = f"error: {system}: syntax error at its end; close what is open with }};\n"
    assert bulkhead("check", str(system), "--set", "a.vcpus=<1>") == (2, "", told)


def test_setting_that_dtc_refuses():
    status, _, error = bulkhead("check", SYSTEM, "--set", "linux.x=<")
    assert status == 2
    assert error == "error: --set linux.x=<: syntax error; give it a value in device-tree source\n"


@pytest.mark.parametrize("options, told", [
    (["--host", "no.dtb"], "no.dtb is not there"),
    (["--host", "/etc/passwd"], "/etc/passwd: it is not a device tree"),
    (["--cpu", "max,h=off"], "no H extension")])
def test_machine_that_will_not_do(options, told):
    status, out, error = bulkhead("check", SYSTEM, *options)
    assert status == 2 and out == "" and told in error and len(error.splitlines()) == 1


def test_no_such_system():
    assert bulkhead("show", "no/such.dts")[0] == 2


def test_dry_run_is_a_command_line():
    status, out, _ = bulkhead("run", SYSTEM, "--machine", "aia", "--cpu", "rva23s64", "--smp", "5",
                              "--memory", "3G", "--icount", "--dry-run", "--qemu", "-device", "edu")
    words = shlex.split(out)
    assert status == 0 and words[0] == "qemu-system-riscv64"
    for option, value in (("-M", "virt,aia=aplic-imsic,aia-guests=3"), ("-cpu", "rva23s64"),
                          ("-smp", "5"), ("-m", "3G"), ("-icount", "shift=0,sleep=off"),
                          ("-device", "edu")):
        assert words[words.index(option) + 1] == value


def test_dry_run_waits_for_gdb(tmp_path):
    """Commas in a path are not QEMU's."""
    status, out, _ = bulkhead("run", SYSTEM, "--dry-run", "--gdb", "1234",
                              "--log", f"{tmp_path}/a,b.log")
    words = shlex.split(out)
    assert status == 0 and "-S" in words
    assert words[words.index("-gdb") + 1] == "tcp:127.0.0.1:1234"
    assert words[words.index("-chardev") + 1].endswith("/a,,b.log")


def test_boot_words_share_an_argument():
    status, out, _ = bulkhead("run", SYSTEM, "--channels", "pty", "--stats", "x.json", "--dry-run")
    words = shlex.split(out)
    assert status == 0 and words.count("-append") == 1
    assert words[words.index("-append") + 1] == "channels stats"


def test_bundle_stores_a_file_once(tmp_path):
    system = tmp_path / "two.dts"
    guest = ('%s { memory = <%s 0x400000>; kernel = "guests/tiny.bin"; '
             "load = <0x80200000>; entry = <0x80200000>; };")
    system.write_text("/dts-v1/;\n/ { guests { " + guest % ("a", "0x80000000")
                      + guest % ("b", "0x80000000") + " }; };\n")
    first, second = tmp_path / "1.itb", tmp_path / "2.itb"
    (ROOT / "build/guests").mkdir(parents=True, exist_ok=True)
    (tmp_path / "guests").mkdir()
    (tmp_path / "guests/tiny.bin").write_bytes(b"\x13\0\0\0" * 1000)
    for output in (first, second):
        status, out, _ = bulkhead("bundle", str(system), "-o", str(output))
        assert status == 0 and out == f"{output}: {output.stat().st_size} bytes\n"
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().count(b"\x13\0\0\0" * 1000) == 1


def test_show_prints_what_guests_get():
    status, out, _ = bulkhead("show", SYSTEM, "--guest", "linux")
    assert status == 0
    assert "vCPUs    2, on harts" in out
    assert 'stdout-path = "/soc/serial@10000000";' in out
    assert "freertos" not in out.split("\n\n", 2)[2]


def test_show_json_is_the_plan():
    status, out, _ = bulkhead("show", SYSTEM, "--json", "--guest", "freertos")
    plan = json.loads(out)
    assert status == 0 and plan["host"]["harts"] == [0, 1, 2, 3]
    assert [guest["name"] for guest in plan["guests"]] == ["freertos"]
    assert [device["name"] for device in plan["guests"][0]["devices"]] == \
        ["serial@10000000", "statistics@103000", "plic"]


def test_show_tree_compiles():
    status, out, _ = bulkhead("show", SYSTEM, "--guest", "freertos", "--tree", "--machine", "aia")
    assert status == 0
    source = out[out.index("/dts-v1/"):]
    done = subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", "/dev/null"], input=source,
                          text=True, check=False)
    assert done.returncode == 0


def test_picture_of_the_first_system():
    """The one in README is what tools/plot-partition draws now."""
    done = subprocess.run(["tools/plot-partition"], cwd=ROOT, capture_output=True, text=True,
                          check=True)
    assert done.stdout == (ROOT / "docs/pictures/partition.svg").read_text()


@pytest.mark.parametrize("words, wanted", [
    ("b", {"bundle", "bench"}),
    ("run --da", set()),
    ("run --d", {"--dry-run"}),
    ("run configs/linux.dts --dr", {"--dry-run"}),
    ("run --machine ap", {"aplic"}),
    ("check configs/linux-f", {"configs/linux-freertos.dts"}),
    ("check confi", {"configs"})])
def test_completion(words, wanted):
    """What bash offers behind these words."""
    script = ('source tools/completion.bash; COMP_WORDS=(tools/bulkhead "$@"); COMP_CWORD=$#; '
              '_bulkhead tools/bulkhead "${@: -1}" "${COMP_WORDS[COMP_CWORD-1]}"; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, "bash", *words.split()], cwd=ROOT, text=True,
                          capture_output=True, check=True)
    assert set(done.stdout.split()) == wanted and not done.stderr
