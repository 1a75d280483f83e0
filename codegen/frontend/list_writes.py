"""Writes into TensorLists: the converter's slices of sizes that nobody knows become one update of known shape.

A Keras recurrent layer keeps its outputs in a TensorList. The converter lowers `list[i] = item` to
CONCATENATION(SLICE(list, 0, [i, -1, ...]), item, SLICE(list, [i + 1, 0, ...], -1)): two slices whose sizes are known
when the loop runs, while the whole keeps its shape. It is DYNAMIC_UPDATE_SLICE(list, item, [i, 0, ...]), the same bytes
for every i inside the list; LiteRT fails for others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..graph import Array, Graph, Operator, Subgraph, Tensor
from . import schema


def with_list_writes(subgraph: Subgraph) -> Subgraph:
    """`subgraph` in which such writes are DYNAMIC_UPDATE_SLICE; the slices and their tensors are gone."""
    makers = {tensor: op for op in subgraph.operators for tensor in op.outputs}
    writes = {op.index: found for op in subgraph.operators if (found := _write(op, makers)) is not None}
    if not writes:
        return subgraph
    read = [tensor for op in subgraph.operators if op.index not in writes for tensor in op.inputs]
    gone = {
        part
        for write in writes.values()
        for part in (write.before, write.after)
        if part.output not in read and part.output not in subgraph.outputs
    }
    operators: list[Operator] = []
    tensors = [t for t in subgraph.tensors if all(t is not part.output for part in gone)]
    for op in subgraph.operators:
        if op.index not in writes:
            operators += [] if op in gone else [op]
            continue
        write = writes[op.index]
        start = Tensor(-1 - len(tensors), f"{op.name}/start", (len(op.output.shape),), "int32")
        tensors.append(start)
        joined = schema.complete_options("CONCATENATION", {"axis": 0})
        operators.append(Operator(write.before.index, "CONCATENATION", (write.place, write.zeros), (start,), joined))
        update = schema.complete_options("DYNAMIC_UPDATE_SLICE", {})
        inputs = (write.before.input(), op.input(1), start)
        operators.append(replace(op, type="DYNAMIC_UPDATE_SLICE", inputs=inputs, options=update, version=1))
    return replace(subgraph, tensors=tuple(tensors), operators=tuple(operators))


def has_list_writes(graph: Graph) -> bool:
    """Whether `graph`, as it was read, has writes that the file has not as such: their places have no index there."""
    updates = (op for _, op in graph.operators() if op.type == "DYNAMIC_UPDATE_SLICE" and len(op.inputs) == 3)
    return any(op.input(2).id < 0 for op in updates if op.inputs[2] is not None)


@dataclass(frozen=True, slots=True)
class _Write:
    """The two slices, the place in the list as a vector of one element, and zeros for its other dimensions."""

    before: Operator
    after: Operator
    place: Tensor
    zeros: Tensor


def _write(op: Operator, makers: Mapping[Tensor, Operator]) -> _Write | None:
    """What `op` writes, where it is the CONCATENATION of such a write."""
    if not _is(op, "CONCATENATION", 3) or op.option("axis") != 0 or not op.output.shape:
        return None
    if op.option("fused_activation_function", "NONE") != "NONE":
        return None
    before, after = (_slice(op.input(k), makers) for k in (0, 2))
    item, whole = op.input(1), op.output
    if before is None or after is None or before.input() is not after.input():
        return None
    entries = before.input()
    same = entries.shape == whole.shape and entries.dtype == whole.dtype == item.dtype
    if not same or item.shape != (1, *whole.shape[1:]):
        return None
    size, begin = _vector(before.input(2), -1, makers), _vector(after.input(1), 0, makers)
    if size is None or begin is None or not _all(before.input(1).data, 0) or not _all(after.input(2).data, -1):
        return None
    follows = makers.get(begin.number)
    if follows is None or not _is(follows, "ADD", 2) or follows.option("fused_activation_function", "NONE") != "NONE":
        return None
    a, b = follows.input(0), follows.input(1)
    if not any(x is size.number and _all(one.data, 1) for x, one in ((a, b), (b, a))):
        return None
    return _Write(before, after, size.vector, begin.rest)


@dataclass(frozen=True, slots=True)
class _Vector:
    """[number, rest...]: `vector` is the number as one element."""

    number: Tensor
    vector: Tensor
    rest: Tensor


def _vector(tensor: Tensor, fill: int, makers: Mapping[Tensor, Operator]) -> _Vector | None:
    """The parts of an int32 vector whose first element is computed and whose others are `fill`."""
    joined = makers.get(tensor)
    if joined is None or not _is(joined, "CONCATENATION", 2) or tensor.dtype != "int32" or len(tensor.shape) != 1:
        return None
    first, rest = joined.input(0), joined.input(1)
    reshaped = makers.get(first)
    if reshaped is None or reshaped.type not in ("RESHAPE", "EXPAND_DIMS") or first.shape != (1,):
        return None
    return _Vector(reshaped.input(), first, rest) if _all(rest.data, fill) else None


def _slice(tensor: Tensor, makers: Mapping[Tensor, Operator]) -> Operator | None:
    op = makers.get(tensor)
    return op if op is not None and _is(op, "SLICE", 3) else None


def _is(op: Operator, type: str, inputs: int) -> bool:
    return op.type == type and len(op.inputs) == inputs and None not in op.inputs and len(op.outputs) == 1


def _all(data: Array | None, value: int) -> bool:
    return data is not None and bool((data == value).all())
