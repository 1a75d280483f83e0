"""`verify --layers` on modules that were spoilt for real: the first operator that differs is named as in the file."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.commands import options as command_options
from codegen.emission.module import CModule
from codegen.frontend.reader import read_model
from codegen.graph import Tensor
from codegen.layers import LayerReport, compare_layers
from codegen.verification import HostRunner, QemuRunner, generate_cases
from tests.builders import GraphBuilder
from tests.test_keep import network

from .conftest import Run, document

EVERY = Options("host", "m", "native", keep_all=True)


def changed(module: CModule, path: str, pattern: str, new: str) -> CModule:
    """`module` with one place of one file different."""
    text, count = re.subn(pattern, new, module.files[path], count=1)
    assert count == 1, (path, pattern)
    return replace(module, files=MappingProxyType({**module.files, path: text}))


def spoilt_weights(module: CModule, operator: str) -> CModule:
    """The first weights of `operator`, which are its largest table in whatever layout, are others."""
    head = r"const \w+ (m_{}_\w+)\[(\d+)\] = \{{\n\s*"
    tables = re.findall(head.format(operator), module.files["m_data.c"])
    largest = max(tables, key=lambda table: int(table[1]))[0]
    pattern = rf"(const \w+ {largest}\[\d+\] = \{{\n\s*)-?\w+, -?\w+, -?\w+, -?\w+,"
    return changed(module, "m_data.c", pattern, r"\g<1>127, 1, 127, 3,")


def report_of(model: bytes, module: CModule, runner: type = HostRunner) -> LayerReport:
    source = read_model(model)
    cases = generate_cases(source, 4, 3).inputs
    observed = runner(module).run(cases)
    return compare_layers(source, module.interface.kept, cases, observed, "tflite-micro")


def first(report: LayerReport) -> tuple[list[int], list[str]]:
    operators = report.different[0].layer.operators
    return [op.index for op in operators], [op.type for op in operators]


def test_a_sound_module() -> None:
    b, y = network()
    report = report_of(b.model([y]), compile_with(b.model([y]), EVERY))
    assert not report.different
    assert [result.layer.operators[-1].index for result in report.results] == [1, 2, 3, 4, 5]
    assert report.merged == 1  # the convolution in front of RELU


@pytest.mark.parametrize("runner", [HostRunner, pytest.param(QemuRunner, marks=pytest.mark.qemu)])
def test_weights_of_one_operator(runner: type) -> None:
    b, y = network()
    options = replace(EVERY, board="mps2-an386-m0plus") if runner is QemuRunner else EVERY
    module = compile_with(b.model([y]), options)
    assert first(report_of(b.model([y]), spoilt_weights(module, "fully_connected_4"), runner)) == (
        [4],
        ["FULLY_CONNECTED"],
    )
    assert first(report_of(b.model([y]), spoilt_weights(module, "conv_2d_0"), runner)) == ([0, 1], ["CONV_2D", "RELU"])


def thinned() -> tuple[GraphBuilder, Tensor]:
    """Half of the channels between two convolutions are one constant each."""
    b = GraphBuilder(3)
    x = b.input((1, 6, 6, 3), name="image")
    y = b.conv_2d(x, 16, activation="RELU", name="thick")
    weights = b.operators[-1].input(1)
    data = np.array(weights.data)
    data[::2] = 0
    spare = replace(weights, data=data)
    b.tensors[b.tensors.index(weights)] = spare
    b.operators[-1] = replace(b.operators[-1], inputs=(x, spare, b.operators[-1].inputs[2]))
    return b, b.softmax(b.fully_connected(b.conv_2d(y, 8, (1, 1), name="after"), 4))


def test_tensors_that_lost_channels() -> None:
    """What is left of a tensor is compared with its place in the file's tensor."""
    b, y = thinned()
    model = b.model([y])
    module = compile_with(model, EVERY)
    report = report_of(model, module)
    thick = report.results[0].layer
    assert thick.port.tensor.kept is not None
    assert len(thick.port.tensor.kept) < thick.tensor.shape[-1]
    assert not report.different
    assert first(report_of(model, spoilt_weights(module, "conv_2d_0"))) == ([0], ["CONV_2D"])
    assert first(report_of(model, spoilt_weights(module, "conv_2d_1"))) == ([1], ["CONV_2D"])


def spoilt_kernel(monkeypatch: pytest.MonkeyPatch, operator: int) -> None:
    """The command compiles modules whose kernel of `operator` adds 1 to the zero point of its output."""
    real = command_options.compile_with

    def compiled(*arguments: object) -> CModule:
        module = real(*arguments)  # type: ignore[arg-type]
        plan = dict(module.plan)
        functions = [call["function"] for call in plan["calls"] if call["operator"] == operator]  # type: ignore[attr-defined]
        path = f"runtime/kernels/{functions[0]}.c"
        return changed(module, path, r"params->output_offset,", "params->output_offset + 1,")

    monkeypatch.setattr(command_options, "compile_with", compiled)


def test_the_command(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    b, y = network()
    path = tmp_path / "net.tflite"
    path.write_bytes(b.model([y]))
    arguments = ["verify", path, "--layers", "--kernels", "native", "--cases", 4]
    good = document(run(*arguments, "--json"))["layers"]
    assert (good["compared"], good["different"], good["first"]) == (5, 0, None)
    assert "all 5 intermediate tensors are equal; 1 more" in " ".join(run(*arguments).output.split())

    spoilt_kernel(monkeypatch, 4)
    result = run(*arguments, "--json")
    assert result.exit_code == 1
    said = document(result)["layers"]
    assert said["first"]["operator"] == {"index": 4, "type": "FULLY_CONNECTED", "name": "logits"}
    assert said["first"]["computed_with"] == []
    assert said["first"]["mismatches"] > 0
    text = run(*arguments)
    assert text.exit_code == 1
    assert 'first: operator 4 FULLY_CONNECTED "logits", tensor' in text.output


def test_a_fused_operator_is_named_with_what_is_in_it(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    b, y = network()
    path = tmp_path / "net.tflite"
    path.write_bytes(b.model([y]))
    spoilt_kernel(monkeypatch, 0)
    text = " ".join(run("verify", path, "--layers", "--kernels", "native", "--cases", 4).output.split())
    assert "first: operator 1 RELU" in text
    assert 'computed together with operator 0 CONV_2D "conv": the fault may be in any of them' in text
