"""Graphs for tests in few lines, with random weights and scales that use the whole output range.

>>> b = GraphBuilder(seed=1)
>>> x = b.input((1, 8, 8, 3))
>>> y = b.softmax(b.fully_connected(b.conv_2d(x, 4, kernel=(3, 3), stride=(2, 2)), 10))
>>> z = b.add(b.input((1, 5)), b.input((1, 5)))  # independent operators may share one graph
>>> graph = b.build([y, z])
>>> [operator.type for operator in graph.main.operators]
['CONV_2D', 'FULLY_CONNECTED', 'SOFTMAX', 'ADD']
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from math import prod, sqrt
from types import MappingProxyType
from typing import Any, TypedDict, Unpack

import numpy as np

from codegen.frontend import schema
from codegen.frontend.tensors import NUMPY_TYPES
from codegen.frontend.writer import write_model
from codegen.graph import Array, Graph, Operator, Quantization, Signature, Subgraph, Tensor, read_only

Pair = tuple[int, int]
RANGES: Mapping[str, Pair] = MappingProxyType(
    {"int4": (-8, 7), "int8": (-128, 127), "uint8": (0, 255), "int16": (-(1 << 15), (1 << 15) - 1)}
)


class OutputOptions(TypedDict, total=False):
    """What may be said of an output; all else is chosen at random (scale) or by the operator (shape)."""

    dtype: str
    scale: float
    zero_point: int
    name: str


class Window(TypedDict, total=False):
    """Options of the operators with a window, as (height, width)."""

    stride: Pair
    padding: str
    dilation: Pair
    activation: str


def output_size(size: int, kernel: int, stride: int = 1, padding: str = "SAME", dilation: int = 1) -> int:
    """Output rows or columns of a window, as TFLite computes them.

    >>> output_size(49, 10, 2), output_size(49, 10, 2, "VALID")
    (25, 20)
    """
    if padding == "SAME":
        return -(-size // stride)
    return (size - (kernel - 1) * dilation - 1) // stride + 1


def output_sizes(size: Pair, kernel: Pair, stride: Pair, padding: str, dilation: Pair = (1, 1)) -> Pair:
    """`output_size` of (height, width)."""
    rows, columns = (output_size(size[k], kernel[k], stride[k], padding, dilation[k]) for k in (0, 1))
    return rows, columns


class GraphBuilder:
    """Collects the tensors and operators of one subgraph. `rng` is free for the caller's own numbers."""

    def __init__(self, seed: int = 0, name: str = "main") -> None:
        self.rng = np.random.default_rng(seed)
        self.name = name
        self.tensors: list[Tensor] = []
        self.operators: list[Operator] = []
        self.inputs: list[Tensor] = []
        self.wide_bias = True
        """Whether the bias of an int16 operator has 64 bits, not 32."""

    # Tensors

    def tensor(
        self,
        shape: Sequence[int],
        dtype: str = "int8",
        quantization: Quantization | None = None,
        *,
        data: Array | None = None,
        is_variable: bool = False,
        name: str = "",
    ) -> Tensor:
        """Any tensor, without a rule."""
        id = len(self.tensors)
        data = None if data is None else read_only(data)
        tensor = Tensor(id, name or f"tensor_{id}", tuple(shape), dtype, quantization, data, is_variable, origin=id)
        self.tensors.append(tensor)
        return tensor

    def input(
        self,
        shape: Sequence[int],
        dtype: str = "int8",
        scale: float | None = None,
        zero_point: int | None = None,
        *,
        name: str = "",
    ) -> Tensor:
        """A graph input; random quantization where none is given and the dtype has one."""
        tensor = self.tensor(shape, dtype, self._quantization(dtype, scale, zero_point), name=name)
        self.inputs.append(tensor)
        return tensor

    def variable(self, shape: Sequence[int], dtype: str = "int8", scale: float = 0.05, zero_point: int = 0) -> Tensor:
        return self.tensor(shape, dtype, self._quantization(dtype, scale, zero_point), is_variable=True)

    def constant(
        self,
        array: Array,
        scales: float | Sequence[float] | None = None,
        zero_points: int | Sequence[int] = 0,
        axis: int = 0,
        *,
        dtype: str = "",
        name: str = "",
    ) -> Tensor:
        """A constant; without `scales` it is not quantized. `dtype` "int4" holds an int8 array of nibbles."""
        quantization = None
        if scales is not None:
            many = tuple(float(np.float32(s)) for s in (scales if isinstance(scales, Sequence) else [scales]))
            zeros = tuple(zero_points) if isinstance(zero_points, Sequence) else (zero_points,) * len(many)
            quantization = Quantization(many, zeros, axis)
        return self.tensor(array.shape, dtype or str(array.dtype), quantization, data=array, name=name)

    def _quantization(self, dtype: str, scale: float | None, zero_point: int | None) -> Quantization | None:
        if dtype not in RANGES:
            return None if scale is None else Quantization((float(np.float32(scale)),), (zero_point or 0,))
        lo, hi = RANGES[dtype]
        if scale is None:
            scale = float(self.rng.uniform(0.01, 0.1))
        if zero_point is None:  # int16 is symmetric by TFLite's specification
            zero_point = 0 if dtype == "int16" else int(self.rng.integers(lo // 2, hi // 2 + 1))
        return Quantization((float(np.float32(scale)),), (zero_point,))

    # Any operator

    def operator(
        self,
        type: str,
        inputs: Sequence[Tensor | None],
        /,
        *outputs: Tensor,
        version: int = 1,
        custom_options: bytes | None = None,
        intermediates: Sequence[Tensor] = (),
        **options: Any,  # noqa: ANN401 - option values are of any type
    ) -> Operator:
        """Append an operator that makes `outputs`; custom where `custom_options` are given."""
        if custom_options is None:
            complete = schema.complete_options(type, options)
        else:
            complete = MappingProxyType({"custom_options": custom_options})
        index, is_custom = len(self.operators), custom_options is not None
        operator = Operator(index, type, tuple(inputs), outputs, complete, version, is_custom, tuple(intermediates))
        self.operators.append(operator)
        return operator

    def one(
        self,
        type: str,
        inputs: Sequence[Tensor | None],
        shape: Sequence[int],
        quantization: Quantization | None = None,
        dtype: str = "int8",
        *,
        name: str = "",
        **options: Any,  # noqa: ANN401 - option values are of any type
    ) -> Tensor:
        """Append an operator with one output and return the output."""
        output = self.tensor(shape, dtype, quantization, name=name or f"{type.lower()}_{len(self.operators)}")
        self.operator(type, inputs, output, **options)
        return output

    def _output(self, x: Tensor, out: OutputOptions, scale: float | None = None) -> tuple[Quantization | None, str]:
        """Quantization and dtype of an output: as said, else `scale`, else random."""
        dtype = out.get("dtype", x.dtype)
        return self._quantization(dtype, out.get("scale", scale), out.get("zero_point")), dtype

    # Operators with weights

    def weights(
        self, shape: Sequence[int], axis: int | None = None, *, dtype: str = "int8", symmetric: bool = True
    ) -> Tensor:
        """Random weights, per channel of `axis` or (None) per tensor."""
        if dtype == "float32":
            return self.constant(self.rng.normal(0, 1, shape).astype(np.float32))
        lo, hi = RANGES[dtype]
        values = self.rng.integers(lo + (dtype != "uint8"), hi, shape, endpoint=True).astype(NUMPY_TYPES[dtype])
        count = 1 if axis is None else shape[axis]
        scales = [float(s) for s in self.rng.uniform(0.002, 0.02, count)]
        zero_point = 0 if symmetric else int(self.rng.integers(lo // 4, hi // 4 + 1))
        return self.constant(values, scales, zero_point, axis or 0, dtype=dtype)

    def _bias(self, x: Tensor, w: Tensor, count: int, spread: float) -> Tensor:
        assert w.quantization is not None
        scales = [x.scale * s for s in w.quantization.scales]
        dtype = np.int64 if x.dtype == "int16" and self.wide_bias else np.int32
        return self.constant((self.rng.normal(0, spread, count)).astype(dtype), scales)

    def _weighted(
        self,
        type: str,
        x: Tensor,
        w: Tensor,
        shape: Sequence[int],
        terms: int,
        bias: bool,
        out: OutputOptions,
        **options: Any,  # noqa: ANN401 - option values are of any type
    ) -> Tensor:
        """A weighted sum of `terms` products, its scale such that random inputs fill the output's range."""
        if x.dtype == "float32":
            real = self.constant(self.rng.normal(0, 2, shape[-1]).astype(np.float32)) if bias else None
            return self.one(type, [x, w, real], shape, None, "float32", name=out.get("name", ""), **options)
        assert w.quantization is not None
        x_lo, x_hi = RANGES[x.dtype]
        w_hi = RANGES[w.dtype][1]
        spread = sqrt(terms) * (x_hi - x_lo) / 3 * w_hi / sqrt(3)
        mean_scale = float(np.mean(w.quantization.scales))
        output_hi = RANGES.get(out.get("dtype", x.dtype), (-128, 127))[1]
        scale = x.scale * mean_scale * spread / output_hi * float(self.rng.uniform(1.0, 3.0))
        quantization, dtype = self._output(x, out, scale)
        inputs = [x, w, self._bias(x, w, shape[-1], spread / 2) if bias else None]
        return self.one(type, inputs, shape, quantization, dtype, name=out.get("name", ""), **options)

    def conv_2d(
        self,
        x: Tensor,
        filters: int,
        kernel: Pair = (3, 3),
        *,
        stride: Pair = (1, 1),
        padding: str = "SAME",
        dilation: Pair = (1, 1),
        activation: str = "NONE",
        per_channel: bool = True,
        bias: bool = True,
        groups: int = 1,
        weights_dtype: str = "int8",
        version: int = 3,
        **out: Unpack[OutputOptions],
    ) -> Tensor:
        """CONV_2D of x [n, h, w, c] with random weights [filters, kernel, c / groups]."""
        n, h, w, c = x.shape
        weights = self.weights((filters, *kernel, c // groups), 0 if per_channel else None, dtype=weights_dtype)
        size = output_sizes((h, w), kernel, stride, padding, dilation)
        return self._weighted(
            "CONV_2D", x, weights, (n, *size, filters), prod(weights.shape[1:]), bias, out, version=version,
            padding=padding, stride_h=stride[0], stride_w=stride[1], dilation_h_factor=dilation[0],
            dilation_w_factor=dilation[1], fused_activation_function=activation,
        )  # fmt: skip

    def depthwise_conv_2d(
        self,
        x: Tensor,
        kernel: Pair = (3, 3),
        *,
        multiplier: int = 1,
        stride: Pair = (1, 1),
        padding: str = "SAME",
        dilation: Pair = (1, 1),
        activation: str = "NONE",
        per_channel: bool = True,
        bias: bool = True,
        weights_dtype: str = "int8",
        **out: Unpack[OutputOptions],
    ) -> Tensor:
        """DEPTHWISE_CONV_2D of x [n, h, w, c] with random weights [1, kernel, c * multiplier]."""
        n, h, w, c = x.shape
        weights = self.weights((1, *kernel, c * multiplier), 3 if per_channel else None, dtype=weights_dtype)
        size = output_sizes((h, w), kernel, stride, padding, dilation)
        return self._weighted(
            "DEPTHWISE_CONV_2D", x, weights, (n, *size, c * multiplier), prod(kernel), bias, out, version=3,
            padding=padding, stride_h=stride[0], stride_w=stride[1], depth_multiplier=multiplier,
            dilation_h_factor=dilation[0], dilation_w_factor=dilation[1], fused_activation_function=activation,
        )  # fmt: skip

    def fully_connected(
        self,
        x: Tensor,
        units: int,
        *,
        activation: str = "NONE",
        per_channel: bool = False,
        bias: bool = True,
        keep_num_dims: bool = False,
        weights_dtype: str = "int8",
        symmetric: bool = True,
        **out: Unpack[OutputOptions],
    ) -> Tensor:
        """FULLY_CONNECTED of x with random weights [units, depth]; x is flattened to rows unless dims are kept."""
        depth = x.shape[-1] if keep_num_dims else prod(x.shape[1:])
        shape = (*x.shape[:-1], units) if keep_num_dims else (x.size // depth, units)
        axis = 0 if per_channel else None
        weights = self.weights((units, depth), axis, dtype=weights_dtype, symmetric=symmetric)
        return self._weighted(
            "FULLY_CONNECTED", x, weights, shape, depth, bias, out, version=4,
            fused_activation_function=activation, keep_num_dims=keep_num_dims,
        )  # fmt: skip

    # Operators without weights

    def pool(self, x: Tensor, type: str = "MAX_POOL_2D", kernel: Pair = (2, 2), **window: Unpack[Window]) -> Tensor:
        """AVERAGE_POOL_2D or MAX_POOL_2D; the output has the input's quantization, as the converter writes it."""
        stride, padding = window.get("stride", kernel), window.get("padding", "VALID")
        n, h, w, c = x.shape
        size = output_sizes((h, w), kernel, stride, padding)
        return self.one(
            type, [x], (n, *size, c), x.quantization, x.dtype, version=2, padding=padding, stride_h=stride[0],
            stride_w=stride[1], filter_height=kernel[0], filter_width=kernel[1],
            fused_activation_function=window.get("activation", "NONE"),
        )  # fmt: skip

    def binary(self, type: str, a: Tensor, b: Tensor, activation: str = "NONE", **out: Unpack[OutputOptions]) -> Tensor:
        """ADD, SUB or MUL with broadcasting."""
        scale = a.scale * b.scale * 40 if type == "MUL" else max(a.scale, b.scale) * float(self.rng.uniform(0.8, 2))
        quantization, dtype = self._output(a, out, scale)
        shape = np.broadcast_shapes(a.shape, b.shape)
        return self.one(type, [a, b], shape, quantization, dtype, version=2, fused_activation_function=activation)

    def add(self, a: Tensor, b: Tensor, activation: str = "NONE", **out: Unpack[OutputOptions]) -> Tensor:
        return self.binary("ADD", a, b, activation, **out)

    def unary(self, type: str, x: Tensor, **out: Unpack[OutputOptions]) -> Tensor:
        """An elementwise operator without options: RELU, RELU6, QUANTIZE, DEQUANTIZE (dtype="float32"), ..."""
        quantization, dtype = self._output(x, out, x.scale * float(self.rng.uniform(0.5, 1.5)))
        return self.one(type, [x], x.shape, quantization if dtype in RANGES else None, dtype, version=2)

    def softmax(self, x: Tensor, beta: float = 1.0) -> Tensor:
        """SOFTMAX over the last axis, its output quantization fixed by TFLite's specification."""
        quantization = Quantization((1 / 256,), (-128,)) if x.dtype == "int8" else Quantization((1 / 32768,), (0,))
        return self.one("SOFTMAX", [x], x.shape, quantization, x.dtype, version=2, beta=float(np.float32(beta)))

    def logistic(self, x: Tensor) -> Tensor:
        """LOGISTIC, its output quantization fixed by TFLite's specification."""
        quantization = Quantization((1 / 256,), (-128,)) if x.dtype == "int8" else Quantization((1 / 32768,), (0,))
        return self.one("LOGISTIC", [x], x.shape, quantization, x.dtype, version=2)

    def reshape(self, x: Tensor, shape: Sequence[int]) -> Tensor:
        new_shape = self.constant(np.array(shape, np.int32))
        return self.one("RESHAPE", [x, new_shape], shape, x.quantization, x.dtype, new_shape=tuple(shape))

    def pad(self, x: Tensor, paddings: Sequence[Pair], value: int | None = None) -> Tensor:
        """PAD by (before, after) an axis, or PADV2 with the quantized `value`."""
        inputs = [x, self.constant(np.array(paddings, np.int32).reshape(-1, 2))]
        if value is not None:
            scale = (x.scale, x.zero_point) if x.quantization else ()
            inputs.append(self.constant(np.array([value], NUMPY_TYPES[x.dtype]), *scale))
        shape = [sum(p) + size for p, size in zip(paddings, x.shape, strict=True)]
        return self.one("PAD" if value is None else "PADV2", inputs, shape, x.quantization, x.dtype, version=2)

    def mean(
        self, x: Tensor, axes: Sequence[int], *, keep_dims: bool = False, type: str = "MEAN",
        **out: Unpack[OutputOptions],
    ) -> Tensor:  # fmt: skip
        """MEAN (or another reduction) over `axes`."""
        reduced = {axis % len(x.shape) for axis in axes}
        shape = [1 if k in reduced else size for k, size in enumerate(x.shape) if keep_dims or k not in reduced]
        quantization, dtype = self._output(x, out, x.scale * float(self.rng.uniform(0.2, 1)))
        axes_tensor = self.constant(np.array(axes, np.int32))
        return self.one(type, [x, axes_tensor], shape, quantization, dtype, version=2, keep_dims=keep_dims)

    def concatenation(self, tensors: Sequence[Tensor], axis: int = -1) -> Tensor:
        """CONCATENATION; the inputs must share their quantization, as the converter makes them do."""
        shape = list(tensors[0].shape)
        shape[axis] = sum(tensor.shape[axis] for tensor in tensors)
        return self.one("CONCATENATION", tensors, shape, tensors[0].quantization, tensors[0].dtype, version=2,
                        axis=axis)  # fmt: skip

    # The result

    def subgraph(self, outputs: Sequence[Tensor], index: int = 0) -> Subgraph:
        return Subgraph(
            index, self.name, tuple(self.tensors), tuple(self.operators), tuple(self.inputs), tuple(outputs)
        )

    def build(
        self,
        outputs: Sequence[Tensor],
        others: Sequence[tuple[GraphBuilder, Sequence[Tensor]]] = (),
        signatures: Mapping[str, int] = MappingProxyType({"serving_default": 0}),
    ) -> Graph:
        """The model with this subgraph first and `others` (builder, its outputs) after it. `signatures` are names of
        subgraphs; their inputs and outputs are named as the tensors are."""
        subgraphs = [self.subgraph(outputs)] + [b.subgraph(outs, k + 1) for k, (b, outs) in enumerate(others)]
        signed = []
        for key, index in signatures.items():
            named = [tuple((t.name, t) for t in ts) for ts in (subgraphs[index].inputs, subgraphs[index].outputs)]
            signed.append(Signature(key, index, *named))
        graph = Graph("built.tflite", "", "made by a test", tuple(subgraphs), tuple(signed))
        digest = hashlib.sha256(write_model(graph)).hexdigest()
        return Graph(graph.file, digest, graph.description, graph.subgraphs, graph.signatures)

    def model(self, outputs: Sequence[Tensor]) -> bytes:
        """The .tflite file of `build`."""
        return write_model(self.build(outputs))
