"""Hypothesis strategies: graphs of every kind that .tflite files can hold."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from codegen.frontend import schema
from codegen.frontend.tensors import NUMPY_TYPES
from codegen.graph import Graph, Quantization, Tensor
from tests.builders import RANGES, GraphBuilder

_LIMITS = {"<b": 7, "<B": 8, "<h": 15, "<H": 16, "<i": 31, "<I": 32, "<q": 63, "<Q": 64}
_NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
_OPERATORS = [name for name in schema.enum_values("BuiltinOperator") if name != schema.CUSTOM]


def subgraph_options(type: str) -> list[str]:
    """The options of an operator that name subgraphs."""
    table = schema.options_table(type)
    return [name for name in schema.fields(table) if name == "subgraph" or "subgraph_index" in name] if table else []


_LEAVES = [name for name in _OPERATORS if not subgraph_options(name)]

float32s = st.floats(width=32, allow_nan=False, allow_infinity=False)


@st.composite
def quantizations(draw: st.DrawFn, dtype: str, shape: tuple[int, ...]) -> Quantization | None:
    """A valid quantization of a tensor, per tensor or per channel, or none."""
    lo, hi = RANGES.get(dtype, (0, 0))
    scale = st.floats(2.0**-30, 2.0**10, width=32)
    axes = [axis for axis, size in enumerate(shape) if size > 1]
    if axes and draw(st.booleans()):
        axis = draw(st.sampled_from(axes))
        scales = draw(st.lists(scale, min_size=shape[axis], max_size=shape[axis]))
        zeros = draw(st.lists(st.integers(lo, hi), min_size=shape[axis], max_size=shape[axis]))
        return Quantization(tuple(scales), tuple(zeros), axis)
    if draw(st.booleans()):
        return Quantization((draw(scale),), (draw(st.integers(lo, hi)),))
    return None


@st.composite
def tensors(draw: st.DrawFn, builder: GraphBuilder, *, constant: bool) -> Tensor:
    """A new tensor of `builder` of any dtype."""
    shape = tuple(draw(st.lists(st.integers(1, 4), max_size=4)))
    dtype = draw(st.sampled_from(sorted(NUMPY_TYPES)))
    data = None
    if constant:
        count, item = int(np.prod(shape, dtype=int)), NUMPY_TYPES[dtype]
        raw = builder.rng.integers(0, 256, count * item.itemsize, np.uint8).tobytes()
        data = np.frombuffer(raw, np.uint8 if dtype == "bool" else item).reshape(shape)
        data = data & 1 == 1 if dtype == "bool" else data << 4 >> 4 if dtype == "int4" else data
    quantization = draw(quantizations(dtype, shape))
    is_variable = not constant and draw(st.booleans())
    return builder.tensor(shape, dtype, quantization, data=data, is_variable=is_variable, name=draw(_NAMES))


def option_values(field: schema.Field) -> st.SearchStrategy[object]:
    """Any value that the option `field` can hold."""
    if field.kind == "string":
        return _NAMES
    if field.enum:
        return st.sampled_from(sorted(schema.enum_values(field.enum)))
    if field.format == "?":
        one: st.SearchStrategy[object] = st.booleans()
    elif field.format in ("<f", "<d"):
        one = float32s
    else:
        bits, signed = _LIMITS[field.format], field.format.islower()
        one = st.integers(-(2**bits) if signed else 0, 2**bits - 1)
    return st.lists(one, max_size=4).map(tuple) if field.kind == "vector" else one


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Valid graphs of any operators with any options; inputs and outputs need not suit the operators."""
    builders = []
    for _ in range(draw(st.integers(1, 3))):
        builder = GraphBuilder(draw(st.integers(0, 99)), name=draw(_NAMES))
        ready: list[Tensor] = []
        for _ in range(draw(st.integers(0, 3))):
            tensor = draw(tensors(builder, constant=False))
            builder.inputs.append(tensor)
            ready.append(tensor)
        for _ in range(draw(st.integers(0, 4))):
            ready += [draw(tensors(builder, constant=True)) for _ in range(draw(st.integers(0, 2)))]
            type = draw(st.sampled_from(_LEAVES))
            table = schema.options_table(type)
            fields = schema.fields(table) if table else {}
            options = {name: draw(option_values(field)) for name, field in fields.items()}
            custom = draw(st.none() | st.binary(max_size=9))
            if custom is not None:
                type, options = draw(st.sampled_from(["MyOp", "Ünïcode", "CONV_2D"])), {}
            inputs = draw(st.lists(st.none() | st.sampled_from(ready), max_size=3)) if ready else []
            outputs = [draw(tensors(builder, constant=False)) for _ in range(draw(st.integers(1, 2)))]
            carriers = [draw(tensors(builder, constant=False)) for _ in range(draw(st.integers(0, 1)))]
            version = draw(st.integers(0, 9))
            builder.operator(
                type, inputs, *outputs, version=version, custom_options=custom, intermediates=carriers, **options
            )
            ready += outputs
        builders.append((builder, draw(st.lists(st.sampled_from(ready), max_size=3)) if ready else []))
    first, outputs = builders[0]
    graph = first.build(outputs, builders[1:])
    metadata = draw(st.dictionaries(_NAMES, st.binary(max_size=20), max_size=2))
    return Graph(graph.file, graph.sha256, draw(_NAMES), graph.subgraphs, graph.signatures, metadata)
