"""Operators that the user supplies: the worked example end to end, the C interface, and what is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from codegen import CodegenError, CustomOperator, compile_model
from codegen.cli import cli
from codegen.host import load
from tests.builders import GraphBuilder
from tests.cli.conftest import document
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "custom_operator"
DESCRIBED = "MedianFilter=median_filter.py"
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wundef", "-Wpedantic", "-Werror")
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's folder with its model."""
    folder = tmp_path_factory.mktemp("example") / "custom_operator"
    shutil.copytree(EXAMPLE, folder)
    subprocess.run([sys.executable, "make_model.py"], cwd=folder, check=True, env={"PYTHONPATH": str(ROOT)})
    return folder


@pytest.fixture
def run(example: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("CMSIS_NN_ROOT", raising=False)
    monkeypatch.chdir(example)
    return lambda *arguments: CliRunner().invoke(cli, [str(argument) for argument in arguments])


# ------------------------------------------------------------------------------------------------- the example
@pytest.mark.parametrize("where", [["--on", "host"], ["--on", "qemu"]], ids=["host", "qemu"])
def test_the_example_is_equal(run: Run, where: list[str]) -> None:
    said = document(run("verify", "denoise.tflite", "--custom", DESCRIBED, "--cases", 6, "--json", *where))
    assert (said["cases"], said["mismatches"]) == (6, 0)
    assert "MedianFilter" in said["oracle"]


def test_a_wrong_function_is_found(run: Run, example: Path, tmp_path: Path) -> None:
    """The reference is not the function under test."""
    for path in example.glob("median_filter.*"):
        text = path.read_text(encoding="utf-8").replace("= sorted[reach]", "= sorted[0]")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    wrong = f"MedianFilter={tmp_path / 'median_filter.py'}"
    assert run("verify", "denoise.tflite", "--custom", wrong, "--cases", 6).exit_code == 1


def test_the_module_brings_the_files(run: Run, example: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    said = document(run("compile", "denoise.tflite", "--board", "host", "--custom", DESCRIBED, "-o", folder, "--json"))
    assert [op["provider"] for op in said["operators"] if op["type"] == "MedianFilter"] == ["user"]
    for name in ("median_filter.h", "median_filter.c"):
        assert (folder / name).read_bytes() == (example / name).read_bytes()
    assert (folder / "runtime" / "include" / "cg_custom.h").is_file()
    assert "  median_filter.c\n" in (folder / "CMakeLists.txt").read_text(encoding="utf-8")
    includes = [f"-I{folder / part}" for part in (".", "runtime/include", "runtime/kernels", "runtime/cmsis_nn")]
    for command in (("gcc", "-std=c99"), ("clang", "-std=c99"), ("g++", "-x", "c++", "-std=c++20")):
        for source in ("denoise.c", "median_filter.c"):
            build = [*command, *WARNINGS, "-DCG_HOST=1", *includes, "-c", folder / source, "-o", tmp_path / "x.o"]
            subprocess.run(build, check=True)
    # Written twice: the earlier output is known as such.
    assert run("compile", "denoise.tflite", "--board", "host", "--custom", DESCRIBED, "-o", folder).exit_code == 0


def test_inspect_takes_it(run: Run) -> None:
    assert (
        document(run("inspect", "denoise.tflite", "--json"))["totals"]["unsupported"] == 2
    )  # and what reads it: no shape
    said = document(run("inspect", "denoise.tflite", "--custom", DESCRIBED, "--json"))
    assert said["totals"]["unsupported"] == 0
    assert said["operators"][2]["outputs"][0]["shape"] == [1, 16, 6]


# --------------------------------------------------------------------------------------------- the C interface
PROBE = """
#include "cg_custom.h"
static int32_t probe(const cg_custom_input *input_0, const cg_custom_input *input_1, const cg_custom_input *input_2,
                     const cg_custom_output *output_0, const uint8_t *options, int32_t options_bytes, void *scratch)
{
    int32_t *y = (int32_t *)output_0->data;
    const int8_t *constant = (const int8_t *)input_2->data;
    if (output_0->bytes != 4 * 16 || output_0->type != CG_CUSTOM_INT32 || output_0->scale > 0.0F) {
        return 1;
    }
    y[0] = input_0->type;
    y[1] = input_0->rank * 100 + input_0->dims[0] * 10 + input_0->dims[1];
    y[2] = (int32_t)(input_0->scale * 1000.0F + 0.5F);
    y[3] = input_0->zero_point;
    y[4] = input_1 == 0;
    y[5] = input_2->channels * 10 + input_2->axis;
    y[6] = (int32_t)(input_2->channel_scales[1] * 1000.0F + 0.5F);
    y[7] = input_2->channel_zero_points[1];
    y[8] = constant[3];
    y[9] = options_bytes * 1000 + options[0];
    y[10] = scratch == 0 ? -1 : (int32_t)((uintptr_t)scratch % 16U);
    y[11] = ((const int8_t *)input_0->data)[5];
    y[12] = input_0->channel_scales == 0 && input_0->channels == 0;
    y[13] = input_2->bytes;
    y[14] = input_0->bytes;
    y[15] = STATUS;
    return y[15];
}
"""


def probe(tmp_path: Path, status: int = 0, scratch: int = 24) -> tuple[bytes, CustomOperator]:
    b = GraphBuilder(5)
    x = b.input((2, 3), scale=0.25, zero_point=-7)
    w = b.constant(np.array([[1, 2], [3, 44]], np.int8), [0.5, 0.125], [0, 0], 1)
    y = b.tensor((16,), "int32")
    b.operator("Probe", [x, None, w], y, custom_options=b"\x09ab")
    (tmp_path / "probe.h").write_text(PROBE.replace("STATUS", str(status)), encoding="utf-8")
    return b.model([y]), CustomOperator("Probe", tmp_path / "probe.h", scratch_bytes=lambda _: scratch)


def test_the_function_is_told_everything(tmp_path: Path) -> None:
    model, custom = probe(tmp_path)
    (found,) = load(compile_model(model, name="m", custom=[custom]))(np.arange(6, dtype=np.int8).reshape(2, 3))
    assert found.tolist() == [9, 223, 250, -7, 1, 21, 125, 0, 44, 3009, 0, 5, 1, 4, 6, 0]
    model, custom = probe(tmp_path, scratch=0)
    (found,) = load(compile_model(model, name="m", custom=[custom]))(np.zeros((2, 3), np.int8))
    assert found[10] == -1


def test_its_status_ends_the_invocation(tmp_path: Path) -> None:
    model, custom = probe(tmp_path, status=1)
    with pytest.raises(CodegenError, match="M_ERROR_KERNEL"):
        load(compile_model(model, name="m", custom=[custom]))(np.zeros((2, 3), np.int8))


# ----------------------------------------------------------------------------------------------------- refusals
def said(model: bytes, *custom: CustomOperator, name: str = "m") -> str:
    with pytest.raises(CodegenError) as refused:
        compile_model(model, name=name, custom=custom)
    return str(refused.value)


def test_bad_names_and_headers(tmp_path: Path) -> None:
    model, good = probe(tmp_path)

    def header(file: str, text: str = PROBE) -> CustomOperator:
        (tmp_path / file).write_text(text, encoding="utf-8")
        return CustomOperator("Probe", tmp_path / file)

    assert "custom operator Probe is not supported" in said(model)
    assert "--custom Probe=header.h" in said(model)
    assert "given twice" in said(model, good, good)
    assert "no such custom operator" in said(model, CustomOperator("Prob", good.header))
    assert "its custom operators are: Probe" in said(model, CustomOperator("Prob", good.header))
    assert "builtin operator of TFLite" in said(model, CustomOperator("ADD", good.header))
    assert "there is no such file" in said(model, CustomOperator("Probe", tmp_path / "absent.h"))
    assert "a C header is wanted" in said(model, CustomOperator("Probe", tmp_path / "probe.c"))
    assert "declares no function other" in said(model, header("other.h"))
    assert "cannot name a C function" in said(model, header("my-probe.h"))
    assert "a file of the runtime" in said(model, header("cg_rows.h"))
    (tmp_path / "binary.h").write_bytes(b"\xff\xfe\x00")
    assert "text file in UTF-8" in said(model, CustomOperator("Probe", tmp_path / "binary.h"))
    assert "the name of a file of the module" in said(model, good, name="probe")


def test_bad_descriptions(tmp_path: Path) -> None:
    model, good = probe(tmp_path)

    def with_(**fields: object) -> CustomOperator:
        return CustomOperator("Probe", good.header, **fields)  # type: ignore[arg-type]

    assert "only on Sundays" in said(model, with_(check=lambda _: "only on Sundays"))
    assert "`check` fails: ZeroDivisionError" in said(model, with_(check=lambda _: str(1 // 0)))
    assert "[3] for output 0, which is [16]" in said(model, with_(shape=lambda _: [(3,)]))
    assert "2 shapes for 1 outputs" in said(model, with_(shape=lambda _: [(16,), (1,)]))
    assert "`shape` of the operator Probe fails" in said(model, with_(shape=lambda _: 1 // 0))
    assert "bytes, 0 or more. Found: -1" in said(model, with_(scratch_bytes=lambda _: -1))


def test_bad_arguments(run: Run, tmp_path: Path) -> None:
    def refused(value: str, *options: str, command: str = "inspect") -> str:
        result = run(command, "denoise.tflite", "--custom", value, *options)
        assert result.exit_code == 2, result.output
        return " ".join(result.output.split())

    assert "is not understood" in refused("MedianFilter")
    assert "is no file" in refused("MedianFilter=absent.py")
    (tmp_path / "bad.py").write_text("1 / 0", encoding="utf-8")
    assert "ZeroDivisionError" in refused(f"MedianFilter={tmp_path / 'bad.py'}")
    (tmp_path / "empty.py").write_text("", encoding="utf-8")
    assert "describes no operator" in refused(f"MedianFilter={tmp_path / 'empty.py'}")
    assert "describes the operator MedianFilter, not Other" in refused("Other=median_filter.py")
    # The header alone: the output's shape is not in the file, so the C function has nothing to compute.
    (tmp_path / "median.npz").write_bytes(b"")
    assert "FULLY_CONNECTED" in refused("MedianFilter=median_filter.h", "--board", "host", command="compile")


def test_a_reference_is_asked_for(tmp_path: Path) -> None:
    model, _ = probe(tmp_path)
    path = tmp_path / "m.tflite"
    path.write_bytes(model)
    result = CliRunner().invoke(cli, ["verify", str(path), "--custom", f"Probe={tmp_path / 'probe.h'}"])
    assert result.exit_code == 2
    assert "it has no reference" in " ".join(result.output.split())
