"""What control flow shares: values handed to a subgraph and taken back, by copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import CodegenError, Location

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ..graph import Operator, Subgraph, Tensor
    from ..planning.model import Body, KernelCall
    from .family import Expander


def copies(
    expander: Expander, op: Operator, sources: Iterable[Tensor | None], destinations: Iterable[Tensor]
) -> Iterator[KernelCall]:
    """One copy for each pair. Raises CodegenError where numbers, types or sizes differ."""
    given, wanted = list(sources), list(destinations)
    if len(given) != len(wanted):
        raise _refused(op, f"it hands over {len(given)} tensors where {len(wanted)} are expected")
    for source, destination in zip(given, wanted, strict=True):
        if source is None or source.dtype != destination.dtype or source.bytes != destination.bytes:
            shape = "nothing" if source is None else f"{source.dtype} {list(source.shape)}"
            raise _refused(op, f"it hands over {shape} where {destination.dtype} {list(destination.shape)} is expected")
        yield expander.copy(op, source, destination)


def enter(expander: Expander, op: Operator, sources: Iterable[Tensor | None], index: int) -> Body:
    """Runs subgraph `index` on `sources`; inputs that it never reads are not copied."""
    subgraph = expander.subgraph(index)
    read = _read(subgraph)
    handed = copies(expander, op, sources, subgraph.inputs)
    kept = tuple(call for call, wanted in zip(handed, subgraph.inputs, strict=True) if wanted in read)
    return (*kept, *expander.body(index))


def condition(expander: Expander, op: Operator, index: int) -> Tensor:
    """The bool that subgraph `index` makes. Raises CodegenError where it makes another thing."""
    outputs = expander.subgraph(index).outputs
    if len(outputs) != 1 or outputs[0].dtype != "bool" or outputs[0].size != 1:
        raise _refused(op, f"subgraph {index}, its condition, does not make one bool")
    return outputs[0]


def _read(subgraph: Subgraph) -> set[Tensor]:
    read = {tensor for op in subgraph.operators for tensor in op.inputs if tensor is not None}
    return read | set(subgraph.outputs)


def _refused(op: Operator, found: str) -> CodegenError:
    return CodegenError.at(Location(None, None, op.index, op.type, op.name), found, "export the model again")
