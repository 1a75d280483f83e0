"""Damaged and hostile files: nothing but CodegenError comes out, in bounded time and memory."""

from __future__ import annotations

import os
import tracemalloc

import flatbuffers
import numpy as np
import pytest

from codegen.errors import CodegenError
from codegen.frontend.reader import read_model
from codegen.frontend.writer import write_model
from tests.builders import GraphBuilder
from tests.frontend.edit import move_buffers_outside

COUNT = int(os.environ.get("CODEGEN_MUTATIONS", "1500"))


def _network() -> bytes:
    b = GraphBuilder(3)
    x = b.input((1, 6, 6, 3))
    y = b.softmax(b.fully_connected(b.pool(b.conv_2d(x, 4)), 5))
    b.operator("Custom", [x, None], z := b.tensor((4,)), custom_options=b"options")
    body = GraphBuilder(4, "body")
    state = body.input((1,), "int32")
    b.operator("IF", [b.input((1,), "bool"), b.input((1,), "int32")], w := b.tensor((1,), "int32"),
               then_subgraph_index=1, else_subgraph_index=1)  # fmt: skip
    nibbles = b.constant(np.arange(5, dtype=np.int8), 0.5, dtype="int4")
    return write_model(b.build([y, z, w, nibbles], [(body, [state])]))


def _tiny() -> bytes:
    b = GraphBuilder(5)
    return b.model([b.unary("RELU", b.input((2,)))])


SOURCES = {"network": _network(), "tiny": _tiny(), "outside": move_buffers_outside(_network())}


def _read(data: bytes) -> bool:
    """Whether `data` is a model; any exception but CodegenError fails the test."""
    try:
        graph = read_model(data, file="mutant.tflite")
    except CodegenError as error:
        said = error
    else:
        said = None
    if said is not None:
        assert str(said).startswith("mutant.tflite")
        assert all(refusal.found for refusal in said.refusals)
        return False
    write_model(graph)
    return True


@pytest.mark.parametrize("name", SOURCES)
def test_mutated_bytes(name: str) -> None:
    source, rng = SOURCES[name], np.random.default_rng(len(name))
    assert _read(source)
    accepted = 0
    for _ in range(COUNT):
        mutant = bytearray(source)
        for position in rng.integers(8 if rng.random() < 0.9 else 0, len(source), int(rng.choice([1, 1, 2, 8]))):
            mutant[position] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.integers(256)])
        accepted += _read(bytes(mutant))
    assert accepted < COUNT  # mutations of weights and names are rightly accepted


@pytest.mark.parametrize("name", SOURCES)
def test_mutated_words(name: str) -> None:
    source, rng = SOURCES[name], np.random.default_rng(len(name) + 1)
    for _ in range(COUNT):
        words = np.frombuffer(source[: len(source) // 4 * 4], "<i4").copy()
        extremes = [0, 1, -1, 2**31 - 1, -(2**31), len(source), int(rng.integers(len(source))), 1 << 20]
        words[rng.integers(2, len(words), int(rng.choice([1, 1, 3])))] = int(rng.choice(extremes))
        _read(words.tobytes() + source[len(words) * 4 :])


def test_every_truncation() -> None:
    source = SOURCES["tiny"]
    assert not any(_read(source[:size]) for size in range(len(source) - 8))


def test_truncations_and_random_tails_of_a_network() -> None:
    source, rng = SOURCES["network"], np.random.default_rng(0)
    for size in rng.integers(0, len(source), COUNT // 3):
        _read(source[:size])
        _read(source[:size] + rng.bytes(int(rng.integers(200))))


def test_random_bytes_behind_the_identifier() -> None:
    rng = np.random.default_rng(1)
    for _ in range(COUNT // 3):
        _read(rng.bytes(4) + b"TFL3" + rng.bytes(int(rng.integers(300))))


def _table(builder: flatbuffers.Builder, offsets: dict[int, int], version: int = 0) -> int:
    builder.StartObject(8)
    builder.PrependUint32Slot(0, version, 0)
    for slot, offset in offsets.items():
        builder.PrependUOffsetTRelativeSlot(slot, offset, 0)
    return int(builder.EndObject())


def _tables(builder: flatbuffers.Builder, offsets: list[int]) -> int:
    builder.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        builder.PrependUOffsetTRelative(offset)
    return int(builder.EndVector())


def test_tables_that_share_data_do_not_multiply_it() -> None:
    """Three thousand operators with one list of inputs: reading it for each would take gigabytes."""
    builder = flatbuffers.Builder(1 << 16)
    inputs = builder.CreateNumpyVector(np.zeros(20000, np.int32))
    operators = _tables(builder, [_table(builder, {1: inputs}) for _ in range(3000)])
    subgraphs = _tables(builder, [_table(builder, {3: operators})])
    builder.Finish(_table(builder, {2: subgraphs}, version=3), b"TFL3")
    source = bytes(builder.Output())
    tracemalloc.start()
    with pytest.raises(CodegenError, match="share the same data too many times"):
        read_model(source)
    assert tracemalloc.get_traced_memory()[1] < 200 * len(source)
    tracemalloc.stop()
