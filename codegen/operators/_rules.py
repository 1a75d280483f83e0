"""Constraints that many families share. Each is a value whose docstring is the user's sentence, as written by hand.

A rule never raises: it may meet operators with too few inputs, absent tensors and wrong ranks. `after` lets it rely
on rules that come before it.
"""

from __future__ import annotations

import math
from functools import wraps
from typing import TYPE_CHECKING

from ..arithmetic import ACTIVATIONS, INTEGER_RANGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..graph import Operator, Tensor
    from .family import Constraint


_EARLIER: dict[Constraint, tuple[Constraint, ...]] = {}


def after(*earlier: Constraint) -> Callable[[Constraint], Constraint]:
    """Make a rule that is only asked where `earlier` ones hold, and those that they come after; where they do not,
    they have said it."""

    def decorate(rule: Constraint) -> Constraint:
        @wraps(rule)
        def checked(op: Operator) -> str | None:
            return rule(op) if all(_holds(other, op) for other in earlier) else None

        _EARLIER[checked] = earlier
        return checked

    return decorate


def _holds(rule: Constraint, op: Operator) -> bool:
    """Whether `op` obeys `rule`, which means that it was asked."""
    return all(_holds(other, op) for other in _EARLIER.get(rule, ())) and rule(op) is None


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def operands(least: int, most: int | None = None) -> Constraint:
    """The rule that `least` to `most` inputs are there (the first `least` not absent) and one output."""
    most = least if most is None else most

    def rule(op: Operator) -> str | None:
        present = sum(tensor is not None for tensor in op.inputs)
        if not least <= len(op.inputs) <= most or None in op.inputs[:least] or len(op.outputs) != 1:
            return f"{_counted(present, 'input')} of {len(op.inputs)}, {_counted(len(op.outputs), 'output')}"
        return None

    wanted = _counted(least, "input") if least == most else f"{least} to {most} inputs"
    rule.__doc__ = f"There are {wanted} and 1 output."
    return rule


def types_of(op: Operator) -> str:
    """The types of the present inputs and the outputs, `int8/int8`."""
    return "/".join(tensor.dtype for tensor in (*op.inputs, *op.outputs) if tensor is not None)


def types(sentence: str, allowed: frozenset[str], given: Constraint, inputs: int = 1) -> Constraint:
    """The rule `sentence`: the first `inputs` inputs and the output have one of the `allowed` types ("int8/int8")."""

    @after(given)
    def rule(op: Operator) -> str | None:
        found = "/".join(tensor.dtype for tensor in (*op.inputs[:inputs], op.output) if tensor is not None)
        return None if found in allowed else found

    rule.__doc__ = sentence
    return rule


def quantization_fault(tensor: Tensor) -> str | None:
    """What is wrong with the per-tensor quantization of `tensor`; None where it can be computed with."""
    where = f"tensor {tensor.name!r}"
    if tensor.quantization is None or not tensor.quantization.scales or not tensor.quantization.zero_points:
        return f"{where} has none"
    if tensor.quantization.is_per_channel:
        return f"{where} has {len(tensor.quantization.scales)} scales"
    if not (math.isfinite(tensor.scale) and tensor.scale > 0):
        return f"{where} has the scale {tensor.scale:g}"
    low, high = INTEGER_RANGE.get(tensor.dtype, (0, 0))
    if not low <= tensor.zero_point <= high:
        return f"{where} has the zero point {tensor.zero_point}"
    return None


def quantized(given: Constraint, dtypes: frozenset[str] = frozenset(INTEGER_RANGE)) -> Constraint:
    """The rule that tensors of these types are quantized by one scale and zero point."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """Quantized tensors have one positive scale, and a zero point in the range of their type."""
        tensors = [tensor for tensor in (*op.inputs, *op.outputs) if tensor and tensor.dtype in dtypes]
        faults = [fault for tensor in tensors if (fault := quantization_fault(tensor))]
        return "; ".join(dict.fromkeys(faults)) or None

    return rule


def plain_int32(given: Constraint) -> Constraint:
    """The rule that int32 tensors are plain numbers."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """int32 tensors are not quantized."""
        tensors = [t for t in (*op.inputs, *op.outputs) if t and t.dtype == "int32"]
        scaled = [t for t in tensors if t.quantization and t.quantization.scales]
        return "; ".join(f"tensor {t.name!r} is" for t in scaled) or None

    return rule


def same_shape(given: Constraint) -> Constraint:
    """The rule that the output has the shape of input 0."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """Input and output have the same shape."""
        shapes = op.input().shape, op.output.shape
        return None if shapes[0] == shapes[1] else f"{shapes_text(*shapes)}"

    return rule


def shapes_text(*shapes: tuple[int, ...]) -> str:
    """Shapes as users write them.

    >>> shapes_text((1, 2), (3,))
    '[1, 2] and [3]'
    """
    return " and ".join(str(list(shape)) for shape in shapes)


def fused_activation(given: Constraint) -> Constraint:
    """The rule that the fused activation is one that clamps the (quantized) output."""

    @after(given)
    def rule(op: Operator) -> str | None:
        """The fused activation is NONE, RELU, RELU_N1_TO_1 or RELU6, and its bounds are 32-bit numbers."""
        name = op.option("fused_activation_function", "NONE")
        if name not in ACTIVATIONS:
            return str(name)
        if op.output.dtype not in INTEGER_RANGE:
            return None
        large = [bound for bound in ACTIVATIONS[name] if bound and not is_representable(bound, op.output)]
        return f"{name} with the scale {op.output.scale:g}" if large else None

    return rule


def is_representable(real: float, tensor: Tensor) -> bool:
    """Whether the quantized value of `real` is a 32-bit number before it is clamped."""
    return abs(real / tensor.scale) < 2.0**30
