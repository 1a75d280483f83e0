"""PAD of zeros in front of a convolution becomes the convolution's own padding."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from ..graph import Graph, Operator, Subgraph, Tensor
from ..operators._shapes import integers
from ._rewrite import accepted, edited, readers

Paddings = tuple[tuple[int, int], tuple[int, int]]
"""(rows above, rows below), (columns left, columns right)."""


def merged_pad(graph: Graph) -> Graph:
    """`graph` in which CONV_2D and DEPTHWISE_CONV_2D of int8 with VALID padding read what is in front of a PAD, with
    the padding "EXPLICIT" and its amounts in the option `paddings`.

    Proof: the convolution adds (input + offset) * weight, where the offset is minus the zero point; an element of
    padding is the zero point and adds 0, as one does that a kernel leaves out. So height and width alone may be padded,
    with the zero point, in the same scale, and nothing else may read the padded tensor. Padding is merged where it is
    no wider than SAME could have it, so that every kernel meets nothing that SAME does not bring; the kernels that rely
    on more ask `Axis`.
    """

    def merged(subgraph: Subgraph) -> tuple[Operator, ...]:
        reads = readers(graph, subgraph)
        pads: dict[Tensor, Operator] = {}
        kept: list[Operator] = []
        for op in subgraph.operators:
            if op.type in ("PAD", "PADV2") and accepted(op) is not None:
                pads[op.output] = op
            given = op.optional_input(0)
            pad = pads.get(given) if given is not None and reads[given] == 1 else None
            new = _merged(pad, op) if pad is not None else None
            if pad is not None and new is not None:
                kept.remove(pad)
            kept.append(new or op)
        return tuple(kept)

    return edited(graph, merged)


def _merged(pad: Operator, op: Operator) -> Operator | None:
    """`op` with the padding of `pad` in it; None where that is not exact."""
    if op.type not in ("CONV_2D", "DEPTHWISE_CONV_2D") or op.option("padding") != "VALID" or accepted(op) is None:
        return None
    paddings = _paddings(pad)
    if paddings is None or not all(_as_same_has_it(op, k, paddings[k]) for k in (0, 1)):
        return None
    options = MappingProxyType({**op.options, "padding": "EXPLICIT", "paddings": paddings})
    new = replace(op, inputs=(pad.input(), *op.inputs[1:]), options=options)
    return None if accepted(new) is None else new


def _paddings(pad: Operator) -> Paddings | None:
    """Those of height and width, where `pad` adds zeros there alone."""
    x, y, value, numbers = pad.input(), pad.output, pad.optional_input(2), integers(pad.input(1)) or ()
    if x.dtype != "int8" or len(x.shape) != 4 or x.is_variable or (x.scale, x.zero_point) != (y.scale, y.zero_point):
        return None
    if value is not None and (value.data is None or int(value.data.reshape(-1)[0]) != y.zero_point):
        return None
    if any(numbers[:2]) or any(numbers[6:]):
        return None
    top, bottom, left, right = numbers[2:6]
    return (top, bottom), (left, right)


def _as_same_has_it(op: Operator, axis: int, padding: tuple[int, int]) -> bool:
    """SAME splits at most span - 1 in two, the larger half behind."""
    letter = "hw"[axis]
    span = (op.input(1).shape[1 + axis] - 1) * int(op.option(f"dilation_{letter}_factor", 1)) + 1
    return padding[0] <= (span - 1) // 2 and padding[1] <= span // 2
