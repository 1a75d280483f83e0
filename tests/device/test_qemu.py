"""Images run on every emulated board, and whatever goes wrong there is told apart and told."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.boards import load_board
from codegen.device.qemu import RunResult, emulated_boards, qemu_command, run_image
from codegen.errors import CodegenError
from tests.test_boards import needs_compiler

pytestmark = pytest.mark.qemu

Build = Callable[..., Path]
Run = Callable[..., RunResult]
BOARDS = tuple(board.name for board in emulated_boards())
RISCV_LOOP = '{ uintptr_t n = %d; __asm__ volatile("1: addi %%0, %%0, -1\\n bnez %%0, 1b" : "+r"(n)); }'
LOOP = '{ uint32_t n = %d; __asm__ volatile(".syntax unified\\n1: subs %%0, #1\\n bne 1b" : "+l"(n) : : "cc"); }'


@pytest.fixture(autouse=True)
def board_has_its_compiler(request: pytest.FixtureRequest) -> None:
    if "board" in request.fixturenames:
        needs_compiler(load_board(request.getfixturevalue("board")).core)


def loop(board: str, rounds: int) -> str:
    """C text of a loop of two instructions a round."""
    return (RISCV_LOOP if load_board(board).core.family == "riscv" else LOOP) % rounds


def expected(number: int) -> bytes:
    weights = [3, 1, 2] + [0] * 13
    return bytes((2 * (number + i) + weights[i]) & 255 for i in range(16))


def test_the_boards_that_must_run() -> None:
    required = {"mps2-an385", "mps2-an386", "mps2-an386-m0plus", "mps2-an500", "mps3-an547", "microbit"}
    assert required <= set(BOARDS)


@pytest.mark.parametrize("board", BOARDS)
def test_outputs_are_those_of_the_model(run: Run, board: str) -> None:
    result = run(board, cases=3)
    assert result.outputs == tuple((expected(number),) for number in range(3))
    assert result.guards_intact
    assert 0 <= result.stack_bytes < 200 < result.stack_limit


@pytest.mark.parametrize("board", BOARDS)
def test_instructions_are_exact(run: Run, board: str) -> None:
    """Between two loops of known lengths, so that the model's own instructions cancel."""
    short, long = (run(board, body=loop(board, rounds)).instructions for rounds in (5_000, 105_000))
    assert short is not None
    assert long is not None
    assert abs(long - short - 200_000) <= 16
    assert abs(short - 10_000) <= 200


@pytest.mark.parametrize("board", BOARDS)
def test_repeated_runs_count_the_same(build: Build, board: str) -> None:
    elf = build(board, body=loop(board, 12_345))
    results = [run_image(elf, load_board(board), [[bytes(16)]] * 3, [16]) for _ in range(2)]
    assert results[0] == results[1]
    assert max(results[0].case_instructions) - min(results[0].case_instructions) <= 10


def test_the_counter_outlives_its_24_bits(run: Run) -> None:
    """One round of SysTick is 2**24 ticks of 40 instructions on this machine."""
    result = run("mps2-an386", body=LOOP % 400_000_000, cases=1)
    assert result.instructions == pytest.approx(800_000_000, rel=1e-5)


@pytest.mark.parametrize("board", BOARDS)
@pytest.mark.parametrize(
    ("at", "where"), [("-1", "before arena"), ("50", "after arena"), ("113", "after arena"), ("-64", "before arena")]
)
def test_a_write_outside_the_arena_is_seen(run: Run, board: str, at: str, where: str) -> None:
    result = run(board, body=f"if (arena[0] == 1) {{ *(volatile uint8_t *)(arena + ({at})) = 0; }}")
    assert result.damage == (f"guard {where} (case 1)",)
    assert not result.guards_intact


@pytest.mark.parametrize("board", BOARDS)
def test_a_write_outside_the_state_is_seen(run: Run, board: str) -> None:
    result = run(board, init="state.after[3] = 7;")
    assert result.damage == ("guard after state (init)",)


@pytest.mark.parametrize("board", BOARDS)
def test_the_stack_mark_is_that_of_the_frame(run: Run, board: str) -> None:
    frame = "volatile uint8_t frame[%d]; for (uint32_t i = 0; i < sizeof frame; i++) { frame[i] = 1; }"
    result = run(board, body=frame % 1000)
    assert 1000 <= result.stack_bytes <= 1200


