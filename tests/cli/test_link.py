"""Models that share an arena: the plans alone decide, and three of them run in turn in one image."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from codegen import CModule, CodegenError
from codegen.api import Options, compile_with
from codegen.device.image import build_image
from codegen.device.qemu import run_image
from codegen.graph import Array, Tensor
from codegen.host.inputs import build_inputs
from codegen.linking import Linked, PlannedArena, PlannedModel, link, read_plan
from codegen.oracle import run_oracle
from tests.builders import GraphBuilder
from tests.operators.test_svdf import int_svdf

from .conftest import Run, document

BOARD = "mps2-an386"
NAMES = ("wide", "deep", "memory")
Built = tuple[GraphBuilder, bytes]


def network(name: str) -> Built:
    """Two networks of different sizes, and one with a state."""
    b = GraphBuilder(50 + NAMES.index(name))
    if name == "wide":
        y: Tensor = b.conv_2d(b.conv_2d(b.input((1, 16, 16, 3)), 8), 4, stride=(2, 2))
    elif name == "deep":
        y = b.softmax(b.fully_connected(b.fully_connected(b.input((1, 40)), 30), 6))
    else:
        y = b.softmax(int_svdf(b, "int16", 1, 10, 6, 2, 8).append(b))
    return b, b.model([y])


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Built, CModule, Path]]:
    """Each compiled for the board and written."""
    folder = tmp_path_factory.mktemp("linked")
    found = {}
    for name in NAMES:
        built = network(name)
        module = compile_with(built[1], Options(BOARD, name))
        found[name] = (built, module, module.write(folder / name))
    return found


def linked(modules: dict[str, tuple[Built, CModule, Path]]) -> Linked:
    return link([read_plan(root / f"{name}.json") for name, (_, _, root) in modules.items()])


def test_they_share_what_they_need_while_they_run(modules: dict[str, tuple[Built, CModule, Path]]) -> None:
    found = linked(modules)
    sizes = [module.arena_bytes for _, module, _ in modules.values()]
    assert found.bytes_in("sram") == max(sizes)
    assert found.alone("sram") == sum(sizes)
    assert len(found.arenas) == 1


def plan(name: str, *arenas: tuple[str, int, int], board: str = "mps3-an547") -> PlannedModel:
    """A model of (region, bytes, persistent)."""
    made = (PlannedArena(region, size, kept, f"{name}_{region}".upper(), f".{region}") for region, size, kept in arenas)
    return PlannedModel(name, board, tuple(made), 0)


def test_persistent_bytes_are_nobody_elses() -> None:
    found = link(
        [
            plan("a", ("dtcm", 100, 0), ("sram", 900, 0)),
            plan("b", ("dtcm", 300, 40)),
            plan("c", ("dtcm", 200, 0)),
            plan("d", ("dtcm", 50, 50), ("sram", 1000, 0)),
        ]
    )
    assert {(a.symbol, a.bytes, tuple(m.name for m in a.models)) for a in found.arenas} == {
        ("models_dtcm", 200, ("a", "c")),
        ("models_b_dtcm", 300, ("b",)),
        ("models_d_dtcm", 50, ("d",)),
        ("models_sram", 1000, ("a", "d")),
    }
    header = found.files["models.h"]
    assert "#define MODELS_D models_d_dtcm, MODELS_D_DTCM_BYTES, models_sram, MODELS_SRAM_BYTES" in header
    assert "#define MODELS_A models_dtcm, MODELS_DTCM_BYTES, models_sram, MODELS_SRAM_BYTES" in header


def test_what_cannot_be_linked(tmp_path: Path) -> None:
    def said(*models: PlannedModel, name: str = "models") -> str:
        with pytest.raises(CodegenError) as refused:
            link(models, name)
        return str(refused.value)

    a, b = plan("a", ("dtcm", 100, 0)), plan("b", ("dtcm", 100, 0))
    assert "two modules are called a" in said(a, a)
    assert "two modules are called a" in said(a, b, name="a")
    assert "different boards: mps3-an547, mps2-an386" in said(a, plan("b", ("sram", 1, 0), board=BOARD))
    assert "need 700,000 bytes of dtcm, which has 524,288" in said(a, plan("c", ("dtcm", 700_000, 0)))
    assert "lower-case C identifier" in said(a, name="My Models")

    def unread(text: str) -> str:
        path = tmp_path / "x.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(CodegenError) as refused:
            read_plan(path)
        return str(refused.value)

    assert "this is no plan" in unread("{")
    assert "the schema is None" in unread("{}")
    assert "the schema is list" in unread("[]")
    assert "the plan lacks 'arenas'" in unread('{"schema": "codegen-plan-1"}')
    with pytest.raises(CodegenError, match="there is no such file"):
        read_plan(tmp_path / "none.json")


def test_the_command(run: Run, modules: dict[str, tuple[Built, CModule, Path]], tmp_path: Path) -> None:
    plans = [root / f"{name}.json" for name, (_, _, root) in modules.items()]
    said = document(run("link", *plans, "-o", tmp_path / "out", "--json"))
    assert said["files"] == ["models.h", "models.c"]
    assert [model["name"] for model in said["models"]] == list(NAMES)
    (region,) = said["regions"]
    assert region["bytes"] < region["apart"]
    text = run("link", *plans, "-o", tmp_path / "other", "--name", "shared").output
    assert f"{region['bytes']:,} bytes together, {region['apart']:,} apart" in text
    assert (tmp_path / "other" / "shared.h").is_file()
    assert run("link", tmp_path / "none.json", "-o", tmp_path / "out").exit_code == 2


# ------------------------------------------------------------------------------------------------ in one image
GLUE = """
#include "cg_harness.h"
#include "models.h"
#include <string.h>

