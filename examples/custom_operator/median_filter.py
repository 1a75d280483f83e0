"""What the compiler must know of MedianFilter: which ones the C function computes, its scratch, its reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from codegen import CustomOperator
from codegen.graph import Operator


def window(op: Operator) -> int:
    """Rows of the window: the one byte of the options."""
    return int(bytes(op.option("custom_options"))[0])


def check(op: Operator) -> str | None:
    """What the C function relies on."""
    x, y = op.input(), op.output
    if len(op.inputs) != 1 or x.dtype != "int8" or y.dtype != "int8" or len(x.shape) != 3 or x.shape[0] != 1:
        return f"{x.dtype} {list(x.shape)}: int8 [1, time, channels] is wanted"
    if (x.scale, x.zero_point) != (y.scale, y.zero_point):
        return "input and output differ in scale or zero point"
    if len(op.option("custom_options")) != 1 or window(op) % 2 == 0:
        return "the options are not one odd byte"
    return None


def reference(op: Operator, inputs: Sequence[Any]) -> list[Any]:
    """The same by numpy."""
    reach, x = window(op) // 2, inputs[0]
    padded = np.pad(x, ((0, 0), (reach, reach), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=1)
    return [np.median(windows, axis=-1).astype(np.int8)]


OPERATOR = CustomOperator(
    "MedianFilter",
    "median_filter.h",
    shape=lambda op: [op.input().shape],
    scratch_bytes=window,
    check=check,
    reference=reference,
)
