"""What one inference takes on a board that is not at hand: by QEMU's count, by a plug-in of it, or in simavr."""

from __future__ import annotations

import struct
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from codegen.device.avr import AvrRunner
from codegen.device.glue import module_glue
from codegen.device.image import build_image
from codegen.device.program import build_timed_program
from codegen.device.qemu import run_image
from codegen.emission.module import CModule
from codegen.graph import Array, Tensor
from codegen.host.inputs import build_inputs
from codegen.target import Board
from codegen.verification import Case

_SECONDS = 600
_PLUGIN = Path(__file__).with_name("count_instructions.c")


def counter_of(board: Board) -> str:
    """What counts, with its version where it says one."""
    emulator = board.core.emulator
    assert emulator is not None
    if board.core.family == "avr":
        return "simavr"
    said = subprocess.run([emulator.program, "--version"], capture_output=True, text=True, check=True).stdout
    version = said.split("version ")[1].split()[0]
    return f"QEMU {version} " + ("with a plug-in" if board.core.family == "linux" else "-icount shift=0")


def level(board: Board) -> str:
    """The compiler's optimization of images and programs."""
    return "-Os" if board.core.family == "avr" else "-O2"


def _random(rng: np.random.Generator, tensor: Tensor) -> Array:
    ends = np.iinfo(np.dtype(tensor.dtype))
    return rng.integers(ends.min, ends.max, tensor.shape, tensor.dtype, endpoint=True)


def taken(module: CModule, tree: Path | None) -> int:
    """Instructions (of an AVR: cycles) of one inference on random input. Raises CodegenError for what has no room."""
    rng = np.random.default_rng(0)
    case = tuple(_random(rng, port.tensor) for port in module.interface.inputs)
    family = module.memory.schedule.target.core.family
    if family == "avr":
        runner = AvrRunner(module)
        runner.run([case])
        return runner.cycles[0]
    return _in_program(module, case) if family == "linux" else _in_image(module, case, tree)


def _in_image(module: CModule, case: Case, tree: Path | None) -> int:
    with tempfile.TemporaryDirectory(prefix="codegen-costs-") as folder:
        root = module.write(Path(folder) / "module")
        sources, includes, defines = build_inputs(module, root, tree)
        board = module.memory.schedule.target.board
        glue = module_glue(module.interface)
        elf = build_image(sources, includes, board, glue, Path(folder) / "image", defines=defines, jobs=1)
        sizes = [port.tensor.bytes for port in module.interface.outputs]
        result = run_image(elf, board, [[one.tobytes() for one in case]], sizes, timeout=_SECONDS)
    return result.instructions or 0


@cache
def _plugin() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="codegen-plugin-"))
    made = folder / "count.so"
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", str(_PLUGIN), "-o", str(made)], check=True)
    return made


def _in_program(module: CModule, case: Case) -> int:
    """The program reads its clock before and after the inference, then round empty calls: the plug-in counts there."""
    program = build_timed_program(module)
    runner, *rest = program.command()
    given = struct.pack("<I", 0) + b"".join(one.tobytes() for one in case)
    run = subprocess.run(
        [runner, "-plugin", str(_plugin()), *rest], input=given, capture_output=True, check=True, timeout=_SECONDS
    )
    counts = [int(line) for line in run.stderr.split()]
    spans = [after - before for before, after in zip(counts[::2], counts[1::2], strict=True)]
    return spans[0] - min(spans[1:])