{states}
{staging}
static const uint32_t input_bytes[] = {{{input_bytes}}};
static const uint32_t output_bytes[] = {{{output_bytes}}};
static const cg_span spans[] = {{{spans}}};

static int init(void)
{{
    return {inits};
}}

/* One model after the other, in the arena of all. */
static int invoke(void)
{{
{steps}
    return 0;
}}

static void *input(int32_t index)
{{
    static void *const inputs[] = {{{inputs}}};
    return inputs[index];
}}

static const void *output(int32_t index)
{{
    static void *const outputs[] = {{{outputs}}};
    return outputs[index];
}}

const cg_model cg_model_under_test = {{
    .name = "models", .inputs = {count}, .outputs = {count}, .input_bytes = input_bytes,
    .output_bytes = output_bytes, .init = init, .invoke = invoke, .reset = 0, .input = input, .output = output,
    .spans = spans, .span_count = {count}, .waiting = 0,
}};
"""


def glue(names: Sequence[str]) -> str:
    """C that runs the models in turn on inputs of their own, their structs between guards."""
    step = (
        "    memcpy({n}_input(&{n}.value, 0), {n}_in, sizeof {n}_in);\n"
        "    if ({n}_invoke(&{n}.value) != {N}_OK) {{\n        return 1;\n    }}\n"
        "    memcpy({n}_out, {n}_output(&{n}.value, 0), sizeof {n}_out);"
    )
    staging = "static uint8_t {n}_in[{N}_INPUT_0_BYTES], {n}_out[{N}_OUTPUT_0_BYTES];"

    def each(text: str, between: str = "\n") -> str:
        return between.join(text.format(n=name, N=name.upper()) for name in names)

    return GLUE.format(
        states=each('CG_GUARDED({n}_t, {n}, ".bss");'),
        staging=each(staging),
        input_bytes=each("{N}_INPUT_0_BYTES", ", "),
        output_bytes=each("{N}_OUTPUT_0_BYTES", ", "),
        spans=each("CG_SPAN({n})", ", "),
        inits=each("(int){n}_init(&{n}.value, MODELS_{N})", " | "),
        steps=each(step),
        inputs=each("{n}_in", ", "),
        outputs=each("{n}_out", ", "),
        count=len(names),
    )


@pytest.mark.qemu
def test_three_models_in_turn_in_one_image(
    modules: dict[str, tuple[Built, CModule, Path]], rng: np.random.Generator, tmp_path: Path
) -> None:
    """Every call of one overwrites the arena of the others; the state of the third outlives it."""
    board = compile_with(modules["deep"][0][1], Options(BOARD)).memory.schedule.target.board
    for file, text in linked(modules).files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    sources, includes = {tmp_path / "models.c"}, [tmp_path]
    by_name: dict[str, Path] = {}
    for _, module, root in modules.values():
        own, folders, _ = build_inputs(module, root)
        by_name |= {path.name: path for path in own}  # the runtime files of all, each once
        includes += folders
    sources |= set(by_name.values())
    flags = ("-O2", "-std=c99", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror")
    elf = build_image(sorted(sources), includes, board, glue(NAMES), tmp_path / "image", flags=flags)
    steps = 20
    inputs: dict[str, list[Array]] = {
        name: [rng.integers(-128, 128, built[0].inputs[0].shape).astype(np.int8) for _ in range(steps)]
        for name, (built, _, _) in modules.items()
    }
    sizes = [module.interface.outputs[0].tensor.bytes for _, module, _ in modules.values()]
    cases = [[inputs[name][k].tobytes() for name in NAMES] for k in range(steps)]
    result = run_image(elf, board, cases, sizes)
    assert result.guards_intact, result.damage
    for place, (name, (built, _, _)) in enumerate(modules.items()):
        wanted = run_oracle(built[1], [[x] for x in inputs[name]])
        for got, (want,) in zip(result.outputs, wanted, strict=True):
            assert got is not None
            assert got[place] == want.tobytes(), name


def test_a_model_compiled_anew_is_noticed(modules: dict[str, tuple[Built, CModule, Path]], tmp_path: Path) -> None:
    """The header knows the sizes that it was made for."""
    files = linked(modules).files
    includes = [f"-I{root / part}" for _, _, root in modules.values() for part in (".", "runtime/include")]
    flags = ("-std=c99", "-Wall", "-Wextra", "-Wundef", "-Wpedantic", "-Werror", "-DCG_HOST=1", f"-I{tmp_path}")
    for file, text in files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    command = ["gcc", *flags, *includes, "-c", str(tmp_path / "models.c"), "-o", str(tmp_path / "models.o")]
    subprocess.run(command, check=True)
    size = modules["wide"][1].arena_bytes
    changed = files["models.h"].replace(f"WIDE_ARENA_BYTES != {size}U", f"WIDE_ARENA_BYTES != {size + 4}U")
    assert changed != files["models.h"]
    (tmp_path / "models.h").write_text(changed, encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "wide was compiled anew: run codegen link again" in done.stderr


def test_the_plan_says_how_a_region_is_named() -> None:
    b = GraphBuilder(3)
    module = compile_with(b.model([b.softmax(b.input((1, 4)))]), Options("stm32f407-discovery", "m"))
    (arena,) = json.loads(module.files["m.json"])["arenas"]
    assert (arena["macro"], arena["section"], arena["persistent"]) == ("M_ARENA", ".ccmram", 0)
