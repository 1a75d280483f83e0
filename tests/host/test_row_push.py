"""`--input-rows`: rows pushed in chunks of any size give the bytes of the whole input."""

from __future__ import annotations

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.emission.interface import MORE
from codegen.emission.module import CModule
from codegen.errors import CodegenError
from codegen.graph import Array
from codegen.host import load
from tests.builders import GraphBuilder
from tests.host.test_streaming import BOARD, STRICT
from tests.operators.equality import random_values

OK, TOO_MANY = 0, 6


def model(rng: np.random.Generator) -> tuple[GraphBuilder, bytes]:
    b = GraphBuilder(int(rng.integers(1 << 30)))
    x = b.input((1, 17, 6, 3))
    y = b.depthwise_conv_2d(b.conv_2d(x, 4, stride=(2, 2)), (3, 3))
    z = b.add(b.conv_2d(y, 4, kernel=(1, 1)), y)
    head = b.fully_connected(b.pool(z, "AVERAGE_POOL_2D", (9, 3)), 5)
    return b, b.model([b.softmax(head)])


def pushing(model: bytes, optimize: str = "balanced") -> CModule:
    return compile_with(model, Options(BOARD, "net", "native", optimize=optimize, input_rows=True))


@pytest.mark.parametrize("optimize", ["speed", "balanced", "ram", "size"])
def test_chunks_of_any_size_give_what_invoke_gives(optimize: str, rng: np.random.Generator) -> None:
    b, source = model(rng)
    whole = load(compile_with(source, Options(BOARD, "net", "native", streaming=False)))
    pushed = load(pushing(source, optimize), flags=(*STRICT, "-fsanitize=undefined", "-fno-sanitize-recover=all"))
    for chunk in (1, 2, 5, 16, 17):
        case = random_values(b.rng, b.inputs[0])
        assert push_all(pushed.push, case.reshape(17, -1), chunk) == OK
        np.testing.assert_array_equal(pushed.outputs[0], whole(case)[0])
    case = random_values(b.rng, b.inputs[0])
    sizes = rng.multinomial(17, [0.2] * 5)  # some of them 0
    starts = np.cumsum([0, *sizes])
    found = [pushed.push(case.reshape(17, -1)[s : s + n]) for s, n in zip(starts[:-1], sizes, strict=True) if n]
    assert found == [MORE] * (len(found) - 1) + [OK]
    np.testing.assert_array_equal(pushed.outputs[0], whole(case)[0])


def push_all(push: object, rows: Array, chunk: int) -> int:
    assert callable(push)
    found = [push(rows[k : k + chunk]) for k in range(0, len(rows), chunk)]
    assert found[:-1] == [MORE] * (len(found) - 1)
    return int(found[-1])


def test_too_many_rows_are_refused_and_none_is_taken(rng: np.random.Generator) -> None:
    b, source = model(rng)
    net, whole = load(pushing(source)), load(compile_with(source, Options(BOARD, "net", "native", streaming=False)))
    case = random_values(b.rng, b.inputs[0])
    rows = case.reshape(17, -1)
    assert net.push(rows[:10]) == MORE
    assert net.push(rows[:8]) == TOO_MANY
    assert net.push(rows[10:]) == OK
    np.testing.assert_array_equal(net.outputs[0], whole(case)[0])


def test_reset_begins_anew(rng: np.random.Generator) -> None:
    b, source = model(rng)
    net, whole = load(pushing(source)), load(compile_with(source, Options(BOARD, "net", "native", streaming=False)))
    case = random_values(b.rng, b.inputs[0])
    assert net.push(np.zeros((12, 18), np.int8)) == MORE
    net.reset()
    assert net.push(case.reshape(17, -1)) == OK
    np.testing.assert_array_equal(net.outputs[0], whole(case)[0])


def test_the_interface_has_no_input_to_fill_and_the_plan_keeps_its_bytes(rng: np.random.Generator) -> None:
    module = pushing(model(rng)[1])
    header = module.files["net.h"]
    assert "net_push_rows(net_t *self, const int8_t *rows, size_t count);" in header
    assert "#define NET_INPUT_0_ROWS 17U" in header
    assert "#define NET_INPUT_0_ROW_BYTES 18U" in header
    assert "net_input" not in header
    assert "net_invoke" not in header
    (arena,) = module.plan["arenas"]  # type: ignore[misc]
    assert (arena["persistent"], arena["transient"]) == (module.arena_bytes, 0)


def test_rows_that_nobody_reads_are_counted_but_not_stored(rng: np.random.Generator) -> None:
    b = GraphBuilder(int(rng.integers(1 << 30)))
    x = b.input((1, 9, 4, 2))
    y = b.conv_2d(x, 3, kernel=(2, 2), stride=(3, 2), padding="VALID")  # rows 0, 1, 3, 4, 6 and 7
    source = b.model([y])
    net, whole = load(pushing(source)), load(compile_with(source, Options(BOARD, "net", "native", streaming=False)))
    case = random_values(b.rng, x)
    assert push_all(net.push, case.reshape(9, -1), 1) == OK
    np.testing.assert_array_equal(net.outputs[0], whole(case)[0])


def refusal(source: bytes) -> str:
    with pytest.raises(CodegenError) as caught:
        pushing(source)
    return str(caught.value)


def test_where_rows_cannot_be_pushed_a_sentence_says_why() -> None:
    b = GraphBuilder(1)
    flat = b.model([b.fully_connected(b.input((1, 12)), 3)])
    assert "this operator reads the input, and cannot be computed from some of its rows at a time" in refusal(flat)
    b = GraphBuilder(2)
    two = b.model([b.add(b.input((1, 4, 4, 2)), b.input((1, 4, 4, 2)))])
    assert "the model has 2 inputs" in refusal(two)
    b = GraphBuilder(3)
    x = b.input((1, 4, 4, 2))
    assert "an output too" in refusal(b.model([b.conv_2d(x, 2), x]))
