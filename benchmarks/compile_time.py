"""How long compiling a large network takes: `python -m benchmarks.compile_time [--board BOARD] [--optimize WHAT]`.

The network is MobileNetV2 (alpha 1.0, 224 x 224, 1000 classes: 3.5 million parameters) of int8 with random weights.
Compiling it is to stay under LIMIT_SECONDS of one core and LIMIT_BYTES.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from codegen.graph import Tensor
from tests.builders import GraphBuilder

LIMIT_SECONDS = 5.0
LIMIT_BYTES = 1 << 30

BLOCKS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Expansion, channels, repetitions and the stride of the first of them: table 2 of the paper (arXiv 1801.04381)."""


CLAMPED = {"activation": "RELU6", "scale": 6 / 255, "zero_point": -128}
LINEAR = {"scale": 0.05, "zero_point": 0}


def mobilenet_v2() -> bytes:
    """The .tflite file."""
    b = GraphBuilder(seed=1, name="mobilenet_v2")
    x = b.conv_2d(b.input((1, 224, 224, 3), scale=1 / 128), 32, (3, 3), stride=(2, 2), **CLAMPED)  # type: ignore[arg-type]
    for expansion, channels, count, stride in BLOCKS:
        for k in range(count):
            x = _bottleneck(b, x, expansion, channels, stride if k == 0 else 1)
    x = b.conv_2d(x, 1280, (1, 1), **CLAMPED)  # type: ignore[arg-type]
    return b.model([b.softmax(b.fully_connected(b.mean(x, (1, 2)), 1000, scale=0.1))])


def _bottleneck(b: GraphBuilder, x: Tensor, expansion: int, channels: int, stride: int) -> Tensor:
    wide = b.conv_2d(x, expansion * x.shape[3], (1, 1), **CLAMPED) if expansion > 1 else x  # type: ignore[arg-type]
    deep = b.depthwise_conv_2d(wide, (3, 3), stride=(stride, stride), **CLAMPED)  # type: ignore[arg-type]
    y = b.conv_2d(deep, channels, (1, 1), **LINEAR)  # type: ignore[arg-type]
    return b.add(x, y, **LINEAR) if stride == 1 and x.shape == y.shape else y  # type: ignore[arg-type]


@dataclass(frozen=True)
class Cost:
    """Seconds of one core, start of Python included, and the largest memory in bytes, of a compilation."""

    seconds: float
    peak_bytes: int

    @property
    def is_within_limits(self) -> bool:
        return self.seconds < LIMIT_SECONDS and self.peak_bytes < LIMIT_BYTES

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s, {self.peak_bytes / 2**20:.0f} MiB"


_MEASURED = """
import resource
from codegen.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print("cost", used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
"""


def measure(model: bytes, board: str = "host", optimize: str = "balanced") -> Cost:
    """The cost of `codegen compile` in a process of its own, whose modules have been imported before, as those of an
    installed program. Raises CalledProcessError where it fails."""
    with tempfile.TemporaryDirectory() as name:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": f"{name}/cache", "PYTHONDONTWRITEBYTECODE": ""}
        subprocess.run([sys.executable, "-c", "import codegen.cli"], check=True, env=environment)
        path = Path(name) / "network.tflite"
        path.write_bytes(model)
        arguments = ["compile", str(path), "-o", f"{name}/out", "--board", board, "--optimize", optimize]
        command = [sys.executable, "-c", _MEASURED, *arguments]
        said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    _, seconds, peak = said.splitlines()[-1].split()
    return Cost(float(seconds), int(peak))


@click.command()
@click.option("--board", default="host", show_default=True)
@click.option("--optimize", default="balanced", show_default=True)
def main(board: str, optimize: str) -> None:
    """Print seconds and peak memory; exit 1 where one is over its limit."""
    model = mobilenet_v2()
    cost = measure(model, board, optimize)
    print(f"MobileNetV2, {len(model) / 1e6:.1f} MB, for {board}: {cost}")
    if not cost.is_within_limits:
        sys.exit(f"over the limit of {LIMIT_SECONDS:g} s and {LIMIT_BYTES / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
