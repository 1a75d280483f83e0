"""Images on the emulated boards' UARTs, through pyserial: the same bytes as here, and accidents on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from codegen import compile_model, host
from codegen.boards import load_board
from codegen.device.link import QemuLink
from codegen.device.protocol import ANSWER, Frame, Kind, Receiver, encode
from codegen.device.runner import BoardRunner, emulated
from codegen.emission.module import CModule
from codegen.errors import CodegenError
from codegen.graph import Array
from codegen.verification import LinkRunner
from tests.builders import GraphBuilder
from tests.test_boards import needs_compiler

from .spoil import spoilt

pytestmark = pytest.mark.qemu
BOARDS = (
    "stm32f405",
    "mps2-an385",
    "mps2-an386",
    "mps2-an386-m0plus",
    "mps2-an500",
    "mps2-an505",
    "mps3-an547",
    "microbit",
    "qemu-virt-rv32",
    "qemu-virt-rv64",
)


def small(board: str) -> CModule:
    builder = GraphBuilder(3)
    x = builder.input((1, 8, 8, 4))
    y = builder.softmax(builder.fully_connected(builder.reshape(builder.conv_2d(x, 6, (3, 3)), (1, 384)), 5))
    return compile_model(builder.model([y]), board=board, name="small")


def cases(rng: np.random.Generator, count: int = 2) -> list[tuple[Array]]:
    return [(rng.integers(-128, 128, (1, 8, 8, 4), np.int8, endpoint=False),) for _ in range(count)]


def changed(module: CModule, statement: str) -> CModule:
    """The module whose invoke does something else first."""
    text = module.files["small.c"]
    head = "small_status_t small_invoke(small_t *self)\n{\n"
    assert head in text
    return replace(module, files={**module.files, "small.c": text.replace(head, f"{head}    {statement}\n")})


@pytest.fixture
def start() -> Iterator[Callable[[CModule], BoardRunner]]:
    """Starts a module in its board's emulator, which ends with the test."""
    running: list[BoardRunner] = []

    def starter(module: CModule) -> BoardRunner:
        running.append(emulated(module, run_seconds=30))
        return running[-1]

    yield starter
    for one in running:
        one.close()


@pytest.mark.parametrize("board", BOARDS)
def test_every_board_gives_the_same_bytes(
    start: Callable[[CModule], BoardRunner], board: str, rng: np.random.Generator
) -> None:
    needs_compiler(load_board(board).core)
    module, given = small(board), cases(rng)
    reference = host.load(module)
    runner = start(module)
    observed = LinkRunner(runner).run(given)
    for case, outputs in zip(given, observed.outputs, strict=True):
        np.testing.assert_array_equal(outputs[0], reference(*case)[0])
    assert not observed.damage
    assert observed.figures["instructions"] > 10_000
    assert 0 < observed.figures["stack_bytes"] < 1024
    timing = runner.timing(given[0])
    functions = sum(time for _, time in timing.functions)
    assert abs(functions - timing.total) <= 0.01 * timing.total


def test_noise_between_requests(
    start: Callable[[CModule], BoardRunner], rng: np.random.Generator, *, full: bool
) -> None:
    module, given = small("stm32f405"), cases(rng, 1)
    runner = start(module)
    link, receiver = runner.session.link, Receiver()
    good = encode(Frame(Kind.READ, 7, 0, bytes(12)))
    number, count = 0, 10_000 if full else 200
    while number < count:
        stream = b""
        for _ in range(10):
            number += 1
            stream += spoilt(good, rng)
        link.write(stream + encode(Frame(Kind.ECHO, number, 0, number.to_bytes(4, "little"))))
        answered, end = False, time.monotonic() + 20
        while not answered and time.monotonic() < end:
            frames = receiver.feed(link.read(1.0))
            answered = any((f.kind, f.sequence) == (Kind.ECHO | ANSWER, number) for f in frames)
        assert answered, f"no answer after {number} frames"
    runner.session.open()
    outputs = LinkRunner(runner).run(given).outputs
    np.testing.assert_array_equal(outputs[0][0], host.load(module)(*given[0])[0])


def test_a_reset_in_the_middle_of_a_run(start: Callable[[CModule], BoardRunner], rng: np.random.Generator) -> None:
    runner = start(changed(small("stm32f405"), 'for (;;) { __asm__ volatile(""); }'))
    link = runner.session.link
    assert isinstance(link, QemuLink)
    button = threading.Timer(0.5, link.reset)
    button.start()
    with pytest.raises(CodegenError, match="the board was reset in the middle of a run"):
        LinkRunner(runner).run(cases(rng, 1))
    button.join()
    runner.session.open()
    assert runner.session.echo(b"again") == b"again"


@pytest.mark.parametrize("board", ["stm32f405", "microbit", "qemu-virt-rv32", "qemu-virt-rv64"])
def test_a_fault_is_told_and_the_board_starts_again(
    start: Callable[[CModule], BoardRunner], rng: np.random.Generator, board: str
) -> None:
    core = load_board(board).core
    needs_compiler(core)
    undefined = ".word 0" if core.family == "riscv" else ".short 0xde00"
    runner = start(changed(small(board), f'__asm__ volatile("{undefined}");'))
    with pytest.raises(CodegenError, match=r"took a fault: \d (HardFault|UsageFault|illegal instruction).*, pc 0x"):
        LinkRunner(runner).run(cases(rng, 1))
    runner.session._ready = False
    runner.session.open()
    assert runner.session.echo(b"again") == b"again"


def test_a_damaged_guard_is_seen(start: Callable[[CModule], BoardRunner], rng: np.random.Generator) -> None:
    runner = start(changed(small("stm32f405"), "((uint8_t *)self->arena)[-3] = 7;"))
    assert LinkRunner(runner).run(cases(rng, 1)).damage == ("guard before arena (case 0)",)


def test_a_stack_that_is_used_up_is_told(start: Callable[[CModule], BoardRunner], rng: np.random.Generator) -> None:
    hungry = "volatile uint8_t much[2200]; for (int i = 0; i < 2200; i += 8) { much[i] = 1; }"
    runner = start(changed(small("microbit"), hungry))
    with pytest.raises(CodegenError, match=r"used up the whole stack of 2048 bytes|took a fault: .*stack overflow"):
        LinkRunner(runner).run(cases(rng, 1))


def test_an_emulator_that_dies_is_told(start: Callable[[CModule], BoardRunner], rng: np.random.Generator) -> None:
    runner = start(changed(small("stm32f405"), 'for (;;) { __asm__ volatile(""); }'))
    link = runner.session.link
    assert isinstance(link, QemuLink)
    killer = threading.Timer(0.5, link._process.kill)
    killer.start()
    with pytest.raises(CodegenError, match="the emulator ended with code -9"):
        LinkRunner(runner).run(cases(rng, 1))


def test_a_run_that_does_not_end_is_given_up(rng: np.random.Generator) -> None:
    begin = time.monotonic()
    module = changed(small("stm32f405"), 'for (;;) { __asm__ volatile(""); }')
    hangs = pytest.raises(CodegenError, match="did not answer 'invoke' in 1 seconds")
    with emulated(module, run_seconds=1.0) as runner, hangs:
        LinkRunner(runner).run(cases(rng, 1))
    assert time.monotonic() - begin < 15


def test_a_board_without_emulator_is_refused_before_a_build() -> None:
    with pytest.raises(CodegenError, match="no emulator has the board"):
        emulated(small("stm32f407-discovery"))
