"""Emitted C under address and undefined-behaviour sanitizers: arenas on the heap, every operator."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

import codegen
from codegen.api import Options, compile_with
from codegen.graph import Array
from codegen.host import load
from codegen.host.build import FLAGS, host_compiler
from codegen.host.inputs import build_inputs
from codegen.host.model import numpy_dtype
from tests.zoo import control_flow, zoo

SANITIZERS = ("-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
REAL_MODELS = ("kws", "vww", "ic", "ad", "sww", "micro_speech", "hello")
CASES = 3

MAIN = """
#include "{name}.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t input_bytes[] = {{{input_bytes}}}, output_bytes[] = {{{output_bytes}}};

/* Inputs from standard input, outputs to standard output, case by case. */
int main(void)
{{
    {name}_t *model = ({name}_t *)malloc(sizeof *model);
{arenas}
    if (model == NULL || {name}_init(model{arguments}) != 0) {{
        return 2;
    }}
    for (;;) {{
        size_t k;
        for (k = 0; k < {inputs}; k++) {{
            if (fread({name}_input(model, k), 1, input_bytes[k], stdin) != input_bytes[k]) {{
                {frees}
                free(model);
                return 0;
            }}
        }}
        if ({name}_invoke(model) != 0) {{
            return 3;
        }}
        for (k = 0; k < {outputs}; k++) {{
            (void)fwrite({name}_output(model, k), 1, output_bytes[k], stdout);
        }}
    }}
}}
"""


def main_text(module: codegen.CModule) -> str:
    """A program round the module; ASan's red zones lie behind each arena, at most 15 bytes away."""
    interface = module.interface
    arenas = "\n".join(
        f"    void *{a.field} = aligned_alloc(16, ({a.macro}_BYTES + 15U) & ~15U);\n"
        f"    memset({a.field}, 0xA5, {a.macro}_BYTES);"
        for a in interface.arenas
    )
    return MAIN.format(
        name=module.name,
        input_bytes=", ".join(str(p.tensor.bytes) for p in interface.inputs) or "0",
        output_bytes=", ".join(str(p.tensor.bytes) for p in interface.outputs) or "0",
        arenas=arenas,
        arguments="".join(f", {a.field}, {a.macro}_BYTES" for a in interface.arenas),
        frees=" ".join(f"free({a.field});" for a in interface.arenas),
        inputs=len(interface.inputs),
        outputs=len(interface.outputs),
    )


def random_inputs(module: codegen.CModule, rng: np.random.Generator, *, counts: bool) -> list[list[Array]]:
    """Whole-range integers (`counts`: small int32, of which loops run as many times), extremes, moderate floats."""

    def draw(shape: tuple[int, ...], dtype: str, case: int) -> Array:
        if dtype == "bool":
            return rng.integers(0, 2, shape).astype(bool)
        kind = numpy_dtype(dtype)
        if kind.kind == "f":
            return np.asarray(rng.normal(0, 10.0 ** (case - 1), shape), kind)
        low, high = (-9, 9) if counts and dtype == "int32" else (np.iinfo(kind).min, np.iinfo(kind).max)
        if case == 0:
            return np.asarray(rng.choice([low, high], shape), kind)
        return rng.integers(low, high, shape, kind, endpoint=True)

    ports = module.interface.inputs
    return [[draw(p.tensor.shape, p.tensor.dtype, case) for p in ports] for case in range(CASES)]


def check(module: codegen.CModule, folder: Path, rng: np.random.Generator, *, counts: bool = False) -> None:
    """The sanitized program runs clean and computes what the ordinary build computes."""
    root = module.write(folder / module.name)
    sources, includes, defines = build_inputs(module, root)
    program = folder / "program"
    (folder / "main.c").write_text(main_text(module))
    options = [*FLAGS, "-O1", *SANITIZERS, "-D_POSIX_C_SOURCE=200112L", *(f"-D{k}={v}" for k, v in defines.items())]
    command = [str(host_compiler()), *options, "-std=c11", *(f"-I{path}" for path in includes)]
    files = [folder / "main.c", *sources]
    subprocess.run([*command, *map(str, files), "-lm", "-o", str(program)], check=True)
    cases = random_inputs(module, rng, counts=counts)
    data = b"".join(array.tobytes() for case in cases for array in case)
    run = subprocess.run([program], input=data, capture_output=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr.decode(errors="replace")[:3000]
    ordinary = load(module)
    assert run.stdout == b"".join(array.tobytes() for case in cases for array in ordinary(*case))


@pytest.mark.parametrize("kernels", ["auto", "native"])
@pytest.mark.parametrize("band_rows", [None, 1])
def test_every_operator(kernels: str, band_rows: int | None, tmp_path: Path, rng: np.random.Generator) -> None:
    options = Options("mps2-an386", "zoo", kernels, band_rows=band_rows)
    check(compile_with(zoo(), options), tmp_path, rng)


def test_control_flow(tmp_path: Path, rng: np.random.Generator) -> None:
    for number, model in enumerate(control_flow()):
        (tmp_path / str(number)).mkdir()
        module = codegen.compile_model(model, board="mps2-an386", name=f"flow_{number}")
        check(module, tmp_path / str(number), rng, counts=True)


@pytest.mark.parametrize("kernels", ["auto", "native"])
@pytest.mark.parametrize("name", REAL_MODELS)
def test_real_models(name: str, kernels: str, models: Path, tmp_path: Path, rng: np.random.Generator) -> None:
    check(codegen.compile_model(models / f"{name}.tflite", board="mps2-an386", kernels=kernels), tmp_path, rng)
