"""Generated operators with weights or windows, and their emitted C against tflite-micro for several plans and bands."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from codegen.api import Options, compile_with
from codegen.boards import load_board
from codegen.cmsis_nn_tree import recognise
from codegen.graph import Array, Operator, Tensor
from codegen.host import load
from codegen.operators import choose_kernel
from codegen.oracle import run_oracle
from codegen.target import RELEASES, Target
from codegen.verification import QemuRunner
from tests.builders import GraphBuilder

from .equality import _difference, random_cases

ACTIVATIONS = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")


@dataclass(frozen=True)
class Plan:
    """How to compile, and the upstream tree to link (None: our own functions of the same interface)."""

    board: str
    kernels: str
    band_rows: int | None = None
    release: str = "v7.0.0"
    tree: Path | None = None
    optimize: str = "balanced"
    prefer: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"{self.prefer or self.kernels} for {self.board}, {self.optimize}"
        return f"{where}, bands of {self.band_rows}, {self.release} {self.tree or ''}"


WHOLE = (
    Plan("host", "cmsis-nn"), Plan("mps2-an386", "cmsis-nn"), Plan("mps3-an547", "cmsis-nn"),
    Plan("mps2-an386", "native"), Plan("host", "native")
)  # fmt: skip
BANDS = tuple(
    Plan(board, kernels, rows)
    for board, kernels, rows in (
        ("host", "cmsis-nn", 2), ("mps2-an386", "cmsis-nn", 1), ("mps2-an386", "cmsis-nn", 3),
        ("mps3-an547", "cmsis-nn", 1), ("mps3-an547", "cmsis-nn", 4), ("host", "native", 1), ("host", "native", 3),
        ("mps2-an386", "native", 1), ("mps2-an386", "native", 4),
    )
)  # fmt: skip


def upstream_plans(*bands: int | None) -> tuple[Plan, ...]:
    """Plans with the tree of CMSIS_NN_ROOT; none without one. Cores with MVE are left out: on this machine upstream's
    plain C would write more scratch than was planned."""
    root = os.environ.get("CMSIS_NN_ROOT")
    if not root:
        return ()
    release = recognise(Path(root))
    assert release is not None, root
    boards = ("host", "mps2-an386")
    return tuple(Plan(board, "cmsis-nn", rows, release.name, Path(root)) for board in boards for rows in bands)


def any_input(b: GraphBuilder, shape: Sequence[int]) -> Tensor:
    """An input with any zero point, the extremes often."""
    zero_points = (-128, 127, 0, *b.rng.integers(-128, 128, 3).tolist())
    return b.input(shape, zero_point=int(b.rng.choice(zero_points)))


def any_window(b: GraphBuilder, *, dilated: bool = True) -> tuple[tuple[int, int], dict[str, object]]:
    """(kernel, options) of a window; kernels of 1 and 3, strides and dilations of 1 often."""
    rng = b.rng
    kernel = tuple(int(k) for k in rng.choice((1, 1, 2, 3, 3, 4, 5), 2))
    strides = tuple(int(s) for s in rng.choice((1, 1, 1, 2, 2, 3, 4), 2))
    options: dict[str, object] = {
        "stride": strides,
        "padding": str(rng.choice(("SAME", "VALID"))),
        "activation": str(rng.choice(ACTIVATIONS)),
    }
    if dilated and rng.random() < 0.4:
        options["dilation"] = tuple(int(d) for d in rng.choice((1, 2, 3), 2))
    if dilated and rng.random() < 0.1:
        options["stride"] = kernel  # tiles
    return (kernel[0], kernel[1]), options


def any_size(b: GraphBuilder, kernel: tuple[int, int], options: dict[str, object]) -> tuple[int, int]:
    """(height, width) for which the window gives an output."""
    dilation = options.get("dilation", (1, 1))
    assert isinstance(dilation, tuple)
    least = [(k - 1) * d + 1 if options["padding"] == "VALID" else 1 for k, d in zip(kernel, dilation, strict=True)]
    height, width = (int(b.rng.choice((low, low + 1, low + int(b.rng.integers(0, 12))))) for low in least)
    return height, width


def assert_plans_equal(
    b: GraphBuilder, outputs: Sequence[Tensor], plans: Sequence[Plan], *, cases: int = 3, drop_bias: Sequence[int] = ()
) -> None:
    """The outputs are tflite-micro's by every plan. `drop_bias`: operators (by index) that lose their bias of zeros
    for the compiler, where tflite-micro crashes without one."""
    inputs: list[list[Array]] = random_cases(b, cases)
    expected = run_oracle(b.model(outputs), inputs)
    for k in drop_bias:
        op = b.operators[k]
        assert op.input(2).data is not None
        assert not op.input(2).data.any()
        b.operators[k] = replace(op, inputs=(op.inputs[0], op.inputs[1], None))
    model = b.model(outputs)
    for plan in plans:
        options = Options(
            board=plan.board,
            kernels=plan.kernels,
            cmsis_nn=plan.release,
            band_rows=plan.band_rows,
            optimize=plan.optimize,
            prefer=plan.prefer,
        )
        compiled = load(compile_with(model, options), cmsis_nn_root=plan.tree)
        for case, wanted in zip(inputs, expected, strict=True):
            for op, got, want in zip(b.operators, compiled(*case), wanted, strict=True):
                assert np.array_equal(got, want), _difference(f"{describe(op)} by {plan}", got, want)


def assert_emulated(
    b: GraphBuilder, outputs: Sequence[Tensor], options: Options, names: Sequence[str], *, on_host: bool = False
) -> int:
    """The outputs are tflite-micro's in QEMU (`on_host`: by the same plan's portable bodies too), guards are intact,
    and kernels of `names` are among those that ran; how many tensors share memory with another one."""
    cases = [tuple(case) for case in random_cases(b, 3)]
    model = b.model(outputs)
    expected = run_oracle(model, cases)
    module = compile_with(model, options)
    assert {call.kernel.name for call in module.memory.schedule.calls} & {*names}
    observed = QemuRunner(module, None).run(cases)
    assert not observed.damage
    found = [("QEMU", case) for case in observed.outputs]
    if on_host:
        compiled = load(module)
        found += [("this machine", compiled(*case)) for case in cases]
    makers = {op.output: op for op in b.operators}
    for (where, got_case), want_case in zip(found, (*expected, *expected), strict=False):
        for tensor, got, want in zip(outputs, got_case, want_case, strict=True):
            same = np.array_equal(got.reshape(-1), want.reshape(-1))
            assert same, _difference(f"{describe(makers[tensor])}, {options.band_rows}, {where}", got, want)
    return len(module.memory.shared)


def describe(op: Operator) -> str:
    """An operator so that it can be built again."""
    shapes = [None if t is None else list(t.shape) for t in op.inputs]
    return f"{op.type} {shapes} -> {list(op.output.shape)} {dict(op.options)}"


def zero_bias(b: GraphBuilder) -> None:
    """Give the last operator a bias of zeros."""
    op = b.operators[-1]
    bias = b.constant(np.zeros(op.output.shape[-1], np.int32))
    b.operators[-1] = replace(op, inputs=(op.inputs[0], op.inputs[1], bias))


def targets(*boards: str, releases: Sequence[str] = tuple(RELEASES)) -> list[Target]:
    """Every board with every release, with upstream's kernels where there are any."""
    return [Target(load_board(board), RELEASES[release], "cmsis-nn") for board in boards for release in releases]


def last(b: GraphBuilder) -> Operator:
    return b.operators[-1]


def chosen(op: Operator, target: Target) -> str:
    """The name of the kernel that computes `op`."""
    return choose_kernel(GraphBuilder().build([]), op, target).name
