"""Files that this project's writer does not make, by the object interface of tflite-micro's own schema module.

It is an independent reading of the same schema, so it also serves as a second opinion.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flatbuffers
import numpy as np
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema


def parse(model: bytes) -> Any:  # noqa: ANN401 - the generated module has no types
    """The model as a tree of mutable objects."""
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(model, 0))


def edit(model: bytes, change: Callable[[Any], None]) -> bytes:
    """`model` after `change` of its object tree."""
    tree = parse(model)
    change(tree)
    builder = flatbuffers.Builder(1024)
    builder.Finish(tree.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def edit_main(model: bytes, change: Callable[[Any, list[Any], list[Any]], None]) -> bytes:
    """`model` after `change(subgraph, tensors, operators)` of its first subgraph."""
    return edit(model, lambda tree: change(tree.subgraphs[0], tree.subgraphs[0].tensors, tree.subgraphs[0].operators))


def move_buffers_outside(model: bytes) -> bytes:
    """As converters store models above 2 GiB: the buffers' bytes follow the flatbuffer, at 16-byte offsets."""
    contents: dict[int, bytes] = {}

    def clear(tree: Any) -> None:  # noqa: ANN401
        for k, buffer in enumerate(tree.buffers):
            if buffer.data is not None and len(buffer.data):
                contents[k] = bytes(bytearray(buffer.data))
                buffer.data = None
                buffer.offset, buffer.size = 1 << 40, len(contents[k])  # a full-width place for the offset

    size = len(edit(model, clear))
    size += -size % 16
    offsets, place = {}, size
    for k, content in contents.items():
        offsets[k] = place
        place += len(content) + -len(content) % 16

    def point(tree: Any) -> None:  # noqa: ANN401
        clear(tree)
        for k, offset in offsets.items():
            tree.buffers[k].offset = offset

    body = edit(model, point).ljust(size, b"\0")
    return body + b"".join(content + bytes(-len(content) % 16) for content in contents.values())


def numbers(values: Any) -> list[Any]:  # noqa: ANN401
    return [] if values is None else np.asarray(values).tolist()
