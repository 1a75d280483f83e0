"""Kept intermediates: readable after the run with the interpreter's values, on host and core; what is refused."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest

from codegen import CodegenError, compile_model
from codegen.api import Options, compile_with
from codegen.frontend.reader import read_model
from codegen.frontend.writer import write_model
from codegen.graph import Array, Tensor
from codegen.host import load
from codegen.oracle import run_oracle
from codegen.planning.schedule import Stream
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder
from tests.conftest import ROOT

Case = tuple[Array, ...]


def network(seed: int = 7) -> tuple[GraphBuilder, Tensor]:
    """A convolution, a RELU that the compiler merges into it, a view, two layers; every tensor has a name."""
    b = GraphBuilder(seed)
    x = b.input((1, 8, 8, 3), name="image")
    y = b.conv_2d(x, 8, name="conv")
    assert y.quantization is not None
    z = b.unary("RELU", y, scale=y.scale, zero_point=y.zero_point)
    w = b.depthwise_conv_2d(z, stride=(2, 2), name="deep")
    v = b.reshape(w, (1, 128))
    return b, b.softmax(b.fully_connected(v, 5, name="logits"))


def all_values(model: bytes, wanted: list[int], cases: list[Case]) -> list[Case]:
    """What the interpreter computes for the tensors of these indices."""
    graph = read_model(model)
    tensors = tuple(next(t for t in graph.main.tensors if t.id == index) for index in wanted)
    shown = replace(graph, subgraphs=(replace(graph.main, outputs=tensors),), signatures=())
    return run_oracle(write_model(shown), cases)


@pytest.fixture
def cases(rng: np.random.Generator) -> list[Case]:
    return [(rng.integers(-128, 128, (1, 8, 8, 3)).astype(np.int8),) for _ in range(4)]


def index_of(b: GraphBuilder, name: str) -> int:
    return next(tensor.id for tensor in b.tensors if tensor.name == name)


@pytest.mark.parametrize("kernels", ["native", "cmsis-nn"])
def test_values_are_still_there(cases: list[Case], kernels: str) -> None:
    b, y = network()
    model = b.model([y])
    relu = next(op for op in b.operators if op.type == "RELU").output
    wanted = [0, relu.id, index_of(b, "deep"), index_of(b, "logits")]
    texts = ["image", str(relu.id), "deep", "logits"]
    run = load(compile_model(model, name="m", kernels=kernels, keep=texts))
    for case, expected in zip(cases, all_values(model, wanted, cases), strict=True):
        run(*case)
        for got, want in zip(run.kept, expected, strict=True):
            np.testing.assert_array_equal(got, want.reshape(got.shape))


def test_the_interface_says_them() -> None:
    b, y = network()
    module = compile_model(b.model([y]), name="m", keep=["deep", "logits"])
    header = module.files["m.h"]
    deep = index_of(b, "deep")
    assert f'Tensor 0, "deep": int8 [1, 4, 4, 8], tensor {deep} of the model file' in header
    assert "#define M_TENSORS 2U" in header
    assert "#define M_TENSOR_1_ELEMENTS 5U" in header
    assert "const int8_t *m_tensor_deep(const m_t *self);" in header
    assert "const void *m_tensor(const m_t *self, size_t index);" in header
    schema = json.loads((ROOT / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(dict(module.plan), schema)
    plan = json.loads(module.files["m.json"])
    assert [port["tensor"] for port in plan["kept"]] == [deep, index_of(b, "logits")]
    assert {buffer["kind"] for buffer in plan["buffers"]} >= {"kept", "input", "output"}
    assert "m_tensor" not in compile_model(b.model([y]), name="m").files["m.h"]


@pytest.mark.qemu
def test_on_a_core(cases: list[Case]) -> None:
    b, y = network()
    model = b.model([y])
    relu = next(op for op in b.operators if op.type == "RELU").output
    wanted = [relu.id, index_of(b, "deep")]
    module = compile_with(model, Options("mps2-an386", "m", keep=(str(relu.id), "deep")))
    observed = QemuRunner(module).run(cases)
    assert not observed.damage
    for got, want in zip(observed.kept, all_values(model, wanted, cases), strict=True):
        assert got is not None
        assert all(np.array_equal(a, e.reshape(a.shape)) for a, e in zip(got, want, strict=True))


def test_a_tensor_inside_of_a_streamed_segment_is_whole(cases: list[Case]) -> None:
    b, y = network()
    model = b.model([y])
    streams = (Stream(0, (1, 1)),)
    options = Options("host", "m", "native", streams=streams)
    assert any(buffer.ring for buffer in compile_with(model, options).memory.buffers)
    relu = next(op for op in b.operators if op.type == "RELU").output
    module = compile_with(model, replace(options, keep=(str(relu.id),)))
    assert not any(buffer.ring for buffer in module.memory.buffers)
    run = load(module)
    for case, (expected,) in zip(cases, all_values(model, [relu.id], cases), strict=True):
        run(*case)
        np.testing.assert_array_equal(run.kept[0], expected.reshape(run.kept[0].shape))


def refused(*keep: str) -> str:
    b, y = network()
    with pytest.raises(CodegenError) as error:
        compile_model(b.model([y]), keep=keep)
    return str(error.value)


def test_what_cannot_be_kept() -> None:
    said = refused("conv")
    assert "'conv' no longer exists: the transform fused_activation made do without it" in said
    assert "--disable-transform fused_activation" in said
    assert "is one of these meant? logits" in refused("logit")
    assert "there is no tensor '999'" in refused("999")
    b, y = network()
    constant = next(tensor for tensor in b.tensors if tensor.is_constant)
    assert "is a constant of the file" in refused(str(constant.id))
    kept = compile_model(b.model([y]), name="m", keep=["conv"], disable_transforms=["fused_activation"])
    assert "m_tensor_conv" in kept.files["m.h"]


def test_names_that_are_not_unique() -> None:
    b = GraphBuilder(1)
    x = b.input((1, 4), name="x")
    y = b.softmax(b.fully_connected(b.fully_connected(x, 4, name="same"), 4, name="same"))
    with pytest.raises(CodegenError, match="2 tensors are called 'same'"):
        compile_model(b.model([y]), keep=["same"])


def test_control_flow_is_refused() -> None:
    b, inner = GraphBuilder(1), GraphBuilder(2, "inner")
    x = b.input((1, 4), name="x")
    y = inner.softmax(inner.input((1, 4), scale=x.scale, zero_point=x.zero_point, name="hidden"))
    condition = b.input((1,), "bool", name="condition")
    z = b.tensor((1, 4), "int8", y.quantization, name="z")
    b.operator("IF", [condition, x], z, then_subgraph_index=1, else_subgraph_index=1)
    model = write_model(b.build([z], [(inner, [y])]))
    with pytest.raises(CodegenError, match="inside of control flow"):
        compile_model(model, keep=["hidden"])
    assert "m_tensor_x" in compile_model(model, name="m", keep=["x"]).files["m.h"]
