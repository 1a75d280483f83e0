"""Proof that a graph can be used: every later step relies on what is checked here.

Each rule is a generator of problems; all rules see the whole graph, so that one run shows all there is to mend.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from math import isfinite
from types import MappingProxyType

from ..errors import CodegenError, Location, Refusal
from ..graph import ITEM_BITS, Graph, Operator, Quantization, Subgraph, Tensor
from .tensors import NUMPY_TYPES

_AGAIN = "the file is damaged or its converter has a fault: export the model again"
_MOST_BYTES = (1 << 31) - 1
_RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "int4": (-8, 7),
        "int8": (-(1 << 7), (1 << 7) - 1),
        "uint8": (0, (1 << 8) - 1),
        "int16": (-(1 << 15), (1 << 15) - 1),
        "int32": (-(1 << 31), (1 << 31) - 1),
        "int64": (-(1 << 63), (1 << 63) - 1),
    }
)
"""Types that quantization means something for, and the zero points they can have."""


def validate(graph: Graph) -> None:
    """Raise CodegenError with every problem of `graph`."""
    if problems := find_problems(graph):
        raise CodegenError(*problems)


def find_problems(graph: Graph, known: AbstractSet[Tensor] = frozenset()) -> list[Refusal]:
    """All that is wrong with `graph`; nothing is said again of the tensors in `known`."""
    if not graph.subgraphs:
        return [Refusal(Location(graph.file), "the model has no subgraph", _AGAIN)]
    problems: list[Refusal] = []
    for subgraph in graph.subgraphs:
        problems += _tensor_problems(graph, subgraph, known)
        problems += _order_problems(graph, subgraph, known)
    problems += _call_problems(graph)
    return problems


def _location(graph: Graph, subgraph: Subgraph, operator: Operator | None = None) -> Location:
    if operator is None:
        return Location(graph.file, subgraph.index)
    return Location(graph.file, subgraph.index, operator.index, operator.type, operator.name)


def _tensor_problems(graph: Graph, subgraph: Subgraph, known: AbstractSet[Tensor]) -> Iterator[Refusal]:
    """What is wrong with tensors by themselves, each at the operator that makes or first uses it."""
    users: dict[Tensor, Operator | None] = dict.fromkeys((*subgraph.tensors, *subgraph.inputs, *subgraph.outputs))
    for operator in subgraph.operators:
        for tensor in (*operator.outputs, *operator.inputs, *operator.intermediates):
            if tensor is not None and users.get(tensor) is None:
                users[tensor] = operator
    carriers = {tensor for operator in subgraph.operators for tensor in operator.intermediates}
    for tensor, user in users.items():
        if tensor not in known:
            for found, hint in _faults(tensor, is_carrier=tensor in carriers):
                text = f"tensor {tensor.id} {tensor.name!r} {found}"
                yield Refusal(_location(graph, subgraph, user), text, hint)


def _faults(tensor: Tensor, *, is_carrier: bool) -> Iterator[tuple[str, str]]:
    """(what is wrong, hint) of one tensor. A carrier has quantization only: its shape means nothing."""
    if tensor.dtype not in ITEM_BITS:
        yield f"has the type {tensor.dtype}", "only numbers, bool and resources can be compiled"
        return
    if any(size < 1 for size in tensor.shape) and not is_carrier:
        yield (
            f"is empty: its shape is {list(tensor.shape)}",
            "every dimension must be at least 1: remove the layer that makes or takes nothing",
        )
    elif tensor.bytes > _MOST_BYTES:
        yield f"has the shape {list(tensor.shape)}: {tensor.bytes} bytes", "no microcontroller holds 2 GiB"
    elif tensor.data is not None and tensor.data.shape != tensor.shape:
        yield f"has the shape {list(tensor.shape)}, but its values {list(tensor.data.shape)}", _AGAIN
    elif tensor.data is not None and tensor.data.dtype != NUMPY_TYPES[tensor.dtype]:
        yield f"has the type {tensor.dtype}, but its values {tensor.data.dtype}", _AGAIN
    if tensor.quantization is not None and tensor.dtype in _RANGES:
        yield from _quantization_faults(tensor, tensor.quantization)


def _quantization_faults(tensor: Tensor, quantization: Quantization) -> Iterator[tuple[str, str]]:
    scales, zero_points = quantization.scales, quantization.zero_points
    again = "quantize and export the model again"
    if not scales or len(scales) != len(zero_points):
        yield f"has {len(scales)} scales but {len(zero_points)} zero points", again
        return
    wrong_scale = next((k for k, scale in enumerate(scales) if not (isfinite(scale) and scale > 0)), None)
    if wrong_scale is not None:
        yield (
            f"has the scale {scales[wrong_scale]:g}{_of_channel(quantization, wrong_scale)}; scales are above 0",
            "its range was zero or not finite when the model was quantized: calibrate with representative data",
        )
    lo, hi = _RANGES[tensor.dtype]
    wrong_zero = next((k for k, zero in enumerate(zero_points) if not lo <= zero <= hi), None)
    if wrong_zero is not None:
        zero_point = f"{zero_points[wrong_zero]}{_of_channel(quantization, wrong_zero)}"
        yield f"has the zero point {zero_point}, but {tensor.dtype} holds {lo} to {hi}", again
    if not quantization.is_per_channel:
        return
    if not 0 <= quantization.axis < len(tensor.shape):
        yield f"is quantized along axis {quantization.axis} of {len(tensor.shape)}", again
    elif tensor.shape[quantization.axis] != len(scales):
        size = tensor.shape[quantization.axis]
        yield f"has {len(scales)} scales along axis {quantization.axis}, which has {size} entries", again


def _of_channel(quantization: Quantization, index: int) -> str:
    return f" for channel {index}" if quantization.is_per_channel else ""


def _order_problems(graph: Graph, subgraph: Subgraph, known: AbstractSet[Tensor]) -> Iterator[Refusal]:
    """Each input is there before it is used, each tensor made once, each output of the subgraph made."""
    here = _location(graph, subgraph)
    made = {tensor for tensor in subgraph.tensors if tensor.is_constant or tensor.is_variable} | set(known)
    for tensor in subgraph.inputs:
        if tensor.is_constant:
            yield Refusal(here, f"input tensor {tensor.id} {tensor.name!r} of the subgraph is a constant", _AGAIN)
    if len(set(subgraph.inputs)) < len(subgraph.inputs):
        yield Refusal(here, "the inputs of the subgraph name one tensor twice", _AGAIN)
    made.update(subgraph.inputs)
    makers: dict[Tensor, Operator] = {}
    all_made = made | {tensor for operator in subgraph.operators for tensor in operator.outputs}
    for operator in subgraph.operators:
        where = _location(graph, subgraph, operator)
        if not operator.outputs and operator.type not in _WITHOUT_OUTPUT and not operator.is_custom:
            yield Refusal(where, "it has no output", _AGAIN)
        for tensor in filter(None, operator.inputs):
            if tensor in made or tensor.is_constant:
                continue
            late = "only a later operator makes" if tensor in all_made else "nothing makes"
            yield Refusal(where, f"it reads tensor {tensor.id} {tensor.name!r}, which {late}", _AGAIN)
            made.add(tensor)  # said once
        for tensor in operator.outputs:
            if tensor in makers:
                yield Refusal(
                    where,
                    f"it makes tensor {tensor.id} {tensor.name!r}, as operator {makers[tensor].index} does",
                    _AGAIN,
                )
            elif tensor.is_constant or tensor in subgraph.inputs:
                what = "a constant" if tensor.is_constant else "an input of the subgraph"
                yield Refusal(where, f"it writes tensor {tensor.id} {tensor.name!r}, which is {what}", _AGAIN)
            makers.setdefault(tensor, operator)
            made.add(tensor)
    for tensor in subgraph.outputs:
        if tensor not in all_made:
            yield Refusal(here, f"no operator makes output tensor {tensor.id} {tensor.name!r}", _AGAIN)


_WITHOUT_OUTPUT = frozenset({"ASSIGN_VARIABLE", "CALL_ONCE", "CALL", "HASHTABLE_IMPORT", "WHILE", "IF"})


def called_subgraphs(operator: Operator) -> tuple[int, ...]:
    """Indices of the subgraphs that `operator` runs."""
    if operator.is_custom:
        return ()
    names = [name for name in operator.options if name.endswith("subgraph_index") or name == "subgraph"]
    return tuple(operator.options[name] for name in names)


def _call_problems(graph: Graph) -> Iterator[Refusal]:
    """Operators name subgraphs that exist, and no subgraph runs itself, at whatever depth."""
    calls: dict[int, set[int]] = {subgraph.index: set() for subgraph in graph.subgraphs}
    count = len(graph.subgraphs)
    for subgraph, operator in graph.operators():
        for index in called_subgraphs(operator):
            if 0 <= index < count:
                calls[subgraph.index].add(index)
            else:
                found = f"it runs subgraph {index}, but there are {count}"
                yield Refusal(_location(graph, subgraph, operator), found, _AGAIN)
    # Take away subgraphs that call only what was taken away already: a cycle is what stays.
    callers: dict[int, list[int]] = {index: [] for index in calls}
    for caller, callees in calls.items():
        for callee in callees:
            callers[callee].append(caller)
    waiting = {index: len(callees) for index, callees in calls.items()}
    free = [index for index, number in waiting.items() if number == 0]
    while free:
        index = free.pop()
        del waiting[index]
        for caller in callers[index]:
            waiting[caller] -= 1
            if waiting[caller] == 0:
                free.append(caller)
    if waiting:
        found = f"the subgraphs {', '.join(map(str, sorted(waiting)))} run each other without end"
        yield Refusal(Location(graph.file), found, "recursion cannot be compiled: export without it")
