"""On MVE upstream's convolution by one pixel reads four pixels again for each output channel: an output that lay one
pixel below its input overwrote the other three (kws on Cortex-M55 with upstream v7.0.0 gave wrong outputs)."""

from __future__ import annotations

import pytest

from codegen.boards import load_board
from codegen.operators import family_of
from codegen.target import Target
from tests.builders import GraphBuilder


@pytest.mark.parametrize("name", ["arm_convolve_1x1_s8_fast", "arm_convolve_1x1_s8"])
def test_four_pixels_are_read_until_the_last_of_their_outputs(name: str) -> None:
    b, channels = GraphBuilder(0), 8
    b.conv_2d(b.input((1, 2, 4, channels)), channels, (1, 1))
    op, target = b.operators[0], Target(load_board("mps3-an547"), kernels="cmsis-nn")
    kernel = next(kernel for kernel in family_of(op).kernels if kernel.name == name)
    access = kernel.access(op, target, None)
    reads, writes = access.reads[op.input()].at, access.writes[op.output].at
    for tile in (0, 4):
        first, last = tile * channels, (tile + 4) * channels
        assert min(reads[first:last]) >= max(writes[first:last]) - 1
        assert min(reads[first:last]) > min(writes[first:last])
