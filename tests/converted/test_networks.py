"""Real converter output: small Keras networks, converted in every way, compile and equal the reference.

These tests need tensorflow, in the Python that runs them or in the one that CODEGEN_TENSORFLOW names (an environment of
its own: `scripts/test --converted` makes one); they skip without. A sample converts each network in one way. Converted
files are kept in pytest's cache, as long as neither the networks nor tensorflow change.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from codegen.api import Options, compile_with
from codegen.errors import CodegenError
from codegen.oracle import run_oracle
from codegen.verification import Case, HostRunner, compare, generate_cases

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
KINDS = ("float32", "float16", "dynamic", "int8", "int16x8")
FLOATS = frozenset({"float32", "float16", "dynamic"})

NETWORKS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "separable_cnn": frozenset(),
        "residual": frozenset(),
        "mobilenet_v1": frozenset(),
        "mobilenet_v2": frozenset(),
        "mobilenet_v3_small": frozenset({"int16x8"}),
        "u_net": frozenset(),
        "tcn": frozenset(),
        "lstm": frozenset({"int8", "int16x8"}),
        "gru": frozenset({"int8", "int16x8"}),
        "lstm_unrolled": frozenset(),
        "gru_unrolled": frozenset(),
        "lstm_fused": frozenset({"int16x8"}),
        "bidirectional": frozenset({"int8", "int16x8"}),
        "attention": frozenset({"int16x8"}),
        "super_resolution": frozenset({"int16x8"}),
        "yolo": frozenset(),
        "ds_cnn_with_variables": frozenset(),
        "ds_cnn_with_states": frozenset(),
    }
)
"""The networks of `networks.py`, and the ways in which tensorflow's converter refuses them, or crashes."""

LITERT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # Loops over TensorLists: tflite-micro runs them with the wrong shapes, for it has no others.
        "lstm": FLOATS,
        "gru": FLOATS,
        "bidirectional": FLOATS,
        # An LSTM of float32 with int8 weights: tflite-micro takes the weights for float32.
        "lstm_fused": frozenset({"dynamic"}),
        # Operators or types that tflite-micro lacks: REDUCE_MAX of int16, TILE.
        "tcn": frozenset({"int16x8"}),
        "yolo": frozenset(KINDS),
    }
)
"""Where LiteRT is the oracle. So it is for all float16 files, and for dynamic ones that tflite-micro refuses."""


def test_the_list_is_whole() -> None:
    text = (HERE / "networks.py").read_text(encoding="utf-8")
    assert all(f"def {network}() -> " in text for network in NETWORKS)


@cache
def converter() -> tuple[str, str]:
    """The Python that has tensorflow, and the version; skips without one."""
    python = os.environ.get("CODEGEN_TENSORFLOW") or sys.executable
    if python == sys.executable and importlib.util.find_spec("tensorflow") is None:
        pytest.skip("tensorflow absent: name a Python that has it in CODEGEN_TENSORFLOW")
    ask = "import importlib.metadata as m; print([(d.name, d.version) for d in m.distributions() if 'keras' in d.name"
    ask += " or d.name.startswith('tensorflow')])"
    asked = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    return python, asked.stdout


def converted(network: str, kinds: tuple[str, ...], kept: Path) -> dict[str, Path]:
    """The files of `network` by kind, converted where `kept` does not have them: a .tflite, or a .txt that says why."""
    python, version = converter()
    sources = "".join((HERE / name).read_text(encoding="utf-8") for name in ("networks.py", "convert.py"))
    folder = kept / hashlib.sha256(f"{version}{sources}".encode()).hexdigest()[:16] / network
    folder.mkdir(parents=True, exist_ok=True)
    missing = [kind for kind in kinds if not list(folder.glob(f"{kind}.*"))]
    with tempfile.TemporaryDirectory() as name:
        new = Path(name)
        for _ in missing:  # it may crash in each
            command = [python, str(HERE / "convert.py"), network, str(new), *missing]
            process = subprocess.run(command, capture_output=True, text=True, check=False)
            if process.returncode == 0:
                break
        for path in new.glob("*.t*"):
            shutil.move(path, folder / path.name)
    found = {path.stem: path for path in folder.glob("*.t*")}
    lacking = [kind for kind in kinds if kind not in found]
    assert not lacking, f"{network}: nothing came of {lacking}: {process.stderr[-2000:]}"
    return {kind: found[kind] for kind in kinds}


def expected(path: Path, inputs: tuple[Case, ...], oracle: str) -> tuple[list[Case], str]:
    """The outputs of the oracle, and its name; LiteRT in place of tflite-micro for what that refuses."""
    if oracle == "litert":
        return run_oracle(path.read_bytes(), inputs, oracle), oracle
    try:
        return run_oracle(path.read_bytes(), inputs), oracle
    except CodegenError as error:
        hybrid = any(text in str(error) for text in ("Hybrid models", "filter type: INT8"))
        if path.stem not in FLOATS or not (hybrid or path.stem == "float16"):
            raise
        return run_oracle(path.read_bytes(), inputs, "litert"), "litert"


@pytest.mark.parametrize("network", NETWORKS)
def test_equals_the_reference(
    network: str, full: bool, rng: np.random.Generator, request: pytest.FixtureRequest
) -> None:
    possible = [kind for kind in KINDS if kind not in NETWORKS[network]]
    kinds = KINDS if full else (str(rng.choice(possible)),)
    cache = request.config.cache
    assert cache is not None
    for kind, path in converted(network, kinds, cache.mkdir("converted")).items():
        if path.suffix == ".txt":
            assert kind in NETWORKS[network], f"{network} as {kind}: {path.read_text(encoding='utf-8')}"
        else:
            oracle = "litert" if kind in LITERT.get(network, ()) else "tflite-micro"
            assert_equal(path, oracle, f"{network} as {kind}", int(rng.integers(1 << 31)))


def assert_equal(path: Path, oracle: str, what: str, seed: int) -> None:
    """Both providers of kernels give what the oracle gives, over the cases of `codegen verify`."""
    modules = {kernels: compile_with(path, Options(name="network", kernels=kernels)) for kernels in ("auto", "native")}
    cases = generate_cases(modules["auto"].memory.schedule.graph, 6, seed)
    wanted, by = expected(path, cases.inputs, oracle)
    for kernels, module in modules.items():
        found = compare(wanted, HostRunner(module).run(cases.inputs).outputs, module.interface.outputs)
        assert found.is_equal, f"{what}, {kernels} kernels, {by}, seed {seed}: {found.first}"
