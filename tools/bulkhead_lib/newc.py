# SPDX-License-Identifier: Apache-2.0
"""Writes newc archives, which Linux unpacks as its first file system, one behind another."""

FOLDER, FILE, PROGRAM = 0o40755, 0o100644, 0o100755


def entry(number, path, mode, data):
    """One entry of a newc archive: 13 hexadecimal words, the name, the contents."""
    name = path.encode() + b"\0"
    words = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
    header = b"070701" + b"".join(b"%08x" % word for word in words) + name
    return header + bytes(-len(header) % 4) + data + bytes(-len(data) % 4)


def archive(files):
    """A newc archive of (path, mode, data)."""
    parts = [entry(number, *file) for number, file in enumerate(files, start=1)]
    return b"".join(parts) + entry(0, "TRAILER!!!", 0, b"")
