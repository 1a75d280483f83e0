"""Models with several signatures: an entry point of each over one arena; LiteRT's SignatureRunner is the oracle."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from codegen import CodegenError, compile_model
from codegen.frontend.writer import write_model
from codegen.graph import Array, Quantization, Tensor
from codegen.host import load
from tests.builders import GraphBuilder
from tests.conftest import ROOT

from .conftest import Run, document

Q = Quantization((0.5,), (0,))
ENCODE, DECODE = "encode", "decode"


def pair() -> bytes:
    """Two networks that share nothing but the file."""
    one, two = GraphBuilder(31), GraphBuilder(32, "decoder")
    image = one.input((1, 8, 8, 2), name="image")
    hidden = one.fully_connected(one.conv_2d(one.conv_2d(image, 6), 6), 10, name="code")
    code = two.input((1, 10), scale=hidden.scale, zero_point=hidden.zero_point, name="code")
    scores = two.softmax(two.fully_connected(two.fully_connected(code, 20), 4))
    wide = two.fully_connected(code, 30, name="wide")
    return write_model(one.build([hidden], [(two, [scores, wide])], {ENCODE: 0, DECODE: 1}))


def handle(b: GraphBuilder) -> Tensor:
    return b.operator("VAR_HANDLE", [], b.tensor((), "resource"), container="", shared_name="total").output


def stateful() -> bytes:
    """`add` changes a variable that `read` reads; both have CALL_ONCE, which gives it its first value."""
    add, read, once = GraphBuilder(33), GraphBuilder(34, "read"), GraphBuilder(35, "once")
    x = add.input((1, 4), scale=0.5, zero_point=0, name="x")
    once.operator("ASSIGN_VARIABLE", [handle(once), once.constant(np.full((1, 4), 9, np.int8), 0.5, 0)])
    add.operator("CALL_ONCE", [], init_subgraph_index=2)
    variable = handle(add)
    old = add.operator("READ_VARIABLE", [variable], add.tensor((1, 4), "int8", Q)).output
    new = add.add(old, x, scale=0.5, zero_point=0)
    add.operator("ASSIGN_VARIABLE", [variable, new])
    read.operator("CALL_ONCE", [], init_subgraph_index=2)
    kept = read.operator("READ_VARIABLE", [handle(read)], read.tensor((1, 4), "int8", Q, name="total")).output
    factor = read.input((1, 4), scale=0.5, zero_point=0, name="factor")
    return write_model(add.build([new], [(read, [read.add(kept, factor)]), (once, [])], {"add": 0, "read": 1}))


def runner_of(model: bytes) -> Interpreter:
    interpreter = Interpreter(model_content=model, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    return interpreter


def sequence(rng: np.random.Generator, calls: list[tuple[str, tuple[int, ...]]]) -> list[tuple[str, Array]]:
    return [(key, rng.integers(-40, 41, shape).astype(np.int8)) for key, shape in calls]


def check(model: bytes, calls: list[tuple[str, Array]], kernels: str = "auto", *, tolerance: int = 0) -> None:
    """The C gives what the signature runners of one interpreter give, call by call, again after a reset.

    LiteRT rounds once where TFLite Micro, by which `codegen verify` compares exactly, rounds twice: `tolerance`.
    """
    module = compile_model(model, name="m", kernels=kernels)
    run = load(module)
    for _ in range(2):
        oracle = runner_of(model)
        for key, value in calls:
            runner = oracle.get_signature_runner(key)
            (name,) = runner.get_input_details()
            wanted = runner(**{name: value})
            outputs = module.interface.entry(key).outputs
            for port, got in zip(outputs, run.run(key, value), strict=True):
                np.testing.assert_allclose(got.astype(int), wanted[port.user_name].astype(int), rtol=0, atol=tolerance)
        run.reset()


@pytest.mark.parametrize("kernels", ["native", "cmsis-nn"])
def test_two_networks_in_turn(rng: np.random.Generator, kernels: str) -> None:
    order = [ENCODE, DECODE, DECODE, ENCODE, ENCODE, DECODE]
    shapes = {ENCODE: (1, 8, 8, 2), DECODE: (1, 10)}
    check(pair(), sequence(rng, [(key, shapes[key]) for key in order]), kernels, tolerance=1)


@pytest.mark.parametrize("first", ["add", "read"])
def test_shared_variables_over_many_steps(rng: np.random.Generator, first: str) -> None:
    """Whichever is called first initializes the variable, once for both."""
    keys = [first, *(["add", "read"][int(k)] for k in rng.integers(0, 2, 59))]
    check(stateful(), sequence(rng, [(key, (1, 4)) for key in keys]))


def test_one_plan_shares_the_arena() -> None:
    module = compile_model(pair(), name="m")
    alone = [compile_model(part, name="m").arena_bytes for part in (single(pair(), ENCODE), single(pair(), DECODE))]
    assert module.arena_bytes == max(alone)
    schema = json.loads((ROOT / "docs" / "plan.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(dict(module.plan), schema)
    entries = json.loads(module.files["m.json"])["entries"]
    assert [(e["signature"], e["prefix"]) for e in entries] == [(ENCODE, "m_encode"), (DECODE, "m_decode")]


def single(model: bytes, key: str) -> bytes:
    """The model of one signature."""
    from codegen.frontend.reader import read_model  # noqa: PLC0415 - only here
    from codegen.signatures import as_main  # noqa: PLC0415

    graph = read_model(model)
    index = next(s.subgraph for s in graph.signatures if s.key == key)
    return write_model(as_main(graph, index))


def test_the_header_names_and_explains_them() -> None:
    header = compile_model(pair(), name="m").files["m.h"]
    for prototype in (
        "m_status_t m_encode_invoke(m_t *self);",
        "m_status_t m_decode_invoke(m_t *self);",
        "int8_t *m_encode_input_image(const m_t *self);",
        "const int8_t *m_decode_output_wide(const m_t *self);",
        "const void *m_decode_output(const m_t *self, size_t index);",
    ):
        assert prototype in header
    assert "#define M_DECODE_OUTPUTS 2U" in header
    assert "#define M_ENCODE_INPUT_0_DIM_1 8U" in header
    assert "CG_INLINE int8_t m_encode_quantize_image(float real)" in header
    assert "The signatures encode, decode share the arena and the variables; they do not run at once." in header
    assert not re.search(r"\bm_invoke\b", header)
    names = re.findall(r"^[\w *]*?\b(m_\w+)\([^)]*\)", header, re.MULTILINE)
    assert len(names) == len(set(names)) > 10


def test_it_compiles_without_warnings(tmp_path: Path) -> None:
    flags = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wundef", "-Wpedantic", "-Werror", "-DCG_HOST=1")
    for number, model in enumerate((pair(), stateful())):
        root = compile_model(model, name="m").write(tmp_path / str(number))
        includes = [f"-I{root / part}" for part in (".", "runtime/include", "runtime/kernels", "runtime/cmsis_nn")]
        files = ["-c", root / "m.c", "-o", tmp_path / "m.o"]
        for compiler in ("gcc -std=c99 -Wstrict-prototypes", "clang -std=c99", "g++ -x c++ -std=c++20"):
            subprocess.run([*compiler.split(), *flags, *includes, *files], check=True)


@pytest.mark.parametrize("where", [["--on", "host"], ["--on", "qemu"]])
def test_verify_looks_at_each(run: Run, tmp_path: Path, where: list[str]) -> None:
    path = tmp_path / "pair.tflite"
    path.write_bytes(pair())
    said = document(run("verify", path, "--cases", 5, "--json", *where))["signatures"]
    assert [(key, one["mismatches"], one["cases"]) for key, one in said.items()] == [(ENCODE, 0, 5), (DECODE, 0, 5)]
    assert [one["elements"] for one in said.values()] == [50, 5 * 34]
    one = document(run("verify", path, "--signature", DECODE, "--cases", 3, "--json", *where))
    assert (one["signature"], one["mismatches"], one["elements"]) == (DECODE, 0, 3 * 34)
    layers = document(run("verify", path, "--signature", ENCODE, "--layers", "--cases", 3, "--json", *where))["layers"]
    assert (layers["different"], layers["compared"]) == (0, 3)


def test_what_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pair.tflite"
    path.write_bytes(pair())

    def refused(*arguments: object) -> str:
        result = run("verify", path, *arguments)
        assert result.exit_code == 2
        return " ".join(result.output.split())

    assert "there is no signature 'other'" in refused("--signature", "other")
    assert "there are: encode, decode" in refused("--signature", "other")
    np.savez(tmp_path / "x.npz", input_0=np.zeros((1, 1, 10), np.int8))
    assert "say which by --signature: encode, decode" in refused("--inputs", tmp_path / "x.npz")
    assert "the main subgraph alone" in refused("--layers")
    assert run("verify", path, "--inputs", tmp_path / "x.npz", "--signature", DECODE).exit_code == 0
    with pytest.raises(CodegenError, match="1 inputs, 2 were given"):
        load(compile_model(pair(), name="m")).run(DECODE, np.zeros(1), np.zeros(1))


def test_the_main_subgraph_without_signature_is_an_entry_too() -> None:
    one, two = GraphBuilder(36), GraphBuilder(37, "other")
    y = one.softmax(one.input((1, 4)))
    z = two.softmax(two.input((1, 5)))
    module = compile_model(write_model(one.build([y], [(two, [z])], {"extra": 1})), name="m")
    assert [entry.prefix for entry in module.interface.entries] == ["m_main", "m_extra"]
