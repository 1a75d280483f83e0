"""Graph, Subgraph, Operator, Tensor, Quantization: the model as the compiler sees it.

All are frozen; constants are read-only numpy arrays. A tensor is one object: operators refer to it directly,
and it compares by identity. Rewrites make new objects (`dataclasses.replace`) and keep `origin`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from .operators.family import Family

Array = npt.NDArray[Any]

ITEM_BITS: Mapping[str, int] = MappingProxyType(
    {
        "int4": 4, "int8": 8, "uint8": 8, "bool": 8, "int16": 16, "uint16": 16, "float16": 16,
        "int32": 32, "uint32": 32, "float32": 32, "int64": 64, "uint64": 64, "float64": 64,
        "complex64": 64, "complex128": 128, "resource": 32,
    }
)  # fmt: skip
"""Bits of one element. `string`, `variant` and unknown types have no entry: they cannot be planned."""


@dataclass(frozen=True, slots=True)
class Quantization:
    """real = scale * (q - zero_point), per tensor or per slice of `axis` (TFLite 8-bit quantization specification).

    `scales` are the file's float32 values; `zero_points` has as many entries as `scales`.
    """

    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int = 0

    @property
    def is_per_channel(self) -> bool:
        return len(self.scales) > 1


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """A tensor of one subgraph. `shape` is positive and static (batch -1 was made concrete by the reader).

    `id` is unique within the subgraph; for tensors of the source file it is their index there.
    `origin` is the source index that users know, kept through rewrites (None for invented tensors).
    A variable keeps its value between invocations; `initial` is its value after a reset (None: every element is the
    zero point of an int8 tensor, 0 of any other).
    `data` is a read-only array of `shape` for constants (int4 unpacked to int8), None for computed tensors.
    `kept`: which channels (last dimension) of the source tensor it still has; None: all.
    """

    id: int
    name: str
    shape: tuple[int, ...]
    dtype: str
    quantization: Quantization | None = None
    data: Array | None = None
    is_variable: bool = False
    origin: int | None = None
    initial: Array | None = None
    kept: tuple[int, ...] | None = None

    @property
    def is_constant(self) -> bool:
        return self.data is not None

    @property
    def size(self) -> int:
        """Number of elements."""
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        """Bytes in memory, 4-bit elements packed two to a byte."""
        return (self.size * ITEM_BITS[self.dtype] + 7) // 8

    @property
    def scale(self) -> float:
        """The per-tensor scale (the reader proved that it is there where an operator needs it)."""
        assert self.quantization is not None, self.name
        return self.quantization.scales[0]

    @property
    def zero_point(self) -> int:
        """The per-tensor zero point; 0 for tensors without quantization."""
        return self.quantization.zero_points[0] if self.quantization else 0


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """One operator. `inputs` has None for absent optional tensors.

    `type` is the schema's name (`CONV_2D`) or, for CUSTOM, the custom name. `options` has the schema's fields in
    snake_case; enumerations as their names (`padding`: "SAME", `fused_activation_function`: "RELU6").
    Custom options are `options["custom_options"]` (bytes). `index` is the position in the source file.
    `intermediates` are tensors that carry only quantization, for recurrent cells; nothing is computed into them.
    `state` are the variables of a stateful operator that the file does not name (a transform makes them).
    `family` is what the user supplied of a custom operator (`codegen.custom`); None: the compiler's own.
    """

    index: int
    type: str
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]
    options: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    version: int = 1
    is_custom: bool = False
    intermediates: tuple[Tensor, ...] = ()
    state: tuple[Tensor, ...] = ()
    family: Family | None = None

    @property
    def name(self) -> str:
        """The name of its first output: what converters and viewers call the layer."""
        return self.outputs[0].name if self.outputs else ""

    def input(self, position: int = 0) -> Tensor:
        """The required input at `position`."""
        tensor = self.inputs[position]
        assert tensor is not None, (self.type, self.index, position)
        return tensor

    def optional_input(self, position: int) -> Tensor | None:
        """The input at `position`, None where it is absent or the list is shorter."""
        return self.inputs[position] if position < len(self.inputs) else None

    @property
    def output(self) -> Tensor:
        return self.outputs[0]

    def option(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - option values are of any type
        """The option `name`, or `default` where the file has none."""
        return self.options.get(name, default)


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """A named entry point: (name, tensor) pairs of its inputs and outputs, on one subgraph."""

    key: str
    subgraph: int
    inputs: tuple[tuple[str, Tensor], ...]
    outputs: tuple[tuple[str, Tensor], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Subgraph:
    """Operators in execution order; `tensors` in source order, invented ones after."""

    index: int
    name: str
    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """A whole model. `file` is the name in messages, `sha256` that of the source bytes.

    `keep` are tensors of the main subgraph whose values must still be there when the invocation ends.
    """

    file: str
    sha256: str
    description: str
    subgraphs: tuple[Subgraph, ...]
    signatures: tuple[Signature, ...] = ()
    metadata: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    keep: tuple[Tensor, ...] = ()

    @property
    def main(self) -> Subgraph:
        return self.subgraphs[0]

    @property
    def entries(self) -> tuple[tuple[str, int], ...]:
        """(name, subgraph) of what an application can call: the main subgraph, then those of signatures in their order,
        each by the first signature that names it. Names are "" where there is one only."""
        found: dict[int, str] = {}
        for signature in self.signatures:
            found.setdefault(signature.subgraph, signature.key)
        found = {self.main.index: found.get(self.main.index) or self.main.name or "main", **found}
        if len(found) == 1:
            return (("", self.main.index),)
        return tuple((key, index) for index, key in found.items())

    def operators(self) -> Iterator[tuple[Subgraph, Operator]]:
        """Every operator with its subgraph, in file order."""
        for subgraph in self.subgraphs:
            for operator in subgraph.operators:
                yield subgraph, operator


def read_only(array: Array) -> Array:
    """`array` as a C-contiguous array that cannot be written (a copy only where needed)."""
    result = np.asarray(array, order="C")  # ascontiguousarray would make a scalar one-dimensional
    if result is array or result.base is not None:
        result = result.view()
    result.flags.writeable = False
    return result
