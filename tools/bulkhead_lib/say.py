# SPDX-License-Identifier: Apache-2.0
"""Words to the user: errors, progress, colours on a terminal only."""
import os
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
BUILD = TOP / "build"

# Exit statuses, told by --help.
OK, GUEST_FAILED, WRONG_INPUT, SYSTEM_FAILED, NOT_BUILT = range(5)


class Failure(Exception):
    """Ends the program with a plain line and an exit status."""

    def __init__(self, message, status=WRONG_INPUT):
        super().__init__(message)
        self.status = status


def colour(text, code, stream=sys.stderr):
    """text in a colour where stream is a terminal that wants colours."""
    if not stream.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\033[{code}m{text}\033[0m"


def error(message):
    print(f"{colour('error:', '1;31')} {message}", file=sys.stderr)


def progress(message):
    """What is being done, for steps that take a while; not for scripts."""
    if sys.stderr.isatty():
        print(f"  {message}", file=sys.stderr)


def shown(path):
    """A path as the user would write it from where he is."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except ValueError:
        return os.path.normpath(path)


def need(path, what):
    """path, or the failure that says how to get it."""
    if not Path(path).exists():
        raise Failure(f"{shown(path)} is not there: {what}", NOT_BUILT)
    return Path(path)
