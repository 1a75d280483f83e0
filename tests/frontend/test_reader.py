"""What converters write is read as they mean it; the real models agree with another reading of them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

import numpy as np
import pytest

from codegen.frontend.reader import read_model
from codegen.frontend.writer import write_model
from codegen.graph import Graph
from tests.builders import GraphBuilder
from tests.frontend import models
from tests.frontend.compare import plain
from tests.frontend.edit import edit, edit_main, move_buffers_outside, numbers, parse


def _network() -> bytes:
    b = GraphBuilder(2)
    return b.model([b.reshape(b.conv_2d(b.input((1, 4, 4, 2), name="x"), 3), (1, 48))])


@models.needs_models
@pytest.mark.parametrize("name", models.NAMES)
def test_real_models_agree_with_another_reading(name: str) -> None:
    data = models.path(name).read_bytes()
    graph, other = read_model(models.path(name)), parse(data).subgraphs[0]
    facts = json.loads((models.FOLDER / "manifest.json").read_text())[name]
    assert graph.sha256 == facts["sha256"] == hashlib.sha256(data).hexdigest()
    assert Counter(op.type for op in graph.main.operators) == facts["operators"]
    for ours, theirs in ((graph.main.inputs, facts["inputs"]), (graph.main.outputs, facts["outputs"])):
        for tensor, fact in zip(ours, theirs, strict=True):
            assert (tensor.name, list(tensor.shape), tensor.dtype) == (fact["name"], fact["shape"], fact["dtype"])
            assert (tensor.scale, tensor.zero_point) == (fact["scale"][0], fact["zero_point"][0])
    for tensor, theirs in zip(graph.main.tensors, other.tensors, strict=True):
        assert tensor.name == theirs.name.decode()
        assert list(tensor.shape) == numbers(theirs.shape)
        scales = numbers(theirs.quantization.scale) if theirs.quantization else []
        assert list(tensor.quantization.scales if tensor.quantization else ()) == scales
    for operator, theirs in zip(graph.main.operators, other.operators, strict=True):
        assert [-1 if t is None else t.id for t in operator.inputs] == numbers(theirs.inputs)
        options = {} if theirs.builtinOptions is None else vars(theirs.builtinOptions)
        for key, value in options.items():
            snake = "".join("_" + c.lower() if c.isupper() else c for c in key)
            if isinstance(operator.options.get(snake), (bool, int, float)):  # theirs is a newer schema
                assert operator.options[snake] == value, (operator, key)


def _same_but_for_source(a: Graph, b: Graph) -> bool:
    return plain(a) == plain(b)


def test_buffers_outside_the_flatbuffer() -> None:
    outside = move_buffers_outside(_network())
    assert parse(outside).buffers[-1].offset > 1
    assert _same_but_for_source(read_model(outside), read_model(_network()))


def test_unknown_batch() -> None:
    def open_batch(_main: Any, tensors: Any, _operators: Any) -> None:  # noqa: ANN401
        for tensor in (tensors[0], tensors[-3], tensors[-1]):
            tensor.shapeSignature = [-1, *list(tensor.shape)[1:]]

    source = edit_main(_network(), open_batch)
    assert [op.output.shape for op in read_model(source).main.operators] == [(1, 4, 4, 3), (1, 48)]
    graph = read_model(source, batch=3)
    assert graph.main.inputs[0].shape == (3, 4, 4, 2)
    assert graph.main.outputs[0].shape == (3, 48)


def test_batch_in_the_shape_itself_and_dimension_zero_is_scaled() -> None:
    def open_batch(_main: Any, tensors: Any, operators: Any) -> None:  # noqa: ANN401
        tensors[0].shape = [-1, 4]
        tensors[1].shape, tensors[1].shapeSignature = [2, 2], [-1, 2]

    b = GraphBuilder()
    x = b.input((1, 4))
    source = edit_main(b.model([b.one("RESHAPE", [x], (2, 2), x.quantization)]), open_batch)
    graph = read_model(source, batch=5)
    assert (graph.main.inputs[0].shape, graph.main.outputs[0].shape) == ((5, 4), (10, 2))


def test_operator_codes_old_and_new() -> None:
    def old(model: Any) -> None:  # noqa: ANN401
        for code in model.operatorCodes:
            code.builtinCode = 0

    assert _same_but_for_source(read_model(edit(_network(), old)), read_model(_network()))
    b = GraphBuilder()
    y = b.one("GELU", [b.input((1, 4))], (1, 4), approximate=True)
    code = parse(b.model([y])).operatorCodes[0]
    assert (code.deprecatedBuiltinCode, code.builtinCode) == (127, 150)
    assert read_model(b.model([y])).main.operators[0].type == "GELU"


def test_options_left_out_have_the_schemas_defaults() -> None:
    def leave_out(_main: Any, _tensors: Any, operators: Any) -> None:  # noqa: ANN401
        for operator in operators:
            operator.builtinOptions, operator.builtinOptionsType = None, 0

    conv, reshape = read_model(edit_main(_network(), leave_out)).main.operators
    assert conv.option("dilation_w_factor") == 1
    assert reshape.option("new_shape") == ()


def test_custom_options_inside_and_outside() -> None:
    b = GraphBuilder()
    b.operator("MyOp", [b.input((4,)), None], y := b.tensor((4,)), custom_options=b"inside", version=7)
    source = b.model([y])

    def outside(model: Any) -> None:  # noqa: ANN401
        operator = model.subgraphs[0].operators[0]
        operator.customOptions = None
        operator.largeCustomOptionsOffset, operator.largeCustomOptionsSize = 1 << 40, 7

    size = len(edit(source, outside))

    def point(model: Any) -> None:  # noqa: ANN401
        outside(model)
        model.subgraphs[0].operators[0].largeCustomOptionsOffset = size

    for data, wanted in ((source, b"inside"), (edit(source, point) + b"outside", b"outside")):
        operator = read_model(data).main.operators[0]
        assert (operator.type, operator.is_custom, operator.version) == ("MyOp", True, 7)
        assert operator.option("custom_options") == wanted
        assert operator.optional_input(1) is None


def test_quantization_as_converters_leave_it() -> None:
    def loosen(_main: Any, tensors: Any, _operators: Any) -> None:  # noqa: ANN401
        tensors[1].quantization.zeroPoint = None  # none at all: symmetric
        tensors[2].quantization.quantizedDimension = 3  # a bias along the axis of its filter
        tensors[2].quantization.zeroPoint = [0]  # one for all channels
        tensors[3].quantization.quantizedDimension = 9  # per tensor: means nothing

    _, w, bias, y = read_model(edit_main(_network(), loosen)).main.tensors[:4]
    assert w.quantization is not None
    assert bias.quantization is not None
    assert y.quantization is not None
    assert (w.quantization.zero_points, bias.quantization.zero_points) == ((0, 0, 0), (0, 0, 0))
    assert (bias.quantization.axis, y.quantization.axis) == (0, 0)


def test_zero_size_buffers_belong_to_computed_tensors() -> None:
    def empty(model: Any) -> None:  # noqa: ANN401
        model.buffers[0].data = np.zeros(0, np.uint8)

    assert _same_but_for_source(read_model(edit(_network(), empty)), read_model(_network()))


def test_several_subgraphs_signatures_variables_and_metadata() -> None:
    b, body = GraphBuilder(name="main"), GraphBuilder(name="body")
    x = b.input((1, 3), name="x")
    state = b.variable((1, 3))
    b.operator(
        "IF",
        [b.input((1,), "bool"), x],
        y := b.tensor((1, 3), quantization=x.quantization),
        then_subgraph_index=1,
        else_subgraph_index=1,
    )
    b.add(y, state)
    graph = b.build([y], [(body, [body.unary("RELU", body.input((1, 3)))])])
    graph = Graph(graph.file, "", "words", graph.subgraphs, graph.signatures, {"note": b"\1\2"})
    read = read_model(write_model(graph), file="a name")
    assert (read.file, read.description, read.metadata) == ("a name", "words", {"note": b"\1\2"})
    assert [(s.index, s.name) for s in read.subgraphs] == [(0, "main"), (1, "body")]
    assert [t.is_variable for t in read.main.tensors].count(True) == 1
    (signature,) = read.signatures
    assert signature.key == "serving_default"
    assert signature.inputs[0] == ("x", read.main.inputs[0])
