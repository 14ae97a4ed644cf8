# SPDX-License-Identifier: Apache-2.0
"""Reads a flattened device tree (Devicetree Specification 0.4, chapter 5) into nodes."""
import struct

BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9


class Node:
    """A node: its name, properties as bytes, and children, both in the tree's order."""

    def __init__(self, name, parent=None):
        self.name, self.parent, self.props, self.children = name, parent, {}, {}

    def path(self):
        if self.parent is None:
            return "/"
        return self.parent.path().rstrip("/") + "/" + self.name

    def child(self, name):
        return self.children.get(name)

    def string(self, name):
        """The first string of a property, or None."""
        value = self.props.get(name)
        return value.split(b"\0")[0].decode(errors="replace") if value is not None else None

    def cells(self, name):
        value = self.props.get(name, b"")
        return list(struct.unpack(f">{len(value) // 4}I", value[:len(value) // 4 * 4]))

    def inherited(self, name, otherwise):
        """The first cell of the nearest property of that name, from here up to the root."""
        node = self
        while node:
            if node.cells(name):
                return node.cells(name)[0]
            node = node.parent
        return otherwise


def parse(data):
    """The root node of the tree in data, which dtc or QEMU made."""
    offset, strings = struct.unpack_from(">II", data, 8)
    root = node = None
    while True:
        token = struct.unpack_from(">I", data, offset)[0]
        offset += 4
        if token == BEGIN_NODE:
            end = data.index(b"\0", offset)
            fresh = Node(data[offset:end].decode(), node)
            if node is None:
                root = fresh
            else:
                node.children[fresh.name] = fresh
            node, offset = fresh, (end + 4) & ~3
        elif token == END_NODE:
            node = node.parent
        elif token == PROP:
            size, name = struct.unpack_from(">II", data, offset)
            key = data[strings + name:data.index(b"\0", strings + name)].decode()
            node.props[key] = data[offset + 8:offset + 8 + size]
            offset = (offset + 8 + size + 3) & ~3
        elif token == END:
            return root
