"""Elementwise operators of one input by a kernel `cg_<name>_<type>(parameters..., input, count, output)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..arithmetic import quantize_multiplier
from ._rules import after, operands, same_shape, types, types_of
from ._whole import WholeKernel
from .access import elementwise
from .family import Address, Call, Family, native_call

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..graph import Operator, Tensor
    from ..target import Target
    from .access import Access
    from .family import Band, Constraint, Value

one_operand = operands(1)
float_types = types("Input and output are float32.", frozenset({"float32/float32"}), one_operand)


def unary_types(sentence: str, *dtypes: str) -> Constraint:
    """The rule `sentence`: input and output have the same type, one of `dtypes`."""
    return types(sentence, frozenset(f"{dtype}/{dtype}" for dtype in dtypes), one_operand)


def no_parameters(op: Operator) -> Mapping[str, Value]:  # noqa: ARG001
    """Of kernels that need to know the input and the count alone."""
    return {}


class Unary(WholeKernel):
    """The kernel `name`, for operators whose input and output are `dtype`; `parameters` are its first arguments."""

    provider = "native"
    counts = "count"

    def __init__(
        self, dtype: str, name: str, parameters: Callable[[Operator], Mapping[str, Value]] = no_parameters
    ) -> None:
        self.dtype = dtype
        self.name = name
        self.parameters = parameters

    def fits(self, op: Operator) -> bool:
        return types_of(op) == f"{self.dtype}/{self.dtype}"

    def access(self, op: Operator, target: Target, band: Band | None) -> Access:  # noqa: ARG002
        return elementwise(op.output, op.input())

    def whole(self, op: Operator) -> Call:
        return native_call(
            self.name,
            **self.parameters(op),
            input=Address(op.input()),
            count=op.output.size,
            output=Address(op.output, writable=True),
        )


def float_family(name: str) -> Family:
    """The family of an operator that TFLite Micro has for float32 alone."""
    return Family(
        names=(name,),
        constraints=(one_operand, float_types, same_shape(one_operand)),
        kernels=(Unary("float32", f"cg_{name.lower()}_f32"),),
        hint=f"leave {name} in float32, or replace it by an operator that has the type",
    )


def is_quantized(tensor: Tensor) -> bool:
    return tensor.quantization is not None and bool(tensor.quantization.scales)


def zero_points_rule(given: Constraint) -> Constraint:
    """The rule that int16 is quantized symmetrically."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """int16 tensors have the zero point 0."""
        tensors = [tensor for tensor in (op.input(), op.output) if tensor.dtype == "int16" and is_quantized(tensor)]
        found = [tensor.zero_point for tensor in tensors]
        return f"zero points {' and '.join(map(str, found))}" if any(found) else None

    return rule


def scale_ratio(op: Operator) -> float:
    """The input scale over the output scale, formed in double."""
    return op.input().scale / op.output.scale


def scale_ratio_rule(*given: Constraint) -> Constraint:
    """The rule that the rescaling from input to output has a multiplier and shift."""

    @after(*given)
    def rule(op: Operator) -> str | None:
        """The input scale is less than 2^31 times the output scale."""
        if op.output.dtype == "float32" or not (is_quantized(op.input()) and is_quantized(op.output)):
            return None
        return None if scale_ratio(op) < 2.0**31 else f"{op.input().scale:g} and {op.output.scale:g}"

    return rule


def rescaling(op: Operator) -> Mapping[str, Value]:
    """`scale_ratio` as the parameters multiplier and shift."""
    multiplier, shift = quantize_multiplier(scale_ratio(op))
    return {"multiplier": multiplier, "shift": shift}
