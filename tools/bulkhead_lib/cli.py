# SPDX-License-Identifier: Apache-2.0
"""The command line of tools/bulkhead."""
import argparse
import fcntl
import os
import sys
from pathlib import Path

from . import bench, bundle, check, labs, machine, run, say, show, source

EPILOG = """exit status:
  0  all is well; `run`: every guest shut itself down, or was stopped at the prompt
  1  `run`: a guest crashed, was refused, or its watchdog bit
  2  the command line or the configuration is wrong; nothing was started
  3  Bulkhead, QEMU or another program failed
  4  something is not built or not installed: run `make` or `tools/setup run`
"""


def system_options(parser):
    parser.add_argument("system", metavar="SYSTEM.dts", help="the system's device-tree source")
    parser.add_argument("--set", action="append", default=[], metavar="GUEST.property=value",
                        help="set a property, as if the file said so: a number, a text, \"true\" "
                             "for one without a value, \"delete\" to remove it, or device-tree "
                             "source in <>, \"\" or []; GUEST.DEVICE.property for a device's")


def output_file(text):
    """An option's file that is written later, maybe after a long while: so it is looked at now."""
    path = Path(text)
    if path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a folder")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"{text}: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{text} can't be written")
    return path


def add_check(commands):
    parser = commands.add_parser("check", help="find every mistake in a configuration")
    system_options(parser)
    machine.add_options(parser)
    machine.add_channels(parser)
    parser.add_argument("--host", metavar="FILE.dtb",
                        help="the machine's device tree (asked of QEMU)")
    parser.set_defaults(function=do_check, qemu=[])


def add_bundle(commands):
    parser = commands.add_parser("bundle", help="make the image that a loader hands to Bulkhead")
    system_options(parser)
    parser.add_argument("-o", "--output", metavar="FILE", type=output_file, default="bundle.itb",
                        help="the bundle (bundle.itb)")
    parser.set_defaults(function=do_bundle)


def add_run(commands):
    parser = commands.add_parser("run", help="run a system on QEMU", epilog=EPILOG,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    system_options(parser)
    machine.add_options(parser)
    machine.add_channels(parser)
    parser.add_argument("--icount", action="store_true",
                        help="one instruction is a nanosecond: the same run every time")
    parser.add_argument("--log", metavar="FILE", type=output_file,
                        help="keep the console's text in FILE")
    parser.add_argument("--stats", metavar="FILE", type=output_file,
                        help="write all counters to FILE, as JSON, when the last guest has stopped")
    parser.add_argument("--gdb", metavar="PORT", type=machine.port,
                        help="wait for gdb at this TCP port before the first instruction "
                             "(docs/debugging.md)")
    parser.add_argument("--kernel", metavar="FILE", default=str(say.BUILD / "bulkhead.bin"),
                        help="Bulkhead itself (build/bulkhead.bin)")
    parser.add_argument("--no-check", action="store_true",
                        help="let Bulkhead itself find what is wrong, at boot")
    parser.add_argument("--dry-run", action="store_true",
                        help="print QEMU's command line, which then works by hand")
    parser.add_argument("--qemu", nargs=argparse.REMAINDER, default=[], metavar="ARG",
                        help="all that follows goes to QEMU's command line")
    parser.set_defaults(function=do_run, host=None)


def add_show(commands):
    parser = commands.add_parser("show", help="tell what each guest gets, and its device tree")
    system_options(parser)
    machine.add_options(parser)
    parser.add_argument("--host", metavar="FILE.dtb",
                        help="the machine's device tree (asked of QEMU)")
    parser.add_argument("--guest", metavar="NAME", help="only this guest's")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--tree", action="store_true", help="only the device trees")
    form.add_argument("--json", action="store_true",
                      help="the machine and the guests for a program: the plan of "
                           "tools/checker/README.md")
    parser.set_defaults(function=do_show, qemu=[])


def add_labs(commands):
    parser = commands.add_parser("labs", help="run the teaching guests, one after another")
    parser.add_argument("names", nargs="*", metavar="LAB", help="only these (docs/labs/README.md)")
    machine.add_options(parser)
    parser.add_argument("--trace", action="store_true",
                        help="show each console's text, with what `stats` and `map` say")
    parser.add_argument("--log", metavar="FILE", type=output_file,
                        help="keep the last console's text in FILE")
    parser.set_defaults(function=labs.labs, qemu=[])


def add_bench(commands):
    bench.add_options(commands.add_parser("bench", help="measure Bulkhead, and what it runs on"))


def work_folder(options):
    """A folder for a system's intermediate files that no other running program uses."""
    stem = f"{Path(options.system).stem}-{options.command}"
    for number in range(1, 1000):
        folder = say.BUILD / "run" / (stem if number == 1 else f"{stem}-{number}")
        folder.mkdir(parents=True, exist_ok=True)
        lock = open(folder / "lock", "w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        options.lock = lock  # open, and so locked, for as long as the program runs
        return folder
    raise say.Failure("build/run/ is full of running systems", say.SYSTEM_FAILED)


def compiled(options):
    say.progress(f"reading {options.system}")
    return source.System(options.system, options.set, work_folder(options))


def do_check(options):
    system = compiled(options)
    check.check(options, system)
    number = len(system.guests())
    print(f"{options.system}: {number} guest{'s' if number != 1 else ''}, no mistake")
    return say.OK


def do_bundle(options):
    output = bundle.build(compiled(options), options.output)
    print(f"{output}: {output.stat().st_size} bytes")
    return say.OK


def do_run(options):
    system = compiled(options)
    if not options.no_check:
        check.check(options, system)
    return run.run(options, system)


def do_show(options):
    return show.show(options, compiled(options))


def parser():
    top = argparse.ArgumentParser(prog="bulkhead", epilog=EPILOG,
                                  description="Checks, bundles and runs systems of guests.",
                                  formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in (add_check, add_bundle, add_run, add_show, add_labs, add_bench):
        add(commands)
    return top


def main(arguments):
    try:
        options = parser().parse_args(arguments)
        status = options.function(options)
        if sys.stdout:
            sys.stdout.flush()
        return status
    except say.Failure as failure:
        for line in str(failure).splitlines():
            say.error(line)
        return failure.status
    except BrokenPipeError:
        # Nobody reads on. What is left must not be tried again at the interpreter's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return say.OK
    except OSError as error:
        say.error(f"{say.shown(error.filename)}: {error.strerror or error}" if error.filename
                  else f"output: {error.strerror or error}")
        return say.SYSTEM_FAILED
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return say.SYSTEM_FAILED
