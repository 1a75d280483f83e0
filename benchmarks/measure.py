"""One model on one board by one provider: what its linked image weighs, and what one inference takes in QEMU."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from codegen.api import Options, compile_with
from codegen.cmsis_nn_tree import choose_release
from codegen.device.firmware import constant_names
from codegen.device.glue import module_glue
from codegen.device.image import SIZE_FLAGS, build_image, flags_for
from codegen.device.qemu import run_image
from codegen.device.sizes import FlashSizes, flash_sizes
from codegen.emission.module import CModule
from codegen.errors import CodegenError
from codegen.host.inputs import build_inputs
from codegen.verification import Cases, read_cases

CASES = 2
"""Cases of the npz that are run; instructions are their mean."""
_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Provider:
    """Who provides the kernels: `kernels` and `optimize` are the compiler's options, `tree` an upstream CMSIS-NN to
    link."""

    name: str
    kernels: str
    tree: Path | None = None
    optimize: str = "balanced"


def providers(names: tuple[str, ...], tree: Path | None) -> tuple[Provider, ...]:
    """Those called `names`; `auto`, `speed` and `size` are the compiler's choice by these objectives, with
    upstream's functions where there is a `tree`; `upstream` (cmsis-nn with these) is left out without one."""
    release = choose_release(None, tree)
    known = {
        "auto": Provider("auto", "auto", tree),
        "speed": Provider("speed", "auto", tree, "speed"),
        "size": Provider("size", "auto", tree, "size"),
        "native": Provider("native", "native"),
        "cmsis-nn": Provider("cmsis-nn", "cmsis-nn"),
        **({"upstream": Provider(f"upstream {release}", "cmsis-nn", tree)} if tree else {}),
    }
    return tuple(known[name] for name in names if name in known)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one model, board and provider. Bytes are of the flags that the emitted CMakeLists.txt has (-O2, by
    `size` -Os), those with `_os` of -Os.

    `code_bytes` is all that is linked, less constants, harness and start-up; `instructions` are of one inference.
    """

    board: str
    model: str
    provider: str
    arena_bytes: int
    arena_bound: int
    weight_bytes: int
    code_bytes: int
    code_bytes_os: int
    stack_bytes: int
    instructions: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What the figures are of."""
        return self.board, self.model, self.provider


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A compiled model that waits for its image; `seconds` of CPU time is what compiling took, the better of two."""

    model: Path
    provider: Provider
    module: CModule
    seconds: float

    @property
    def board(self) -> str:
        return self.module.memory.schedule.target.board.name


def prepare(model: Path, board: str, provider: Provider) -> Job:
    """Compiles `model`, with the time that it takes."""
    release = choose_release(None, provider.tree)
    options = Options(board=board, kernels=provider.kernels, cmsis_nn=release.name, optimize=provider.optimize)
    best, module = float("inf"), None
    for _ in range(2):
        start = time.process_time()
        module = compile_with(model, options)
        best = min(best, time.process_time() - start)
    assert module is not None
    return Job(model, provider, module, best)


def measure(job: Job) -> Row:
    """The figures of `job`. Raises CodegenError where its outputs are wrong or memory outside of it was written."""
    module = job.module
    ports = module.interface
    cases = read_cases(job.model.with_suffix(".npz"), ports.inputs, ports.outputs, CASES)
    with tempfile.TemporaryDirectory(prefix="codegen-benchmark-") as folder:
        fast, fast_elf = _image(job, Path(folder), flags_for(job.provider.optimize))
        small, _ = _image(job, Path(folder), SIZE_FLAGS)
        inputs = [[array.tobytes() for array in case] for case in cases.inputs]
        sizes = [port.tensor.bytes for port in ports.outputs]
        board = module.memory.schedule.target.board
        result = run_image(fast_elf, board, inputs, sizes, timeout=_SECONDS)
    _prove(job, cases, result.outputs, result.damage)
    assert result.instructions is not None
    return Row(
        board=board.name,
        model=job.model.stem,
        provider=job.provider.name,
        arena_bytes=module.arena_bytes,
        arena_bound=sum(arena.bound for arena in module.memory.arenas),
        weight_bytes=fast.weights,
        code_bytes=fast.code,
        code_bytes_os=small.code,
        stack_bytes=result.stack_bytes,
        instructions=result.instructions,
    )


def built(job: Job, folder: Path) -> Path:
    """The image of `job`, in `folder`."""
    return _image(job, folder, flags_for(job.provider.optimize))[1]


def _image(job: Job, folder: Path, flags: tuple[str, ...]) -> tuple[FlashSizes, Path]:
    """Sizes and ELF file of an image that is built with `flags`."""
    module = job.module
    root = module.write(folder / f"module{flags[0]}" / module.name)
    sources, includes, defines = build_inputs(module, root, job.provider.tree)
    board = module.memory.schedule.target.board
    glue = module_glue(module.interface)
    elf = build_image(sources, includes, board, glue, folder / f"image{flags[0]}", defines=defines, flags=flags)
    return flash_sizes(elf, constant_names(module)), elf


def _prove(job: Job, cases: Cases, outputs: tuple[tuple[bytes, ...], ...], damage: tuple[str, ...]) -> None:
    """Figures of code that computes something else are worth nothing."""
    where = f"{job.model.stem} on {job.board} by {job.provider.name}"
    if damage:
        raise CodegenError.say(f"{where}: {', '.join(damage)}")
    assert cases.expected is not None, job.model
    for number, (wanted, got) in enumerate(zip(cases.expected, outputs, strict=True)):
        if tuple(array.tobytes() for array in wanted) != got:
            raise CodegenError.say(f"{where}: the outputs of case {number} are not the expected ones")
