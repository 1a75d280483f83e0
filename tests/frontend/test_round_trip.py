"""read(write(graph)) equals graph, and equal graphs give equal bytes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.errors import CodegenError
from codegen.frontend import schema
from codegen.frontend.reader import read_model
from codegen.frontend.writer import write_model
from codegen.graph import Graph
from tests.builders import GraphBuilder
from tests.frontend import models
from tests.frontend.compare import plain
from tests.frontend.strategies import graphs, option_values, subgraph_options

SLOW = settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@given(graphs())
@SLOW
def test_reading_what_was_written_gives_the_same_graph(graph: Graph) -> None:
    written = write_model(graph)
    assert plain(read_model(written)) == plain(graph)
    assert write_model(read_model(written)) == written


@pytest.mark.parametrize("type", [name for name in schema.enum_values("BuiltinOperator") if name != "CUSTOM"])
@given(st.data())
@settings(deadline=None, max_examples=5)
def test_options_of_every_builtin_operator(type: str, data: st.DataObject) -> None:
    table = schema.options_table(type)
    fields = schema.fields(table) if table else {}
    options = {name: data.draw(option_values(field)) for name, field in fields.items()}
    options |= dict.fromkeys(subgraph_options(type), 1)
    b, other = GraphBuilder(), GraphBuilder()
    x = b.input((2, 2))
    operator = b.operator(type, [x], y := b.tensor((2, 2)))
    b.operators[0] = replace(operator, options=options)  # an option may be called `version` too
    graph = b.build([y], [(other, [other.input((1,))])])
    read = read_model(write_model(graph))
    assert dict(read.main.operators[0].options) == options
    assert read.main.operators[0].type == type


@models.needs_models
@pytest.mark.parametrize("name", models.NAMES)
def test_real_models(name: str) -> None:
    graph = read_model(models.path(name))
    assert plain(read_model(write_model(graph))) == plain(graph)


def test_int4_is_packed_low_nibble_first() -> None:
    b = GraphBuilder()
    x = b.input((1, 3))
    w = b.constant(np.array([[1, -2, 3], [-8, 7, 0], [4, 5, -6]], np.int8), 0.5, dtype="int4")
    b.operator("FULLY_CONNECTED", [x, w, None], y := b.tensor((1, 3)))
    written = b.model([y])
    assert bytes([0xE1, 0x83, 0x07, 0x54, 0x0A]) in written
    tensor = read_model(written).main.operators[0].input(1)
    assert (tensor.dtype, tensor.bytes) == ("int4", 5)
    assert tensor.data is not None
    np.testing.assert_array_equal(tensor.data, w.data)


def test_constants_cannot_be_written_to_and_are_aligned() -> None:
    b = GraphBuilder()
    graph = read_model(b.model([b.conv_2d(b.input((1, 5, 5, 3)), 3)]))
    for tensor in graph.main.tensors:
        if tensor.data is not None:
            assert tensor.data.flags.aligned
            with pytest.raises(ValueError, match="read-only"):
                tensor.data[...] = 0


def test_tensors_that_only_operators_know_are_written_after_the_others() -> None:
    b = GraphBuilder()
    x = b.input((1, 4))
    y = b.unary("RELU", x)
    b.tensors.remove(y)
    read = read_model(b.model([y]))
    assert [tensor.name for tensor in read.main.tensors] == [x.name, y.name]


def test_what_the_schema_does_not_have_is_refused() -> None:
    b = GraphBuilder()
    y = b.unary("RELU", b.input((1, 4)))
    with pytest.raises(KeyError, match="CONV_2D has no option stride"):
        b.operator("CONV_2D", [y], y, stride=2)
    b.operator("CONV_2D", [y], z := b.tensor((1, 4)), padding="EVEN")
    with pytest.raises(CodegenError, match="operator 1 CONV_2D.*option padding is 'EVEN'"):
        b.model([z])
