"""ADD_N: the sum of two or more tensors of one shape.

Arithmetic: reference_ops::AddN of TFLite Micro. Its int8 form begins with minus the input's zero point where one
would expect 0: so do we.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._rules import after, quantized, shapes_text
from ._sum import accumulated_factor, accumulated_scale
from .family import Address, Call, Family, Kernel, Scratch, native_call, struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph import Operator, Tensor
    from ..target import Target
    from .family import Band


def present_operands(op: Operator) -> str | None:
    """There are 2 or more inputs, none of them absent, and 1 output."""
    absent = sum(tensor is None for tensor in op.inputs)
    well = len(op.inputs) >= 2 and not absent and len(op.outputs) == 1
    return None if well else f"{len(op.inputs)} inputs, {absent} of them absent, {len(op.outputs)} outputs"


@after(present_operands)
def types(op: Operator) -> str | None:
    """Inputs and output are all int8 or all float32."""
    found = dict.fromkeys(tensor.dtype for tensor in (*_inputs(op), op.output))
    return None if len(found) == 1 and op.output.dtype in ("int8", "float32") else ", ".join(found)


@after(present_operands)
def shapes(op: Operator) -> str | None:
    """Inputs and output have the same shape."""
    found = dict.fromkeys(tensor.shape for tensor in (*_inputs(op), op.output))
    return None if len(found) == 1 else shapes_text(*found)


_quantized = quantized(types)


@after(types, _quantized)
def same_quantization(op: Operator) -> str | None:
    """Quantized inputs have the same scale and zero point."""
    if op.output.dtype != "int8":
        return None
    found = dict.fromkeys((x.scale, x.zero_point) for x in _inputs(op))
    return None if len(found) == 1 else " and ".join(f"{scale:g}, {zero_point}" for scale, zero_point in found)


def _inputs(op: Operator) -> Iterator[Tensor]:
    return (tensor for tensor in op.inputs if tensor is not None)


class OneCallAnInput(Kernel):
    """A kernel that is called for each input, in order."""

    provider = "native"

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        """The first of the calls."""
        return self.calls(op, target, band)[0]

    def calls(self, op: Operator, target: Target, band: Band | None) -> tuple[Call, ...]:  # noqa: ARG002
        return tuple(self.one(op, k, x) for k, x in enumerate(_inputs(op)))

    def one(self, op: Operator, k: int, x: Tensor) -> Call:
        raise NotImplementedError


class Float(OneCallAnInput):
    """cg_add_n_f32."""

    name = "cg_add_n_f32"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return op.output.dtype == "float32"

    def one(self, op: Operator, k: int, x: Tensor) -> Call:
        output = Address(op.output, writable=True)
        return native_call(self.name, **{f"input_{k}": Address(x)}, count=x.size, is_first=int(k == 0), output=output)


class Int8(OneCallAnInput):
    """cg_add_n_s8."""

    name = "cg_add_n_s8"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return op.output.dtype == "int8"

    def scratch_bytes(self, op: Operator, target: Target, band: Band | None) -> int:  # noqa: ARG002
        """A sum of 32 bits for each element."""
        return 4 * op.output.size

    def one(self, op: Operator, k: int, x: Tensor) -> Call:
        multiplier, shift = quantize_multiplier(accumulated_factor(op))
        params = struct(
            "cg_add_n_s8_params",
            input_offset=-x.zero_point,
            output_offset=op.output.zero_point,
            output_multiplier=multiplier,
            output_shift=shift,
        )
        return native_call(
            self.name,
            params=params,
            **{f"input_{k}": Address(x)},
            count=x.size,
            is_first=int(k == 0),
            is_last=int(k == len(op.inputs) - 1),
            scratch=Scratch(),
            output=Address(op.output, writable=True),
        )


FAMILY = Family(
    names=("ADD_N",),
    constraints=(
        present_operands,
        types,
        shapes,
        _quantized,
        same_quantization,
        accumulated_scale(types, _quantized, same_quantization),
    ),
    kernels=(Float(), Int8()),
    hint="convert the model again with one type and quantization for all operands",
)
