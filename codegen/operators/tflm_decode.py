"""TFLM_DECODE: compressed constants. They are decoded at compile time, by the transform `decode`; nothing is computed
on the target, and flash holds the plain constants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._decode import DecodeError, decoded
from ._rules import after
from .family import Family

if TYPE_CHECKING:
    from ..graph import Operator


def constant_pairs(op: Operator) -> str | None:
    """There are two constant inputs for each output: the compressed tensor and its ancillary data."""
    missing = sum(tensor is None or not tensor.is_constant for tensor in op.inputs)
    well = op.outputs and len(op.inputs) == 2 * len(op.outputs) and not missing
    return None if well else f"{len(op.inputs)} inputs, {missing} of them not constant, {len(op.outputs)} outputs"


@after(constant_pairs)
def decodable(op: Operator) -> str | None:
    """The ancillary data, of version 1, says a lookup table (LUT), a Huffman table or a pruned tensor that fits the
    output and its quantization."""
    try:
        decoded(op)
    except DecodeError as fault:
        return str(fault)
    return None


FAMILY = Family(
    names=("TFLM_DECODE",),
    constraints=(constant_pairs, decodable),
    kernels=(),
    is_custom=True,
    hint="compress the model again with tflite-micro's compression tool, or leave it uncompressed",
)
