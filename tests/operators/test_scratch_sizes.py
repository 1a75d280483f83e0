"""Planned scratch against upstream's own size functions for DSP and for MVE, compiled on this machine.

Upstream's sizes are an upper bound, less exact than ours, but for the differences that `allowed_excess` lists.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np
import pytest

from codegen.boards import load_board
from codegen.cmsis_nn_tree import recognise
from codegen.graph import Operator
from codegen.operators import family_of
from codegen.operators.conv_2d import CmsisNnOneRowS8, convolution
from codegen.operators.depthwise_conv_2d import CmsisNnConvolutionS8, as_convolution
from codegen.operators.family import Kernel
from codegen.target import RELEASES, Release, Target
from tests.builders import GraphBuilder

from .kernel_calls import upstream_library
from .test_conv_2d import conv, one_row
from .test_depthwise_conv_2d import depthwise
from .test_pool_2d import pool
from .windows import describe

BOARDS = {"dsp": "mps2-an386", "mve": "mps3-an547"}


class Dims(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_int32) for name in "nhwc")


def upstream_kernel(op: Operator, target: Target) -> Kernel | None:
    """The kernel of upstream that computes `op`."""
    usable = [k for k in family_of(op).kernels if k.provider == "cmsis-nn" and k.takes(op, target)]
    return min(usable, key=lambda k: k.cost(op, target)) if usable else None


def upstream_size(library: ctypes.CDLL, op: Operator, isa: str) -> int:
    """What upstream's wrapper asks for."""
    if op.type == "AVERAGE_POOL_2D":
        size = getattr(library, f"arm_avgpool_s8_get_buffer_size_{isa}")
        return int(size(op.output.shape[2], op.input().shape[3]))
    window = convolution_window(op)
    offsets = (0, 0) if op.type == "CONV_2D" else (0, 0, op.option("depth_multiplier"))
    tiles = ("stride_w", "stride_h"), ("dilation_w_factor", "dilation_h_factor")
    stride, dilation = (tuple(op.option(name) for name in names) for names in tiles)
    params = (ctypes.c_int32 * 11)(*offsets, *stride, *window, *dilation, 0, 0)
    x, w, y = (Dims(*shape) for shape in (op.input().shape, op.input(1).shape, op.output.shape))
    name = "arm_convolve_wrapper_s8" if op.type == "CONV_2D" else "arm_depthwise_conv_wrapper_s8"
    size = getattr(library, f"{name}_get_buffer_size_{isa}")
    return int(size(params, *map(ctypes.byref, (x, w, y))))


def convolution_window(op: Operator) -> tuple[int, int]:
    """Padding left and above."""
    spatial = family_of(op).spatial(op)
    assert spatial is not None
    width = convolution(op).window.width if op.type == "CONV_2D" else as_convolution(op).window.width
    return width.before, spatial.pad_top


def allowed_excess(op: Operator, kernel: Kernel, target: Target) -> str | None:
    """Why upstream may ask for less than the kernel that we chose writes."""
    if op.type == "CONV_2D":
        conv = convolution(op)
        if conv.groups > 1:
            return "6.0.0 and 7.0.0 ask for what 1x1 or 1xn would need, which with groups are not called"
        if conv.window.height.input == 1 and kernel.name == "arm_convolve_s8" and target.isa.mve:
            return "arm_convolve_1_x_n_s8 is wrong here or, before 6.0.0, refuses"
    if isinstance(kernel, CmsisNnConvolutionS8) and target.cmsis_nn.number < 70_000:
        return "before 7.0.0 upstream computes one input channel by the slow kernel without scratch"
    kernel_size = op.input(1).shape[1:3]
    if isinstance(kernel, CmsisNnConvolutionS8) and kernel_size[0] == 1:
        return "upstream goes on to 1x1 or 1xn, with transposed weights in scratch"
    if 1 in kernel_size and kernel.name == "arm_depthwise_conv_s8_opt":
        return "upstream takes one tap with a dilation for dilated: slow kernel without scratch"
    return None


def largest_saving(op: Operator, kernel: Kernel, target: Target) -> int | None:
    """By how much upstream's size may exceed ours where both mean the same kernel: rounding up. None: other kernels."""
    if kernel.name == "arm_convolve_s8" and op.type == "CONV_2D":
        conv = convolution(op)
        is_whole = conv.groups == 1 and conv.window.pixels >= 4
        return (4 * 15 + 3 if target.isa.mve else 6) if is_whole else None
    if kernel.name == "arm_depthwise_conv_s8_opt":
        four_pixels = op.output.shape[1] * op.output.shape[2] >= 4
        return (124 if four_pixels else None) if target.isa.mve else 0
    return 0 if isinstance(kernel, CmsisNnOneRowS8) or kernel.name == "arm_avgpool_s8" else None


@pytest.mark.upstream
@pytest.mark.parametrize("isa", ["dsp", "mve"])
def test_sizes(isa: str, cmsis_nn_root: Path, rng: np.random.Generator, full: bool, tmp_path: Path) -> None:
    release = recognise(cmsis_nn_root)
    assert isinstance(release, Release)
    library = upstream_library(cmsis_nn_root, tmp_path)
    target = Target(load_board(BOARDS[isa]), release)
    compared, excesses = 0, set()
    for _ in range(20 if full else 2):
        b = GraphBuilder(int(rng.integers(1 << 31)))
        for k in range(100):
            (conv(b), one_row(b), depthwise(b, [], dilated=k % 2 == 0), pool(b, "AVERAGE_POOL_2D"))
        for op in b.operators:
            kernel = upstream_kernel(op, target)
            if kernel is None:
                continue
            ours, theirs = kernel.scratch_bytes(op, target, None), upstream_size(library, op, isa)
            where = f"{describe(op)} by {kernel.name} on {isa}: ours {ours}, upstream {theirs}"
            if ours > theirs:
                reason = allowed_excess(op, kernel, target)
                assert reason, where
                excesses.add(reason)
                continue
            saving = largest_saving(op, kernel, target)
            assert saving is None or theirs - ours <= saving, where
            compared += saving is not None
    assert compared > 50
    assert len(excesses) <= 5


def test_bands_need_no_more_scratch_than_the_whole(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 31)))
    for _ in range(100):
        (conv(b), depthwise(b, []), pool(b, "AVERAGE_POOL_2D"))
    for board in BOARDS.values():
        for release in RELEASES.values():
            target = Target(load_board(board), release)
            for op in b.operators:
                kernel = upstream_kernel(op, target)
                spatial = family_of(op).spatial(op)
                if kernel and spatial and kernel.takes_bands(op, target):
                    whole = kernel.scratch_bytes(op, target, spatial.whole)
                    for y in range(spatial.output_rows):
                        assert kernel.scratch_bytes(op, target, type(spatial.whole)(y, y + 1)) <= whole
