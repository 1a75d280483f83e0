"""From a module to an image in an emulator: the build, the run, and what the image weighs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .device.firmware import constant_names
from .device.glue import module_glue
from .device.image import build_image, flags_for
from .device.qemu import RunResult, qemu_command, run_image
from .device.sizes import flash_sizes
from .emission.interface import WAITING
from .emission.module import CModule
from .host.inputs import build_inputs
from .target import Board

_SECONDS = 120
_SECONDS_A_CASE = 60


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A linked image of one module."""

    module: CModule
    board: Board
    elf: Path

    def run(self, cases: Sequence[Sequence[bytes]]) -> RunResult:
        """Every case, one `bytes` an input that no output stays in, in the board's emulator. Kept tensors follow the
        outputs."""
        interface = self.module.interface
        sizes = [port.tensor.bytes for port in (*interface.outputs, *interface.kept)]
        timeout = _SECONDS + _SECONDS_A_CASE * len(cases)
        waiting = WAITING if interface.may_wait else 0
        return run_image(self.elf, self.board, cases, sizes, timeout=timeout, reset=False, waiting=waiting)

    def flash(self) -> dict[str, int]:
        """Bytes of flash: `code` is all of the model but `weights`, `harness` what measures it."""
        sizes = flash_sizes(self.elf, constant_names(self.module))
        return {"code": sizes.code, "weights": sizes.weights, "harness": sizes.harness, "total": sizes.total}


def build(module: CModule, folder: Path, cmsis_nn_root: str | os.PathLike[str] | None = None) -> Image:
    """The image of `module` for its board, in `folder`; upstream CMSIS-NN from `cmsis_nn_root` where given.

    Raises CodegenError where the board has no emulator, or programs are missing, before anything is compiled.
    """
    board = module.memory.schedule.target.board
    qemu_command(folder / "image.elf", board)
    root = module.write(folder / module.name)
    sources, includes, defines = build_inputs(module, root, cmsis_nn_root)
    flags, glue = flags_for(module.memory.schedule.target.optimize), module_glue(module.interface)
    elf = build_image(sources, includes, board, glue, folder / "image", defines=defines, flags=flags)
    return Image(module, board, elf)
