# SPDX-License-Identifier: Apache-2.0
"""The benchmark: measures, tells, and compares. docs/performance.md says what each figure is."""
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from . import bench_figures, bench_parts, bench_picture, machine, say

FOLDER = say.TOP / "docs/bench"
PEERS = FOLDER / "peers.tsv"
FIGURES, TABLE, PICTURE = (FOLDER / f"figures.{kind}" for kind in ("tsv", "md", "svg"))


def add_options(parser):
    parser.add_argument("--only", action="append", metavar="NAME", default=[],
                        help="only the system of this name, or those with it in their "
                             "names, e.g. bulkhead; may be given several times")
    parser.add_argument("--no-linux", action="store_true", help="leave Linux out")
    parser.add_argument("--jobs", type=machine.positive, default=os.cpu_count() or 1, metavar="N",
                        help="machines that run at a time (as many as there are processors)")
    parser.add_argument("--check", action="store_true",
                        help="measure Bulkhead alone, and name what got more than 3 %% worse than "
                             "docs/bench/figures.tsv")
    parser.set_defaults(function=bench)


class Run:
    """Measures systems, several at a time; what fails of one takes nothing from the others."""

    def __init__(self, options):
        self.options = options
        self.begin = time.monotonic()
        self.stopping = threading.Event()
        self.failures = []

    def part(self, figures, system, name, function):
        begin = time.monotonic()
        try:
            function(figures)
            end = "done"
        except (say.Failure, OSError) as failure:
            self.failures.append(f"{system.name}, {name}: {failure}")
            end = "FAILED"
        now = time.monotonic()
        print(f"{now - self.begin:5.0f} s  {system.name}: {name} {end}, {now - begin:.0f} s",
              flush=True)

    def system(self, system):
        figures = bench_figures.Figures()
        for name, function in bench_parts.parts(system, self.options):
            if not self.stopping.is_set():
                self.part(figures, system, name, function)
        return figures

    def all(self, systems):
        """The figures of them all, in their order. Those that take longest begin first."""
        with ThreadPoolExecutor(self.options.jobs) as pool:
            try:
                running = [pool.submit(self.system, system) for system in reversed(systems)]
                found = [future.result() for future in reversed(running)]
            except BaseException:
                self.stopping.set()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        figures = bench_figures.Figures()
        for one in found:
            figures.update(one)
        return figures


def wanted(options):
    """The systems to measure; a check needs no others than Bulkhead's."""
    words = options.only or (["bulkhead"] if options.check else [""])
    names = [system.name for system in bench_parts.SYSTEMS]
    chosen = {name for word in words for name in names
              if name == word or word in name and word not in names}
    if not chosen:
        raise say.Failure(f"--only {' '.join(words)}: the systems are {', '.join(names)}")
    return [system for system in bench_parts.SYSTEMS if system.name in chosen]


def save(figures, whole):
    """Into file, table and picture; what is not of all systems takes its place among the rest."""
    if not whole:
        known = bench_figures.Figures.read(FIGURES)
        known.update(figures)
        figures = known
    figures.write(FIGURES)
    draw()


def draw():
    """Table and picture of what the files say, other hypervisors' figures with it."""
    figures, peers = (bench_figures.Figures.read(path) for path in (FIGURES, PEERS))
    TABLE.write_text(bench_figures.page(figures, peers))
    PICTURE.write_text(bench_picture.draw(figures, peers))


def compare(figures):
    """Prints what got worse; how many figures that are."""
    lines = bench_figures.worse(bench_figures.Figures.read(FIGURES), figures)
    for line in lines:
        print(f"worse: {line}")
    print(f"bench-check: {len(lines)} figures got worse")
    return len(lines)


def bench(options):
    systems = wanted(options)
    bench_parts.prepare(not options.no_linux)
    run = Run(options)
    figures = run.all(systems)
    print(bench_figures.table(figures))
    for failure in run.failures:
        say.error(failure)
    if options.check:
        status = say.GUEST_FAILED if compare(figures) else say.OK
    else:
        save(figures, not (options.only or options.no_linux or run.failures))
        status = say.OK
    return say.SYSTEM_FAILED if run.failures else status
