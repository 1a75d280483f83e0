"""What `codegen firmware` makes for any board: an image on a serial line, a program, or one with its cases in it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Protocol

from ..emission.module import CModule
from ..errors import CodegenError
from ..fit_rules import STACK_LEAST
from ..target import Board, Region
from ..verification import generate_cases
from .avr import AvrRunner, case_bytes
from .firmware import build_firmware, objcopy
from .program import build_program
from .sizes import program_bytes

_CASES = 4


class Built(Protocol):
    """Something to be written to files and put onto `board`. `use` says what it does there."""

    @property
    def board(self) -> Board: ...
    @property
    def use(self) -> str: ...

    def flash(self) -> dict[str, int]:
        """Bytes of the model's `code` and `weights`, of the `harness`, in `total`."""
        ...

    def regions(self) -> list[tuple[Region, int]]:
        """Every region of the board and what is taken of it."""
        ...

    def write(self, folder: Path) -> list[Path]:
        """The files, in `folder`."""
        ...


class _AvrImage:
    """A program with as many generated cases in it as it has room for, at most four."""

    def __init__(self, runner: AvrRunner) -> None:
        self._runner = runner
        self.board = runner.board
        count = min(_CASES, runner.room)
        cases = generate_cases(runner.module.memory.schedule.graph, count, 0).inputs
        self._elf = runner.linked([case_bytes(runner.module, case) for case in cases])
        self.use = (
            f"{count} generated cases (seed 0) are in it: after a reset it writes their outputs to the serial line, "
            "and answers no requests"
        )

    def flash(self) -> dict[str, int]:
        runner = self._runner
        total = program_bytes(self._elf).flash
        code = runner.flash - runner.harness - runner.weights
        return {"code": code, "weights": runner.weights, "harness": total - code - runner.weights, "total": total}

    def regions(self) -> list[tuple[Region, int]]:
        sizes, ram = program_bytes(self._elf), self.board.main_ram
        return [(region, sizes.ram + STACK_LEAST if region == ram else sizes.flash) for region in self.board.regions]

    def write(self, folder: Path) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        name = self._runner.module.name
        elf, image = folder / f"{name}.elf", folder / f"{name}.hex"
        shutil.copyfile(self._elf, elf)
        objcopy(self.board, "-O", "ihex", "-j", ".text", "-j", ".data", str(elf), str(image))
        return [elf, image]


def build(
    module: CModule,
    folder: Path,
    cmsis_nn_root: str | os.PathLike[str] | None = None,
    *,
    profile: bool = True,
    stack_bytes: int | None = None,
) -> Built:
    """What the board of `module` takes. Raises CodegenError for a board whose images are made elsewhere, for one that
    lacks room (with the figures), and where the toolchain is missing."""
    board = module.memory.schedule.target.board
    family = board.core.family
    if stack_bytes is not None and board.core.is_hosted:
        raise CodegenError.say(f"the stack of a program for {board.name} is not chosen here", "leave --stack out")
    if family in ("linux", "wasm"):
        return build_program(module, cmsis_nn_root)
    if family == "avr":
        return _AvrImage(AvrRunner(module))
    return build_firmware(module, folder, cmsis_nn_root, profile=profile, stack_bytes=stack_bytes)
