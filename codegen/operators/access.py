"""In which order a kernel call reads its inputs and writes its outputs: what may lie over what follows from it.

A call has a clock of its own, whose steps are numbered from 0. In one step every read comes before every write. For
each element the last step that reads it and the first step that writes it are all that counts: until the one it must
keep its value, from the other on its place is taken (`codegen.planning.overlap`). A kernel that reads earlier or
writes later than it says is safe too; what it reads and does not use need not be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..graph import ITEM_BITS, Array, Tensor

if TYPE_CHECKING:
    from ._window import Axis, Window
    from .family import Band

NEVER = -1
"""The step of elements that a call does not touch."""


class Steps(NamedTuple):
    """The steps (int64, `NEVER` where untouched) of elements `first`, `first + 1`, ... of a tensor."""

    at: Array
    first: int = 0


_NOTHING: Mapping[Tensor, Steps] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """The order of one call, of `steps` steps: the last reads and the first writes of its tensors.

    Of a tensor of the call that is not here nothing is known: it may be touched at any step.
    """

    steps: int = 1
    reads: Mapping[Tensor, Steps] = field(default_factory=lambda: _NOTHING)
    writes: Mapping[Tensor, Steps] = field(default_factory=lambda: _NOTHING)


def _share_types(x: Tensor, y: Tensor) -> bool:
    """Whether C allows memory to be read as the one and then written as the other: compilers may reorder accesses of
    different types, but for characters."""
    return x.dtype == y.dtype or 8 in (ITEM_BITS[x.dtype], ITEM_BITS[y.dtype])


UNKNOWN = Access()
"""Of a kernel that says nothing: no output may lie over an input."""


def at_once(inputs: tuple[Tensor, ...], *outputs: Tensor) -> Access:
    """All of `inputs` is read before anything is written."""
    return Access(
        1,
        {tensor: Steps(np.zeros(tensor.size, np.int64)) for tensor in inputs},
        {tensor: Steps(np.zeros(tensor.size, np.int64)) for tensor in outputs},
    )


def elementwise(output: Tensor, *inputs: Tensor | None) -> Access:
    """Element i of the output needs element i of the inputs, and nothing needs that again.

    An input with fewer elements than the output is one that is broadcast: of it nothing is said.
    """
    steps = Steps(np.arange(output.size, dtype=np.int64))
    reads = {x: steps for x in inputs if x is not None and x.size == output.size and _share_types(x, output)}
    return Access(output.size, reads, {output: steps})


def gathered(output: Tensor, sources: Mapping[Tensor, Array]) -> Access:
    """The output is written in order of its elements; `sources` has, for each of them, the element of an input that
    it needs (-1: none)."""
    reads = {}
    steps = np.arange(output.size, dtype=np.int64)
    for tensor, index in sources.items():
        flat = np.asarray(index, np.int64).reshape(-1)
        last = np.full(tensor.size, NEVER, np.int64)
        used = flat >= 0
        last[flat[used]] = steps[used]  # of several the last one remains: the steps ascend
        if _share_types(tensor, output):
            reads[tensor] = Steps(last)
    return Access(output.size, reads, {output: Steps(steps)})


def rowwise(output: Tensor, x: Tensor, rows: int, *, block: int = 1, columns_outside: bool = False) -> Access:
    """`rows` rows, one after the other: `block` elements of an output row (0: all) need the whole input row, which is
    read again for the next ones. `columns_outside`: for all rows the first `block` elements, then the next ones."""
    inner, outer = x.size // rows, output.size // rows
    size = block or outer
    blocks = -(-outer // size)
    row, part = np.arange(rows, dtype=np.int64)[:, None], (np.arange(outer, dtype=np.int64) // size)[None, :]
    if columns_outside:
        writes, reads = part * rows + row, (blocks - 1) * rows + row
    else:
        writes, reads = row * blocks + part, row * blocks + blocks - 1
    return Access(
        rows * blocks,
        {x: Steps(np.broadcast_to(reads, (rows, inner)).reshape(-1))} if _share_types(x, output) else {},
        {output: Steps(writes.reshape(-1))},
    )


def last_window(axis: Axis, first: int, last: int) -> Array:
    """For each position of the input the last of the windows [first, last) that reads it, counted from `first`."""
    found = np.full(axis.input, NEVER, np.int64)
    outputs = np.arange(first, last, dtype=np.int64)
    for tap in range(axis.kernel):
        at = outputs * axis.stride - axis.before + tap * axis.dilation
        inside = (at >= 0) & (at < axis.input)
        np.maximum.at(found, at[inside], outputs[inside] - first)
    return found


def windowed(  # noqa: PLR0913 - one for each way in which kernels differ
    output: Tensor,
    x: Tensor,
    window: Window,
    band: Band | None = None,
    *,
    pixels: int = 1,
    block: int = 1,
    groups: int = 1,
    channels_outside: bool = False,
    writes_first: bool = False,
) -> Access:
    """Windows over NHWC. Output pixels are computed in tiles of `pixels` in raster order within an image (0: all), in
    a tile `block` output channels at a time (0: all); for each such block the windows are read again, the channels of
    its `groups` (of input channels: as many as there are for a depthwise convolution).

    `block` 1 is what a plain loop does ("straight"); `block` 0 is what a kernel does that gathers the windows of a
    tile first. `channels_outside`: for all pixels the first block, then the next one ("planes"). `writes_first`: a
    block is written while its windows are still read.

    A straight loop is the worst of those that go through the pixels one after the other: what is safe for it is safe
    for all of them, so that it stands for upstream's kernels and for their portable twins.
    """
    first, last = (band.first, band.last) if band else (0, window.height.output)
    columns, images = window.width.output, window.batches
    count = (last - first) * columns
    tile = pixels or max(count, 1)
    tiles = -(-count // tile)
    size = block or window.output_channels
    blocks = -(-window.output_channels // size)

    rows, cols = last_window(window.height, first, last)[:, None], last_window(window.width, 0, columns)[None, :]
    pixel = np.where((rows >= 0) & (cols >= 0), rows * columns + cols, NEVER)
    image = np.arange(images, dtype=np.int64)
    # The last block that reads an input channel holds the last output channel of its group.
    channel = np.arange(window.input_channels, dtype=np.int64)
    group_inputs, group_outputs = window.input_channels // groups, window.output_channels // groups
    last_block = ((channel // group_inputs + 1) * group_outputs - 1) // size

    def step(tile_: Array, part: Array) -> Array:
        found = part * (images * tiles) + tile_ if channels_outside else tile_ * blocks + part
        return 2 * found if writes_first else found

    read_tile = image[:, None] * tiles + (pixel.reshape(-1) // tile)[None, :]
    reads = step(read_tile[:, :, None], last_block[None, None, :])
    reads = np.where((pixel.reshape(-1) >= 0)[None, :, None], reads + int(writes_first), NEVER)
    write_tile = image[:, None] * tiles + (np.arange(count, dtype=np.int64) // tile)[None, :]
    part = np.arange(window.output_channels, dtype=np.int64) // size
    writes = step(write_tile[:, :, None], part[None, None, :])
    begin = first * columns * window.output_channels
    known = {x: Steps(reads.reshape(-1))} if _share_types(x, output) else {}
    return Access(2 * images * tiles * blocks, known, {output: Steps(writes.reshape(-1), begin)})


def read_again(access: Access) -> Access:
    """`access`, but that what a step reads is read until after its writes."""
    return Access(
        2 * access.steps,
        {x: Steps(np.where(at == NEVER, NEVER, 2 * at + 1), first) for x, (at, first) in access.reads.items()},
        {y: Steps(2 * at, first) for y, (at, first) in access.writes.items()},
    )
