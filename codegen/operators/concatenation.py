"""CONCATENATION: each input is copied to its place in the output. Bytes are not changed, so all types are alike.

As in TFLite Micro, inputs and output have the same quantization and no activation is fused.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from ..arithmetic import INTEGER_RANGE
from ..graph import ITEM_BITS
from ._rules import after, quantization_fault, shapes_text
from .family import Address, Call, Family, Kernel, Placed, cmsis_nn_call, native_call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..graph import Operator, Tensor
    from ..target import Target
    from .family import Band, Value

UINT16_MAX = 65535


def present_operands(op: Operator) -> str | None:
    """There are 1 or more inputs, none of them absent, and 1 output."""
    absent = sum(tensor is None for tensor in op.inputs)
    well = op.inputs and not absent and len(op.outputs) == 1
    return None if well else f"{len(op.inputs)} inputs, {absent} of them absent, {len(op.outputs)} outputs"


@after(present_operands)
def same_type(op: Operator) -> str | None:
    """Inputs and output have the same type, of whole bytes."""
    found = dict.fromkeys(tensor.dtype for tensor in (*_inputs(op), op.output))
    return None if len(found) == 1 and ITEM_BITS.get(op.output.dtype, 0) >= 8 else ", ".join(found)


@after(present_operands)
def axis(op: Operator) -> str | None:
    """The axis is a dimension of the output."""
    found, rank = op.option("axis", 0), len(op.output.shape)
    return None if isinstance(found, int) and -rank <= found < rank else f"axis {found} of {rank} dimensions"


@after(present_operands, axis)
def shapes(op: Operator) -> str | None:
    """Inputs have the output's shape but for the axis, along which they add up."""
    k, y = axis_of(op), op.output.shape
    every = [tensor.shape for tensor in _inputs(op)]
    alike = all((*x[:k], *x[k + 1 :]) == (*y[:k], *y[k + 1 :]) and len(x) == len(y) for x in every)
    return None if alike and sum(x[k] for x in every) == y[k] else f"{shapes_text(*every, y)}, axis {k}"


_numeric = frozenset(INTEGER_RANGE)


@after(same_type)
def same_quantization(op: Operator) -> str | None:
    """Quantized inputs have the scale and the zero point of the output."""
    every = (*_inputs(op), op.output)
    if op.output.dtype not in _numeric or all(tensor.quantization is None for tensor in every):
        return None
    if faults := [fault for tensor in every if (fault := quantization_fault(tensor))]:
        return "; ".join(dict.fromkeys(faults))
    y = op.output
    other = [x for x in _inputs(op) if (x.scale, x.zero_point) != (y.scale, y.zero_point)]
    found = [f"tensor {x.name!r} has {x.scale:g} and {x.zero_point}" for x in other]
    return f"{'; '.join(found)}; the output {y.scale:g} and {y.zero_point}" if found else None


def no_activation(op: Operator) -> str | None:
    """The fused activation is NONE."""
    name = op.option("fused_activation_function", "NONE")
    return None if name == "NONE" else str(name)


def _inputs(op: Operator) -> tuple[Tensor, ...]:
    return tuple(tensor for tensor in op.inputs if tensor is not None)


def axis_of(op: Operator) -> int:
    """The axis, from 0 on."""
    found: int = op.option("axis", 0)
    return found % len(op.output.shape)


class Part(NamedTuple):
    """An input, what its bytes are called if they are constant, its extent along the axis and where it begins there."""

    tensor: Tensor
    name: str
    extent: int
    begin: int


def parts(op: Operator) -> Iterator[Part]:
    begin = 0
    for position, tensor in enumerate(_inputs(op)):
        extent = tensor.shape[axis_of(op)]
        yield Part(tensor, f"input_{position}", extent, begin)
        begin += extent


def around(op: Operator) -> tuple[int, int]:
    """Elements outside and inside of the axis."""
    k = axis_of(op)
    return prod(op.output.shape[:k]), prod(op.output.shape[k + 1 :])


class Concatenation(Kernel):
    """One call for each input."""

    def call(self, op: Operator, target: Target, band: Band | None) -> Call:
        """The first of the calls, which is all where there is one input."""
        return self.calls(op, target, band)[0]

    def calls(self, op: Operator, target: Target, band: Band | None) -> tuple[Call, ...]:  # noqa: ARG002
        return tuple(self.part(op, part) for part in parts(op))

    def placed(self, op: Operator) -> tuple[Placed | None, ...]:
        outer, inner = around(op)
        if outer != 1:
            return ()
        item = ITEM_BITS[op.output.dtype] // 8
        return tuple(Placed(part.tensor, op.output, part.begin * inner * item) for part in parts(op))

    def part(self, op: Operator, part: Part) -> Call:
        raise NotImplementedError


class CmsisNnS8(Concatenation):
    """arm_concatenation_s8_w, _x and _y: the outermost, the innermost and any axis, as outer x axis x inner."""

    provider = "cmsis-nn"
    name = "arm_concatenation_s8"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        # Upstream's extents are 16 bits wide.
        return op.output.dtype == "int8" and max(*around(op), op.output.shape[axis_of(op)]) <= UINT16_MAX

    def part(self, op: Operator, part: Part) -> Call:
        outer, inner = around(op)
        which = "w" if outer == 1 else "x" if inner == 1 else "y"
        # The axis is dimension `which` of w, z, y, x; the dimensions around it are `outer` and `inner`.
        extents = {
            "w": {"input_x": inner, "input_y": 1, "input_z": 1, "input_w": part.extent},
            "x": {"input_x": part.extent, "input_y": outer, "input_z": 1, "input_w": 1},
            "y": {"input_x": inner, "input_y": part.extent, "input_z": outer, "input_w": 1},
        }[which]
        arguments: dict[str, Value] = {part.name: Address(part.tensor), **extents}
        arguments["output"] = Address(op.output, writable=True)
        if which != "w":
            arguments[f"output_{which}"] = op.output.shape[axis_of(op)]
        arguments[f"offset_{which}"] = part.begin
        return cmsis_nn_call(f"{self.name}_{which}", returns_status=False, **arguments)


class NativeCopies(Concatenation):
    """cg_copy_strided."""

    provider = "native"
    name = "cg_copy_strided"

    def takes(self, op: Operator, target: Target) -> bool:  # noqa: ARG002
        return True

    def part(self, op: Operator, part: Part) -> Call:
        outer, inner = around(op)
        item = ITEM_BITS[op.output.dtype] // 8
        row_bytes = part.extent * inner * item
        arguments: dict[str, Value] = {
            part.name: Address(part.tensor),
            "input_pitch": row_bytes,
            "rows": outer,
            "row_bytes": row_bytes,
            "output": Address(op.output, writable=True, offset=part.begin * inner),
            "output_pitch": op.output.bytes // outer,
        }
        return native_call(self.name, **arguments)


FAMILY = Family(
    names=("CONCATENATION",),
    constraints=(present_operands, same_type, axis, shapes, same_quantization, no_activation),
    kernels=(CmsisNnS8(), NativeCopies()),
    hint="quantize the model again; the converter gives all operands of CONCATENATION the same quantization",
)