@pytest.mark.parametrize("board", BOARDS)
def test_a_stack_overflow_is_an_error(run: Run, board: str) -> None:
    frame = "volatile uint8_t frame[5000]; for (uint32_t i = sizeof frame; i > 0; i--) { frame[i - 1] = 1; }"
    with pytest.raises(CodegenError, match=r"stack overflow|used up the whole stack"):
        run(board, body=frame, stack_bytes=2048)


@pytest.mark.parametrize("board", BOARDS)
def test_a_stack_overflow_by_recursion_is_an_error(run: Run, board: str) -> None:
    file = "int deep(volatile int *up); int deep(volatile int *up)"
    file += "{ volatile int here[16]; here[0] = *up; return here[0] ? deep(here) + here[0] : 0; }"
    with pytest.raises(CodegenError, match=r"stack overflow|used up the whole stack"):
        run(board, file=file, body="volatile int one[1] = {1}; arena[49] = (uint8_t)deep(one);", stack_bytes=1024)


@pytest.mark.parametrize("board", BOARDS)
def test_a_fault_is_an_error_with_its_place(run: Run, board: str) -> None:
    started = time.monotonic()
    undefined = ".word 0" if load_board(board).core.family == "riscv" else "udf #0"
    told = r"took a fault: (3 HardFault|6 UsageFault|2 illegal instruction), sp 0x(00000000)?[238].*, pc 0x"
    with pytest.raises(CodegenError, match=told) as caught:
        run(board, body=f'__asm__ volatile("{undefined}");')
    assert "stack overflow" not in str(caught.value)
    assert time.monotonic() - started < 20


def test_a_fault_before_the_first_case_is_an_error(run: Run) -> None:
    with pytest.raises(CodegenError, match="took a fault"):
        run("microbit", init='__asm__ volatile("udf #0");')


def test_a_hang_ends_with_the_time_out(run: Run) -> None:
    started = time.monotonic()
    with pytest.raises(CodegenError, match=r"did not finish in 0.5 seconds"):
        run("mps2-an385", body="for (;;) { }", timeout=0.5)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    ("part", "what"), [({"init": "return 4;"}, "init"), ({"after": "status = 4;"}, "invoke of case 0")]
)
def test_a_status_other_than_ok_is_an_error(run: Run, part: dict[str, str], what: str) -> None:
    with pytest.raises(CodegenError, match=f"{what} failed on the target with status 4"):
        run("microbit", **part)


def test_the_arena_is_not_handed_over_clean(run: Run) -> None:
    result = run("microbit", init="if (arena.value[7] == 0) { return 1; }")
    assert result.guards_intact


def test_state_lasts_unless_reset(run: Run) -> None:
    body = "arena[47] = (uint8_t)++state->calls;"

    def last(result: RunResult) -> list[int]:
        return [outputs[0][15] for outputs in result.outputs]

    assert last(run("microbit", body=body, cases=3)) == [1, 2, 3]
    assert last(run("microbit", body=body, cases=3, reset=True)) == [1, 1, 1]


def test_an_arena_in_another_region(run: Run) -> None:
    assert run("mps3-an547", section=".sram").outputs[1] == (expected(1),)


@pytest.mark.parametrize("board", ["mps2-an386", "mps2-an500", "mps3-an547"])
def test_floating_point_is_on(run: Run, board: str) -> None:
    body = "{ volatile float half = 0.5F; arena[33] = (uint8_t)(half * (float)arena[1]); }"
    assert [outputs[0][1] for outputs in run(board, body=body).outputs] == [0, 1]


def test_cases_of_another_model_are_refused(build: Build) -> None:
    elf, board = build("microbit"), load_board("microbit")
    with pytest.raises(CodegenError, match="built for a model with other inputs"):
        run_image(elf, board, [[bytes(17)]], [16])
    with pytest.raises(CodegenError, match="different sizes"):
        run_image(elf, board, [[bytes(16)], [bytes(17)]], [16])
    with pytest.raises(CodegenError, match="no cases"):
        run_image(elf, board, [], [16])


def test_a_board_without_emulator_names_one_that_has_its_core(build: Build) -> None:
    elf = build("stm32f407-discovery")
    with pytest.raises(CodegenError, match="same core: mps2-an386"):
        run_image(elf, load_board("stm32f407-discovery"), [[bytes(16)]], [16])


def test_a_missing_emulator_is_named_with_its_package(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    elf = build("microbit")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(CodegenError, match=r"qemu-system-arm is not installed(.|\n)*qemu"):
        qemu_command(elf, load_board("microbit"))
