"""`verify --layers`: every intermediate tensor against the reference, and the first operator that differs.

The module is compiled once more with every tensor kept, so that each has memory of its own to the end. Tensors keep
their index in the source file through every rewrite: what a module computes in one step is compared where that step
ends, and what lies inside of it is named with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .emission.interface import Port
from .graph import Graph, Operator, Tensor
from .reference import run_reference
from .verification import Case, Comparison, Observation, compare


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A tensor of the source file that the module computes: `operators` make it of the tensors compared before it, the
    last of them (in file order) by itself or with the others merged into it."""

    tensor: Tensor
    port: Port
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LayerResult:
    """A layer with what the comparison says of it."""

    layer: Layer
    comparison: Comparison


@dataclass(frozen=True, slots=True, eq=False)
class LayerReport:
    """All layers in file order. `merged` counts the tensors that the module does not compute by themselves."""

    results: tuple[LayerResult, ...]
    merged: int

    @property
    def different(self) -> tuple[LayerResult, ...]:
        return tuple(result for result in self.results if not result.comparison.is_equal)


def layers_of(source: Graph, kept: Sequence[Port]) -> tuple[Layer, ...]:
    """What can be compared of `source`, a model as it was read, in file order."""
    ports = {port.tensor.origin: port for port in kept}
    makers = {tensor: op for op in source.main.operators for tensor in op.outputs}
    found = []
    for op in source.main.operators:
        for tensor in op.outputs:
            if _is_compared(tensor) and tensor.id in ports:
                operators = _made_by(tensor, makers, {t for t in makers if t.id in ports})
                found.append(Layer(tensor, ports[tensor.id], operators))
    return tuple(found)


def _is_compared(tensor: Tensor) -> bool:
    return not (tensor.is_constant or tensor.is_variable or tensor.dtype == "resource")


def _made_by(tensor: Tensor, makers: dict[Tensor, Operator], known: set[Tensor]) -> tuple[Operator, ...]:
    """The operators of the file between `tensor` and the tensors `known`, in file order."""
    found: dict[int, Operator] = {}
    waiting = [tensor]
    for each in waiting:
        op = makers.get(each)
        if op is None or op.index in found:
            continue
        found[op.index] = op
        waiting += [x for x in op.inputs if x is not None and x not in known]
    return tuple(found[index] for index in sorted(found))


def compare_layers(
    source: Graph,
    kept: Sequence[Port],
    cases: Sequence[Case],
    observed: Observation,
    oracle: str,
    feedback: Sequence[tuple[int, int]] = (),
) -> LayerReport:
    """Every layer in every case: `observed` is a run of the module whose kept tensors are `kept`."""
    layers = layers_of(source, kept)
    expected = run_reference(source, cases, oracle, [layer.tensor for layer in layers], feedback)
    results = []
    for place, layer in enumerate(layers):
        position = kept.index(layer.port)
        channels = layer.port.tensor.kept
        wanted = [
            (case[place] if channels is None else case[place].reshape(layer.tensor.shape)[..., list(channels)],)
            for case in expected
        ]
        found = [None if case is None else (case[position],) for case in observed.kept]
        results.append(LayerResult(layer, compare(wanted, found, [layer.port])))
    every = sum(_is_compared(tensor) for op in source.main.operators for tensor in op.outputs)
    return LayerReport(tuple(results), every - len(layers))
